using Actions.Shared;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>What drift stands for: a word for outputs, and an exit code for each class.</summary>
/// <param name="Drift">How far apart world, state and code are.</param>
internal sealed record DriftReport(PlanDrift Drift)
{
    /// <summary>Changed outside, but the plan stays the same.</summary>
    public const ExitCode Harmless = (ExitCode)4;

    /// <summary>Changed outside, and the plan would change it back or builds on it.</summary>
    public const ExitCode Affecting = (ExitCode)5;

    /// <summary>Whether world, state and code say the same.</summary>
    public bool IsInSync => Drift.IsInSync;

    /// <summary>The exit code of the gravest class.</summary>
    public ExitCode ExitCode => Drift switch
    {
        { Affecting.Count: > 0 } => Affecting,
        { Harmless.Count: > 0 } => Harmless,
        { IsInSync: false } => ExitCode.Findings,
        _ => ExitCode.Done,
    };

    /// <summary>The gravest class: <c>drift-affecting-plan</c>, <c>drift</c>, <c>unapplied-code</c> or <c>none</c>.</summary>
    public string Word => ExitCode switch
    {
        Affecting => "drift-affecting-plan",
        Harmless => "drift",
        ExitCode.Findings => "unapplied-code",
        _ => "none",
    };

    /// <summary>One sentence without a full stop.</summary>
    public string Sentence(string root) => Drift.Sentence(root);
}
