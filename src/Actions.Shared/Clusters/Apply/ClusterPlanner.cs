using System.Collections.Concurrent;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Apply;

/// <summary>
/// Compares objects with a cluster by server-side dry runs, which go through defaulting, validation and admission as the real apply will. Changes nothing.
/// If the settings allow, two kinds of objects are spared: those that are as the last deployment left them, and config maps and secrets that are not there.
/// One object that is refused does not hide what becomes of the others.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="catalog">The types that it serves.</param>
/// <param name="settings">How objects are compared.</param>
public sealed class ClusterPlanner(ClusterClient client, ApiCatalog catalog, ApplySettings settings)
{
    /// <summary>As many objects of a type in a namespace are read by one list instead of one by one.</summary>
    private const int WorthListing = 4;

    /// <summary>So many times the objects that are wanted may be there of a type, for one list to tell sooner than dry runs which of them are missing.</summary>
    private const int WorthReading = 10;

    private readonly ConcurrentDictionary<ObjectKey, ClusterObject> _known = new();
    private readonly ConcurrentDictionary<ObjectKey, bool> _absent = new();
    private Dictionary<ObjectKey, InventoryEntry> _before = [];
    private HashSet<string> _missingNamespaces = [];
    private IReadOnlySet<(string Group, string Kind)> _defined = new HashSet<(string, string)>();

    private ParallelOptions Bounded(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = settings.Parallelism, CancellationToken = cancellation };

    /// <summary>Says what a deployment of <paramref name="desired"/> will do.</summary>
    /// <param name="desired">The objects, each in its namespace and with the label of the ApplySet.</param>
    /// <param name="state">What the cluster knows of the application.</param>
    /// <param name="prune">How objects that are no longer wanted are deleted; null to leave them.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ClusterException">The cluster does not answer.</exception>
    public async Task<DeploymentPlan> PlanAsync(IReadOnlyList<DesiredObject> desired, ApplicationState state, PrunePolicy? prune, CancellationToken cancellation)
    {
        _defined = ApplyStages.DefinedKinds(desired.Select(d => d.Object));
        var sealingKey = await ReadNamespacesAsync(desired, cancellation).ConfigureAwait(false);
        _before = state.Objects.ToDictionary(o => o.Key);
        await ReadKnownAsync(desired, cancellation).ConfigureAwait(false);
        if (settings.SparesDryRuns)
        {
            await ReadAbsentAsync(desired, cancellation).ConfigureAwait(false);
        }

        var items = new PlanItem[desired.Count];
        await Parallel.ForAsync(0, desired.Count, Bounded(cancellation), async (i, stop) => items[i] = await PlanAsync(desired[i], stop).ConfigureAwait(false)).ConfigureAwait(false);

        var gone = prune is null ? [] : await PlanDeletionsAsync(desired, state, cancellation).ConfigureAwait(false);
        PlanItem[] all = [.. items.OrderBy(i => i.Stage).ThenBy(i => i.Key), .. gone.OrderByDescending(i => i.Stage).ThenBy(i => i.Key)];
        return new DeploymentPlan { Items = all, Digest = PlanDigest.Of(all, sealingKey) };
    }

    private static bool IsMissing(ClusterException e) => e.Failure is ClusterFailure.NotFound;

    private static bool IsRefusal(ClusterException e) => e.Failure is ClusterFailure.Invalid or ClusterFailure.Forbidden or ClusterFailure.Conflict or ClusterFailure.NotFound or ClusterFailure.ServerError;

    /// <summary>Learns which of the namespaces there are; gives the UID of the first, under which Secrets enter the digest.</summary>
    private async Task<string?> ReadNamespacesAsync(IReadOnlyList<DesiredObject> desired, CancellationToken cancellation)
    {
        var names = desired.Select(d => d.Key.Namespace).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var created = desired.Where(d => d.Key is { Group: "", Kind: "Namespace" }).Select(d => d.Key.Name).ToHashSet(StringComparer.Ordinal);
        var found = new ConcurrentDictionary<string, string?>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(names, Bounded(cancellation), async (name, stop) =>
        {
            try
            {
                found[name] = (await client.GetAsync(KnownResources.Namespaces.Object(null, name), stop).ConfigureAwait(false))?.Uid;
            }
            catch (ClusterException e) when (e.Failure == ClusterFailure.Forbidden)
            {
                // Whoever may not read namespaces works in one that is there.
                found[name] = "";
            }
        }).ConfigureAwait(false);

        _missingNamespaces = names.Where(n => found[n] is null && created.Contains(n)).ToHashSet(StringComparer.Ordinal);
        return names.Select(n => found[n]).FirstOrDefault(uid => !string.IsNullOrEmpty(uid));
    }

    /// <summary>Reads what was deployed before in few requests; whatever is not among it is read when its turn comes.</summary>
    private Task ReadKnownAsync(IReadOnlyList<DesiredObject> desired, CancellationToken cancellation) => ForEachTypeAsync(
        desired.Where(d => _before.ContainsKey(d.Key)),
        async (resource, ns, _, stop) =>
        {
            var list = await client.ListAsync(resource, ns, new ListOptions { LabelSelector = $"{ApplySet.MemberLabel}={settings.SetId}" }, stop).ConfigureAwait(false);
            foreach (var item in list.Items)
            {
                _known[ObjectKey.Of(item)] = item;
            }
        },
        cancellation);

    /// <summary>Learns which of the objects that may be made without a dry run are not there.</summary>
    private Task ReadAbsentAsync(IReadOnlyList<DesiredObject> desired, CancellationToken cancellation) => ForEachTypeAsync(
        desired.Where(d => IsInert(d.Object) && !_known.ContainsKey(d.Key) && !_missingNamespaces.Contains(d.Key.Namespace ?? "")),
        async (resource, ns, wanted, stop) =>
        {
            var list = await client.ListAsync(resource, ns, new ListOptions { MetadataOnly = true, MaxItems = wanted.Count * WorthReading }, stop).ConfigureAwait(false);
            if (!list.IsComplete)
            {
                return;
            }

            var names = list.Items.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var key in wanted.Where(k => !names.Contains(k.Name)))
            {
                _absent[key] = true;
            }
        },
        cancellation);

    private Task ForEachTypeAsync(
        IEnumerable<DesiredObject> objects, Func<ApiResource, string?, IReadOnlyList<ObjectKey>, CancellationToken, Task> read, CancellationToken cancellation)
    {
        var types = objects
            .Select(d => (Resource: catalog.Find(d.Object.ApiVersion, d.Object.Kind), d.Key))
            .Where(t => t.Resource?.Supports("list") == true)
            .GroupBy(t => (t.Resource, t.Key.Namespace))
            .Where(g => g.Count() >= WorthListing);
        return Parallel.ForEachAsync(types, Bounded(cancellation), async (type, stop) =>
        {
            try
            {
                await read(type.Key.Resource!, type.Key.Namespace, [.. type.Select(t => t.Key)], stop).ConfigureAwait(false);
            }
            catch (ClusterException e) when (e.Failure == ClusterFailure.Forbidden)
            {
                // Without the right to list they are asked for one by one.
            }
        });
    }

    /// <summary>
    /// Whether nothing acts on the object until something else names it: it can be made and deleted again without a trace. Tokens are filled in by the
    /// cluster, so they are none of these.
    /// </summary>
    private static bool IsInert(ClusterObject item) =>
        item is { Group: "", Kind: "ConfigMap" }
        || (item is { Group: "", Kind: "Secret" } && JsonFields.Text(item.Body, "type") is var type && type?.EndsWith("token", StringComparison.Ordinal) != true);

    /// <summary>The object as it is, if it is as the last deployment of the same manifest left it; then an apply would change nothing.</summary>
    private async Task<ClusterObject?> FindUntouchedAsync(PlanItem item, ObjectAddress address, CancellationToken cancellation)
    {
        if (!settings.SparesDryRuns || _before.GetValueOrDefault(item.Key)?.Fingerprint is not { } fingerprint)
        {
            return null;
        }

        var live = _known.GetValueOrDefault(item.Key) ?? await client.GetAsync(address, cancellation).ConfigureAwait(false);
        return live is not null && ObjectFingerprint.Of(item.Sent!, live, settings.FieldManager) == fingerprint ? live : null;
    }

    private async Task<PlanItem> PlanAsync(DesiredObject desired, CancellationToken cancellation)
    {
        var item = new PlanItem
        {
            Key = desired.Key,
            Action = PlannedAction.Create,
            Stage = ApplyStages.Of(desired.Key.Group, desired.Key.Kind, _defined.Contains((desired.Key.Group, desired.Key.Kind))),
            Desired = desired,
            Sent = desired.Object,
        };
        if (catalog.Find(desired.Object.ApiVersion, desired.Object.Kind) is not { } resource)
        {
            return _defined.Contains((desired.Key.Group, desired.Key.Kind))
                ? item with { Notes = ["Not checked by the cluster yet, because its CustomResourceDefinition comes with it."] }
                : item with { Action = PlannedAction.Refused, Problem = Unserved(desired), ProblemField = "apiVersion" };
        }

        if (desired.Key.Namespace is { } ns && _missingNamespaces.Contains(ns))
        {
            return item with { Notes = [$"Not checked by the cluster yet, because its namespace {ns} comes with it."] };
        }

        var address = resource.Object(desired.Key.Namespace, desired.Key.Name);
        try
        {
            return await PlanAsync(item, address, cancellation).ConfigureAwait(false);
        }
        catch (ClusterException e) when (IsRefusal(e))
        {
            var (problem, field) = IsMissing(e) && desired.Key.Namespace is { } missing ? ($"{e.Status?.Message ?? e.Detail}: create namespace {missing} first, or add it to the manifests", "metadata.namespace") : RefusalReading.Explain(e);
            var (cause, hint) = RefusalReading.Classify(e);
            return item with { Action = PlannedAction.Refused, Problem = problem, ProblemField = field, ProblemCause = cause, ProblemHint = hint };
        }
    }

    private async Task<PlanItem> PlanAsync(PlanItem item, ObjectAddress address, CancellationToken cancellation)
    {
        if (_absent.ContainsKey(item.Key))
        {
            return item with { IsUnchecked = true };
        }

        if (await FindUntouchedAsync(item, address, cancellation).ConfigureAwait(false) is { } untouched)
        {
            return item with { Action = PlannedAction.Unchanged, Live = untouched, Fingerprint = _before[item.Key].Fingerprint };
        }

        var live = _known.GetValueOrDefault(item.Key);
        WriteResult result;
        try
        {
            result = await DryRunAsync(item, address, cancellation).ConfigureAwait(false);
            if (result.IsCreated)
            {
                return item with { Notes = Warnings(result) };
            }
        }
        catch (ClusterException e) when (RefusalReading.IsConflict(e))
        {
            live ??= await client.GetAsync(address, cancellation).ConfigureAwait(false);
            item = Resolve(item, live!, e.Status!);
            if (item.Action == PlannedAction.Conflict)
            {
                return item with { Live = live };
            }

            try
            {
                result = await DryRunAsync(item, address, cancellation).ConfigureAwait(false);
            }
            catch (ClusterException again) when (RefusalReading.IsImmutable(again))
            {
                return Immutable(item with { Live = live }, again);
            }
        }
        catch (ClusterException e) when (RefusalReading.IsImmutable(e))
        {
            live ??= await client.GetAsync(address, cancellation).ConfigureAwait(false);
            return Immutable(item with { Live = live }, e);
        }

        live ??= await client.GetAsync(address, cancellation).ConfigureAwait(false);
        if (live is null)
        {
            return item;
        }

        var takenOver = ManagedFields.TakenOver(live, settings.FieldManager);
        var after = takenOver is null ? result.Object : ManagedFields.WithoutAbandoned(live, result.Object);
        var changes = FieldDiff.Between(live, after);
        return item with
        {
            Action = changes.Count == 0 ? PlannedAction.Unchanged : PlannedAction.Update,
            Live = live,
            Changes = changes,
            TakenOver = takenOver,
            NeedsApply = takenOver is not null || !ManagedFields.AreEqual(live, result.Object, settings.FieldManager),
            Notes = takenOver is null ? Warnings(result) : [.. Warnings(result), "Taken over from client-side apply: from now on its fields are ours."],
        };
    }

    private Task<WriteResult> DryRunAsync(PlanItem item, ObjectAddress address, CancellationToken cancellation) => client.ApplyAsync(
        address, item.Sent!.Body, new ApplyOptions { FieldManager = settings.FieldManager, Force = item.Force, DryRun = true }, cancellation);

    private PlanItem Resolve(PlanItem item, ClusterObject live, ClusterStatus status)
    {
        var isSecret = item.Key is { Group: "", Kind: "Secret" };
        FieldConflict[] conflicts =
        [
            .. RefusalReading.Conflicts(status).Select(c => new FieldConflict(
                c.Field, c.Manager, Show(live, c.Field), Show(item.Sent!, c.Field), ConflictPolicy.Decide(item.Key, c.Field, c.Manager, settings.Forced))),
        ];
        var yielded = conflicts.Where(c => c.Decision == ConflictDecision.Yield).Select(c => c.Field).ToHashSet(StringComparer.Ordinal);
        return item with
        {
            Action = conflicts.Any(c => c.Decision == ConflictDecision.Unresolved) ? PlannedAction.Conflict : item.Action,
            Conflicts = conflicts,
            Sent = ConflictPolicy.Without(item.Sent!, yielded),
            Force = conflicts.Any(c => c.Decision is ConflictDecision.TakeOver or ConflictDecision.Force),
        };

        string Show(ClusterObject source, string field) => isSecret && field.Contains("ata", StringComparison.Ordinal) ? "***" : ConflictPolicy.Value(source, field)?.ToJsonString() ?? "";
    }

    private PlanItem Immutable(PlanItem item, ClusterException e)
    {
        var (problem, field) = RefusalReading.Explain(e);
        var mayGo = PrunePolicy.Protection(item.Key) is null;
        return settings.Recreated.Contains(item.Key.Kind) && mayGo
            ? item with { Action = PlannedAction.Recreate, Notes = [$"Deleted and made again, because a field cannot be changed: {problem}"] }
            : item with
            {
                Action = PlannedAction.Refused,
                Problem = $"A field of it cannot be changed once it is there: {problem}",
                ProblemField = field,
                ProblemHint = $"Leave the field as it was, or give the object another name.{(mayGo ? $" With {item.Key.Kind} among `recreate` it is deleted and made again." : "")}",
            };
    }

    private async Task<IReadOnlyList<PlanItem>> PlanDeletionsAsync(IReadOnlyList<DesiredObject> desired, ApplicationState state, CancellationToken cancellation)
    {
        var wanted = desired.Select(d => d.Key).ToHashSet();
        var abandoned = state.Objects.Where(o => !wanted.Contains(o.Key)).ToArray();
        var items = new ConcurrentBag<PlanItem>();
        await Parallel.ForEachAsync(abandoned, Bounded(cancellation), async (entry, stop) =>
        {
            var resource = catalog.FindPreferred(entry.Key.Group, entry.Key.Kind);
            if (resource is null || await client.GetAsync(resource.Object(entry.Key.Namespace, entry.Key.Name), stop).ConfigureAwait(false) is not { } live)
            {
                return;
            }

            var kept = PrunePolicy.Keeps(entry.Key, live, entry.Uid, settings.SetId);
            items.Add(new PlanItem
            {
                Key = entry.Key,
                Action = kept is null ? PlannedAction.Delete : PlannedAction.Unchanged,
                Stage = ApplyStages.Of(entry.Key.Group, entry.Key.Kind),
                Live = live,
                Notes = kept is null ? [] : [kept],
            });
        }).ConfigureAwait(false);
        return [.. items];
    }

    private string Unserved(DesiredObject desired)
    {
        var text = $"The cluster does not serve {desired.Object.ApiVersion} {desired.Object.Kind}";
        if (catalog.FindPreferred(desired.Key.Group, desired.Key.Kind) is { } other)
        {
            return $"{text}; it has {other.ApiVersion}";
        }

        return catalog.Unavailable.FirstOrDefault(u => u.StartsWith(desired.Key.Group, StringComparison.Ordinal) && desired.Key.Group.Length > 0) is { } unavailable
            ? $"{text}: the server of {unavailable} does not answer"
            : $"{text}: its CustomResourceDefinition is neither in the cluster nor among the manifests";
    }

    private static IReadOnlyList<string> Warnings(WriteResult result) => result.Warnings;
}
