using System.Globalization;
using System.Text.RegularExpressions;

namespace Actions.Shared.Images.Policies;

/// <summary>
/// A version by Semantic Versioning 2.0, as tags write it: with or without <c>v</c>, the patch may be left out. A single number is no version
/// but a date, a build or a commit.
/// </summary>
public sealed partial record SemanticVersion : IComparable<SemanticVersion>
{
    internal SemanticVersion(ulong major, ulong minor, ulong patch, string? prerelease, bool hasPatch = true)
    {
        Major = major;
        Minor = minor;
        Patch = patch;
        Prerelease = prerelease;
        HasPatch = hasPatch;
    }

    /// <summary>First number.</summary>
    public ulong Major { get; }

    /// <summary>Second number.</summary>
    public ulong Minor { get; }

    /// <summary>Third number; 0 when left out.</summary>
    public ulong Patch { get; }

    /// <summary>What follows the first hyphen, for example <c>rc.1</c>; null if there is nothing.</summary>
    public string? Prerelease { get; }

    /// <summary>Whether the third number is written.</summary>
    public bool HasPatch { get; }

    /// <summary>Reads a version; false if the text is none.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        if (text.Length > 128 || Grammar().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var patch = match.Groups["patch"];
        version = new SemanticVersion(
            Number(match.Groups["major"]), Number(match.Groups["minor"]), patch.Success ? Number(patch) : 0, match.Groups["pre"] is { Success: true } pre ? pre.Value : null, patch.Success);
        return true;
    }

    /// <summary>By precedence: build metadata and a left-out patch do not count.</summary>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var core = Major.CompareTo(other.Major);
        core = core != 0 ? core : Minor.CompareTo(other.Minor);
        core = core != 0 ? core : Patch.CompareTo(other.Patch);
        return core != 0 ? core : ComparePrerelease(Prerelease, other.Prerelease);
    }

    /// <summary>Whether <paramref name="left"/> precedes <paramref name="right"/>.</summary>
    public static bool operator <(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> follows <paramref name="right"/>.</summary>
    public static bool operator >(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not follow <paramref name="right"/>.</summary>
    public static bool operator <=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not precede <paramref name="right"/>.</summary>
    public static bool operator >=(SemanticVersion left, SemanticVersion right) => left.CompareTo(right) >= 0;

    private static int ComparePrerelease(string? left, string? right)
    {
        if (left is null || right is null)
        {
            return (left is null).CompareTo(right is null);
        }

        var (a, b) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var (isNumber, isOtherNumber) = (a[i].All(char.IsAsciiDigit), b[i].All(char.IsAsciiDigit));
            var order = (isNumber, isOtherNumber) switch
            {
                (true, true) => CompareNumbers(a[i], b[i]),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(a[i], b[i]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int CompareNumbers(string left, string right)
    {
        var (a, b) = (left.TrimStart('0'), right.TrimStart('0'));
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b);
    }

    private static ulong Number(Group group) => ulong.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^[vV]?(?<major>0|[1-9][0-9]{0,17})\.(?<minor>0|[1-9][0-9]{0,17})(?:\.(?<patch>0|[1-9][0-9]{0,17}))?(?:-(?<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();
}
