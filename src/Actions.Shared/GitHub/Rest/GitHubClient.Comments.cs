using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

public sealed partial class GitHubClient
{
    private const string WriteComments = "pull-requests: write";

    /// <summary>The comments of an issue or pull request, oldest first.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async IAsyncEnumerable<IssueComment> ListCommentsAsync(
        RepositoryName repository, int number, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/issues/{number}/comments", $"list the comments of #{number}")
        {
            Permission = "pull-requests: read",
        };
        await foreach (var comment in ListAsync(call, null, cancellation).ConfigureAwait(false))
            yield return IssueComment.Read(comment);
    }

    /// <summary>A comment; null if it is not there.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<IssueComment?> GetCommentAsync(RepositoryName repository, long id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/issues/comments/{id}", "read a comment") { Permission = "pull-requests: read" };
        return await FindAsync(call, cancellation).ConfigureAwait(false) is { } json ? IssueComment.Read(json) : null;
    }

    /// <summary>Comments an issue or pull request. A body that is too long is cut where Markdown allows it.</summary>
    /// <exception cref="GitHubException">The request came to nothing, or it is not known whether it arrived.</exception>
    public async Task<IssueComment> CreateCommentAsync(RepositoryName repository, int number, string body, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return IssueComment.Read(await SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/issues/{number}/comments", $"comment #{number}")
            {
                Body = new JsonObject { ["body"] = BodyText.Fit(body) },
                Permission = WriteComments,
            },
            cancellation).ConfigureAwait(false));
    }

    /// <summary>Replaces the body of a comment.</summary>
    /// <returns>Null if the comment is not there any more.</returns>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task<IssueComment?> UpdateCommentAsync(RepositoryName repository, long id, string body, CancellationToken cancellation) =>
        UpdateCommentAsync(repository, id, body, isTriedOnce: false, cancellation);

    /// <summary>Deletes a comment.</summary>
    /// <returns>False if it was not there.</returns>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task<bool> DeleteCommentAsync(RepositoryName repository, long id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return TryDoAsync(
            new GitHubCall(HttpMethod.Delete, $"{repository.Path}/issues/comments/{id}", "delete a comment") { Permission = WriteComments }, cancellation);
    }

    /// <summary>Hides a comment behind a line that tells why; a reader can still open it.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task HideCommentAsync(IssueComment comment, HiddenReason reason, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(comment);
        return GraphQlAsync(
            new GitHubCall(HttpMethod.Post, "", "hide a comment") { IsRepeatable = true, Permission = WriteComments },
            "mutation($id: ID!, $reason: ReportedContentClassifiers!) { minimizeComment(input: {subjectId: $id, classifier: $reason}) { minimizedComment { isMinimized } } }",
            new JsonObject { ["id"] = comment.NodeId, ["reason"] = reason.ToString().ToUpperInvariant() },
            cancellation);
    }

    /// <summary>Shows a hidden comment again.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task ShowCommentAsync(IssueComment comment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(comment);
        return GraphQlAsync(
            new GitHubCall(HttpMethod.Post, "", "show a hidden comment") { IsRepeatable = true, Permission = WriteComments },
            "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } } }",
            new JsonObject { ["id"] = comment.NodeId },
            cancellation);
    }

    /// <summary>Whether a comment is hidden.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<bool> IsHiddenAsync(IssueComment comment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(comment);
        var data = await GraphQlAsync(
            new GitHubCall(HttpMethod.Post, "", "look at a comment") { IsRepeatable = true, Permission = "pull-requests: read" },
            "query($id: ID!) { node(id: $id) { ... on IssueComment { isMinimized } } }",
            new JsonObject { ["id"] = comment.NodeId },
            cancellation).ConfigureAwait(false);
        return data.Object("node").Flag("isMinimized");
    }

    internal async Task<IssueComment?> UpdateCommentAsync(RepositoryName repository, long id, string body, bool isTriedOnce, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Patch, $"{repository.Path}/issues/comments/{id}", "update a comment")
        {
            Body = new JsonObject { ["body"] = BodyText.Fit(body) },
            Permission = WriteComments,
            IsRepeatable = true,
            IsTriedOnce = isTriedOnce,
        };
        return await FindAsync(call, cancellation).ConfigureAwait(false) is { } json ? IssueComment.Read(json) : null;
    }
}
