using System.Text.Json;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.Shared.Reporting;

/// <summary>
/// The report as JSON for programs. The shape is docs/reference/findings.schema.json: every property is always there,
/// null where there is nothing to say, so that a consumer never has to tell a missing property from an empty one.
/// </summary>
public static class FindingsJson
{
    /// <summary>
    /// Version of the shape, in <c>schemaVersion</c>: the first number changes when a consumer may break, the second when properties are added.
    /// </summary>
    public const string SchemaVersion = "1.2";

    /// <summary>
    /// The JSON document, indented, ending in a line feed; same report, same text. Surrogates without a partner become U+FFFD,
    /// and nothing in it is taken as a command when it is printed to the log of a GitHub runner.
    /// </summary>
    public static string Render(ScanReport report) => JsonText.Render(json => Write(json, report));

    private static void Write(Utf8JsonWriter json, ScanReport report)
    {
        json.WriteStartObject();
        json.WriteString("schemaVersion", SchemaVersion);
        json.WriteStartObject("tool");
        json.Text("name", report.Tool);
        json.Text("version", report.ToolVersion);
        json.WriteEndObject();
        WriteSummary(json, report);
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            json.WriteStartObject();
            WriteFinding(json, finding);
            json.Text("state", report.Comparison is null ? null : report.IsNew(finding) ? "new" : "unchanged");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("suppressed");
        foreach (var (finding, reason, where) in report.Suppressed)
        {
            json.WriteStartObject();
            WriteFinding(json, finding);
            json.WriteStartObject("suppression");
            json.Text("reason", reason);
            json.Text("file", where.File);
            WriteOptional(json, "line", where.Region?.StartLine);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteComparison(json, report.Comparison);
        WriteScore(json, report.Score);
        json.WriteStartArray("skipped");
        foreach (var (location, resource, reason, detail) in Phrases.AllSkipped(report))
        {
            json.WriteStartObject();
            json.Text("file", location.File);
            WriteOptional(json, "line", location.Region?.StartLine);
            json.Text("reason", reason);
            json.Text("detail", detail);
            WriteResource(json, resource);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter json, ScanReport report)
    {
        var counts = report.Counts;
        json.WriteStartObject("summary");
        json.WriteNumber("files", counts.Files);
        json.WriteNumber("documents", counts.Documents);
        json.WriteNumber("resources", counts.Resources);
        json.WriteNumber("valid", counts.Valid);
        json.WriteNumber("invalid", counts.Invalid);
        json.WriteStartObject("skipped");
        foreach (var (reason, number) in counts.Skipped.OrderBy(s => s.Key, StringComparer.Ordinal))
            json.WriteNumber(VisibleText.WellFormed(reason), number);
        json.WriteEndObject();
        json.WriteNumber("errors", report.Count(Severity.Error));
        json.WriteNumber("warnings", report.Count(Severity.Warning));
        json.WriteNumber("infos", report.Count(Severity.Info));
        json.WriteNumber("suppressed", report.Suppressed.Count);
        json.Texts("kubernetesVersions", report.KubernetesVersions);
        json.WriteEndObject();
    }

    private static void WriteComparison(Utf8JsonWriter json, ReportComparison? comparison)
    {
        if (comparison is null)
        {
            json.WriteNull("comparison");
            return;
        }

        json.WriteStartObject("comparison");
        json.Text("with", comparison.With);
        WriteOptional(json, "previousScore", comparison.PreviousScore);
        json.WriteStartArray("namespaces");
        foreach (var (name, before, after) in comparison.Namespaces)
        {
            json.WriteStartObject();
            json.Text("name", name);
            WriteOptional(json, "before", before);
            WriteOptional(json, "after", after);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (comparison.Fixed is null)
        {
            json.WriteNull("fixed");
        }
        else
        {
            json.WriteStartArray("fixed");
            foreach (var (rule, severity, file, resource, field) in comparison.Fixed)
            {
                json.WriteStartObject();
                json.Text("rule", rule);
                json.WriteString("severity", Word(severity));
                json.Text("file", file);
                json.Text("resource", resource);
                json.Text("field", field);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteScore(Utf8JsonWriter json, ReportScore? score)
    {
        if (score is null)
        {
            json.WriteNull("score");
            return;
        }

        json.WriteStartObject("score");
        json.WriteNumber("value", score.Value);
        json.WriteNumber("minimum", score.Minimum);
        WriteNamed(json, "namespaces", score.Namespaces);
        WriteNamed(json, "objects", score.Objects);
        json.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter json, string name, IEnumerable<NamedScore> scores)
    {
        json.WriteStartArray(name);
        foreach (var score in scores)
        {
            json.WriteStartObject();
            json.Text("name", score.Name);
            json.WriteNumber("value", score.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "info",
    };

    private static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        var region = finding.Location.Region;
        json.Text("file", finding.Location.File);
        WriteOptional(json, "line", region?.StartLine);
        WriteOptional(json, "column", region?.StartColumn);
        WriteOptional(json, "endLine", region?.EndLine);
        WriteOptional(json, "endColumn", region?.EndColumn);
        json.WriteString("severity", Word(finding.Severity));
        json.Text("rule", finding.Rule);
        json.Text("message", finding.Message);
        json.Text("hint", finding.Hint);
        WriteResource(json, finding.Resource);
        json.Text("field", finding.Field);
        json.Texts("kubernetesVersions", finding.KubernetesVersions);
        json.Text("fingerprint", finding.Fingerprint);
    }

    private static void WriteResource(Utf8JsonWriter json, ResourceReference? resource)
    {
        if (resource is null)
        {
            json.WriteNull("resource");
            return;
        }

        json.WriteStartObject("resource");
        json.Text("apiVersion", resource.ApiVersion);
        json.Text("kind", resource.Kind);
        json.Text("namespace", resource.Namespace);
        json.Text("name", resource.Name);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
