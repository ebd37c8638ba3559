using YamlDotNet.Core;

namespace Actions.Shared.Manifests;

/// <summary>Says in a person's words why a text is not YAML, and where. The parser's own message and place are often of little help.</summary>
internal static class SyntaxExplainer
{
    public readonly record struct Explanation(int Start, int End, string Message, string? Hint);

    /// <param name="error">What the parser threw.</param>
    /// <param name="lines">The lines of the whole file.</param>
    /// <param name="start">Where the document starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="last">Where the last thing ends that was understood.</param>
    /// <param name="openFlow">Where the innermost bracket stands that is still open; -1 if none is.</param>
    public static Explanation Explain(Exception error, LineMap lines, int start, int end, int last, int openFlow)
    {
        var text = lines.Text;
        var thrown = error as YamlException;
        var at = thrown is null ? last : Math.Clamp(start + (int)thrown.Start.Index, start, end);
        var behind = thrown is null ? last : Math.Clamp(start + (int)thrown.End.Index, start, end);
        var message = error.Message;

        if (FindTab(lines, Math.Max(start, Math.Min(at, last)), end, Math.Max(behind, last)) is { } tab && !Has(message, "quoted scalar"))
        {
            return new(tab, tab + 1, "a tab is used for indentation, which YAML forbids", "Indent with spaces.");
        }

        if (Has(message, "quoted scalar"))
        {
            return Quoted(lines, message, at, behind);
        }

        if (Has(message, "cannot start any token") && at < end)
        {
            return text[at] switch
            {
                '\t' => new(at, at + 1, "a tab stands where YAML allows only spaces", "Use spaces."),
                _ => new(at, EndOfLine(lines, at), $"an unquoted value cannot start with {text[at]}", "Put the value in quotes."),
            };
        }

        if (Has(message, "Block sequence entries are not allowed"))
        {
            return new(at, at + 1, "a list item (-) cannot start on the line of its key", "Put the item on the next line, or quote the value if the dash belongs to it.");
        }

        if (Has(message, "<document start>") || Has(message, "multiline plain scalar") || Has(message, "simple key"))
        {
            return MissingColon(lines, start, at);
        }

        if (Has(message, "invalid mapping") || Has(message, "mapping values are not allowed", "Mapping values are not allowed"))
        {
            return SecondColon(lines, start, at);
        }

        if (openFlow >= 0)
        {
            var bracket = text[openFlow] == '{' ? "{" : "[";
            return text.AsSpan(openFlow).StartsWith("{{")
                ? new(openFlow, openFlow + 2, "{{ starts a mapping in YAML unless it is quoted", "Quote the value; if this is a template, render it first.")
                : new(openFlow, openFlow + 1, $"the {bracket} opened here is not closed where it should be, or a comma or quote is missing in it", "Close it, and quote values that contain , [ ] { } or start with them.");
        }

        if (Has(message, "expected key") || Has(message, "'-' indicator") || Has(message, "block end") || Has(message, "<document end>"))
        {
            return Structure(lines, at, message);
        }

        if (Has(message, "block scalar"))
        {
            return new(at, EndOfLine(lines, at), "the first line of a block scalar (| or >) may hold only an indentation digit, + or -, and a comment", "Start the text on the next line.");
        }

        if (Has(message, "node content"))
        {
            return new(at, Math.Min(end, at + 1), At(text, at, end) is { } found ? $"a value cannot start with {found}" : "a value is missing here", "Put the value in quotes.");
        }

        if (Has(message, "tag handle"))
        {
            return new(at, behind, "the tag's prefix is not known", "Use a tag that starts with !! or a single !, or delete it.");
        }

        return new(at, Math.Max(behind, Math.Min(end, at + 1)), thrown is null ? "this is not well-formed YAML" : Plain(message), null);
    }

    private static Explanation Quoted(LineMap lines, string message, int at, int behind)
    {
        var quote = at < lines.Text.Length && lines.Text[at] == '\'' ? "'" : "\"";
        if (Has(message, "escape"))
        {
            var from = behind;
            while (from > at && lines.Text[from] != '\\')
            {
                from--;
            }

            var bad = lines.Text.AsSpan(from, Math.Min(2, lines.Text.Length - from)).ToString();
            return new(from, from + bad.Length, $"{bad} is not an escape sequence of double-quoted text", "Write \\\\ for a backslash, or use single quotes.");
        }

        return new(at, at + 1, $"the quote {quote} opened here is never closed", $"Close it; inside, write {(quote == "'" ? "''" : "\\\"")} for the quote itself.");
    }

    private static Explanation MissingColon(LineMap lines, int start, int at)
    {
        var first = lines.LineOf(start);
        for (var line = Math.Min(lines.LineOf(at), lines.LineOf(Math.Max(start, at))); line >= first; line--)
        {
            var text = lines.TextOf(line);
            var content = text.Trim();
            if (content.Length == 0 || content[0] == '#')
            {
                continue;
            }

            var from = lines.StartOf(line) + text.IndexOf(content, StringComparison.Ordinal);
            var colon = content.IndexOf(':');
            if (colon > 0 && colon + 1 < content.Length && content[colon + 1] is not (' ' or '\t') && !content.Contains(": ", StringComparison.Ordinal) && !content.EndsWith(":", StringComparison.Ordinal))
            {
                return new(from + colon, from + colon + 1, $"a space is missing after the colon of \"{NodeBuilder.Excerpt(content[..colon].ToString())}\"", "Write a space after the colon.");
            }

            if (!content.Contains(": ", StringComparison.Ordinal) && !content.EndsWith(":", StringComparison.Ordinal))
            {
                return content.StartsWith("{{", StringComparison.Ordinal)
                    ? new(from, from + content.Length, "{{ starts a mapping in YAML unless it is quoted", "If this is a template, render it first.")
                    : new(from, from + content.Length, $"\"{NodeBuilder.Excerpt(content.ToString())}\" is neither a key with a colon nor a value of one", "Write it as key: value, or indent it under its key.");
            }
        }

        return new(at, at + 1, "a colon stands where no key is", "Check the line above: a colon or a quote may be missing.");
    }

    private static Explanation SecondColon(LineMap lines, int start, int at)
    {
        var line = lines.LineOf(at);
        var text = lines.TextOf(line);
        var before = text[..Math.Min(text.Length, at - lines.StartOf(line))];
        if (before.Contains(": ", StringComparison.Ordinal))
        {
            return new(at, at + 1, "a second \": \" stands in an unquoted value", "Put the value in quotes, or start a new line if it is a key.");
        }

        var previous = line - 1;
        while (previous >= lines.LineOf(start) && lines.TextOf(previous).Trim() is { Length: 0 } or ['#', ..])
        {
            previous--;
        }

        var content = text.Trim();
        var from = lines.StartOf(line) + text.IndexOf(content, StringComparison.Ordinal);
        return new(
            from, at + 1,
            $"\"{NodeBuilder.Excerpt(before.Trim().ToString())}\" is indented deeper than the line above, which already has a value",
            "Indent it like its siblings, or remove the value above if it is meant as a child.");
    }

    private static Explanation Structure(LineMap lines, int at, string message)
    {
        var text = lines.Text;
        var line = lines.LineOf(at);
        var lineStart = lines.StartOf(line);
        var content = lines.TextOf(line);
        var column = at - lineStart;
        if (text.AsSpan(at).StartsWith("{{"))
        {
            return new(at, EndOfLine(lines, at), "{{ starts a mapping in YAML unless it is quoted", "If this is a template, render it first; otherwise put the value in quotes.");
        }

        if (column > 0 && content[..column].TrimEnd() is [.., '"' or '\'' or ']' or '}'])
        {
            return new(at, EndOfLine(lines, at), "there is text behind the end of the value", "Put the whole value in quotes, or delete the rest.");
        }

        if (content[..column].IsWhiteSpace())
        {
            if (IsBareWord(content[column..].TrimEnd()))
            {
                return MissingColon(lines, at, at);
            }

            if (line > 0 && lines.TextOf(line - 1) is var above && above.IndexOfAnyExcept(' ') == column && IsBareWord(above.Trim()))
            {
                return MissingColon(lines, lines.StartOf(line - 1), lines.StartOf(line - 1));
            }

            var isItem = content[column..] is ['-', ' ', ..] or ['-'];
            return Has(message, "'-' indicator") && !isItem
                ? new(at, EndOfLine(lines, at), "a key stands at the level of list items", "Indent it under an item, or move it back to the level of the list's own key.")
                : isItem
                    ? new(at, at + 1, "a list item stands at the level of keys", "Indent it under the key that it belongs to.")
                    : new(at, EndOfLine(lines, at), $"the indentation of {column} spaces matches no level above", "Align the line with its siblings.");
        }

        return new(at, EndOfLine(lines, at), "a key with a colon was expected here", "Check the quotes and the indentation of this line and the one above.");
    }

    private static bool IsBareWord(ReadOnlySpan<char> content) =>
        content.Length > 0 && char.IsLetterOrDigit(content[0]) && !content.Contains(": ", StringComparison.Ordinal) && !content.EndsWith(":", StringComparison.Ordinal);

    private static int? FindTab(LineMap lines, int from, int end, int to)
    {
        var first = lines.LineOf(from);
        var last = Math.Min(lines.LineOf(Math.Min(end, to)) + 1, lines.LineOf(end));
        for (var line = first; line <= last; line++)
        {
            var text = lines.TextOf(line);
            var indent = text.IndexOfAnyExcept(" \t");
            var tab = text.IndexOf('\t');
            if (indent > 0 && tab >= 0 && tab < indent && text[indent] != '#')
            {
                return lines.StartOf(line) + tab;
            }
        }

        return null;
    }

    private static int EndOfLine(LineMap lines, int at)
    {
        var line = lines.LineOf(at);
        return Math.Max(at + 1, lines.StartOf(line) + lines.TextOf(line).TrimEnd().Length);
    }

    private static char? At(string text, int at, int end) => at < end && !char.IsWhiteSpace(text[at]) ? text[at] : null;

    private static bool Has(string message, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (message.Contains(part, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Plain(string message)
    {
        var text = message.TrimEnd('.');
        return text.Length == 0 ? "this is not well-formed YAML" : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
