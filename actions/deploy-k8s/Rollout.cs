using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Rollouts;
using Actions.Shared.Clusters.Verification;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>Waits until what was applied is ready.</summary>
internal sealed class Rollout(ActionContext context, ClusterClient client, Timeline timeline)
{
    private const int MostFailures = 5;

    /// <summary>Events that were before the apply by this much still count: clocks differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private readonly HashSet<ObjectAddress> _awaited = [];

    /// <summary>Waits for objects.</summary>
    /// <param name="objects">What was applied.</param>
    /// <param name="since">When applying began; what happened before is not held against any object.</param>
    /// <param name="time">How long they may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Why they do not become ready, the most telling reason first; nothing if they are.</returns>
    public async Task<IReadOnlyList<DeploymentFailure>> WaitAsync(IReadOnlyList<ObjectResult> objects, DateTimeOffset since, TimeSpan time, CancellationToken cancellation)
    {
        var catalog = await client.DiscoverAsync(cancellation);
        var targets = new Dictionary<ObjectAddress, (RolloutTarget Target, ObjectResult Result)>();
        foreach (var result in objects.Where(o => o.Object is not null))
        {
            if (catalog.Find(result.Object!.ApiVersion, result.Object.Kind) is { } resource)
            {
                var target = new RolloutTarget(resource.Object(result.Item.Key.Namespace, result.Item.Key.Name), result.Object) { Manifest = result.Item.Desired?.Object };
                targets[target.Address] = (target, result);
            }
        }

        var options = new RolloutOptions { Timeout = time > TimeSpan.Zero ? time : TimeSpan.FromSeconds(1), Since = since - Skew };
        var report = await new RolloutWatcher(client, context.Time).WaitAsync([.. targets.Values.Select(t => t.Target)], options, Tell, cancellation);
        foreach (var limit in report.Limits)
        {
            timeline.Event(limit);
        }

        return [.. report.Results
            .Where(r => r.Outcome is RolloutOutcome.Failed or RolloutOutcome.TimedOut)
            .OrderBy(r => r == report.Worst ? 0 : 1)
            .ThenBy(r => r.Outcome)
            .Take(MostFailures)
            .Select(r => Failure(r, targets[r.Target.Address].Result))];
    }

    /// <summary>Asks addresses until they answer as they should.</summary>
    /// <param name="checks">The addresses.</param>
    /// <param name="time">How long they may take.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Those that do not answer as they should; nothing if all do.</returns>
    public async Task<IReadOnlyList<DeploymentFailure>> VerifyAsync(IReadOnlyList<HealthCheck> checks, TimeSpan time, CancellationToken cancellation)
    {
        var results = await new HealthVerifier(client, context.Time).VerifyAsync(checks, time, null, cancellation);
        foreach (var passed in results.Where(r => r.Passed))
        {
            timeline.Event(passed.Message);
        }

        return [.. results.Where(r => !r.Passed).Select(r => new DeploymentFailure(
            "health-check-failed", r.Message, $"It was asked {r.Attempts} times. Look at what stands between it and the pods: Service, Ingress, DNS, certificate.")
        {
            Object = r.Check.ToString(),
        })];
    }

    private static DeploymentFailure Failure(RolloutResult result, ObjectResult applied)
    {
        var reason = result.Outcome == RolloutOutcome.TimedOut ? "was not ready in time" : "does not become ready";
        return result.Cause is { } cause
            ? new DeploymentFailure(cause.Kind.Id(), cause.Message, cause.Hint)
            {
                Object = result.Target.ToString(),
                Location = applied.Item.Desired?.Locate(cause.Pointer ?? ""),
                Events = [.. cause.Events.Select(e => e.Count > 1 ? $"{e.Reason}: {e.Message} ({e.Count} times)" : $"{e.Reason}: {e.Message}")],
                Log = string.Join('\n', result.Log),
            }
            : new DeploymentFailure(result.Outcome == RolloutOutcome.TimedOut ? "timeout" : "not-ready", $"{result.Target} {reason}: {result.Verdict.Reason}", "Look at its events and at the logs of its pods.")
            {
                Object = result.Target.ToString(),
                Location = applied.Item.Desired?.Source,
            };
    }

    /// <summary>Of what is ready at first sight there is nothing to tell.</summary>
    private void Tell(RolloutStep step)
    {
        if (step.Target is null)
        {
            timeline.Event(step.Message);
        }
        else if (step.Verdict is not { IsReady: true } || _awaited.Contains(step.Target.Address))
        {
            _awaited.Add(step.Target.Address);
            timeline.Event($"{step.Target}: {step.Message}");
        }
    }
}
