using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.CleanUp;

/// <summary>What became of a deletion.</summary>
internal enum DeletionOutcome
{
    /// <summary>It is deleted, and the API does not know it any more.</summary>
    Deleted,

    /// <summary>Somebody else had deleted it.</summary>
    Gone,

    /// <summary>It was not as the plan says, and was left alone.</summary>
    Refused,

    /// <summary>The API did not delete it.</summary>
    Failed,

    /// <summary>The run was cancelled before the answer came.</summary>
    Unknown,

    /// <summary>The run ended before it came to it.</summary>
    NotReached,
}

/// <summary>A deletion and what became of it.</summary>
internal sealed record DeletionResult(PlannedDeletion Deletion, DeletionOutcome Outcome, string Text);

/// <summary>What a clean-up came to.</summary>
/// <param name="Results">One for each deletion of the plan, in its order.</param>
/// <param name="Refusal">Why nothing was done; empty when something was.</param>
/// <param name="IsCancelled">Whether somebody stopped it.</param>
internal sealed record CleanUpResult(IReadOnlyList<DeletionResult> Results, string Refusal = "", bool IsCancelled = false)
{
    public int Count(DeletionOutcome outcome) => Results.Count(r => r.Outcome == outcome);

    public bool IsComplete => Refusal.Length == 0 && !IsCancelled && Results.All(r => r.Outcome is DeletionOutcome.Deleted or DeletionOutcome.Gone);
}

/// <summary>
/// Does what an approved plan says, one deletion after another: compares with the plan, takes the snapshot, reads once more, deletes, makes sure that
/// it is gone. The first that is not as planned, or fails, ends it.
/// </summary>
internal sealed class CleanUpApply(ScalewayClient client, ScalewayWriter writer, Journal journal, CleanUpSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SnapshotLimit = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan GoneLimit = TimeSpan.FromMinutes(3);

    /// <summary>What a deletion that is under way when somebody stops the run may still take.</summary>
    private static readonly TimeSpan Finish = TimeSpan.FromSeconds(6);

    /// <summary>Applies a plan.</summary>
    /// <param name="approved">The plan that was approved.</param>
    /// <param name="digest">The digest that was approved.</param>
    /// <param name="fresh">The plan as it would be made now.</param>
    /// <param name="inventory">What the account is now.</param>
    /// <param name="cancellation">Stops before the next deletion; the one under way is finished.</param>
    public async Task<CleanUpResult> RunAsync(CleanUpPlan approved, string digest, CleanUpPlan fresh, AccountInventory inventory, CancellationToken cancellation)
    {
        if (Refusal(approved, digest, fresh, inventory) is { Length: > 0 } refusal)
        {
            journal.Add("refused", "", refusal);
            return new CleanUpResult([.. approved.Deletions.Select(d => new DeletionResult(d, DeletionOutcome.NotReached, ""))], refusal);
        }

        journal.Add("begin", "", $"{approved.Deletions.Count} deletions, digest {approved.Digest}");
        var resources = inventory.Resources.Where(r => r.Kind.IsDeletable).DistinctBy(r => r.Key, StringComparer.Ordinal).ToDictionary(r => r.Key, StringComparer.Ordinal);
        var results = new List<DeletionResult>();
        foreach (var deletion in approved.Deletions)
        {
            if (cancellation.IsCancellationRequested || results.Any(r => r.Outcome is DeletionOutcome.Refused or DeletionOutcome.Failed or DeletionOutcome.Unknown))
            {
                journal.Add("not-reached", deletion.Key, cancellation.IsCancellationRequested ? "The run was cancelled." : "An earlier deletion came to nothing.");
                results.Add(new DeletionResult(deletion, DeletionOutcome.NotReached, ""));
                continue;
            }

            var (outcome, text) = await DeleteAsync(deletion, resources[deletion.Key], cancellation).ConfigureAwait(false);
            results.Add(new DeletionResult(deletion, outcome, text));
            if (outcome != DeletionOutcome.NotReached)
            {
                journal.Add(JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.ToString()), deletion.Key, text);
            }
            else
            {
                journal.Add("not-reached", deletion.Key, text);
            }
        }

        var result = new CleanUpResult(results, IsCancelled: cancellation.IsCancellationRequested && results.Any(r => r.Outcome is DeletionOutcome.NotReached or DeletionOutcome.Unknown));
        journal.Add("end", "", $"{result.Count(DeletionOutcome.Deleted)} deleted of {results.Count}");
        return result;
    }

    private string Refusal(CleanUpPlan approved, string digest, CleanUpPlan fresh, AccountInventory inventory)
    {
        if (!string.Equals(digest, approved.Digest, StringComparison.OrdinalIgnoreCase))
        {
            return $"The plan has the digest {approved.Digest}, and {(digest.Length == 0 ? "none" : digest)} was approved.";
        }

        if (approved.Organisation != inventory.Organisation)
        {
            return $"The plan is for the organisation {approved.Organisation}, and the account is that of {inventory.Organisation}.";
        }

        if (inventory.At - approved.MadeAt > settings.PlanMaxAge)
        {
            return $"The plan is of {approved.MadeAt:yyyy-MM-dd}, which is too long ago: make a new one.";
        }

        if (approved.Brake.Length > 0)
        {
            return approved.Brake;
        }

        if (CleanUpPlanner.Unread(inventory) is { } gap)
        {
            return $"The account cannot be read completely ({gap.Kind.Title}{(gap.Locality.Length == 0 ? "" : $" in {gap.Locality}")}: {gap.Reason}): nothing is deleted.";
        }

        var now = fresh.Deletions.ToDictionary(d => d.Key, StringComparer.Ordinal);
        foreach (var deletion in approved.Deletions)
        {
            if (!now.TryGetValue(deletion.Key, out var today))
            {
                var held = fresh.HeldBack.FirstOrDefault(h => h.Key == deletion.Key);
                return $"{deletion.Key} ({deletion.Name}) would not be deleted any more: {held?.Reason ?? "it is no leftover now, or it is gone."} Nothing is deleted: make a new plan.";
            }

            if (today != deletion with { Reason = today.Reason, Name = today.Name, Project = today.Project, Saving = today.Saving })
            {
                return $"{deletion.Key} ({deletion.Name}) has changed since the plan was made. Nothing is deleted: make a new plan.";
            }
        }

        return fresh.Deletions.Count > approved.Deletions.Count ? "" : fresh.Brake;
    }

    private async Task<(DeletionOutcome Outcome, string Text)> DeleteAsync(PlannedDeletion deletion, CloudResource resource, CancellationToken cancellation)
    {
        try
        {
            if (deletion.Snapshot)
            {
                var snapshot = await SnapshotAsync(resource, cancellation).ConfigureAwait(false);
                journal.Add("snapshot", deletion.Key, $"Snapshot {snapshot} was taken.");
            }

            var own = await ReadAsync(resource, cancellation).ConfigureAwait(false);
            if (own is not { } live)
            {
                return (DeletionOutcome.Gone, "It is gone already.");
            }

            if (StateDigest.Difference(resource.Data, live) is { } field)
            {
                return (DeletionOutcome.Refused, $"It changed a moment ago: {field} is not what it was.");
            }

            cancellation.ThrowIfCancellationRequested();
            journal.Add("delete", deletion.Key, deletion.Reason, live);
        }
        catch (OperationCanceledException)
        {
            return (DeletionOutcome.NotReached, "The run was cancelled before the deletion.");
        }
        catch (ScalewayException e)
        {
            return (DeletionOutcome.Failed, $"{e.Message}. It was not deleted.");
        }

        // From here on the deletion is under way: a cancellation leaves it some seconds to be finished.
        using var finish = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var registration = cancellation.Register(() => finish.CancelAfter(Finish));
        try
        {
            await writer.DeleteAsync(deletion.Path + resource.Kind.DeleteQuery, finish.Token).ConfigureAwait(false);
            await GoneAsync(resource, finish.Token).ConfigureAwait(false);
            return (DeletionOutcome.Deleted, "It is deleted.");
        }
        catch (OperationCanceledException)
        {
            return (DeletionOutcome.Unknown, "The run was cancelled while it was being deleted: look whether it is still there.");
        }
        catch (ScalewayException e) when (e.Fault == ScalewayFault.Unavailable)
        {
            return (DeletionOutcome.Unknown, $"{e.Message}: look whether it is still there.");
        }
        catch (ScalewayException e)
        {
            return e.Fault == ScalewayFault.NotFound ? (DeletionOutcome.Gone, "It is gone already.") : (DeletionOutcome.Failed, $"{e.Message}.");
        }
    }

    /// <summary>The resource as its own address shows it; null when it is gone.</summary>
    private async Task<JsonElement?> ReadAsync(CloudResource resource, CancellationToken cancellation)
    {
        try
        {
            var body = await client.GetAsync(CleanUpPlanner.PathOf(resource), cancellation).ConfigureAwait(false);
            return resource.Kind.ItemKey.Length == 0 ? body : body.Find(resource.Kind.ItemKey);
        }
        catch (ScalewayException e) when (e.Fault == ScalewayFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>Waits until the API does not know it any more; some kinds are deleted in the background.</summary>
    private async Task GoneAsync(CloudResource resource, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (await ReadAsync(resource, cancellation).ConfigureAwait(false) is { } left)
        {
            if (time.GetElapsedTime(start) > GoneLimit)
            {
                throw new ScalewayException(ScalewayFault.Refused, $"The deletion was accepted, but it is still there after {GoneLimit.TotalMinutes:0} minutes ({left.Text("status") ?? left.Text("state") ?? "no state"})");
            }

            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a snapshot of a volume, waits until it is complete, and gives its id.</summary>
    private async Task<string> SnapshotAsync(CloudResource volume, CancellationToken cancellation)
    {
        var isBlock = volume.Kind == CloudKinds.BlockVolume;
        var kind = isBlock ? CloudKinds.BlockSnapshot : CloudKinds.Snapshot;
        var path = kind.ItemPath.Replace("{locality}", volume.Locality, StringComparison.Ordinal).Replace("/{id}", "", StringComparison.Ordinal);
        var body = new JsonObject
        {
            ["name"] = $"before-clean-up-{volume.Name}"[..Math.Min(60, $"before-clean-up-{volume.Name}".Length)],
            ["volume_id"] = volume.Id,
            [isBlock ? "project_id" : "project"] = volume.ProjectId,
            ["tags"] = new JsonArray($"of={volume.Id}"),
        };
        // Whatever ends the run from here on, the journal tells that there may be a snapshot, and which.
        journal.Add("snapshot-asked", volume.Key, $"A snapshot named {body["name"]} is asked for.");
        var created = await writer.CreateAsync(path, body.ToJsonString(), cancellation).ConfigureAwait(false);
        var id = (kind.ItemKey.Length == 0 ? created : created.Find(kind.ItemKey)).Text("id")
            ?? throw new ScalewayException(ScalewayFault.Malformed, "the snapshot that was taken has no id");
        journal.Add("snapshot-begun", volume.Key, $"Snapshot {id} is being taken.");
        var snapshot = new CloudResource(kind, id, volume.Locality, default);
        var start = time.GetTimestamp();
        while (true)
        {
            var state = await ReadAsync(snapshot, cancellation).ConfigureAwait(false) is { } now ? now.Text("status") ?? now.Text("state") : null;
            switch (state)
            {
                case "available":
                    return id;
                case null or "error" or "invalid_data":
                    throw new ScalewayException(ScalewayFault.Refused, $"the snapshot {id} could not be taken ({state ?? "it is gone"})");
            }

            if (time.GetElapsedTime(start) > SnapshotLimit)
            {
                throw new ScalewayException(ScalewayFault.Refused, $"the snapshot {id} is not complete after {SnapshotLimit.TotalMinutes:0} minutes ({state})");
            }

            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }
}
