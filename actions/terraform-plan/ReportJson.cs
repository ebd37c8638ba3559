using System.Text.Json;
using Actions.Shared.Findings;
using Actions.Shared.Plans;
using Actions.Shared.Text;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>The report as JSON, by docs/reference/plan-report.schema.json. No value that is, or looks like, a secret is in it.</summary>
internal static class ReportJson
{
    public static string Render(RunReport report, string version) => JsonText.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("schemaVersion", "1.1");
        json.WriteString("tool", "terraform-plan");
        json.WriteString("version", version);
        json.WriteString("mode", report.Mode.ToString().ToLowerInvariant());
        json.WriteString("result", TerraformPlanProgram.Id(report.Outcome));
        json.WriteString("failureCause", report.Failure?.Cause ?? "");
        json.WriteString("risk", report.Risk?.Word ?? "");
        json.WriteString("digest", report.Digest);
        json.WriteString("commit", report.Sha);
        json.WriteNumber("pullRequest", report.PullRequest);
        WriteCounts(json, report.Counts);
        json.WriteStartArray("roots");
        foreach (var root in report.Roots)
        {
            WriteRoot(json, root);
        }

        json.WriteEndArray();
        json.WriteStartArray("refusals");
        foreach (var refusal in report.Refusals)
        {
            WriteFailure(json, refusal, report.Redact);
        }

        json.WriteEndArray();
        WriteFindings(json, report.Findings, text => text);
        json.WriteEndObject();
    });

    private static void WriteFindings(Utf8JsonWriter json, IReadOnlyList<Finding> findings, Func<string, string> redact)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.Text("rule", finding.Rule);
            json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
            json.Text("message", redact(finding.Message));
            WriteLocation(json, finding.Location.File == "-" ? null : finding.Location);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFailure(Utf8JsonWriter json, RootFailure failure, Func<string, string> redact)
    {
        json.WriteStartObject();
        json.WriteString("cause", failure.Cause);
        json.Text("title", redact(failure.Title));
        json.Text("detail", redact(failure.Detail));
        json.Text("hint", failure.Hint);
        WriteLocation(json, failure.Location);
        json.WriteEndObject();
    }

    private static void WriteRoot(Utf8JsonWriter json, RootReport root)
    {
        json.WriteStartObject();
        json.Text("root", root.Result.Root.Path);
        json.Text("workspace", root.Result.Workspace);
        json.Text("program", root.Result.Tool);
        json.WriteString("result", TerraformPlanProgram.Id(root.Outcome));
        json.Text("digest", root.Result.Digest);
        json.Text("sealedPlan", root.SealedFile);
        json.Text("issue", root.IssueUrl);
        json.WriteString("drift", root.Drift?.Word ?? "");
        json.WriteStartObject("durations");
        foreach (var step in root.Result.Times)
        {
            json.WriteNumber(step.Step, Math.Round(step.Duration.TotalSeconds, 3));
        }

        json.WriteEndObject();
        if (root.Failure is { } failure)
        {
            json.WritePropertyName("failure");
            WriteFailure(json, failure, root.Redactor.Text);
        }

        if (root.Result.HeldLock is { } held)
        {
            json.WriteStartObject("lock");
            json.Text("id", held.Id);
            json.Text("who", held.Who);
            json.Text("operation", held.Operation);
            json.Text("path", held.Path);
            json.Text("created", held.Created?.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture) ?? "");
            json.WriteEndObject();
        }

        json.WriteStartArray("remarks");
        foreach (var diagnostic in root.Result.Diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("severity", diagnostic.Severity.ToString().ToLowerInvariant());
            json.Text("summary", root.Redactor.Text(diagnostic.Summary));
            json.Text("detail", root.Redactor.Text(diagnostic.Detail));
            json.Text("address", root.Redactor.Name(diagnostic.Address));
            WriteLocation(json, diagnostic.Location);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Texts("unformatted", root.Result.Unformatted);
        json.Texts("completed", root.Result.Completed);
        if (root.Plan is { } report)
        {
            WritePlan(json, report);
        }

        json.WriteEndObject();
    }

    private static void WritePlan(Utf8JsonWriter json, PlanReport report)
    {
        var (plan, redactor) = (report.Plan, report.Redactor);
        json.WriteStartObject("plan");
        json.Text("formatVersion", plan.FormatVersion);
        json.Text("programVersion", plan.ToolVersion);
        json.WriteBoolean("hasChanges", plan.HasChanges);
        json.WriteString("risk", report.Risk.Word);
        json.Texts("riskReasons", report.Risk.Reasons.Select(redactor.Text));
        WriteCounts(json, plan.Counts);
        json.WriteStartArray("gates");
        foreach (var violation in report.Gates?.Violations ?? [])
        {
            json.WriteStartObject();
            json.WriteString("gate", violation.Gate);
            json.Text("message", redactor.Text(violation.Message));
            json.Texts("addresses", violation.Addresses.Select(redactor.Name));
            json.WriteBoolean("overridden", report.Gates!.IsOverridden);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.SinceLast is { } differences)
        {
            WriteSinceLast(json, report.SinceCommit, differences, redactor);
        }

        // Those of other tools stand at the end of the report, once for all roots.
        WriteFindings(json, [.. report.Findings.Where(f => PlanRules.IsOwn(f))], redactor.Text);
        json.WriteStartArray("changes");
        foreach (var change in plan.Changes.Where(c => c.IsChange))
        {
            WriteChange(json, change, redactor);
        }

        json.WriteEndArray();
        json.WriteStartArray("drift");
        foreach (var change in plan.Drift.Where(c => c.Kind != ChangeKind.NoOp))
        {
            WriteChange(json, change, redactor);
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (var output in plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp))
        {
            json.WriteStartObject();
            json.Text("name", redactor.Name(output.Name));
            json.WriteString("action", Action(output.Kind));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSinceLast(Utf8JsonWriter json, string commit, IReadOnlyList<PlanDifference> differences, PlanRedactor redactor)
    {
        json.WriteStartObject("sinceLast");
        json.Text("commit", commit);
        json.WriteStartArray("differences");
        foreach (var difference in differences)
        {
            json.WriteStartObject();
            json.Text("name", redactor.Name(difference.Name));
            json.Text("was", difference.Was);
            json.Text("now", difference.Now);
            json.Texts("attributes", difference.Attributes.Select(redactor.Name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChange(Utf8JsonWriter json, ResourceChange change, PlanRedactor redactor)
    {
        json.WriteStartObject();
        json.Text("address", redactor.Name(change.Address));
        json.Text("type", change.Type);
        json.WriteString("action", Action(change.Kind));
        json.Text("previousAddress", change.IsMoved ? redactor.Name(change.PreviousAddress!) : "");
        json.Text("deposed", change.Deposed ?? "");
        json.WriteBoolean("imported", change.Importing is not null);
        json.Text("cause", redactor.Text(ChangeCause.Of(change)));
        json.WriteStartArray("attributes");
        foreach (var attribute in change.Kind == ChangeKind.Update || change.Kind.Replaces() ? AttributeDiff.Of(change, redactor) : [])
        {
            json.WriteStartObject();
            json.Text("path", attribute.Path);
            json.WriteBoolean("forcesReplacement", attribute.ForcesReplacement);
            json.Texts("diff", attribute.Lines);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, PlanCounts counts)
    {
        json.WriteStartObject("counts");
        foreach (var (name, count) in TerraformPlanProgram.Counts(counts))
        {
            json.WriteNumber(name, count);
        }

        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, SourceLocation? location)
    {
        json.Text("file", location?.File);
        json.WriteNumber("line", location?.Region?.StartLine ?? 0);
        json.WriteNumber("column", location?.Region?.StartColumn ?? 0);
    }

    private static string Action(ChangeKind kind) => kind switch
    {
        ChangeKind.NoOp => "no-op",
        ChangeKind.DeleteThenCreate => "delete-then-create",
        ChangeKind.CreateThenDelete => "create-then-delete",
        ChangeKind.CreateThenForget => "create-then-forget",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
