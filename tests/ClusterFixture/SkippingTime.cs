using System.Collections.Concurrent;

namespace ClusterFixture;

/// <summary>
/// A clock that does not wait: what waits for less than <see cref="Limit"/> goes on at once, and the clock has moved by as much. Longer timers are limits,
/// which stay real.
/// </summary>
/// <param name="isFrozen">Whether time passes by waiting only.</param>
public sealed class SkippingTime(bool isFrozen = false) : TimeProvider
{
    private static readonly DateTimeOffset Start = System.GetUtcNow();
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private long _skipped;

    /// <summary>What was waited for, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override DateTimeOffset GetUtcNow() => (isFrozen ? Start : System.GetUtcNow()) + Skipped;

    public override long GetTimestamp() => (isFrozen ? 0 : System.GetTimestamp()) + (long)(Skipped.TotalSeconds * TimestampFrequency);

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _skipped, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero || dueTime >= Limit)
            return System.CreateTimer(callback, state, dueTime, period);
        _waits.Enqueue(dueTime);
        Advance(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    private TimeSpan Skipped => TimeSpan.FromTicks(Interlocked.Read(ref _skipped));
}
