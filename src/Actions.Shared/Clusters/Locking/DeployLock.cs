using Actions.Shared.Clusters.Api;

namespace Actions.Shared.Clusters.Locking;

/// <summary>
/// Keeps two deployments of one application apart, whatever repository or machine they come from: a <c>coordination.k8s.io</c> Lease that is renewed while
/// the deployment runs and deleted afterwards. If its holder is killed, others take it over when it is no longer renewed.
/// </summary>
public sealed class DeployLock : IAsyncDisposable
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(4);

    private readonly ClusterClient _client;
    private readonly DeployLockOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _heartbeat;
    private Lease _lease;

    private DeployLock(ClusterClient client, Lease lease, DeployLockOptions options, TimeProvider time)
    {
        _client = client;
        _lease = lease;
        _options = options;
        _time = time;
        _heartbeat = RenewAsync(_ended.Token);
    }

    /// <summary>Fires when the lock was lost: it could not be renewed in time, or somebody took it over.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Who took the lock over, or why it could not be renewed; empty while we hold it.</summary>
    public string LostBecause { get; private set; } = "";

    /// <summary>Takes the lock, waiting for whoever holds it.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="ns">Namespace of the Lease.</param>
    /// <param name="name">Name of the Lease.</param>
    /// <param name="holder">Who we are: what a person who waits wants to see, and different for every process.</param>
    /// <param name="options">Patience.</param>
    /// <param name="time">The clock.</param>
    /// <param name="say">Told once whom we wait for, and when a lock is taken over.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ActionException">It is still held after <see cref="DeployLockOptions.Timeout"/>.</exception>
    /// <exception cref="ClusterException">The cluster does not answer, or does not let us.</exception>
    public static async Task<DeployLock> AcquireAsync(
        ClusterClient client, string ns, string name, string holder, DeployLockOptions options, TimeProvider time, Action<string> say, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        string? version = null;
        var seen = start;
        var hasSpoken = false;
        while (true)
        {
            var current = await client.GetLeaseAsync(ns, name, cancellation).ConfigureAwait(false);
            if (current?.ResourceVersion != version)
            {
                (version, seen) = (current?.ResourceVersion, time.GetTimestamp());
            }

            var now = time.GetUtcNow();
            var decision = current is null ? LockDecision.Take : LockPolicy.Decide(current, now, time.GetElapsedTime(seen));
            if (decision != LockDecision.Wait)
            {
                var wanted = (current ?? new Lease(ns, name)) with
                {
                    Holder = holder,
                    Duration = options.Duration,
                    Acquired = now,
                    Renewed = now,
                    Transitions = current is null ? 0 : current.Transitions + 1,
                };
                var taken = current is null
                    ? await client.CreateLeaseAsync(wanted, cancellation).ConfigureAwait(false)
                    : await client.UpdateLeaseAsync(wanted, cancellation).ConfigureAwait(false);
                if (taken is not null)
                {
                    if (decision == LockDecision.TakeOver)
                    {
                        say($"Took the lock over from {current!.Holder}, which no longer renews it.");
                    }

                    return new DeployLock(client, taken, options, time);
                }

                continue;
            }

            if (time.GetElapsedTime(start) >= options.Timeout)
            {
                throw new ActionException(
                    "Another deployment of this application is running",
                    $"{current!.Holder} holds the lock (Lease {ns}/{name}) since {current.Acquired?.UtcDateTime:u}.",
                    "Wait for it, or cancel it. Raise `lock-timeout` to wait longer.",
                    exitCode: ExitCode.Findings);
            }

            if (!hasSpoken)
            {
                say($"Waiting for {current!.Holder}, which is deploying this application.");
                hasSpoken = true;
            }

            await Task.Delay(options.Interval, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Stops renewing and deletes the Lease, if it still is ours.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _heartbeat.ConfigureAwait(false);
        using var limit = new CancellationTokenSource(ReleaseLimit, _time);
        try
        {
            if (!_lost.IsCancellationRequested)
            {
                await _client.DeleteAsync(
                    KnownResources.Leases.Object(_lease.Namespace, _lease.Name), new DeleteOptions { Uid = _lease.Uid, ResourceVersion = _lease.ResourceVersion }, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is ClusterException or OperationCanceledException)
        {
            // It runs out by itself.
        }

        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(CancellationToken ended)
    {
        var renewed = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Delay(_options.Duration / 3, _time, ended).ConfigureAwait(false);
                if (await _client.UpdateLeaseAsync(_lease with { Renewed = _time.GetUtcNow() }, ended).ConfigureAwait(false) is { } lease)
                {
                    (_lease, renewed) = (lease, _time.GetTimestamp());
                    continue;
                }

                var current = await _client.GetLeaseAsync(_lease.Namespace, _lease.Name, ended).ConfigureAwait(false);
                if (current?.Holder == _lease.Holder)
                {
                    _lease = current;
                    continue;
                }

                await LoseAsync(current is null ? "somebody deleted it" : $"{current.Holder} took it over").ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ClusterException e)
            {
                if (_time.GetElapsedTime(renewed) > _options.Duration)
                {
                    await LoseAsync($"it could not be renewed: {e.Message}").ConfigureAwait(false);
                    return;
                }
            }
        }
    }

    private Task LoseAsync(string reason)
    {
        LostBecause = reason;
        return _lost.CancelAsync();
    }
}
