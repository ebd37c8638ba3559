using System.Globalization;
using Actions.Shared.GitHub.Rest;

namespace Actions.Shared.Hosting;

/// <summary>Puts a run's report into one comment of its pull request. That never fails a run: what cannot be commented is on the run's page all the same.</summary>
/// <param name="context">The run.</param>
/// <param name="options">When, and with which token.</param>
/// <param name="tool">Name of the action.</param>
public sealed class PullRequestReport(ActionContext context, CommentOptions options, string tool)
{
    /// <summary>Writes the comment, as the options say.</summary>
    /// <param name="key">What tells the comment from others of the same action, such as the environment.</param>
    /// <param name="markdown">Makes the report, when a comment is to be written; cut where it is too long.</param>
    /// <param name="isTelling">Whether there is something to say; otherwise only a comment that is there already is brought up to date.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Address of the comment; empty if there is none.</returns>
    public Task<string> WriteAsync(string key, Func<string> markdown, bool isTelling, CancellationToken cancellation) => WriteAsync(
        null,
        (comments, number) => comments.UpsertAsync(
            number,
            new CommentMarker(tool, key),
            context.Secrets.Redact(markdown()),
            new StickyOptions { CreateIfMissing = isTelling || options.Policy == CommentPolicy.Always },
            cancellation),
        cancellation);

    /// <summary>The same for a comment that several jobs write together: only the section of this one is replaced.</summary>
    /// <param name="frame">What is around the sections.</param>
    /// <param name="section">Makes that of this job, when a comment is to be written.</param>
    /// <param name="isTelling">Whether there is something to say; otherwise only a comment that is there already is brought up to date.</param>
    /// <param name="number">The pull request, where the caller has found it already; null to look for it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Address of the comment; empty if there is none.</returns>
    public Task<string> WriteSectionAsync(CombinedComment frame, Func<CommentSection> section, bool isTelling, int? number, CancellationToken cancellation) => WriteAsync(
        number,
        async (comments, found) =>
        {
            if (!isTelling && options.Policy != CommentPolicy.Always && (await comments.FindAsync(found, frame.Marker, cancellation).ConfigureAwait(false)).Count == 0)
                return new StickyResult(StickyAction.Skipped, null);
            var own = section();
            var redacted = own with { Row = context.Secrets.Redact(own.Row), Detail = context.Secrets.Redact(own.Detail) };
            return await comments.UpsertSectionAsync(found, frame with { Heading = context.Secrets.Redact(frame.Heading) }, redacted, cancellation).ConfigureAwait(false);
        },
        cancellation);

    private async Task<string> WriteAsync(int? known, Func<StickyComments, int, Task<StickyResult>> write, CancellationToken cancellation)
    {
        if (options.Policy == CommentPolicy.Off || cancellation.IsCancellationRequested)
            return "";
        var isAuto = options.Policy == CommentPolicy.Auto;
        if (isAuto && known is null && PullRequestFinder.FromEvent(context.GitHub) is null)
            return "";
        if (options.Token is null)
            return Without("`github-token` is empty.", isWarning: !isAuto);
        try
        {
            var repository = RepositoryName.Parse(context.GitHub.Repository);
            using var client = context.CreateGitHubClient(tool, options.Token);
            if ((known ?? await PullRequestFinder.FindAsync(client, repository, context.GitHub, cancellation).ConfigureAwait(false)) is not { } number)
                return Without("This run belongs to none.", isWarning: false);
            var result = await write(new StickyComments(client, repository), number).ConfigureAwait(false);
            if (result.Url is not null)
                context.Log.Info(string.Create(CultureInfo.InvariantCulture, $"The report is in pull request #{number}: {result.Url}"));
            return result.Url ?? "";
        }
        catch (ActionException e)
        {
            return Without($"{e.Title}. {e.Detail}. {e.Hint}".Trim(), isWarning: !(isAuto && e is GitHubException { IsMissingPermission: true }));
        }
    }

    private string Without(string why, bool isWarning)
    {
        var text = $"The report is on the page of the run and not in a pull request. {why}";
        if (isWarning)
            context.Log.Warning(text);
        else
            context.Log.Info(text);
        return "";
    }
}
