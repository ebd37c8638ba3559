using System.Text;

namespace Actions.Shared.GitHub;

/// <summary>Cuts Markdown between two lines and closes what is open there, so that what follows is not swallowed.</summary>
public static class MarkdownCut
{
    /// <summary>
    /// The most lines of <paramref name="markdown"/> that fit, with their closing, into <paramref name="budget"/> UTF-8 bytes. If not even
    /// one line with text fits, part of the first.
    /// </summary>
    public static string At(string markdown, int budget)
    {
        var open = new OpenBlocks();
        var kept = (Length: 0, Closing: "");
        var bytes = 0;
        for (var start = 0; start < markdown.Length;)
        {
            var newline = markdown.IndexOf('\n', start);
            var end = newline < 0 ? markdown.Length : newline + 1;
            var line = markdown.AsSpan(start, end - start);
            var size = Encoding.UTF8.GetByteCount(line);
            if (bytes + size > budget)
            {
                var nothingKept = markdown.AsSpan(0, kept.Length).IsWhiteSpace();
                return nothingKept && !line.TrimStart().StartsWith("```") && !line.TrimStart().StartsWith("~~~")
                    ? string.Concat(markdown.AsSpan(0, start), Prefix(line, budget - bytes))
                    : markdown[..kept.Length] + kept.Closing;
            }

            bytes += size;
            start = end;
            open.Read(line);
            var closing = open.Closing;
            if (bytes + Encoding.UTF8.GetByteCount(closing) <= budget)
                kept = (start, closing);
        }

        return markdown[..kept.Length] + kept.Closing;
    }

    private static ReadOnlySpan<char> Prefix(ReadOnlySpan<char> line, int budget)
    {
        var length = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if ((budget -= rune.Utf8SequenceLength) < 0)
                break;
            length += rune.Utf16SequenceLength;
        }

        return line[..length];
    }

    /// <summary>Which code fence and how many details elements are open after the lines read so far.</summary>
    private sealed class OpenBlocks
    {
        private string _indent = "";
        private string _fence = "";
        private int _details;

        // The fence is closed with the indentation it was opened with: a shallower one would end the list item around it instead.
        public string Closing =>
            (_fence.Length > 0 ? $"{_indent}{_fence}\n" : "") + string.Concat(Enumerable.Repeat("\n</details>\n", _details));

        public void Read(ReadOnlySpan<char> line)
        {
            var text = line.Trim();
            var mark = text.IsEmpty ? '\0' : text[0];
            var run = mark is '`' or '~' ? text.IndexOfAnyExcept(mark) is var other and >= 0 ? other : text.Length : 0;
            if (_fence.Length > 0)
            {
                if (mark == _fence[0] && run >= _fence.Length && run == text.Length)
                    _fence = "";
            }
            else if (run >= 3 && (mark == '~' || !text[run..].Contains('`')))
            {
                _fence = new string(mark, run);
                _indent = line[..(line.Length - line.TrimStart().Length)].ToString();
            }
            else
            {
                _details = Math.Max(0, _details + Count(text, "<details") - Count(text, "</details"));
            }
        }

        private static int Count(ReadOnlySpan<char> text, string what)
        {
            var count = 0;
            for (int at; (at = text.IndexOf(what, StringComparison.OrdinalIgnoreCase)) >= 0; text = text[(at + what.Length)..])
                count++;
            return count;
        }
    }
}
