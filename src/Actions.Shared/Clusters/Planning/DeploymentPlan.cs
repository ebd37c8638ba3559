using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>What a deployment does to an object.</summary>
public enum PlannedAction
{
    /// <summary>It is there as it should be.</summary>
    Unchanged,

    /// <summary>It is made.</summary>
    Create,

    /// <summary>Fields of it change.</summary>
    Update,

    /// <summary>It is deleted and made again, because a field cannot be changed.</summary>
    Recreate,

    /// <summary>It is deleted, because the manifests no longer have it.</summary>
    Delete,

    /// <summary>Somebody else manages fields that the manifest sets; somebody has to decide.</summary>
    Conflict,

    /// <summary>The cluster refuses it.</summary>
    Refused,
}

/// <summary>One object of a plan.</summary>
public sealed record PlanItem
{
    /// <summary>Which object.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>What is done.</summary>
    public required PlannedAction Action { get; init; }

    /// <summary>When it is done.</summary>
    public required ApplyStage Stage { get; init; }

    /// <summary>The manifest; null for a deletion.</summary>
    public DesiredObject? Desired { get; init; }

    /// <summary>What is sent: the manifest's object without the fields that others keep; null for a deletion.</summary>
    public ClusterObject? Sent { get; init; }

    /// <summary>The object as it is; null when there is none.</summary>
    public ClusterObject? Live { get; init; }

    /// <summary>What changes in it, in order of field; empty for everything but an update.</summary>
    public IReadOnlyList<FieldChange> Changes { get; init; } = [];

    /// <summary>Fields that somebody else manages, with what is done about each.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; init; } = [];

    /// <summary>What else is worth knowing, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why the cluster refuses it; empty unless it does.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The field that <see cref="Problem"/> is about, as Kubernetes writes it; empty when none is named.</summary>
    public string ProblemField { get; init; } = "";

    /// <summary>A stable word for <see cref="Problem"/>: <c>refused</c>, or that of a cause such as <c>admission-denied</c>.</summary>
    public string ProblemCause { get; init; } = "refused";

    /// <summary>What to do about <see cref="Problem"/>.</summary>
    public string ProblemHint { get; init; } = "Correct the manifest.";

    /// <summary>Whether the object has to be applied although no value changes, so that we manage its fields from now on.</summary>
    public bool NeedsApply { get; init; }

    /// <summary>Whether the cluster was not asked whether it takes the object; it is applied before anything that is there is changed.</summary>
    public bool IsUnchecked { get; init; }

    /// <summary>The fingerprint by which the object was found to be as the last deployment left it; null if it was not.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether the apply takes fields from others.</summary>
    public bool Force { get; init; }

    /// <summary>The managers to write before the apply, so that what client-side tools own is ours; null when there is nothing to take over.</summary>
    public JsonArray? TakenOver { get; init; }

    /// <summary>Whether the deployment sends something to the cluster for it.</summary>
    public bool IsChange => Action is PlannedAction.Create or PlannedAction.Update or PlannedAction.Recreate or PlannedAction.Delete;

    /// <summary>Whether the change replaces running pods: a field of the pod template of a workload changes.</summary>
    public bool RestartsPods =>
        Action == PlannedAction.Update && Key is { Group: "apps", Kind: "Deployment" or "StatefulSet" or "DaemonSet" }
        && Changes.Any(c => c.Field.StartsWith("spec.template.", StringComparison.Ordinal));
}

/// <summary>What a deployment will do, in order.</summary>
public sealed record DeploymentPlan
{
    /// <summary>The objects in order of stage and key; deletions last, in the order in which they are deleted.</summary>
    public required IReadOnlyList<PlanItem> Items { get; init; }

    /// <summary>The plan's identity, <c>sha256:</c> and 64 hexadecimal digits: the same for the same changes to the same state.</summary>
    public required string Digest { get; init; }

    /// <summary>How many objects have this action.</summary>
    public int Count(PlannedAction action) => Items.Count(i => i.Action == action);

    /// <summary>Whether anything changes.</summary>
    public bool HasChanges => Items.Any(i => i.IsChange);

    /// <summary>What stands in the way of the deployment.</summary>
    public IEnumerable<PlanItem> Obstacles => Items.Where(i => i.Action is PlannedAction.Conflict or PlannedAction.Refused);
}
