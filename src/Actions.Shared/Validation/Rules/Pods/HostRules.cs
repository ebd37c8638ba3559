using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about what a pod shares with its node: namespaces, ports, paths.</summary>
internal static class HostRules
{
    private static readonly RuleParameter SensitivePaths = new(
        "paths", "Paths that are reported, with everything below them and the folders above them.",
        "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sys", "/usr", "/var/lib/kubelet", "/var/lib/etcd");

    /// <summary>Volume types that reach the node or storage with the node's rights.</summary>
    private static readonly HashSet<string> HostVolumeTypes = new(StringComparer.Ordinal)
    {
        "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo", "glusterfs", "hostPath",
        "iscsi", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
    };

    private static readonly string[] RuntimeSockets = ["docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "podman.sock"];

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        HostNamespace(
            "host-pid", "hostPID", "process", "It sees every process of the node, with their environments, and can signal them.",
            ["kube-linter:host-pid", "polaris:hostPIDSet", "CKV_K8S_17", "PSS:baseline"]),
        HostNamespace(
            "host-ipc", "hostIPC", "IPC", "It can read and change the shared memory of every process of the node.",
            ["kube-linter:host-ipc", "polaris:hostIPCSet", "CKV_K8S_18", "PSS:baseline"]),
        HostNamespace(
            "host-network", "hostNetwork", "network", "It sees the node's traffic, reaches services on its loopback and escapes network policies.",
            ["kube-linter:host-network", "polaris:hostNetworkSet", "CKV_K8S_19", "PSS:baseline"]),

        new(
            new(
                "host-port",
                Severity.Warning,
                "Containers must not use a port of their node.",
                "A host port bypasses Services and network policies, and only one such pod fits on a node.",
                "Remove `hostPort` and expose the port through a Service.")
            {
                Aliases = ["polaris:hostPortSet", "CKV_K8S_26", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod || (x.Settings.PodSecurity == PodSecurityLevel.None && pod.Spec.Boolean("hostNetwork") is true))
                {
                    return;
                }

                foreach (var container in pod.Containers)
                {
                    foreach (var port in container.Body.Mappings("ports"))
                    {
                        if (port.Integer("hostPort") is not (null or 0))
                        {
                            x.Report(port["hostPort"]!, $"{container} takes port {port.Text("hostPort")} of its node");
                        }
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "host-process-windows",
                Severity.Error,
                "Windows pods must not run as host processes.",
                "A HostProcess container runs on the Windows node itself, outside of any container.",
                "Remove `windowsOptions.hostProcess`.")
            {
                Aliases = ["polaris:hostProcess", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                foreach (var options in pod.Containers.Select(c => c.SecurityContext).Append(pod.SecurityContext).Select(c => c.Mapping("windowsOptions")))
                {
                    if (options.Boolean("hostProcess") is true)
                    {
                        x.Report(options!["hostProcess"]!, "runs as a process of the Windows host");
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "host-path",
                Severity.Warning,
                "Pods must not mount paths of their node.",
                "A host path survives the pod, differs between nodes and is a way out of the container.",
                "Use a volume that belongs to the pod: emptyDir, a PersistentVolumeClaim, a projected volume.")
            {
                Aliases = ["polaris:hostPathSet", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (volume, path) in HostPaths(x.Pod))
                {
                    x.Report(path, $"volume `{volume.Text("name")}` is the node's path {path.Value}", subject: volume);
                }
            })
        { Standard = PodSecurityLevel.Baseline, SubsumedBy = ["host-path-sensitive", "container-runtime-socket"] },

        new(
            new(
                "host-path-sensitive",
                Severity.Error,
                "Pods must not mount system paths of their node.",
                "These paths hold the node's credentials, configuration and devices; reading them is often enough to take the node over.",
                "Mount a narrower path, or have a node agent made for the purpose do the work.")
            {
                Aliases = ["kube-linter:sensitive-host-mounts", "polaris:hostPathSet", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (volume, path) in HostPaths(x.Pod))
                {
                    var normal = Normalize(path.Value);
                    if (normal == "/" || x.Values(SensitivePaths).Any(s => IsWithin(normal, s) || IsWithin(s, normal)))
                    {
                        x.Report(path, $"volume `{volume.Text("name")}` is the node's system path {path.Value}", subject: volume);
                    }
                }
            })
        { SubsumedBy = ["container-runtime-socket"], Parameters = [SensitivePaths] },

        new(
            new(
                "host-path-writable",
                Severity.Warning,
                "A mounted path of the node must be read-only.",
                "A container that writes to its node can plant programs and configuration there.",
                "Set `readOnly: true` on the volume mount.")
            {
                Aliases = ["kube-linter:writable-host-mount"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (volume, _) in HostPaths(x.Pod))
                {
                    foreach (var container in x.Pod!.Containers)
                    {
                        foreach (var mount in container.Body.Mappings("volumeMounts"))
                        {
                            if (mount.Scalar("name") is not { } name || name.Value != volume.Text("name") || mount.Boolean("readOnly") is true)
                            {
                                continue;
                            }

                            var message = $"{container} may write to the node's path in volume `{name.Value}`";
                            if (mount.Scalar("readOnly") is { } readOnly)
                            {
                                x.Report(readOnly, message, subject: volume);
                            }
                            else
                            {
                                x.ReportMissing(mount, "readOnly", message, subject: volume);
                            }
                        }
                    }
                }
            })
        { SubsumedBy = ["container-runtime-socket"] },

        new(
            new(
                "container-runtime-socket",
                Severity.Error,
                "Pods must not mount the socket of the container runtime.",
                "Whoever can talk to the runtime can start a privileged container, and so owns the node.",
                "Build images with a rootless builder, read container data through the Kubernetes API.")
            {
                Aliases = ["kube-linter:docker-sock", "polaris:hostPathSet", "CKV_K8S_27", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (volume, path) in HostPaths(x.Pod))
                {
                    if (LeadsToRuntime(path.Value))
                    {
                        x.Report(path, $"volume `{volume.Text("name")}` gives access to the container runtime through {path.Value}", subject: volume);
                    }
                }
            }),

        new(
            new(
                "restricted-volume-type",
                Severity.Warning,
                "Pods must use only volume types that the restricted standard allows.",
                "Other types talk to the node or to storage with the node's own rights.",
                "Use a configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret volume.")
            {
                Aliases = ["PSS:restricted"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var volume in x.Pod?.Spec.Mappings("volumes") ?? [])
                {
                    foreach (var entry in volume)
                    {
                        if (entry.Value is not YamlScalar { Type: YamlScalarType.Null } && HostVolumeTypes.Contains(entry.Key.Value))
                        {
                            x.Report(entry.Key, $"volume `{volume.Text("name")}` is of type {entry.Key.Value}", subject: volume);
                        }
                    }
                }
            })
        { Standard = PodSecurityLevel.Restricted, SubsumedBy = ["host-path", "host-path-sensitive", "container-runtime-socket"] },
    ];

    private static ObjectRule HostNamespace(string id, string field, string what, string consequence, string[] aliases) => new(
        new(
            id,
            Severity.Error,
            $"Pods must not share the {what} namespace of their node.",
            $"With `{field}: true` the pod is not isolated from its node. {consequence}",
            $"Remove `{field}: true`.")
        {
            Aliases = aliases,
        },
        RuleTarget.Pods,
        x =>
        {
            if (x.Pod?.Spec.Boolean(field) is true)
            {
                x.Report(x.Pod.Spec[field]!, $"the pod shares the {what} namespace of its node");
            }
        })
    { Standard = PodSecurityLevel.Baseline };

    private static IEnumerable<(YamlMapping Volume, YamlScalar Path)> HostPaths(PodView? pod)
    {
        foreach (var volume in pod?.Spec.Mappings("volumes") ?? [])
        {
            if (volume.Mapping("hostPath").Scalar("path") is { } path)
            {
                yield return (volume, path);
            }
        }
    }

    private static bool LeadsToRuntime(string path) =>
        path.StartsWith(@"\\.\pipe\", StringComparison.Ordinal)
            ? path.EndsWith("docker_engine", StringComparison.Ordinal) || path.EndsWith("containerd-containerd", StringComparison.Ordinal)
            : Normalize(path) is var normal
                && (normal is "/run" or "/var/run" or "/run/containerd" or "/var/run/containerd" or "/run/crio" or "/var/run/crio"
                    || RuntimeSockets.Any(s => normal.EndsWith("/" + s, StringComparison.Ordinal)));

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
