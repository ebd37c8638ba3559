using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What kubelets report about volumes, and provisioners about claims.</summary>
internal static partial class VolumeMessages
{
    /// <summary>Explains the events <c>FailedMount</c>, <c>FailedAttachVolume</c> and <c>FailedMapVolume</c>.</summary>
    public static Explanation ExplainMount(string text)
    {
        var message = text.Length > 4096 ? text[..4096] : text;
        var volume = Volume().Match(message) is { Success: true } match ? match.Groups["name"].Value : "";
        var subject = volume.Length > 0 ? $"volume {Quoted.Line(volume, 253)}" : "a volume";
        var field = volume.Length > 0 ? $"volume/{volume}" : "volumes";
        if (ContainerStartMessages.Configuration(message) is { } configuration)
        {
            return configuration with { Field = configuration.Field.Length > 0 ? $"{field}|{configuration.Field}" : field };
        }

        if (message.Contains("Multi-Attach error", StringComparison.Ordinal))
        {
            return new(CauseKind.VolumeInUse, CauseCertainty.Transient, $"waits for {subject}: it is still attached to another node",
                "A ReadWriteOnce volume serves one node at a time: let the old pod go first (strategy: Recreate, or a StatefulSet). If its node is gone, the volume is released after some minutes.", field);
        }

        if (message.Contains("hostPath type check failed", StringComparison.Ordinal))
        {
            return new(CauseKind.VolumeMountFailed, CauseCertainty.Certain, $"cannot mount {subject}: {Quoted.Essence(AfterColon(message), 200)}",
                "Create the path on the nodes, or set hostPath.type to DirectoryOrCreate or FileOrCreate.", field);
        }

        if (message.Contains("not found in the list of registered CSI drivers", StringComparison.Ordinal))
        {
            return new(CauseKind.VolumeMountFailed, CauseCertainty.Transient, $"cannot mount {subject}: the storage driver is not running on the node",
                "See the pods of the storage driver (CSI) on that node.", field);
        }

        // The sum of what the kubelet waited for; the reason stands in an event of its own.
        return message.Contains("timed out waiting for the condition", StringComparison.Ordinal) || message.Contains("context deadline exceeded", StringComparison.Ordinal)
            ? new(CauseKind.VolumeMountFailed, CauseCertainty.Transient, $"waits for {Unmounted(message, subject)} to be mounted", "See the other events of the pod, and the pods of the storage driver on its node.", field)
            : new(CauseKind.VolumeMountFailed, CauseCertainty.Likely, $"cannot mount {subject}: {Quoted.Essence(AfterColon(message), 200)}", "See the events of the pod and of its claim.", field);
    }

    /// <summary>Explains why a PersistentVolumeClaim is not bound, by the last event about it.</summary>
    /// <param name="name">Name of the claim.</param>
    /// <param name="className">Its StorageClass; null or empty if it names none.</param>
    /// <param name="reason">Reason of the event; empty if there is none.</param>
    /// <param name="message">Message of the event.</param>
    public static Explanation ExplainClaim(string name, string? className, string reason, string message)
    {
        var claim = $"PersistentVolumeClaim {Quoted.Line(name, 253)}";
        if (MissingStorageClass().Match(message) is { Success: true } missing)
        {
            return new(CauseKind.StorageClassMissing, CauseCertainty.Certain, $"{claim} is not bound: there is no StorageClass {Quoted.Line(missing.Groups[1].Value, 253)}",
                "Correct storageClassName, or create the StorageClass.", "storageClassName");
        }

        if (message.Contains("no storage class is set", StringComparison.Ordinal))
        {
            return new(CauseKind.StorageClassMissing, CauseCertainty.Likely, $"{claim} is not bound: it names no StorageClass, and the cluster has no default one",
                "Set storageClassName, or mark a StorageClass as the default.", "storageClassName");
        }

        if (reason == "ProvisioningFailed")
        {
            var quota = CreationMessages.Explain(message);
            return quota.Kind == CauseKind.QuotaExceeded
                ? quota with { What = $"{claim} is not bound: {quota.What}", Field = "resources/requests/storage" }
                : new(CauseKind.ClaimNotBound, CauseCertainty.Likely, $"{claim} is not bound: the provisioner reports {Quoted.Essence(AfterColon(message), 250)}",
                    "See the log of the provisioner, and the size and access modes that the claim asks for.", "");
        }

        if (message.Contains("no persistent volumes available", StringComparison.Ordinal))
        {
            return new(CauseKind.ClaimNotBound, CauseCertainty.Likely, $"{claim} is not bound: no PersistentVolume matches it",
                "Create a PersistentVolume of that size, access mode and class, or use a StorageClass that creates volumes.", "");
        }

        return new(CauseKind.ClaimNotBound, CauseCertainty.Transient,
            reason is "ExternalProvisioning" or "Provisioning"
                ? $"{claim} is not bound: it waits for its provisioner{(string.IsNullOrEmpty(className) ? "" : $" (StorageClass {Quoted.Line(className, 253)})")}"
                : $"{claim} is not bound to a volume",
            "See the events of the claim, and whether the pods of the provisioner run.", "");
    }

    private static string Unmounted(string message, string subject) =>
        UnmountedList().Match(message) is { Success: true } list && list.Groups[1].Value is { Length: > 0 } names
            ? $"volume{(names.Contains(' ', StringComparison.Ordinal) ? "s" : "")} {Quoted.Line(names.Replace(" ", ", ", StringComparison.Ordinal), 200)}"
            : subject;

    private static string AfterColon(string message) => message.IndexOf(" : ", StringComparison.Ordinal) is var wide and >= 0
        ? message[(wide + 3)..]
        : message.IndexOf(": ", StringComparison.Ordinal) is var at and >= 0 ? message[(at + 2)..] : message;

    [GeneratedRegex("for volume \"(?<name>[^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Volume();

    [GeneratedRegex(@"unmounted volumes=\[([^\]]*)\]", RegexOptions.CultureInvariant)]
    private static partial Regex UnmountedList();

    [GeneratedRegex("storageclass(?:es)?\\.storage\\.k8s\\.io \"([^\"]+)\" not found", RegexOptions.CultureInvariant)]
    private static partial Regex MissingStorageClass();
}
