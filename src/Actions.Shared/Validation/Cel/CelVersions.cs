using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Actions.Shared.Validation.Cel;

/// <summary>Versions by SemVer 2.0.0.</summary>
internal static partial class CelVersions
{
    private const int LongestText = 1_000;

    /// <summary>Reads a version; null when it is none.</summary>
    /// <param name="text">The version.</param>
    /// <param name="normalize">Whether a leading v, missing parts and leading zeros are let through.</param>
    public static CelSemver? Read(string text, bool normalize)
    {
        if (text.Length > LongestText)
        {
            return null;
        }

        var match = Strict().Match(normalize ? Normalize(text) : text);
        return match.Success
            ? new CelSemver(Number(match, 1), Number(match, 2), Number(match, 3), match.Groups[4].Length == 0 ? [] : match.Groups[4].Value.Split('.'))
            : null;
    }

    /// <summary>Less than zero, zero or more, by precedence: build metadata does not count.</summary>
    public static int Compare(CelSemver left, CelSemver right)
    {
        var order = (left.Major, left.Minor, left.Patch).CompareTo((right.Major, right.Minor, right.Patch));
        if (order != 0 || (left.PreRelease.Count == 0 && right.PreRelease.Count == 0))
        {
            return order;
        }

        if (left.PreRelease.Count == 0 || right.PreRelease.Count == 0)
        {
            return left.PreRelease.Count == 0 ? 1 : -1;
        }

        for (var i = 0; i < Math.Min(left.PreRelease.Count, right.PreRelease.Count); i++)
        {
            var (a, b) = (left.PreRelease[i], right.PreRelease[i]);
            var (isNumber, isOther) = (a.All(char.IsAsciiDigit), b.All(char.IsAsciiDigit));
            order = isNumber && isOther ? BigInteger.Parse(a, CultureInfo.InvariantCulture).CompareTo(BigInteger.Parse(b, CultureInfo.InvariantCulture))
                : isNumber != isOther ? (isNumber ? -1 : 1)
                : string.CompareOrdinal(a, b);
            if (order != 0)
            {
                return order;
            }
        }

        return left.PreRelease.Count.CompareTo(right.PreRelease.Count);
    }

    private static BigInteger Number(Match match, int group) => BigInteger.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Normalize(string text)
    {
        var rest = text.StartsWith('v') ? text[1..] : text;
        var end = rest.AsSpan().IndexOfAny('-', '+');
        var parts = (end < 0 ? rest : rest[..end]).Split('.').Select(p => p.Length > 1 ? p.TrimStart('0') is { Length: > 0 } digits ? digits : "0" : p).ToList();
        while (parts.Count < 3)
        {
            parts.Add("0");
        }

        return string.Join('.', parts) + (end < 0 ? "" : rest[end..]);
    }

    [GeneratedRegex(@"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-((?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Strict();
}
