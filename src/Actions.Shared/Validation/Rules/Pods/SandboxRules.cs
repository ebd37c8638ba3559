using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about the kernel's own fences around a container: seccomp, AppArmor, SELinux, /proc, sysctls.</summary>
internal static class SandboxRules
{
    private const string PodSeccompAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
    private const string ContainerSeccompAnnotation = "container.seccomp.security.alpha.kubernetes.io/";
    private const string AppArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

    private static readonly (string Name, int SinceMinor)[] SafeSysctls =
    [
        ("kernel.shm_rmid_forced", 0), ("net.ipv4.ip_local_port_range", 0), ("net.ipv4.tcp_syncookies", 0), ("net.ipv4.ping_group_range", 0),
        ("net.ipv4.ip_unprivileged_port_start", 0), ("net.ipv4.ip_local_reserved_ports", 27), ("net.ipv4.tcp_keepalive_time", 29),
        ("net.ipv4.tcp_fin_timeout", 29), ("net.ipv4.tcp_keepalive_intvl", 29), ("net.ipv4.tcp_keepalive_probes", 29), ("net.ipv4.tcp_rmem", 32),
        ("net.ipv4.tcp_wmem", 32), ("net.ipv4.tcp_slow_start_after_idle", 37), ("net.ipv4.tcp_notsent_lowat", 37),
    ];

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "seccomp-unconfined",
                Severity.Error,
                "Containers must not switch seccomp off.",
                "Seccomp keeps a container from dozens of system calls that it does not need and attackers do. Before 1.19 profiles were chosen by annotations: "
                + "the standards of those versions look at them instead.",
                "Set `seccompProfile.type: RuntimeDefault`.")
            {
                Aliases = ["PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Settings.PodSecurityMinor < 19)
                {
                    CheckSeccompAnnotations(x);
                    return;
                }

                foreach (var (context, container) in SecurityContexts(x.Pod))
                {
                    if (context.Mapping("seccompProfile").Scalar("type") is { Value: not ("RuntimeDefault" or "Localhost") } type)
                    {
                        x.Report(type, $"{Name(container)} runs with the seccomp profile {type.Value}");
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "seccomp-missing",
                Severity.Warning,
                "Pods must name a seccomp profile.",
                "Without one most clusters run containers with no seccomp filter at all.",
                "Set `spec.securityContext.seccompProfile.type: RuntimeDefault` on the pod.")
            {
                Aliases = ["kube-score:container-seccomp-profile", "CKV_K8S_31", "PSS:restricted"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { Containers.Length: > 0 } pod || PodSecurity.IsExemptWindows(x, pod)
                    || pod.SecurityContext.Mapping("seccompProfile").Text("type") is not null)
                {
                    return;
                }

                var bare = pod.Containers.Where(c => c.SecurityContext.Mapping("seccompProfile").Text("type") is null).ToArray();
                if (bare.Length == pod.Containers.Length)
                {
                    x.ReportMissing(pod.Spec, "securityContext/seccompProfile", "no seccomp profile is set for the pod");
                    return;
                }

                foreach (var container in bare)
                {
                    x.ReportMissing(container.Body, "securityContext/seccompProfile", $"{container} has no seccomp profile");
                }
            })
        { Standard = PodSecurityLevel.Restricted, StandardSince = 19 },

        new(
            new(
                "proc-mount",
                Severity.Error,
                "Containers must keep the default masking of /proc.",
                "An unmasked /proc shows and lets a container change settings of the node's kernel. From 1.35 on the baseline standard allows it to pods with `hostUsers: false`, "
                + "whose root is not the node's.",
                "Remove `procMount`.")
            {
                Aliases = ["kube-linter:unsafe-proc-mount", "polaris:procMount", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (container.SecurityContext.Scalar("procMount") is not { Value: not "Default" } mount)
                    {
                        continue;
                    }

                    var relaxed = PodSecurity.HasUserNamespace(x.Pod!) && x.Settings.PodSecurityMinor >= 35 && x.Settings.PodSecurity != PodSecurityLevel.Restricted;
                    if (!relaxed)
                    {
                        x.Report(mount, $"{container} mounts /proc as {mount.Value}");
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "selinux-options",
                Severity.Error,
                "Containers must not choose their own SELinux user, role or an unusual type.",
                "A custom label can switch the SELinux confinement of a container off.",
                "Remove `seLinuxOptions`, or use one of the container types (container_t, container_init_t, container_kvm_t, container_engine_t).")
            {
                Aliases = ["PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (context, container) in SecurityContexts(x.Pod))
                {
                    var options = context.Mapping("seLinuxOptions");
                    var engine = x.Settings.PodSecurityMinor >= 31;
                    if (options.Scalar("type") is { } type && !(type.Value is "" or "container_t" or "container_init_t" or "container_kvm_t" || (engine && type.Value == "container_engine_t")))
                    {
                        x.Report(type, $"{Name(container)} has the SELinux type {type.Value}");
                    }

                    foreach (var key in (ReadOnlySpan<string>)["user", "role"])
                    {
                        if (options.Scalar(key) is { Value.Length: > 0 } value)
                        {
                            x.Report(value, $"{Name(container)} has the SELinux {key} {value.Value}");
                        }
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "apparmor-profile",
                Severity.Error,
                "Containers must not switch AppArmor off.",
                "AppArmor keeps a container from files and operations that it does not need.",
                "Use `appArmorProfile.type: RuntimeDefault` or `Localhost`, or leave it out.")
            {
                Aliases = ["PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (context, container) in SecurityContexts(x.Pod))
                {
                    if (context.Mapping("appArmorProfile").Scalar("type") is { Value: not ("RuntimeDefault" or "Localhost") } type)
                    {
                        x.Report(type, $"{Name(container)} runs with the AppArmor profile {type.Value}");
                    }
                }

                foreach (var entry in x.Pod?.Metadata.Entries("annotations") ?? [])
                {
                    if (entry.Key.Value.StartsWith(AppArmorAnnotation, StringComparison.Ordinal) && entry.Value is YamlScalar profile
                        && profile.Value is not ("" or "runtime/default") && !profile.Value.StartsWith("localhost/", StringComparison.Ordinal))
                    {
                        x.Report(profile, $"container `{entry.Key.Value[AppArmorAnnotation.Length..]}` runs with the AppArmor profile {profile.Value}");
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "unsafe-sysctl",
                Severity.Error,
                "Pods must set only kernel parameters that are known to be safe.",
                "Other parameters are not isolated between pods: they can starve or crash the whole node.",
                "Remove the sysctl; set it on the nodes if all pods need it.")
            {
                Aliases = ["kube-linter:unsafe-sysctls", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var sysctl in x.Pod?.SecurityContext.Mappings("sysctls") ?? [])
                {
                    if (sysctl.Scalar("name") is { } name && !SafeSysctls.Any(s => s.Name == name.Value && s.SinceMinor <= x.Settings.PodSecurityMinor))
                    {
                        x.Report(name, $"the pod sets the kernel parameter {name.Value}");
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline },

        new(
            new(
                "probe-host",
                Severity.Warning,
                "Probes and lifecycle hooks must not name a host.",
                "The kubelet makes these requests: a host of the pod's choice turns it into a way to reach the node's own network.",
                "Remove `host`; the pod's own address is the default.")
            {
                Aliases = ["PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    var lifecycle = container.Body.Mapping("lifecycle");
                    foreach (var handler in (ReadOnlySpan<YamlMapping?>)
                        [
                            container.Body.Mapping("livenessProbe"), container.Body.Mapping("readinessProbe"), container.Body.Mapping("startupProbe"),
                            lifecycle.Mapping("postStart"), lifecycle.Mapping("preStop"),
                        ])
                    {
                        foreach (var action in (ReadOnlySpan<string>)["httpGet", "tcpSocket"])
                        {
                            if (handler.Mapping(action).Scalar("host") is { Value.Length: > 0 } host)
                            {
                                x.Report(host, $"{container} has a probe or hook that goes to the host {host.Value}");
                            }
                        }
                    }
                }
            })
        { Standard = PodSecurityLevel.Baseline, StandardSince = 34 },
    ];

    private static void CheckSeccompAnnotations(ObjectInspection x)
    {
        foreach (var entry in x.Pod?.Metadata.Entries("annotations") ?? [])
        {
            if (entry.Value is not YamlScalar profile || profile.Value is "runtime/default" or "docker/default" || profile.Value.StartsWith("localhost/", StringComparison.Ordinal))
            {
                continue;
            }

            if (entry.Key.Value == PodSeccompAnnotation)
            {
                x.Report(profile, $"the pod runs with the seccomp profile {profile.Value}");
            }
            else if (entry.Key.Value.StartsWith(ContainerSeccompAnnotation, StringComparison.Ordinal))
            {
                x.Report(profile, $"container `{entry.Key.Value[ContainerSeccompAnnotation.Length..]}` runs with the seccomp profile {profile.Value}");
            }
        }
    }

    /// <summary>The security contexts of a pod and its containers that are there, and whose each is: a container, or null for the pod.</summary>
    private static IEnumerable<(YamlMapping Context, ContainerView? Container)> SecurityContexts(PodView? pod)
    {
        if (pod?.SecurityContext is { } own)
        {
            yield return (own, null);
        }

        foreach (var container in pod?.Containers ?? [])
        {
            if (container.SecurityContext is { } context)
            {
                yield return (context, container);
            }
        }
    }

    private static string Name(ContainerView? container) => container?.ToString() ?? "the pod";
}
