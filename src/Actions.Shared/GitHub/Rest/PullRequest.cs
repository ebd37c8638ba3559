using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>A pull request.</summary>
/// <param name="Number">Its number.</param>
/// <param name="NodeId">Its id for GraphQL.</param>
/// <param name="Title">Title; untrusted.</param>
/// <param name="Body">Markdown; untrusted.</param>
/// <param name="Author">Who opened it.</param>
/// <param name="HeadRef">Its branch, without <c>refs/heads/</c>.</param>
/// <param name="HeadSha">The newest commit of that branch.</param>
/// <param name="BaseRef">The branch it goes to.</param>
/// <param name="BaseSha">The commit of that branch it was compared with.</param>
/// <param name="Url">Its page.</param>
public sealed record PullRequest(
    int Number, string NodeId, string Title, string Body, GitHubAccount Author, string HeadRef, string HeadSha, string BaseRef, string BaseSha, string Url)
{
    /// <summary>Whether it is open.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether it is a draft.</summary>
    public bool IsDraft { get; init; }

    /// <summary>When it was merged; null if it was not.</summary>
    public DateTimeOffset? Merged { get; init; }

    /// <summary>The commit that merging made, or would make; null if it is not known. GitHub often leaves it out.</summary>
    public string? MergeCommitSha { get; init; }

    /// <summary>The repository of its branch, <c>owner/name</c>; null if it has been deleted.</summary>
    public string? HeadRepository { get; init; }

    /// <summary>Names of its labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    internal static PullRequest Read(JsonObject json) => new(
        (int)json.Number("number"),
        json.Text("node_id"),
        json.Text("title"),
        json.Text("body"),
        GitHubAccount.Read(json.Object("user")),
        json.Object("head").Text("ref"),
        json.Object("head").Text("sha"),
        json.Object("base").Text("ref"),
        json.Object("base").Text("sha"),
        json.Text("html_url"))
    {
        IsOpen = json.Text("state") == "open",
        IsDraft = json.Flag("draft"),
        Merged = json.Time("merged_at"),
        MergeCommitSha = json.TextOrNull("merge_commit_sha"),
        HeadRepository = json.Object("head").Object("repo").TextOrNull("full_name"),
        Labels = [.. json.List("labels").OfType<JsonObject>().Select(l => l.Text("name"))],
    };
}

/// <summary>What a pull request does to a file.</summary>
/// <param name="Path">Path in the repository, with <c>/</c>.</param>
/// <param name="Status"><c>added</c>, <c>removed</c>, <c>modified</c>, <c>renamed</c>, <c>copied</c>, <c>changed</c> or <c>unchanged</c>.</param>
/// <param name="PreviousPath">Where it was, if it was renamed or copied; otherwise null.</param>
/// <param name="Patch">The changed lines as a unified diff; null for binary files and where it is too large.</param>
public sealed record PullRequestFile(string Path, string Status, string? PreviousPath, string? Patch)
{
    internal static PullRequestFile Read(JsonObject json) =>
        new(json.Text("filename"), json.Text("status"), json.TextOrNull("previous_filename"), json.TextOrNull("patch"));
}

/// <summary>A review of a pull request.</summary>
/// <param name="Id">Number of the review.</param>
/// <param name="Author">Who reviewed.</param>
/// <param name="State"><c>APPROVED</c>, <c>CHANGES_REQUESTED</c>, <c>COMMENTED</c>, <c>DISMISSED</c> or <c>PENDING</c>.</param>
/// <param name="Association">What the author is to the repository: <c>OWNER</c>, <c>MEMBER</c>, <c>COLLABORATOR</c>, <c>CONTRIBUTOR</c>, <c>NONE</c>, …</param>
/// <param name="CommitSha">The commit that was reviewed; null if it is gone.</param>
/// <param name="Submitted">When; null while it is pending.</param>
/// <param name="Body">Markdown; untrusted.</param>
public sealed record PullRequestReview(
    long Id, GitHubAccount Author, string State, string Association, string? CommitSha, DateTimeOffset? Submitted, string Body)
{
    internal static PullRequestReview Read(JsonObject json) => new(
        json.Number("id"),
        GitHubAccount.Read(json.Object("user")),
        json.Text("state"),
        json.Text("author_association"),
        json.TextOrNull("commit_id"),
        json.Time("submitted_at"),
        json.Text("body"));
}

/// <summary>A pull request that is to be opened.</summary>
/// <param name="Title">Title.</param>
/// <param name="Head">The branch with the changes; <c>owner:branch</c> of a fork.</param>
/// <param name="Base">The branch they go to.</param>
/// <param name="Body">Markdown; cut where it is too long.</param>
public sealed record NewPullRequest(string Title, string Head, string Base, string Body)
{
    /// <summary>Whether it is a draft. The default is false.</summary>
    public bool IsDraft { get; init; }
}
