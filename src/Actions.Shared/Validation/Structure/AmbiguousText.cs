using System.Buffers;

namespace Actions.Shared.Validation.Structure;

/// <summary>Plain scalars on whose meaning readers of YAML do not agree.</summary>
internal static class AmbiguousText
{
    private static readonly SearchValues<char> DigitsOfYaml = SearchValues.Create("0123456789_");

    /// <summary>Whether YAML 1.1 as a whole reads a base-60 number: <c>22:22</c>, <c>1:30:00</c>, <c>190:20:30.15</c>.</summary>
    public static bool IsSexagesimal(ReadOnlySpan<char> text)
    {
        text = text.Length > 0 && text[0] is '+' or '-' ? text[1..] : text;
        var first = text.IndexOf(':');
        if (first <= 0 || text[..first].ContainsAnyExcept(DigitsOfYaml) || !char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        text = text[(first + 1)..];
        var fraction = text.IndexOf('.');
        if (fraction >= 0)
        {
            if (text[(fraction + 1)..].ContainsAnyExcept(DigitsOfYaml))
            {
                return false;
            }

            text = text[..fraction];
        }

        foreach (var part in text.Split(':'))
        {
            var digits = text[part];
            if (digits.Length is 0 or > 2 || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length == 2 && digits[0] > '5'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether YAML 1.1 as a whole reads a date: <c>2001-01-31</c>, with or without a time.</summary>
    public static bool IsTimestamp(ReadOnlySpan<char> text)
    {
        if (text.Length < 8 || text[..4].ContainsAnyExceptInRange('0', '9') || text[4] != '-')
        {
            return false;
        }

        var rest = text[5..];
        return TakeNumber(ref rest) && rest.Length > 1 && rest[0] == '-' && TakeNumber(ref rest, 1)
            && (rest.IsEmpty ? text.Length == 10 : rest[0] is 'T' or 't' or ' ' && rest.Length > 6 && char.IsAsciiDigit(rest[1]) && rest.Contains(':'));
    }

    /// <summary>Whether a decimal number is spelled like a usual file mode: 644, 0755 without its zero.</summary>
    public static bool LooksLikeOctalMode(string text) =>
        text is "400" or "440" or "444" or "500" or "550" or "555" or "600" or "640" or "644" or "660" or "664" or "666"
            or "700" or "740" or "744" or "750" or "755" or "770" or "775" or "777" or "1777";

    private static bool TakeNumber(ref ReadOnlySpan<char> text, int skip = 0)
    {
        var digits = text[skip..].IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length - skip : digits;
        text = text[(skip + digits)..];
        return digits is 1 or 2;
    }
}
