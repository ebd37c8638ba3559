namespace Actions.Shared.GitHub.Rest;

/// <summary>Bounds and patience of a <see cref="GitHubClient"/>.</summary>
public sealed record GitHubClientOptions
{
    /// <summary>Who asks, for GitHub's logs: name and version. GitHub refuses requests without one. The default is <c>platform-actions</c>.</summary>
    public string UserAgent { get; init; } = "platform-actions";

    /// <summary>How long a connection may take. The default is 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request may take, its answer included. The default is 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long a request is repeated, waits for rate limits included. A wait that would go beyond is not begun. The default is 2 min, enough for
    /// the one minute that GitHub asks for after a secondary rate limit.
    /// </summary>
    public TimeSpan RetryLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Largest answer in bytes; 32 MiB by default.</summary>
    public int MaxResponseBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most pages of a list, of 100 entries each; 100 by default. A longer list is an error, never a shorter list.</summary>
    public int MaxPages { get; init; } = 100;

    /// <summary>Told before every wait of a second or more; for the log. Nobody by default.</summary>
    public Action<GitHubWait>? OnWait { get; init; }
}

/// <summary>A wait that GitHub asked for, or that gives it time to recover.</summary>
/// <param name="Time">How long.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record GitHubWait(TimeSpan Time, string Reason);
