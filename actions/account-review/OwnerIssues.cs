using System.Globalization;
using System.Text;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.Shared;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting;

namespace Actions.AccountReview;

/// <summary>Keeps one issue for each owner up to date: open while there are findings, closed when there are none.</summary>
/// <param name="client">GitHub.</param>
/// <param name="repository">Where the issues are.</param>
/// <param name="tell">Told of every issue.</param>
internal sealed class OwnerIssues(GitHubClient client, RepositoryName repository, Action<string> tell)
{
    /// <summary>The label by which the issues are found again.</summary>
    public const string Label = "account-review";

    private const int MaxFindings = 200;

    /// <summary>Brings the issues of the repository of the run up to date.</summary>
    /// <exception cref="ActionException">GitHub does not take them.</exception>
    public static async Task UpdateAsync(AccountReport report, ActionContext context, string token, CancellationToken cancellation)
    {
        if (!RepositoryName.TryParse(context.GitHub.Repository, out var repository))
        {
            throw new ActionException("The issues have no repository", "GITHUB_REPOSITORY is not set", "Run it in a workflow, or without `issues`.");
        }

        using var client = context.CreateGitHubClient(AccountReviewProgram.Definition.Name, token);
        await new OwnerIssues(client, repository, context.Log.Untrusted).UpdateAsync(report, cancellation);
    }

    /// <exception cref="ActionException">GitHub does not take them.</exception>
    public async Task UpdateAsync(AccountReport report, CancellationToken cancellation)
    {
        await client.EnsureLabelAsync(repository, Label, "5319e7", "Findings of the review of the cloud account", cancellation);
        var issues = new StickyIssues(client, repository, Label);
        var byOwner = report.Failures.GroupBy(f => f.Owner, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        foreach (var owner in byOwner)
        {
            var (result, number) = await issues.UpsertAsync(Marker(owner.Key), Title(owner.Key), Body(owner.Key, [.. owner], report), [], cancellation);
            tell($"Issue #{number} of {Name(owner.Key)}: {result.Action}.");
        }

        var done = new List<(int Number, string Owner)>();
        await foreach (var issue in client.ListIssuesAsync(repository, [Label], null, isOpen: true, cancellation))
        {
            // The title names whose issue it is; the hidden line proves that it is one of these.
            var owner = issue.Title.StartsWith(TitleStart, StringComparison.Ordinal) ? issue.Title[TitleStart.Length..] : null;
            owner = owner == Nobody ? "" : owner;
            if (owner is not null && byOwner.All(o => o.Key != owner) && Marker(owner).Marks(issue.Body))
            {
                done.Add((issue.Number, owner));
            }
        }

        foreach (var (number, owner) in done)
        {
            await issues.CloseAsync(Marker(owner), $"The review of {report.Inventory.At:yyyy-MM-dd} finds nothing any more.", cancellation);
            tell($"Issue #{number} of {Name(owner)} is closed.");
        }
    }

    private const string TitleStart = "Account review: ";
    private const string Nobody = "nobody in particular";

    private static CommentMarker Marker(string owner) => new("account-review", owner.Length == 0 ? "-" : owner);

    private static string Name(string owner) => owner.Length == 0 ? Nobody : owner;

    private static string Title(string owner) => TitleStart + Name(owner);

    private static string Body(string owner, IReadOnlyList<ReviewFinding> findings, AccountReport report)
    {
        var body = new StringBuilder();
        var saving = findings.Sum(f => f.Saving ?? 0);
        body.Append(CultureInfo.InvariantCulture, $"{findings.Count} finding{(findings.Count == 1 ? "" : "s")} of the review of {report.Inventory.At:yyyy-MM-dd} {(owner.Length == 0 ? "have no owner" : $"are for {UntrustedMarkdown.Inline(owner)}")}.");
        body.Append(saving > 0 ? $" {ReviewMarkdown.Eur(saving)} a month could be saved.\n\n" : "\n\n");
        body.Append("This issue is kept up to date by every review, and closed when nothing is left. What has to stay as it is belongs on the allow-list, with a reason and an end.\n\n| Severity | What | Resource | EUR a month |\n|---|---|---|--:|\n");
        foreach (var finding in findings.Take(MaxFindings))
        {
            var where = finding.Resource is { } resource ? $"{resource.Kind.Title} {UntrustedMarkdown.Code(resource.Name)}{(resource.Locality.Length == 0 ? "" : $" in {resource.Locality}")}" : UntrustedMarkdown.Code(finding.Location?.ToString() ?? finding.Scope);
            body.Append($"| {ReviewJson.Word(finding.Severity)} | {UntrustedMarkdown.Inline(finding.Message)} {UntrustedMarkdown.Inline(finding.Rule.Fix)} | {where} | {finding.Saving?.ToString("N2", CultureInfo.InvariantCulture)} |\n");
        }

        if (findings.Count > MaxFindings)
        {
            body.Append(CultureInfo.InvariantCulture, $"\n{findings.Count - MaxFindings} more are in the report of the run.\n");
        }

        return body.ToString();
    }
}
