using System.Text.RegularExpressions;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>
/// Leads from an object that Helm rendered to its template. Helm tells the file; the line is the one in it with the same keys above
/// it, as far as indentation shows them.
/// </summary>
/// <param name="sources">Opens the template.</param>
/// <param name="root">The rendered object.</param>
/// <param name="template">The template, relative to the workspace.</param>
/// <param name="rendered">The lines of the rendered text.</param>
internal sealed partial class HelmSourceMap(SourceFiles sources, YamlMapping root, string template, string[] rendered) : SourceMap
{
    public override SourceLocation Locate(string pointer, TextRegion renderedRegion)
    {
        var kind = (root["kind"] as YamlScalar)?.Value ?? "";
        var lines = sources.ReadLines(template);
        var keys = Section(Keys(lines), kind);
        for (var path = RenderedPath.Find(root, pointer, renderedRegion); path?.Parent is not null; path = path.Parent)
        {
            string[] way = [.. path.Keys.OfType<string>()];
            var candidates = keys.Where(k => k.Path.SequenceEqual(way)).ToArray();
            if (candidates.Length == 0)
                continue;
            var last = path.Steps.Last(s => s.Key is not null).Key!;
            var text = rendered.ElementAtOrDefault(last.Span.StartLine - 1)?.Trim();
            var same = Array.FindIndex(candidates, c => lines[c.Line].Trim() == text);
            var before = Places(root, way).TakeWhile(k => !ReferenceEquals(k, last)).Count();
            var found = candidates[same >= 0 ? same : Math.Min(before, candidates.Length - 1)];
            return new SourceLocation(template, Region(lines[found.Line], found, path.IsKey || path.Steps[^1].Key is null));
        }

        var first = keys.FirstOrDefault(k => k.Path is ["kind"]);
        return new SourceLocation(template, first.Path is null ? null : Region(lines[first.Line], first, isKey: false));
    }

    /// <summary>The place of a rendered line: the line of the template with the same text, or the whole template.</summary>
    public static SourceLocation LocateLine(SourceFiles sources, string template, string[] rendered, int renderedLine)
    {
        var text = rendered.ElementAtOrDefault(renderedLine - 1)?.Trim();
        var line = string.IsNullOrEmpty(text) ? -1 : Array.FindIndex(sources.ReadLines(template), l => l.Trim() == text);
        return new SourceLocation(template, line < 0 ? null : new TextRegion(line + 1, 1, line + 1, 1));
    }

    private static TextRegion Region(string line, TemplateKey key, bool isKey)
    {
        var end = key.Column + key.Path[^1].Length;
        var value = line.AsSpan(Math.Min(line.Length, end)).TrimEnd();
        var start = end + value.Length - value.TrimStart("\": ").Length;
        return isKey || start >= end + value.Length
            ? new TextRegion(key.Line + 1, key.Column + 1, key.Line + 1, end + 1)
            : new TextRegion(key.Line + 1, start + 1, key.Line + 1, end + value.Length + 1);
    }

    /// <summary>The keys of an object at the end of a way through its mappings, whatever lists lie between.</summary>
    private static IEnumerable<YamlScalar> Places(YamlNode node, ReadOnlyMemory<string> way) => node switch
    {
        YamlSequence list => list.SelectMany(i => Places(i, way)),
        YamlMapping map when map.TryGetEntry(way.Span[0], out var entry) => way.Length == 1 ? [entry.Key] : Places(entry.Value, way[1..]),
        _ => [],
    };

    /// <summary>The part of a template with several documents that makes objects of a kind.</summary>
    private static TemplateKey[] Section(IReadOnlyList<TemplateKey> keys, string kind)
    {
        var sections = keys.GroupBy(k => k.Section).ToArray();
        var alike = sections.Where(s => s.Any(k => k.Path is ["kind"] && k.Value == kind)).SelectMany(s => s).ToArray();
        return alike.Length > 0 ? alike : [.. keys];
    }

    private static List<TemplateKey> Keys(string[] lines)
    {
        var keys = new List<TemplateKey>();
        var above = new Stack<(int Column, string Key)>();
        var section = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("---", StringComparison.Ordinal))
            {
                section++;
                above.Clear();
            }
            else if (KeyLine().Match(lines[i]) is { Success: true } match)
            {
                var key = match.Groups["key"];
                while (above.TryPeek(out var top) && top.Column >= key.Index)
                    above.Pop();
                above.Push((key.Index, key.Value));
                keys.Add(new TemplateKey(i, key.Index, section, [.. above.Reverse().Select(a => a.Key)], match.Groups["value"].Value.Trim()));
            }
        }

        return keys;
    }

    /// <summary>A line of a template that starts with a key. <see cref="Line"/> and <see cref="Column"/> count from 0.</summary>
    private readonly record struct TemplateKey(int Line, int Column, int Section, string[] Path, string Value);

    [GeneratedRegex("""^\s*(?:- +)*"?(?<key>[A-Za-z_][\w./-]*)"?:(?:\s+(?<value>.*))?$""")]
    private static partial Regex KeyLine();
}
