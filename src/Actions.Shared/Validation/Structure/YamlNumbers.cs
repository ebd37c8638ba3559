using System.Globalization;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Structure;

/// <summary>Values of YAML numbers as Kubernetes' decoder reads them: underscores dropped; 0x, 0o, 0b and a leading zero choose the base.</summary>
internal static class YamlNumbers
{
    // Beyond this Go writes a float with an exponent into JSON, which no integer field takes.
    private const double LargestWrittenAsInteger = 1e21;

    /// <summary>The whole number that an integer scalar, or a float scalar without a fraction (<c>1.0</c>, <c>1e3</c>), stands for.</summary>
    /// <remarks>A decimal, because code over 128-bit integers is compiled at every start.</remarks>
    public static bool TryReadInteger(YamlScalar scalar, out decimal value)
    {
        if (scalar.Type == YamlScalarType.Integer && TryReadInteger(scalar.Value, out value))
        {
            return true;
        }

        value = 0;
        if (scalar.Type is not (YamlScalarType.Integer or YamlScalarType.Float)
            || !TryReadDouble(scalar.Value, out var number)
            || Math.Truncate(number) != number
            || Math.Abs(number) >= LargestWrittenAsInteger)
        {
            return false;
        }

        value = Math.Abs(number) < long.MaxValue ? (long)number : decimal.Parse(number.ToString("F0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>The number that an integer or float scalar stands for; false for infinities, not-a-number and other scalars.</summary>
    public static bool TryReadNumber(YamlScalar scalar, out double value)
    {
        if (scalar.Type == YamlScalarType.Integer && TryReadInteger(scalar.Value, out var integer))
        {
            value = (double)integer;
            return true;
        }

        value = 0;
        return scalar.Type is YamlScalarType.Integer or YamlScalarType.Float && TryReadDouble(scalar.Value, out value);
    }

    /// <summary>The scalar's number in its plainest form, for example <c>511</c> for <c>0777</c>; the text itself if it is no number.</summary>
    public static string Canonical(YamlScalar scalar) =>
        TryReadInteger(scalar, out var integer) ? integer.ToString(CultureInfo.InvariantCulture)
        : TryReadNumber(scalar, out var number) ? number.ToString("R", CultureInfo.InvariantCulture)
        : scalar.Value;

    private static bool TryReadInteger(string text, out decimal value)
    {
        if (text.Length is > 0 and < 19 && text[0] is >= '1' and <= '9'
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var simple))
        {
            value = simple;
            return true;
        }

        value = 0;
        var digits = (text.Contains('_', StringComparison.Ordinal) ? text.Replace("_", "", StringComparison.Ordinal) : text).AsSpan();
        var negative = digits.StartsWith("-");
        if (negative || digits.StartsWith("+"))
        {
            digits = digits[1..];
        }

        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var skip) = digits[1] switch
            {
                'x' or 'X' => (16, 2),
                'o' or 'O' => (8, 2),
                'b' or 'B' => (2, 2),
                _ => (8, 1),
            };
            digits = digits[skip..];
        }

        if (digits.IsEmpty)
        {
            return false;
        }

        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? char.ToLowerInvariant(c) - (c <= '9' ? '0' : 'a' - 10) : radix;
            if (digit >= radix || value > ulong.MaxValue)
            {
                value = 0;
                return false;
            }

            value = (value * radix) + digit;
        }

        value = negative ? -value : value;
        return true;
    }

    private static bool TryReadDouble(string text, out double value)
    {
        var digits = text.Contains('_', StringComparison.Ordinal) ? text.Replace("_", "", StringComparison.Ordinal) : text;
        return double.TryParse(
                digits,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out value)
            && double.IsFinite(value);
    }
}
