using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Apply;

/// <summary>
/// Takes a deployment back: what it changed gets the values of before, what it made is deleted. Only fields that the deployment applied, or had applied before,
/// are touched; what others changed meanwhile stays. Namespaces, CustomResourceDefinitions and volumes are never deleted.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="settings">How objects were applied.</param>
/// <param name="journal">What was done; what is taken back is written there.</param>
/// <param name="time">The clock.</param>
public sealed class ClusterRestorer(ClusterClient client, ApplySettings settings, DeploymentJournal journal, TimeProvider time)
{
    /// <summary>Called after each object.</summary>
    public Action<ObjectResult>? Progress { get; init; }

    /// <summary>Takes everything back that the journal holds, last stage first.</summary>
    /// <returns>The objects that were changed back, as they are now.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the journal says how far it came.</exception>
    public async Task<IReadOnlyList<ObjectResult>> RestoreAsync(CancellationToken cancellation)
    {
        var catalog = await client.DiscoverAsync(cancellation).ConfigureAwait(false);
        var done = journal.Results.Where(r => r.Outcome is ObjectOutcome.Created or ObjectOutcome.Updated or ObjectOutcome.Recreated).ToArray();
        foreach (var stage in done.GroupBy(r => r.Item.Stage).OrderByDescending(g => g.Key))
        {
            await Parallel.ForEachAsync(
                stage,
                new ParallelOptions { MaxDegreeOfParallelism = settings.Parallelism, CancellationToken = cancellation },
                async (result, stop) => await RestoreAsync(result, catalog, stop).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return [.. journal.Results.Where(r => r.Outcome == ObjectOutcome.Restored)];
    }

    /// <summary>What has to be applied so that an object is again as it was, as far as we had a say in it.</summary>
    internal static ClusterObject Before(PlanItem item, ClusterObject after, string fieldManager)
    {
        // Fields that client-side tools had, and that were ours for a moment, are ours to restore.
        var before = item.TakenOver?[0]?["fieldsV1"] as JsonObject ?? ManagedFields.AppliedBy(item.Live!, fieldManager) ?? [];
        return ManagedFields.Extract(item.Live!, ManagedFields.Union(before, ManagedFields.AppliedBy(after, fieldManager) ?? []));
    }

    private async Task RestoreAsync(ObjectResult done, ApiCatalog catalog, CancellationToken cancellation)
    {
        ObjectResult result;
        try
        {
            result = await TakeBackAsync(done, catalog, cancellation).ConfigureAwait(false);
        }
        catch (ClusterException e)
        {
            result = done with { Outcome = ObjectOutcome.NotRestored, Message = $"It could not be changed back: {RefusalReading.Explain(e).Problem}", Hint = e.Hint };
        }

        result = result with { At = time.GetUtcNow() };
        journal.Record(result);
        Progress?.Invoke(result);
    }

    private async Task<ObjectResult> TakeBackAsync(ObjectResult done, ApiCatalog catalog, CancellationToken cancellation)
    {
        var item = done.Item;
        if (done.Outcome == ObjectOutcome.Recreated)
        {
            return done with { Outcome = ObjectOutcome.NotRestored, Message = $"The earlier {item.Key.Kind} was deleted and cannot be brought back." };
        }

        if (done.Outcome == ObjectOutcome.Created && PrunePolicy.Protection(item.Key) is { } reason)
        {
            return done with { Outcome = ObjectOutcome.NotRestored, Message = $"It was made by this deployment and stays, because {reason}." };
        }

        var sent = item.Sent!;
        var resource = catalog.Find(sent.ApiVersion, sent.Kind) ?? (await client.RediscoverAsync(cancellation).ConfigureAwait(false)).Find(sent.ApiVersion, sent.Kind)!;
        var address = resource.Object(item.Key.Namespace, item.Key.Name);
        if (done.Outcome == ObjectOutcome.Created)
        {
            await client.DeleteAsync(address, new DeleteOptions { Uid = done.Object!.Uid }, cancellation).ConfigureAwait(false);
            return done with { Outcome = ObjectOutcome.RemovedAgain, Object = null };
        }

        if (item.Live is null)
        {
            return done with { Outcome = ObjectOutcome.NotRestored, Message = "Somebody else made it while this deployment ran, so how it was before is not known." };
        }

        var before = Before(item, done.Object!, settings.FieldManager);
        var restored = await client.ApplyAsync(address, before.Body, new ApplyOptions { FieldManager = settings.FieldManager, Force = true }, cancellation).ConfigureAwait(false);
        return done with { Outcome = ObjectOutcome.Restored, Object = restored.Object };
    }
}
