using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>Finds the pull request that a run is about.</summary>
public static class PullRequestFinder
{
    private const int LargestEvent = 32 * 1024 * 1024;

    /// <summary>
    /// The pull request that the event names (<c>pull_request</c> and its kin, a comment on one, <c>workflow_run</c>), else the one of the commit: of several
    /// the open one, then the one whose head or merge it is, then the newest. Null if there is none.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="repository">The repository of the run.</param>
    /// <param name="context">What the runner says.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">GitHub was asked and did not tell.</exception>
    public static async Task<int?> FindAsync(GitHubClient client, RepositoryName repository, GitHubContext context, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(context);
        if (FromEvent(context) is { } number)
            return number;
        if (context.Sha is not { Length: > 0 } sha)
            return null;
        var pulls = await client.ListPullRequestsOfCommitAsync(repository, sha, cancellation).ConfigureAwait(false);
        return Choose(pulls, sha)?.Number;
    }

    /// <summary>The number that the event or the ref says, without asking GitHub; null if neither does.</summary>
    public static int? FromEvent(GitHubContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (ReadEvent(context.EventPath) is { } json)
        {
            var isPullRequest = json.Object("issue")?.ContainsKey("pull_request") == true;
            var number = json.Object("pull_request").Number("number") is > 0 and var direct ? direct
                : isPullRequest ? json.Object("issue").Number("number")
                : json.Object("workflow_run").List("pull_requests") is [JsonObject first, ..] ? first.Number("number")
                : 0;
            if (number is > 0 and <= int.MaxValue)
                return (int)number;
        }

        // refs/pull/7/merge, and the merge queue's refs/heads/gh-readonly-queue/main/pr-7-0123….
        var parts = (context.Ref ?? "").Split('/');
        if (parts is ["refs", "pull", var text, ..] && Positive(text) is { } fromRef)
            return fromRef;
        return parts is ["refs", "heads", "gh-readonly-queue", .., var last] && last.Split('-') is ["pr", var queued, ..] ? Positive(queued) : null;
    }

    internal static PullRequest? Choose(IReadOnlyList<PullRequest> pulls, string sha) => pulls
        .OrderByDescending(p => p.IsOpen)
        .ThenByDescending(p => p.HeadSha == sha || p.MergeCommitSha == sha)
        .ThenByDescending(p => p.Number)
        .FirstOrDefault();

    private static int? Positive(string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static JsonObject? ReadEvent(string? path)
    {
        if (path is null || !File.Exists(path) || new FileInfo(path).Length > LargestEvent)
            return null;
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
