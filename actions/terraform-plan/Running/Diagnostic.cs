using System.Text.Json;
using Actions.Shared.Findings;

namespace Actions.TerraformPlanning.Running;

/// <summary>One remark of the tool. Its texts are untrusted.</summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="Summary">What it is, one line.</param>
/// <param name="Detail">More; may be empty or have several lines.</param>
/// <param name="Address">The object it is about; empty when none.</param>
/// <param name="Location">Where, relative to the workspace; null when it has no place there.</param>
internal sealed record Diagnostic(Severity Severity, string Summary, string Detail, string Address, SourceLocation? Location)
{
    private const int MaxDetail = 8000;

    /// <summary>Reads one from the tool's JSON.</summary>
    /// <param name="json">The object <c>diagnostic</c>, or one of <c>diagnostics</c>.</param>
    /// <param name="root">The root that the tool ran in, relative to the workspace; <c>.</c> for the workspace itself.</param>
    public static Diagnostic Read(JsonElement json, string root)
    {
        var detail = Text(json, "detail").Trim();
        return new Diagnostic(
            Text(json, "severity") == "warning" ? Severity.Warning : Severity.Error,
            Text(json, "summary").Trim(),
            detail.Length > MaxDetail ? detail[..MaxDetail] : detail,
            Text(json, "address"),
            Locate(json, root));
    }

    private static SourceLocation? Locate(JsonElement json, string root)
    {
        if (!json.TryGetProperty("range", out var range) || range.ValueKind != JsonValueKind.Object || Text(range, "filename") is not { Length: > 0 } file || Path.IsPathRooted(file))
        {
            return null;
        }

        var parts = new List<string>();
        foreach (var part in $"{root}/{file}".Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        var (startLine, startColumn) = Position(range, "start");
        var (endLine, endColumn) = Position(range, "end");
        return new SourceLocation(string.Join('/', parts), startLine == 0 ? null : new TextRegion(startLine, startColumn, Math.Max(startLine, endLine), endColumn));
    }

    private static (int Line, int Column) Position(JsonElement range, string name) =>
        range.TryGetProperty(name, out var at) && at.ValueKind == JsonValueKind.Object ? (Number(at, "line"), Number(at, "column")) : (0, 0);

    private static int Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
