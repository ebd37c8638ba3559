using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;
using Actions.Shared.Reporting;
using Actions.TerraformPlanning.Places;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>Writes what a run came to: to the log, to the run's page, to a file, as annotations of the configuration.</summary>
internal sealed class ReportFiles(TerraformPlanOptions options, ActionContext context)
{
    private const int MostDiagnostics = 50;

    /// <param name="report">The run.</param>
    /// <param name="exitCode">With which code the program ends.</param>
    public async Task WriteAsync(RunReport report, ExitCode exitCode)
    {
        // Both take their time for a large plan.
        var json = options.ReportFile.Length > 0 ? Task.Run(() => ReportJson.Render(report, context.Version)) : null;
        var summary = options.Summary && context.Summary.IsAvailable ? Task.Run(() => ReportMarkdown.Render(report, PlanMarkdown.SummaryBudget)) : null;
        foreach (var root in report.Roots)
        {
            using (report.Roots.Count > 1 ? context.Log.Group(PlainText.Clean(ReportText.Sentence(root))) : null)
            {
                if (report.Roots.Count == 1)
                {
                    context.Log.Untrusted(ReportText.Sentence(root));
                }

                if (ReportText.Root(root) is { Length: > 0 } changes)
                {
                    context.Log.Untrusted(changes);
                }

                if (root.Delta.Length > 0)
                {
                    context.Log.Untrusted(root.Delta);
                }
            }

            if (root.Failure is not null)
            {
                context.Log.Untrusted(ReportText.Failure(root));
            }
        }

        foreach (var refusal in report.Refusals)
        {
            context.Log.Untrusted(ReportText.Failure(refusal, report.Redact));
        }

        if (json is not null)
        {
            context.Outputs.Set("report-file", ReportFile.Write(context, "report-file", options.ReportFile, context.Secrets.Redact(await json)));
        }

        if (options.MetricsFile.Length > 0)
        {
            var metrics = context.Secrets.Redact(PlanMetrics.Render(report, exitCode, context.Time.GetUtcNow()));
            context.Outputs.Set("metrics-file", ReportFile.Write(context, "metrics-file", options.MetricsFile, metrics));
        }

        if (summary is not null)
        {
            context.Summary.Append(await summary);
        }

        if (context.GitHub.IsActions)
        {
            foreach (var refusal in report.Refusals)
            {
                Annotate(refusal, report.Redact);
            }

            foreach (var root in report.Roots)
            {
                Annotate(root);
            }

            foreach (var annotation in FindingAnnotations.From(report.Findings))
            {
                context.Annotations.Add(new Annotation(annotation.Severity, annotation.Message) { Title = annotation.Title, Location = annotation.Location });
            }
        }

        if (report.Digest.Length > 0)
        {
            context.Log.Info($"Digest of the plan: {report.Digest}");
        }
    }

    private void Annotate(RootReport root)
    {
        if (root.Failure is { } failure)
        {
            Annotate(failure, root.Redactor.Text);
        }

        // What was applied has happened: then the report says what came of it.
        if (root is { Plan: { } plan, Places: { } places, Outcome: not RunOutcome.Applied })
        {
            foreach (var annotation in PlanAnnotations.Of(plan, places, options.FailOn.Contains(FailOn.Gates) || options.Mode == RunMode.Apply))
            {
                context.Annotations.Add(annotation);
            }
        }

        foreach (var diagnostic in root.Result.Diagnostics.Where(d => d.Severity == Severity.Warning || d.Location != root.Failure?.Location).Take(MostDiagnostics))
        {
            var text = diagnostic.Detail.Length > 0 ? $"{diagnostic.Summary}\n{diagnostic.Detail}" : diagnostic.Summary;
            context.Annotations.Add(new Annotation(diagnostic.Severity, root.Redactor.Text(text)) { Title = root.Result.Tool, Location = diagnostic.Location });
        }

        foreach (var file in root.Result.Unformatted)
        {
            context.Annotations.Add(new Annotation(options.FailOn.Contains(FailOn.Format) ? Severity.Error : Severity.Warning, "This file is not formatted. Run `fmt` on it.")
            {
                Title = root.Result.Tool,
                Location = new SourceLocation(file),
            });
        }
    }
    private void Annotate(RootFailure failure, Func<string, string> redact)
    {
        var text = string.Join('\n', new[] { redact(failure.Detail.Length > 0 ? $"{failure.Title}: {failure.Detail}" : failure.Title), failure.Hint }.Where(t => t.Length > 0));
        context.Annotations.Add(new Annotation(Severity.Error, text) { Title = TerraformPlanProgram.Definition.Name, Location = failure.Location });
    }
}
