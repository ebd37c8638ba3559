namespace Actions.Shared.Plans;

/// <summary>How far apart world, state and code are, in three classes.</summary>
/// <param name="Affecting">What was changed outside and bears on the plan: it changes the same attributes, or comes from them.</param>
/// <param name="Harmless">What was changed outside without bearing on the plan.</param>
/// <param name="Unapplied">Changes that do not come from the outside: code that was not applied yet.</param>
/// <param name="UnappliedOutputs">Outputs that change though nothing outside does.</param>
public sealed record PlanDrift(IReadOnlyList<ResourceChange> Affecting, IReadOnlyList<ResourceChange> Harmless, IReadOnlyList<ResourceChange> Unapplied, IReadOnlyList<OutputChange> UnappliedOutputs)
{
    /// <summary>Whether world, state and code say the same.</summary>
    public bool IsInSync => Affecting.Count + Harmless.Count + Unapplied.Count + UnappliedOutputs.Count == 0;

    /// <summary>Sorts what a plan says into the classes, each in order of address.</summary>
    /// <param name="plan">The plan.</param>
    public static PlanDrift Of(Plan plan)
    {
        var none = PlanRedactor.For([]);
        var changes = plan.Changes.Where(c => c.IsChange && c.Kind != ChangeKind.Read).ToArray();
        var byAddress = changes.Where(c => c.Deposed is null).ToLookup(c => c.Address, StringComparer.Ordinal);
        var relevant = plan.HasChanges ? plan.RelevantAttributes.ToLookup(r => r.Resource, r => r.Path, StringComparer.Ordinal) : Enumerable.Empty<(string, AttributePath)>().ToLookup(r => r.Item1, r => r.Item2, StringComparer.Ordinal);
        var (affecting, harmless) = (new List<ResourceChange>(), new List<ResourceChange>());
        var reverting = new HashSet<string>(StringComparer.Ordinal);
        foreach (var drift in plan.Drift.Where(d => d.Kind != ChangeKind.NoOp).OrderBy(d => d.Address, StringComparer.Ordinal))
        {
            var drifted = drift.Kind == ChangeKind.Delete ? [AttributePath.Root] : AttributeDiff.Of(drift, none).Select(a => a.Attribute).ToArray();
            var change = byAddress[drift.Address].FirstOrDefault();
            var paths = change is null ? [] : change.Kind == ChangeKind.Update ? AttributeDiff.Of(change, none).Select(a => (a.Attribute, a.IsUnknown)).ToArray() : [(AttributePath.Root, false)];
            var isReverted = drifted.Any(d => paths.Any(p => p.Attribute.Overlaps(d)));
            (isReverted || drifted.Any(d => relevant[drift.Address].Concat(relevant[drift.ResourceAddress]).Any(r => r.Overlaps(d))) ? affecting : harmless).Add(drift);

            // Whatever else changes in the object is code. Of what is not known yet nobody can tell.
            if (isReverted && paths.All(p => p.IsUnknown || drifted.Any(d => d.Overlaps(p.Attribute))))
                reverting.Add(drift.Address);
        }

        // Outputs follow what they show: they count only if nothing else explains them.
        var unapplied = changes.Where(c => c.Deposed is not null || !reverting.Contains(c.Address)).OrderBy(c => c.Address, StringComparer.Ordinal).ToArray();
        var outputs = affecting.Count + unapplied.Length > 0 ? [] : plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp).ToArray();
        return new PlanDrift(affecting, harmless, unapplied, outputs);
    }

    /// <summary>One sentence without a full stop; not escaped.</summary>
    /// <param name="name">What people call the root; may be empty.</param>
    public string Sentence(string name)
    {
        var subject = name.Length == 0 ? "The root" : name;
        var unapplied = Unapplied.Count + UnappliedOutputs.Count;
        string[] parts =
        [
            .. Affecting.Count > 0 ? (string[])[$"{PlanSentence.Count(Affecting.Count, "resource")} changed outside, which affects the plan"] : [],
            .. Harmless.Count > 0 ? (string[])[$"{PlanSentence.Count(Harmless.Count, "resource")} changed outside without affecting it"] : [],
            .. unapplied > 0 ? (string[])[$"{PlanSentence.Count(unapplied, "change")} of the code not applied"] : [],
        ];
        return parts.Length == 0 ? $"{subject} is in sync" : Affecting.Count + Harmless.Count > 0 ? $"{subject} has drifted: {string.Join(", ", parts)}" : $"{subject} has {parts[0]}";
    }
}
