namespace Actions.Shared.Plans;

/// <summary>What a plan must not do.</summary>
public sealed record GateOptions
{
    /// <summary>The most objects that it may destroy, those that are replaced included; null for any number.</summary>
    public int? MaxDestroy { get; init; }

    /// <summary>Patterns of addresses (<see cref="Globs"/>) that may not be destroyed, replaced or forgotten.</summary>
    public IReadOnlyList<string> ProtectedAddresses { get; init; } = [];

    /// <summary>Patterns of types that may not be destroyed, replaced or forgotten.</summary>
    public IReadOnlyList<string> ProtectedTypes { get; init; } = [];

    /// <summary>Whether <see cref="StatefulTypes"/> are protected too.</summary>
    public bool ProtectStateful { get; init; }

    /// <summary>Whether somebody with the right to do so has let it pass: what is violated is still said.</summary>
    public bool IsOverridden { get; init; }

    /// <summary>By what it was let pass, for example <c>the label "allow-destroy"</c>.</summary>
    public string OverriddenBy { get; init; } = "";
}

/// <summary>A gate that a plan does not pass.</summary>
/// <param name="Gate">Which one: <c>max-destroy</c>, <c>protected-addresses</c>, <c>protected-types</c> or <c>stateful-types</c>.</param>
/// <param name="Message">What is wrong, one sentence without a full stop; not escaped.</param>
/// <param name="Addresses">The objects, in ordinal order.</param>
public sealed record GateViolation(string Gate, string Message, IReadOnlyList<string> Addresses);

/// <summary>What the gates say.</summary>
/// <param name="Violations">What is violated, also if it was let pass.</param>
/// <param name="IsOverridden">Whether that was let pass.</param>
/// <param name="OverriddenBy">By what.</param>
public sealed record GateResult(IReadOnlyList<GateViolation> Violations, bool IsOverridden, string OverriddenBy)
{
    /// <summary>Whether the plan may go on.</summary>
    public bool Passed => Violations.Count == 0 || IsOverridden;
}

/// <summary>Holds plans against what they must not do.</summary>
public static class PlanGates
{
    /// <summary>Judges a plan. A plan of which only a part was made is judged by that part; whether it may be applied is for the caller to say.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">What it must not do.</param>
    public static GateResult Check(Plan plan, GateOptions options)
    {
        var lost = plan.Changes.Where(c => c.Kind.Loses() && !c.IsData).OrderBy(c => c.Address, StringComparer.Ordinal).ToArray();
        var destroyed = lost.Where(c => c.Kind.Destroys()).ToArray();
        var violations = new List<GateViolation>();
        if (options.MaxDestroy is { } most && destroyed.Length > most)
        {
            violations.Add(new GateViolation(
                "max-destroy", $"{PlanSentence.Count(destroyed.Length, "resource")} would be destroyed or replaced, and at most {PlanSentence.Number(most)} may be", Addresses(destroyed)));
        }

        foreach (var pattern in options.ProtectedAddresses.Distinct(StringComparer.Ordinal))
            Add("protected-addresses", lost.Where(c => Globs.IsMatch(pattern, c.Address) || c.PreviousAddress is { } previous && Globs.IsMatch(pattern, previous)), $"protected by \"{pattern}\"");
        foreach (var pattern in options.ProtectedTypes.Distinct(StringComparer.Ordinal))
            Add("protected-types", lost.Where(c => Globs.IsMatch(pattern, c.Type)), $"protected by its type, \"{pattern}\"");
        if (options.ProtectStateful)
            Add("stateful-types", lost.Where(c => StatefulTypes.Contains(c.Type)), "of a type that holds data");
        return new GateResult(violations, options.IsOverridden && violations.Count > 0, options.OverriddenBy);

        void Add(string gate, IEnumerable<ResourceChange> changes, string why)
        {
            var all = changes.ToArray();
            if (all.Length > 0)
                violations.Add(new GateViolation(gate, $"{PlanSentence.Count(all.Length, "resource")} {(all.Length == 1 ? "is" : "are")} {why}, and would be {Verbs(all)}", Addresses(all)));
        }
    }

    private static string Verbs(ResourceChange[] changes)
    {
        string[] verbs =
        [
            .. changes.Select(c => c.Kind.Replaces() ? "replaced" : c.Kind.Forgets() ? "forgotten" : c.Kind == ChangeKind.Delete ? "destroyed" : "changed in a way that is not known")
                .Distinct().Order(StringComparer.Ordinal),
        ];
        return string.Join(" or ", verbs);
    }

    private static string[] Addresses(IEnumerable<ResourceChange> changes) => [.. changes.Select(c => c.Deposed is null ? c.Address : $"{c.Address} (deposed {c.Deposed})").Distinct()];
}
