using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting;
using Actions.Shared.Validation.Comparison;

namespace Actions.ValidateManifests;

/// <summary>Writes the reports that were asked for: to files, to the log, to the run's page.</summary>
internal sealed class ReportWriter(ValidateManifestsOptions options, ActionContext context)
{
    /// <summary>Characters for the hidden line of the comment.</summary>
    private const int MarkerRoom = 1024;

    public void Write(ScanReport report, Score score)
    {
        var source = new SourceLines(context.WorkingDirectory);
        foreach (var format in options.Formats.Where(f => f.File is not null))
        {
            ReportFile.Write(context, "format", format.File!, Render(format.Kind, report, source));
        }

        if (options.CommentFile.Length > 0)
        {
            ReportFile.Write(context, "comment-file", options.CommentFile, PullRequestComment.Render(report, Links()));
        }

        if (options.WriteBaseline.Length > 0)
        {
            ReportFile.Write(context, "write-baseline", options.WriteBaseline, Baseline.Of(report.Findings, score).Render());
        }

        SetFileOutput("sarif-file", options.Formats.FirstOrDefault(f => f is { Kind: ReportKind.Sarif, File: not null })?.File);
        SetFileOutput("report-file", options.Formats.FirstOrDefault(f => f is { Kind: not ReportKind.Sarif, File: not null })?.File);
        SetFileOutput("comment-file", options.CommentFile);

        if (options.Formats.FirstOrDefault(f => f.File is null) is { } toLog)
        {
            if (toLog.Kind != ReportKind.Text)
            {
                context.Log.Document(Render(toLog.Kind, report, source));
            }
            else if (context.Console is { Profile.Out.IsTerminal: true } console)
            {
                TextReport.Write(report, console, source.Read);
            }
            else if (!context.GitHub.IsActions)
            {
                context.Log.Document(writer => TextReport.Write(report, writer, source.Read));
            }
            else
            {
                context.Log.Info(Verdict.Of(report).Sentence);
                context.Log.Untrusted(Render(ReportKind.Text, report, source));
            }
        }

        if (options.Summary && context.Summary.IsAvailable)
        {
            context.Summary.Append(MarkdownSummary.Render(report, Links()));
        }

        if (options.Annotations && context.GitHub.IsActions)
        {
            foreach (var annotation in FindingAnnotations.From(report.NewFindings))
            {
                context.Annotations.Add(new Annotation(annotation.Severity, annotation.Message) { Title = annotation.Title, Location = annotation.Location });
            }
        }
    }

    /// <summary>Brings the comment of the pull request up to date.</summary>
    public async Task CommentAsync(ScanReport report, CancellationToken cancellation)
    {
        var key = options.CommentKey.Length > 0 ? options.CommentKey : $"{context.GitHub.Workflow}/{context.GitHub.Job}";
        var url = await new PullRequestReport(context, options.Comment, ValidateManifestsProgram.Definition.Name)
            .WriteAsync(key, () => MarkdownSummary.Render(report, Links(), PullRequestComment.MaxLength - MarkerRoom), isTelling: report.Findings.Count > 0, cancellation);
        context.Outputs.Set("comment-url", url);
    }

    private static string Render(ReportKind kind, ScanReport report, SourceLines source)
    {
        if (kind != ReportKind.Text)
        {
            return kind switch
            {
                ReportKind.Json => FindingsJson.Render(report),
                ReportKind.Sarif => SarifLog.Render(report),
                _ => JUnitReport.Render(report),
            };
        }

        using var writer = new StringWriter { NewLine = "\n" };
        TextReport.Write(report, writer, source.Read);
        return writer.ToString();
    }

    private SourceLinks? Links() => context.GitHub is { ServerUrl: { } server, Repository: { } repository, Sha: { } sha } ? new SourceLinks(server.ToString(), repository, sha) : null;

    private void SetFileOutput(string name, string? file)
    {
        if (!string.IsNullOrEmpty(file))
        {
            var path = Path.GetFullPath(file, context.WorkingDirectory);
            context.Outputs.Set(name, Path.GetRelativePath(context.WorkingDirectory, path).Replace('\\', '/'));
        }
    }
}
