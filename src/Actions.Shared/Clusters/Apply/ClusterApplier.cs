using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Apply;

/// <summary>
/// Carries a plan out, stage by stage and in parallel within a stage. What it has done is in its journal at every moment; after the first object that the
/// cluster does not take, no other is started.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="settings">How objects are applied.</param>
/// <param name="journal">Where it is written down; holds the plan.</param>
/// <param name="time">The clock.</param>
public sealed class ClusterApplier(ClusterClient client, ApplySettings settings, DeploymentJournal journal, TimeProvider time)
{
    private static readonly ApiResource Definitions = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false, ["get", "watch", "list"]);

    /// <summary>Called after each object.</summary>
    public Action<ObjectResult>? Progress { get; init; }

    /// <summary>
    /// Called before the stages that need what was applied before them to run: <see cref="ApplyStage.OwnCustomResources"/> and <see cref="ApplyStage.Admission"/>.
    /// Returns whether it does.
    /// </summary>
    public Func<CancellationToken, Task<bool>>? WaitUntilReady { get; init; }

    /// <summary>Creates and changes what the plan says; deletions are left to <see cref="DeleteAsync"/>.</summary>
    /// <returns>Whether everything was applied.</returns>
    /// <exception cref="ClusterException">The cluster did not tell its types.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was begun is finished or not, and the journal says which.</exception>
    public async Task<bool> ApplyAsync(CancellationToken cancellation)
    {
        // What may still be refused goes first: if it is, nothing that was there has changed.
        if (!await ApplyAsync([.. journal.Plan.Items.Where(i => i.IsUnchecked)], cancellation).ConfigureAwait(false))
        {
            return false;
        }

        var hasWaited = false;
        foreach (var stage in journal.Plan.Items.Where(i => i.Action != PlannedAction.Delete && !i.IsUnchecked).GroupBy(i => i.Stage).OrderBy(g => g.Key))
        {
            if (stage.Key >= ApplyStage.OwnCustomResources && !hasWaited && WaitUntilReady is not null && stage.Any(i => i.IsChange))
            {
                hasWaited = true;
                if (!await WaitUntilReady(cancellation).ConfigureAwait(false))
                {
                    return false;
                }
            }

            if (!await ApplyAsync([.. stage], cancellation).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Deletes what the plan says.</summary>
    /// <returns>Whether everything was deleted.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<bool> DeleteAsync(CancellationToken cancellation)
    {
        var catalog = await client.DiscoverAsync(cancellation).ConfigureAwait(false);
        foreach (var stage in journal.Plan.Items.Where(i => i.Action == PlannedAction.Delete).GroupBy(i => i.Stage).OrderByDescending(g => g.Key))
        {
            await ForEachAsync([.. stage], async (item, stop) =>
            {
                if (catalog.FindPreferred(item.Key.Group, item.Key.Kind) is { } resource)
                {
                    await client.DeleteAsync(resource.Object(item.Key.Namespace, item.Key.Name), new DeleteOptions { Uid = item.Live!.Uid }, stop).ConfigureAwait(false);
                }

                return new ObjectResult(item, ObjectOutcome.Deleted);
            }, stopAtFailure: false, cancellation).ConfigureAwait(false);
        }

        return !journal.Failures.Any();
    }

    private async Task<bool> ApplyAsync(IReadOnlyList<PlanItem> items, CancellationToken cancellation)
    {
        var catalog = await client.DiscoverAsync(cancellation).ConfigureAwait(false);
        if (items.Any(i => Find(catalog, i) is null))
        {
            catalog = await client.RediscoverAsync(cancellation).ConfigureAwait(false);
        }

        await ForEachAsync(items, (item, stop) => ApplyAsync(item, catalog, stop), stopAtFailure: true, cancellation).ConfigureAwait(false);
        if (journal.Failures.Any())
        {
            return false;
        }

        foreach (var definition in items.Where(i => i.IsChange && i.Key is { Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition" }))
        {
            await EstablishedAsync(definition.Key.Name, cancellation).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<ObjectResult> ApplyAsync(PlanItem item, ApiCatalog catalog, CancellationToken cancellation)
    {
        if (!item.IsChange && !item.NeedsApply)
        {
            return new ObjectResult(item, ObjectOutcome.Unchanged, item.Live);
        }

        if (Find(catalog, item) is not { } resource)
        {
            return new ObjectResult(item, ObjectOutcome.Failed, Message: $"The cluster does not serve {item.Sent?.ApiVersion} {item.Key.Kind} although its definition was applied.");
        }

        var address = resource.Object(item.Key.Namespace, item.Key.Name);
        if (item.TakenOver is not null)
        {
            var metadata = new JsonObject { ["resourceVersion"] = item.Live!.ResourceVersion, ["managedFields"] = item.TakenOver.DeepClone() };
            await client.MergePatchAsync(address, new JsonObject { ["metadata"] = metadata }, new WriteOptions { FieldManager = settings.FieldManager }, cancellation).ConfigureAwait(false);
        }

        if (item.Action == PlannedAction.Recreate)
        {
            await client.DeleteAsync(address, new DeleteOptions { Uid = item.Live!.Uid }, cancellation).ConfigureAwait(false);
            await GoneAsync(address, item.Live.Uid!, cancellation).ConfigureAwait(false);
        }

        var result = await client.ApplyAsync(address, item.Sent!.Body, new ApplyOptions { FieldManager = settings.FieldManager, Force = item.Force }, cancellation).ConfigureAwait(false);
        return new ObjectResult(
            item,
            item.Action switch
            {
                PlannedAction.Recreate => ObjectOutcome.Recreated,
                PlannedAction.Unchanged => ObjectOutcome.Unchanged,
                _ => result.IsCreated ? ObjectOutcome.Created : ObjectOutcome.Updated,
            },
            result.Object);
    }

    private async Task ForEachAsync(IReadOnlyList<PlanItem> items, Func<PlanItem, CancellationToken, Task<ObjectResult>> act, bool stopAtFailure, CancellationToken cancellation)
    {
        var hasFailed = false;
        var bound = new ParallelOptions { MaxDegreeOfParallelism = settings.Parallelism, CancellationToken = cancellation };
        await Parallel.ForEachAsync(items, bound, async (item, stop) =>
        {
            if (Volatile.Read(ref hasFailed) && stopAtFailure)
            {
                return;
            }

            ObjectResult result;
            try
            {
                result = await act(item, stop).ConfigureAwait(false);
            }
            catch (ClusterException e)
            {
                result = Failed(item, e);
            }

            result = result with { At = time.GetUtcNow() };
            journal.Record(result);
            if (result.Outcome == ObjectOutcome.Failed)
            {
                Volatile.Write(ref hasFailed, true);
            }

            Progress?.Invoke(result);
        }).ConfigureAwait(false);
    }

    private static ObjectResult Failed(PlanItem item, ClusterException e)
    {
        if (e.Failure == ClusterFailure.Unreachable)
        {
            return new ObjectResult(item, ObjectOutcome.Failed, Message: $"{e.Title}: {e.Detail}. Whether it was applied is not known", Hint: e.Hint);
        }

        var (cause, hint) = RefusalReading.Classify(e);
        return new ObjectResult(item, ObjectOutcome.Failed, Message: RefusalReading.Explain(e).Problem, Hint: cause == RefusalReading.Refused ? e.Hint : hint)
        {
            Cause = cause == RefusalReading.Refused ? "" : cause,
        };
    }

    private static ApiResource? Find(ApiCatalog catalog, PlanItem item) => item.Sent is { } sent ? catalog.Find(sent.ApiVersion, sent.Kind) : catalog.FindPreferred(item.Key.Group, item.Key.Kind);

    private async Task EstablishedAsync(string name, CancellationToken cancellation)
    {
        await foreach (var change in client.WatchAsync(Definitions, null, new WatchOptions { FieldSelector = $"metadata.name={name}" }, cancellation).ConfigureAwait(false))
        {
            if (change.Object?.Status?["conditions"] is JsonArray conditions
                && conditions.Any(c => JsonFields.Text(c, "type") == "Established" && JsonFields.Text(c, "status") == "True"))
            {
                return;
            }
        }
    }

    private async Task GoneAsync(ObjectAddress address, string uid, CancellationToken cancellation)
    {
        var options = new WatchOptions { FieldSelector = $"metadata.name={address.Name}" };
        var isThere = false;
        await foreach (var change in client.WatchAsync(address.Resource, address.Namespace, options, cancellation).ConfigureAwait(false))
        {
            isThere = change.Type switch
            {
                WatchEventType.Synced => isThere,
                WatchEventType.Deleted => false,
                _ => change.Object?.Uid == uid,
            };
            if (change.Type is WatchEventType.Synced or WatchEventType.Deleted && !isThere)
            {
                return;
            }
        }
    }
}
