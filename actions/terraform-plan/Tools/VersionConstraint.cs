using System.Text.RegularExpressions;
using Actions.Shared.Images.Policies;

namespace Actions.TerraformPlanning.Tools;

/// <summary>
/// Versions that a configuration allows, as <c>required_version</c> says it: conditions separated by commas, all of which hold. Operators are
/// <c>=</c> (also none), <c>!=</c>, <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c> and <c>~&gt;</c>, after which only the last written number may grow.
/// A prerelease is allowed only where a condition names just that one.
/// </summary>
internal sealed partial record VersionConstraint
{
    private readonly IReadOnlyList<Condition> _conditions;

    private VersionConstraint(string text, IReadOnlyList<Condition> conditions)
    {
        Text = text;
        _conditions = conditions;
    }

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>The one version it allows, when a condition names it; otherwise null.</summary>
    public string? Exact => _conditions.FirstOrDefault(c => c.Operator == "=")?.Written;

    /// <exception cref="FormatException">It is not a constraint; the message says why.</exception>
    public static VersionConstraint Parse(string text)
    {
        var conditions = new List<Condition>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var match = Grammar().Match(part);
            var written = match.Groups["version"].Value;
            // One number is a version here, unlike in a tag.
            var full = match.Groups["minor"].Success ? written : written + ".0";
            if (!match.Success || !SemanticVersion.TryParse(full, out var version))
            {
                throw new FormatException($"\"{part}\" is not a condition such as \">= 1.5\" or \"~> 1.11.0\".");
            }

            var parts = match.Groups["patch"].Success ? 3 : match.Groups["minor"].Success ? 2 : 1;
            conditions.Add(new Condition(match.Groups["operator"].Value is { Length: > 0 } o ? o : "=", version, parts, Full(version)));
        }

        return new VersionConstraint(text, conditions);
    }

    public bool Allows(SemanticVersion version) =>
        _conditions.All(c => c.Allows(version)) && (version.Prerelease is null || _conditions.Any(c => c.Operator == "=" && c.Version.CompareTo(version) == 0));

    public bool Equals(VersionConstraint? other) => Text == other?.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    /// <summary>A version with all three numbers.</summary>
    public static string Full(SemanticVersion version) =>
        FormattableString.Invariant($"{version.Major}.{version.Minor}.{version.Patch}{(version.Prerelease is { } pre ? "-" + pre : "")}");

    private sealed record Condition(string Operator, SemanticVersion Version, int Parts, string Written)
    {
        public bool Allows(SemanticVersion version) => Operator switch
        {
            "=" => version.CompareTo(Version) == 0,
            "!=" => version.CompareTo(Version) != 0,
            ">" => version > Version,
            ">=" => version >= Version,
            "<" => version < Version,
            "<=" => version <= Version,
            // ~> 1 and ~> 1.2 hold the first number, ~> 1.2.3 the first two.
            _ => version >= Version && version.Major == Version.Major && (Parts < 3 || version.Minor == Version.Minor),
        };
    }

    [GeneratedRegex(@"^(?<operator>=|!=|>=|<=|>|<|~>)?\s*(?<version>v?[0-9]+(?<minor>\.[0-9]+(?<patch>\.[0-9]+(-[0-9A-Za-z.-]+)?)?)?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();
}
