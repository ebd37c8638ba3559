using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Health;

namespace Actions.Shared.Clusters.Rollouts;

/// <summary>An object that was applied and is to become ready.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Applied">It as the API server answered to applying it: its generation and UID count.</param>
public sealed record RolloutTarget(ObjectAddress Address, ClusterObject Applied)
{
    /// <summary>It as the manifest has it, for pointing at its fields; <see cref="Applied"/> if null.</summary>
    public ClusterObject? Manifest { get; init; }

    /// <inheritdoc />
    public override string ToString() => Address.ToString();
}

/// <summary>How long and for what is waited.</summary>
public sealed record RolloutOptions
{
    /// <summary>How long everything together may take. The default is 10 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>When applying began, by the clock of the cluster; null for now. What happened before is not held against any object.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>By how much the clock of the cluster is ahead of ours. The default is 0.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>
    /// How long a likely cause may last. The default is 30 s; three times as long where somebody else may make room (nodes, quotas, volumes).
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From so many restarts of a container on, a crash is certain to happen again. The default is 3.</summary>
    public int CrashLimit { get; init; } = 3;

    /// <summary>How long everything must stay ready, without a restart, after it has become ready. The default is 0: not watched.</summary>
    public TimeSpan Soak { get; init; }

    /// <summary>Whether Services of type LoadBalancer and Ingresses must have got an address. The default is false.</summary>
    public bool WaitForAddresses { get; init; }

    /// <summary>Whether autoscalers must have read their metrics. The default is false.</summary>
    public bool WaitForMetrics { get; init; }

    /// <summary>Lines of log for each cause. The default is 50.</summary>
    public int LogLines { get; init; } = 50;
}

/// <summary>A step of a rollout, for a log or a timeline.</summary>
/// <param name="Elapsed">Time since the wait began.</param>
/// <param name="Target">The object; null for a remark on the wait itself.</param>
/// <param name="Verdict">How it is now; null for a remark.</param>
/// <param name="Message">What to show: the reason of the verdict, with its cause if one is known.</param>
public sealed record RolloutStep(TimeSpan Elapsed, RolloutTarget? Target, HealthVerdict? Verdict, string Message);

/// <summary>What came of waiting for an object.</summary>
public enum RolloutOutcome
{
    /// <summary>It is ready.</summary>
    Ready,

    /// <summary>It is paused or suspended, as asked for.</summary>
    Suspended,

    /// <summary>It does not become ready.</summary>
    Failed,

    /// <summary>It was not ready in time.</summary>
    TimedOut,

    /// <summary>It was not ready yet when the wait ended because another object had failed.</summary>
    Unfinished,
}

/// <summary>What came of waiting for one object.</summary>
/// <param name="Target">The object.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Verdict">How it was at the end, with the cause as far as it is known.</param>
/// <param name="Duration">Time from the beginning of the wait until it was ready or given up.</param>
public sealed record RolloutResult(RolloutTarget Target, RolloutOutcome Outcome, HealthVerdict Verdict, TimeSpan Duration)
{
    /// <summary>What kept it from being ready; null if it is ready or nothing is known.</summary>
    public Cause? Cause => Verdict.Cause;

    /// <summary>The last lines of the log that <see cref="Cause"/> names; untrusted text.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];
}

/// <summary>What came of a wait.</summary>
/// <param name="Results">One for each target, in the order of the targets.</param>
/// <param name="Limits">What could not be looked at, mostly for want of rights, as sentences.</param>
public sealed record RolloutReport(IReadOnlyList<RolloutResult> Results, IReadOnlyList<string> Limits)
{
    /// <summary>Whether every object is ready or suspended.</summary>
    public bool IsReady => Results.All(r => r.Outcome is RolloutOutcome.Ready or RolloutOutcome.Suspended);

    /// <summary>The result to show first: a failure before a timeout, the surest cause first; null if everything is ready.</summary>
    public RolloutResult? Worst => Results
        .Where(r => r.Outcome is RolloutOutcome.Failed or RolloutOutcome.TimedOut)
        .OrderBy(r => r.Outcome)
        .ThenByDescending(r => r.Cause?.Certainty ?? (CauseCertainty)(-1))
        .FirstOrDefault();
}
