using Actions.Shared.Findings;

namespace Actions.ValidateManifests;

/// <summary>What fails the step.</summary>
internal enum FailOn
{
    /// <summary>Errors.</summary>
    Error,

    /// <summary>Errors and warnings.</summary>
    Warning,

    /// <summary>Nothing that is found.</summary>
    Never,
}

/// <summary>Decides whether a report lets the step pass.</summary>
internal static class Gate
{
    /// <summary>Stands for every reason in <c>fail-on-skipped</c>.</summary>
    public const string AllReasons = "all";

    public static bool Passes(ScanReport report, FailOn failOn, IReadOnlyList<string> failOnSkipped)
    {
        var least = failOn switch
        {
            FailOn.Error => Severity.Error,
            FailOn.Warning => Severity.Warning,
            _ => (Severity?)null,
        };
        return report.Score is not { IsEnough: false }
            && !(least is { } severity && report.NewFindings.Any(f => f.Severity >= severity))
            && !report.Counts.Skipped.Any(s => s.Value > 0 && (failOnSkipped.Contains(s.Key) || failOnSkipped.Contains(AllReasons)));
    }
}
