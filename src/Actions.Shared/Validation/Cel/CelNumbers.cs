using System.Globalization;

namespace Actions.Shared.Validation.Cel;

/// <summary>Numbers as text.</summary>
internal static class CelNumbers
{
    /// <summary>The shortest text for a double, as Go's <c>%g</c> writes it: with an exponent below 1e-4 and from 1e6 on.</summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }

        // .NET's shortest digits in scientific form: d.ddddE+xxx
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = Digits(shortest);
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }

        var sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= 6)
        {
            var fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1
            ? $"{sign}{digits}{new string('0', exponent + 1 - digits.Length)}"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static string Digits(string number)
    {
        var end = number.IndexOf('E', StringComparison.Ordinal);
        var mantissa = (end < 0 ? number : number[..end]).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var trimmed = mantissa.TrimEnd('0');
        return trimmed.Length == 0 ? "0" : trimmed;
    }
}
