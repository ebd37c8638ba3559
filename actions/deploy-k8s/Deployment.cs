using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Locking;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>How a deployment ended.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Failures">Why it failed, the most telling reason first; empty if it did not.</param>
/// <param name="Release">Number of the release that is deployed now; 0 for none.</param>
internal sealed record DeploymentResult(DeploymentOutcome Outcome, IReadOnlyList<DeploymentFailure> Failures, int Release);

/// <summary>
/// Carries a plan out as a whole: either everything is applied, ready, checked and written down as a release, or it is changed back or left as it is, and the
/// cluster says so. However it ends, the inventory knows every object that may be there.
/// </summary>
internal sealed class Deployment(
    DeployK8sOptions options,
    ActionContext context,
    ClusterClient client,
    ApplySettings settings,
    InventoryStore store,
    DeploymentJournal journal,
    Timeline timeline,
    DeploymentTrace trace)
{
    /// <summary>After a cancellation, and without the time of the deployment: for writing down how things stand.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private readonly Rollout _rollout = new(context, client, timeline);
    private readonly DateTimeOffset _began = context.Time.GetUtcNow();

    /// <summary>Says, once everything is ready, which pods do not run what they should; null where nobody looks.</summary>
    public Func<IReadOnlyList<ObjectResult>, CancellationToken, Task<IReadOnlyList<DeploymentFailure>>>? Prove { get; init; }

    private DeploymentPlan Plan => journal.Plan;

    private bool SendsSomething => Plan.HasChanges || Plan.Items.Any(i => i.NeedsApply);

    /// <param name="before">What the cluster knew of the application.</param>
    /// <param name="held">The lock.</param>
    /// <param name="time">What is left of the time for the whole deployment.</param>
    /// <param name="cancellation">Fires when somebody stops it.</param>
    public async Task<DeploymentResult> RunAsync(ApplicationState before, DeployLock held, TimeSpan time, CancellationToken cancellation)
    {
        // The wait has the same clock and ends by itself, a moment earlier, so that it can say what was not ready.
        using var timeout = new CancellationTokenSource(time + Moment, context.Time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token, held.Lost);
        var end = _began + time;
        IReadOnlyList<DeploymentFailure> failures;
        try
        {
            if (SendsSomething)
            {
                await store.WriteAsync(Widened(before) with { State = DeploymentState.Deploying, Trace = trace }, limited.Token);
            }

            failures = await CarryOutAsync(end, limited.Token);
            if (failures.Count == 0)
            {
                return await FinishAsync(before, limited.Token);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await WriteDownAsync(Widened(before) with { State = DeploymentState.Cancelled, Trace = trace }, CancellationToken.None);
            return new DeploymentResult(DeploymentOutcome.Cancelled, [Stopped("cancelled", "The deployment was cancelled", "Deploy again, or go back with `mode: rollback`.")], before.Release);
        }
        catch (OperationCanceledException) when (held.Lost.IsCancellationRequested)
        {
            // Whoever took the lock over deploys now: nothing is touched any more.
            return new DeploymentResult(
                DeploymentOutcome.Failed, [Stopped("lock-lost", $"The lock of the application was lost: {held.LostBecause}", "Find out who deploys the same application, and deploy again.")], before.Release);
        }
        catch (OperationCanceledException)
        {
            failures = [Stopped("timeout", $"The deployment took longer than {options.Timeout}", "Raise `timeout` if it needs more.")];
        }
        catch (ClusterException e)
        {
            failures = [new DeploymentFailure("cluster-failed", $"{e.Title}: {e.Detail}", e.Hint)];
        }

        return await FailAsync(before, failures, held.Lost, cancellation);
    }

    private async Task<IReadOnlyList<DeploymentFailure>> CarryOutAsync(DateTimeOffset end, CancellationToken cancellation)
    {
        IReadOnlyList<DeploymentFailure> early = [];
        var applier = new ClusterApplier(client, settings, journal, context.Time)
        {
            Progress = Tell,
            WaitUntilReady = async stop =>
            {
                early = options.Wait ? await _rollout.WaitAsync(Applied(), _began, end - context.Time.GetUtcNow(), stop) : [];
                return early.Count == 0;
            },
        };
        if (!await applier.ApplyAsync(cancellation))
        {
            return early.Count > 0
                ? early
                : [.. journal.Failures.Select(f => new DeploymentFailure(f.Cause.Length > 0 ? f.Cause : "apply-failed", $"{f.Item.Key} was not applied: {f.Message}", f.Hint) { Object = f.Item.Key.ToString(), Location = f.Item.Desired?.Source })];
        }

        if (SendsSomething)
        {
            timeline.Step("Applied.");
        }

        if (options.Wait)
        {
            var failures = await _rollout.WaitAsync(Applied(), _began, end - context.Time.GetUtcNow(), cancellation);
            if (failures.Count > 0)
            {
                return failures;
            }

            timeline.Step("Everything is ready.");
            if (Prove is not null && await Prove(Applied(), cancellation) is { Count: > 0 } unproven)
            {
                return unproven;
            }
        }

        return options.Verify.Count == 0 ? [] : await _rollout.VerifyAsync(options.Verify, end - context.Time.GetUtcNow(), cancellation);
    }

    private async Task<DeploymentResult> FinishAsync(ApplicationState before, CancellationToken cancellation)
    {
        var hasPruned = true;
        if (Plan.Count(PlannedAction.Delete) > 0)
        {
            hasPruned = await new ClusterApplier(client, settings, journal, context.Time) { Progress = Tell }.DeleteAsync(cancellation);
            timeline.Step("Deleted what is no longer wanted.");
        }

        var number = before.Release;
        if (Plan.HasChanges || before.Release == 0 || before.State != DeploymentState.Succeeded)
        {
            number++;
            var release = new Release(number, trace, context.Time.GetUtcNow(), [.. Plan.Items.Select(i => i.Desired?.Object).OfType<Shared.Clusters.ClusterObject>()]);
            if (!await store.StoreAsync(release, cancellation))
            {
                timeline.Step("The release is too large to be stored: there is no going back to it.");
            }
        }

        var state = new ApplicationState { Objects = [.. Remaining().OrderBy(e => e.Key)], Release = number, State = DeploymentState.Succeeded, Trace = trace };
        if (SendsSomething || before.Trace != trace || before.State != DeploymentState.Succeeded)
        {
            await store.WriteAsync(state, cancellation);
        }

        return hasPruned
            ? new DeploymentResult(Plan.HasChanges ? DeploymentOutcome.Deployed : DeploymentOutcome.Unchanged, [], number)
            : new DeploymentResult(
                DeploymentOutcome.Failed,
                [.. journal.Failures.Select(f => new DeploymentFailure("prune-failed", $"{f.Item.Key} was not deleted: {f.Message}", f.Hint) { Object = f.Item.Key.ToString() })],
                number);
    }

    private async Task<DeploymentResult> FailAsync(ApplicationState before, IReadOnlyList<DeploymentFailure> failures, CancellationToken lost, CancellationToken cancellation)
    {
        if (options.OnFailure == OnFailure.Stop || !journal.HasChanged)
        {
            var state = journal.HasChanged ? Widened(before) with { State = DeploymentState.Failed, Trace = trace } : before with { State = DeploymentState.Failed, Trace = trace };
            await WriteDownAsync(state, cancellation);
            return new DeploymentResult(DeploymentOutcome.Failed, failures, before.Release);
        }

        timeline.Step("It failed. Changing everything back.");
        using var timeout = new CancellationTokenSource(options.Timeout + Moment, context.Time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token, lost);
        var began = context.Time.GetUtcNow();
        var all = failures.ToList();
        try
        {
            var restored = await new ClusterRestorer(client, settings, journal, context.Time) { Progress = Tell }.RestoreAsync(limited.Token);
            all.AddRange(journal.Results
                .Where(r => r.Outcome == ObjectOutcome.NotRestored && !(r.Item.Action == PlannedAction.Create && PrunePolicy.Protection(r.Item.Key) is not null))
                .Select(r => new DeploymentFailure("rollback-failed", $"{r.Item.Key}: {r.Message.TrimEnd('.')}", r.Hint) { Object = r.Item.Key.ToString(), Location = r.Item.Desired?.Source }));
            if (options.Wait && restored.Count > 0)
            {
                all.AddRange((await _rollout.WaitAsync(restored, began, options.Timeout - (context.Time.GetUtcNow() - began), limited.Token)).Select(f => f with { Message = $"After the rollback: {f.Message}" }));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ClusterException)
        {
            all.Add(new DeploymentFailure("rollback-failed", $"The rollback did not come to its end: {(e is ClusterException ? e.Message : cancellation.IsCancellationRequested ? "it was cancelled" : "its time was over")}", "Look at what was not changed back, and deploy again."));
        }

        var isBack = all.Count == failures.Count;
        timeline.Step(isBack ? "Everything is as it was." : "Not everything could be changed back.");
        var left = journal.Results.Where(r => r.Outcome is ObjectOutcome.NotRestored or ObjectOutcome.Created or ObjectOutcome.Updated or ObjectOutcome.Recreated).Select(Entry);
        await WriteDownAsync(before.Widened(left) with { State = isBack ? DeploymentState.RolledBack : DeploymentState.Failed, Trace = trace }, cancellation);
        return new DeploymentResult(isBack ? DeploymentOutcome.RolledBack : DeploymentOutcome.RollbackFailed, all, before.Release);
    }

    /// <summary>Everything that may be there: what was there before and what the plan makes.</summary>
    private ApplicationState Widened(ApplicationState before) => before.Widened(journal.Results.Where(r => r.Item.Desired is not null).Select(Entry));

    private IEnumerable<InventoryEntry> Remaining() => journal.Results
        .Where(r => r.Item.Desired is not null
            || (r.Outcome != ObjectOutcome.Deleted && r.Item.Live?.Metadata?["labels"]?[ApplySet.MemberLabel]?.ToString() == settings.SetId))
        .Select(r => Entry(r) with { Fingerprint = Fingerprint(r) });

    /// <summary>Of an object whose every field was taken as sent; where somebody keeps a field, whoever that is has to be asked again.</summary>
    private string? Fingerprint(ObjectResult result) => result.Item.Fingerprint
        ?? (result is { Item: { Desired: { } desired, Conflicts.Count: 0 }, Object: { } live } ? ObjectFingerprint.Of(desired.Object, live, settings.FieldManager) : null);

    private static InventoryEntry Entry(ObjectResult result)
    {
        var source = result.Object ?? result.Item.Live ?? result.Item.Sent!;
        return new InventoryEntry(result.Item.Key, source.ApiVersion[(source.ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..], (result.Object ?? result.Item.Live)?.Uid);
    }

    private IReadOnlyList<ObjectResult> Applied() => [.. journal.Results.Where(r => r.Item.Desired is not null && r.Outcome is not (ObjectOutcome.NotReached or ObjectOutcome.Failed))];

    private DeploymentFailure Stopped(string cause, string message, string hint)
    {
        var results = journal.Results;
        var done = results.Count(r => r.Outcome is not (ObjectOutcome.NotReached or ObjectOutcome.Failed));
        return new DeploymentFailure(cause, $"{message}; {done} of {results.Count} objects had been applied", hint);
    }

    private async Task WriteDownAsync(ApplicationState state, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(LastWords, context.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await store.WriteAsync(state, linked.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ClusterException)
        {
            context.Log.Warning("How the deployment ended could not be written to the cluster; its inventory says that it still runs.");
        }
    }

    private void Tell(ObjectResult result)
    {
        if (result.Outcome != ObjectOutcome.Unchanged)
        {
            timeline.Event(DeploymentText.Done(result));
        }
    }
}
