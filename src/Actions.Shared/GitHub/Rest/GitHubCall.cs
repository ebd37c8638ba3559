using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>One request to GitHub, before it is sent.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query below the API's address, or a whole address that GitHub has given.</param>
/// <param name="Target">What it does, for messages, after "could not": <c>list the comments of #7</c>.</param>
internal sealed record GitHubCall(HttpMethod Method, string Path, string Target)
{
    public JsonNode? Body { get; init; }

    public string Accept { get; init; } = "application/vnd.github+json, application/json;q=0.9";

    /// <summary>What a workflow must grant for it: <c>pull-requests: write</c>.</summary>
    public string? Permission { get; init; }

    /// <summary>Whether sending it twice does the same as sending it once.</summary>
    public bool IsRepeatable { get; init; } = Method != HttpMethod.Post && Method != HttpMethod.Patch;

    /// <summary>Whether it is left to the caller to try again when it is not known to have arrived or the server fails.</summary>
    public bool IsTriedOnce { get; init; }

    /// <summary>Whether the token is our proof of being an App: then it is not the client's, but this one.</summary>
    public string? Token { get; init; }

    /// <summary>Largest answer in bytes; null for the client's limit.</summary>
    public int? MaxBytes { get; init; }
}

/// <summary>The answer to a <see cref="GitHubCall"/>, read to its end.</summary>
/// <param name="StatusCode">2xx.</param>
/// <param name="Body">What it holds.</param>
/// <param name="Next">The next page of a list; null on the last.</param>
internal sealed record GitHubAnswer(int StatusCode, byte[] Body, string? Next);
