using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Actions.Shared.Images.Policies;

/// <summary>A tag that a policy may choose.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Created">When its image was built; null if that is unknown or was not asked for.</param>
public sealed record TagCandidate(string Tag, DateTimeOffset? Created = null);

/// <summary>What a policy chose, and what it passed over.</summary>
/// <param name="Tag">The tag; null if none fits.</param>
/// <param name="Fitting">How many tags fit.</param>
/// <param name="Filtered">How many the filter left out.</param>
/// <param name="Skipped">How many could not be read as the policy needs it: no version, no number, no date.</param>
/// <param name="OutOfRange">How many versions are out of the range.</param>
public sealed record TagChoice(string? Tag, int Fitting, int Filtered, int Skipped, int OutOfRange);

/// <summary>By what a policy orders tags.</summary>
public enum TagOrder
{
    /// <summary>By semantic version, the highest in a range first.</summary>
    SemVer,

    /// <summary>By the code points of the text.</summary>
    Alphabetical,

    /// <summary>By a whole number of any size.</summary>
    Numerical,

    /// <summary>By the date of the build, the latest first.</summary>
    Newest,
}

/// <summary>Chooses the tag to deploy. The order of the input does not matter.</summary>
public sealed record TagPolicy
{
    private TagPolicy(TagOrder order, VersionRange? range, bool lowest)
    {
        Order = order;
        Range = range;
        Lowest = lowest;
    }

    /// <summary>By what tags are ordered.</summary>
    public TagOrder Order { get; }

    /// <summary>The versions that may be chosen; only for <see cref="TagOrder.SemVer"/>.</summary>
    public VersionRange? Range { get; }

    /// <summary>Whether the first in the order is chosen, not the last.</summary>
    public bool Lowest { get; }

    /// <summary>Which tags are looked at, and which part of them; null for all.</summary>
    public TagFilter? Filter { get; init; }

    /// <summary>
    /// Reads <c>semver:RANGE</c>, <c>alphabetical[:asc|desc]</c>, <c>numerical[:asc|desc]</c> or <c>newest</c>. As in Flux, <c>asc</c> chooses the
    /// last in ascending order (Z, the greatest number), which is the default, and <c>desc</c> the first.
    /// </summary>
    /// <exception cref="FormatException">It is none; the message says what to write.</exception>
    public static TagPolicy Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, rest) = colon < 0 ? (text.Trim(), null) : (text[..colon].Trim(), text[(colon + 1)..].Trim());
        return (kind, rest) switch
        {
            ("semver", { Length: > 0 } range) => new TagPolicy(TagOrder.SemVer, VersionRange.Parse(range), false),
            ("alphabetical", null or "asc" or "desc") => new TagPolicy(TagOrder.Alphabetical, null, rest == "desc"),
            ("numerical", null or "asc" or "desc") => new TagPolicy(TagOrder.Numerical, null, rest == "desc"),
            ("newest", null) => new TagPolicy(TagOrder.Newest, null, false),
            _ => throw new FormatException("Write semver:RANGE, alphabetical, numerical (both with :asc or :desc if wanted) or newest."),
        };
    }

    /// <summary>Chooses one of the tags. What cannot be read is passed over and counted, so one odd tag does not spoil the rest.</summary>
    public TagChoice Choose(IEnumerable<TagCandidate> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var (filtered, skipped, outOfRange) = (0, 0, 0);
        var ranked = new List<Rank>();
        foreach (var tag in tags)
        {
            if (Filter is not null && !Filter.Matches(tag.Tag))
            {
                filtered++;
            }
            else if (RankOf(tag) is not { } rank)
            {
                skipped++;
            }
            else if (Range is not null && !Range.Contains(rank.Version!))
            {
                outOfRange++;
            }
            else
            {
                ranked.Add(rank);
            }
        }

        ranked.Sort((a, b) => Lowest ? Compare(b, a) : Compare(a, b));
        return new TagChoice(ranked.Count == 0 ? null : ranked[^1].Tag, ranked.Count, filtered, skipped, outOfRange);
    }

    private Rank? RankOf(TagCandidate tag)
    {
        if ((Filter is null ? tag.Tag : Filter.Extract(tag.Tag)) is not { Length: > 0 } text)
        {
            return null;
        }

        return Order switch
        {
            TagOrder.SemVer => SemanticVersion.TryParse(text, out var version) ? new Rank(tag.Tag, text) { Version = version } : null,
            TagOrder.Numerical => text.All(char.IsAsciiDigit) ? new Rank(tag.Tag, text) { Number = BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) } : null,
            TagOrder.Newest => tag.Created is { } created ? new Rank(tag.Tag, text) { Created = created } : null,
            _ => new Rank(tag.Tag, text),
        };
    }

    /// <summary>Equal ones go by how precise they are, then by their text, so that the choice is always the same.</summary>
    private int Compare(Rank a, Rank b)
    {
        var order = Order switch
        {
            TagOrder.SemVer => a.Version!.CompareTo(b.Version),
            TagOrder.Numerical => a.Number.CompareTo(b.Number),
            TagOrder.Newest => a.Created.CompareTo(b.Created),
            _ => string.CompareOrdinal(a.Text, b.Text),
        };
        order = order != 0 ? order : (a.Version?.HasPatch ?? false).CompareTo(b.Version?.HasPatch ?? false);
        return order != 0 ? order : string.CompareOrdinal(a.Tag, b.Tag);
    }

    private sealed record Rank(string Tag, string Text)
    {
        public SemanticVersion? Version { get; init; }

        public BigInteger Number { get; init; }

        public DateTimeOffset Created { get; init; }
    }
}

/// <summary>Which tags a policy looks at, and which part of them it orders by.</summary>
public sealed partial class TagFilter
{
    private const int MaxLength = 512;

    private readonly Regex _pattern;
    private readonly string? _extract;

    private TagFilter(Regex pattern, string? extract)
    {
        _pattern = pattern;
        _extract = extract;
    }

    /// <summary>Reads a filter.</summary>
    /// <param name="pattern">A regular expression as in Flux (RE2): no look-around, no back-references; <c>(?P&lt;name&gt;…)</c> names a group.</param>
    /// <param name="extract">What is ordered by, with <c>$name</c>, <c>${name}</c> and <c>$1</c> for groups; the whole tag if null.</param>
    /// <exception cref="FormatException">The pattern is none, or the extract names a group that it does not have.</exception>
    public static TagFilter Parse(string pattern, string? extract = null)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > MaxLength || extract?.Length > MaxLength)
        {
            throw new FormatException($"A pattern has at most {MaxLength} characters.");
        }

        Regex regex;
        try
        {
            regex = new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException("The pattern is no regular expression without look-around and back-references.", e);
        }

        var unknown = extract is null ? null : Group().Matches(extract).Select(NameOf).FirstOrDefault(n => n is not null && regex.GroupNumberFromName(n) < 0);
        return unknown is null
            ? new TagFilter(regex, string.IsNullOrEmpty(extract) ? null : extract)
            : throw new FormatException($"The pattern has no group \"{unknown}\".");
    }

    /// <summary>Whether the tag is looked at.</summary>
    public bool Matches(string tag) => _pattern.IsMatch(tag);

    /// <summary>What the tag is ordered by; null if it does not match. Empty when the groups took part in nothing.</summary>
    public string? Extract(string tag)
    {
        var match = _pattern.Match(tag);
        return !match.Success ? null : _extract is null ? tag : Group().Replace(_extract, g => NameOf(g) is { } name ? match.Groups[name].Value : "$");
    }

    private static string? NameOf(Match group) => group.Value == "$$" ? null : group.Value.Trim('$', '{', '}');

    [GeneratedRegex(@"\$\$|\$\{[A-Za-z0-9_]+\}|\$[A-Za-z0-9_]+", RegexOptions.CultureInvariant)]
    private static partial Regex Group();
}
