using System.Text;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>Why an object does not become ready. The identifiers (<see cref="CauseKinds.Id"/>) are stable: scripts compare them.</summary>
public enum CauseKind
{
    /// <summary>The registry has no such image or tag.</summary>
    ImageNotFound,

    /// <summary>The registry refuses the credentials, or there are none.</summary>
    ImageAccessDenied,

    /// <summary>The registry limits how often images are pulled.</summary>
    ImageRateLimited,

    /// <summary>The image reference cannot be parsed.</summary>
    ImageNameInvalid,

    /// <summary>The image does not exist for the node's platform.</summary>
    ImagePlatformMismatch,

    /// <summary>The pull policy forbids to pull an image that the node does not have.</summary>
    ImageNotOnNode,

    /// <summary>The registry cannot be reached or answers with a server error.</summary>
    RegistryUnreachable,

    /// <summary>No trusted TLS connection to the registry.</summary>
    RegistryNotTrusted,

    /// <summary>The image cannot be pulled, for a reason that is not among the others.</summary>
    ImagePullFailed,

    /// <summary>A Secret that the pod wants to pull with does not exist.</summary>
    PullSecretMissing,

    /// <summary>A container keeps ending with an error.</summary>
    ContainerCrashed,

    /// <summary>An init container keeps ending with an error.</summary>
    InitContainerCrashed,

    /// <summary>A container that is to run all the time ends without an error.</summary>
    ContainerCompleted,

    /// <summary>A container used more memory than it may.</summary>
    OutOfMemory,

    /// <summary>The program to start does not exist or cannot be executed.</summary>
    CommandNotFound,

    /// <summary>The container runtime cannot create or start the container.</summary>
    ContainerStartFailed,

    /// <summary>The image runs as root, which the pod forbids.</summary>
    RunsAsRoot,

    /// <summary>A port that the program wants to listen on is taken.</summary>
    PortInUse,

    /// <summary>The program writes to a file system that is read-only.</summary>
    FileSystemReadOnly,

    /// <summary>A lifecycle hook fails.</summary>
    LifecycleHookFailed,

    /// <summary>Restarted because its liveness probe fails.</summary>
    LivenessProbeFailing,

    /// <summary>Its startup probe fails.</summary>
    StartupProbeFailing,

    /// <summary>Its readiness probe fails.</summary>
    ReadinessProbeFailing,

    /// <summary>A readiness gate of the pod is not met.</summary>
    ReadinessGatePending,

    /// <summary>A ConfigMap or Secret that is used does not exist.</summary>
    ConfigurationMissing,

    /// <summary>A ConfigMap or Secret lacks a key that is used.</summary>
    ConfigurationKeyMissing,

    /// <summary>The kubelet has not read the ConfigMaps or Secrets yet.</summary>
    ConfigurationNotSynced,

    /// <summary>No node has enough free cpu, memory or another resource.</summary>
    UnschedulableResources,

    /// <summary>Nodes have taints that the pod does not tolerate.</summary>
    UnschedulableTaints,

    /// <summary>No node matches the pod's selector or affinity.</summary>
    UnschedulableAffinity,

    /// <summary>Topology spread constraints leave no node.</summary>
    UnschedulableTopology,

    /// <summary>The pod's volumes are bound to another zone or node.</summary>
    UnschedulableVolume,

    /// <summary>The host ports that the pod wants are taken on every node.</summary>
    UnschedulablePorts,

    /// <summary>No node takes the pod, for a reason that is not among the others.</summary>
    Unschedulable,

    /// <summary>A PersistentVolumeClaim that is used does not exist.</summary>
    ClaimMissing,

    /// <summary>A PersistentVolumeClaim is not bound to a volume.</summary>
    ClaimNotBound,

    /// <summary>The volume of a PersistentVolumeClaim is gone.</summary>
    ClaimLost,

    /// <summary>A StorageClass does not exist, or none is the default.</summary>
    StorageClassMissing,

    /// <summary>A volume cannot be mounted.</summary>
    VolumeMountFailed,

    /// <summary>A volume is still attached to another node.</summary>
    VolumeInUse,

    /// <summary>The node cannot set up the pod's network or sandbox.</summary>
    SandboxFailed,

    /// <summary>A ResourceQuota leaves no room.</summary>
    QuotaExceeded,

    /// <summary>A ResourceQuota demands requests or limits that are not set.</summary>
    QuotaNeedsResources,

    /// <summary>A LimitRange refuses the requests or limits.</summary>
    LimitRangeViolated,

    /// <summary>The namespace's pod security level refuses the pod.</summary>
    PodSecurityViolated,

    /// <summary>A policy or admission webhook refuses the object.</summary>
    AdmissionDenied,

    /// <summary>An admission webhook that must be asked does not answer.</summary>
    WebhookUnreachable,

    /// <summary>The pod's ServiceAccount does not exist.</summary>
    ServiceAccountMissing,

    /// <summary>The pod's PriorityClass or RuntimeClass does not exist.</summary>
    ClassMissing,

    /// <summary>The API server finds the pod template invalid.</summary>
    PodInvalid,

    /// <summary>The namespace is being deleted.</summary>
    NamespaceTerminating,

    /// <summary>The controller cannot create pods, for a reason that is not among the others.</summary>
    PodCreationFailed,

    /// <summary>The pod was evicted.</summary>
    PodEvicted,

    /// <summary>The node refused the pod.</summary>
    PodRejectedByNode,

    /// <summary>The node of the pod stopped answering.</summary>
    NodeLost,

    /// <summary>A Job used up its tries.</summary>
    JobBackoffExceeded,

    /// <summary>A Job or pod ran out of its own time limit.</summary>
    DeadlineExceeded,

    /// <summary>A pod of the earlier revision blocks an ordered update.</summary>
    EarlierPodBlocksUpdate,

    /// <summary>Pods are ready but not yet for as long as <c>minReadySeconds</c> demands.</summary>
    NotAvailableYet,
}

/// <summary>Names of <see cref="CauseKind"/> for reports.</summary>
public static class CauseKinds
{
    /// <summary>The stable identifier, for example <c>image-not-found</c>.</summary>
    public static string Id(this CauseKind kind)
    {
        var name = kind.ToString();
        var id = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && id.Length > 0)
            {
                id.Append('-');
            }

            id.Append(char.ToLowerInvariant(c));
        }

        return id.ToString();
    }
}
