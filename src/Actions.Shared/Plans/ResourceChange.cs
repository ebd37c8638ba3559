namespace Actions.Shared.Plans;

/// <summary>What the plan says of one object: an entry of <c>resource_changes</c>, <c>resource_drift</c> or <c>deferred_changes</c>.</summary>
public sealed record ResourceChange
{
    /// <summary>The full address, for example <c>module.network.aws_subnet.a["eu-central-1a"]</c>. With <see cref="Deposed"/> it is unique in a plan.</summary>
    public required string Address { get; init; }

    /// <summary>The address that it had before, if it moves; otherwise null.</summary>
    public string? PreviousAddress { get; init; }

    /// <summary>The address of its module; empty for the root module.</summary>
    public string ModuleAddress { get; init; } = "";

    /// <summary>Whether it is a data source.</summary>
    public bool IsData { get; init; }

    /// <summary>The type, for example <c>aws_instance</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The name in the configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>The index of an instance as JSON, <c>0</c> or <c>"key"</c>; empty when it has none.</summary>
    public string Index { get; init; } = "";

    /// <summary>The full name of its provider.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The key of an old object that waits for its destruction after a replacement that failed; otherwise null.</summary>
    public string? Deposed { get; init; }

    /// <summary>Why the action is what it is, in Terraform's word, for example <c>replace_because_tainted</c>; empty when none is given. The set is open.</summary>
    public string ActionReason { get; init; } = "";

    /// <summary>Why it is deferred, in Terraform's word; empty for what is not deferred.</summary>
    public string DeferredReason { get; init; } = "";

    /// <summary>The actions as the plan has them, for example <c>delete</c>, <c>create</c>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>What happens, from <see cref="Actions"/>.</summary>
    public ChangeKind Kind { get; init; }

    /// <summary>The attributes that cannot be changed in place, and so make a replacement out of an update.</summary>
    public IReadOnlyList<AttributePath> ReplacePaths { get; init; } = [];

    /// <summary>What is imported here; null when nothing is.</summary>
    public ImportedObject? Importing { get; init; }

    /// <summary>The configuration that was generated for an import, in Terraform's language; may hold values that should not be shown. Empty when none was.</summary>
    public PlanJson GeneratedConfig { get; init; }

    /// <summary>The values before; null for what is created.</summary>
    public PlanJson Before { get; init; }

    /// <summary>The values after, without those that are not known yet; null for what is destroyed.</summary>
    public PlanJson After { get; init; }

    /// <summary>A parallel tree: <c>true</c> where the value after is not known yet.</summary>
    public PlanJson AfterUnknown { get; init; }

    /// <summary>A parallel tree: <c>true</c> where the value before is secret.</summary>
    public PlanJson BeforeSensitive { get; init; }

    /// <summary>A parallel tree: <c>true</c> where the value after is secret.</summary>
    public PlanJson AfterSensitive { get; init; }

    /// <summary>Identity of the object before, where the provider gives one.</summary>
    public PlanJson BeforeIdentity { get; init; }

    /// <summary>Identity of the object after, where the provider gives one.</summary>
    public PlanJson AfterIdentity { get; init; }

    /// <summary>Whether it gets another address.</summary>
    public bool IsMoved => PreviousAddress is not null && PreviousAddress != Address;

    /// <summary>Whether anything happens that is worth showing: an action, a move or an import.</summary>
    public bool IsChange => Kind != ChangeKind.NoOp || IsMoved || Importing is not null;

    /// <summary>The address without the index: what <c>count</c> or <c>for_each</c> makes several of.</summary>
    public string ResourceAddress => Index.Length > 0 && Address.EndsWith(']') && Address.LastIndexOf($"[{Index}]", StringComparison.Ordinal) is > 0 and var at ? Address[..at] : Address;
}

/// <summary>What is taken over from the world.</summary>
/// <param name="Id">The id in the world; empty when it is given by identity, or not known yet.</param>
/// <param name="Identity">The identity, where one is given instead of an id.</param>
public sealed record ImportedObject(string Id, PlanJson Identity);

/// <summary>What the plan says of an output of the root module.</summary>
public sealed record OutputChange
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What happens: create, update, delete or nothing.</summary>
    public required ChangeKind Kind { get; init; }

    /// <summary>The value before.</summary>
    public PlanJson Before { get; init; }

    /// <summary>The value after, without what is not known yet.</summary>
    public PlanJson After { get; init; }

    /// <summary><c>true</c> where the value after is not known yet.</summary>
    public PlanJson AfterUnknown { get; init; }

    /// <summary><c>true</c> where the value before is secret.</summary>
    public PlanJson BeforeSensitive { get; init; }

    /// <summary><c>true</c> where the value after is secret.</summary>
    public PlanJson AfterSensitive { get; init; }
}

/// <summary>The outcome of a <c>check</c> block, a pre- or postcondition, or the validation of a variable.</summary>
/// <param name="Address">What was checked, for example <c>check.health</c> or <c>aws_instance.web</c>.</param>
/// <param name="Kind">In Terraform's word: <c>check</c>, <c>resource</c>, <c>output_value</c>, <c>var</c>.</param>
/// <param name="Status">The outcome.</param>
/// <param name="Problems">The messages of what failed; untrusted text that may quote values.</param>
public sealed record PlanCheck(string Address, string Kind, CheckStatus Status, IReadOnlyList<string> Problems);

/// <summary>The outcome of a check.</summary>
public enum CheckStatus
{
    /// <summary>It holds.</summary>
    Pass,

    /// <summary>It does not hold.</summary>
    Fail,

    /// <summary>It could not be evaluated.</summary>
    Error,

    /// <summary>It is not known before the plan is applied.</summary>
    Unknown,
}

/// <summary>An action that is invoked while applying (Terraform 1.14 and later).</summary>
/// <param name="Address">The address of the action, for example <c>action.aws_lambda_invoke.warm</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Trigger">The resource and event that trigger it, in words; empty when it was asked for on the command line.</param>
/// <param name="DeferredReason">Why it is deferred; empty when it is not.</param>
/// <param name="Content">The whole entry, its configuration included; may hold secrets.</param>
public sealed record ActionInvocation(string Address, string Type, string Trigger, string DeferredReason, PlanJson Content);

/// <summary>An attribute that the plan's changes come from.</summary>
/// <param name="Resource">The address of the resource.</param>
/// <param name="Path">The attribute in it.</param>
public sealed record RelevantAttribute(string Resource, AttributePath Path);

/// <summary>A variable of the root module, with the value that the plan was made with.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; in the clear, also if it is secret.</param>
/// <param name="IsSensitive">Whether the configuration marks it as sensitive.</param>
public sealed record PlanVariable(string Name, PlanJson Value, bool IsSensitive);

/// <summary>A provider that the configuration sets up.</summary>
/// <param name="Key">Its key in the configuration, for example <c>aws</c> or <c>module.network:aws.west</c>.</param>
/// <param name="FullName">For example <c>registry.terraform.io/hashicorp/aws</c>.</param>
/// <param name="VersionConstraint">The versions that the configuration allows; empty when it does not say.</param>
public sealed record PlanProvider(string Key, string FullName, string VersionConstraint);
