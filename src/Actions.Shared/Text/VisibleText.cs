using System.Globalization;
using System.Text;

namespace Actions.Shared.Text;

/// <summary>Text of others made safe to show: nothing in it hides, reorders or breaks what stands around it.</summary>
internal static class VisibleText
{
    /// <summary><paramref name="text"/> with U+FFFD in place of surrogates without a partner.</summary>
    public static string WellFormed(string text)
    {
        var i = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        if (i < 0) return text;
        while (i < text.Length && Rune.TryGetRuneAt(text, i, out var rune)) i += rune.Utf16SequenceLength;
        if (i >= text.Length) return text;
        var result = new StringBuilder(text.Length).Append(text, 0, i);
        foreach (var rune in text.AsSpan(i).EnumerateRunes()) result.Append(rune);
        return result.ToString();
    }

    /// <summary>
    /// <paramref name="text"/> without anything that hides or reorders text or steers a terminal: control, format (bidi, zero width)
    /// and blank-looking characters as <c>\uXXXX</c>, tabs as a blank, line breaks as <c>\n</c> if <paramref name="keepLines"/>, else as a blank.
    /// </summary>
    public static string Visible(string text, bool keepLines = false)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var result = new StringBuilder(text.Length + 16);
        var previous = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r')
            {
                if (rune.Value != '\n' || previous.Value != '\r') result.Append(keepLines ? '\n' : ' ');
            }
            else if (rune.Value == '\t')
            {
                result.Append(' ');
            }
            else if (IsHidden(rune))
            {
                AppendEscape(result, rune);
            }
            else
            {
                result.Append(rune);
            }

            previous = rune;
        }

        return result.ToString();
    }

    /// <summary>Whether <paramref name="rune"/> shows nothing, or changes how other text is shown.</summary>
    public static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0xFFFE or 0xFFFF;

    /// <summary>Appends <c>\uXXXX</c> for each UTF-16 code unit of <paramref name="rune"/>.</summary>
    public static void AppendEscape(StringBuilder result, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
            result.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));
    }
}
