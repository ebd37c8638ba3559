using System.Buffers;
using System.Text;

namespace Actions.Shared.GitHub;

/// <summary>Puts untrusted text into Markdown (GitHub's flavour) so that it shows as it is and nothing in it acts.</summary>
public static class MarkdownText
{
    private static readonly SearchValues<char> PlainCode = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;/_-+=()[]{}'\"!?@#$%^&*~<>");

    /// <summary>Text for a paragraph, list item, heading or table cell. Line ends become blanks.</summary>
    public static string Escape(string text)
    {
        var line = OneLine(text, " ");
        var result = new StringBuilder(line.Length + 16);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (i == 0 && (char.IsAsciiDigit(c) && StartsList(line) || c is '-' or '+' or '='))
                Entity(result, c); // else a list, a rule or an underlined heading
            else if (c == ':' && line.AsSpan(i).StartsWith("://") || c == '.' && EndsWithWww(line.AsSpan(0, i)))
                Entity(result, c); // else a link
            else if (c == '_' && i > 0 && i + 1 < line.Length && char.IsLetterOrDigit(line[i - 1]) && char.IsLetterOrDigit(line[i + 1]))
                result.Append(c); // inside a word it means nothing
            else
                Append(result, c);
        }

        return result.ToString();
    }

    /// <summary>Like <see cref="Escape"/>, for a table cell in which line ends should show: they become <c>&lt;br&gt;</c>.</summary>
    public static string TableCell(string text) => string.Join("<br>", PlainText.Lines(text).Select(Escape));

    /// <summary>Text in code style for a paragraph, list item, heading or table cell; empty for empty text. Line ends become blanks.</summary>
    public static string Code(string text)
    {
        var line = OneLine(text, " ");
        if (line.Length == 0)
            return "";
        if (!line.AsSpan().ContainsAnyExcept(PlainCode) && line[0] != ' ' && line[^1] != ' ')
            return $"`{line}`";

        var result = new StringBuilder("<code>");
        foreach (var c in line)
        {
            if (char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c)))
                Entity(result, c);
            else
                result.Append(c);
        }

        return result.Append("</code>").ToString();
    }

    /// <summary>
    /// A code block, its fence longer than any run of backticks inside. Line ends become <c>\n</c>; the block ends with one.
    /// </summary>
    /// <param name="text">What it shows.</param>
    /// <param name="language">A trusted name of the language for colours; empty for none.</param>
    public static string Fence(string text, string language = "")
    {
        var lines = PlainText.Lines(text).Select(PlainText.Clean).ToArray();
        var fence = new string('`', Math.Max(3, lines.Select(LongestBacktickRun).DefaultIfEmpty().Max() + 1));
        return $"{fence}{language}\n{string.Concat(lines.Select(l => l + "\n"))}{fence}\n";
    }

    private static void Append(StringBuilder result, char c)
    {
        switch (c)
        {
            case '\\' or '`' or '*' or '_' or '[' or ']' or '~' or '$' or '#' or '!':
                result.Append('\\').Append(c);
                break;
            case '<' or '>' or '&' or '|':
                Entity(result, c);
                break;
            default:
                result.Append(c);
                break;
        }
    }

    private static void Entity(StringBuilder result, char c) => _ = c switch
    {
        '<' => result.Append("&lt;"),
        '>' => result.Append("&gt;"),
        '&' => result.Append("&amp;"),
        _ => result.Append("&#").Append((int)c).Append(';'),
    };

    private static string OneLine(string text, string separator) =>
        string.Join(separator, PlainText.Lines(text).Select(PlainText.Clean)).Trim();

    private static bool StartsList(string line)
    {
        var end = line.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return end > 0 && line[end] is '.' or ')';
    }

    private static bool EndsWithWww(ReadOnlySpan<char> text) => text.EndsWith("www", StringComparison.OrdinalIgnoreCase);

    private static int LongestBacktickRun(string line)
    {
        var longest = 0;
        var run = 0;
        foreach (var c in line)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return longest;
    }
}
