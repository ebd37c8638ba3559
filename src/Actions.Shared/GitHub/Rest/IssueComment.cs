using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>A comment of an issue or, outside of reviews, of a pull request.</summary>
/// <param name="Id">Number of the comment.</param>
/// <param name="NodeId">Its id for GraphQL.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Body">Markdown, at most 65,536 characters.</param>
/// <param name="Url">Its page.</param>
public sealed record IssueComment(long Id, string NodeId, GitHubAccount Author, string Body, string Url)
{
    /// <summary>The most characters that GitHub takes, in comments as in the bodies of issues and pull requests.</summary>
    public const int MaxLength = 65_536;

    internal static IssueComment Read(JsonObject json) => new(
        json.Number("id"), json.Text("node_id"), GitHubAccount.Read(json.Object("user")), json.Text("body"), json.Text("html_url"));
}

/// <summary>Why a comment is hidden; GitHub shows it in place of the comment.</summary>
public enum HiddenReason
{
    /// <summary>Something newer says it.</summary>
    Outdated,

    /// <summary>What it says is dealt with.</summary>
    Resolved,

    /// <summary>It is there twice.</summary>
    Duplicate,
}
