using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Actions.Shared.Manifests;

/// <summary>Feeds YamlDotNet's events of one document to a <see cref="NodeBuilder"/>.</summary>
internal sealed class YamlDocumentParser(LineMap lines, NodeBuilder builder)
{
    private readonly string _text = lines.Text;

    /// <summary>Parses the text between two offsets, which holds one document. False if it is not well-formed; the problem is reported then.</summary>
    public bool Parse(int start, int end)
    {
        var parser = new Parser(new Scanner(new SliceReader(_text, start, end), true, int.MaxValue / 2));
        var last = start;
        var done = false;
        try
        {
            while (parser.MoveNext())
            {
                var current = parser.Current!;
                var from = start + (int)current.Start.Index;
                var to = Math.Min(end, start + (int)current.End.Index);
                switch (current)
                {
                    case Scalar scalar:
                        AddScalar(scalar, from, to);
                        last = to;
                        break;
                    case MappingStart mapping:
                        builder.Open(true, mapping.Style == MappingStyle.Flow, StartOf(mapping, from, end), TagOf(mapping), AnchorOf(mapping));
                        last = from;
                        break;
                    case SequenceStart sequence:
                        builder.Open(false, sequence.Style == SequenceStyle.Flow, SkipProperties(sequence, from, end), TagOf(sequence), AnchorOf(sequence));
                        last = from;
                        break;
                    case MappingEnd:
                        builder.Close(from < end && _text[from] == '}' && builder.InnermostIsFlow ? from + 1 : -1);
                        last = to;
                        break;
                    case SequenceEnd:
                        builder.Close(from < end && _text[from] == ']' && builder.InnermostIsFlow ? from + 1 : -1);
                        last = to;
                        break;
                    case AnchorAlias alias:
                        builder.Alias(alias.Value.Value, from, to);
                        last = to;
                        break;
                    case DocumentEnd:
                        done = true;
                        break;
                    case DocumentStart when done:
                        ReportDropped(last, end);
                        return true;
                    default:
                        break;
                }
            }
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            if (done)
            {
                ReportDropped(last, end);
                return true;
            }

            var problem = SyntaxExplainer.Explain(e, lines, start, end, last, builder.OpenFlowStart);
            builder.Report(YamlRules.Syntax, problem.Start, problem.End, problem.Message, problem.Hint);
            return false;
        }

        return true;
    }

    private void AddScalar(Scalar scalar, int start, int end)
    {
        var from = SkipProperties(scalar, start, end);
        var style = scalar.Style switch
        {
            ScalarStyle.SingleQuoted => YamlScalarStyle.SingleQuoted,
            ScalarStyle.DoubleQuoted => YamlScalarStyle.DoubleQuoted,
            ScalarStyle.Literal => YamlScalarStyle.Literal,
            ScalarStyle.Folded => YamlScalarStyle.Folded,
            _ => YamlScalarStyle.Plain,
        };
        var to = style is YamlScalarStyle.Literal or YamlScalarStyle.Folded ? BlockScalarSpan.End(_text, from, end, scalar.Value)
            : style == YamlScalarStyle.Plain && scalar.Value.Length == 0 ? from
            : end;
        var tag = scalar.Tag is { IsEmpty: false, IsNonSpecific: false } name ? name.Value
            : scalar.Tag is { IsEmpty: false } ? "tag:yaml.org,2002:str"
            : null;
        builder.Scalar(from, Math.Max(from, to), scalar.Value, style, tag, AnchorOf(scalar));
    }

    /// <summary>A pair without braces in a flow sequence has no place of its own in YamlDotNet; it starts with its key.</summary>
    private int StartOf(MappingStart mapping, int start, int end)
    {
        var from = SkipProperties(mapping, start, end);
        return mapping.Style == MappingStyle.Flow && (from >= end || _text[from] != '{') ? -1 : from;
    }

    private static string? TagOf(NodeEvent node) => node.Tag is { IsEmpty: false, IsNonSpecific: false } tag ? tag.Value : null;

    private static string? AnchorOf(NodeEvent node) => node.Anchor.IsEmpty ? null : node.Anchor.Value;

    /// <summary>YamlDotNet lets a node start at its anchor or tag; the place of its content lies behind them.</summary>
    private int SkipProperties(NodeEvent node, int start, int end)
    {
        if (node.Anchor.IsEmpty && node.Tag.IsEmpty)
        {
            return start;
        }

        var at = start;
        var behind = start;
        while (at < end)
        {
            switch (_text[at])
            {
                case '&' or '!':
                    while (at < end && !char.IsWhiteSpace(_text[at]) && !(_text[at] is ',' or '}' or ']' && node is Scalar { Value: "" }))
                    {
                        at++;
                    }

                    behind = at;
                    break;
                case ' ' or '\t' or '\n' or '\r':
                    at++;
                    break;
                case '#':
                    while (at < end && _text[at] is not ('\n' or '\r'))
                    {
                        at++;
                    }

                    break;
                default:
                    return at;
            }
        }

        return behind;
    }

    private void ReportDropped(int from, int end)
    {
        var at = from;
        var markers = 0;
        while (at < end)
        {
            var line = lines.LineOf(at, lines.LineOf(from));
            var text = lines.TextOf(line);
            if (text.StartsWith("...") || text.StartsWith("---"))
            {
                markers++;
            }
            else if (markers > 0 && text.Trim() is { Length: > 0 } content && content[0] != '#')
            {
                var start = lines.StartOf(line) + text.IndexOfAnyExcept(" \t");
                builder.Report(
                    YamlRules.DroppedText, start, start + content.Length,
                    "kubectl never reads the text from here on: the document ends before it", "Separate the documents by a line with --- instead.");
                return;
            }

            var next = lines.StartOf(line) + text.Length;
            while (next < end && _text[next] is '\n' or '\r')
            {
                next++;
                if (lines.LineOf(next, line) != line)
                {
                    break;
                }
            }

            at = Math.Max(next, at + 1);
        }

        builder.Report(YamlRules.DroppedText, from, Math.Min(end, from + 1), "kubectl never reads the text behind this place", "Separate the documents by a line with --- instead.");
    }
}
