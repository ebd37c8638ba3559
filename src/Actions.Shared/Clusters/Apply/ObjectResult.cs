using System.Collections.Concurrent;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Apply;

/// <summary>What became of an object in a deployment.</summary>
public enum ObjectOutcome
{
    /// <summary>The deployment ended before its turn came.</summary>
    NotReached,

    /// <summary>It was as it should be.</summary>
    Unchanged,

    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was changed.</summary>
    Updated,

    /// <summary>It was deleted and made again.</summary>
    Recreated,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>The cluster did not take it.</summary>
    Failed,

    /// <summary>It was changed, and then changed back.</summary>
    Restored,

    /// <summary>It was made, and then deleted again.</summary>
    RemovedAgain,

    /// <summary>It was made or changed and could not, or must not, be changed back.</summary>
    NotRestored,
}

/// <summary>What a deployment did to an object.</summary>
/// <param name="Item">What was planned.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Object">The object after it; null when it is not there or nothing was sent.</param>
/// <param name="Message">Why, when it is not what was planned; may be empty; may contain text of the cluster.</param>
/// <param name="Hint">What to do about it; may be empty.</param>
public sealed record ObjectResult(PlanItem Item, ObjectOutcome Outcome, ClusterObject? Object = null, string Message = "", string Hint = "")
{
    /// <summary>A stable word for why the cluster did not take it, such as <c>admission-denied</c>; empty if it did or none is known.</summary>
    public string Cause { get; init; } = "";

    /// <summary>When it was done.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>What a deployment has done so far, complete at every moment: it can be read after a failure or a cancellation. Safe for concurrent use.</summary>
public sealed class DeploymentJournal(DeploymentPlan plan)
{
    private readonly ConcurrentDictionary<ObjectKey, ObjectResult> _results = new();

    /// <summary>The plan.</summary>
    public DeploymentPlan Plan { get; } = plan;

    /// <summary>What became of each object, in the order of the plan.</summary>
    public IReadOnlyList<ObjectResult> Results => [.. Plan.Items.Select(i => _results.GetValueOrDefault(i.Key) ?? new ObjectResult(i, ObjectOutcome.NotReached))];

    /// <summary>What the cluster did not take.</summary>
    public IEnumerable<ObjectResult> Failures => Results.Where(r => r.Outcome == ObjectOutcome.Failed);

    /// <summary>Whether the cluster is different from before because of us.</summary>
    public bool HasChanged => _results.Values.Any(r => IsChange(r.Outcome));

    /// <summary>How many objects have this outcome.</summary>
    public int Count(ObjectOutcome outcome) => Results.Count(r => r.Outcome == outcome);

    internal static bool IsChange(ObjectOutcome outcome) =>
        outcome is ObjectOutcome.Created or ObjectOutcome.Updated or ObjectOutcome.Recreated or ObjectOutcome.Deleted or ObjectOutcome.NotRestored;

    internal void Record(ObjectResult result) => _results[result.Item.Key] = result;
}
