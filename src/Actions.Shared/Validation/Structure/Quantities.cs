using System.Globalization;

namespace Actions.Shared.Validation.Structure;

/// <summary>The grammar of Kubernetes' resource.Quantity, and what is usually meant by text that does not follow it.</summary>
internal static class Quantities
{
    private const string Grammar = "a number with an optional suffix: m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi or Ei";

    /// <summary>Whether <paramref name="text"/> is sign, decimal number and one suffix: SI (n u m k M G T P E), binary (Ki to Ei) or exponent (e3).</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var number = NumberLength(text);
        return number > 0 && IsSuffix(text[number..]);
    }

    /// <summary>The amount in the quantity's own unit (bytes, cores, pieces); false when <paramref name="text"/> is no quantity or too large to compare.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = 0;
        var length = NumberLength(text);
        if (length == 0 || !IsSuffix(text[length..])
            || !decimal.TryParse(text[..length], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var factor = Factor(text[length..]);
        if (factor == 0 || Math.Abs(number) > decimal.MaxValue / Math.Max(factor, 1))
        {
            return false;
        }

        amount = number * factor;
        return true;
    }

    /// <summary>What to write instead of <paramref name="text"/>.</summary>
    public static string Hint(string text)
    {
        var compact = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        if (compact.Length != text.Trim().Length && IsValid(compact))
        {
            return $"Write it without a space: {compact}.";
        }

        var number = NumberLength(compact);
        if (number > 0 && Unit(compact[number..]) is { } unit)
        {
            var amount = compact[..number];
            return unit.Length == 0
                ? $"Write the bare number: {amount}."
                : $"Write {amount}{unit.Replace("|", $" or {amount}", StringComparison.Ordinal)}.";
        }

        if (compact.Contains(',', StringComparison.Ordinal) && IsValid(compact.Replace(',', '.')))
        {
            return $"Use a decimal point: {compact.Replace(',', '.')}.";
        }

        return $"Write {Grammar}.";
    }

    private static string? Unit(string suffix) => suffix.ToLower(CultureInfo.InvariantCulture) switch
    {
        "core" or "cores" or "cpu" or "cpus" or "vcpu" or "vcpus" or "b" or "byte" or "bytes" => "",
        "mcpu" or "millicpu" or "millicores" or "millicore" => "m",
        "kb" or "kilobytes" => "Ki (1024 bytes)|k (1000 bytes)",
        "mb" or "megabytes" or "meg" => "Mi (1024² bytes)|M (1000² bytes)",
        "gb" or "gigabytes" or "gig" or "g" => "Gi (1024³ bytes)|G (1000³ bytes)",
        "tb" or "terabytes" or "t" => "Ti (1024⁴ bytes)|T (1000⁴ bytes)",
        "kib" or "ki" => "Ki",
        "k" => "Ki (1024 bytes)|k (1000 bytes)",
        "mib" or "mi" => "Mi",
        "gib" or "gi" => "Gi",
        "tib" or "ti" => "Ti",
        "pib" or "pi" => "Pi",
        "p" or "pb" => "Pi|P",
        _ => null,
    };

    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var at = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var digits = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            digits++;
        }

        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                digits++;
            }
        }

        return digits > 0 ? at : 0;
    }

    /// <summary>What a valid suffix multiplies by; 0 for an exponent outside what can be compared.</summary>
    private static decimal Factor(ReadOnlySpan<char> suffix) => suffix switch
    {
        "" => 1,
        "n" => 1e-9m,
        "u" => 1e-6m,
        "m" => 1e-3m,
        "k" => 1e3m,
        "M" => 1e6m,
        "G" => 1e9m,
        "T" => 1e12m,
        "P" => 1e15m,
        "E" => 1e18m,
        "Ki" => 1L << 10,
        "Mi" => 1L << 20,
        "Gi" => 1L << 30,
        "Ti" => 1L << 40,
        "Pi" => 1L << 50,
        "Ei" => 1L << 60,
        _ => int.Parse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) is >= -18 and <= 18 and var exponent
            ? (decimal)Math.Pow(10, exponent)
            : 0,
    };

    private static bool IsSuffix(ReadOnlySpan<char> suffix) => suffix.Length switch
    {
        0 => true,
        1 => suffix[0] is 'n' or 'u' or 'm' or 'k' or 'M' or 'G' or 'T' or 'P' or 'E',
        2 when suffix[1] == 'i' => suffix[0] is 'K' or 'M' or 'G' or 'T' or 'P' or 'E',
        _ => suffix[0] is 'e' or 'E'
            && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
    };
}
