namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What a message or state means, before it is tied to an object.</summary>
/// <param name="Kind">The class of the cause.</param>
/// <param name="Certainty">Whether waiting may help.</param>
/// <param name="What">The end of a sentence that starts with the container or object, for example <c>cannot pull x: there is no such tag</c>.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="Field">The field to point at, relative to the container or pod spec that it is about, with slashes; empty for all of it.</param>
internal sealed record Explanation(CauseKind Kind, CauseCertainty Certainty, string What, string Hint, string Field = "");
