using System.Globalization;

namespace Actions.Shared.Validation.Rules;

/// <summary>The amount that a quantity stands for (apimachinery's resource.Quantity), for comparing.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024), ("Pi", 1024m * 1024 * 1024 * 1024 * 1024),
        ("Ei", 1024m * 1024 * 1024 * 1024 * 1024 * 1024),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    /// <summary>The amount in the quantity's own unit (bytes, cores, pieces); false when <paramref name="text"/> is no quantity or beyond 28 digits.</summary>
    public static bool TryParse(string text, out decimal amount)
    {
        var (number, factor) = (text, 1m);
        foreach (var (suffix, value) in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                (number, factor) = (text[..^suffix.Length], value);
                break;
            }
        }

        amount = 0;
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(number, factor == 1m ? Plain | NumberStyles.AllowExponent : Plain, CultureInfo.InvariantCulture, out var parsed)
            || Math.Abs(parsed) > decimal.MaxValue / 1e19m)
        {
            return false;
        }

        amount = parsed * factor;
        return true;
    }
}
