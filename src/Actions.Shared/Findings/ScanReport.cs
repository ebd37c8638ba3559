namespace Actions.Shared.Findings;

/// <summary>What became of one scanned object.</summary>
public enum ScanState
{
    /// <summary>Checked, without an error-severity finding.</summary>
    Valid,

    /// <summary>Checked, with at least one error-severity finding.</summary>
    Invalid,

    /// <summary>Not checked; the reason is in <see cref="ScannedResource.SkipReason"/>.</summary>
    Skipped,
}

/// <summary>One object that the scan met.</summary>
/// <param name="Location">Where it starts.</param>
/// <param name="Resource">Which object.</param>
/// <param name="State">What became of it.</param>
/// <param name="SkipReason">Why it was not checked, one of <see cref="ScanCounts.Skipped"/>'s keys; null if it was.</param>
public sealed record ScannedResource(SourceLocation Location, ResourceReference Resource, ScanState State, string? SkipReason = null);

/// <summary>A file or document that was passed over, so that nothing is skipped in silence.</summary>
/// <param name="Location">What was passed over.</param>
/// <param name="Reason">Short kebab-case reason, one of <see cref="ScanCounts.Skipped"/>'s keys, for example <c>template</c>.</param>
/// <param name="Detail">One sentence for a person; may be empty.</param>
public sealed record SkippedItem(SourceLocation Location, string Reason, string Detail);

/// <summary>How much was scanned.</summary>
public sealed record ScanCounts
{
    /// <summary>Files that were read.</summary>
    public int Files { get; init; }

    /// <summary>YAML or JSON documents in them, empty ones not counted.</summary>
    public int Documents { get; init; }

    /// <summary>Kubernetes objects in those, items of Lists counted one by one.</summary>
    public int Resources { get; init; }

    /// <summary>Objects without an error.</summary>
    public int Valid { get; init; }

    /// <summary>Objects with an error.</summary>
    public int Invalid { get; init; }

    /// <summary>What was passed over, by reason (kebab case), in ordinal order of the reason.</summary>
    public IReadOnlyDictionary<string, int> Skipped { get; init; } = new Dictionary<string, int>();
}

/// <summary>The whole result of a scan: what every renderer in Reporting works from.</summary>
public sealed record ScanReport
{
    /// <summary>Name of the program, for example <c>validate-manifests</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>Version of the program (SemVer).</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The Kubernetes versions that were asked for, for example <c>1.32</c>, ascending.</summary>
    public required IReadOnlyList<string> KubernetesVersions { get; init; }

    /// <summary>The findings as <see cref="FindingList.Normalize"/> gives them.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The rules that ran, by <see cref="RuleDescriptor.Id"/> in ordinal order.</summary>
    public required IReadOnlyList<RuleDescriptor> Rules { get; init; }

    /// <summary>Every object met, in order of file and position.</summary>
    public required IReadOnlyList<ScannedResource> Resources { get; init; }

    /// <summary>Everything passed over that is not an object, in order of file and position.</summary>
    public required IReadOnlyList<SkippedItem> Skipped { get; init; }

    /// <summary>How much was scanned.</summary>
    public required ScanCounts Counts { get; init; }

    /// <summary>Findings that somebody has asked not to count, in the order of findings; empty by default.</summary>
    public IReadOnlyList<DismissedFinding> Suppressed { get; init; } = [];

    /// <summary>How the findings relate to what was there before; null when nothing is compared.</summary>
    public ReportComparison? Comparison { get; init; }

    /// <summary>How good the objects are; null when nobody has worked it out.</summary>
    public ReportScore? Score { get; init; }

    /// <summary>Whether <paramref name="finding"/> may fail the run: it was not there before, or nothing is compared.</summary>
    public bool IsNew(Finding finding) => Comparison is null || !Comparison.Unchanged.Contains(finding.Fingerprint);

    /// <summary>The findings that may fail the run, in their order.</summary>
    public IReadOnlyList<Finding> NewFindings => Comparison is null ? Findings : [.. Findings.Where(IsNew)];

    /// <summary>Number of findings of <paramref name="severity"/>.</summary>
    public int Count(Severity severity) => Findings.Count(f => f.Severity == severity);
}
