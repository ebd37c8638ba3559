using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Suppressions;

/// <summary>The rules about suppressions themselves, so that exceptions do not outlive their reason.</summary>
public static class SuppressionRules
{
    /// <summary>A suppression that suppresses nothing.</summary>
    public static RuleDescriptor Unused { get; } = new(
        "suppression-unused",
        Severity.Info,
        "A suppression should suppress something.",
        "An exception that is not needed any more hides the next mistake at its place. Annotations of other tools are not judged: those tools may still need them.",
        "Delete the suppression, or correct the name of the rule.");

    /// <summary>A suppression whose date has passed.</summary>
    public static RuleDescriptor Expired { get; } = new(
        "suppression-expired",
        Severity.Warning,
        "A suppression must not be past its date.",
        "Whoever wrote the date wanted the exception to end. From the day after it, in UTC, the findings are shown and count again.",
        "Mend what is suppressed, or agree on a new date.");

    /// <summary>A suppression that cannot be understood or has no reason.</summary>
    public static RuleDescriptor Invalid { get; } = new(
        "suppression-invalid",
        Severity.Warning,
        "A suppression must name known rules and a reason.",
        "A suppression that cannot be understood suppresses nothing. The reason is for the next person: without it nobody can tell whether the exception still holds.",
        "Write it as `ignore RULE[, RULE]: REASON`, with `(until=YYYY-MM-DD)` at the end if it is to end.");

    /// <summary>All of them, in ordinal order of their ids.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } = [Expired, Invalid, Unused];
}
