using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Health;

/// <summary>
/// Tells whether an object has become what was asked for. The rules follow kstatus (kubernetes-sigs/cli-utils) where that is exact, and differ where it
/// reports readiness or failure too early; each difference is one of the fixtures of the specs.
/// </summary>
public static class ObjectHealth
{
    /// <summary>How an object is.</summary>
    /// <param name="item">The object as the cluster gives it; null if it has none.</param>
    /// <param name="context">What else is known.</param>
    public static HealthVerdict Of(ClusterObject? item, HealthContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (item is null)
        {
            return new(HealthState.NotFound, "It does not exist");
        }

        var verdict = Judge(item, context);
        if (verdict.State is not (HealthState.InProgress or HealthState.Failed) || !IsObserved(item, context))
        {
            return verdict;
        }

        var cause = CauseFinder.Find(new(item, context.Family)
        {
            Events = context.Events,
            Since = context.Since,
            Manifest = context.Manifest,
            CrashLimit = context.CrashLimit,
        });
        return cause is { Certainty: CauseCertainty.Certain } ? new(HealthState.Failed, cause.Message, cause) : verdict with { Cause = cause };
    }

    /// <summary>
    /// How an object is that was there and is gone. A Job whose <c>ttlSecondsAfterFinished</c> let it be removed has finished; that it failed would have
    /// been seen before it went.
    /// </summary>
    /// <param name="last">The last state of it that was seen.</param>
    /// <param name="context">What else is known.</param>
    public static HealthVerdict OfRemoved(ClusterObject last, HealthContext context)
    {
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(context);
        if (last.Kind == "Job" && last.Group == "batch")
        {
            var verdict = WorkloadHealth.Job(last);
            if (verdict.State is HealthState.Failed or HealthState.Current)
            {
                return verdict;
            }

            if (last.Spec.Integer("ttlSecondsAfterFinished") is not null)
            {
                return new(HealthState.Current, "It finished and was removed after its ttlSecondsAfterFinished");
            }
        }

        return new(HealthState.NotFound, "It was deleted while it was waited for");
    }

    private static HealthVerdict Judge(ClusterObject item, HealthContext context)
    {
        if (context.Generation is { } applied && item.Generation is { } seen && seen < applied)
        {
            return Waiting($"generation {applied} was applied, generation {seen} was read");
        }

        if (item.Metadata.Text("deletionTimestamp") is not null)
        {
            var finalizers = string.Join(", ", item.Metadata.Texts("finalizers").Select(f => Quoted.Line(f, 100)));
            return new(HealthState.Terminating, finalizers.Length > 0 ? $"It is being deleted and waits for its finalizers: {finalizers}" : "It is being deleted");
        }

        if (item.Generation is { } generation && item.Status.Integer("observedGeneration") is { } observed && observed < generation)
        {
            return Waiting($"its controller has not seen generation {generation} yet (it has seen {observed})");
        }

        return Conditions(item) ?? (item.Group, item.Kind) switch
        {
            ("apps" or "extensions", "Deployment") => WorkloadHealth.Deployment(item, context),
            ("apps" or "extensions", "ReplicaSet") or ("", "ReplicationController") => WorkloadHealth.ReplicaSet(item),
            ("apps", "StatefulSet") => WorkloadHealth.StatefulSet(item, context),
            ("apps" or "extensions", "DaemonSet") => WorkloadHealth.DaemonSet(item, context),
            ("", "Pod") => WorkloadHealth.Pod(item),
            ("batch", "Job") => WorkloadHealth.Job(item),
            ("batch", "CronJob") => WorkloadHealth.CronJob(item),
            ("", "PersistentVolumeClaim") => Claim(item, context),
            ("", "PersistentVolume") => Volume(item),
            ("", "Service") => Service(item, context),
            ("networking.k8s.io" or "extensions", "Ingress") => Ingress(item, context),
            ("", "Namespace") => Namespace(item),
            ("autoscaling", "HorizontalPodAutoscaler") => Autoscaler(item, context),
            ("apiextensions.k8s.io", "CustomResourceDefinition") => Definition(item),
            ("apiregistration.k8s.io", "APIService") => ApiService(item),
            ("cert-manager.io", "Certificate") => Certificate(item, context),
            _ => Ready(item),
        };
    }

    /// <summary>Whether the controller has acted on what was applied. Before, what is broken is what the change may be about to repair.</summary>
    private static bool IsObserved(ClusterObject item, HealthContext context) =>
        !(context.Generation > item.Generation) && (item.Group != "apps" || item.Status.Integer("observedGeneration") >= (item.Generation ?? 0));

    internal static HealthVerdict Waiting(string reason) => new(HealthState.InProgress, Sentence(reason));

    internal static HealthVerdict Good(string reason) => new(HealthState.Current, Sentence(reason));

    internal static HealthVerdict Broken(string reason) => new(HealthState.Failed, Sentence(reason));

    private static string Sentence(string text) => text.Length > 0 ? $"{char.ToUpperInvariant(text[0])}{text.AsSpan(1)}" : text;

    /// <summary>The two conditions that a controller sets only while something is unusual; they go before everything else.</summary>
    private static HealthVerdict? Conditions(ClusterObject item)
    {
        if (LiveCondition.Find(item, "Stalled") is { IsTrue: true } stalled && Speaks(stalled, item))
        {
            return Broken($"its controller is stalled: {stalled.Says}");
        }

        return LiveCondition.Find(item, "Reconciling") is { IsTrue: true } reconciling ? Waiting($"its controller is at work: {reconciling.Says}") : null;
    }

    private static HealthVerdict Ready(ClusterObject item)
    {
        if (LiveCondition.Find(item, "Ready") is not { } ready)
        {
            return Good("it exists; its kind has no state to wait for");
        }

        if (!Speaks(ready, item))
        {
            return Waiting($"its condition Ready still speaks about generation {ready.ObservedGeneration}");
        }

        if (ready.IsTrue)
        {
            return Good("its condition Ready is True");
        }

        // Knative keeps Unknown for work in progress; False is its word for a failure.
        var isKnative = item.Group.EndsWith(".knative.dev", StringComparison.Ordinal);
        return ready.IsFalse && isKnative ? Broken($"its condition Ready is False: {ready.Says}") : Waiting($"its condition Ready is {Quoted.Line(ready.Status, 20)}: {ready.Says}");
    }

    private static HealthVerdict Certificate(ClusterObject item, HealthContext context) =>
        LiveCondition.Find(item, "Issuing") is { IsFalse: true, Reason: "Failed" } failed && Speaks(failed, item) && failed.Updated >= context.Since
            && LiveCondition.Find(item, "Ready") is not { IsTrue: true }
            ? Broken($"the certificate was not issued: {failed.Says}")
            : Ready(item);

    private static HealthVerdict Claim(ClusterObject item, HealthContext context)
    {
        switch (item.Status.Text("phase"))
        {
            case "Bound":
                return Good("it is bound");
            case "Lost":
                return Broken($"its volume {Quoted.Line(item.Spec.Text("volumeName") ?? "", 253)} is gone");
        }

        // Such a claim is bound only when a pod uses it: to wait for it before the pod exists is to wait for ever.
        var waits = BindingMode(item, context) == "WaitForFirstConsumer"
            || context.Events.About(item, DateTimeOffset.MinValue).Any(e => e.Reason == "WaitForFirstConsumer");
        var hasConsumer = item.Metadata.Object("annotations").Text("volume.kubernetes.io/selected-node") is not null;
        return waits && !hasConsumer ? Good("it is bound as soon as a pod uses it (WaitForFirstConsumer)") : Waiting("it is not bound to a volume yet");
    }

    private static string? BindingMode(ClusterObject claim, HealthContext context)
    {
        var name = claim.Spec.Text("storageClassName");
        var storageClass = context.Family.OfKind("StorageClass").FirstOrDefault(c => name is null
            ? c.Metadata.Object("annotations").Text("storageclass.kubernetes.io/is-default-class") == "true"
            : c.Name == name);
        return storageClass?.Body.Text("volumeBindingMode");
    }

    private static HealthVerdict Volume(ClusterObject item) => item.Status.Text("phase") switch
    {
        "Available" or "Bound" or "Released" => Good("it exists"),
        "Failed" => Broken($"it could not be reclaimed: {Quoted.Line(item.Status.Text("message") ?? "no reason given")}"),
        _ => Waiting("it is not available yet"),
    };

    private static HealthVerdict Service(ClusterObject item, HealthContext context)
    {
        if (item.Spec.Text("type") != "LoadBalancer")
        {
            return Good("it exists");
        }

        if (string.IsNullOrEmpty(item.Spec.Text("clusterIP")))
        {
            return Waiting("it has no cluster address yet");
        }

        return context.WaitForAddresses && !item.Status.Object("loadBalancer").Objects("ingress").Any() ? Waiting("its load balancer has no address yet") : Good("it exists");
    }

    private static HealthVerdict Ingress(ClusterObject item, HealthContext context) =>
        context.WaitForAddresses && !item.Status.Object("loadBalancer").Objects("ingress").Any() ? Waiting("its controller has given it no address yet") : Good("it exists");

    private static HealthVerdict Namespace(ClusterObject item) =>
        item.Status.Text("phase") == "Terminating" ? new(HealthState.Terminating, "It is being deleted") : Good("it is active");

    private static HealthVerdict Autoscaler(ClusterObject item, HealthContext context)
    {
        if (LiveCondition.Find(item, "AbleToScale") is { IsFalse: true, Reason: "FailedGetScale" or "FailedUpdateScale" } able)
        {
            return Waiting($"it cannot scale its target: {able.Says}");
        }

        if (LiveCondition.Find(item, "ScalingActive") is not { } active)
        {
            return context.WaitForMetrics && item.Status is null or { Count: 0 } ? Waiting("its controller has not looked at it yet") : Good("it exists");
        }

        if (active.IsFalse && active.Reason is "InvalidSelector" or "InvalidMetricSourceType" or "AmbiguousSelector")
        {
            return Broken($"it cannot scale: {active.Says}");
        }

        return active.IsFalse && active.Reason != "ScalingDisabled" && context.WaitForMetrics ? Waiting($"it has no metrics yet: {active.Says}") : Good(active.IsTrue ? "it is active" : active.Reason == "ScalingDisabled" ? "it rests, for its target is scaled to zero" : "it exists; it has no metrics yet");
    }

    private static HealthVerdict Definition(ClusterObject item)
    {
        if (LiveCondition.Find(item, "NamesAccepted") is { IsFalse: true } names)
        {
            return Broken($"its names are taken by another definition: {names.Says}");
        }

        return LiveCondition.Find(item, "Established") switch
        {
            { IsTrue: true } => Good("it is established"),
            { IsFalse: true, Reason: not "Installing" } refused => Broken($"it is not established: {refused.Says}"),
            _ => Waiting("it is not established yet"),
        };
    }

    private static HealthVerdict ApiService(ClusterObject item) => LiveCondition.Find(item, "Available") switch
    {
        { IsTrue: true } => Good("it is available"),
        { } other => Waiting($"it is not available: {other.Says}"),
        null => Waiting("its availability has not been checked yet"),
    };

    private static bool Speaks(LiveCondition condition, ClusterObject item) =>
        condition.ObservedGeneration is not { } about || item.Generation is not { } generation || about >= generation;
}
