using Actions.Shared.Clusters.Objects;
using static Actions.Shared.Clusters.Health.ObjectHealth;

namespace Actions.Shared.Clusters.Health;

/// <summary>The rules for what runs pods.</summary>
internal static class WorkloadHealth
{
    private const long DefaultProgressDeadline = 600;

    public static HealthVerdict Deployment(ClusterObject item, HealthContext context)
    {
        if (item.Status.Integer("observedGeneration") is null)
        {
            return Waiting("its controller has not seen it yet");
        }

        if (item.Spec.IsTrue("paused"))
        {
            return new(HealthState.Suspended, "It is paused: changes of its template are not rolled out until it is resumed");
        }

        if (LiveCondition.Find(item, "Progressing") is { IsFalse: true } stuck && Counts(stuck, item, context))
        {
            return Broken(stuck.Reason == "ProgressDeadlineExceeded"
                ? $"it made no progress for {item.Spec.Integer("progressDeadlineSeconds") ?? DefaultProgressDeadline} s (progressDeadlineSeconds)"
                : $"it makes no progress: {stuck.Says}");
        }

        var wanted = item.Spec.Integer("replicas") ?? 1;
        var (all, updated, available, ready) = (Count(item, "replicas"), Count(item, "updatedReplicas"), Count(item, "availableReplicas"), Count(item, "readyReplicas"));
        var scaler = Autoscaling.Of(item, context.Family);
        if (scaler is not null)
        {
            wanted = Math.Min(wanted, scaler.Minimum);
        }

        var refused = LiveCondition.Find(item, "ReplicaFailure") is { IsTrue: true } failure ? $"; pods are refused: {failure.Says}" : "";
        if (updated < wanted)
        {
            return Waiting($"{Of(updated, wanted)} updated{refused}");
        }

        if (all > updated)
        {
            return Waiting($"{Number(all - updated, "old replica")} still to be removed");
        }

        if (scaler is null && all > wanted)
        {
            return Waiting($"{Number(all - wanted, "replica")} more than asked for still to be removed");
        }

        var enough = Math.Min(wanted, updated);
        return Math.Min(available, ready) < enough
            ? Waiting(ready >= enough ? $"{Of(available, wanted)} available (ready for minReadySeconds)" : $"{Of(Math.Min(available, ready), wanted)} ready{refused}")
            : Good($"{Of(ready, scaler is null ? wanted : all)} ready{(scaler is null ? "" : "; an autoscaler sets their number")}");
    }

    public static HealthVerdict ReplicaSet(ClusterObject item)
    {
        var wanted = item.Spec.Integer("replicas") ?? 1;
        var (all, ready, available) = (Count(item, "replicas"), Count(item, "readyReplicas"), Count(item, "availableReplicas"));
        if (item.Status.Integer("observedGeneration") is null && item.Generation is not null)
        {
            return Waiting("its controller has not seen it yet");
        }

        if (all > wanted)
        {
            return Waiting($"{Number(all - wanted, "replica")} more than asked for still to be removed");
        }

        var refused = LiveCondition.Find(item, "ReplicaFailure") is { IsTrue: true } failure ? $"; pods are refused: {failure.Says}" : "";
        return Math.Min(ready, available) < wanted ? Waiting($"{Of(Math.Min(ready, available), wanted)} available{refused}") : Good($"{Of(ready, wanted)} ready");
    }

    public static HealthVerdict StatefulSet(ClusterObject item, HealthContext context)
    {
        if (item.Status.Integer("observedGeneration") is null)
        {
            return Waiting("its controller has not seen it yet");
        }

        var wanted = item.Spec.Integer("replicas") ?? 1;
        var scaler = Autoscaling.Of(item, context.Family);
        if (scaler is not null)
        {
            wanted = Math.Min(wanted, scaler.Minimum);
        }

        var (all, ready, updated) = (Count(item, "replicas"), Count(item, "readyReplicas"), Count(item, "updatedReplicas"));
        // Before 1.22 there is no such count.
        var available = item.Status.Integer("availableReplicas") ?? ready;
        if (scaler is null && all > wanted)
        {
            return Waiting($"{Number(all - wanted, "replica")} more than asked for still to be removed");
        }

        if (all < wanted || ready < wanted)
        {
            return Waiting($"{Of(Math.Min(all, ready), wanted)} ready");
        }

        var strategy = item.Spec.Object("updateStrategy");
        if (strategy.Text("type") == "OnDelete")
        {
            var old = item.Status.Text("currentRevision") != item.Status.Text("updateRevision") ? Math.Max(wanted - updated, 0) : 0;
            return Good($"{Of(ready, wanted)} ready{(old > 0 ? $"; {Number(old, "pod")} with the earlier template until somebody deletes them (updateStrategy OnDelete)" : "")}");
        }

        var partition = Math.Min(strategy.Object("rollingUpdate").Integer("partition") ?? 0, wanted);
        var pending = item.Status.Text("currentRevision") is { } current && item.Status.Text("updateRevision") is { } revision && current != revision;
        if (pending && updated < wanted - partition)
        {
            return Waiting($"{Of(updated, wanted - partition)} updated");
        }

        if (partition == 0 && pending)
        {
            return Waiting("all replicas are updated; the controller is about to finish");
        }

        return available < wanted
            ? Waiting($"{Of(available, wanted)} available (ready for minReadySeconds)")
            : Good($"{Of(ready, wanted)} ready{(pending ? $"; {Number(partition, "pod")} with the earlier template below the partition" : "")}");
    }

    public static HealthVerdict DaemonSet(ClusterObject item, HealthContext context)
    {
        if (item.Status.Integer("observedGeneration") is null || item.Status.Integer("desiredNumberScheduled") is not { } desired)
        {
            return Waiting("its controller has not seen it yet");
        }

        var wanted = desired - OnLostNodes(item, context);
        var (scheduled, updated, available, ready) =
            (Count(item, "currentNumberScheduled"), Count(item, "updatedNumberScheduled"), Count(item, "numberAvailable"), Count(item, "numberReady"));
        if (scheduled < wanted)
        {
            return Waiting($"{scheduled} of {wanted} nodes have a pod");
        }

        var onDelete = item.Spec.Object("updateStrategy").Text("type") == "OnDelete";
        if (!onDelete && updated < wanted)
        {
            return Waiting($"{updated} of {wanted} pods updated");
        }

        if (Math.Min(ready, available) < wanted)
        {
            return Waiting($"{Math.Min(ready, available)} of {wanted} pods ready");
        }

        var lost = desired - wanted;
        return Good($"{ready} of {desired} pods ready"
            + (lost > 0 ? $"; {Number(lost, "node")} not ready" : "")
            + (onDelete && updated < wanted ? $"; {Number(wanted - updated, "pod")} with the earlier template until somebody deletes them (updateStrategy OnDelete)" : ""));
    }

    public static HealthVerdict Pod(ClusterObject item)
    {
        switch (item.Status.Text("phase"))
        {
            case "Succeeded":
                return Good("it ran to its end");
            case "Failed":
                var why = item.Status.Text("reason") is { Length: > 0 } reason ? $" ({Quoted.Line(reason, 64)})" : "";
                return Broken($"it failed{why}{(item.Status.Text("message") is { Length: > 0 } message ? $": {Quoted.Line(message)}" : "")}");
            case "Running" when LiveCondition.Find(item, "Ready") is { IsTrue: true }:
                return Good("it is ready");
            case "Running":
                return Waiting("it runs but is not ready");
            case "Unknown":
                return Waiting("its node does not answer");
            default:
                return Waiting(item.Spec.Text("nodeName") is null ? "it has no node yet" : "it is being started");
        }
    }

    public static HealthVerdict Job(ClusterObject item)
    {
        if (LiveCondition.Find(item, "Complete") is { IsTrue: true })
        {
            return Good("it is complete");
        }

        // FailureTarget says that it will fail, while its pods are still being stopped.
        if ((LiveCondition.Find(item, "Failed") ?? LiveCondition.Find(item, "FailureTarget")) is { IsTrue: true } failed)
        {
            return Broken($"it failed: {failed.Says}");
        }

        if (item.Spec.IsTrue("suspend"))
        {
            return new(HealthState.Suspended, "It is suspended");
        }

        var (active, succeeded, failures) = (Count(item, "active"), Count(item, "succeeded"), Count(item, "failed"));
        if (item.Status.Text("startTime") is null)
        {
            return Waiting("it has not been started yet");
        }

        var completions = item.Spec.Integer("completions") ?? 1;
        return Waiting($"{succeeded} of {completions} completions, {Number(active, "pod")} active{(failures > 0 ? $", {Number(failures, "try", "tries")} failed" : "")}");
    }

    public static HealthVerdict CronJob(ClusterObject item) => item.Spec.IsTrue("suspend")
        ? new(HealthState.Suspended, "It is suspended")
        : Good("it is scheduled");

    /// <summary>
    /// A condition from before the object was applied may stay until the first progress, for example when a change leads back to a ReplicaSet that
    /// already exists. It counts when it was written since, or is still there after the whole deadline.
    /// </summary>
    private static bool Counts(LiveCondition condition, ClusterObject item, HealthContext context) =>
        condition.Updated is null || condition.Updated >= context.Since
        || context.Now - context.Since >= TimeSpan.FromSeconds(item.Spec.Integer("progressDeadlineSeconds") ?? DefaultProgressDeadline);

    private static long OnLostNodes(ClusterObject daemonSet, HealthContext context)
    {
        var lost = 0;
        foreach (var pod in context.Family.Owned(daemonSet, "Pod"))
        {
            if (pod.Spec.Text("nodeName") is { } name && LiveCondition.Find(pod, "Ready") is not { IsTrue: true }
                && context.Family.Find("Node", null, name) is { } node && LiveCondition.Find(node, "Ready") is not { IsTrue: true })
            {
                lost++;
            }
        }

        return lost;
    }

    private static long Count(ClusterObject item, string field) => item.Status.Integer(field) ?? 0;

    private static string Of(long count, long wanted) => $"{count} of {wanted} replicas";

    private static string Number(long count, string noun, string? plural = null) => count == 1 ? $"1 {noun}" : $"{count} {plural ?? noun + "s"}";
}

/// <summary>Who else sets the number of replicas.</summary>
/// <param name="Minimum">How many replicas it keeps at least.</param>
internal sealed record Autoscaling(long Minimum)
{
    /// <summary>The autoscaler of a workload: an object that names it as its target, else one that is seen to have written its replicas. Null if there is none.</summary>
    public static Autoscaling? Of(ClusterObject workload, ObjectFamily family)
    {
        foreach (var kind in (ReadOnlySpan<string>)["HorizontalPodAutoscaler", "ScaledObject"])
        {
            foreach (var scaler in family.OfKind(kind))
            {
                var target = scaler.Spec.Object("scaleTargetRef");
                if (scaler.Namespace == workload.Namespace && target.Text("name") == workload.Name && (target.Text("kind") ?? "Deployment") == workload.Kind)
                {
                    return new(scaler.Spec.Integer(kind == "ScaledObject" ? "minReplicaCount" : "minReplicas") ?? (kind == "ScaledObject" ? 0 : 1));
                }
            }
        }

        foreach (var entry in workload.Metadata.Objects("managedFields"))
        {
            // The autoscaler is part of the controller manager; nothing else there writes replicas of a Deployment or StatefulSet.
            if (entry.Text("manager") is "kube-controller-manager" or "horizontal-pod-autoscaler" && entry.Object("fieldsV1").Object("f:spec")?.ContainsKey("f:replicas") == true)
            {
                return new(1);
            }
        }

        return null;
    }
}
