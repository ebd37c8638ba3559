using System.Text;

namespace Actions.Shared.Validation.Cel;

/// <summary>Text as the language counts it: in Unicode code points.</summary>
internal static class CelText
{
    /// <summary>Number of code points.</summary>
    public static int Length(string text)
    {
        var count = text.Length;
        foreach (var c in text)
        {
            count -= char.IsLowSurrogate(c) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The UTF-16 offset of the code point at <paramref name="index"/>, which may be the length; -1 when it is outside.</summary>
    public static int Offset(string text, long index)
    {
        if (index < 0 || index > text.Length)
        {
            return -1;
        }

        var offset = 0;
        for (var i = 0L; i < index; i++)
        {
            if (offset >= text.Length)
            {
                return -1;
            }

            offset += char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]) ? 2 : 1;
        }

        return offset;
    }

    /// <summary>The code points before a UTF-16 offset.</summary>
    public static int Index(string text, int offset)
    {
        var index = offset;
        foreach (var c in text.AsSpan(0, offset))
        {
            index -= char.IsLowSurrogate(c) ? 1 : 0;
        }

        return index;
    }

    /// <summary>The order of the code points, which is also that of UTF-8.</summary>
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            var (a, b) = (left[i], right[i]);
            if (a != b)
            {
                // Beyond the basic plane UTF-16 does not sort by code point.
                return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Each code point as text.</summary>
    public static IEnumerable<string> Characters(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            yield return rune.ToString();
        }
    }

    /// <summary>Text in double quotes with Go's escape sequences.</summary>
    public static string Quote(string text)
    {
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            result.Append(c switch
            {
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                '\\' => "\\\\",
                '"' => "\\\"",
                _ => c.ToString(),
            });
        }

        return result.Append('"').ToString();
    }
}
