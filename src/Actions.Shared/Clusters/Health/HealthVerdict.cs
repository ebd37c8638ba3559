using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Health;

/// <summary>How an applied object is.</summary>
public enum HealthState
{
    /// <summary>Not as it was asked for yet.</summary>
    InProgress,

    /// <summary>As it was asked for: ready.</summary>
    Current,

    /// <summary>Told not to become ready: paused or suspended. There is nothing to wait for.</summary>
    Suspended,

    /// <summary>It does not become ready until somebody changes something.</summary>
    Failed,

    /// <summary>It is being deleted.</summary>
    Terminating,

    /// <summary>It does not exist.</summary>
    NotFound,
}

/// <summary>How an object is, and why.</summary>
/// <param name="State">How it is.</param>
/// <param name="Reason">One sentence without a full stop, for example <c>1 of 3 replicas is ready</c>.</param>
/// <param name="Cause">What keeps it from being ready, as far as that is known.</param>
public sealed record HealthVerdict(HealthState State, string Reason, Cause? Cause = null)
{
    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsReady => State is HealthState.Current or HealthState.Suspended;
}

/// <summary>What is known beside the object itself.</summary>
/// <param name="Now">The time, by the clock of the cluster.</param>
public sealed record HealthContext(DateTimeOffset Now)
{
    /// <summary>When the object was applied, by the clock of the cluster. Failures from before are not held against it.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary><c>metadata.generation</c> that applying returned: an object of an earlier one is a memory. Null if that is not known.</summary>
    public long? Generation { get; init; }

    /// <summary>The objects around it.</summary>
    public ObjectFamily Family { get; init; } = ObjectFamily.None;

    /// <summary>Events about it and the objects around it.</summary>
    public EventLog Events { get; init; } = EventLog.None;

    /// <summary>The object as it was applied, for pointing at its fields; the live one if null.</summary>
    public ClusterObject? Manifest { get; init; }

    /// <summary>Whether Services of type LoadBalancer and Ingresses must have got an address. Some controllers never give one.</summary>
    public bool WaitForAddresses { get; init; }

    /// <summary>Whether autoscalers must have read their metrics, which needs a metrics server.</summary>
    public bool WaitForMetrics { get; init; }

    /// <summary>From so many restarts of a container on, a crash is certain to happen again.</summary>
    public int CrashLimit { get; init; } = 3;
}
