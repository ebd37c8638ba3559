using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Tests.Clusters.Health;

/// <summary>
/// The verdict of kstatus (kubernetes-sigs/cli-utils, 2025) on the same object: what it looks at and in which order, so that the fixtures say exactly
/// where we differ. It sees the object only; its readers for StatefulSet and ReplicaSet, which also list pods, are not part of it.
/// </summary>
internal static class KstatusRules
{
    public static string Of(ClusterObject item, DateTimeOffset now)
    {
        if (item.Metadata.Text("deletionTimestamp") is not null)
        {
            return "Terminating";
        }

        if (item.Status.Integer("observedGeneration") is { } observed && item.Generation is { } generation && observed != generation)
        {
            return "InProgress";
        }

        foreach (var condition in item.Status.Objects("conditions"))
        {
            switch (condition.Text("type"), condition.Text("status"))
            {
                case ("Reconciling", "True"):
                    return "InProgress";
                case ("Stalled", "True"):
                    return "Failed";
            }
        }

        return item.Kind switch
        {
            "Deployment" => Deployment(item),
            "ReplicaSet" => ReplicaSet(item),
            "StatefulSet" => StatefulSet(item),
            "DaemonSet" => DaemonSet(item),
            "Pod" => Pod(item, now),
            "Job" => Job(item),
            "PersistentVolumeClaim" => item.Status.Text("phase") == "Bound" ? "Current" : "InProgress",
            "Service" when item.Group.Length == 0 => item.Spec.Text("type") == "LoadBalancer" && string.IsNullOrEmpty(item.Spec.Text("clusterIP")) ? "InProgress" : "Current",
            "CustomResourceDefinition" => Definition(item),
            _ => Condition(item, "Ready") switch { null or "True" => "Current", _ => "InProgress" },
        };
    }

    private static string Deployment(ClusterObject item)
    {
        var wanted = item.Spec.Integer("replicas") ?? 1;
        var progressing = LiveCondition.Find(item, "Progressing");
        if (progressing?.Reason == "ProgressDeadlineExceeded")
        {
            return "Failed";
        }

        var hasDeadline = item.Spec.Integer("progressDeadlineSeconds") is not (null or int.MaxValue);
        var incomplete = wanted > Count(item, "replicas") || wanted > Count(item, "updatedReplicas") || Count(item, "replicas") > wanted
            || Count(item, "updatedReplicas") > Count(item, "availableReplicas") || wanted > Count(item, "readyReplicas")
            || (hasDeadline && progressing is not { IsTrue: true, Reason: "NewReplicaSetAvailable" })
            || Condition(item, "Available") != "True";
        return incomplete ? "InProgress" : "Current";
    }

    private static string ReplicaSet(ClusterObject item)
    {
        var wanted = item.Spec.Integer("replicas") ?? 1;
        var incomplete = Condition(item, "ReplicaFailure") == "True" || wanted > Count(item, "fullyLabeledReplicas") || wanted > Count(item, "availableReplicas")
            || wanted > Count(item, "readyReplicas") || Count(item, "replicas") > wanted;
        return incomplete ? "InProgress" : "Current";
    }

    private static string StatefulSet(ClusterObject item)
    {
        var wanted = item.Spec.Integer("replicas") ?? 1;
        var strategy = item.Spec.Object("updateStrategy");
        if (strategy.Text("type") == "OnDelete")
        {
            return "Current";
        }

        if (wanted > Count(item, "replicas") || wanted > Count(item, "readyReplicas") || Count(item, "replicas") > wanted)
        {
            return "InProgress";
        }

        if (strategy.Object("rollingUpdate").Integer("partition") is { } partition && partition > 0)
        {
            return Count(item, "updatedReplicas") < wanted - partition ? "InProgress" : "Current";
        }

        return wanted > Count(item, "currentReplicas") || item.Status.Text("currentRevision") != item.Status.Text("updateRevision") ? "InProgress" : "Current";
    }

    private static string DaemonSet(ClusterObject item)
    {
        if (item.Generation is null || item.Status.Integer("observedGeneration") is null || item.Status.Integer("desiredNumberScheduled") is not { } wanted)
        {
            return "InProgress";
        }

        return wanted > Count(item, "currentNumberScheduled") || wanted > Count(item, "updatedNumberScheduled") || wanted > Count(item, "numberAvailable")
            || wanted > Count(item, "numberReady") ? "InProgress" : "Current";
    }

    private static string Pod(ClusterObject item, DateTimeOffset now)
    {
        switch (item.Status.Text("phase"))
        {
            case "Succeeded" or "Failed":
                return "Current";
            case "Running" when Condition(item, "Ready") == "True":
                return "Current";
            case "Running":
                return item.Status.Objects("containerStatuses").Any(c => c.Object("state").Object("waiting").Text("reason") == "CrashLoopBackOff") ? "Failed" : "InProgress";
            default:
                return LiveCondition.Find(item, "PodScheduled") is { IsFalse: true, Reason: "Unschedulable" } && item.Metadata.Time("creationTimestamp") < now.AddSeconds(-15) ? "Failed" : "InProgress";
        }
    }

    private static string Job(ClusterObject item)
    {
        if (Condition(item, "Complete") == "True" || (Condition(item, "Suspended") == "True" && item.Spec.IsTrue("suspend")))
        {
            return "Current";
        }

        return Condition(item, "Failed") == "True" ? "Failed" : item.Status.Text("startTime") is null ? "InProgress" : "Current";
    }

    private static string Definition(ClusterObject item) =>
        Condition(item, "NamesAccepted") == "False" ? "Failed"
        : LiveCondition.Find(item, "Established") switch
        {
            { IsFalse: true, Reason: not "Installing" } => "Failed",
            { IsTrue: true } => "Current",
            _ => "InProgress",
        };

    private static string? Condition(ClusterObject item, string type) => LiveCondition.Find(item, type)?.Status;

    private static long Count(ClusterObject item, string field) => item.Status.Integer(field) ?? 0;
}
