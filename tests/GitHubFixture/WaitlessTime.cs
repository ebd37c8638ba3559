using System.Collections.Concurrent;

namespace GitHubFixture;

/// <summary>
/// A clock that does not wait: what waits for less than <see cref="Limit"/> goes on at once, and the clock has moved by as much. Longer timers are limits,
/// which stay real. Time passes by waiting only.
/// </summary>
public sealed class WaitlessTime : TimeProvider
{
    /// <summary>Shorter timers are waits. Give limits that are longer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>When it begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private long _passed;

    /// <summary>What was waited for, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override DateTimeOffset GetUtcNow() => Start + TimeSpan.FromTicks(Interlocked.Read(ref _passed));

    public override long GetTimestamp() => Interlocked.Read(ref _passed);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _passed, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime >= Limit)
            return System.CreateTimer(callback, state, dueTime, period);
        _waits.Enqueue(dueTime);
        Advance(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
