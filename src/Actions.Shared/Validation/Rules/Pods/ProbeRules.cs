using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about probes that one pod alone can break. Whether a probe is needed depends on the Services: see the graph rules.</summary>
internal static class ProbeRules
{
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "probe-invalid",
                Severity.Error,
                "A probe must have exactly one handler and settings that the API server accepts.",
                "The API server refuses a pod whose probe has no handler or two, or whose liveness or startup probe wants more than one success.",
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
                        if (container.Body[name] is { } probe)
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
                "A pod that is only too busy to take requests is then killed instead of being left alone until it recovers, which makes overload worse.",
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
                    if (liveness is not null && readiness is not null && Handlers.Any(h => SameHandler(liveness[h], readiness[h], h)))
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
                    var isListed = port is null || container.Body.Mappings("ports").Any(p =>
                        port.Type == YamlScalarType.Integer ? p.Text("containerPort") == port.Value : p.Text("name") == port.Value);
                    if (!isListed)
                    {
                        x.Report(port!, $"{name} of {container} goes to port {port!.Value}, which the container does not list");
                    }
                }
            }),
    ];

    private static IEnumerable<(ContainerView Container, string Name, YamlMapping Probe)> ProbesOf(PodView? pod)
    {
        foreach (var container in pod?.Containers ?? [])
        {
            foreach (var name in Probes)
            {
                if (container.Body.Mapping(name) is { } probe)
                {
                    yield return (container, name, probe);
                }
            }
        }
    }

    private static bool SameHandler(YamlNode? left, YamlNode? right, string handler) => (left, right, handler) switch
    {
        (YamlMapping a, YamlMapping b, "httpGet") =>
            a.Text("port") == b.Text("port") && (a.Text("path") ?? "/") == (b.Text("path") ?? "/") && (a.Text("scheme") ?? "HTTP") == (b.Text("scheme") ?? "HTTP"),
        (YamlMapping a, YamlMapping b, "tcpSocket") => a.Text("port") == b.Text("port"),
        (YamlMapping a, YamlMapping b, "grpc") => a.Text("port") == b.Text("port") && (a.Text("service") ?? "") == (b.Text("service") ?? ""),
        (YamlMapping a, YamlMapping b, "exec") => Command(a).SequenceEqual(Command(b), StringComparer.Ordinal),
        _ => false,
    };

    private static IEnumerable<string> Command(YamlMapping exec) => exec.Sequence("command")?.OfType<YamlScalar>().Select(s => s.Value) ?? [];
}
