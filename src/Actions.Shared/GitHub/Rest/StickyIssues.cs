namespace Actions.Shared.GitHub.Rest;

/// <summary>Keeps one issue up to date, found again by the hidden first line of its body and its author: open while there is something to do, else closed.</summary>
/// <param name="client">The client.</param>
/// <param name="repository">The repository.</param>
/// <param name="label">A label that all such issues have, so that few need to be looked at.</param>
public sealed class StickyIssues(GitHubClient client, RepositoryName repository, string label)
{
    /// <summary>Opens the issue, or brings it up to date and opens it again. Of several of ours the oldest open one counts; the other open ones are closed.</summary>
    /// <param name="marker">Its hidden line.</param>
    /// <param name="title">Title.</param>
    /// <param name="body">Markdown, without the line; cut where it is too long.</param>
    /// <param name="labels">Labels beside the common one; only a new issue gets them, so that people may change them.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">A request came to nothing.</exception>
    public async Task<(StickyResult Result, int Number)> UpsertAsync(
        CommentMarker marker, string title, string body, IReadOnlyList<string> labels, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(marker);
        var text = BodyText.Fit($"{marker.Line()}\n{Mentions.Break(CommentMarker.Neutralize(body))}");
        var ours = await FindAsync(marker, cancellation).ConfigureAwait(false);
        if (ours is [])
        {
            var created = await client.CreateIssueAsync(repository, title, text, [label, .. labels.Where(l => l != label)], cancellation).ConfigureAwait(false);
            return (new StickyResult(StickyAction.Created, created.Url), created.Number);
        }

        var issue = ours.FirstOrDefault(i => i.IsOpen) ?? ours[^1];
        foreach (var other in ours.Where(i => i.IsOpen && i.Number != issue.Number))
            await client.UpdateIssueAsync(repository, other.Number, new IssueChange { IsOpen = false }, cancellation).ConfigureAwait(false);
        var isSame = issue.IsOpen && issue.Title == title && issue.Body.ReplaceLineEndings("\n").TrimEnd() == text.ReplaceLineEndings("\n").TrimEnd();
        if (!isSame)
        {
            var change = new IssueChange { Title = title, Body = text, IsOpen = issue.IsOpen ? null : true };
            await client.UpdateIssueAsync(repository, issue.Number, change, cancellation).ConfigureAwait(false);
        }

        return (new StickyResult(isSame ? StickyAction.Unchanged : StickyAction.Updated, issue.Url), issue.Number);
    }

    /// <summary>Closes the issue, with a last comment.</summary>
    /// <param name="marker">Its hidden line.</param>
    /// <param name="comment">Markdown that says why; null for none.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The number of the issue that was closed; null if none was open.</returns>
    /// <exception cref="GitHubException">A request came to nothing.</exception>
    public async Task<int?> CloseAsync(CommentMarker marker, string? comment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(marker);
        int? closed = null;
        foreach (var issue in (await FindAsync(marker, cancellation).ConfigureAwait(false)).Where(i => i.IsOpen))
        {
            if (comment is not null)
                await client.CreateCommentAsync(repository, issue.Number, Mentions.Break(CommentMarker.Neutralize(comment)), cancellation).ConfigureAwait(false);
            await client.UpdateIssueAsync(repository, issue.Number, new IssueChange { IsOpen = false }, cancellation).ConfigureAwait(false);
            closed ??= issue.Number;
        }

        return closed;
    }

    /// <summary>Our issues with the line, oldest first, open or not.</summary>
    /// <exception cref="GitHubException">A request came to nothing.</exception>
    public async Task<IReadOnlyList<GitHubIssue>> FindAsync(CommentMarker marker, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(marker);
        var viewer = await client.GetViewerAsync(cancellation).ConfigureAwait(false);
        var ours = new List<GitHubIssue>();
        await foreach (var issue in client.ListIssuesAsync(repository, [label], null, isOpen: false, cancellation).ConfigureAwait(false))
        {
            if (marker.Marks(issue.Body) && issue.Author.IsSameAs(viewer))
                ours.Add(issue);
        }

        ours.Sort((a, b) => a.Number.CompareTo(b.Number));
        return ours;
    }
}
