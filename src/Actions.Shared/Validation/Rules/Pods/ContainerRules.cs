using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about names, ports, variables and volumes that must fit together inside one pod.</summary>
internal static class ContainerRules
{
    private const int LongestPortName = 15;

    private static readonly RuleTarget PodsAndServices = RuleTarget.Pods.Or(RuleTarget.Kinds("Service"));

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "container-name-duplicate",
                Severity.Error,
                "Container names must be unique within a pod.",
                "The API server refuses a pod that names two containers alike; init containers count too.",
                "Rename one of them."),
            RuleTarget.Pods,
            static x => ReportRepeats(x, x.Pod?.Containers.Select(c => c.Body) ?? [], "name", name => $"the pod has two containers named `{name}`")),

        new(
            new(
                "volume-name-duplicate",
                Severity.Error,
                "Volume names must be unique within a pod.",
                "The API server refuses a pod that names two volumes alike.",
                "Rename one of them, or merge them into a projected volume."),
            RuleTarget.Pods,
            static x => ReportRepeats(x, x.Pod?.Spec.Mappings("volumes") ?? [], "name", name => $"the pod has two volumes named `{name}`")),

        new(
            new(
                "volume-mount-unknown",
                Severity.Error,
                "A container must mount only volumes that its pod has.",
                "The API server refuses a pod that mounts a volume which is not there.",
                "Add the volume to `spec.volumes`, or correct the name."),
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                HashSet<string>? volumes = null;
                foreach (var container in pod.Containers)
                {
                    foreach (var mount in Mounts(container))
                    {
                        if (mount.Scalar("name") is { } name && !(volumes ??= VolumeNames(x, pod)).Contains(name.Value))
                        {
                            var near = Text.Suggestions.Closest(name.Value, volumes);
                            x.Report(
                                name,
                                $"{container} mounts the volume `{name.Value}`, which the pod does not have" + (near is null ? "" : $"; did you mean `{near}`?"));
                        }
                    }
                }
            }),

        new(
            new(
                "volume-unused",
                Severity.Info,
                "Every volume of a pod must be mounted by a container.",
                "A volume that nothing mounts is usually a forgotten or misspelt mount; the pod still waits for it at start.",
                "Mount it or remove it."),
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                HashSet<string?>? used = null;
                foreach (var volume in pod.Spec.Mappings("volumes"))
                {
                    if (volume.Scalar("name") is { } name
                        && !(used ??= pod.Containers.SelectMany(Mounts).Select(m => m.Text("name")).ToHashSet(StringComparer.Ordinal)).Contains(name.Value))
                    {
                        x.Report(name, $"no container mounts the volume `{name.Value}`");
                    }
                }
            }),

        new(
            new(
                "env-duplicate",
                Severity.Warning,
                "A container must not set an environment variable twice.",
                "Only the last one counts, and server-side apply refuses the list.",
                "Remove one of them.")
            {
                Aliases = ["kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    ReportRepeats(x, container.Body.Mappings("env"), "name", name => $"{container} sets the variable {name} twice");
                }
            }),

        new(
            new(
                "port-name-invalid",
                Severity.Error,
                "A port name must have at most 15 lower-case letters, digits and hyphens, with at least one letter.",
                "Port names follow the rules of IANA service names (RFC 6335); the API server refuses others. The name of a Service's own port may be longer, its `targetPort` may not.",
                "Shorten or correct the name, for example `http-metrics`.")
            {
                Aliases = ["kube-linter:invalid-target-ports", "kube-score:container-ports-check"],
            },
            PodsAndServices,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    foreach (var port in container.Body.Mappings("ports"))
                    {
                        ReportPortName(x, port.Scalar("name"));
                    }
                }

                foreach (var port in ServicePorts(x))
                {
                    if (port.Scalar("targetPort") is { Type: YamlScalarType.String } target)
                    {
                        ReportPortName(x, target);
                    }
                }
            }),

        new(
            new(
                "port-name-duplicate",
                Severity.Error,
                "Port names must be unique within a pod's container and within a Service.",
                "A Service or probe that goes to the name could mean either port; the API server refuses the object.",
                "Rename one of them.")
            {
                Aliases = ["kube-score:container-ports-check"],
            },
            PodsAndServices,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    ReportRepeats(x, container.Body.Mappings("ports"), "name", name => $"{container} has two ports named `{name}`");
                }

                ReportRepeats(x, ServicePorts(x), "name", name => $"the Service has two ports named `{name}`");
            }),

        new(
            new(
                "port-out-of-range",
                Severity.Error,
                "A port must be between 1 and 65535.",
                "No other port exists; the API server refuses the object.",
                "Correct the number.")
            {
                Aliases = ["kube-linter:invalid-target-ports", "kube-score:container-ports-check"],
            },
            PodsAndServices,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    foreach (var port in container.Body.Mappings("ports"))
                    {
                        ReportPortRange(x, port, "containerPort", 1);
                        ReportPortRange(x, port, "hostPort", 0);
                    }

                    foreach (var (_, probe) in ProbeRules.ProbesOf(container))
                    {
                        foreach (var handler in ProbeRules.Handlers)
                        {
                            ReportPortRange(x, probe.Mapping(handler), "port", 1);
                        }
                    }
                }

                foreach (var port in ServicePorts(x))
                {
                    ReportPortRange(x, port, "port", 1);
                    ReportPortRange(x, port, "targetPort", 1);
                    ReportPortRange(x, port, "nodePort", 0);
                }
            }),

        new(
            new(
                "service-ports-unnamed",
                Severity.Error,
                "A Service with several ports must name each of them.",
                "The API server refuses a Service that has several ports of which one has no name.",
                "Give every port a `name`."),
            RuleTarget.Kinds("Service"),
            static x =>
            {
                var ports = ServicePorts(x).ToArray();
                if (ports.Length < 2)
                {
                    return;
                }

                foreach (var port in ports)
                {
                    if (port.Text("name") is null or "")
                    {
                        x.ReportMissing(port, "name", $"port {port.Text("port")} has no name, though the Service has {ports.Length} ports");
                    }
                }
            }),

        new(
            new(
                "privileged-port",
                Severity.Info,
                "Containers should listen on ports from 1024 up.",
                "Lower ports need root or the capability NET_BIND_SERVICE on older nodes.",
                "Listen on a higher port, for example 8080, and map it in the Service.")
            {
                Aliases = ["kube-linter:privileged-ports"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    foreach (var port in container.Body.Mappings("ports"))
                    {
                        if (port.Integer("containerPort") is > 0 and < 1024)
                        {
                            x.Report(port["containerPort"]!, $"{container} listens on port {port.Text("containerPort")}, below 1024", subject: port);
                        }
                    }
                }
            })
        { SubsumedBy = ["ssh-port"] },

        new(
            new(
                "ssh-port",
                Severity.Warning,
                "Containers must not listen on port 22.",
                "An SSH server in a container is a way in that neither Kubernetes nor its audit log sees.",
                "Use `kubectl exec` or an ephemeral debug container; remove the port.")
            {
                Aliases = ["kube-linter:ssh-port"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    foreach (var port in container.Body.Mappings("ports"))
                    {
                        if (port.Integer("containerPort") is 22 && (port.Text("protocol") ?? "TCP") == "TCP")
                        {
                            x.Report(port["containerPort"]!, $"{container} listens on port 22, SSH", subject: port);
                        }
                    }
                }
            }),
    ];

    private static HashSet<string> VolumeNames(ObjectInspection x, PodView pod)
    {
        var volumes = pod.Spec.Mappings("volumes").Select(v => v.Text("name")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (x.Kind == "StatefulSet")
        {
            volumes.UnionWith(x.Body.Mapping("spec").Mappings("volumeClaimTemplates").Select(t => t.Mapping("metadata").Text("name")).OfType<string>());
        }

        return volumes;
    }

    private static IEnumerable<YamlMapping> Mounts(ContainerView container) => container.Body.Mappings("volumeMounts").Concat(container.Body.Mappings("volumeDevices"));

    private static IEnumerable<YamlMapping> ServicePorts(ObjectInspection x) =>
        x is { Kind: "Service", Group: "" } ? x.Body.Mapping("spec").Mappings("ports") : [];

    private static void ReportRepeats(ObjectInspection x, IEnumerable<YamlMapping> items, string key, Func<string, string> message)
    {
        string? first = null;
        HashSet<string>? seen = null;
        foreach (var item in items)
        {
            if (item.Scalar(key) is not { Value.Length: > 0 } value)
            {
                continue;
            }

            if (first is null)
            {
                first = value.Value;
            }
            else if (!(seen ??= new HashSet<string>(StringComparer.Ordinal) { first }).Add(value.Value))
            {
                x.Report(value, message(value.Value));
            }
        }
    }

    private static void ReportPortName(ObjectInspection x, YamlScalar? name)
    {
        if (name is null || name.Value.Length == 0)
        {
            return;
        }

        var problem = name.Value switch
        {
            { Length: > LongestPortName } => $"has {name.Value.Length} characters",
            var v when v.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-') => "has characters other than a-z, 0-9 and -",
            var v when !v.Any(char.IsAsciiLetterLower) => "has no letter",
            var v when v[0] == '-' || v[^1] == '-' => "starts or ends with a hyphen",
            var v when v.Contains("--", StringComparison.Ordinal) => "has two hyphens in a row",
            _ => null,
        };
        if (problem is not null)
        {
            x.Report(name, $"the port name `{name.Value}` {problem}");
        }
    }

    private static void ReportPortRange(ObjectInspection x, YamlMapping? port, string key, long least)
    {
        if (port.Integer(key) is { } number && (number < least || number > 65535))
        {
            x.Report(port![key]!, $"`{key}` is {number}");
        }
    }
}
