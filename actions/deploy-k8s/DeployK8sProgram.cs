using System.Globalization;
using Actions.Shared;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>The action in one page: deploy, write the reports, tell GitHub, decide.</summary>
internal static class DeployK8sProgram
{
    public static ActionProgram<DeployK8sOptions> Definition { get; } = new()
    {
        Name = "deploy-k8s",
        Summary = "Deploys manifests, kustomizations and charts to a Kubernetes cluster: shows the change before, waits until everything runs, says why when it does not, and then changes it back.",
        ReadOptions = DeployK8sOptions.Read,
        Outputs =
        [
            new("result", "What it came to: `deployed`, `unchanged`, `previewed`, `previewed-offline`, `in-sync`, `drifted`, `refused`, `failed`, `rolled-back`, `rollback-failed` or `cancelled`; of a bump `bumped`, `outdated` (by `check`), `unchanged` or `refused`."),
            new("changed", "Whether the cluster was changed, or would be by the plan, `true` or `false`."),
            new("created", "How many objects were created, or would be."),
            new("updated", "How many objects were updated, or would be, those deleted and created again included."),
            new("deleted", "How many objects were deleted, or would be."),
            new("unchanged", "How many objects were as they should be."),
            new("failed", "How many objects the cluster did not take."),
            new("failure-cause", "A stable word for why it failed, such as `image-not-found`. Empty when it did not."),
            new("digest", "The digest of the plan, for `approved-digest`."),
            new("release", "The number of the release that is deployed, for `to-release`."),
            new("environment-url", "The address of the first Ingress that was deployed. Empty when there is none."),
            new("changes", "For `mode: bump`, the list of changes as JSON: `changes` with file, line, column, field, old and new, `refusals` with the reason, `unmatched`."),
            new("changed-files", "For `mode: bump`, the files that changed or would, one per line."),
            new("branch", "For `mode: bump`, the branch on GitHub that holds the change. Empty when there is none."),
            new("commit", "For `mode: bump`, the commit that was made. Empty when none was needed."),
            new("pull-request", "For `mode: bump`, the number of the pull request. Empty when there is none."),
            new("pull-request-url", "For `mode: bump`, the address of the pull request. Empty when there is none."),
            new("plan-file", "The Markdown file, relative to the workspace. Empty when none was asked for."),
            new("report-file", "The JSON report, relative to the workspace. Empty when none was asked for."),
            new("metrics-file", "The metrics, relative to the workspace. Empty when none were asked for."),
            new("comment-url", "The address of the comment in the pull request. Empty when there is none."),
        ],
        RunAsync = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(DeployK8sOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        context.Outputs.Set("result", "failed");
        if (options.Mode == DeployMode.Bump)
        {
            return await new BumpRun(options, context).RunAsync(cancellationToken);
        }

        var files = new ReportFiles(options, context);
        DeploymentReport report;
        try
        {
            report = await DeployAsync(options, context, cancellationToken);
        }
        catch (ActionException e)
        {
            // Monitoring has to learn of this too.
            files.WriteMetrics(Broken(options, context), e.ExitCode);
            throw;
        }

        var exitCode = report.Outcome == DeploymentOutcome.Cancelled ? ExitCode.Cancelled : report.IsGood ? ExitCode.Done : ExitCode.Findings;
        files.Write(report);
        files.WriteMetrics(report, exitCode);
        await files.CommentAsync(report, cancellationToken);

        foreach (var (action, count) in report.Tally)
        {
            context.Outputs.Set(action, count);
        }

        context.Outputs.Set("result", DeploymentJson.Id(report.Outcome));
        context.Outputs.Set("changed", report.IsPlan ? report.Objects.Any(o => o.Item.IsChange) : report.Objects.Any(o => o.Outcome is not (ObjectOutcome.Unchanged or ObjectOutcome.NotReached or ObjectOutcome.Failed)));
        context.Outputs.Set("failure-cause", report.Failures.Count > 0 ? report.Failures[0].Cause : "");
        context.Outputs.Set("digest", report.Digest);
        context.Outputs.Set("release", report.Release == 0 ? "" : report.Release.ToString(CultureInfo.InvariantCulture));
        context.Outputs.Set("environment-url", report.Url);
        return exitCode;
    }

    private static async Task<DeploymentReport> DeployAsync(DeployK8sOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        using var deployment = new EnvironmentDeployment(options, context);
        await deployment.QueueAsync(cancellationToken);
        try
        {
            using var run = new DeployRun(options, context, deployment.StartAsync);
            var report = await run.RunAsync(cancellationToken);
            await deployment.EndAsync(report);
            return report;
        }
        catch
        {
            await deployment.BreakAsync();
            throw;
        }
    }

    /// <summary>A run that ended before it could say anything of the application.</summary>
    private static DeploymentReport Broken(DeployK8sOptions options, ActionContext context) => new()
    {
        Tool = Definition.Name,
        ToolVersion = context.Version,
        Mode = options.ModeName,
        Application = options.Application,
        Namespace = options.Namespaces.Default ?? "",
        Environment = options.Environment,
        Trace = new DeploymentTrace { Run = "" },
        Outcome = DeploymentOutcome.Failed,
    };
}
