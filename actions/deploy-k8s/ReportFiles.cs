using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>Writes what a run came to: to the log, to the run's page, to files, as annotations of the manifests.</summary>
internal sealed class ReportFiles(DeployK8sOptions options, ActionContext context)
{
    public void Write(DeploymentReport report)
    {
        var markdown = DeploymentMarkdown.Render(report, Links());
        WriteFile("plan-file", options.PlanFile, context.Secrets.Redact(markdown));
        WriteFile("report-file", options.ReportFile, context.Secrets.Redact(DeploymentJson.Render(report)));
        if (options.Summary && context.Summary.IsAvailable)
        {
            context.Summary.Append(markdown);
        }

        foreach (var failure in report.Failures)
        {
            if (context.GitHub.IsActions)
            {
                var text = failure.Hint.Length > 0 ? $"{failure.Message}\n{failure.Hint}" : failure.Message;
                context.Annotations.Add(new Annotation(Severity.Error, text) { Title = DeployK8sProgram.Definition.Name, Location = failure.Location });
            }

            context.Log.Untrusted(DeploymentText.Failure(failure));
        }

        context.Log.Info(DeploymentText.Verdict(report));
        if (report.Digest.Length > 0 && report.IsReadOnly)
        {
            context.Log.Info($"Digest of the plan: {report.Digest}");
        }
    }

    /// <summary>Writes the metrics of the run, if they are asked for.</summary>
    public void WriteMetrics(DeploymentReport report, ExitCode exitCode) =>
        WriteFile("metrics-file", options.MetricsFile, context.Secrets.Redact(DeploymentMetrics.Render(report, exitCode, context.Time.GetUtcNow())));

    /// <summary>Brings the comment of the pull request up to date.</summary>
    public async Task CommentAsync(DeploymentReport report, CancellationToken cancellation)
    {
        var isTelling = report.Failures.Count > 0 || report.Outcome is not (DeploymentOutcome.Unchanged or DeploymentOutcome.InSync)
            && report.Objects.Any(o => o.Item.IsChange);
        var url = await new PullRequestReport(context, options.Comment, DeployK8sProgram.Definition.Name)
            .WriteAsync($"{options.Environment}/{options.Application}", () => DeploymentMarkdown.Render(report, Links()), isTelling, cancellation);
        context.Outputs.Set("comment-url", url);
    }

    private SourceLinks? Links() => context.GitHub is { ServerUrl: { } server, Repository: { } repository, Sha: { } sha } ? new SourceLinks(server.ToString(), repository, sha) : null;

    /// <summary>Writes a file that an option names, if one is named, and the output of the same name.</summary>
    public void WriteFile(string output, string file, string text)
    {
        if (file.Length > 0)
        {
            context.Outputs.Set(output, ReportFile.Write(context, output, file, text));
        }
    }
}
