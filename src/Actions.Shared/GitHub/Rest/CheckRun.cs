using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>How a check ended.</summary>
public enum CheckConclusion
{
    /// <summary>All is well.</summary>
    Success,

    /// <summary>Something is wrong; a required check blocks the merge.</summary>
    Failure,

    /// <summary>Neither; does not block.</summary>
    Neutral,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>There was nothing to check.</summary>
    Skipped,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>Somebody has to do something.</summary>
    ActionRequired,
}

/// <summary>A check of a commit, which GitHub shows beside it and in its pull request.</summary>
/// <param name="Name">Name of the check.</param>
/// <param name="HeadSha">The commit.</param>
/// <param name="Title">A few words on the result.</param>
/// <param name="Summary">Markdown; cut at 65,535 bytes.</param>
public sealed record CheckReport(string Name, string HeadSha, string Title, string Summary)
{
    /// <summary>How it ended; null while it runs. The default is null.</summary>
    public CheckConclusion? Conclusion { get; init; }

    /// <summary>A page with more; null for none.</summary>
    public Uri? DetailsUrl { get; init; }

    /// <summary>An id of ours by which it is found again; null for none.</summary>
    public string? ExternalId { get; init; }

    /// <summary>
    /// Notes at lines of files; those without a file and line are left out, because a check cannot hold them. There may be any number: they are sent 50 at a time.
    /// </summary>
    public IReadOnlyList<Annotation> Annotations { get; init; } = [];
}

/// <summary>A check that exists.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Url">Its page.</param>
public sealed record CheckRun(long Id, string Url)
{
    internal static CheckRun Read(JsonObject json) => new(json.Number("id"), json.Text("html_url"));
}
