using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about the powers that a container holds: privileged mode, escalation, capabilities.</summary>
internal static class PrivilegeRules
{
    private static readonly HashSet<string> BaselineCapabilities = new(StringComparer.Ordinal)
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    };

    private static readonly HashSet<string> DangerousCapabilities = new(StringComparer.Ordinal) { "ALL", "SYS_ADMIN", "NET_ADMIN" };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "privileged-container",
                Severity.Error,
                "Containers must not be privileged.",
                "A privileged container has every capability and every device of its node: whoever breaks into it owns the node.",
                "Remove `privileged: true`; add the single capability or device that is really needed.")
            {
                Aliases =
                [
                    "kube-linter:privileged-container", "kube-score:container-security-context-privileged", "polaris:runAsPrivileged", "CKV_K8S_16",
                    "PSS:baseline",
                ],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (container.SecurityContext.Boolean("privileged") is true)
                    {
                        x.Report(container.SecurityContext!["privileged"]!, $"{container} is privileged");
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "privilege-escalation",
                Severity.Warning,
                "Containers must set `allowPrivilegeEscalation: false`.",
                "Unless it is false, a process may gain more privileges than its parent, for example through a setuid binary. Unset means allowed.",
                "Set `securityContext.allowPrivilegeEscalation: false`.")
            {
                Aliases = ["kube-linter:privilege-escalation-container", "polaris:privilegeEscalationAllowed", "CKV_K8S_20", "PSS:restricted"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod || PodSecurity.IsExemptWindows(x, pod))
                {
                    return;
                }

                foreach (var container in pod.Containers)
                {
                    PodSecurity.RequireInSecurityContext(
                        x, container, "allowPrivilegeEscalation", container.SecurityContext.Boolean("allowPrivilegeEscalation") is false, "allows privilege escalation");
                }
            })
        { Standard = PodSecurityLevel.Restricted, StandardSince = 8 },

        new(
            new(
                "capabilities-added",
                Severity.Error,
                "Containers must not add capabilities beyond the default set.",
                "A capability is a piece of root's power. The Pod Security Standards allow only those that container runtimes grant anyway; "
                + "the restricted level allows only NET_BIND_SERVICE.",
                "Remove the capability from `capabilities.add`.")
            {
                Aliases = ["kube-linter:verify-container-capabilities", "CKV_K8S_25", "PSS:baseline", "PSS:restricted"],
            },
            RuleTarget.Pods,
            static x =>
            {
                var restricted = x.Settings.PodSecurity == PodSecurityLevel.Restricted && x.Settings.PodSecurityMinor >= 22;
                foreach (var (container, capability) in Added(x.Pod))
                {
                    var allowed = restricted ? capability.Value == "NET_BIND_SERVICE" : BaselineCapabilities.Contains(capability.Value);
                    if (!allowed)
                    {
                        x.Report(capability, $"{container} adds the capability {capability.Value}", subject: capability);
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline, SubsumedBy = ["capabilities-dangerous"] },

        new(
            new(
                "capabilities-dangerous",
                Severity.Error,
                "Containers must not add ALL, SYS_ADMIN or NET_ADMIN.",
                "Each of these is close to being root on the node: SYS_ADMIN can mount and enter namespaces, NET_ADMIN can rewire the network, ALL is everything.",
                "Remove it; if a device plugin or a CSI or CNI driver needs it, keep that in a namespace of its own.")
            {
                Aliases = ["polaris:dangerousCapabilities", "CKV_K8S_39", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (container, capability) in Added(x.Pod))
                {
                    if (DangerousCapabilities.Contains(Normalize(capability.Value)))
                    {
                        x.Report(capability, $"{container} adds the capability {capability.Value}, which is close to being root on the node", subject: capability);
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "capabilities-drop-all",
                Severity.Warning,
                "Containers must drop all capabilities.",
                "Container runtimes grant about a dozen capabilities by default. Few programs need any of them.",
                "Set `securityContext.capabilities.drop: [ALL]`, then add back what is needed.")
            {
                Aliases = ["polaris:insecureCapabilities", "CKV_K8S_37", "PSS:restricted"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod || PodSecurity.IsExemptWindows(x, pod))
                {
                    return;
                }

                foreach (var container in pod.Containers)
                {
                    if (!Dropped(container).Any(c => c.Value == "ALL" || (c.Value == "all" && x.Settings.PodSecurity != PodSecurityLevel.Restricted)))
                    {
                        ReportDrop(x, container, "does not drop all capabilities");
                    }
                }
            })
        { Standard = PodSecurityLevel.Restricted, StandardSince = 22 },

        new(
            new(
                "capabilities-drop-net-raw",
                Severity.Warning,
                "Containers must drop the capability NET_RAW.",
                "NET_RAW is granted by default and lets a container forge packets on the pod network.",
                "Set `securityContext.capabilities.drop: [ALL]`, or at least `[NET_RAW]`.")
            {
                Aliases = ["kube-linter:drop-net-raw-capability", "CKV_K8S_28"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (!Dropped(container).Any(c => Normalize(c.Value) is "ALL" or "NET_RAW"))
                    {
                        ReportDrop(x, container, "keeps the capability NET_RAW");
                    }
                }

                foreach (var (container, capability) in Added(x.Pod))
                {
                    if (Normalize(capability.Value) == "NET_RAW")
                    {
                        x.Report(capability, $"{container} adds the capability NET_RAW", "Remove NET_RAW from `capabilities.add`.", capability);
                    }
                }
            })
        { SubsumedBy = ["capabilities-added", "capabilities-drop-all"] },
    ];

    private static IEnumerable<(ContainerView Container, YamlScalar Capability)> Added(PodView? pod)
    {
        foreach (var container in pod?.Containers ?? [])
        {
            foreach (var capability in container.SecurityContext.Mapping("capabilities").Scalars("add"))
            {
                yield return (container, capability);
            }
        }
    }

    private static IEnumerable<YamlScalar> Dropped(ContainerView container) =>
        container.SecurityContext.Mapping("capabilities").Scalars("drop");

    /// <summary>A capability as container runtimes read it: without the kernel's prefix, in upper case.</summary>
    private static string Normalize(string capability)
    {
        var name = capability.ToUpperInvariant();
        return name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name;
    }

    private static void ReportDrop(ObjectInspection x, ContainerView container, string what)
    {
        if (container.SecurityContext.Mapping("capabilities")?["drop"] is { } drop)
        {
            x.Report(drop, $"{container} {what}", subject: container.Body);
        }
        else
        {
            x.ReportMissing(container.Body, "securityContext/capabilities/drop", $"{container} {what}", subject: container.Body);
        }
    }
}
