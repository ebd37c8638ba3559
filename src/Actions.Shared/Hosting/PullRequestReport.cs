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
    public async Task<string> WriteAsync(string key, Func<string> markdown, bool isTelling, CancellationToken cancellation)
    {
        if (options.Policy == CommentPolicy.Off || cancellation.IsCancellationRequested)
            return "";
        var isAuto = options.Policy == CommentPolicy.Auto;
        if (isAuto && PullRequestFinder.FromEvent(context.GitHub) is null)
            return "";
        if (options.Token is null)
            return Without("`github-token` is empty.", isWarning: !isAuto);
        try
        {
            var repository = RepositoryName.Parse(context.GitHub.Repository);
            using var client = context.CreateGitHubClient(tool, options.Token);
            if (await PullRequestFinder.FindAsync(client, repository, context.GitHub, cancellation).ConfigureAwait(false) is not { } number)
                return Without("This run belongs to none.", isWarning: false);
            var result = await new StickyComments(client, repository).UpsertAsync(
                number,
                new CommentMarker(tool, key),
                context.Secrets.Redact(markdown()),
                new StickyOptions { CreateIfMissing = isTelling || options.Policy == CommentPolicy.Always },
                cancellation).ConfigureAwait(false);
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
