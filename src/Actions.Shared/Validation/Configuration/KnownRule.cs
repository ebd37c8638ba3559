using Actions.Shared.Findings;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Configuration;

/// <summary>A rule as configuration sees it: what it is called, what may be set and how it is run.</summary>
/// <param name="Descriptor">What the rule is about.</param>
public sealed record KnownRule(RuleDescriptor Descriptor)
{
    /// <summary>What users may set; empty for rules without parameters.</summary>
    public IReadOnlyList<RuleParameter> Parameters { get; init; } = [];

    /// <summary>The rule itself when it looks at one object; otherwise null.</summary>
    public ObjectRule? ObjectRule { get; init; }

    /// <summary>The rule itself when it looks at how objects fit together; otherwise null.</summary>
    public GraphRule? GraphRule { get; init; }

    /// <summary>Whether a user wrote it (<c>custom-rules</c>).</summary>
    public bool IsCustom { get; init; }

    /// <summary>The Pod Security Standards level that it is part of.</summary>
    public PodSecurityLevel Standard => ObjectRule?.Standard ?? PodSecurityLevel.None;

    /// <summary>
    /// Whether <c>all</c> stands for it too: the built-in rules about objects. Those about YAML, schemas, rendering and suppressions, and the user's
    /// own, are only changed by their names.
    /// </summary>
    public bool IsAmongAll => (ObjectRule is not null || GraphRule is not null) && !IsCustom;
}
