using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about who a container runs as, and whether it may change its own files.</summary>
internal static class UserRules
{
    private static readonly RuleParameter LowestId = new("lowest-id", "Lowest user and group id that is accepted.", "10000") { Type = RuleParameterType.Integer };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "run-as-root",
                Severity.Warning,
                "Containers must not run as root.",
                "Root in a container is root on the node the moment there is a hole in the kernel or a mount. `runAsNonRoot: true` makes the kubelet refuse to start it.",
                "Set `securityContext.runAsNonRoot: true` on the pod.")
            {
                Aliases = ["kube-linter:run-as-non-root", "polaris:runAsRootAllowed", "CKV_K8S_23", "PSS:restricted"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { Containers.Length: > 0 } pod || IsWaived(x, pod))
                {
                    return;
                }

                var rooted = pod.Containers.Where(c => !RunsAsNonRoot(x, pod, c)).ToArray();
                var onPod = rooted.Length == pod.Containers.Length && rooted.All(c => c.SecurityContext.Scalar("runAsNonRoot") is null);
                if (onPod)
                {
                    if (pod.SecurityContext.Scalar("runAsNonRoot") is { } value)
                    {
                        x.Report(value, "the pod may run as root");
                    }
                    else
                    {
                        x.ReportMissing(pod.Spec, "securityContext/runAsNonRoot", "the pod may run as root: `runAsNonRoot` is not set");
                    }

                    return;
                }

                foreach (var container in rooted)
                {
                    PodSecurity.RequireInSecurityContext(x, container, "runAsNonRoot", false, "may run as root");
                }
            })
        { Standard = PodSecurityLevel.Restricted },

        new(
            new(
                "run-as-user-zero",
                Severity.Error,
                "Containers must not ask for user 0.",
                "User 0 is root; with `runAsNonRoot: true` beside it the container does not even start.",
                "Set `runAsUser` to the image's own user, for example 10001, or leave it out.")
            {
                Aliases = ["kube-linter:run-as-non-root", "PSS:restricted"],
            },
            RuleTarget.Pods,
            static x => ReportZero(x, "runAsUser", "user 0, root", waived: x.Pod is { } pod && IsWaived(x, pod)))
        { Standard = PodSecurityLevel.Restricted, StandardSince = 23 },

        new(
            new(
                "run-as-group-zero",
                Severity.Warning,
                "Containers must not ask for group 0.",
                "Group 0 owns many files in images and on nodes.",
                "Set `runAsGroup` to a group of the application's own, for example 10001.")
            {
                Aliases = ["kube-linter:run-as-non-root"],
            },
            RuleTarget.Pods,
            static x => ReportZero(x, "runAsGroup", "group 0, root", waived: x.Pod is { } pod && IsWaived(x, pod))),

        new(
            new(
                "low-uid-gid",
                Severity.Info,
                "Containers must run with user and group ids that no account of the node has.",
                "An id that also exists on the node gives the container that account's rights on everything they share.",
                "Set `runAsUser` and `runAsGroup` to 10000 or more.")
            {
                OnByDefault = false,
                Aliases = ["kube-score:container-security-context-user-group-id", "CKV_K8S_40"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                var lowest = x.Integer(LowestId);
                foreach (var container in pod.Containers)
                {
                    foreach (var key in (ReadOnlySpan<string>)["runAsUser", "runAsGroup"])
                    {
                        var holder = PodSecurity.Holder(pod, container, key);
                        if (holder.Integer(key) is not { } id)
                        {
                            x.ReportMissing(container.Body, $"securityContext/{key}", $"{container} leaves `{key}` to the image");
                        }
                        else if (id < lowest)
                        {
                            x.Report(holder![key]!, $"{container} has `{key}` {id}, below {lowest}");
                        }
                    }
                }
            })
        { Parameters = [LowestId] },

        new(
            new(
                "read-only-root-fs",
                Severity.Warning,
                "Containers must have a read-only root filesystem.",
                "An attacker who can write to the root filesystem can plant tools and change the program.",
                "Set `securityContext.readOnlyRootFilesystem: true` and mount an emptyDir where the program writes, for example /tmp.")
            {
                Aliases =
                [
                    "kube-linter:no-read-only-root-fs", "kube-score:container-security-context-readonlyrootfilesystem", "polaris:notReadOnlyRootFilesystem", "CKV_K8S_22",
                ],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod || PodSecurity.IsWindows(pod))
                {
                    return;
                }

                foreach (var container in pod.Containers.Where(c => c.Role != ContainerRole.Ephemeral))
                {
                    PodSecurity.RequireInSecurityContext(
                        x, container, "readOnlyRootFilesystem", container.SecurityContext.Boolean("readOnlyRootFilesystem") is true, "can write to its root filesystem");
                }
            }),

        new(
            new(
                "security-context-missing",
                Severity.Info,
                "Containers must have a security context.",
                "Everything that is not set there is left to the image and to the cluster's defaults. The pod's own context is not enough: privilege escalation, capabilities "
                + "and the root filesystem can only be set for each container.",
                "Add a `securityContext` to the container.")
            {
                Aliases = ["CKV_K8S_29", "CKV_K8S_30"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (container.SecurityContext is null)
                    {
                        x.ReportMissing(container.Body, "securityContext", $"{container} has no security context", subject: container.Body);
                    }
                }
            })
        { SubsumedBy = ["privilege-escalation", "capabilities-drop-all", "read-only-root-fs"] },

        new(
            new(
                "linux-hardening",
                Severity.Warning,
                "Containers must use at least one of seccomp, AppArmor, SELinux or dropped capabilities.",
                "Each of these limits what an attacker can do from inside the container; none at all is an open door.",
                "Set `seccompProfile.type: RuntimeDefault` and `capabilities.drop: [ALL]`.")
            {
                Aliases = ["polaris:linuxHardening"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod || PodSecurity.IsWindows(pod))
                {
                    return;
                }

                foreach (var container in pod.Containers)
                {
                    var hardened = PodSecurity.IsSet(pod, container, "seccompProfile") || PodSecurity.IsSet(pod, container, "appArmorProfile")
                        || PodSecurity.IsSet(pod, container, "seLinuxOptions")
                        || container.SecurityContext.Mapping("capabilities").Sequence("drop") is { Count: > 0 };
                    if (!hardened)
                    {
                        x.ReportMissing(container.Body, "securityContext", $"{container} uses none of seccomp, AppArmor, SELinux and dropped capabilities", subject: container.Body);
                    }
                }
            })
        { SubsumedBy = ["capabilities-drop-all"] },
    ];

    /// <summary>From 1.35 on the standards let pods with a user namespace of their own run as root inside it.</summary>
    private static bool IsWaived(ObjectInspection x, PodView pod) => PodSecurity.HasUserNamespace(pod) && x.Settings.PodSecurityMinor >= 35;

    private static bool RunsAsNonRoot(ObjectInspection x, PodView pod, ContainerView container)
    {
        if (PodSecurity.Holder(pod, container, "runAsNonRoot").Boolean("runAsNonRoot") is { } set)
        {
            return set;
        }

        // Outside the standard a user id other than 0 proves the same.
        return x.Settings.PodSecurity != PodSecurityLevel.Restricted && PodSecurity.Holder(pod, container, "runAsUser").Integer("runAsUser") is > 0;
    }

    private static void ReportZero(ObjectInspection x, string key, string what, bool waived)
    {
        if (x.Pod is not { } pod || waived)
        {
            return;
        }

        if (pod.SecurityContext.Integer(key) is 0)
        {
            x.Report(pod.SecurityContext![key]!, $"the pod asks for {what}");
        }

        foreach (var container in pod.Containers)
        {
            if (container.SecurityContext.Integer(key) is 0)
            {
                x.Report(container.SecurityContext![key]!, $"{container} asks for {what}");
            }
        }
    }
}
