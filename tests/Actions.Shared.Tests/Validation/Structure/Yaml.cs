using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Validation.Structure;

/// <summary>Documents for tests: plain YAML, or YAML in which « and » mark the stretch that a problem must point at.</summary>
internal static class Yaml
{
    public static YamlNode Parse(string text)
    {
        // kubectl takes a file that starts with { for JSON.
        var file = YamlLoader.Load("test.yaml", text[0] == '{' ? $"#\n{text}" : text);
        file.Problems.ShouldBeEmpty();
        var document = file.Documents.ShouldHaveSingleItem();
        document.Problems.ShouldBeEmpty();
        return document.Root.ShouldNotBeNull();
    }

    public static YamlMapping Mapping(string text) => (YamlMapping)Parse(text);

    public static (YamlNode Node, TextRegion Region) ParseMarked(string marked)
    {
        var withEnd = marked.Replace("«", "", StringComparison.Ordinal);
        var (start, end) = (Position(marked, marked.IndexOf('«', StringComparison.Ordinal)), Position(withEnd, withEnd.IndexOf('»', StringComparison.Ordinal)));
        return (Parse(withEnd.Replace("»", "", StringComparison.Ordinal)), new TextRegion(start.Line, start.Column, end.Line, end.Column));
    }

    private static (int Line, int Column) Position(string text, int offset)
    {
        var before = text.AsSpan(0, offset);
        return (before.Count('\n') + 1, offset - before.LastIndexOf('\n'));
    }
}
