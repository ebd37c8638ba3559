namespace Actions.Shared.Findings;

/// <summary>What a rule is about: the source of its documentation, of <c>--help</c> texts and of the rules in SARIF.</summary>
/// <param name="Id">Stable identifier in kebab case, for example <c>schema-unknown-field</c>.</param>
/// <param name="Severity">Severity of its findings unless configured otherwise.</param>
/// <param name="Title">What the rule demands, one sentence.</param>
/// <param name="Explanation">Why, for somebody who has never heard of it; plain text without links.</param>
/// <param name="Fix">What to do, one sentence.</param>
public sealed record RuleDescriptor(string Id, Severity Severity, string Title, string Explanation, string Fix)
{
    /// <summary>Whether the rule is on unless configured otherwise. The default is true.</summary>
    public bool OnByDefault { get; init; } = true;

    /// <summary>What other tools call the same rule, for example <c>kube-score:container-image-tag</c>; empty by default.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What viewers of SARIF may group it by; <c>kubernetes</c> by default.</summary>
    public IReadOnlyList<string> Tags { get; init; } = ["kubernetes"];
}
