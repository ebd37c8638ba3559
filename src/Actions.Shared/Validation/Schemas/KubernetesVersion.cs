using System.Globalization;

namespace Actions.Shared.Validation.Schemas;

/// <summary>A Kubernetes release to validate against. Two versions of the same minor release are answered by the same schemas.</summary>
/// <param name="Major">Major number; 1 for every release so far.</param>
/// <param name="Minor">Minor number, for example 36.</param>
/// <param name="Patch">Patch number; only schema locations with a version in their path look at it. The default is 0.</param>
public readonly record struct KubernetesVersion(int Major, int Minor, int Patch = 0) : IComparable<KubernetesVersion>
{
    /// <summary>Every release that the program has schemas for, oldest first.</summary>
    public static IReadOnlyList<KubernetesVersion> Known => EmbeddedSchemas.Versions;

    /// <summary>The newest release that the program has schemas for.</summary>
    public static KubernetesVersion Latest => Known[^1];

    /// <summary>
    /// Reads one version or several: <c>1.32</c>, <c>v1.32.4</c>, a range <c>1.32-1.36</c> (both ends included), or a list of those
    /// separated by commas or spaces.
    /// </summary>
    /// <returns>The versions from the oldest to the newest, each minor release once.</returns>
    /// <exception cref="ActionException">Something is not a version, is not <see cref="Known"/>, or nothing is there. One exception tells everything that is wrong.</exception>
    public static IReadOnlyList<KubernetesVersion> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new List<string>();
        var versions = new SortedDictionary<int, KubernetesVersion>();
        var items = text.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var item in items)
        {
            AddItem(item, versions, problems);
        }

        if (items.Length == 0)
        {
            problems.Add("no version is given");
        }

        return problems.Count == 0
            ? [.. versions.Values]
            : throw new ActionException(
                "The Kubernetes versions cannot be used",
                string.Join("; ", problems),
                $"Known are {Known[0]} to {Latest}: give one (1.{Latest.Minor}), several (1.{Latest.Minor - 2}, 1.{Latest.Minor}) or a range (1.{Latest.Minor - 2}-1.{Latest.Minor}).");
    }

    /// <summary>Reads one version (<c>1.32</c>, <c>v1.32</c>, <c>1.32.4</c>) without asking whether it is known.</summary>
    public static bool TryParse(string text, out KubernetesVersion version)
    {
        ArgumentNullException.ThrowIfNull(text);
        version = default;
        var parts = (text.StartsWith('v') || text.StartsWith('V') ? text[1..] : text).Split('.');
        if (parts.Length is < 2 or > 3)
        {
            return false;
        }

        Span<int> numbers = stackalloc int[3];
        numbers.Clear();
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }

        version = new KubernetesVersion(numbers[0], numbers[1], numbers[2]);
        return true;
    }

    /// <summary>Whether both are of the same minor release.</summary>
    public bool SameRelease(KubernetesVersion other) => Major == other.Major && Minor == other.Minor;

    /// <inheritdoc />
    public int CompareTo(KubernetesVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>Major and minor number, for example <c>1.36</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Whether <paramref name="left"/> is older than <paramref name="right"/>.</summary>
    public static bool operator <(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is newer than <paramref name="right"/>.</summary>
    public static bool operator >(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not newer than <paramref name="right"/>.</summary>
    public static bool operator <=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not older than <paramref name="right"/>.</summary>
    public static bool operator >=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) >= 0;

    private static void AddItem(string item, SortedDictionary<int, KubernetesVersion> versions, List<string> problems)
    {
        var ends = item.Split('-');
        if (ends.Length > 2 || !TryParse(ends[0], out var first) || !TryParse(ends[^1], out var last))
        {
            problems.Add($"'{item}' is not a version such as 1.32, v1.32.4 or 1.32-1.36");
            return;
        }

        if (first > last)
        {
            problems.Add($"the range '{item}' starts after its end");
            return;
        }

        var known = problems.Count;
        foreach (var end in ends.Length == 2 ? [first, last] : (ReadOnlySpan<KubernetesVersion>)[first])
        {
            if (!Known.Any(end.SameRelease))
            {
                problems.Add(end < Known[0] ? $"{end} is too old" : end > Latest ? $"{end} is newer than what is known" : $"{end} is not known");
            }
        }

        if (problems.Count > known)
        {
            return;
        }

        foreach (var release in Known)
        {
            var version = release.SameRelease(first) ? first : release.SameRelease(last) ? last : release;
            if (version >= first && version <= last)
            {
                versions.TryAdd(release.Minor, version);
            }
        }
    }
}
