namespace Actions.Shared.Findings;

/// <summary>A finding that somebody has asked not to count, and why. It fails nothing, but is never hidden.</summary>
/// <param name="Finding">The finding, with its fingerprint.</param>
/// <param name="Reason">The reason that is given; may be empty.</param>
/// <param name="Where">Where that is written.</param>
public sealed record DismissedFinding(Finding Finding, string Reason, SourceLocation Where);

/// <summary>A finding of the baseline that is not there any more.</summary>
/// <param name="Rule">The rule that was broken.</param>
/// <param name="Severity">How bad it was.</param>
/// <param name="File">Its file, relative to the workspace.</param>
/// <param name="Resource">The object, as <see cref="ResourceReference.ToString"/> gives it; empty for a problem of a file.</param>
/// <param name="Field">JSON pointer of the field inside the object; may be empty.</param>
public sealed record FixedFinding(string Rule, Severity Severity, string File, string Resource, string Field);

/// <summary>How the findings relate to what was there before.</summary>
public sealed record ReportComparison
{
    /// <summary>What they are compared with, to follow "compared with", for example <c>baseline.json</c> or <c>commit 1a2b3c4d</c>.</summary>
    public required string With { get; init; }

    /// <summary>Fingerprints of the findings that are not new: they are in the baseline, or on lines that have not changed. They fail nothing.</summary>
    public required IReadOnlySet<string> Unchanged { get; init; }

    /// <summary>What the baseline holds and the scan does not find any more; null when there is no baseline to tell.</summary>
    public IReadOnlyList<FixedFinding>? Fixed { get; init; }

    /// <summary>The score of the baseline; null when there is none.</summary>
    public int? PreviousScore { get; init; }

    /// <summary>The namespaces whose score is not that of the baseline, in ordinal order; empty without a baseline.</summary>
    public IReadOnlyList<ScoreChange> Namespaces { get; init; } = [];
}

/// <summary>How the score of a namespace has moved.</summary>
/// <param name="Name">The namespace; empty for objects that name none.</param>
/// <param name="Before">The score in the baseline; null when it was not there.</param>
/// <param name="After">The score now; null when it is gone.</param>
public sealed record ScoreChange(string Name, int? Before, int? After);

/// <summary>How good the scanned objects are, from 0 to 100.</summary>
/// <param name="Value">The score of all objects together.</param>
/// <param name="Minimum">The least that passes; 0 when any does.</param>
public sealed record ReportScore(int Value, int Minimum = 0)
{
    /// <summary>The scores by namespace, the worst first; the namespace is empty for objects that name none.</summary>
    public IReadOnlyList<NamedScore> Namespaces { get; init; } = [];

    /// <summary>The scores of the objects that have less than 100, the worst first.</summary>
    public IEnumerable<NamedScore> Objects { get; init; } = [];

    /// <summary>Whether <see cref="Value"/> is enough.</summary>
    public bool IsEnough => Value >= Minimum;
}

/// <summary>The score of a namespace or of an object.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Value">From 0 to 100.</param>
public sealed record NamedScore(string Name, int Value);
