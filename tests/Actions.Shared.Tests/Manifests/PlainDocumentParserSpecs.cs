using System.Text;
using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Manifests;

/// <summary>The fast reader must give exactly what the full parser gives, or give up.</summary>
public sealed class PlainDocumentParserSpecs
{
    private const string Manifest =
        "# a comment\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web   # why\n  labels: {app: web, \"x/y\": 'a''b'}\n  annotations:\n    empty:\n    quoted: \"a \\\"b\\\" \\n\"\n" +
        "spec:\n  replicas: 3\n  list:\n  - a\n  - b: 1\n    c: 2\n\n  -\n    d: x\n  - - n1\n    - n2\n  args: [\"--a=b\", -c, []]\n  script: |\n    #!/bin/sh\n    if x; then\n      y\n\n    fi\n" +
        "  keep: |+\n    z\n\n  strip: |-\n    q: r\n  url: http://x:80/y?z#f\n  image: ghcr.io/a/b:1.2\n  neg: -1\n  last:\n";

    private static readonly string[] Pieces =
        ["a", "b: ", ":", " ", "  ", "\n", "\n  ", "- ", "-", "#", " # c", "'", "\"", "{", "}", "[", "]", ", ", "|", "|-\n", ">", "&x ", "*x", "!t ", "? ", "<<: ", "\t", "\r\n", "yes", "1", "---", "...", "%", "\\", "é", "~", ".inf"];

    private static string? Fast(string text) => Read(text, (lines, builder) => new PlainDocumentParser(lines.Text, builder).TryParse(0, text.Length));

    private static string? Full(string text) => Read(text, (lines, builder) => new YamlDocumentParser(lines, builder).Parse(0, text.Length));

    private static string? Read(string text, Func<LineMap, NodeBuilder, bool> parse)
    {
        var lines = new LineMap(text);
        var builder = new NodeBuilder("f", lines, ManifestLimits.Default);
        builder.Begin(0);
        if (!parse(lines, builder))
        {
            return null;
        }

        var (root, problems) = builder.End();
        var result = new StringBuilder();
        YamlDump.Write(root, result);
        foreach (var problem in problems ?? [])
        {
            result.Append(problem.Rule).Append(problem.Region).Append(problem.Message).Append('\n');
        }

        return result.ToString();
    }

    [Theory]
    [InlineData(Manifest)]
    [InlineData("")]
    [InlineData("# c\n\n")]
    [InlineData("a:\nb:   \nc: # c\nd:  # c\n")]
    [InlineData("- a\n-\n- \n-  # c\n-   b\n")]
    [InlineData("a:\n- b\n- c: d\n  e:\n  - f\ng: h\n")]
    [InlineData("a: |\n  x\n   y\n\n\nb: |-\n  z\n# c\nc: |+\n  k\n\n\n")]
    [InlineData("a: |\n\n  x\n")]
    [InlineData("a: {}\nb: []\nc: [ ]\nd: { }\ne: [a, 'b', \"c\"]\nf: {a: {b: [c]}, d: e}\n")]
    [InlineData("a: 1\na: 2\nyes: 3\n")]
    [InlineData("a:\n  b\nc:\n  \"d\"\ne:\n  [f]\n")]
    [InlineData("\"a\": b\n'c': d\n")]
    public void Ordinary_manifests_are_read_fast_and_alike(string text)
    {
        Fast(text).ShouldNotBeNull();
        Fast(text).ShouldBe(Full(text));
    }

    [Theory]
    [InlineData("a: b\n  c\n")]
    [InlineData("a: &x b\n")]
    [InlineData("a: >\n  b\n")]
    [InlineData("a:\tb\n")]
    [InlineData("a: b: c\n")]
    [InlineData("a: b\n c: d\n")]
    [InlineData("a: 'b\n")]
    [InlineData("a: [b\n")]
    [InlineData("a: |2\n  b\n")]
    [InlineData("? a\n: b\n")]
    [InlineData("a: - b\n")]
    [InlineData("a\n")]
    public void Everything_else_is_left_to_the_full_parser(string text) => Fast(text).ShouldBeNull();

    [Fact]
    public void Whatever_a_manifest_is_changed_into_is_read_alike()
    {
        var random = new Random(20261122);
        var read = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var text = new StringBuilder(Manifest);
            var start = random.Next(2) * random.Next(Manifest.Length);
            text.Remove(0, Manifest.LastIndexOf('\n', start) + 1);
            text.Length = Math.Min(text.Length, random.Next(5, 400));
            for (var edits = random.Next(4); edits > 0 && text.Length > 0; edits--)
            {
                var at = random.Next(text.Length);
                if (random.Next(3) == 0)
                {
                    text.Remove(at, Math.Min(random.Next(1, 5), text.Length - at));
                }
                else
                {
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                }
            }

            read += Compare(text.ToString());
        }

        read.ShouldBeGreaterThan(5_000);
    }

    [Fact]
    public void Random_soup_is_read_alike()
    {
        var random = new Random(7);
        var read = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            read += Compare(text);
        }

        read.ShouldBeGreaterThan(500);
    }

    private static int Compare(string text)
    {
        var fast = Fast(text);
        if (fast is null)
        {
            return 0;
        }

        fast.ShouldBe(Full(text), $"of {text.Replace("\n", "\\n", StringComparison.Ordinal)}");
        return 1;
    }
}

internal static class YamlDump
{
    public static void Write(YamlNode? node, StringBuilder output)
    {
        var span = node?.Span;
        output.Append(span?.StartLine).Append(':').Append(span?.StartColumn).Append('-').Append(span?.EndLine).Append(':').Append(span?.EndColumn)
            .Append('@').Append(span?.StartOffset).Append('-').Append(span?.EndOffset).Append(' ');
        switch (node)
        {
            case YamlScalar scalar:
                output.Append(scalar.Style).Append(' ').Append(scalar.Type).Append(' ').Append(scalar.Tag).Append(' ').Append(scalar.Value).Append('\n');
                break;
            case YamlSequence sequence:
                output.Append("[\n");
                foreach (var item in sequence)
                {
                    Write(item, output);
                }

                output.Append("]\n");
                break;
            case YamlMapping mapping:
                output.Append("{\n");
                foreach (var entry in mapping)
                {
                    output.Append(entry.IsMerged ? "<<" : "");
                    Write(entry.Key, output);
                    Write(entry.Value, output);
                }

                output.Append("}\n");
                break;
            default:
                output.Append("none\n");
                break;
        }
    }
}
