using System.Text.Json;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.TerraformPlanning.Roots;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Actions.TerraformPlanning;

/// <summary>Reads findings of other tools from SARIF 2.1.0 files. Their texts are untrusted.</summary>
internal static class SarifReader
{
    private const int MaxFile = 64 * 1024 * 1024;
    private const int MaxFindings = 25_000;
    private const int MaxMessage = 2000;

    /// <summary>Every finding of the files, in the one order, without those that are suppressed in their file.</summary>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="patterns">Files or globs, relative to it.</param>
    /// <exception cref="ActionException">A file is missing, outside the workspace, too large or no SARIF.</exception>
    public static IReadOnlyList<Finding> Read(string workspace, IReadOnlyList<string> patterns)
    {
        var findings = new List<Finding>();
        foreach (var path in patterns.SelectMany(p => Files(workspace, p)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var real = RootDiscovery.Real(Path.GetFullPath(path, workspace));
            var name = Path.GetRelativePath(workspace, Path.GetFullPath(path, workspace)).Replace('\\', '/');
            if (!File.Exists(real) || !real.StartsWith(RootDiscovery.Real(workspace) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new ActionException(
                    $"{path} cannot be read", File.Exists(real) ? "it is outside the workspace" : "there is no such file", "Give `sarif-files` files in the workspace that an earlier step has written.");
            }

            if (new FileInfo(real).Length > MaxFile)
            {
                throw new ActionException($"{name} is too large", "a SARIF file may have 64 MiB", "Let the tool report less.", new SourceLocation(name));
            }

            try
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(real).AsMemory(HasMark(real) ? 3 : 0), new JsonDocumentOptions { MaxDepth = 128 });
                findings.AddRange(Findings(document.RootElement, workspace).Take(MaxFindings));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new ActionException($"{name} is no SARIF", "it is not JSON of the form that SARIF 2.1.0 has", "Let the tool write SARIF, and give that file.", new SourceLocation(name), inner: e);
            }
        }

        return FindingList.Normalize(findings);
    }

    private static IEnumerable<string> Files(string workspace, string pattern)
    {
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0)
        {
            return [pattern];
        }

        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(pattern);
        return matcher.GetResultsInFullPath(workspace);
    }

    private static bool HasMark(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[3];
        return stream.ReadAtLeast(start, 3, throwOnEndOfStream: false) == 3 && start.SequenceEqual<byte>([0xEF, 0xBB, 0xBF]);
    }

    private static IEnumerable<Finding> Findings(JsonElement root, string workspace)
    {
        foreach (var run in Items(root, "runs"))
        {
            var driver = Child(Child(run, "tool"), "driver");
            var levels = Items(driver, "rules").Where(r => Text(r, "id").Length > 0).GroupBy(r => Text(r, "id"), StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => Text(Child(g.First(), "defaultConfiguration"), "level"), StringComparer.Ordinal);
            foreach (var result in Items(run, "results").Where(r => Items(r, "suppressions").Length == 0))
            {
                var rule = Text(result, "ruleId") is { Length: > 0 } id ? id : Text(Child(result, "rule"), "id");
                var level = Text(result, "level") is { Length: > 0 } own ? own : levels.GetValueOrDefault(rule, "");
                yield return new Finding
                {
                    Rule = $"{Text(driver, "name")}/{rule}",
                    Severity = level switch
                    {
                        "error" => Severity.Error,
                        "note" or "none" => Severity.Info,
                        _ => Severity.Warning,
                    },
                    Location = Location(Items(result, "locations").FirstOrDefault(), workspace),
                    Message = PlainText.Shorten(Text(Child(result, "message"), "text"), MaxMessage),
                };
            }
        }
    }

    private static SourceLocation Location(JsonElement location, string workspace)
    {
        var physical = Child(location, "physicalLocation");
        var uri = Text(Child(physical, "artifactLocation"), "uri");
        var path = Uri.TryCreate(uri, UriKind.Absolute, out var absolute) && absolute.IsFile ? absolute.LocalPath : Uri.UnescapeDataString(uri);
        var relative = Path.GetRelativePath(workspace, Path.GetFullPath(path.Replace("\0", "", StringComparison.Ordinal), workspace)).Replace('\\', '/');
        if (relative is "." or ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative))
        {
            return new SourceLocation("-");
        }

        var region = Child(physical, "region");
        var line = Number(region, "startLine");
        var column = Math.Max(1, Number(region, "startColumn"));
        var endLine = Math.Max(line, Number(region, "endLine"));
        return new SourceLocation(relative, line < 1 ? null : new TextRegion(line, column, endLine, Math.Max(endLine == line ? column : 1, Number(region, "endColumn"))));
    }

    private static JsonElement Child(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static JsonElement[] Items(JsonElement json, string name) => Child(json, name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    private static string Text(JsonElement json, string name) => Child(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static int Number(JsonElement json, string name) => Child(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
}
