using System.Text;
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

    private SourceLinks? Links() => context.GitHub is { ServerUrl: { } server, Repository: { } repository, Sha: { } sha } ? new SourceLinks(server.ToString(), repository, sha) : null;

    /// <summary>A report is there whole or not at all: it is written beside its place and moved there.</summary>
    public void WriteFile(string output, string file, string text)
    {
        if (file.Length == 0)
        {
            return;
        }

        var path = Path.GetFullPath(file, context.WorkingDirectory);
        var draft = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(draft, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }

            throw new ActionException($"Cannot write {file}", e.Message, $"Give `{output}` a path that can be written.", inner: e);
        }

        context.Outputs.Set(output, Path.GetRelativePath(context.WorkingDirectory, path).Replace('\\', '/'));
    }
}
