using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about probes that one pod alone can break. Whether a probe is needed depends on the Services: see the graph rules.</summary>
internal static class ProbeRules
{
    /// <summary>The fields of a probe of which it must have exactly one.</summary>
    public static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "probe-invalid",
                Severity.Error,
                "A probe must have exactly one handler and settings that the API server accepts.",
                "The API server refuses a pod whose probe has no handler or two, whose liveness or startup probe wants more than one success, whose readiness probe has a grace period, "
                + "or whose init containers have probes without being sidecars.",
                "Give the probe one of `httpGet`, `tcpSocket`, `grpc` or `exec`."),
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (container, name, probe) in ProbesOf(x.Pod))
                {
                    var handlers = Handlers.Where(h => probe[h] is not (null or YamlScalar { Type: YamlScalarType.Null })).ToArray();
                    if (handlers.Length == 0)
                    {
                        x.ReportMissing(probe, "httpGet", $"{name} of {container} has no handler: it lacks `httpGet`, `tcpSocket`, `grpc` or `exec`");
                    }
                    else if (handlers.Length > 1)
                    {
                        x.Report(probe[handlers[1]]!, $"{name} of {container} has {handlers.Length} handlers: {string.Join(" and ", handlers)}");
                    }

                    if (name == "readinessProbe" && probe.Scalar("terminationGracePeriodSeconds") is { } grace)
                    {
                        x.Report(grace, $"{name} of {container} has a grace period", "Remove it: only liveness and startup probes end containers.");
                    }

                    if (name != "readinessProbe" && probe.Integer("successThreshold") is > 1)
                    {
                        x.Report(probe["successThreshold"]!, $"{name} of {container} wants {probe.Text("successThreshold")} successes", "Set `successThreshold: 1` or leave it out.");
                    }

                    foreach (var (key, least) in (ReadOnlySpan<(string, long)>)
                        [("timeoutSeconds", 1), ("periodSeconds", 1), ("failureThreshold", 1), ("successThreshold", 1), ("initialDelaySeconds", 0)])
                    {
                        // The API server takes 0 for "not set" where the least value is 1.
                        if (probe.Integer(key) is { } value && value < Math.Min(least, 0))
                        {
                            x.Report(probe[key]!, $"{name} of {container} has `{key}: {value}`", $"Set `{key}` to {least} or more.");
                        }
                    }
                }

                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (container.Role == ContainerRole.Regular || container.IsSidecar)
                    {
                        continue;
                    }

                    foreach (var name in Probes)
                    {
                        if (container.Body[name] is { } probe and not YamlScalar { Type: YamlScalarType.Null })
                        {
                            x.Report(probe, $"{container} must not have a {name}", $"Remove `{name}`; init containers run to completion, unless `restartPolicy: Always` makes them sidecars.");
                        }
                    }
                }
            }),

        new(
            new(
                "probes-identical",
                Severity.Warning,
                "The liveness probe must not be the same as the readiness probe.",
                "A pod that is only too busy to take requests is then killed instead of being left alone until it recovers, which makes overload worse. "
                + "The same check is accepted if liveness takes at least twice as long to give up (`failureThreshold` times `periodSeconds`).",
                "Let liveness check only that the process can answer at all, or let it fail much later; let readiness check what requests need.")
            {
                Aliases = ["kube-score:pod-probes-identical"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    var liveness = container.Body.Mapping("livenessProbe");
                    var readiness = container.Body.Mapping("readinessProbe");
                    if (liveness is not null && readiness is not null && Patience(liveness) < 2 * Patience(readiness)
                        && Handlers.Any(h => SameHandler(container, liveness[h], readiness[h], h)))
                    {
                        x.Report(liveness, $"{container} has the same check for liveness and readiness");
                    }
                }
            }),

        new(
            new(
                "probe-port-unexposed",
                Severity.Warning,
                "A probe must go to a port that the container lists.",
                "A named port that is not listed makes every probe fail; a number that is not listed is usually a typing error.",
                "Use the name of one of the container's `ports`.")
            {
                Aliases = ["kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (container, name, probe) in ProbesOf(x.Pod))
                {
                    var port = probe.Mapping("httpGet").Scalar("port") ?? probe.Mapping("tcpSocket").Scalar("port") ?? probe.Mapping("grpc").Scalar("port");
                    if (port is not null && !IsListed(container, port))
                    {
                        x.Report(port, $"{name} of {container} goes to port {port.Value}, which the container does not list");
                    }
                }
            }),
    ];

    /// <summary>The probes of a container, each with the name of its field.</summary>
    public static IEnumerable<(string Name, YamlMapping Probe)> ProbesOf(ContainerView container)
    {
        foreach (var name in Probes)
        {
            if (container.Body.Mapping(name) is { } probe)
            {
                yield return (name, probe);
            }
        }
    }

    private static IEnumerable<(ContainerView Container, string Name, YamlMapping Probe)> ProbesOf(PodView? pod)
    {
        foreach (var container in pod?.Containers ?? [])
        {
            foreach (var (name, probe) in ProbesOf(container))
            {
                yield return (container, name, probe);
            }
        }
    }

    private static bool IsListed(ContainerView container, YamlScalar port)
    {
        foreach (var listed in container.Body.Mappings("ports"))
        {
            if (port.TryGetInt64(out var number) ? listed.Integer("containerPort") == number : listed.Text("name") == port.Value)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How long the probe fails before it has consequences, in seconds; the defaults are Kubernetes'.</summary>
    private static double Patience(YamlMapping probe) => (double)(probe.Integer("failureThreshold") ?? 3) * (probe.Integer("periodSeconds") ?? 10);

    /// <summary>The number of a port that is given by number or by the name that the container gives it; the text as it is when there is no such name.</summary>
    private static string? Port(ContainerView container, YamlMapping handler)
    {
        var port = handler.Text("port");
        foreach (var listed in container.Body.Mappings("ports"))
        {
            if (port is not null && listed.Text("name") == port)
            {
                return listed.Text("containerPort");
            }
        }

        return port;
    }

    private static bool SameHandler(ContainerView container, YamlNode? left, YamlNode? right, string handler) => (left, right, handler) switch
    {
        (YamlMapping a, YamlMapping b, "httpGet") =>
            Port(container, a) == Port(container, b) && (a.Text("path") ?? "/") == (b.Text("path") ?? "/") && (a.Text("scheme") ?? "HTTP") == (b.Text("scheme") ?? "HTTP"),
        (YamlMapping a, YamlMapping b, "tcpSocket") => Port(container, a) == Port(container, b),
        (YamlMapping a, YamlMapping b, "grpc") => a.Text("port") == b.Text("port") && (a.Text("service") ?? "") == (b.Text("service") ?? ""),
        (YamlMapping a, YamlMapping b, "exec") => a.Scalars("command").Select(s => s.Value).SequenceEqual(b.Scalars("command").Select(s => s.Value), StringComparer.Ordinal),
        _ => false,
    };
}
