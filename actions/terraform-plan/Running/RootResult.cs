using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Roots;

namespace Actions.TerraformPlanning.Running;

/// <summary>Why a root came to nothing. Texts may be untrusted.</summary>
/// <param name="Cause">A stable word, for outputs and reports.</param>
/// <param name="Title">What is wrong, one short sentence without a full stop.</param>
/// <param name="Detail">What was found; may be empty.</param>
/// <param name="Hint">What to do; may be empty.</param>
/// <param name="Location">Where, if in a file.</param>
/// <param name="ExitCode">What it stands for.</param>
internal sealed record RootFailure(string Cause, string Title, string Detail, string Hint, SourceLocation? Location = null, ExitCode ExitCode = ExitCode.Findings);

/// <summary>One step and how long it took.</summary>
internal sealed record StepTime(string Step, TimeSpan Duration);

/// <summary>What one root came to.</summary>
internal sealed record RootResult(TerraformRoot Root)
{
    /// <summary>Name and version of the tool; empty when it was not found.</summary>
    public string Tool { get; init; } = "";

    /// <summary>The workspace; <c>default</c> unless another was asked for.</summary>
    public string Workspace { get; init; } = "default";

    /// <summary>What the tool remarked, warnings included.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Files that are not formatted, relative to the workspace.</summary>
    public IReadOnlyList<string> Unformatted { get; init; } = [];

    /// <summary>The plan; null when there is none.</summary>
    public Plan? Plan { get; init; }

    /// <summary>The plan's JSON; it holds secrets.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The plan as the tool takes it for applying; empty when there is none.</summary>
    public string BinaryPlan { get; init; } = "";

    /// <summary>Identity of the plan; empty when there is none.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Why it came to nothing; null when it did not.</summary>
    public RootFailure? Failure { get; init; }

    /// <summary>Who holds the lock that it waited for; null when it did not.</summary>
    public StateLock? HeldLock { get; init; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<StepTime> Times { get; init; } = [];

    /// <summary>Whether its plan was applied, at least in part.</summary>
    public bool IsApplied { get; init; }

    /// <summary>Addresses whose change was completed while applying, in the order of completion.</summary>
    public IReadOnlyList<string> Completed { get; init; } = [];
}
