namespace Actions.AccountReview.Scaleway;

/// <summary>A request, without what authorises it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">JSON; null for none.</param>
internal sealed record ScalewayRequest(string Method, string Path, string? Body = null);

/// <summary>A whole answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; empty for some errors, those of the rate limit for example.</param>
/// <param name="TotalCount">The header <c>X-Total-Count</c>; null without.</param>
/// <param name="RequestId">The header <c>X-Request-Id</c>; empty without.</param>
internal sealed record ScalewayAnswer(int Status, byte[] Body, long? TotalCount = null, string RequestId = "");

/// <summary>Where answers come from: the API, or a recording.</summary>
internal interface IScalewayTransport : IDisposable
{
    /// <summary>How many requests were sent, repetitions included.</summary>
    CallCounter Calls { get; }

    /// <summary>Gives the answer, whatever its status.</summary>
    /// <exception cref="ScalewayException">There is no answer.</exception>
    Task<ScalewayAnswer> SendAsync(ScalewayRequest request, CancellationToken cancellation);
}

/// <summary>Counts requests. Safe for concurrent use.</summary>
internal sealed class CallCounter
{
    private int _total;
    private int _repeated;
    private int _turnedAway;

    /// <summary>All requests.</summary>
    public int Total => _total;

    /// <summary>Those that repeated an earlier one.</summary>
    public int Repeated => _repeated;

    /// <summary>Those that the rate limit turned away.</summary>
    public int TurnedAway => _turnedAway;

    public void Count() => Interlocked.Increment(ref _total);

    public void CountRepeated() => Interlocked.Increment(ref _repeated);

    public void CountTurnedAway() => Interlocked.Increment(ref _turnedAway);

    public override string ToString() =>
        $"{_total:N0} API call{(_total == 1 ? "" : "s")}, {_repeated:N0} repeated, {_turnedAway:N0} turned away by the rate limit";
}
