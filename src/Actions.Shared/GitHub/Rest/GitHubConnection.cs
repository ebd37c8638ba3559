namespace Actions.Shared.GitHub.Rest;

/// <summary>Gives the token for the next request.</summary>
/// <param name="renew">Whether GitHub has just refused the last one, so that only another will do.</param>
/// <param name="cancellation">Stops it.</param>
public delegate ValueTask<string> GitHubTokenSource(bool renew, CancellationToken cancellation);

/// <summary>Where GitHub is, and who asks. It works for github.com and for GitHub Enterprise alike.</summary>
/// <param name="Api">The REST API: <c>https://api.github.com</c>, or <c>https://HOST/api/v3</c> of an Enterprise server.</param>
/// <param name="GraphQl">The GraphQL API: <c>https://api.github.com/graphql</c>, or <c>https://HOST/api/graphql</c>.</param>
/// <param name="Token">The token. Its values must have been masked.</param>
public sealed record GitHubConnection(Uri Api, Uri GraphQl, GitHubTokenSource Token)
{
    private static readonly Uri Public = new("https://api.github.com");

    /// <summary>The connection that <c>GITHUB_API_URL</c> and <c>GITHUB_GRAPHQL_URL</c> describe, with one token; github.com where they are not set.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="token">The token, masked.</param>
    /// <exception cref="ActionException">An address is wrong, or would send the token unprotected.</exception>
    public static GitHubConnection FromEnvironment(IReadOnlyDictionary<string, string> variables, string token) =>
        FromEnvironment(variables, (_, _) => ValueTask.FromResult(token));

    /// <inheritdoc cref="FromEnvironment(IReadOnlyDictionary{string, string}, string)"/>
    public static GitHubConnection FromEnvironment(IReadOnlyDictionary<string, string> variables, GitHubTokenSource token)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var api = Address(variables, "GITHUB_API_URL") ?? Public;
        return new GitHubConnection(api, Address(variables, "GITHUB_GRAPHQL_URL") ?? GraphQlOf(api), token);
    }

    /// <summary>Prints no token.</summary>
    public override string ToString() => Api.ToString();

    // An Enterprise server has its REST API at /api/v3 and GraphQL beside it.
    private static Uri GraphQlOf(Uri api)
    {
        var address = api.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri(address.EndsWith("/api/v3", StringComparison.Ordinal) ? $"{address[..^3]}/graphql" : $"{address}/graphql");
    }

    private static Uri? Address(IReadOnlyDictionary<string, string> variables, string name)
    {
        if (variables.GetValueOrDefault(name) is not { Length: > 0 } text)
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            throw new ActionException($"{name} is no address of GitHub", $"\"{PlainText.Shorten(PlainText.Clean(text), 200)}\"", "The runner sets it; it looks like https://api.github.com.");
        if (address.Scheme == "http" && !address.IsLoopback)
            throw new ActionException($"{name} is not protected by TLS", $"{address.Host} would get the token in plain text", "Use the server's https address.");
        return address;
    }
}
