using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What keeps one pod from being ready.</summary>
/// <param name="Explanation">What it means.</param>
/// <param name="Subject">The pod, or a claim that it uses.</param>
/// <param name="Container">The container concerned; null if it is about the whole pod.</param>
/// <param name="PreviousLog">Which log shows more: that of the instance before, the current one, or none.</param>
internal sealed record PodFinding(Explanation Explanation, ClusterObject Subject, LiveContainer? Container = null, bool? PreviousLog = null);

/// <summary>Looks through one pod: its node, its containers in the order in which they start, its volumes, its probes.</summary>
internal sealed class PodDiagnosis
{
    private readonly DiagnosisInput _input;
    private readonly ClusterObject _pod;
    private readonly IReadOnlyList<ClusterEvent> _events;
    private readonly bool _isNew;

    public PodDiagnosis(DiagnosisInput input, ClusterObject pod)
    {
        _input = input;
        _pod = pod;
        _events = input.EventsAbout(pod);
        _isNew = pod.Metadata.Time("creationTimestamp") is not { } created || created >= input.Since;
    }

    /// <summary>The first thing that is wrong; null if nothing is, or nothing is known.</summary>
    public PodFinding? Find()
    {
        if (_pod.Status.Text("phase") == "Succeeded" || (LiveCondition.Find(_pod, "Ready")?.IsTrue ?? false))
        {
            return null;
        }

        var finding = Lost() ?? Unscheduled() ?? WorstContainer() ?? Preparing() ?? Probing() ?? Gated();

        // What an older pod waits for may just have been applied, and its restarts may be from before.
        return finding is { Explanation.Certainty: CauseCertainty.Certain } && !_isNew
            ? finding with { Explanation = finding.Explanation with { Certainty = CauseCertainty.Likely } }
            : finding;
    }

    private PodFinding? Lost()
    {
        var reason = _pod.Status.Text("reason") ?? "";
        var message = _pod.Status.Text("message") ?? "";
        var alone = ObjectFamily.ControllerOf(_pod) is null ? CauseCertainty.Certain : CauseCertainty.Transient;
        var said = message.Length > 0 ? $": {Quoted.Line(message, 250)}" : "";
        if (_pod.Status.Text("phase") == "Failed" && reason.Length > 0 && IsFresh(FinishedAt()))
        {
            return reason switch
            {
                "Evicted" => Pod(new(CauseKind.PodEvicted, IsOwnUse(message) ? Max(alone, CauseCertainty.Likely) : alone, $"was evicted from its node{said}",
                    "Set requests that cover what it uses (ephemeral-storage too), so that it is placed where there is room.", "containers/0/resources")),
                "DeadlineExceeded" => Pod(new(CauseKind.DeadlineExceeded, alone, "ran longer than its activeDeadlineSeconds allow", "Raise activeDeadlineSeconds, or see what the program waits for.", "activeDeadlineSeconds")),
                "NodeLost" or "NodeShutdown" or "Shutdown" or "Terminated" => Pod(new(CauseKind.NodeLost, alone, $"was stopped because its node shut down{said}", "Its controller replaces it on another node.")),
                _ => Pod(new(CauseKind.PodRejectedByNode, reason is "NodeAffinity" or "UnexpectedAdmissionError" ? Max(alone, CauseCertainty.Likely) : alone,
                    $"was refused by its node ({Quoted.Line(reason, 64)}){said}", "Its controller replaces it; if that happens again and again, compare what it asks for with what the node has.")),
            };
        }

        if (LiveCondition.Find(_pod, "DisruptionTarget") is { IsTrue: true } disruption && IsFresh(disruption.Updated))
        {
            return Pod(new(CauseKind.PodEvicted, alone, $"is being removed from its node: {disruption.Says}", "Its controller replaces it on another node."));
        }

        return _pod.Status.Text("phase") == "Unknown" || reason == "NodeLost" || Latest("NodeNotReady") is not null
            ? Pod(new(CauseKind.NodeLost, CauseCertainty.Transient, "is on a node that no longer answers", "See the state of the node; the pod is replaced on another one after some minutes."))
            : null;

        static bool IsOwnUse(string text) => text.Contains("exceeds the", StringComparison.Ordinal) || text.Contains("exceeded its local ephemeral storage limit", StringComparison.Ordinal);
    }

    private PodFinding? Unscheduled()
    {
        if (_pod.Spec.Text("nodeName") is not null || LiveCondition.Find(_pod, "PodScheduled") is not { IsFalse: true } condition)
        {
            return null;
        }

        var message = condition.Message.Length > 0 ? condition.Message : Latest("FailedScheduling")?.Message ?? "";
        var explanation = condition.Reason == "SchedulingGated"
            ? SchedulingMessages.Explain($"scheduling gate: {message}; gated")
            : SchedulingMessages.Explain(message.Length > 4096 ? message[..4096] : message);
        if (explanation.Kind is CauseKind.ClaimNotBound or CauseKind.ClaimMissing or CauseKind.UnschedulableVolume && UnboundClaim() is { } claim)
        {
            return claim;
        }

        if (Latest("TriggeredScaleUp") is { } scaleUp && Latest("NotTriggerScaleUp") is var refused && (refused is null || refused.Last < scaleUp.Last))
        {
            return Pod(explanation with { Certainty = CauseCertainty.Transient, What = $"{explanation.What}; the autoscaler adds nodes" });
        }

        return Pod(Latest("NotTriggerScaleUp") is { } cannot && explanation.Kind == CauseKind.UnschedulableResources
            ? explanation with { What = $"{explanation.What}; the autoscaler adds no node: {Quoted.Line(AfterColon(cannot.Message), 200)}" }
            : explanation);
    }

    private PodFinding? UnboundClaim()
    {
        foreach (var volume in _pod.Spec.Objects("volumes"))
        {
            var name = volume.Object("persistentVolumeClaim").Text("claimName")
                ?? (volume.Object("ephemeral") is null ? null : $"{_pod.Name}-{volume.Text("name")}");
            if (name is null || _input.Family.Find("PersistentVolumeClaim", _pod.Namespace, name) is not { } claim || claim.Status.Text("phase") == "Bound")
            {
                continue;
            }

            return ClaimDiagnosis.Explain(claim, _input) is { } explanation ? new(explanation with { Field = $"claim/{name}" }, claim) : null;
        }

        return null;
    }

    private PodFinding? WorstContainer()
    {
        PodFinding? worst = null;
        foreach (var container in LiveContainer.Of(_pod))
        {
            if (Container(container) is { } finding && (worst is null || finding.Explanation.Certainty > worst.Explanation.Certainty))
            {
                worst = finding;
            }
        }

        return worst;
    }

    private PodFinding? Container(LiveContainer container)
    {
        var reason = container.Waiting.Text("reason") ?? "";
        var message = container.Waiting.Text("message") ?? "";
        switch (reason)
        {
            case "InvalidImageName":
                return Of(container, new(CauseKind.ImageNameInvalid, CauseCertainty.Certain, $"has an image reference that cannot be parsed: '{Quoted.Line(container.Image, 200)}'",
                    "Write it as registry/path:tag or registry/path@sha256:…, in lower case; an empty variable often leaves a reference without name or tag.", "image"));
            case "ErrImageNeverPull":
                return Of(container, new(CauseKind.ImageNotOnNode, CauseCertainty.Certain, $"may not pull {Quoted.Line(container.Image, 200)}, which its node does not have (imagePullPolicy: Never)",
                    "Set imagePullPolicy to IfNotPresent, or load the image onto the nodes.", "imagePullPolicy"));
            case "ErrImagePull" or "ImagePullBackOff" or "ImageInspectError" or "RegistryUnavailable" or "SignatureValidationFailed":
                return Pull(container, message);
            case "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError":
                return Of(container, Started(container, reason, message));
            case "PostStartHookError":
                return Hook(container, message);
        }

        var terminated = container.Terminated ?? (container.Running is not null && container.IsReady ? null : container.LastTerminated);
        if (terminated is null || !IsFresh(terminated.Time("finishedAt")))
        {
            return null;
        }

        var mayEnd = container.Role == LiveContainerRole.Init || _pod.Spec.Text("restartPolicy") is "Never" or "OnFailure";
        if ((terminated.Integer("exitCode") ?? 0) == 0 && mayEnd)
        {
            return null;
        }

        if (Latest("FailedPostStartHook", container) is { } hook)
        {
            return Hook(container, hook.Message);
        }

        var explanation = ContainerExit.Explain(container, terminated, KillingProbe(container, out var wasKilled), wasKilled, _input.CrashLimit);
        if (_pod.Status.Text("phase") == "Failed" && ObjectFamily.ControllerOf(_pod) is null)
        {
            explanation = explanation with { Certainty = CauseCertainty.Certain };
        }

        // State and lastState tell the same instance while the kubelet backs off; its log is then the one before the next.
        var hasLog = explanation.Kind is not (CauseKind.CommandNotFound or CauseKind.ContainerStartFailed or CauseKind.VolumeMountFailed);
        return Of(container, explanation, hasLog ? container.Terminated is null : null);
    }

    private PodFinding Pull(LiveContainer container, string message)
    {
        // Until Kubernetes 1.31 the waiting message only says that the kubelet backs off.
        var text = message;
        if (message.StartsWith("Back-off", StringComparison.Ordinal) && !message.Contains("ErrImagePull", StringComparison.Ordinal))
        {
            text = "";
            foreach (var item in _events)
            {
                text = item.Reason == "Failed" && IsAbout(item, container) && ImagePullMessages.IsPullFailure(item.Message) ? item.Message : text;
            }
        }

        var explanation = ImagePullMessages.Explain(container.Image, text);
        if (explanation.Kind == CauseKind.ImageAccessDenied && Latest("FailedToRetrieveImagePullSecret") is { } secrets)
        {
            var names = secrets.Message.IndexOf('(', StringComparison.Ordinal) is var open and >= 0 && secrets.Message.IndexOf(')', open) is var close and > 0 ? secrets.Message[(open + 1)..close] : "";
            return Of(container, new(CauseKind.PullSecretMissing, CauseCertainty.Likely,
                $"{explanation.What}, and its pull secret {(names.Length > 0 ? $"{Quoted.Line(names, 253)} " : "")}does not exist", "Create the Secret in the same namespace, or correct imagePullSecrets of the pod or its service account.", "image"));
        }

        return Of(container, explanation);
    }

    private static Explanation Started(LiveContainer container, string reason, string message)
    {
        // With CreateContainerError and RunContainerError the details often stand in the instance that did not start.
        var text = message.Length > 0 && message != reason ? message : container.LastTerminated.Text("message") ?? message;
        return ContainerStartMessages.Explain(reason, text.Length > 4096 ? text[..4096] : text);
    }

    private PodFinding Hook(LiveContainer container, string message) => Of(container, new(CauseKind.LifecycleHookFailed, CauseCertainty.Likely,
        $"is killed because its postStart hook fails{(message.Length > 0 ? $": {Quoted.Line(message, 200)}" : "")}", "Run the command of the hook in the container to see what it reports.", "lifecycle/postStart"), container.LastTerminated is not null);

    private (string Name, string Message)? KillingProbe(LiveContainer container, out bool wasKilled)
    {
        wasKilled = false;
        (string, string)? probe = null;
        foreach (var item in _events)
        {
            if (!IsAbout(item, container))
            {
                continue;
            }

            if (item.Reason == "Unhealthy" && Probe(item.Message) is { Name: not "readinessProbe" } found)
            {
                probe = found;
            }
            else if (item.Reason == "Killing" && item.Message.Contains("probe, will be restarted", StringComparison.Ordinal))
            {
                wasKilled = true;
                probe ??= (item.Message.Contains("startup", StringComparison.Ordinal) ? "startupProbe" : "livenessProbe", "no message");
            }
        }

        return probe;
    }

    private PodFinding? Preparing()
    {
        if (_pod.Status.Text("phase") is not ("Pending" or null))
        {
            return null;
        }

        PodFinding? found = null;
        foreach (var item in _events)
        {
            var explanation = item.Reason switch
            {
                "FailedMount" or "FailedAttachVolume" or "FailedMapVolume" => VolumeMessages.ExplainMount(item.Message),
                "FailedCreatePodSandBox" or "NetworkNotReady" or "FailedPodSandBoxStatus" => Sandbox(item.Message),
                _ => null,
            };
            if (explanation is not null && (found is null || explanation.Certainty >= found.Explanation.Certainty))
            {
                found = Pod(explanation);
            }
        }

        return found;
    }

    private static Explanation Sandbox(string message) => message.Contains("RuntimeHandler", StringComparison.Ordinal) || message.Contains("no runtime for", StringComparison.Ordinal)
        ? new(CauseKind.SandboxFailed, CauseCertainty.Likely, $"cannot start: its node has no such container runtime: {Quoted.Line(LastLink(message), 200)}", "Check runtimeClassName and which nodes have that runtime.", "runtimeClassName")
        : new(CauseKind.SandboxFailed, CauseCertainty.Transient, $"cannot start: its node cannot set up its network or sandbox: {Quoted.Line(LastLink(message), 200)}",
            "The kubelet tries again; if it stays, see the pods of the network plugin (CNI) on that node, and whether the node has free addresses.");

    private PodFinding? Probing()
    {
        foreach (var container in LiveContainer.Of(_pod))
        {
            if (container.Running is null || container.IsReady || container.Role == LiveContainerRole.Init)
            {
                continue;
            }

            (string Name, string Message)? last = null;
            foreach (var item in _events)
            {
                last = item.Reason is "Unhealthy" or "ProbeWarning" && IsAbout(item, container) && Probe(item.Message) is { } probe ? probe : last;
            }

            var starting = !container.IsStarted && container.Spec.Object("startupProbe") is not null;
            if (last is null && container.Spec.Object("readinessProbe") is null && !starting)
            {
                continue;
            }

            var name = last?.Name ?? (starting ? "startupProbe" : "readinessProbe");
            var kind = name switch { "startupProbe" => CauseKind.StartupProbeFailing, "livenessProbe" => CauseKind.LivenessProbeFailing, _ => CauseKind.ReadinessProbeFailing };
            return Of(container, new(kind, CauseCertainty.Transient,
                last is { } failing ? $"runs but is not ready: its {name} fails: {Quoted.Line(failing.Message, 200)}" : $"runs but is not ready: its {name} has not succeeded yet",
                "See the log of the container: it may wait for something else. Then check path, port and timeout of the probe.", name), previous: false);
        }

        return null;
    }

    private PodFinding? Gated()
    {
        foreach (var gate in _pod.Spec.Objects("readinessGates"))
        {
            if (gate.Text("conditionType") is { } type && LiveCondition.Find(_pod, type) is not { IsTrue: true })
            {
                return Pod(new(CauseKind.ReadinessGatePending, CauseCertainty.Transient, $"runs, but its readiness gate {Quoted.Line(type, 253)} is not met",
                    "Whoever sets that condition (often the controller of a load balancer) must first see the pod as healthy: look at its target group and log.", "readinessGates"));
            }
        }

        return null;
    }

    /// <summary>Reads <c>Liveness probe failed: …</c> and its variants.</summary>
    private static (string Name, string Message)? Probe(string message)
    {
        var name = message.StartsWith("Liveness probe ", StringComparison.Ordinal) ? "livenessProbe"
            : message.StartsWith("Readiness probe ", StringComparison.Ordinal) ? "readinessProbe"
            : message.StartsWith("Startup probe ", StringComparison.Ordinal) ? "startupProbe" : null;
        return name is null ? null : (name, AfterColon(message) is { Length: > 0 } said ? said : "no message");
    }

    private static string AfterColon(string message) => message.IndexOf(": ", StringComparison.Ordinal) is var at and >= 0 ? message[(at + 2)..].Trim() : message.EndsWith(':') ? "" : message;

    private static string LastLink(string message) => message.LastIndexOf("desc = ", StringComparison.Ordinal) is var at and >= 0 ? message[(at + "desc = ".Length)..] : message;

    private ClusterEvent? Latest(string reason, LiveContainer? container = null)
    {
        ClusterEvent? latest = null;
        foreach (var item in _events)
        {
            latest = item.Reason == reason && (container is null || IsAbout(item, container)) ? item : latest;
        }

        return latest;
    }

    private bool IsAbout(ClusterEvent item, LiveContainer container) =>
        item.Container() is { } name ? name == container.Name : LiveContainer.Of(_pod).Count == 1;

    private DateTimeOffset? FinishedAt()
    {
        DateTimeOffset? last = null;
        foreach (var container in LiveContainer.Of(_pod))
        {
            last = container.Terminated.Time("finishedAt") is { } time && (last is null || time > last) ? time : last;
        }

        return last;
    }

    /// <summary>Whether something happened since the objects were applied; on a pod that is younger than that everything did.</summary>
    private bool IsFresh(DateTimeOffset? time) => _isNew || time is null || time >= _input.Since;

    private PodFinding Pod(Explanation explanation) => new(explanation, _pod);

    private PodFinding Of(LiveContainer container, Explanation explanation, bool? previous = null) => new(explanation, _pod, container, previous);

    private static CauseCertainty Max(CauseCertainty a, CauseCertainty b) => a > b ? a : b;
}

/// <summary>What keeps a PersistentVolumeClaim from being bound.</summary>
internal static class ClaimDiagnosis
{
    public static Explanation? Explain(ClusterObject claim, DiagnosisInput input)
    {
        switch (claim.Status.Text("phase"))
        {
            case "Bound":
                return null;
            case "Lost":
                return new(CauseKind.ClaimLost, CauseCertainty.Certain, $"PersistentVolumeClaim {Quoted.Line(claim.Name, 253)} has lost its volume {Quoted.Line(claim.Spec.Text("volumeName") ?? "", 253)}".TrimEnd(),
                    "The PersistentVolume was deleted: restore it, or create the claim anew (its data is gone).");
        }

        ClusterEvent? last = null;
        foreach (var item in input.EventsAbout(claim))
        {
            last = item.Reason is "ProvisioningFailed" or "FailedBinding" or "ExternalProvisioning" or "Provisioning" && (last is null || item.IsWarning || !last.IsWarning) ? item : last;
        }

        return VolumeMessages.ExplainClaim(claim.Name, claim.Spec.Text("storageClassName"), last?.Reason ?? "", last?.Message ?? "");
    }
}
