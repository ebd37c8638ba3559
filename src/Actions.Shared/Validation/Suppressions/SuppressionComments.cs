using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Text;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Suppressions;

/// <summary>One of our comments.</summary>
/// <param name="Region">The comment, from its <c>#</c> to the end of the line.</param>
/// <param name="Text">What follows <c>ignore</c> or <c>ignore-file</c>.</param>
/// <param name="IsForFile">Whether it is for the whole file.</param>
/// <param name="Scope">The lines that it is for; null when it is for the file.</param>
/// <param name="Problem">What is wrong with it and what to do; null when it can be read.</param>
internal sealed record SuppressionComment(TextRegion Region, string Text, bool IsForFile, TextRegion? Scope, (string Message, string Hint)? Problem = null);

/// <summary>
/// Finds our comments in YAML: never inside a quoted text or a block scalar. A comment behind something holds for its line and, when a key on it opens a
/// block, for that block. A comment on a line of its own holds for the next line with content and for the mapping, list item or field that starts there.
/// </summary>
internal static class SuppressionComments
{
    /// <summary>How our comments start, behind <c>#</c> and blanks.</summary>
    public const string Marker = "validate-manifests:";

    private const string Line = "ignore";
    private const string File = "ignore-file";

    /// <summary>The comments, in the order of the file.</summary>
    public static IEnumerable<SuppressionComment> Find(ManifestContents contents)
    {
        var text = contents.File.Text;
        var lines = new LineMap(text);
        for (var at = text.IndexOf(Marker, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Marker, at + Marker.Length, StringComparison.Ordinal))
        {
            var hash = at - 1;
            while (hash >= 0 && text[hash] is ' ' or '\t')
            {
                hash--;
            }

            var document = Document(contents, at);
            if (hash < 0 || text[hash] != '#' || (hash > 0 && text[hash - 1] is not (' ' or '\t' or '\n' or '\r'))
                || document is null || IsInScalar(document.Root, hash, lines))
            {
                continue;
            }

            yield return Read(contents, lines, hash, at + Marker.Length);
        }
    }

    private static SuppressionComment Read(ManifestContents contents, LineMap lines, int hash, int behind)
    {
        var number = lines.LineOf(hash);
        var line = lines.TextOf(number);
        var start = lines.StartOf(number);
        var region = lines.Region(hash, start + line.Length);
        var said = line[(behind - start)..].Trim();
        var end = said.IndexOfAny(' ', '\t');
        var word = (end < 0 ? said : said[..end]).ToString();
        var rest = end < 0 ? "" : said[end..].Trim().ToString();
        if (word is not (Line or File))
        {
            var near = Suggestions.Closest(word, [Line, File]);
            return new(
                region, "", false, null,
                ($"{Words.Quote(word)} is nothing that can be asked for", near is null ? SuppressionRules.Invalid.Fix : $"Did you mean `{near}`?"));
        }

        if (word == File)
        {
            return new(region, rest, true, null);
        }

        var standsAlone = line[..(hash - start)].Trim(" \t").IsEmpty;
        var target = standsAlone ? NextContent(lines, number) : number;
        return target < 0
            ? new(region, "", false, null, ("the suppression stands before nothing", "Write it above the line, or behind it."))
            : new(region, rest, false, new TextRegion(target + 1, 1, LastLine(contents, target + 1, standsAlone), int.MaxValue));
    }

    /// <summary>Number, from 0, of the next line that is not blank, a comment or a document separator; -1 if there is none.</summary>
    private static int NextContent(LineMap lines, int number)
    {
        for (var next = number + 1; next < lines.Count; next++)
        {
            var line = lines.TextOf(next).Trim(" \t");
            if (!line.IsEmpty && line[0] != '#' && !(line.StartsWith("---") && line.TrimEnd(" \t").Length == 3))
            {
                return next;
            }
        }

        return -1;
    }

    private static int LastLine(ManifestContents contents, int line, bool withContainers)
    {
        var last = line;
        foreach (var document in contents.Documents)
        {
            if (document.Document.Root is { } root && root.Span.StartLine <= line && line <= root.Span.EndLine)
            {
                VisitWhole(root, line, withContainers, ref last);
            }
        }

        return last;
    }

    /// <summary>Visits what has no key of its own, the object or a list item: a comment above its first line is for all of it.</summary>
    private static void VisitWhole(YamlNode node, int line, bool withContainers, ref int last)
    {
        if (withContainers && node.Span.StartLine == line)
        {
            last = Math.Max(last, LastLine(node));
        }

        Visit(node, line, withContainers, ref last);
    }

    private static void Visit(YamlNode node, int line, bool withContainers, ref int last)
    {
        if (node is YamlMapping mapping)
        {
            foreach (var (key, value, isMerged) in mapping)
            {
                // What is merged in or aliased stands elsewhere.
                if (isMerged || value.Span.StartOffset < key.Span.EndOffset)
                {
                    continue;
                }

                if (key.Span.StartLine == line)
                {
                    last = Math.Max(last, LastLine(value));
                }

                if (value.Span.StartLine <= line && line <= value.Span.EndLine)
                {
                    Visit(value, line, withContainers, ref last);
                }
            }
        }
        else if (node is YamlSequence sequence)
        {
            foreach (var item in sequence)
            {
                if (item.Span.StartLine <= line && line <= item.Span.EndLine)
                {
                    VisitWhole(item, line, withContainers, ref last);
                }
            }
        }
    }

    private static int LastLine(YamlNode node) => node.Span.EndColumn == 1 && node.Span.EndLine > node.Span.StartLine ? node.Span.EndLine - 1 : node.Span.EndLine;

    /// <summary>The checked document that <paramref name="offset"/> lies in; null when it is not checked.</summary>
    private static YamlDocument? Document(ManifestContents contents, int offset)
    {
        foreach (var document in contents.Documents)
        {
            if (document.Document.Span.StartOffset <= offset && offset < document.Document.Span.EndOffset)
            {
                return document.Kind is DocumentKind.Kubernetes or DocumentKind.Kustomization or DocumentKind.Empty
                    && !document.Document.IsBroken && !document.Document.IsJson
                    ? document.Document
                    : null;
            }
        }

        return null;
    }

    private static bool IsInScalar(YamlNode? node, int offset, LineMap lines)
    {
        if (node is null || offset < node.Span.StartOffset || offset >= node.Span.EndOffset)
        {
            return false;
        }

        switch (node)
        {
            case YamlScalar scalar:
                // Behind the sign that opens a block scalar a comment may stand.
                return scalar.Style is not (YamlScalarStyle.Literal or YamlScalarStyle.Folded) || lines.LineOf(offset) + 1 != scalar.Span.StartLine;
            case YamlMapping mapping:
                foreach (var entry in mapping)
                {
                    if (IsInScalar(entry.Key, offset, lines) || IsInScalar(entry.Value, offset, lines))
                    {
                        return true;
                    }
                }

                return false;
            default:
                foreach (var item in (YamlSequence)node)
                {
                    if (IsInScalar(item, offset, lines))
                    {
                        return true;
                    }
                }

                return false;
        }
    }
}
