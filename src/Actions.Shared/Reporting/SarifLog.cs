using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.Shared.Reporting;

/// <summary>
/// The report as SARIF 2.1.0 (OASIS) for code scanning and other viewers. It keeps to what GitHub accepts: one run, at most
/// <see cref="MaxResults"/> results, at most <see cref="MaxCompressedBytes"/> bytes once compressed.
/// </summary>
public static class SarifLog
{
    /// <summary>Results per run that GitHub accepts; above it the whole upload is refused.</summary>
    public const int MaxResults = 25_000;

    /// <summary>Results per run that GitHub shows; it takes the most severe.</summary>
    public const int ShownResults = 5_000;

    /// <summary>Bytes of the compressed file that GitHub accepts.</summary>
    public const int MaxCompressedBytes = 10_000_000;

    // GitHub's upload action computes "primaryLocationLineHash" itself and warns, once per result, about any other value in it.
    private const string FingerprintKey = "finding/v1";
    private const string SourceRoot = "%SRCROOT%";

    /// <summary>
    /// The SARIF document, indented, ending in a line feed; same report, same text. Results are in the order of the report.
    /// When there are more than the limits allow, the least severe are left out, and a notification of the run says how many.
    /// </summary>
    public static string Render(ScanReport report) => Render(report, MaxResults, MaxCompressedBytes);

    internal static string Render(ScanReport report, int maxResults, int maxCompressedBytes)
    {
        var count = Math.Min(report.Findings.Count, maxResults);
        while (true)
        {
            var text = JsonText.Render(json => Write(json, report, Worst(report.Findings, count)));
            var size = text.Length <= maxCompressedBytes / 3 || count == 0 ? 0 : CompressedSize(text);
            if (size <= maxCompressedBytes) return text;
            count = Math.Min(count - 1, (int)((long)count * maxCompressedBytes / size * 9 / 10));
        }
    }

    private static IReadOnlyList<Finding> Worst(IReadOnlyList<Finding> findings, int count) =>
        count >= findings.Count
            ? findings
            : [.. findings.Index().OrderByDescending(f => f.Item.Severity).Take(count).OrderBy(f => f.Index).Select(f => f.Item)];

    private static long CompressedSize(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return buffer.Length;
    }

    private static void Write(Utf8JsonWriter json, ScanReport report, IReadOnlyList<Finding> results)
    {
        var rules = Rules(report);
        var index = rules.Index().ToDictionary(r => r.Item.Id, r => r.Index, StringComparer.Ordinal);
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.Text("name", report.Tool);
        json.Text("version", report.ToolVersion);
        json.Text("semanticVersion", report.ToolVersion);
        json.WriteStartArray("rules");
        foreach (var rule in rules) WriteRule(json, rule);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        WriteInvocation(json, report, results.Count);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartObject("originalUriBaseIds");
        json.WriteStartObject(SourceRoot);
        json.WriteStartObject("description");
        json.WriteString("text", "The root of the checked-out repository.");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("results");
        foreach (var finding in results)
            WriteResult(json, finding, index[finding.Rule], report.Comparison is null ? null : report.IsNew(finding) ? "new" : "unchanged");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // A finding may name a rule that is not in the catalogue, such as a syntax error.
    private static RuleDescriptor[] Rules(ScanReport report)
    {
        var known = report.Rules.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. report.Rules
                .Concat(report.Findings
                    .Where(f => !known.Contains(f.Rule))
                    .GroupBy(f => f.Rule, StringComparer.Ordinal)
                    .Select(g => new RuleDescriptor(g.Key, g.Max(f => f.Severity), g.Key, "", "")))
                .DistinctBy(r => r.Id, StringComparer.Ordinal)
                .OrderBy(r => r.Id, StringComparer.Ordinal),
        ];
    }

    private static void WriteRule(Utf8JsonWriter json, RuleDescriptor rule)
    {
        var help = string.Join("\n\n", new[] { rule.Explanation, rule.Fix }.Where(t => t.Length > 0).DefaultIfEmpty(rule.Title));
        json.WriteStartObject();
        json.Text("id", rule.Id);
        json.Text("name", PascalCase(rule.Id));
        WriteMessage(json, "shortDescription", rule.Title);
        WriteMessage(json, "fullDescription", rule.Explanation.Length > 0 ? rule.Explanation : rule.Title);
        json.WriteStartObject("help");
        json.Text("text", help);
        json.Text("markdown", HelpMarkdown(rule, help));
        json.WriteEndObject();
        json.WriteStartObject("defaultConfiguration");
        json.WriteBoolean("enabled", rule.OnByDefault);
        json.WriteString("level", Level(rule.Severity));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.Texts("tags", rule.Tags);
        json.WriteString("problem.severity", rule.Severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "recommendation",
        });
        if (rule.Aliases.Count > 0) json.Texts("aliases", rule.Aliases);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string HelpMarkdown(RuleDescriptor rule, string help)
    {
        var markdown = new StringBuilder();
        if (rule.Explanation.Length > 0) markdown.Append(UntrustedMarkdown.Lines(rule.Explanation));
        if (rule.Fix.Length > 0)
            markdown.Append(markdown.Length > 0 ? "\n\n" : "").Append("**What to do:** ").Append(UntrustedMarkdown.Lines(rule.Fix));
        if (markdown.Length == 0) markdown.Append(UntrustedMarkdown.Lines(help));
        if (rule.Aliases.Count > 0)
            markdown.Append("\n\nElsewhere called ").AppendJoin(", ", rule.Aliases.Select(UntrustedMarkdown.Code)).Append('.');
        return markdown.ToString();
    }

    private static void WriteInvocation(Utf8JsonWriter json, ScanReport report, int results)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteStartArray("toolExecutionNotifications");
        var total = report.Findings.Count;
        if (results < total)
        {
            WriteNotification(json, "warning", "results-cut",
                $"{Phrases.Number(total - results)} of {Phrases.Count(total, "finding")} are left out, the least severe ones, to stay within the limits of code scanning.");
        }

        if (results > ShownResults)
        {
            WriteNotification(json, "note", "results-hidden",
                $"There are {Phrases.Count(results, "result")}; GitHub shows the {Phrases.Number(ShownResults)} most severe.");
        }

        // Code scanning would show a suppressed result as if it were not.
        if (report.Suppressed.Count > 0) WriteNotification(json, "note", "suppressed", $"{Phrases.Number(report.Suppressed.Count)} suppressed.");
        foreach (var (reason, number) in report.Counts.Skipped.OrderBy(s => s.Key, StringComparer.Ordinal))
            if (number > 0) WriteNotification(json, "note", "skipped", $"{Phrases.Number(number)} skipped: {reason}.");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteNotification(Utf8JsonWriter json, string level, string id, string text)
    {
        json.WriteStartObject();
        json.WriteStartObject("descriptor");
        json.WriteString("id", id);
        json.WriteEndObject();
        WriteMessage(json, "message", text);
        json.WriteString("level", level);
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Finding finding, int ruleIndex, string? baselineState)
    {
        json.WriteStartObject();
        json.Text("ruleId", finding.Rule);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(finding.Severity));
        if (baselineState is not null) json.WriteString("baselineState", baselineState);
        WriteMessage(json, "message", WithoutLinks(Sentences(finding)));
        json.WriteStartArray("locations");
        json.WriteStartObject();
        WritePhysicalLocation(json, finding.Location);
        if (finding.Resource is { } resource) WriteLogicalLocation(json, resource, finding.Field);
        json.WriteEndObject();
        json.WriteEndArray();
        if (finding.Fingerprint.Length > 0)
        {
            json.WriteStartObject("partialFingerprints");
            json.WriteString(FingerprintKey, finding.Fingerprint);
            json.WriteEndObject();
        }

        if (finding.KubernetesVersions.Count > 0)
        {
            json.WriteStartObject("properties");
            json.Texts("kubernetesVersions", finding.KubernetesVersions);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePhysicalLocation(Utf8JsonWriter json, SourceLocation location)
    {
        var region = location.Region ?? new TextRegion(1, 1, 1, 1);
        var startLine = Math.Max(region.StartLine, 1);
        var startColumn = Math.Max(region.StartColumn, 1);
        var endLine = Math.Max(region.EndLine, startLine);
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        var (uri, relative) = ArtifactUri(location.File);
        json.WriteString("uri", uri);
        if (relative) json.WriteString("uriBaseId", SourceRoot);
        if (location.File == "-") WriteMessage(json, "description", "Standard input.");
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", startLine);
        json.WriteNumber("startColumn", startColumn);
        json.WriteNumber("endLine", endLine);
        json.WriteNumber("endColumn", endLine == startLine ? Math.Max(region.EndColumn, startColumn) : Math.Max(region.EndColumn, 1));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLogicalLocation(Utf8JsonWriter json, ResourceReference resource, string field)
    {
        string?[] path = [resource.ApiVersion, resource.Kind, resource.Namespace, resource.Name];
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.Text("name", resource.Name ?? resource.Kind);
        json.Text("fullyQualifiedName", string.Join('/', path.Where(p => !string.IsNullOrEmpty(p))) + (field.Length == 0 ? "" : "#" + field));
        json.WriteString("kind", "resource");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.Text("text", text);
        json.WriteEndObject();
    }

    /// <summary>The URI of a path, each segment percent-encoded, and whether it is relative to the root of the sources.</summary>
    internal static (string Uri, bool Relative) ArtifactUri(string file)
    {
        if (file == "-") return ("stdin", false);
        var path = string.Join('/', VisibleText.WellFormed(file).Split('/').Select(Uri.EscapeDataString));
        return path.StartsWith('/') ? ("file://" + path, false) : (path, true);
    }

    // In a message "[text](target)" is a link, and viewers follow it; escaped brackets are not.
    private static string WithoutLinks(string text) =>
        !text.Contains("](", StringComparison.Ordinal)
            ? text
            : text.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("[", "\\[", StringComparison.Ordinal)
                .Replace("]", "\\]", StringComparison.Ordinal);

    private static string Sentences(Finding finding)
    {
        if (string.IsNullOrEmpty(finding.Hint)) return finding.Message;
        var end = finding.Message.Length > 0 && finding.Message[^1] is '.' or '!' or '?' ? " " : ". ";
        return finding.Message + end + finding.Hint;
    }

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };

    private static string PascalCase(string id) => string.Concat(
        id.Split('-', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));
}
