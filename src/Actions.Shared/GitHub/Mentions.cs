using System.Text;

namespace Actions.Shared.GitHub;

/// <summary>
/// Keeps Markdown from calling people and other threads: GitHub tells everybody whom a comment mentions (<c>@name</c>, <c>@owner/team</c>) and notes in
/// every issue that it names (<c>#12</c>) that it did.
/// </summary>
internal static class Mentions
{
    // A zero-width space, which GitHub shows as nothing.
    private const char Gap = '\u200B';

    /// <summary>The same text with a gap in each mention and reference. What is code stays as it is: there GitHub takes nothing for a mention.</summary>
    public static string Break(string markdown)
    {
        if (!markdown.AsSpan().ContainsAny('@', '#'))
            return markdown;
        var result = new StringBuilder(markdown.Length + 16);
        var fence = default((char Mark, int Length));
        for (var start = 0; start < markdown.Length;)
        {
            var newline = markdown.IndexOf('\n', start);
            var end = newline < 0 ? markdown.Length : newline + 1;
            var line = markdown.AsSpan(start, end - start);
            start = end;
            var text = line.Trim();
            var run = RunOf(text);
            if (fence.Length > 0)
            {
                if (run >= fence.Length && run == text.Length && text[0] == fence.Mark)
                    fence = default;
                result.Append(line);
            }
            else if (run >= 3 && (text[0] == '~' || !text[run..].Contains('`')))
            {
                fence = (text[0], run);
                result.Append(line);
            }
            else
            {
                AppendLine(result, line);
            }
        }

        return result.ToString();
    }

    private static void AppendLine(StringBuilder result, ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '`')
            {
                var length = CodeLength(line[i..]);
                result.Append(line.Slice(i, length));
                i += length - 1;
                continue;
            }

            result.Append(line[i]);
            if (i + 1 == line.Length)
                return;
            var (before, after) = (i == 0 ? ' ' : line[i - 1], line[i + 1]);
            var isMention = line[i] == '@' && char.IsAsciiLetterOrDigit(after) && !char.IsAsciiLetterOrDigit(before) && before != '_';

            // Not in an entity such as &#124;, which is what escaping makes.
            var isReference = line[i] == '#' && char.IsAsciiDigit(after) && before != '&';
            if (isMention || isReference)
                result.Append(Gap);
        }
    }

    /// <summary>The length of the code that begins with backticks, or of the backticks where nothing ends it.</summary>
    private static int CodeLength(ReadOnlySpan<char> text)
    {
        var run = RunOf(text);
        for (var i = run; i < text.Length; i++)
        {
            if (text[i] != '`')
                continue;
            var other = RunOf(text[i..]);
            if (other == run)
                return i + run;
            i += other - 1;
        }

        return run;
    }

    private static int RunOf(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] is not ('`' or '~'))
            return 0;
        var other = text.IndexOfAnyExcept(text[0]);
        return other < 0 ? text.Length : other;
    }
}
