using System.Text;
using Actions.Shared.GitHub;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>The comment on the pull request: one for all jobs with the same comment-key, each with a section of its own.</summary>
internal sealed class PlanComment(TerraformPlanOptions options, ActionContext context, GitHubSession github)
{
    private const string TableHead = "| Root | Result | Risk | Plan |\n|---|---|---|---|";

    public static CommentMarker Marker(TerraformPlanOptions options) => new("terraform-plan", options.CommentKey);

    /// <summary>Writes it and tells its page; empty when there is none. What GitHub refuses is a warning: the summary says the same.</summary>
    public async Task<string> WriteAsync(RunReport report, CancellationToken cancellation)
    {
        if (options.Comment.Policy == CommentPolicy.Off || !github.IsAvailable || github.Number == 0 || report.Mode == RunMode.Drift || cancellation.IsCancellationRequested)
        {
            return "";
        }

        var comments = new StickyComments(github.Client, github.Repository);
        var marker = Marker(options);
        try
        {
            var hasSomething = report.Outcome is not (RunOutcome.NoChanges or RunOutcome.Rendered) || report.Counts.HasChanges || report.Failure is not null;
            if (options.Comment.Policy != CommentPolicy.Always && !hasSomething && (await comments.FindAsync(github.Number, marker, cancellation)).Count == 0)
            {
                return "";
            }

            var frame = new CombinedComment(marker, Heading(report), TableHead);
            var section = new CommentSection(Key(report), Row(report), Detail(report), context.GitHub.RunId ?? 0);
            return (await comments.UpsertSectionAsync(github.Number, frame, section, cancellation)).Url ?? "";
        }
        catch (GitHubException e)
        {
            context.Log.Warning(e.IsMissingPermission
                ? $"The pull request is not commented: the token may not ({e.Permission}), as always for a pull request from a fork. The summary has everything."
                : $"The pull request is not commented. {e.Title}: {e.Detail}. {e.Hint}");
            return "";
        }
    }

    /// <summary>Which section is ours: that of the roots, so that each job of a matrix has its own.</summary>
    private static string Key(RunReport report) => string.Join(", ", report.Roots.Select(r => r.Name));

    private static string Heading(RunReport report) =>
        $"## Terraform plan\n\n{(report.Sha.Length > 0 ? $"Of commit {MarkdownText.Code(report.Sha.Length > 12 ? report.Sha[..12] : report.Sha)}." : "")}";

    private static string Row(RunReport report)
    {
        var name = report.Roots.Count == 1 ? MarkdownText.Code(report.Roots[0].Name) : $"{report.Roots.Count} roots";
        var sentence = report.Roots is [{ Plan: { } plan }] ? PlanSentence.Of(plan.Plan, plan.Context with { Name = "" }) : PlanSentence.Of(report.Counts) is { Length: > 0 } text ? text : "No changes";
        return $"| {name} | {ReportMarkdown.Word(report.Outcome)} | {report.Risk?.Word ?? "unknown"} | {MarkdownText.Escape(report.Roots.All(r => r.Plan is null) ? "no plan" : sentence)} |";
    }

    private static string Detail(RunReport report)
    {
        var text = new StringBuilder();
        foreach (var root in report.Roots.Where(r => r.Result.Digest.Length > 0 && r.Outcome is RunOutcome.Planned or RunOutcome.NoChanges or RunOutcome.Refused))
        {
            // A refused plan was not what was approved; the approval that it was held against stays void until a new plan.
            if (root.Outcome != RunOutcome.Refused)
            {
                text.Append(new ApprovedPlan(root.Result.Root.Path, root.Result.Workspace, report.Sha, root.Result.Digest).Line).Append('\n');
            }
        }

        return text.Append('\n').Append(ReportMarkdown.Render(report, PlanMarkdown.CommentBudget - text.Length - 2000)).ToString();
    }
}
