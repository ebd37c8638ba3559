namespace Actions.Shared.GitHub.Rest;

/// <summary>What became of a comment or issue that is kept up to date.</summary>
public enum StickyAction
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>It says something else now.</summary>
    Updated,

    /// <summary>It said so already.</summary>
    Unchanged,

    /// <summary>There is none, and none was wanted.</summary>
    Skipped,

    /// <summary>A later run has written it; it was left alone.</summary>
    Superseded,
}

/// <summary>What became of a comment or issue that is kept up to date, and where it is.</summary>
/// <param name="Action">What was done.</param>
/// <param name="Url">Its page; null if there is none.</param>
public sealed record StickyResult(StickyAction Action, string? Url);

/// <summary>How a comment is kept up to date.</summary>
public sealed record StickyOptions
{
    /// <summary>Whether there has to be one; otherwise only one that is there already is updated. The default is true.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>The run, of which a later one has a higher number: a later run's comment is left alone. 0, the default, where it does not matter.</summary>
    public long Run { get; init; }

    /// <summary>Why it is hidden, as when all is well again; null to show it, which is the default.</summary>
    public HiddenReason? Hide { get; init; }
}

/// <summary>
/// Keeps one comment of an issue or pull request up to date, found again by its hidden line and its author. Jobs that do so at the same time end with one
/// comment. Nobody is told by it: mentions of people and of other issues in a body are broken.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="repository">The repository.</param>
public sealed class StickyComments(GitHubClient client, RepositoryName repository)
{
    private const int Attempts = 8;

    /// <summary>Longer than it takes anybody between reading and writing, so that who has overwritten us has done so by then.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>Writes the comment. Of several of ours the oldest stays, the others go.</summary>
    /// <param name="number">Issue or pull request.</param>
    /// <param name="marker">Its hidden line.</param>
    /// <param name="body">Markdown, without the line; cut where it is too long.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">A request came to nothing.</exception>
    public async Task<StickyResult> UpsertAsync(
        int number, CommentMarker marker, string body, StickyOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(marker);
        options ??= new StickyOptions();
        var text = BodyText.Fit($"{marker.Line(options.Run)}\n{Mentions.Break(CommentMarker.Neutralize(body))}");
        IssueComment? created = null;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var ours = await FindAsync(number, marker, created, cancellation).ConfigureAwait(false);
            if (ours is [])
            {
                if (!options.CreateIfMissing)
                    return new StickyResult(StickyAction.Skipped, null);

                // Somebody else may create one at the same time: look again.
                created = await TryCreateAsync(number, text, attempt, cancellation).ConfigureAwait(false);
                continue;
            }

            if (options.Run > 0 && ours.Max(c => CommentMarker.RunOf(c.Body)) > options.Run)
                return new StickyResult(StickyAction.Superseded, ours[0].Url);
            var comment = ours[0];
            var isSame = IsSame(comment.Body, text);
            if (!isSame && await client.UpdateCommentAsync(repository, comment.Id, text, cancellation).ConfigureAwait(false) is null)
                continue;
            foreach (var duplicate in ours.Skip(1))
                await client.DeleteCommentAsync(repository, duplicate.Id, cancellation).ConfigureAwait(false);
            await HideAsync(comment, options.Hide, isNew: created is not null && ours.Count == 1, cancellation).ConfigureAwait(false);
            return new StickyResult(created is not null ? StickyAction.Created : isSame ? StickyAction.Unchanged : StickyAction.Updated, comment.Url);
        }

        throw Overwritten(number);
    }

    /// <summary>
    /// Writes one section of a comment that several jobs write at the same time. GitHub replaces bodies as a whole, so after writing we wait until whoever
    /// had read the comment before us has written, look again, and write anew if our section got lost.
    /// </summary>
    /// <param name="number">Issue or pull request.</param>
    /// <param name="frame">What is around the sections.</param>
    /// <param name="section">Ours.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">A request came to nothing, or others kept overwriting.</exception>
    public async Task<StickyResult> UpsertSectionAsync(int number, CombinedComment frame, CommentSection section, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(section);
        var own = CombinedBody.Part.Of(section);
        var done = StickyAction.Unchanged;
        IssueComment? created = null;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var ours = await FindAsync(number, frame.Marker, created, cancellation).ConfigureAwait(false);
            var parts = Merge(ours);
            var before = parts.GetValueOrDefault(own.Key);
            if (before is not null && own.Run > 0 && before.Run > own.Run)
                return new StickyResult(StickyAction.Superseded, ours[0].Url);
            if (ours is [var only] && before?.Digest == own.Digest && done != StickyAction.Unchanged)
                return new StickyResult(done, only.Url);

            parts[own.Key] = own;
            var body = CombinedBody.Write(frame, parts.Values);
            if (ours is [])
            {
                created = await TryCreateAsync(number, body, attempt, cancellation).ConfigureAwait(false);
                done = StickyAction.Created;
            }
            else if (ours.Count == 1 && IsSame(ours[0].Body, body))
            {
                return new StickyResult(done, ours[0].Url);
            }
            else if (await TryWriteAsync(ours[0].Id, body, attempt, cancellation).ConfigureAwait(false))
            {
                done = done == StickyAction.Created ? done : StickyAction.Updated;
                foreach (var duplicate in ours.Skip(1))
                    await client.DeleteCommentAsync(repository, duplicate.Id, cancellation).ConfigureAwait(false);
            }

            await Task.Delay(GitHubTransport.Jitter(Settling), client.Time, cancellation).ConfigureAwait(false);
        }

        throw Overwritten(number);
    }

    /// <summary>The sections of a comment that several jobs write, in order of their keys; none when there is no comment.</summary>
    /// <param name="number">Issue or pull request.</param>
    /// <param name="marker">Its hidden line.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">A request came to nothing.</exception>
    public async Task<IReadOnlyList<CommentSection>> ReadSectionsAsync(int number, CommentMarker marker, CancellationToken cancellation)
    {
        var parts = Merge(await FindAsync(number, marker, cancellation).ConfigureAwait(false));
        return [.. parts.Values.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new CommentSection(p.Key, p.Row, p.Detail, p.Run))];
    }

    /// <summary>Deletes the comment, and all its duplicates.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="GitHubException">A request came to nothing.</exception>
    public async Task<bool> DeleteAsync(int number, CommentMarker marker, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(marker);
        var ours = await FindAsync(number, marker, cancellation).ConfigureAwait(false);
        foreach (var comment in ours)
            await client.DeleteCommentAsync(repository, comment.Id, cancellation).ConfigureAwait(false);
        return ours is not [];
    }

    /// <summary>Our comments with the line, oldest first. There should be one at most.</summary>
    /// <exception cref="GitHubException">A request came to nothing.</exception>
    public async Task<IReadOnlyList<IssueComment>> FindAsync(int number, CommentMarker marker, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(marker);
        var viewer = await client.GetViewerAsync(cancellation).ConfigureAwait(false);
        var ours = new List<IssueComment>();
        await foreach (var comment in client.ListCommentsAsync(repository, number, cancellation).ConfigureAwait(false))
        {
            if (marker.Marks(comment.Body) && comment.Author.IsSameAs(viewer))
                ours.Add(comment);
        }

        ours.Sort((a, b) => a.Id.CompareTo(b.Id));
        return ours;
    }

    /// <summary>Our comments, with the one that we have just created: lists may know it only later.</summary>
    private async Task<IReadOnlyList<IssueComment>> FindAsync(int number, CommentMarker marker, IssueComment? created, CancellationToken cancellation)
    {
        var ours = await FindAsync(number, marker, cancellation).ConfigureAwait(false);
        return created is null || ours.Any(c => c.Id == created.Id) || await client.GetCommentAsync(repository, created.Id, cancellation).ConfigureAwait(false) is not { } known
            ? ours
            : [.. ours.Append(known).OrderBy(c => c.Id)];
    }

    private static GitHubException Overwritten(int number) => new(
        GitHubFailure.Conflict, 0, $"Could not write to the comment of #{number}", $"others overwrote or deleted it {Attempts} times", "Run the job again.");

    private async Task HideAsync(IssueComment comment, HiddenReason? reason, bool isNew, CancellationToken cancellation)
    {
        if (isNew && reason is null)
            return;
        try
        {
            var isHidden = !isNew && await client.IsHiddenAsync(comment, cancellation).ConfigureAwait(false);
            if (reason is { } why && !isHidden)
                await client.HideCommentAsync(comment, why, cancellation).ConfigureAwait(false);
            else if (reason is null && isHidden)
                await client.ShowCommentAsync(comment, cancellation).ConfigureAwait(false);
        }
        catch (GitHubException e) when (e.Failure is GitHubFailure.Forbidden or GitHubFailure.NotFound or GitHubFailure.Invalid)
        {
            // What the comment says is right; only whether it is folded away is not.
        }
    }

    /// <summary>Creates it; null where it is not known whether it arrived, so that the next look tells.</summary>
    private async Task<IssueComment?> TryCreateAsync(int number, string body, int attempt, CancellationToken cancellation)
    {
        try
        {
            return await client.CreateCommentAsync(repository, number, body, cancellation).ConfigureAwait(false);
        }
        catch (GitHubException e) when (MayHaveArrived(e) && attempt < Attempts / 2)
        {
            await Task.Delay(GitHubTransport.Jitter(Settling), client.Time, cancellation).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Writes it once: a body that was read earlier must not arrive late.</summary>
    private async Task<bool> TryWriteAsync(long id, string body, int attempt, CancellationToken cancellation)
    {
        try
        {
            return await client.UpdateCommentAsync(repository, id, body, isTriedOnce: true, cancellation).ConfigureAwait(false) is not null;
        }
        catch (GitHubException e) when (MayHaveArrived(e) && attempt < Attempts / 2)
        {
            return false;
        }
    }

    private static bool MayHaveArrived(GitHubException e) => e.Failure is GitHubFailure.Unreachable or GitHubFailure.ServerError;

    private static Dictionary<string, CombinedBody.Part> Merge(IReadOnlyList<IssueComment> comments)
    {
        var parts = new Dictionary<string, CombinedBody.Part>(StringComparer.Ordinal);
        foreach (var part in comments.SelectMany(c => CombinedBody.Read(c.Body)))
        {
            if (!parts.TryGetValue(part.Key, out var known) || part.Run > known.Run)
                parts[part.Key] = part;
        }

        return parts;
    }

    private static bool IsSame(string one, string other) => one.ReplaceLineEndings("\n").TrimEnd() == other.ReplaceLineEndings("\n").TrimEnd();
}
