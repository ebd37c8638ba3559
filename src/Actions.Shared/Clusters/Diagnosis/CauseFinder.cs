using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What a cause is looked for in.</summary>
/// <param name="Workload">The object that does not become ready, as the cluster gives it.</param>
/// <param name="Family">The objects around it.</param>
public sealed record DiagnosisInput(ClusterObject Workload, ObjectFamily Family)
{
    /// <summary>Events about these objects; without them some causes stay unknown. Older ones than <see cref="Since"/> do not count.</summary>
    public EventLog Events { get; init; } = EventLog.None;

    /// <summary>When the object was applied, by the clock of the cluster. What happened before is not held against it.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The object as it was applied, for pointing at its fields; the live one if null.</summary>
    public ClusterObject? Manifest { get; init; }

    /// <summary>From so many restarts of a container on, a crash is certain to happen again.</summary>
    public int CrashLimit { get; init; } = 3;

    internal IReadOnlyList<ClusterEvent> EventsAbout(ClusterObject item) => Events.About(item, Since);
}

/// <summary>
/// Finds out why an object does not become ready, by following it to its newest pods and what these need. Pure: the same objects and events give the
/// same cause, whatever their order.
/// </summary>
public static class CauseFinder
{
    private const int MostEvents = 10;

    private static readonly string[] Noise = ["Started", "Created", "SuccessfulCreate", "Scheduled", "Pulling", "Pulled", "SuccessfulAttachVolume", "ScalingReplicaSet"];

    /// <summary>The cause that counts most: certain before likely before transient. Null if nothing is wrong, or nothing is known.</summary>
    public static Cause? Find(DiagnosisInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Workload.Kind switch
        {
            "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "ReplicationController" or "Pod" => OfPods(input),
            "Job" => OfJob(input),
            "PersistentVolumeClaim" => OfClaim(input),
            _ => null,
        };
    }

    private static Cause? OfPods(DiagnosisInput input)
    {
        var pods = input.Family.CurrentPods(input.Workload);
        var cause = Creation(input) is { } creation && creation.Certainty > CauseCertainty.Transient ? creation : Worst(input, pods) ?? Creation(input);
        return cause ?? BlockedByEarlierPod(input) ?? NotAvailable(input, pods);
    }

    private static Cause? OfJob(DiagnosisInput input)
    {
        var job = input.Workload;
        var cause = Creation(input) ?? Worst(input, input.Family.Owned(job, "Pod"));
        if (LiveCondition.Find(job, "Failed") is not { IsTrue: true } failed)
        {
            // The Job starts its pods again until its backoffLimit is used up, and then says so.
            return cause is { Kind: CauseKind.ContainerCrashed or CauseKind.InitContainerCrashed or CauseKind.OutOfMemory or CauseKind.ContainerCompleted or CauseKind.PodEvicted }
                ? cause with { Certainty = CauseCertainty.Transient }
                : cause;
        }

        var tries = job.Status.Integer("failed") ?? 0;
        var count = tries > 1 ? $" after {tries} tries" : "";
        var deadline = failed.Reason == "DeadlineExceeded";
        if (deadline || cause is null)
        {
            var seconds = job.Spec.Integer("activeDeadlineSeconds");
            var what = deadline
                ? $"{job} took longer than its activeDeadlineSeconds allow{(seconds is null ? "" : $" ({seconds} s)")}"
                : $"{job} failed{count}: {failed.Says}";
            return new Cause(deadline ? CauseKind.DeadlineExceeded : CauseKind.JobBackoffExceeded, CauseCertainty.Certain,
                cause is null ? what : $"{what}; until then: {Lower(cause.Message)}",
                deadline ? "See what it was doing in its log; raise activeDeadlineSeconds if it only needs longer." : "See the log of its pods; they are gone if the Job starts containers again in the same pod (restartPolicy: OnFailure), so Never shows more.",
                cause?.Subject ?? job)
            {
                Container = cause?.Container,
                Log = cause?.Log,
                Pointer = new ManifestPointer(input.Manifest ?? job).OfObject(deadline ? "spec/activeDeadlineSeconds" : "spec/backoffLimit"),
                Events = Relevant(input.EventsAbout(job)),
            };
        }

        return cause with { Certainty = CauseCertainty.Certain, Message = $"{job} failed{count}: {Lower(WithoutOwner(cause.Message, job))}" };
    }

    private static Cause? OfClaim(DiagnosisInput input)
    {
        var claim = input.Workload;
        return ClaimDiagnosis.Explain(claim, input) is not { } explanation ? null : new(explanation.Kind, explanation.Certainty, explanation.What.Replace($"PersistentVolumeClaim {claim.Name}", claim.ToString(), StringComparison.Ordinal), explanation.Hint, claim)
        {
            Pointer = new ManifestPointer(input.Manifest ?? claim).OfObject($"spec/{explanation.Field}".TrimEnd('/')),
            Events = Relevant(input.EventsAbout(claim)),
        };
    }

    private static Cause? Creation(DiagnosisInput input)
    {
        var workload = input.Workload;
        var creator = workload.Kind == "Deployment" ? input.Family.NewestReplicaSet(workload) ?? workload : workload;
        string? message = null;
        foreach (var item in input.EventsAbout(creator))
        {
            message = item.Reason is "FailedCreate" && item.IsWarning ? item.Message : message;
        }

        // The condition is as fresh as the ReplicaSet is new; an event that was seen since says the same in full.
        if (message is null && LiveCondition.Find(creator, "ReplicaFailure") is { IsTrue: true, Reason: "FailedCreate" } failure && (failure.Updated is null || failure.Updated >= input.Since))
        {
            message = failure.Message;
        }

        if (message is null || HasAllPods(input, creator))
        {
            return null;
        }

        var explanation = CreationMessages.Explain(message);
        var pointer = new ManifestPointer(input.Manifest ?? workload);
        return new(explanation.Kind, explanation.Certainty, $"{workload} cannot create its pods: {explanation.What}", explanation.Hint, creator)
        {
            Pointer = pointer.OfPod(explanation.Field),
            Events = Relevant(input.EventsAbout(creator)),
        };
    }

    // An event stays after what it reports has passed: with all pods there, nothing has to be created.
    private static bool HasAllPods(DiagnosisInput input, ClusterObject creator)
    {
        var wanted = creator.Kind switch
        {
            "DaemonSet" => creator.Status.Integer("desiredNumberScheduled"),
            "Job" => creator.Status.Integer("active") is > 0 ? 1 : null,
            _ => creator.Spec.Integer("replicas") ?? 1,
        };
        return wanted is { } count && input.Family.Owned(creator, "Pod").Count >= count;
    }

    private static Cause? Worst(DiagnosisInput input, IReadOnlyList<ClusterObject> pods)
    {
        var findings = new List<PodFinding>();
        foreach (var pod in pods)
        {
            if (new PodDiagnosis(input, pod).Find() is { } finding)
            {
                findings.Add(finding);
            }
        }

        PodFinding? worst = null;
        foreach (var finding in findings)
        {
            worst = worst is null || finding.Explanation.Certainty > worst.Explanation.Certainty ? finding : worst;
        }

        if (worst is null)
        {
            return null;
        }

        var same = findings.Count(f => f.Explanation.Kind == worst.Explanation.Kind && f.Container?.Name == worst.Container?.Name);
        // The template works where one pod is ready; why it does not elsewhere may pass.
        var works = pods.Any(static p => LiveCondition.Find(p, "Ready") is { IsTrue: true });
        return Tie(input, worst, same, pods.Count, works);
    }

    private static Cause Tie(DiagnosisInput input, PodFinding finding, int same, int total, bool works)
    {
        var (workload, explanation) = (input.Workload, finding.Explanation);
        var about = finding.Subject.Kind == "PersistentVolumeClaim" ? ""
            : finding.Container is { } container ? $"{container} of {workload} "
            : workload.Kind == "Pod" ? $"{workload} "
            : $"a pod of {workload} ";
        var count = total < 2 || about.Length == 0 ? "" : same == total ? $" (all {total} pods)" : $" ({same} of {total} pods)";
        var pointer = new ManifestPointer(input.Manifest ?? workload);
        var field = finding.Container is { } part ? pointer.OfContainer(part, explanation.Field) : pointer.OfPod(explanation.Field);
        var hint = field is null ? $"{explanation.Hint} The manifest has no such container: something in the cluster adds it to pods." : explanation.Hint;
        var text = about.Length == 0 ? $"a pod of {workload} cannot be placed: {explanation.What}" : $"{about}{explanation.What}{count}";
        return new(explanation.Kind, works && explanation.Certainty == CauseCertainty.Certain ? CauseCertainty.Likely : explanation.Certainty, Upper(text), hint, finding.Subject)
        {
            Container = finding.Container?.Name,
            Pointer = field,
            Log = finding.Container is { } logged && finding.PreviousLog is { } previous ? new(finding.Subject.Namespace ?? "", finding.Subject.Name, logged.Name, previous) : null,
            Events = Relevant(input.EventsAbout(finding.Subject).Where(e => e.Container() is not { } name || finding.Container is null || name == finding.Container.Name)),
        };
    }

    /// <summary>A StatefulSet replaces its pods in order and waits for each to be ready, also for a broken one of the earlier template.</summary>
    private static Cause? BlockedByEarlierPod(DiagnosisInput input)
    {
        var set = input.Workload;
        if (set.Kind != "StatefulSet" || set.Spec.Text("podManagementPolicy") == "Parallel" || set.Spec.Object("updateStrategy").Text("type") == "OnDelete")
        {
            return null;
        }

        foreach (var pod in input.Family.EarlierPods(set))
        {
            if (LiveCondition.Find(pod, "Ready") is not { IsTrue: true })
            {
                return new(CauseKind.EarlierPodBlocksUpdate, CauseCertainty.Likely, $"{set} waits for pod {pod.Name}, which still runs the earlier template and is not ready",
                    $"Delete the pod, so that it is created anew from the current template: kubectl delete pod {pod.Name} -n {pod.Namespace}.", pod)
                {
                    Events = Relevant(input.EventsAbout(pod)),
                };
            }
        }

        return null;
    }

    private static Cause? NotAvailable(DiagnosisInput input, IReadOnlyList<ClusterObject> pods)
    {
        var minimum = input.Workload.Spec.Integer("minReadySeconds") ?? 0;
        return minimum > 0 && pods.Count > 0 && pods.All(static p => LiveCondition.Find(p, "Ready") is { IsTrue: true })
            ? new(CauseKind.NotAvailableYet, CauseCertainty.Transient, $"The pods of {input.Workload} are ready, but not yet for the {minimum} s that minReadySeconds demands",
                "Wait; the timeout and progressDeadlineSeconds must be longer than minReadySeconds times the number of batches.", input.Workload)
            {
                Pointer = new ManifestPointer(input.Manifest ?? input.Workload).OfObject("spec/minReadySeconds"),
            }
            : null;
    }

    private static List<ClusterEvent> Relevant(IEnumerable<ClusterEvent> events)
    {
        var relevant = events.Where(static e => Array.IndexOf(Noise, e.Reason) < 0).ToList();
        return relevant.Count > MostEvents ? relevant.GetRange(relevant.Count - MostEvents, MostEvents) : relevant;
    }

    private static string WithoutOwner(string message, ClusterObject owner) => message.Replace($" of {owner}", "", StringComparison.Ordinal);

    private static string Upper(string text) => text.Length > 0 ? $"{char.ToUpperInvariant(text[0])}{text.AsSpan(1)}" : text;

    private static string Lower(string text) => text.Length > 0 ? $"{char.ToLowerInvariant(text[0])}{text.AsSpan(1)}" : text;
}
