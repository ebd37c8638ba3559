using System.Buffers;
using System.Text;

namespace Actions.Shared.GitHub;

/// <summary>Untrusted text without what a terminal or a log would act on: escape sequences and control characters.</summary>
public static class PlainText
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(ControlCharacters());

    /// <summary>
    /// Removes ANSI escape sequences and turns every other control character except tab and line ends into its visible picture
    /// (<c>␇</c>), or <c>U+FFFD</c> where there is none.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Controls))
            return text;

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e' && SequenceLength(text.AsSpan(i)) is > 0 and var length)
                i += length - 1;
            else
                result.Append(Picture(text[i]));
        }

        return result.ToString();
    }

    /// <summary>Splits at every line end that the runner knows: <c>\r\n</c>, <c>\r</c>, <c>\n</c>. A line end at the very end starts no further line.</summary>
    public static IReadOnlyList<string> Lines(string text)
    {
        // Not ReplaceLineEndings: it also takes \f, NEL, LS and PS for line ends, which the runner does not.
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    /// <summary>At most <paramref name="limit"/> UTF-16 units, ending in <c>…</c> if anything was cut, never inside a surrogate pair.</summary>
    public static string Shorten(string text, int limit)
    {
        if (text.Length <= limit)
            return text;
        var length = limit - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }

    private static string ControlCharacters()
    {
        var all = new StringBuilder();
        for (var c = '\0'; c < '\xA0'; c++)
        {
            if (c is not ('\t' or '\n' or '\r') and (< ' ' or >= '\x7F'))
                all.Append(c);
        }

        return all.ToString();
    }

    private static char Picture(char c) => c switch
    {
        '\t' or '\n' or '\r' => c,
        < ' ' => (char)(0x2400 + c),
        '\x7F' => '\u2421',
        >= '\x80' and <= '\x9F' => '\uFFFD',
        _ => c,
    };

    // Zero where none starts. ECMA-48: CSI sequences "ESC [ … final", string sequences "ESC ] … (BEL or ESC \)", and two-character ones.
    private static int SequenceLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2)
            return 0;
        switch (text[1])
        {
            case '[':
                var final = text[2..].IndexOfAnyInRange('\x40', '\x7E');
                var notPart = text[2..].IndexOfAnyExceptInRange('\x20', '\x7E');
                return final >= 0 && (notPart < 0 || final < notPart) ? final + 3 : 2;
            case ']' or 'P' or '_' or '^' or 'X':
                var line = text.IndexOfAny('\r', '\n');
                var body = line < 0 ? text : text[..line];
                var bell = body.IndexOf('\a');
                var terminator = body[2..].IndexOf("\e\\");
                if (terminator >= 0 && (bell < 0 || terminator + 2 < bell))
                    return terminator + 4;
                return bell >= 0 ? bell + 1 : 2;
            case >= '\x20' and <= '\x7E':
                return 2;
            default:
                return 0;
        }
    }
}
