using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Rules;

/// <summary>A rule that can be decided by looking at one object alone. Checks are pure, keep no state and never throw, whatever the object looks like.</summary>
/// <param name="Descriptor">What the rule is about.</param>
/// <param name="Target">Which objects it is run on.</param>
/// <param name="Check">Looks at the object and reports what is wrong.</param>
public sealed record ObjectRule(RuleDescriptor Descriptor, RuleTarget Target, Action<ObjectInspection> Check)
{
    /// <summary>What users may set; empty by default.</summary>
    public IReadOnlyList<RuleParameter> Parameters { get; init; } = [];

    /// <summary>
    /// The Pod Security Standards level that this rule is part of: demanding that level turns the rule on, with severity error.
    /// The default is <see cref="PodSecurityLevel.None"/>: it is part of none.
    /// </summary>
    public PodSecurityLevel Standard { get; init; }

    /// <summary>First minor version of the Pod Security Standards that has the rule, for example 34 for v1.34. The default is 0: all have it.</summary>
    public int StandardSince { get; init; }

    /// <summary>
    /// Ids of rules that say more of the same: when one of them reports the same subject (see <see cref="ObjectInspection.Report"/>), at least as
    /// severely, what this rule reports is left out. Empty by default.
    /// </summary>
    public IReadOnlyList<string> SubsumedBy { get; init; } = [];

    /// <summary>Whether the Pod Security Standards, at the level and version of <paramref name="settings"/>, demand this rule.</summary>
    public bool IsDemandedBy(RuleSettings settings) =>
        Standard != PodSecurityLevel.None && settings.PodSecurity >= Standard && settings.PodSecurityMinor >= StandardSince;
}

/// <summary>Which objects a rule is run on; decided once per kind, not once per object.</summary>
public sealed class RuleTarget
{
    private readonly Func<string, string, bool> _accepts;

    private RuleTarget(string description, Func<string, string, bool> accepts)
    {
        Description = description;
        _accepts = accepts;
    }

    /// <summary>Every object.</summary>
    public static RuleTarget Any { get; } = new("every object", static (_, _) => true);

    /// <summary>Every object that makes pods, and Pods themselves (<see cref="PodView.Path"/>).</summary>
    public static RuleTarget Pods { get; } = new("everything that makes pods", static (group, kind) => PodView.Path(group, kind) is not null);

    /// <summary>Words for the rule's documentation, for example <c>Deployment, StatefulSet</c>.</summary>
    public string Description { get; }

    /// <summary>Objects of one of <paramref name="kinds"/>, each <c>Kind</c> for the core group or <c>group/Kind</c>; any version.</summary>
    public static RuleTarget Kinds(params string[] kinds)
    {
        var known = kinds.ToHashSet(StringComparer.Ordinal);
        return new(
            string.Join(", ", kinds.Select(k => k[(k.LastIndexOf('/') + 1)..])),
            (group, kind) => known.Contains(group.Length == 0 ? kind : $"{group}/{kind}"));
    }

    /// <summary>The objects of this target and those of <paramref name="other"/>.</summary>
    public RuleTarget Or(RuleTarget other) =>
        new($"{Description}, {other.Description}", (group, kind) => _accepts(group, kind) || other._accepts(group, kind));

    /// <summary>Whether objects of this kind are looked at.</summary>
    /// <param name="group">API group; empty for the core group.</param>
    /// <param name="kind">Kind as written.</param>
    public bool Accepts(string group, string kind) => _accepts(group, kind);
}
