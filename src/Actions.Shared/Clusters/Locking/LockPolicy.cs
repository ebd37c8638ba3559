using Actions.Shared.Clusters.Api;

namespace Actions.Shared.Clusters.Locking;

/// <summary>What to do about a Lease.</summary>
internal enum LockDecision
{
    /// <summary>It is free: take it.</summary>
    Take,

    /// <summary>Its holder is gone: take it over.</summary>
    TakeOver,

    /// <summary>Somebody holds it.</summary>
    Wait,
}

/// <summary>Decides whether a Lease may be taken.</summary>
internal static class LockPolicy
{
    /// <param name="lease">The Lease as it is.</param>
    /// <param name="now">The time.</param>
    /// <param name="unchangedFor">How long we have seen it in this version.</param>
    public static LockDecision Decide(Lease lease, DateTimeOffset now, TimeSpan unchangedFor)
    {
        if (lease.Holder.Length == 0)
        {
            return LockDecision.Take;
        }

        // Two durations by the holder's clock, so that a clock that is off by one duration does no harm, or one duration as we saw it ourselves.
        var duration = lease.Duration ?? DeployLockOptions.DefaultDuration;
        return lease.Renewed is not { } renewed || now - renewed > duration * 2 || unchangedFor > duration ? LockDecision.TakeOver : LockDecision.Wait;
    }
}

/// <summary>Patience of a <see cref="DeployLock"/>.</summary>
public sealed record DeployLockOptions
{
    internal static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(30);

    /// <summary>How long the lock counts after its last renewal; it is renewed three times as often. The default is 30 seconds.</summary>
    public TimeSpan Duration { get; init; } = DefaultDuration;

    /// <summary>How long to wait for whoever holds it. The default is 5 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often to look whether it is free. The default is 2 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);
}
