using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Health;
using Actions.Shared.Clusters.Objects;
using Actions.Shared.GitHub;

namespace Actions.Shared.Clusters.Rollouts;

/// <summary>
/// Waits until applied objects are ready, by watching: one stream for each type and namespace, not for each object. It ends early when an object is certain
/// to fail, and then says why. What it may not read (pods, events, logs) makes causes less exact; it says so and goes on.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class RolloutWatcher(ClusterClient client, TimeProvider time)
{
    private const int MostCulprits = 5;
    private const int MostNodes = 20;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private static readonly ApiResource Claims = new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, ["get"]);
    private static readonly ApiResource Nodes = new("", "v1", "Node", "nodes", false, ["get"]);
    private static readonly ApiResource StorageClasses = new("storage.k8s.io", "v1", "StorageClass", "storageclasses", false, ["get"]);

    /// <summary>Waits for all <paramref name="targets"/> to be ready, for one of them to fail, or for the time to be over.</summary>
    /// <param name="targets">The objects; none is fine.</param>
    /// <param name="options">How long and for what.</param>
    /// <param name="progress">Told every change, one at a time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ClusterException">The cluster was away for too long, or does not let us read the targets.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<RolloutReport> WaitAsync(
        IReadOnlyList<RolloutTarget> targets, RolloutOptions options, Action<RolloutStep>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        var wait = new Wait(client, time, targets, options, progress);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            return await wait.RunAsync(end.Token).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await wait.StreamsEndedAsync().ConfigureAwait(false);
        }
    }

    private sealed class Wait
    {
        private readonly ClusterClient _client;
        private readonly TimeProvider _time;
        private readonly RolloutOptions _options;
        private readonly Action<RolloutStep>? _progress;
        private readonly List<RolloutTracker> _trackers;
        private readonly Dictionary<RolloutTracker, WatchSource> _sources = [];
        private readonly Channel<Change> _changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(4096) { SingleReader = true });
        private readonly LiveStore _store = new();
        private readonly SortedSet<string> _limits = new(StringComparer.Ordinal);
        private readonly List<Task> _streams = [];
        private readonly Dictionary<RolloutTracker, IReadOnlyList<string>> _logs = [];
        private readonly Dictionary<RolloutTracker, ClusterObject> _lastSeen = [];
        private readonly DateTimeOffset _since;
        private readonly long _start;

        public Wait(ClusterClient client, TimeProvider time, IReadOnlyList<RolloutTarget> targets, RolloutOptions options, Action<RolloutStep>? progress)
        {
            (_client, _time, _options, _progress) = (client, time, options, progress);
            _trackers = [.. targets.Select(t => new RolloutTracker(t, options))];
            _start = time.GetTimestamp();
            // Times of the API have no fractions.
            var since = options.Since ?? ClusterNow;
            _since = since.AddTicks(-(since.Ticks % TimeSpan.TicksPerSecond));
        }

        private DateTimeOffset ClusterNow => _time.GetUtcNow() + _options.ClockOffset;

        private TimeSpan Elapsed => _time.GetElapsedTime(_start);

        public async Task<RolloutReport> RunAsync(CancellationToken cancellation)
        {
            // What has no state to wait for is ready as it was applied, and costs no request.
            foreach (var tracker in _trackers.Where(t => !NeedsWatching(t.Target)))
            {
                Look(tracker, tracker.Target.Applied);
            }

            if (_trackers.TrueForAll(static t => t.Outcome is not null))
            {
                return Report();
            }

            StartStreams(cancellation);
            await UntilDecidedAsync(_options.Timeout, cancellation).ConfigureAwait(false);
            if (_options.Soak > TimeSpan.Zero && Report().IsReady)
            {
                await SoakAsync(cancellation).ConfigureAwait(false);
            }

            return Report();
        }

        /// <summary>After the streams were told to end.</summary>
        public Task StreamsEndedAsync() => Task.WhenAll(_streams).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        private async Task UntilDecidedAsync(TimeSpan end, CancellationToken cancellation)
        {
            while (true)
            {
                LookAtAll();
                await FetchAsync(cancellation).ConfigureAwait(false);
                await InvestigateAsync(cancellation).ConfigureAwait(false);
                if (_trackers.TrueForAll(static t => t.Outcome is not null))
                {
                    return;
                }

                if (_trackers.Exists(static t => t.Outcome == RolloutOutcome.Failed))
                {
                    GiveUp(RolloutOutcome.Unfinished);
                    return;
                }

                if (Elapsed >= end)
                {
                    await ExplainTimeoutAsync(cancellation).ConfigureAwait(false);
                    return;
                }

                await NextAsync(end, cancellation).ConfigureAwait(false);
            }
        }

        /// <summary>Takes everything that has come, after waiting for something to come or for the next moment to look.</summary>
        private async Task NextAsync(TimeSpan end, CancellationToken cancellation)
        {
            var due = end;
            foreach (var tracker in _trackers)
            {
                due = tracker is { Outcome: null, NextLook: { } look } && look < due ? look : due;
            }

            var delay = due - Elapsed;
            if (delay > TimeSpan.Zero)
            {
                using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var timer = Task.Delay(delay, _time, wake.Token);
                var change = _changes.Reader.WaitToReadAsync(wake.Token).AsTask();
                await Task.WhenAny(timer, change).ConfigureAwait(false);
                await wake.CancelAsync().ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
            }

            while (_changes.Reader.TryRead(out var change))
            {
                if (change.Failure is { } failure)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }

                if (change.Remark is { } remark)
                {
                    _progress?.Invoke(new(Elapsed, null, null, remark));
                }
                else
                {
                    Remember(change);
                }
            }
        }

        private void Remember(Change change)
        {
            _store.Take(change.Source!, change.Event!);
            if (change.Event is { Type: WatchEventType.Deleted, Object: { } gone })
            {
                foreach (var tracker in _trackers)
                {
                    if (change.Source!.Covers(tracker.Target.Address) && tracker.Target.Address.Name == gone.Name && tracker.Target.Address.Namespace == gone.Namespace)
                    {
                        _lastSeen[tracker] = gone;
                    }
                }
            }
        }

        private void LookAtAll()
        {
            foreach (var tracker in _trackers)
            {
                if (tracker.Outcome is null)
                {
                    // Until the stream has told everything, what applying returned is the newest that is known.
                    var live = _store.Find(tracker.Target.Address);
                    var isKnown = _sources.TryGetValue(tracker, out var source) && _store.IsSynced(source);
                    Look(tracker, live ?? (isKnown ? null : tracker.Target.Applied));
                }
            }
        }

        private void Look(RolloutTracker tracker, ClusterObject? live)
        {
            var context = Context(tracker);
            var verdict = live is null && _lastSeen.TryGetValue(tracker, out var last) ? ObjectHealth.OfRemoved(last, context) : ObjectHealth.Of(live, context);
            if (tracker.Take(verdict, live, Elapsed))
            {
                _progress?.Invoke(new(Elapsed, tracker.Target, verdict, RolloutTracker.Message(verdict)));
            }
        }

        private HealthContext Context(RolloutTracker tracker) => new(ClusterNow)
        {
            Since = _since,
            Generation = tracker.Target.Applied.Generation,
            Family = _store.Family,
            Events = _store.Events,
            Manifest = tracker.Target.Manifest,
            WaitForAddresses = _options.WaitForAddresses,
            WaitForMetrics = _options.WaitForMetrics,
            CrashLimit = _options.CrashLimit,
        };

        /// <summary>Reads what only some causes need: claims, storage classes, nodes, events that are no warnings.</summary>
        private async Task FetchAsync(CancellationToken cancellation)
        {
            var hasFetched = false;
            foreach (var tracker in _trackers)
            {
                if (tracker.NeedsFetching())
                {
                    await FetchAsync(tracker, cancellation).ConfigureAwait(false);
                    hasFetched = true;
                }
            }

            if (hasFetched)
            {
                LookAtAll();
            }
        }

        /// <summary>Before a failure counts, everything about it is read; what was likely may then turn out to pass.</summary>
        private async Task InvestigateAsync(CancellationToken cancellation)
        {
            var doomed = _trackers.FindAll(static t => t is { Outcome: null, IsDoomed: true });
            foreach (var tracker in doomed.Take(MostCulprits))
            {
                await FetchPodsAsync(tracker, cancellation).ConfigureAwait(false);
                await FetchAsync(tracker, cancellation).ConfigureAwait(false);
            }

            if (doomed.Count == 0)
            {
                return;
            }

            LookAtAll();
            foreach (var tracker in doomed.FindAll(static t => t is { Outcome: null, IsDoomed: true }))
            {
                await EndAsync(tracker, RolloutOutcome.Failed, cancellation).ConfigureAwait(false);
            }
        }

        private async Task EndAsync(RolloutTracker tracker, RolloutOutcome outcome, CancellationToken cancellation)
        {
            var before = RolloutTracker.Message(tracker.Verdict);
            tracker.Finish(outcome, Elapsed);
            if (_logs.Count < MostCulprits)
            {
                await ReadLogAsync(tracker, cancellation).ConfigureAwait(false);
            }

            if (RolloutTracker.Message(tracker.Verdict) is var message && message != before)
            {
                _progress?.Invoke(new(Elapsed, tracker.Target, tracker.Verdict, message));
            }
        }

        private async Task ExplainTimeoutAsync(CancellationToken cancellation)
        {
            foreach (var tracker in _trackers.FindAll(static t => t.Outcome is null).Take(MostCulprits))
            {
                await FetchAsync(tracker, cancellation).ConfigureAwait(false);
            }

            LookAtAll();
            foreach (var tracker in _trackers.FindAll(static t => t.Outcome is null))
            {
                await EndAsync(tracker, RolloutOutcome.TimedOut, cancellation).ConfigureAwait(false);
            }
        }

        private void GiveUp(RolloutOutcome outcome)
        {
            foreach (var tracker in _trackers.Where(static t => t.Outcome is null))
            {
                tracker.Finish(outcome, Elapsed);
            }
        }

        private async Task FetchAsync(RolloutTracker tracker, CancellationToken cancellation)
        {
            var live = _store.Find(tracker.Target.Address) ?? tracker.Target.Applied;
            var subjects = new List<ClusterObject> { live };
            if (tracker.Verdict.Cause?.Subject is { } subject && subject.Uid != live.Uid)
            {
                subjects.Add(subject);
            }

            if (subjects.Find(static s => s.Kind == "Pod") is { } pod)
            {
                await FetchNeedsAsync(pod, subjects, cancellation).ConfigureAwait(false);
            }

            if (live.Kind == "DaemonSet")
            {
                await FetchNodesAsync(live, cancellation).ConfigureAwait(false);
            }

            foreach (var claim in subjects.Where(static s => s.Kind == "PersistentVolumeClaim"))
            {
                await FetchStorageClassAsync(claim, cancellation).ConfigureAwait(false);
            }

            foreach (var item in subjects)
            {
                if (item.Uid is { } uid)
                {
                    await TryAsync("events", item.Namespace, async () => _store.AddFetched(uid, await _client.GetEventsAsync(item.Namespace, uid, cancellation).ConfigureAwait(false))).ConfigureAwait(false);
                }
            }
        }

        /// <summary>Streams do not come in step: a Job may be told to have failed before the pod that made it fail.</summary>
        private async Task FetchPodsAsync(RolloutTracker tracker, CancellationToken cancellation)
        {
            if (tracker.Target.Applied.Kind != "Job" || tracker.Verdict.Cause?.Subject is { Kind: "Pod" } || _store.Find(tracker.Target.Address) is not { } job
                || job.Spec.Object("selector").Object("matchLabels") is not { Count: > 0 } labels)
            {
                return;
            }

            var selector = string.Join(',', labels.Select(l => $"{l.Key}={labels.Text(l.Key)}"));
            await TryAsync("pods", job.Namespace, async () =>
            {
                var pods = await _client.ListAsync(KnownResources.Pods, job.Namespace, new ListOptions { LabelSelector = selector }, cancellation).ConfigureAwait(false);
                foreach (var pod in pods.Items)
                {
                    _store.Take(new WatchSource(KnownResources.Pods, job.Namespace, null), new WatchEvent(WatchEventType.Modified, pod));
                }
            }).ConfigureAwait(false);
        }

        private async Task FetchNeedsAsync(ClusterObject pod, List<ClusterObject> subjects, CancellationToken cancellation)
        {
            foreach (var volume in pod.Spec.Objects("volumes"))
            {
                if (volume.Object("persistentVolumeClaim").Text("claimName") is { } name
                    && await GetAsync(Claims.Object(pod.Namespace, name), cancellation).ConfigureAwait(false) is { } claim)
                {
                    subjects.Add(claim);
                }
            }
        }

        /// <summary>The nodes of the pods of a DaemonSet that are not ready: a node that is down is not waited for.</summary>
        private async Task FetchNodesAsync(ClusterObject daemonSet, CancellationToken cancellation)
        {
            var nodes = _store.Family.CurrentPods(daemonSet)
                .Where(p => LiveCondition.Find(p, "Ready") is not { IsTrue: true })
                .Select(p => p.Spec.Text("nodeName"))
                .OfType<string>()
                .Distinct();
            foreach (var node in nodes.Take(MostNodes).ToList())
            {
                await GetAsync(Nodes.Object(null, node), cancellation).ConfigureAwait(false);
            }
        }

        private async Task FetchStorageClassAsync(ClusterObject claim, CancellationToken cancellation)
        {
            if (claim.Spec.Text("storageClassName") is { Length: > 0 } name)
            {
                await GetAsync(StorageClasses.Object(null, name), cancellation).ConfigureAwait(false);
            }
        }

        private async Task<ClusterObject?> GetAsync(ObjectAddress address, CancellationToken cancellation)
        {
            ClusterObject? item = null;
            await TryAsync(address.Resource.QualifiedName, address.Namespace, async () => item = await _client.GetAsync(address, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
            if (item is not null)
            {
                _store.AddFetched(item);
            }

            return item;
        }

        private async Task ReadLogAsync(RolloutTracker tracker, CancellationToken cancellation)
        {
            if (tracker.Verdict.Cause is not { Log: { } log } cause)
            {
                return;
            }

            await TryAsync("pods/log", log.Namespace, async () =>
            {
                var text = await _client.GetLogsAsync(log.Namespace, log.Pod, new LogOptions { Container = log.Container, Previous = log.Previous, TailLines = _options.LogLines }, cancellation)
                    .ConfigureAwait(false);
                var lines = PlainText.Lines(text);
                _logs[tracker] = lines;
                var refined = LogTail.Refine(cause, lines);
                tracker.Refine(tracker.Verdict with { Cause = refined, Reason = tracker.Verdict.Reason == cause.Message ? refined.Message : tracker.Verdict.Reason });
            }).ConfigureAwait(false);
        }

        /// <summary>Reads something that is good to have. That it may not be read or is not there is a limit, not a failure.</summary>
        private async Task TryAsync(string what, string? ns, Func<Task> read)
        {
            try
            {
                await read().ConfigureAwait(false);
            }
            catch (ClusterException e)
            {
                var where = ns is null ? "" : $" in namespace {ns}";
                Limit(e.Failure == ClusterFailure.Forbidden
                    ? $"No right to read {what}{where}: causes are less exact"
                    : $"{what}{where} could not be read: {Said(e)}");
            }
        }

        /// <summary>Everything must stay ready for a while, and no container may start again.</summary>
        private async Task SoakAsync(CancellationToken cancellation)
        {
            var end = Elapsed + _options.Soak;
            var before = Restarts();
            _progress?.Invoke(new(Elapsed, null, null, $"Everything is ready; it must stay so for {(long)_options.Soak.TotalSeconds} s"));
            var isOver = false;
            while (!isOver)
            {
                await NextAsync(end, cancellation).ConfigureAwait(false);
                isOver = Elapsed >= end;
                foreach (var tracker in _trackers.FindAll(t => t.Outcome == RolloutOutcome.Ready && _sources.ContainsKey(t)))
                {
                    if (Relapse(tracker, before, isOver) is { } verdict)
                    {
                        tracker.Refine(verdict);
                        _progress?.Invoke(new(Elapsed, tracker.Target, verdict, RolloutTracker.Message(verdict)));
                        await EndAsync(tracker, RolloutOutcome.Failed, cancellation).ConfigureAwait(false);
                        isOver = true;
                    }
                }
            }
        }

        /// <summary>How a target that was ready is broken now; null if it is not. That it is not ready counts at the end only: pods may be replaced meanwhile.</summary>
        private HealthVerdict? Relapse(RolloutTracker tracker, Dictionary<(string Pod, string Container), long> before, bool isOver)
        {
            if (_store.Find(tracker.Target.Address) is not { } live)
            {
                return null;
            }

            foreach (var pod in _store.Family.CurrentPods(live))
            {
                foreach (var container in LiveContainer.Of(pod))
                {
                    if (container.Restarts > before.GetValueOrDefault((pod.Uid ?? "", container.Name)) && container.LastTerminated is { } ended)
                    {
                        var why = ContainerExit.Explain(container, ended, null, wasKilledByProbe: false, _options.CrashLimit);
                        var message = $"{char.ToUpperInvariant(container.ToString()[0])}{container.ToString()[1..]} of {live} was ready and then restarted: it {why.What}";
                        return new(HealthState.Failed, message, new Cause(why.Kind, CauseCertainty.Certain, message, why.Hint, pod)
                        {
                            Container = container.Name,
                            Pointer = new ManifestPointer(tracker.Target.Manifest ?? live).OfContainer(container, why.Field),
                            Log = new(pod.Namespace ?? "", pod.Name, container.Name, Previous: true),
                        });
                    }
                }
            }

            var now = ObjectHealth.Of(live, Context(tracker));
            return now.State == HealthState.Failed || (isOver && !now.IsReady) ? now with { Reason = $"It was ready and is not any more: {now.Reason}" } : null;
        }

        private Dictionary<(string Pod, string Container), long> Restarts()
        {
            var restarts = new Dictionary<(string, string), long>();
            foreach (var pod in _store.Family.OfKind("Pod"))
            {
                foreach (var container in LiveContainer.Of(pod))
                {
                    restarts[(pod.Uid ?? "", container.Name)] = container.Restarts;
                }
            }

            return restarts;
        }

        private RolloutReport Report() => new(
            [.. _trackers.Select(t => new RolloutResult(t.Target, t.Outcome ?? RolloutOutcome.Unfinished, t.Verdict, t.Duration) { Log = _logs.GetValueOrDefault(t) ?? [] })],
            [.. _limits]);

        private static bool NeedsWatching(RolloutTarget target) =>
            target.Applied.Group.Length > 0
                ? target.Applied.Group is not ("rbac.authorization.k8s.io" or "policy" or "scheduling.k8s.io" or "node.k8s.io" or "storage.k8s.io" or "admissionregistration.k8s.io" or "coordination.k8s.io")
                    && target.Applied.Kind is not ("NetworkPolicy" or "IngressClass" or "CronJob")
                : target.Applied.Kind is not ("ConfigMap" or "Secret" or "ServiceAccount" or "LimitRange" or "ResourceQuota" or "Endpoints" or "PodTemplate");

        private void StartStreams(CancellationToken cancellation)
        {
            var pending = _trackers.FindAll(static t => t.Outcome is null);
            foreach (var group in pending.GroupBy(t => (t.Target.Address.Resource, t.Target.Address.Namespace)))
            {
                // One object is watched by its name: a role that is limited to names then suffices.
                var source = new WatchSource(group.Key.Resource, group.Key.Namespace, group.Count() == 1 ? group.First().Target.Address.Name : null);
                foreach (var tracker in group)
                {
                    _sources[tracker] = source;
                }

                _streams.Add(Task.Run(() => StreamAsync(source, [.. group.Select(t => t.Target.Address)], cancellation), cancellation));
            }

            foreach (var group in pending.Where(t => RunsPods(t.Target.Applied.Kind)).GroupBy(t => t.Target.Address.Namespace))
            {
                List<ApiResource> related = [KnownResources.Pods, KnownResources.Events];
                if (group.Any(t => t.Target.Applied.Kind == "Deployment"))
                {
                    related.Add(KnownResources.ReplicaSets);
                }

                foreach (var resource in related)
                {
                    var source = new WatchSource(resource, group.Key, null);
                    if (!_sources.ContainsValue(source))
                    {
                        _streams.Add(Task.Run(() => StreamAsync(source, null, cancellation), cancellation));
                    }
                }
            }
        }

        private static bool RunsPods(string kind) => kind is "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "ReplicationController" or "Job" or "Pod";

        /// <param name="source">What to watch.</param>
        /// <param name="needed">The targets among it, which must be read one way or another; null if it is only good to have.</param>
        /// <param name="cancellation">Ends it.</param>
        private async Task StreamAsync(WatchSource source, IReadOnlyList<ObjectAddress>? needed, CancellationToken cancellation)
        {
            try
            {
                try
                {
                    var watch = _client.WatchAsync(source.Resource, source.Namespace, source.Options(Interrupted), cancellation);
                    await foreach (var change in watch.ConfigureAwait(false))
                    {
                        await _changes.Writer.WriteAsync(new(source, change), cancellation).ConfigureAwait(false);
                    }
                }
                catch (ClusterException e) when (e.Failure == ClusterFailure.Forbidden)
                {
                    if (needed is not null)
                    {
                        await PollAsync(source, needed, cancellation).ConfigureAwait(false);
                        return;
                    }

                    Limit($"No right to watch {source}: causes are less exact");
                }
            }
            catch (ClusterException e) when (needed is null)
            {
                Limit($"{source} could not be watched: {Said(e)}");
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // Without its stream a target would never become ready: whatever ended it ends the wait.
                await _changes.Writer.WriteAsync(new(null, null) { Failure = e }, cancellation).ConfigureAwait(false);
            }
        }

        /// <summary>Who may not list or watch may still get objects by their names.</summary>
        private async Task PollAsync(WatchSource source, IReadOnlyList<ObjectAddress> needed, CancellationToken cancellation)
        {
            Limit($"No right to watch {source}: asked for every {(int)PollInterval.TotalSeconds} s instead");

            var versions = new Dictionary<ObjectAddress, ClusterObject>();
            while (true)
            {
                foreach (var address in needed)
                {
                    var item = await _client.GetAsync(address, cancellation).ConfigureAwait(false);
                    var known = versions.GetValueOrDefault(address);
                    if (item?.ResourceVersion == known?.ResourceVersion)
                    {
                        continue;
                    }

                    var change = item is null ? new WatchEvent(WatchEventType.Deleted, known) : new WatchEvent(WatchEventType.Modified, item);
                    versions.Remove(address);
                    if (item is not null)
                    {
                        versions[address] = item;
                    }

                    await _changes.Writer.WriteAsync(new(source, change), cancellation).ConfigureAwait(false);
                }

                await _changes.Writer.WriteAsync(new(source, new WatchEvent(WatchEventType.Synced, null)), cancellation).ConfigureAwait(false);
                await Task.Delay(PollInterval, _time, cancellation).ConfigureAwait(false);
            }
        }

        private static string Said(ClusterException e) => Quoted.Line(e.Detail.Length > 0 ? e.Detail : e.Title, 200);

        private void Limit(string sentence)
        {
            lock (_limits)
            {
                _limits.Add(sentence);
            }
        }

        private void Interrupted(ClusterException e) => _changes.Writer.TryWrite(new(null, null) { Remark = $"The cluster did not answer for a moment: {Said(e)}" });

        private sealed record Change(WatchSource? Source, WatchEvent? Event)
        {
            public Exception? Failure { get; init; }

            public string? Remark { get; init; }
        }
    }
}
