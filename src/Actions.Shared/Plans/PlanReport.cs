using Actions.Shared.Findings;

namespace Actions.Shared.Plans;

/// <summary>A plan and everything that is known about it: what the renderers of this folder work from.</summary>
public sealed record PlanReport
{
    /// <summary>The plan.</summary>
    public required Plan Plan { get; init; }

    /// <summary>Made for the plan, and for every other plan that is shown with it.</summary>
    public required PlanRedactor Redactor { get; init; }

    /// <summary>Where and how it was made.</summary>
    public PlanContext Context { get; init; } = new();

    /// <summary>What the gates say; null when there are none.</summary>
    public GateResult? Gates { get; init; }

    /// <summary>How much can go wrong.</summary>
    public PlanRisk Risk => PlanRisk.Of(Plan, Gates);

    /// <summary>
    /// What is different from the last plan of the same pull request (<see cref="PlanFingerprint.CompareTo"/>), shown first of all sections; null when there was none.
    /// </summary>
    public IReadOnlyList<PlanDifference>? SinceLast { get; init; }

    /// <summary>The commit of that plan; empty when it is not known.</summary>
    public string SinceCommit { get; init; } = "";

    /// <summary>What rules and other tools have found; none by default.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>Markdown within its budget.</summary>
/// <param name="Text">The Markdown; lines end in a line feed, fences and elements are closed.</param>
/// <param name="Shortened">How many entries are there without their details.</param>
/// <param name="Hidden">How many entries are not there at all.</param>
public sealed record RenderedMarkdown(string Text, int Shortened, int Hidden)
{
    /// <summary>Whether nothing is left out.</summary>
    public bool IsWhole => Shortened == 0 && Hidden == 0;
}
