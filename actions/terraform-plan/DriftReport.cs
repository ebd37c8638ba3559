using Actions.Shared;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>How far apart world, state and code are, in three classes.</summary>
/// <param name="Affecting">Addresses that were changed outside and bear on what the plan would do.</param>
/// <param name="Harmless">Addresses that were changed outside without bearing on it.</param>
/// <param name="Unapplied">How many changes of the code were not applied yet.</param>
internal sealed record DriftReport(IReadOnlyList<string> Affecting, IReadOnlyList<string> Harmless, int Unapplied)
{
    /// <summary>Changed outside, but the plan stays the same.</summary>
    public const ExitCode Drift = (ExitCode)4;

    /// <summary>Changed outside, and the plan would change it back or builds on it.</summary>
    public const ExitCode DriftThatAffectsThePlan = (ExitCode)5;

    /// <summary>Whether world, state and code say the same.</summary>
    public bool IsInSync => Affecting.Count + Harmless.Count + Unapplied == 0;

    /// <summary>The gravest class in a word: <c>drift-affecting-plan</c>, <c>drift</c>, <c>unapplied-code</c> or <c>none</c>.</summary>
    public string Word => Affecting.Count > 0 ? "drift-affecting-plan" : Harmless.Count > 0 ? "drift" : Unapplied > 0 ? "unapplied-code" : "none";

    /// <summary>What the class is for an exit code.</summary>
    public ExitCode ExitCode => Affecting.Count > 0 ? DriftThatAffectsThePlan : Harmless.Count > 0 ? Drift : Unapplied > 0 ? ExitCode.Findings : ExitCode.Done;

    /// <summary>
    /// Judges a plan. What was changed outside affects it when the plan changes the same object, or names it among the attributes that its changes come from.
    /// </summary>
    public static DriftReport Of(Plan plan)
    {
        var drifted = plan.Drift.Where(d => d.Kind != ChangeKind.NoOp).Select(d => d.Address).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var changed = plan.Changes.Where(c => c.IsChange && !c.IsData).Select(c => c.Address).ToHashSet(StringComparer.Ordinal);
        var relevant = plan.HasChanges ? plan.RelevantAttributes.Select(r => r.Resource).ToHashSet(StringComparer.Ordinal) : [];
        var affecting = drifted.Where(d => changed.Contains(d) || relevant.Contains(d)).ToArray();
        var outputs = plan.Outputs.Count(o => o.Kind != ChangeKind.NoOp);
        return new DriftReport(affecting, [.. drifted.Except(affecting)], changed.Except(affecting, StringComparer.Ordinal).Count() + outputs);
    }

    /// <summary>One sentence without a full stop.</summary>
    public string Sentence(string root)
    {
        var parts = new List<string>();
        if (Affecting.Count > 0)
        {
            parts.Add($"{Objects(Affecting.Count)} changed outside, which affects the plan");
        }

        if (Harmless.Count > 0)
        {
            parts.Add($"{Objects(Harmless.Count)} changed outside without affecting it");
        }

        if (Unapplied > 0)
        {
            parts.Add($"{Unapplied} change{(Unapplied == 1 ? "" : "s")} of the code not applied");
        }

        return parts.Count == 0 ? $"{root} is in sync" : $"{root} has drifted: {string.Join(", ", parts)}";
    }

    private static string Objects(int count) => $"{count} object{(count == 1 ? "" : "s")}";
}
