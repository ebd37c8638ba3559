using System.Globalization;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Actions.Shared.Tests.Validation.Structure;

/// <summary>Documents for tests: plain YAML, or YAML in which « and » mark the stretch that a problem must point at.</summary>
internal static partial class Yaml
{
    public static YamlNode Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        return Read(parser, []);
    }

    public static YamlMapping Mapping(string text) => (YamlMapping)Parse(text);

    public static (YamlNode Node, TextRegion Region) ParseMarked(string marked)
    {
        var (start, end) = (Position(marked, marked.IndexOf('«', StringComparison.Ordinal)), Position(marked.Replace("«", "", StringComparison.Ordinal), marked.IndexOf('»', StringComparison.Ordinal) - 1));
        return (Parse(marked.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal)), new TextRegion(start.Line, start.Column, end.Line, end.Column));
    }

    public static string Unmarked(string marked) => marked.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);

    private static (int Line, int Column) Position(string text, int offset)
    {
        var before = text.AsSpan(0, offset);
        return (before.Count('\n') + 1, offset - before.LastIndexOf('\n'));
    }

    private static YamlNode Read(Parser parser, Dictionary<AnchorName, YamlNode> anchors)
    {
        switch (parser.Current)
        {
            case AnchorAlias alias:
                parser.MoveNext();
                return anchors[alias.Value];
            case Scalar scalar:
                parser.MoveNext();
                var style = scalar.Style switch
                {
                    ScalarStyle.SingleQuoted => YamlScalarStyle.SingleQuoted,
                    ScalarStyle.DoubleQuoted => YamlScalarStyle.DoubleQuoted,
                    ScalarStyle.Literal => YamlScalarStyle.Literal,
                    ScalarStyle.Folded => YamlScalarStyle.Folded,
                    _ => YamlScalarStyle.Plain,
                };
                return Keep(scalar, new YamlScalar(Span(scalar.Start, scalar.End), scalar.Value, style, style == YamlScalarStyle.Plain ? TypeOf(scalar.Value) : YamlScalarType.String), anchors);
            case SequenceStart start:
                parser.MoveNext();
                var items = new List<YamlNode>();
                while (parser.Current is not SequenceEnd)
                {
                    items.Add(Read(parser, anchors));
                }

                var sequenceEnd = parser.Consume<SequenceEnd>();
                return Keep(start, new YamlSequence(Span(start.Start, sequenceEnd.End, start.Style == SequenceStyle.Flow), [.. items]), anchors);
            case MappingStart start:
                parser.MoveNext();
                var entries = new List<YamlEntry>();
                while (parser.Current is not MappingEnd)
                {
                    var key = (YamlScalar)Read(parser, anchors);
                    entries.Add(new YamlEntry(KeyText(key), Read(parser, anchors), false));
                }

                var mappingEnd = parser.Consume<MappingEnd>();
                return Keep(start, new YamlMapping(Span(start.Start, mappingEnd.End, start.Style == MappingStyle.Flow), [.. entries]), anchors);
            default:
                throw new InvalidOperationException(parser.Current?.ToString());
        }
    }

    private static YamlNode Keep(NodeEvent @event, YamlNode node, Dictionary<AnchorName, YamlNode> anchors)
    {
        if (!@event.Anchor.IsEmpty)
        {
            anchors[@event.Anchor] = node;
        }

        return node;
    }

    private static YamlScalar KeyText(YamlScalar key) => key.Type switch
    {
        YamlScalarType.Boolean => new YamlScalar(key.Span, key.Value.ToUpperInvariant() is "YES" or "Y" or "ON" or "TRUE" ? "true" : "false", key.Style, key.Type),
        YamlScalarType.Float => new YamlScalar(key.Span, double.Parse(key.Value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture), key.Style, key.Type),
        _ => key,
    };

    // The parser's end of a flow collection is before its bracket.
    private static YamlSpan Span(Mark start, Mark end, bool isFlow = false) =>
        new((int)start.Line, (int)start.Column, (int)end.Line, (int)end.Column + (isFlow ? 1 : 0), (int)start.Index, (int)end.Index + (isFlow ? 1 : 0));

    private static YamlScalarType TypeOf(string value) =>
        value is "" or "~" or "null" or "Null" or "NULL" ? YamlScalarType.Null
        : Booleans().IsMatch(value) ? YamlScalarType.Boolean
        : Integers().IsMatch(value) ? YamlScalarType.Integer
        : Floats().IsMatch(value) ? YamlScalarType.Float
        : YamlScalarType.String;

    [GeneratedRegex("^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|true|True|TRUE|false|False|FALSE)$")]
    private static partial Regex Booleans();

    [GeneratedRegex("^[-+]?(0|[1-9][0-9_]{0,17}|0o?[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)$")]
    private static partial Regex Integers();

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$")]
    private static partial Regex Floats();
}
