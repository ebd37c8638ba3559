using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Structure;

/// <summary>One thing that Kubernetes would refuse or read otherwise than meant, at its exact place in the file.</summary>
/// <param name="Rule">The rule that was broken, one of <see cref="StructureRules.All"/>.</param>
/// <param name="Region">The stretch that is wrong; for a missing field its nearest parent's key.</param>
/// <param name="Field">JSON pointer (RFC 6901) into the object; empty for the object itself.</param>
/// <param name="Message">What is wrong, one sentence; contains text from the file as it is.</param>
/// <param name="Hint">What to do, one sentence; null when the message says it all.</param>
public sealed record StructureProblem(RuleDescriptor Rule, TextRegion Region, string Field, string Message, string? Hint = null)
{
    /// <summary>The target versions it holds for, in the order they were asked for; empty when it holds for all of them.</summary>
    public IReadOnlyList<string> KubernetesVersions { get; init; } = [];
}
