using System.Text.Json.Nodes;
using Actions.RenovateRun.Judging;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Images;

namespace Actions.RenovateRun.Reporting;

/// <summary>Tells what a run came to: to the log, to the run's page, to files, as annotations and outputs.</summary>
internal sealed class RunReporter(RenovateRunOptions options, ActionContext context)
{
    public void Write(RunResult result)
    {
        SetOutputs(result);
        OutputFile.Write(context, "report-file", options.ReportFile, RunJson.Render(result));
        OutputFile.Write(context, "metrics-file", options.MetricsFile, RunMetrics.Render(result));
        if (options.Summary && context.Summary.IsAvailable)
        {
            context.Summary.Append(RunMarkdown.Render(result));
        }

        foreach (var failure in result.Verdict.Failures)
        {
            context.Log.Untrusted(RunText.Remark(failure));
            Annotate(Severity.Error, failure, result);
        }

        var failed = result.Verdict.Failures.ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var remark in result.Verdict.Remarks.Concat(result.Verdict.Repositories.SelectMany(r => r.Remarks)).Where(r => !failed.Contains(r) && !RunJudge.IsBrokenOff(r) && r.State < RunState.Outdated))
        {
            context.Log.Untrusted(RunText.Remark(remark));
            Annotate(Severity.Warning, remark, result);
        }

        context.Log.Untrusted(RunText.Verdict(result));
    }

    private void SetOutputs(RunResult result)
    {
        context.Outputs.Set("verdict", result.Verdict.IsGood ? "good" : "failed");
        context.Outputs.Set("repositories", result.Verdict.Repositories.Count);
        context.Outputs.Set("repositories-by-state", new JsonObject(result.States.Select(s => KeyValuePair.Create(RunResult.Word(s.State), (JsonNode?)JsonValue.Create(s.Count)))).ToJsonString());
        context.Outputs.Set("updates", result.Facts.Repositories.Sum(r => r.Updates.Count()));
        context.Outputs.Set("updates-by-kind", new JsonObject(
            from manager in result.Updates.GroupBy(u => u.Manager)
            let types = new JsonObject(manager.Select(u => KeyValuePair.Create(u.Type, (JsonNode?)JsonValue.Create(u.Count))))
            select KeyValuePair.Create(manager.Key, (JsonNode?)types)).ToJsonString());
        context.Outputs.Set("pull-requests-created", result.PullRequests.Created);
        context.Outputs.Set("pull-requests-updated", result.PullRequests.Updated);
        context.Outputs.Set("pull-requests-merged", result.PullRequests.Merged);
        context.Outputs.Set("problems", result.Problems);
        context.Outputs.Set("renovate-version", result.Facts.Version);
        if (result.Workspace is not null)
        {
            context.Outputs.Set("blind-spots", result.Verdict.Repositories.SelectMany(r => r.Remarks).Count(r => r.State == RunState.BlindSpot));
        }
    }

    private void Annotate(Severity severity, Remark remark, RunResult result)
    {
        if (context.GitHub.IsActions)
        {
            var message = $"{(remark.Repository == result.Workspace || remark.Repository is null ? "" : $"{remark.Repository}: ")}{remark.Message}{(remark.Hint.Length > 0 ? $"\n{remark.Hint}" : "")}";
            context.Annotations.Add(new Annotation(severity, message) { Title = RenovateRunProgram.Definition.Name, Location = Locate(remark, result) });
        }
    }

    /// <summary>Where it is in the workspace; null where that is another repository.</summary>
    private static SourceLocation? Locate(Remark remark, RunResult result)
    {
        if (remark.File is null || remark.Repository != result.Workspace || result.Workspace is null)
        {
            return null;
        }

        var region = remark.Region ?? result.Images.FirstOrDefault(i => i.Location.File == remark.File && IsOf(i, remark.Dependency))?.Location.Region;
        return new SourceLocation(remark.File, region);
    }

    private static bool IsOf(FoundImage image, string? dependency) =>
        dependency is not null && ImageReference.TryParse(dependency, out var name) && name.NormalizedName == image.Image.NormalizedName;
}
