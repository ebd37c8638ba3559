using Actions.Shared.GitHub;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;

namespace Actions.TerraformPlanning;

/// <summary>One issue for each root that has drifted: opened, brought up to date, and closed when all is in sync again.</summary>
internal sealed class DriftIssues(TerraformPlanOptions options, ActionContext context, GitHubSession github)
{
    private const string Label = "terraform-drift";
    private const int Budget = 60_000;

    public async Task<IReadOnlyList<RootReport>> WriteAsync(RunReport report, CancellationToken cancellation)
    {
        if (report.Mode != RunMode.Drift || !github.IsAvailable || options.Comment.Policy == CommentPolicy.Off || cancellation.IsCancellationRequested)
        {
            return report.Roots;
        }

        var issues = new StickyIssues(github.Client, github.Repository, Label);
        var roots = report.Roots.ToArray();
        try
        {
            await github.Client.EnsureLabelAsync(github.Repository, Label, "d93f0b", "The world is not what the code says", cancellation);
            for (var i = 0; i < roots.Length; i++)
            {
                // A root that could not be planned says nothing about drift: its issue stays as it is.
                if (roots[i].Drift is not { } drift)
                {
                    continue;
                }

                var marker = new CommentMarker("terraform-plan", $"drift {options.CommentKey} {roots[i].Name}");
                if (drift.IsInSync)
                {
                    await issues.CloseAsync(marker, $"In sync again{(context.GitHub.RunUrl is { } url ? $", as [this run]({url}) found" : "")}.", cancellation);
                }
                else
                {
                    var body = ReportMarkdown.Render(report with { Roots = [roots[i]] }, Budget)
                        + (context.GitHub.RunUrl is { } run ? $"\nFound by [this run]({run}). The issue is closed when the root is in sync again.\n" : "");
                    var (result, _) = await issues.UpsertAsync(marker, $"Drift in {PlainText.Clean(roots[i].Name)}", context.Secrets.Redact(body), [], cancellation);
                    roots[i] = roots[i] with { IssueUrl = result.Url ?? "" };
                }
            }
        }
        catch (GitHubException e)
        {
            context.Log.Warning($"The issue about drift is not up to date. {e.Title}: {e.Detail}. {e.Hint}");
        }

        return roots;
    }
}
