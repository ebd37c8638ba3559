using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Health;

namespace Actions.Shared.Clusters.Rollouts;

/// <summary>
/// Decides, from how a target was at each moment, when it is ready and when to give it up. Two speeds: a certain cause counts at once, a likely one when it
/// has lasted, a transient one never. Pure: time is passed in.
/// </summary>
internal sealed class RolloutTracker(RolloutTarget target, RolloutOptions options)
{
    /// <summary>A custom object without any status may only not have been looked at yet.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>Who deleted it may create it anew.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(5);

    private string? _causeKey;
    private TimeSpan _causeSince;
    private TimeSpan? _absentSince;
    private bool _isAdjourned;

    public RolloutTarget Target => target;

    public HealthVerdict Verdict { get; private set; } = new(HealthState.InProgress, "Nothing is known of it yet");

    /// <summary>The result; null while it is waited for.</summary>
    public RolloutOutcome? Outcome { get; private set; }

    public TimeSpan Duration { get; private set; }

    /// <summary>Whether a failure is due, which must be looked into before it counts.</summary>
    public bool IsDoomed { get; private set; }

    /// <summary>When to look again although nothing has changed; null if that is not needed.</summary>
    public TimeSpan? NextLook { get; private set; }

    /// <summary>Takes how the target is at a moment. Returns whether that is news.</summary>
    /// <param name="verdict">How it is.</param>
    /// <param name="live">It as it is; null if it is not there.</param>
    /// <param name="elapsed">Time since the wait began.</param>
    public bool Take(HealthVerdict verdict, ClusterObject? live, TimeSpan elapsed)
    {
        var isNews = Message(verdict) != Message(Verdict) || verdict.State != Verdict.State;
        Verdict = verdict;
        (IsDoomed, NextLook) = (false, null);
        Remember(verdict, elapsed);
        switch (verdict.State)
        {
            case HealthState.Current when IsUnseenCustomObject(live) && elapsed < Settling:
                NextLook = Settling;
                return false;
            case HealthState.Current or HealthState.Suspended:
                Finish(verdict.State == HealthState.Current ? RolloutOutcome.Ready : RolloutOutcome.Suspended, elapsed);
                return isNews;
            case HealthState.NotFound:
                _absentSince ??= elapsed;
                IsDoomed = elapsed - _absentSince >= Absence;
                NextLook = _absentSince + Absence;
                return isNews;
            case HealthState.Failed:
                IsDoomed = true;
                return isNews;
        }

        if (verdict.Cause is { Certainty: CauseCertainty.Likely } cause)
        {
            var due = _causeSince + GraceOf(cause.Kind);
            IsDoomed = elapsed >= due;
            NextLook = due;
        }

        return isNews;
    }

    /// <summary>Gives it up.</summary>
    public void Finish(RolloutOutcome outcome, TimeSpan elapsed) => (Outcome, Duration, IsDoomed, NextLook) = (outcome, elapsed, false, null);

    /// <summary>The verdict with a cause that was made more exact.</summary>
    public void Refine(HealthVerdict verdict) => Verdict = verdict;

    /// <summary>Whether something that is only read on demand may change the verdict; true once for each cause.</summary>
    public bool NeedsFetching()
    {
        var needs = !_isAdjourned && Outcome is null && (target.Applied.Kind is "PersistentVolumeClaim"
            || Verdict.Cause?.Kind is CauseKind.ClaimNotBound or CauseKind.ClaimMissing or CauseKind.Unschedulable or CauseKind.UnschedulableResources
            || (target.Applied.Kind == "DaemonSet" && Verdict.Cause?.Kind is CauseKind.NodeLost));
        _isAdjourned |= needs;
        return needs;
    }

    public static string Message(HealthVerdict verdict) => verdict.Cause is { } cause && cause.Message != verdict.Reason ? $"{verdict.Reason}. {cause.Message}" : verdict.Reason;

    private void Remember(HealthVerdict verdict, TimeSpan elapsed)
    {
        if (verdict.Cause?.Key != _causeKey)
        {
            (_causeKey, _causeSince, _isAdjourned) = (verdict.Cause?.Key, elapsed, false);
        }

        if (verdict.State != HealthState.NotFound)
        {
            _absentSince = null;
        }
    }

    private TimeSpan GraceOf(CauseKind kind) => kind switch
    {
        CauseKind.UnschedulableResources or CauseKind.UnschedulableTaints or CauseKind.UnschedulableAffinity or CauseKind.UnschedulableTopology
            or CauseKind.UnschedulableVolume or CauseKind.UnschedulablePorts or CauseKind.Unschedulable or CauseKind.QuotaExceeded
            or CauseKind.ClaimNotBound or CauseKind.ClaimMissing or CauseKind.EarlierPodBlocksUpdate => 3 * options.Grace,
        _ => options.Grace,
    };

    private static bool IsUnseenCustomObject(ClusterObject? live) =>
        live is { Status: null or { Count: 0 } } && live.Group.Contains('.', StringComparison.Ordinal) && !live.Group.EndsWith(".k8s.io", StringComparison.Ordinal);
}
