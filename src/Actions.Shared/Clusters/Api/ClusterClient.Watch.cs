using System.Globalization;
using System.Runtime.CompilerServices;

namespace Actions.Shared.Clusters.Api;

public sealed partial class ClusterClient
{
    /// <summary>
    /// Tells every object of a type as <see cref="WatchEventType.Added"/>, then <see cref="WatchEventType.Synced"/>, then what happens to them, until it
    /// is cancelled. It goes on after the server's closes, after lost connections and when the server has forgotten where we were (410): then it lists
    /// anew and tells only the difference, followed by another <see cref="WatchEventType.Synced"/>.
    /// </summary>
    /// <param name="resource">The type.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="options">Which of them, and for how long the server may be away; the defaults if null.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <exception cref="ClusterException">The server was away for too long, or does not let us watch.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ApiResource resource, string? ns, WatchOptions? options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        options ??= new WatchOptions();
        var known = new KnownObjects();
        var outage = new Outage(options, _transport.Time);
        string? version = null;
        while (true)
        {
            if (version is null)
            {
                var list = await ListPatientlyAsync(resource, ns, options, outage, cancellation).ConfigureAwait(false);
                foreach (var change in known.Replace(list.Items))
                    yield return change;
                version = list.ResourceVersion;
                yield return new WatchEvent(WatchEventType.Synced, null);
            }

            var stream = await OpenWatchAsync(resource, ns, options, version, outage, cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.ReadAsync(cancellation).ConfigureAwait(false) is { } line)
                {
                    outage.End();
                    if (line.Version is { Length: > 0 } newer)
                        version = newer;
                    if (line.Change is { } change && known.Take(change) is { } told)
                        yield return told;
                }

                // The server was there, though nothing happened: what breaks now is not the same outage.
                if (stream.Age >= Outage.Recovery)
                    outage.End();
                if (stream.IsExpired)
                    version = null;
                else if (stream.Failure is { } failure)
                    await outage.WaitAsync(failure, cancellation).ConfigureAwait(false);
                else
                    await outage.PauseAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<ClusterList> ListPatientlyAsync(
        ApiResource resource, string? ns, WatchOptions options, Outage outage, CancellationToken cancellation)
    {
        var which = new ListOptions { LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector };
        while (true)
        {
            try
            {
                return await ListAsync(resource, ns, which, cancellation).ConfigureAwait(false);
            }
            catch (ClusterException e) when (outage.HasBegun && Outage.MayPass(e))
            {
                await outage.WaitAsync(e, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<WatchStream> OpenWatchAsync(
        ApiResource resource, string? ns, WatchOptions options, string version, Outage outage, CancellationToken cancellation)
    {
        // Servers spread the ends of watches by themselves only if nothing is asked for; a known end lets us notice a stream that hangs.
        var query = new QueryText()
            .Add("watch", "true")
            .Add("allowWatchBookmarks", "true")
            .Add("resourceVersion", version)
            .Add("timeoutSeconds", ((int)WatchStream.Length.TotalSeconds).ToString(CultureInfo.InvariantCulture))
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector);
        var call = new ApiCall(HttpMethod.Get, $"{resource.CollectionPath(ns)}{query}", "watch", Plural(resource, ns))
        {
            IsStream = true,
            IsTriedOnce = true,
            IsSensitive = IsSensitive(resource),
        };
        while (true)
        {
            var began = _transport.Time.GetTimestamp();
            try
            {
                var response = await _transport.OpenAsync(call, cancellation).ConfigureAwait(false);
                return await WatchStream.OpenAsync(_transport, call, response, began, cancellation).ConfigureAwait(false);
            }
            catch (ClusterException e) when (e.Failure == ClusterFailure.Expired)
            {
                return WatchStream.Expired(_transport, call);
            }
            catch (ClusterException e) when (Outage.MayPass(e))
            {
                await outage.WaitAsync(e, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What has been told, so that a new list can be told as its difference.</summary>
    private sealed class KnownObjects
    {
        private Dictionary<(string? Namespace, string Name), ClusterObject> _objects = [];

        public List<WatchEvent> Replace(IReadOnlyList<ClusterObject> items)
        {
            var changes = new List<WatchEvent>();
            var before = _objects;
            _objects = new(items.Count);
            foreach (var item in items)
            {
                var key = (item.Namespace, item.Name);
                _objects[key] = item;
                if (!before.Remove(key, out var old))
                {
                    changes.Add(new WatchEvent(WatchEventType.Added, item));
                }
                else if (old.Uid != item.Uid)
                {
                    changes.Add(new WatchEvent(WatchEventType.Deleted, old));
                    changes.Add(new WatchEvent(WatchEventType.Added, item));
                }
                else if (old.ResourceVersion != item.ResourceVersion)
                {
                    changes.Add(new WatchEvent(WatchEventType.Modified, item));
                }
            }

            foreach (var gone in before.Values)
                changes.Add(new WatchEvent(WatchEventType.Deleted, gone));
            return changes;
        }

        /// <summary>What to tell of a change; null if it has been told.</summary>
        public WatchEvent? Take(WatchEvent change)
        {
            var item = change.Object!;
            var key = (item.Namespace, item.Name);
            if (change.Type == WatchEventType.Deleted)
                return _objects.Remove(key) ? change : null;

            var isKnown = _objects.TryGetValue(key, out var old);
            if (isKnown && old!.ResourceVersion == item.ResourceVersion)
                return null;
            _objects[key] = item;
            return new WatchEvent(isKnown ? WatchEventType.Modified : WatchEventType.Added, item);
        }
    }

    /// <summary>How long the server has been away in one piece.</summary>
    private sealed class Outage(WatchOptions options, TimeProvider time)
    {
        /// <summary>A watch that was open for so long ends an outage even if it told nothing.</summary>
        public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

        private long? _since;
        private int _failures;
        private int _emptyStreams;

        public bool HasBegun => _since is not null;

        public static bool MayPass(ClusterException e) =>
            e.Failure is ClusterFailure.Unreachable or ClusterFailure.ServerError or ClusterFailure.TooManyRequests;

        public void End() => (_since, _failures, _emptyStreams) = (null, 0, 0);

        /// <summary>Waits before the next try, unless there was enough of them.</summary>
        public Task WaitAsync(ClusterException failure, CancellationToken cancellation)
        {
            if (_since is null)
                options.OnInterrupted?.Invoke(failure);
            _since ??= time.GetTimestamp();
            if (!MayPass(failure) || time.GetElapsedTime(_since.Value) >= options.MaxOutage)
                throw failure;
            return Task.Delay(TimeSpan.FromSeconds(Math.Min(0.1 * Math.Pow(2, Math.Min(_failures++, 10)), 3)), time, cancellation);
        }

        /// <summary>A stream that ended well is opened again at once, but not if it never said anything: that would be a busy loop.</summary>
        public Task PauseAsync(CancellationToken cancellation) =>
            _emptyStreams++ == 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds(1), time, cancellation);
    }
}
