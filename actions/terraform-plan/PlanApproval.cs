using Actions.Shared;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>
/// Holds plans against what was approved: the digest that the caller gives, or those that our comment on the pull request tells for its present head. A root
/// without changes needs no approval.
/// </summary>
/// <param name="options">What was asked for.</param>
/// <param name="context">The run.</param>
/// <param name="github">The pull request.</param>
/// <param name="memory">What the comment tells.</param>
internal sealed class PlanApproval(TerraformPlanOptions options, ActionContext context, GitHubSession github, CommentMemory memory)
{
    /// <summary>The reports, with a failure where a plan may not be applied.</summary>
    /// <param name="reports">The plans of now.</param>
    /// <param name="digest">Their digest together.</param>
    public IReadOnlyList<RootReport> Judge(IReadOnlyList<RootReport> reports, string digest)
    {
        if (options.ApprovedDigest.Length > 0)
        {
            return options.ApprovedDigest == digest
                ? reports
                : [.. reports.Select(r => r.Failure is not null || (reports.Count > 1 && r.Outcome == RunOutcome.NoChanges)
                    ? r
                    : Changed(r, new ApprovedPlan(r.Result.Root.Path, r.Result.Workspace, github.PullRequest?.HeadSha ?? github.Sha, options.ApprovedDigest), $"now it is {digest}"))];
        }

        return [.. reports.Select(r => r.Failure is not null || r.Outcome == RunOutcome.NoChanges ? r : Judge(r))];
    }

    private RootReport Judge(RootReport report)
    {
        var head = github.PullRequest?.HeadSha ?? "";
        if (memory.ApprovedOf(report.Result, head) is not { } mine)
        {
            return Refused(report, new RootFailure(
                "not-approved",
                $"No plan of {report.Shown} was approved",
                github.Number == 0 ? "there is no pull request for this commit, and no approved-digest" : $"the comment on pull request {github.Number} has none with a digest",
                "Let a plan with the same plan-secret comment on the pull request before, or give `approved-digest`."));
        }

        return mine.Sha != head
            ? Refused(report, new RootFailure(
                "head-moved",
                $"The plan of {report.Shown} that was approved is not that of the newest commit",
                $"it was made for {Short(mine.Sha)}, and the pull request is at {Short(head)}",
                "Wait for the plan of the newest commit, look at it, and apply again."))
            : mine.Digest == report.Result.Digest ? report : Changed(report, mine, $"now it is {report.Result.Digest}");
    }

    private RootReport Changed(RootReport report, ApprovedPlan approved, string now) => Refused(
        report with { Delta = Delta(report, approved) },
        new RootFailure(
            "plan-changed",
            $"The plan of {report.Shown} is not what was approved",
            $"approved was {approved.Digest}, {now}",
            "Code, variables or the world changed since. Look at the difference and approve a new plan. Nothing was changed."));

    private static RootReport Refused(RootReport report, RootFailure failure) => report with { Failure = failure, Outcome = RunOutcome.Refused };

    /// <summary>How the plan differs from the approved one: from the sealed plan with its values, when that is at hand, else from what the comment remembers.</summary>
    private string Delta(RootReport report, ApprovedPlan approved)
    {
        if (report.Plan is null)
        {
            return "";
        }

        var file = options.PlanDirectory.Length == 0 ? "" : Path.Combine(Path.GetFullPath(options.PlanDirectory, context.WorkingDirectory), PlanRun.SealedName(report));
        if (!File.Exists(file))
        {
            return report.Plan.SinceLast is { } differences ? PlanDelta.Render(differences, report.Redactor) : "";
        }

        try
        {
            var binding = new PlanBinding(context.GitHub.Repository ?? "", github.Number, approved.Sha, report.Name, approved.Digest);
            var before = PlanReader.Read(PlanSeal.Open(File.ReadAllBytes(file), options.PlanSecret!, binding, Path.GetFileName(file)), Path.GetFileName(file));
            return PlanDelta.Render(before, report.Plan.Plan, PlanRedactor.For([before, report.Plan.Plan], [options.PlanSecret!]));
        }
        catch (ActionException e)
        {
            context.Log.Warning($"What is different cannot be shown. {e.Title}: {e.Detail}");
            return "";
        }
    }

    private static string Short(string sha) => sha.Length > 12 ? sha[..12] : sha.Length == 0 ? "no commit" : sha;
}
