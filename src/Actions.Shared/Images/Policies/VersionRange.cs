using System.Globalization;
using System.Text.RegularExpressions;

namespace Actions.Shared.Images.Policies;

/// <summary>
/// A range of versions as Flux and Helm write it (Masterminds/semver): <c>=</c> <c>!=</c> <c>&gt;</c> <c>&gt;=</c> <c>&lt;</c> <c>&lt;=</c>
/// <c>~</c> <c>^</c>, <c>x</c> and <c>*</c> for any number, <c>a - b</c>, blanks or commas for "and", <c>||</c> for "or".
/// A pre-release is in the range only if a part of that alternative names one: <c>&gt;=1.0-0</c>.
/// </summary>
public sealed partial record VersionRange
{
    private const int MaxLength = 512;

    private readonly Comparator[][] _alternatives;

    private VersionRange(string text, Comparator[][] alternatives)
    {
        Text = text;
        _alternatives = alternatives;
    }

    /// <summary>The range as written.</summary>
    public string Text { get; }

    /// <summary>Reads a range.</summary>
    /// <exception cref="FormatException">It is none; the message says what to write.</exception>
    public static VersionRange Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new FormatException($"A range has at most {MaxLength} characters.");
        }

        return new VersionRange(text, [.. text.Split("||").Select(Alternative)]);
    }

    /// <summary>Whether a version is in the range.</summary>
    public bool Contains(SemanticVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return _alternatives.Any(a => (version.Prerelease is null || a.Any(c => c.NamesPrerelease)) && a.All(c => c.Holds(version)));
    }

    /// <inheritdoc />
    public override string ToString() => Text;

    private static Comparator[] Alternative(string text)
    {
        var spelled = Hyphen().Replace(text, " >=$1 <=$2 ");
        var comparators = new List<Comparator>();
        var at = 0;
        foreach (Match match in Part().Matches(spelled))
        {
            if (match.Index != at)
            {
                break;
            }

            at = match.Index + match.Length;
            comparators.Add(Comparator.Of(match));
        }

        return comparators.Count == 0 || at != spelled.Length
            ? throw new FormatException($"\"{text.Trim()}\" is no range of versions. Write for example ^1.2, ~1.2.3, >=1.0 <2.0, 1.x or 1.2 - 1.4.")
            : [.. comparators];
    }

    [GeneratedRegex(@"(?<=^|[\s,])([^\s,<>=!~^|]+)\s+-\s+([^\s,<>=!~^|]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Hyphen();

    [GeneratedRegex(
        @"[\s,]*(?<op>=|!=|>=|=>|<=|=<|>|<|~>|~|\^)?\s*[vV]?(?<major>[0-9]{1,18}|[xX*])(?:\.(?<minor>[0-9]{1,18}|[xX*]))?(?:\.(?<patch>[0-9]{1,18}|[xX*]))?(?:-(?<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?(?=[\s,]|$)[\s,]*",
        RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    /// <summary>One comparison, as the versions between two bounds.</summary>
    private sealed record Comparator(SemanticVersion? From, SemanticVersion? Below, SemanticVersion? Above, SemanticVersion? Upto, bool Not, bool NamesPrerelease)
    {
        public static Comparator Of(Match match)
        {
            var (major, minor, patch) = (Number(match.Groups["major"]), Number(match.Groups["minor"]), Number(match.Groups["patch"]));
            minor = major is null ? null : minor;
            patch = minor is null ? null : patch;
            var prerelease = match.Groups["pre"] is { Success: true } pre ? pre.Value : null;
            var version = new SemanticVersion(major ?? 0, minor ?? 0, patch ?? 0, prerelease);
            // The first version that the written numbers no longer cover; null when they cover all.
            var next = major is null ? null : minor is null ? First(major.Value + 1, 0) : patch is null ? First(major.Value, minor.Value + 1) : null;
            var isExact = patch is not null;
            var names = prerelease is not null;
            Comparator Between(SemanticVersion? from, SemanticVersion? below) => new(from, below, null, null, false, names);
            Comparator Same(bool not) => isExact ? new(version, null, null, version, not, names) : new(version, next, null, null, not, names);
            return match.Groups["op"].Value switch
            {
                "!=" => Same(true),
                ">" when isExact => new(null, null, version, null, false, names),
                // Nothing is above all numbers.
                ">" => next is null ? new(null, First(0, 0), null, null, false, names) : Between(next, null),
                ">=" or "=>" => Between(version, null),
                "<" => Between(null, version),
                "<=" or "=<" => isExact ? new(null, null, null, version, false, names) : Between(null, next),
                "~" or "~>" => Between(version, isExact ? First(major!.Value, minor!.Value + 1) : next),
                "^" => Between(version, major is null ? null
                    : major > 0 || minor is null ? First(major.Value + 1, 0)
                    : minor > 0 || patch is null ? First(0, minor.Value + 1)
                    : new SemanticVersion(0, 0, patch.Value + 1, "0")),
                _ => Same(false),
            };
        }

        public bool Holds(SemanticVersion version) =>
            ((From is null || version >= From) && (Below is null || version < Below) && (Above is null || version > Above) && (Upto is null || version <= Upto)) != Not;

        /// <summary>Below every pre-release of the version that starts here.</summary>
        private static SemanticVersion First(ulong major, ulong minor) => new(major, minor, 0, "0");

        private static ulong? Number(Group group) =>
            group.Success && ulong.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
