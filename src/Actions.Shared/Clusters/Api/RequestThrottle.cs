namespace Actions.Shared.Clusters.Api;

/// <summary>
/// Spreads requests to a server that does not protect itself by priority and fairness: a bucket of <paramref name="burst"/> requests that fills with
/// <paramref name="perSecond"/>. Safe for concurrent use.
/// </summary>
internal sealed class RequestThrottle(double perSecond, int burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _debt;
    private long _last = time.GetTimestamp();

    /// <summary>Waits for the turn of one request.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        double wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _debt = Math.Max(0, _debt - (time.GetElapsedTime(_last, now).TotalSeconds * perSecond)) + 1;
            _last = now;
            wait = (_debt - burst) / perSecond;
        }

        return wait <= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds(wait), time, cancellation);
    }
}
