using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Findings;

namespace Actions.Shared.Reporting.Deployments;

/// <summary>What a run came to.</summary>
public enum DeploymentOutcome
{
    /// <summary>It was shown what a deployment would do.</summary>
    Previewed,

    /// <summary>It was shown what would be deployed, without a cluster to compare it with.</summary>
    PreviewedOffline,

    /// <summary>The cluster is as the manifests say.</summary>
    InSync,

    /// <summary>The cluster is not as the manifests say.</summary>
    Drifted,

    /// <summary>It was deployed and runs.</summary>
    Deployed,

    /// <summary>There was nothing to deploy, and what is there runs.</summary>
    Unchanged,

    /// <summary>It was refused before anything changed.</summary>
    Refused,

    /// <summary>It failed, and what had been changed stays.</summary>
    Failed,

    /// <summary>It failed, and what had been changed was changed back.</summary>
    RolledBack,

    /// <summary>It failed, and what had been changed could not all be changed back.</summary>
    RollbackFailed,

    /// <summary>It was cancelled, and what had been changed stays.</summary>
    Cancelled,
}

/// <summary>Why a run failed. Texts may come from the cluster.</summary>
/// <param name="Cause">A stable word for it in kebab case, for example <c>image-not-found</c>.</param>
/// <param name="Message">What is wrong, one sentence without a full stop.</param>
/// <param name="Hint">What to do about it; may be empty.</param>
public sealed record DeploymentFailure(string Cause, string Message, string Hint)
{
    /// <summary>The object it is about; empty if none.</summary>
    public string Object { get; init; } = "";

    /// <summary>Where in the manifests it comes from; null if that is not known.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>What the cluster said of it, one event a line.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The last lines of the container's log; empty for none.</summary>
    public string Log { get; init; } = "";
}

/// <summary>An image that was looked up in its registry.</summary>
/// <param name="Image">The reference, as it is to be deployed.</param>
/// <param name="Digest">The digest that it leads to; empty if it was not found.</param>
public sealed record DeployedImage(string Image, string Digest)
{
    /// <summary>Whether the digest is part of what is sent to the cluster.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Where it is used, as <c>container web of Deployment shop/web</c>.</summary>
    public IReadOnlyList<string> UsedBy { get; init; } = [];

    /// <summary>What it runs on, as <c>linux/amd64</c>.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>When it was built; null if that is not known.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>How many containers of pods were seen to run it; null where nobody looked.</summary>
    public int? Pods { get; init; }
}

/// <summary>Something that happened during a run.</summary>
/// <param name="At">Time since the start of the run.</param>
/// <param name="Text">What, a few words.</param>
public sealed record TimelineEntry(TimeSpan At, string Text);

/// <summary>The whole result of a run: what every renderer works from.</summary>
public sealed record DeploymentReport
{
    /// <summary>Name of the program.</summary>
    public required string Tool { get; init; }

    /// <summary>Version of the program (SemVer).</summary>
    public required string ToolVersion { get; init; }

    /// <summary><c>preview</c>, <c>deploy</c>, <c>drift</c> or <c>rollback</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Name of the application.</summary>
    public required string Application { get; init; }

    /// <summary>Namespace of the application; empty when it is not known.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name of the environment; empty when none was given.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Address of the cluster; empty without one.</summary>
    public string Server { get; init; } = "";

    /// <summary>Version of the cluster, for example <c>v1.36.1</c>; empty without one.</summary>
    public string KubernetesVersion { get; init; } = "";

    /// <summary>Who ran it.</summary>
    public required DeploymentTrace Trace { get; init; }

    /// <summary>What it came to.</summary>
    public required DeploymentOutcome Outcome { get; init; }

    /// <summary>Why it failed, the most telling reason first; empty if it did not.</summary>
    public IReadOnlyList<DeploymentFailure> Failures { get; init; } = [];

    /// <summary>What became of each object, in the order of the plan.</summary>
    public IReadOnlyList<ObjectResult> Objects { get; init; } = [];

    /// <summary>The images that were looked up; none without an image gate.</summary>
    public IReadOnlyList<DeployedImage> Images { get; init; } = [];

    /// <summary>The digest of the plan; empty without a cluster.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Number of the release that was deployed; 0 for none.</summary>
    public int Release { get; init; }

    /// <summary>The address at which the application is to be reached; empty if it has none.</summary>
    public string Url { get; init; } = "";

    /// <summary>What is worth knowing besides, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>How long the run took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Requests to the cluster by verb.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Requests { get; init; } = [];

    /// <summary>How many objects are planned to be treated like this.</summary>
    public int Planned(PlannedAction action) => Objects.Count(o => o.Item.Action == action);

    /// <summary>How many objects came to this.</summary>
    public int Count(ObjectOutcome outcome) => Objects.Count(o => o.Outcome == outcome);

    /// <summary>Whether the run was to change nothing.</summary>
    public bool IsReadOnly => Mode is "preview" or "drift";

    /// <summary>Whether the objects tell what was planned, because nothing was done.</summary>
    public bool IsPlan => IsReadOnly || Outcome == DeploymentOutcome.Refused;

    /// <summary>How many objects are not as the manifests say: what would be changed, and what stands in the way.</summary>
    public int Drifted => Objects.Count(o => o.Item.IsChange || o.Item.Action is PlannedAction.Conflict or PlannedAction.Refused);

    /// <summary>Whether the run came to what it was to come to.</summary>
    public bool IsGood => Outcome switch
    {
        DeploymentOutcome.Previewed => !Objects.Any(o => o.Item.Action is PlannedAction.Conflict or PlannedAction.Refused),
        DeploymentOutcome.Deployed or DeploymentOutcome.Unchanged or DeploymentOutcome.InSync or DeploymentOutcome.PreviewedOffline => true,
        _ => false,
    };

    /// <summary>
    /// How many objects were created, updated (those made again included), deleted, left unchanged, and not taken by the cluster; of a plan, how many would be.
    /// </summary>
    public IReadOnlyList<(string Action, int Count)> Tally
    {
        get
        {
            int Of(PlannedAction planned, ObjectOutcome done) => IsPlan ? Planned(planned) : Count(done);
            return
            [
                ("created", Of(PlannedAction.Create, ObjectOutcome.Created)),
                ("updated", Of(PlannedAction.Update, ObjectOutcome.Updated) + Of(PlannedAction.Recreate, ObjectOutcome.Recreated)),
                ("deleted", Of(PlannedAction.Delete, ObjectOutcome.Deleted)),
                ("unchanged", Of(PlannedAction.Unchanged, ObjectOutcome.Unchanged)),
                ("failed", Count(ObjectOutcome.Failed)),
            ];
        }
    }
}
