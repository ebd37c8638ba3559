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
        var worst = failOn switch
        {
            FailOn.Error => report.Count(Severity.Error),
            FailOn.Warning => report.Count(Severity.Error) + report.Count(Severity.Warning),
            _ => 0,
        };
        return worst == 0 && !report.Counts.Skipped.Any(s => s.Value > 0 && (failOnSkipped.Contains(s.Key) || failOnSkipped.Contains(AllReasons)));
    }
}
