using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Suppressions;

/// <summary>How a suppression is written.</summary>
public enum SuppressionForm
{
    /// <summary>Our own comment, for a line or a block.</summary>
    Comment,

    /// <summary>Our own comment, for a whole file.</summary>
    FileComment,

    /// <summary>Our own annotation, for an object.</summary>
    Annotation,

    /// <summary>Annotation of kube-score.</summary>
    KubeScore,

    /// <summary>Annotation of kube-linter.</summary>
    KubeLinter,

    /// <summary>Annotation of Polaris.</summary>
    Polaris,

    /// <summary>Annotation of checkov.</summary>
    Checkov,
}

/// <summary>Somebody's wish that some findings should not count.</summary>
public sealed record Suppression
{
    /// <summary>How it is written.</summary>
    public required SuppressionForm Form { get; init; }

    /// <summary>Where it is written.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>What is suppressed, as it is written: our rule id, or what the other tool calls the check.</summary>
    public required string Written { get; init; }

    /// <summary>The ids of our rules that are suppressed; empty when there is no such rule here.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>Whether all rules are suppressed, <c>yaml-syntax</c> apart; <see cref="Rules"/> is empty then.</summary>
    public bool IsForAll { get; init; }

    /// <summary>Why; may be empty for another tool's annotation.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The last day, in UTC, on which it counts; null when it has no end.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>The stretch of <see cref="Location"/>'s file that it holds for; null for the whole file or, when <see cref="Resource"/> is set, for the object.</summary>
    public TextRegion? Scope { get; init; }

    /// <summary>The object that it holds for; null for comments.</summary>
    public ResourceReference? Resource { get; init; }

    /// <summary>Tells suppressions of one object from those of another with the same identity, as two overlays may have; null for comments.</summary>
    internal object? Owner { get; init; }

    /// <summary>Whether it is ours, so that it must have a reason and must be of use.</summary>
    public bool IsOurs => Form is SuppressionForm.Comment or SuppressionForm.FileComment or SuppressionForm.Annotation;

    /// <summary>Whether findings of <paramref name="rule"/> are suppressed, wherever they are.</summary>
    public bool Covers(string rule) =>
        rule != Manifests.YamlRules.Syntax.Id && (IsForAll ? !SuppressionRules.All.Any(r => r.Id == rule) : Rules.Contains(rule, StringComparer.Ordinal));
}

/// <summary>A finding that does not count, and why.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Suppression">What suppresses it.</param>
public sealed record SuppressedFinding(Finding Finding, Suppression Suppression);

/// <summary>The suppressions that were found in one place, and what is wrong with others.</summary>
/// <param name="Suppressions">Those that hold, in the order of the file. An expired one is not among them.</param>
/// <param name="Problems">Findings of <see cref="SuppressionRules.Invalid"/> and <see cref="SuppressionRules.Expired"/>.</param>
public sealed record SuppressionReading(IReadOnlyList<Suppression> Suppressions, IReadOnlyList<Finding> Problems)
{
    /// <summary>Nothing.</summary>
    public static SuppressionReading None { get; } = new([], []);
}

/// <summary>What became of a run's findings.</summary>
/// <param name="Kept">The findings that count, with those about suppressions.</param>
/// <param name="Suppressed">The findings that do not, in the order of the findings; they have no fingerprint yet.</param>
/// <param name="Foreign">How many checks of other tools are suppressed that have no rule here.</param>
public sealed record SuppressionResult(IReadOnlyList<Finding> Kept, IReadOnlyList<SuppressedFinding> Suppressed, int Foreign);
