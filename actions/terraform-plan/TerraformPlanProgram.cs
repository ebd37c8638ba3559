using Actions.Shared;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>The action in one page: plan, tell GitHub, write the reports, decide.</summary>
internal static class TerraformPlanProgram
{
    public static ActionProgram<TerraformPlanOptions> Definition { get; } = new()
    {
        Name = "terraform-plan",
        Summary = "Plans roots of Terraform or OpenTofu, shows reviewers what would change and what is dangerous about it, applies exactly what was approved, and finds drift.",
        ReadOptions = TerraformPlanOptions.Read,
        Outputs =
        [
            new("result", "What it came to: `no-changes`, `planned`, `rendered`, `in-sync`, `drifted`, `applied`, `refused`, `failed` or `cancelled`."),
            new("has-changes", "Whether applying does anything, `true` or `false`."),
            new("add", "How many objects are created where none is replaced."),
            new("change", "How many objects are changed in place."),
            new("replace", "How many objects are destroyed and created again."),
            new("destroy", "How many objects are destroyed and not created again."),
            new("forget", "How many objects are not managed any more, but stay."),
            new("import", "How many objects are imported."),
            new("move", "How many objects get another address."),
            new("outputs", "How many outputs change."),
            new("drift", "How many objects were changed outside."),
            new("drift-class", "For `mode: drift`: `none`, `unapplied-code`, `drift` or `drift-affecting-plan`, the gravest of all roots."),
            new("risk", "How much can go wrong: `none`, `low`, `medium` or `high`. Empty when there is no plan."),
            new("digest", "The digest of the plan, for `approved-digest`. Empty without `plan-secret`."),
            new("failure-cause", "A stable word for why it failed, such as `validate-failed`, `state-locked`, `gates` or `plan-changed`. Empty when it did not."),
            new("lock-info", "Who holds the lock of the state that it waited for. Empty when it did not."),
            new("plan-file", "The sealed plan, or their directory when there are several roots, relative to the workspace. Empty without `plan-directory`."),
            new("report-file", "The JSON report, relative to the workspace. Empty when none was asked for."),
            new("metrics-file", "The metrics, relative to the workspace. Empty when none were asked for."),
            new("comment-url", "The page of the comment. Empty when there is none."),
            new("issue-url", "The page of the first issue about drift. Empty when there is none."),
        ],
        RunAsync = RunAsync,
    };

    /// <summary>The counts by their names in outputs and reports.</summary>
    public static IReadOnlyList<(string Name, int Count)> Counts(PlanCounts counts) =>
    [
        ("add", counts.Create),
        ("change", counts.Update),
        ("replace", counts.Replace),
        ("destroy", counts.Delete),
        ("forget", counts.Forget),
        ("import", counts.Import),
        ("move", counts.Move),
        ("outputs", counts.Outputs),
        ("drift", counts.Drift),
    ];

    public static string Id(RunOutcome outcome) => outcome switch
    {
        RunOutcome.NoChanges => "no-changes",
        RunOutcome.InSync => "in-sync",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    private static async Task<ExitCode> RunAsync(TerraformPlanOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        context.Outputs.Set("result", "failed");
        await using var registration = cancellationToken.Register(() => context.Outputs.Set("result", "cancelled"));
        using var run = new PlanRun(options, context);
        using var github = await GitHubSession.OpenAsync(options, context, cancellationToken);
        var memory = await RememberAsync(options, context, github, cancellationToken);
        var report = await run.RunAsync(github, memory, cancellationToken);
        report = report with { Roots = await new DriftIssues(options, context, github).WriteAsync(report, cancellationToken) };
        report = report with { Refusals = FailOnRules.Judge(report, options.FailOn) };
        var exitCode = report.Failure?.ExitCode ?? (report.Mode == RunMode.Drift ? report.Roots.Max(r => r.Drift?.ExitCode ?? ExitCode.Done) : ExitCode.Done);
        await new ReportFiles(options, context).WriteAsync(report, exitCode);
        SetOutputs(report, options, context);
        context.Outputs.Set("comment-url", await new PlanComment(options, context).WriteAsync(report, memory, github.Number, cancellationToken));
        return exitCode;
    }

    /// <summary>What the comment tells of the plans before. An apply that cannot know it fails; a plan is worth more than its comparison.</summary>
    private static async Task<CommentMemory> RememberAsync(TerraformPlanOptions options, ActionContext context, GitHubSession github, CancellationToken cancellation)
    {
        if (options.Mode is not (RunMode.Plan or RunMode.Apply) || options.PlanSecret is null)
        {
            return CommentMemory.Empty;
        }

        try
        {
            return await CommentMemory.ReadAsync(options, github, cancellation);
        }
        catch (GitHubException e) when (options.Mode == RunMode.Plan)
        {
            context.Log.Info($"The plan is not compared with the last one. {e.Title}: {e.Detail}.");
            return CommentMemory.Empty;
        }
    }

    private static void SetOutputs(RunReport report, TerraformPlanOptions options, ActionContext context)
    {
        foreach (var (name, count) in Counts(report.Counts))
        {
            context.Outputs.Set(name, count);
        }

        context.Outputs.Set("result", Id(report.Outcome));
        context.Outputs.Set("has-changes", report.Counts.HasChanges);
        context.Outputs.Set("drift-class", report.Roots.Select(r => r.Drift).OfType<DriftReport>().MaxBy(d => d.ExitCode)?.Word ?? "");
        context.Outputs.Set("risk", report.Risk?.Word ?? "");
        context.Outputs.Set("digest", report.Digest);
        context.Outputs.Set("failure-cause", report.Failure?.Cause ?? "");
        context.Outputs.Set("lock-info", report.Roots.Select(r => r.Result.HeldLock).FirstOrDefault(l => l is not null)?.Describe(context.Time.GetUtcNow()) ?? "");
        var sealedPlans = report.Roots.Where(r => r.SealedFile.Length > 0).ToArray();
        context.Outputs.Set("plan-file", sealedPlans switch
        {
            [] => "",
            [var only] => only.SealedFile,
            _ => Path.GetRelativePath(context.WorkingDirectory, Path.GetFullPath(options.PlanDirectory, context.WorkingDirectory)).Replace('\\', '/'),
        });
        context.Outputs.Set("issue-url", report.Roots.Select(r => r.IssueUrl).FirstOrDefault(u => u.Length > 0) ?? "");
    }
}
