using System.Text;
using Actions.Shared.Manifests;
using FsCheck;
using FsCheck.Fluent;
using YamlDotNet.RepresentationModel;

namespace Actions.Shared.Tests.Manifests;

/// <summary>Random documents, written by a printer of our own: the loader must agree with YamlDotNet's own model, and every place must cut its scalar.</summary>
public sealed class YamlRoundTripSpecs
{
    private static readonly string[] Words =
        ["a", "nginx", "x y z", "http://h:80/p#q", "1", "0x1f", "yes", "null", "-1.5", "é😀", "a-b_c", "k8s.io/x", "~", "0777", "a  b", "--flag=1", "v1,2", "it's", "say \"hi\"", "{{ x }}", "# no", " lead", "trail ", "a: b", "[x]", "@x", "%p", "", "one\ntwo", "l1\n\nl3\n", "tab\tx", "back\\slash"];

    private static readonly Gen<Tree> Scalars =
        from text in Gen.Elements(Words)
        from style in Gen.Elements(Enum.GetValues<YamlScalarStyle>())
        select (Tree)new Leaf(text, style);

    private static Gen<Tree> Trees(int depth) => depth == 0
        ? Scalars
        : Gen.OneOf(
            Scalars,
            from items in Gen.Resize(Gen.ListOf(Trees(depth - 1)), 4)
            from flow in Gen.Elements(true, false, false)
            select (Tree)new Items([.. items], flow),
            Mappings(depth));

    private static Gen<Tree> Mappings(int depth) =>
        from values in Gen.Resize(Gen.NonEmptyListOf(Trees(depth - 1)), 4)
        from flow in Gen.Elements(true, false, false, false)
        from indent in Gen.Choose(1, 4)
        from noise in Gen.Elements("", "", "# comment\n", "\n")
        select (Tree)new Fields([.. values], flow, indent, noise);

    private static readonly Gen<string> Files =
        from trees in Gen.Resize(Gen.NonEmptyListOf(Mappings(3)), 3)
        from crlf in Gen.Elements(false, false, true)
        let text = string.Join("---\n", trees.Select(t => new Printer().Print(t)))
        select crlf ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;

    [Fact]
    public void Values_are_those_of_the_full_model_and_places_cut_their_scalars() =>
        Prop.ForAll(Arb.From(Files), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static bool Holds(string text)
    {
        var expected = new YamlStream();
        expected.Load(new StringReader(text));
        var file = YamlLoader.Load("f", text, cancellation: TestContext.Current.CancellationToken);
        file.Problems.ShouldBeEmpty(text);
        file.Documents.Count.ShouldBe(expected.Documents.Count, text);
        for (var i = 0; i < expected.Documents.Count; i++)
        {
            Same(expected.Documents[i].RootNode, file.Documents[i].Root!, text);
        }

        return true;
    }

    private static void Same(YamlDotNet.RepresentationModel.YamlNode expected, Actions.Shared.Manifests.YamlNode actual, string text)
    {
        switch (expected)
        {
            case YamlScalarNode scalar:
                var found = actual.ShouldBeOfType<YamlScalar>(text);
                found.Value.ShouldBe(scalar.Value ?? "", text);
                Cuts(found, text);
                break;
            case YamlSequenceNode sequence:
                var items = actual.ShouldBeOfType<YamlSequence>(text);
                items.Count.ShouldBe(sequence.Children.Count, text);
                for (var i = 0; i < items.Count; i++)
                {
                    Same(sequence.Children[i], items[i], text);
                }

                break;
            case YamlMappingNode mapping:
                var entries = actual.ShouldBeOfType<YamlMapping>(text);
                entries.Count.ShouldBe(mapping.Children.Count, text);
                for (var i = 0; i < entries.Count; i++)
                {
                    Same(mapping.Children[i].Key, entries[i].Key, text);
                    Same(mapping.Children[i].Value, entries[i].Value, text);
                }

                break;
            default:
                throw new InvalidOperationException(expected.ToString());
        }
    }

    private static void Cuts(YamlScalar scalar, string text)
    {
        var span = scalar.Span;
        var cut = text[span.StartOffset..span.EndOffset];
        var again = (YamlMapping)YamlLoader.Load("f", "k: " + cut + "\n", cancellation: TestContext.Current.CancellationToken).Documents[0].Root!;
        again[0].Value.ToString().ShouldBe(scalar.Value, text);
        var lines = text[..span.StartOffset].Split('\n');
        (span.StartLine, span.StartColumn).ShouldBe((lines.Length, lines[^1].Length + 1), text);
        var until = text[..span.EndOffset].Split('\n');
        (span.EndLine, span.EndColumn).ShouldBe((until.Length, until[^1].Length + 1), text);
    }

    private abstract record Tree;

    private sealed record Leaf(string Text, YamlScalarStyle Style) : Tree;

    private sealed record Items(IReadOnlyList<Tree> Children, bool Flow) : Tree;

    private sealed record Fields(IReadOnlyList<Tree> Values, bool Flow, int Indent, string Noise) : Tree;

    private sealed class Printer
    {
        private readonly StringBuilder _text = new();
        private int _keys;

        public string Print(Tree tree)
        {
            Block(tree is Fields fields ? fields with { Flow = false } : tree, 0);
            return _text.ToString();
        }

        private void Block(Tree tree, int indent)
        {
            switch (tree)
            {
                case Fields { Flow: false, Values.Count: > 0 } fields:
                    foreach (var value in fields.Values)
                    {
                        _text.Append(fields.Noise).Append(' ', indent).Append("key").Append(_keys++).Append(':');
                        Value(value, indent, fields.Indent);
                    }

                    break;
                case Items { Flow: false, Children.Count: > 0 } items:
                    foreach (var child in items.Children)
                    {
                        _text.Append(' ', indent).Append('-');
                        Value(child, indent, 2);
                    }

                    break;
                default:
                    throw new InvalidOperationException();
            }
        }

        private void Value(Tree tree, int indent, int step)
        {
            switch (tree)
            {
                case Fields { Flow: false, Values.Count: > 0 } or Items { Flow: false, Children.Count: > 0 }:
                    _text.Append('\n');
                    Block(tree, indent + step);
                    break;
                case Leaf { Style: YamlScalarStyle.Literal } leaf when IsBlockText(leaf.Text):
                    _text.Append(leaf.Text.EndsWith('\n') ? " |\n" : " |-\n");
                    foreach (var line in leaf.Text.TrimEnd('\n').Split('\n'))
                    {
                        _text.Append(' ', line.Length == 0 ? 0 : indent + step).Append(line).Append('\n');
                    }

                    break;
                case Leaf { Style: YamlScalarStyle.Folded } leaf when IsBlockText(leaf.Text) && !leaf.Text.Contains('\n'):
                    _text.Append(" >-\n").Append(' ', indent + step).Append(leaf.Text).Append('\n');
                    break;
                default:
                    _text.Append(' ');
                    Inline(tree, false);
                    _text.Append('\n');
                    break;
            }
        }

        private void Inline(Tree tree, bool inFlow)
        {
            switch (tree)
            {
                case Leaf leaf:
                    _text.Append(Scalar(leaf, inFlow));
                    break;
                case Items items:
                    _text.Append('[');
                    for (var i = 0; i < items.Children.Count; i++)
                    {
                        _text.Append(i > 0 ? ", " : "");
                        Inline(items.Children[i], true);
                    }

                    _text.Append(']');
                    break;
                case Fields fields:
                    _text.Append('{');
                    for (var i = 0; i < fields.Values.Count; i++)
                    {
                        _text.Append(i > 0 ? ", " : "").Append("key").Append(_keys++).Append(": ");
                        Inline(fields.Values[i], true);
                    }

                    _text.Append('}');
                    break;
                default:
                    throw new InvalidOperationException();
            }
        }

        private static string Scalar(Leaf leaf, bool inFlow)
        {
            var text = leaf.Text;
            if (leaf.Style == YamlScalarStyle.Plain && text.Length > 0 && (char.IsLetterOrDigit(text[0]) || text[0] is '~' or '-') && text.All(c => !char.IsControl(c))
                && !text.EndsWith(' ') && !text.Contains(": ", StringComparison.Ordinal) && (!inFlow || text.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '.' or '/')))
            {
                return text;
            }

            return leaf.Style == YamlScalarStyle.SingleQuoted && text.All(c => !char.IsControl(c))
                ? "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'"
                : "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + "\"";
        }

        private static bool IsBlockText(string text) =>
            text.Trim('\n').Length > 0 && !text.StartsWith(' ') && !text.StartsWith('\n') && !text.EndsWith(' ') && !text.Contains('\t');
    }
}
