using System.Text;
using Actions.Shared.GitHub;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>The comment on the pull request: one for all jobs with the same comment-key, each with a section of its own.</summary>
internal sealed class PlanComment(TerraformPlanOptions options, ActionContext context)
{
    private const string TableHead = "| Root | Result | Risk | Plan |\n|---|---|---|---|";

    /// <summary>For the tables of all jobs and what hides between the sections.</summary>
    private const int FrameBytes = 2_000;

    public static CommentMarker Marker(TerraformPlanOptions options) => new(TerraformPlanProgram.Definition.Name, options.CommentKey);

    /// <summary>Writes it and tells its page; empty when there is none.</summary>
    /// <param name="report">The run.</param>
    /// <param name="memory">What the comment told before.</param>
    /// <param name="number">The pull request; 0 for none that is known.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<string> WriteAsync(RunReport report, CommentMemory memory, int number, CancellationToken cancellation)
    {
        if (report.Mode == RunMode.Drift)
        {
            return Task.FromResult("");
        }

        var isTelling = report.Outcome is not (RunOutcome.NoChanges or RunOutcome.Rendered) || report.Counts.HasChanges || report.Failure is not null;
        var frame = new CombinedComment(Marker(options), Heading(report), TableHead);
        return new PullRequestReport(context, options.Comment, TerraformPlanProgram.Definition.Name)
            .WriteSectionAsync(frame, Section, isTelling, number == 0 ? null : number, cancellation);

        CommentSection Section() => new(Key(report), Row(report), Detail(report, memory), context.GitHub.RunId ?? 0);
    }

    /// <summary>Which section is ours: that of the roots, so that each job of a matrix has its own.</summary>
    private static string Key(RunReport report) => string.Join(", ", report.Roots.Select(r => r.Name));

    private static string Heading(RunReport report) =>
        $"## Terraform plan\n\n{(report.Sha.Length > 0 ? $"Of commit {MarkdownText.Code(report.Sha.Length > 12 ? report.Sha[..12] : report.Sha)}." : "")}";

    private static string Row(RunReport report)
    {
        var name = report.Roots.Count == 1 ? MarkdownText.Code(report.Roots[0].Name) : $"{report.Roots.Count} roots";
        var sentence = report.Roots is [{ Plan: { } plan }] ? PlanSentence.Of(plan.Plan, plan.Context with { Name = "" }) : PlanSentence.Of(report.Counts) is { Length: > 0 } text ? text : "No changes";
        return $"| {name} | {ReportMarkdown.Word(report)} | {report.Risk?.Word ?? "unknown"} | {MarkdownText.Escape(report.Roots.All(r => r.Plan is null) ? "no plan" : sentence)} |";
    }

    /// <summary>What may be applied first and what the next plan is compared with last, both hidden: what lies between comes from the plan and is not believed.</summary>
    private static string Detail(RunReport report, CommentMemory memory)
    {
        // What was refused was not what was approved; the approval that it was held against is void until there is a new plan.
        var approved = report.Roots
            .Where(r => r.Result.Digest.Length > 0 && r.Outcome is RunOutcome.Planned or RunOutcome.NoChanges)
            .Select(r => new ApprovedPlan(r.Result.Root.Path, r.Result.Workspace, report.Sha, r.Result.Digest).Line + "\n");
        // Of a root that could not be planned, the plan before stays the last one. After an apply there is none.
        var last = report.Roots
            .Select(r => r.Outcome == RunOutcome.Applied ? null
                : r.Fingerprint is { } print ? new LastPlan(r.Result.Root.Path, r.Result.Workspace, report.Sha, print.Hidden(FingerprintBudget(report)))
                : memory.LastOf(r.Result))
            .OfType<LastPlan>()
            .Select(l => l.Line + "\n");
        var (head, foot) = (string.Concat(approved), string.Concat(last));
        var room = PlanMarkdown.CommentBudget - Encoding.UTF8.GetByteCount(head) - Encoding.UTF8.GetByteCount(foot) - FrameBytes;
        return $"{head}\n{ReportMarkdown.Render(report, room).TrimEnd('\n')}\n\n{foot}";
    }

    private static int FingerprintBudget(RunReport report) => Math.Clamp(12_000 / report.Roots.Count, 500, 4_000);
}
