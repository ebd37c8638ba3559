namespace Actions.Shared.Plans;

/// <summary>
/// A plan of Terraform or OpenTofu, as <c>show -json</c> writes it and <see cref="PlanReader"/> reads it. Its values may be secrets in the clear:
/// show it only by <see cref="PlanMarkdown"/> and the others that redact.
/// </summary>
public sealed record Plan
{
    /// <summary><c>format_version</c>, for example <c>1.2</c>.</summary>
    public required string FormatVersion { get; init; }

    /// <summary>The version of the tool that made it; empty when not given.</summary>
    public string ToolVersion { get; init; } = "";

    /// <summary>What it would do, in the plan's order; includes objects that it would leave as they are.</summary>
    public IReadOnlyList<ResourceChange> Changes { get; init; } = [];

    /// <summary>What was changed outside of Terraform since the last apply.</summary>
    public IReadOnlyList<ResourceChange> Drift { get; init; } = [];

    /// <summary>What it cannot plan yet and leaves for the next plan (Terraform only).</summary>
    public IReadOnlyList<ResourceChange> Deferred { get; init; } = [];

    /// <summary>The outputs of the root module, in order of name; includes those that stay as they are.</summary>
    public IReadOnlyList<OutputChange> Outputs { get; init; } = [];

    /// <summary>The outcomes of checks and conditions.</summary>
    public IReadOnlyList<PlanCheck> Checks { get; init; } = [];

    /// <summary>Actions that it invokes, and those that it leaves for the next plan.</summary>
    public IReadOnlyList<ActionInvocation> Actions { get; init; } = [];

    /// <summary>The attributes that the changes come from.</summary>
    public IReadOnlyList<RelevantAttribute> RelevantAttributes { get; init; } = [];

    /// <summary>The variables of the root module, in order of name.</summary>
    public IReadOnlyList<PlanVariable> Variables { get; init; } = [];

    /// <summary>The providers of the configuration, in order of key.</summary>
    public IReadOnlyList<PlanProvider> Providers { get; init; } = [];

    /// <summary>Directories of the called modules by address (<c>module.network</c>), for those whose source is a relative path; relative to the root.</summary>
    public IReadOnlyDictionary<string, string> ModuleDirectories { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether applying it would leave nothing to do; false for a targeted plan; null when the tool does not say (OpenTofu).</summary>
    public bool? IsComplete { get; init; }

    /// <summary>Whether it can be applied; null when the tool does not say (OpenTofu).</summary>
    public bool? IsApplyable { get; init; }

    /// <summary>Whether planning failed, so that it is only part of a plan.</summary>
    public bool IsErrored { get; init; }

    /// <summary>When it was made, as the plan has it; empty when not given.</summary>
    public string Timestamp { get; init; } = "";

    /// <summary>How much it would do.</summary>
    public PlanCounts Counts => PlanCounts.Of(this);

    /// <summary>Whether applying it does anything: to an object, to its address, to an output, or by an action. Data sources that are read, and drift, do not count.</summary>
    public bool HasChanges => Counts.HasChanges;
}
