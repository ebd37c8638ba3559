using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Inventory;

/// <summary>What is written down of an object of the application.</summary>
/// <param name="Key">Which object.</param>
/// <param name="Version">Version of its API when it was deployed, for example <c>v1</c>.</param>
/// <param name="Uid">Its UID when it was deployed; null while it is not there yet.</param>
public sealed record InventoryEntry(ObjectKey Key, string Version, string? Uid)
{
    /// <summary>How it was left by the last deployment (<see cref="ObjectFingerprint"/>); null if that is not known.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>How the last deployment ended.</summary>
public enum DeploymentState
{
    /// <summary>There was none.</summary>
    None,

    /// <summary>It runs, or it was killed while it ran.</summary>
    Deploying,

    /// <summary>It succeeded.</summary>
    Succeeded,

    /// <summary>It failed and what it had changed stayed.</summary>
    Failed,

    /// <summary>It failed and what it had changed was restored.</summary>
    RolledBack,

    /// <summary>It was cancelled and what it had changed stayed.</summary>
    Cancelled,
}

/// <summary>Who deploys what, written to the cluster before anything changes.</summary>
public sealed record DeploymentTrace
{
    /// <summary>The page of the run, or who runs the program on which machine.</summary>
    public required string Run { get; init; }

    /// <summary><c>owner/name</c>; empty outside GitHub.</summary>
    public string Repository { get; init; } = "";

    /// <summary>The commit; empty if unknown.</summary>
    public string Commit { get; init; } = "";

    /// <summary>The branch or tag; empty if unknown.</summary>
    public string Ref { get; init; } = "";

    /// <summary>Who triggered it; empty if unknown.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Number that grows with every run of a repository, the same for all attempts of one; 0 if unknown.</summary>
    public long RunId { get; init; }
}

/// <summary>What the cluster knows of an application.</summary>
public sealed record ApplicationState
{
    /// <summary>Everything that may be in the cluster, in order of key: widened before an apply, narrowed after a good prune.</summary>
    public IReadOnlyList<InventoryEntry> Objects { get; init; } = [];

    /// <summary>Number of the last release that succeeded; 0 for none.</summary>
    public int Release { get; init; }

    /// <summary>How the last deployment ended.</summary>
    public DeploymentState State { get; init; }

    /// <summary>Who deployed last; null for nobody.</summary>
    public DeploymentTrace? Trace { get; init; }

    /// <summary>Whether a deployment is older than the last one: an earlier run of the same repository, for another commit.</summary>
    public bool IsNewerThan(DeploymentTrace trace) =>
        Trace is { RunId: > 0 } last && trace.RunId > 0 && last.Repository == trace.Repository && last.RunId > trace.RunId && last.Commit != trace.Commit;

    /// <summary>The objects of this state and those that a deployment is about to add, so that nothing is forgotten if it is killed.</summary>
    public ApplicationState Widened(IEnumerable<InventoryEntry> added)
    {
        var all = Objects.ToDictionary(o => o.Key);
        foreach (var entry in added)
        {
            var known = all.GetValueOrDefault(entry.Key);
            all[entry.Key] = entry with { Uid = entry.Uid ?? known?.Uid, Fingerprint = entry.Fingerprint ?? known?.Fingerprint };
        }

        return this with { Objects = [.. all.Values.OrderBy(o => o.Key)] };
    }
}

/// <summary>A release that succeeded, with everything that is needed to deploy it again.</summary>
/// <param name="Number">From 1, one more for every release.</param>
/// <param name="Trace">Who deployed it.</param>
/// <param name="At">When it was done.</param>
/// <param name="Objects">Its objects as they were sent.</param>
public sealed record Release(int Number, DeploymentTrace Trace, DateTimeOffset At, IReadOnlyList<ClusterObject> Objects);
