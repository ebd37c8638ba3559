using Actions.Shared.Findings;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Places;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>What became of a root, or of a run.</summary>
internal enum RunOutcome
{
    /// <summary>There is nothing to do.</summary>
    NoChanges,

    /// <summary>The plan has changes.</summary>
    Planned,

    /// <summary>The plan was shown, made by somebody else.</summary>
    Rendered,

    /// <summary>World, state and code say the same.</summary>
    InSync,

    /// <summary>They do not.</summary>
    Drifted,

    /// <summary>The plan was applied.</summary>
    Applied,

    /// <summary>The plan must not go on, and nothing was changed.</summary>
    Refused,

    /// <summary>A step failed.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Cancelled,
}

/// <summary>One root with everything that is known about it.</summary>
/// <param name="Result">What the tool came to.</param>
internal sealed record RootReport(RootResult Result)
{
    /// <summary>The plan as it is shown; null when there is none.</summary>
    public PlanReport? Plan { get; init; }

    /// <summary>Hides secrets in all texts of this root.</summary>
    public required PlanRedactor Redactor { get; init; }

    /// <summary>Why it must not go on or came to nothing; null when all is well.</summary>
    public RootFailure? Failure { get; init; }

    /// <summary>How the plan differs from the approved one, as Markdown; empty when it is not known or does not.</summary>
    public string Delta { get; init; } = "";

    /// <summary>Where the configuration declares what the plan names; null without a plan.</summary>
    public ResourcePlaces? Places { get; init; }

    /// <summary>What the plan would do, for the next one to be compared with; null where there is nothing to remember it, or no secret.</summary>
    public PlanFingerprint? Fingerprint { get; init; }

    /// <summary>For drift: how far apart world, state and code are; null in other modes.</summary>
    public DriftReport? Drift { get; init; }

    /// <summary>What became of it.</summary>
    public RunOutcome Outcome { get; init; }

    /// <summary>Page of the issue about drift; empty when there is none.</summary>
    public string IssueUrl { get; init; } = "";

    /// <summary>The sealed plan, relative to the workspace; empty when none was written.</summary>
    public string SealedFile { get; init; } = "";

    /// <summary>How sentences call it.</summary>
    public string Shown => Name == "." ? "this directory" : Name;

    /// <summary>How the root is called: its path, with the workspace if that is not the default one.</summary>
    public string Name => Result.Workspace is "default" ? Result.Root.Path : $"{Result.Root.Path} ({Result.Workspace})";
}

/// <summary>What a run came to.</summary>
internal sealed record RunReport
{
    public required RunMode Mode { get; init; }

    public required RunOutcome Outcome { get; init; }

    public required IReadOnlyList<RootReport> Roots { get; init; }

    /// <summary>What other tools have found.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Digest of all plans together; empty without a secret.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The commit; may be empty.</summary>
    public string Sha { get; init; } = "";

    /// <summary>Number of the pull request; 0 for none.</summary>
    public int PullRequest { get; init; }

    /// <summary>Hides the secrets of all roots in a text about the run.</summary>
    public string Redact(string text) => Roots.Count == 0 ? text : Roots[0].Redactor.Text(text);

    /// <summary>All counts together.</summary>
    public PlanCounts Counts => Roots.Where(r => r.Plan is not null).Aggregate(new PlanCounts(), (sum, r) => sum + r.Plan!.Plan.Counts);

    /// <summary>The highest risk.</summary>
    public PlanRisk? Risk => Roots.Where(r => r.Plan is not null).Select(r => r.Plan!.Risk).MaxBy(r => r.Level);

    /// <summary>What of <c>fail-on</c> holds, the gravest first; none where a root has failed already.</summary>
    public IReadOnlyList<RootFailure> Refusals { get; init; } = [];

    /// <summary>The first failure: of the tool, then of gates, then by <c>fail-on</c>.</summary>
    public RootFailure? Failure => Roots.Select(r => r.Failure).Where(f => f is not null).OrderBy(f => f!.Cause is "gates" ? 1 : 0).FirstOrDefault() ?? (Refusals.Count > 0 ? Refusals[0] : null);
}
