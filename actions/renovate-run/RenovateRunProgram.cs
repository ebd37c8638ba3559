using Actions.RenovateRun.Reporting;
using Actions.Shared;
using Actions.Shared.Hosting;

namespace Actions.RenovateRun;

/// <summary>The action in one page: run Renovate, judge what it did, write the reports, tell GitHub.</summary>
internal static class RenovateRunProgram
{
    public static ActionProgram<RenovateRunOptions> Definition { get; } = new()
    {
        Name = "renovate-run",
        Summary = "Runs Renovate, in a workflow or as a CronJob, and tells for every repository what it did, what it could not do and what it did not even see; a run that did nothing is never green.",
        ReadOptions = RenovateRunOptions.Read,
        Outputs =
        [
            new("verdict", "What the run came to: `good` or `failed`."),
            new("repositories", "How many repositories Renovate looked at."),
            new("repositories-by-state", "How many repositories are in each state, as JSON: `{\"outdated\": 3, \"failed\": 1}`."),
            new("updates", "How many updates were found."),
            new("updates-by-kind", "How many updates there are by manager and type, as JSON: `{\"kubernetes\": {\"minor\": 2}}`."),
            new("pull-requests-created", "How many pull requests were created."),
            new("pull-requests-updated", "How many pull requests were updated."),
            new("pull-requests-merged", "How many pull requests and branches were merged."),
            new("problems", "How many things are wrong or worth a look, those that do not fail the run included."),
            new("blind-spots", "How many images of the workspace Renovate did not see. Empty when that was not looked at."),
            new("renovate-version", "The version of Renovate that ran."),
            new("report-file", "The JSON report, relative to the workspace. Empty when none was asked for."),
            new("metrics-file", "The metrics, relative to the workspace. Empty when none were asked for."),
            new("preview-file", "The preview, relative to the workspace. Empty when none was asked for."),
        ],
        RunAsync = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(RenovateRunOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        context.Outputs.Set("verdict", "failed");
        var run = new RenovateRun(options, context);
        var result = await run.RunAsync(cancellationToken);
        new RunReporter(options, context).Write(result);
        return result.Verdict.ExitCode;
    }
}
