using System.Globalization;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>Rules about traffic: Services and their pods, Ingresses and routes and their Services, network policies.</summary>
internal static class NetworkGraphRules
{
    private static readonly string[] Routes = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

    public static IReadOnlyList<GraphRule> All { get; } =
    [
        new(
            new(
                "service-no-pods",
                Severity.Warning,
                "A Service must select pods.",
                "A Service whose selector matches no pod answers every connection with an error.",
                "Correct `spec.selector`, or the labels of the pods.")
            {
                Aliases = ["kube-linter:dangling-service", "kube-score:service-targets-pod"],
            },
            static g =>
            {
                foreach (var service in g.Graph.OfKind("Service").Where(s => s.IsService))
                {
                    if (service.ServiceSelector is { } selector && g.Graph.PodsWith(service, selector).Count == 0 && !g.Graph.IsMadeByOperator(service, selector))
                    {
                        g.Report(service, selector, $"the Service {service.Name} selects no pods");
                    }
                }
            }),

        new(
            new(
                "service-target-port-unmatched",
                Severity.Warning,
                "A Service must lead to a port that its pods list.",
                "A named port that no container has leads nowhere; a number that no container lists is usually a typing error.",
                "Use the name of one of the containers' ports as `targetPort`."),
            static g =>
            {
                foreach (var service in g.Graph.OfKind("Service").Where(s => s.IsService))
                {
                    var containers = g.Graph.PodsWith(service, service.ServiceSelector).SelectMany(p => p.Pod!.Containers).Where(c => c.Role == ContainerRole.Regular || c.IsSidecar).ToArray();
                    if (containers.Length == 0)
                    {
                        continue;
                    }

                    var listed = containers.SelectMany(c => c.Body.Mappings("ports")).ToArray();
                    foreach (var port in service.Spec.Mappings("ports"))
                    {
                        if ((port.Scalar("targetPort") ?? port.Scalar("port")) is not { } target)
                        {
                            continue;
                        }

                        // Pods that list no ports at all may well listen on the number.
                        var protocol = port.Text("protocol") ?? "TCP";
                        var isNumber = target.Type == YamlScalarType.Integer;
                        var isMatched = listed.Any(p => (isNumber ? p.Text("containerPort") : p.Text("name")) == target.Value && (p.Text("protocol") ?? "TCP") == protocol);
                        if (!isMatched && !(isNumber && listed.Length == 0))
                        {
                            g.Report(service, target, $"no pod of the Service {service.Name} has the port {target.Value}/{protocol}");
                        }
                    }
                }
            }),

        new(
            new(
                "duplicate-service-selector",
                Severity.Warning,
                "Two Services must not have the same selector and ports.",
                "One of them is usually a copy whose selector was forgotten, so it sends its traffic to the wrong pods.",
                "Correct the selector of one, or remove it."),
            static g =>
            {
                var seen = new ClashIndex<(string?, string, string, string)>();
                foreach (var service in g.Graph.OfKind("Service").Where(s => s.IsService))
                {
                    // A load balancer for inside and one for outside differ in annotations only; a headless Service stands beside one with an address.
                    var type = service.Spec.Text("clusterIP") == "None" ? "None" : service.Spec.Text("type") ?? "ClusterIP";
                    if (service.ServiceSelector is not { } selector || type == "LoadBalancer")
                    {
                        continue;
                    }

                    var ports = string.Join(',', service.Spec.Mappings("ports")
                        .Select(p => $"{p.Text("protocol") ?? "TCP"}:{p.Text("port")}>{p.Text("targetPort") ?? p.Text("port")}").Order(StringComparer.Ordinal));
                    if (seen.Add((service.Namespace, Key(selector), ports, type), service) is { } other && other.Name != service.Name)
                    {
                        g.Report(service, selector, $"the Services {other.Name} and {service.Name} have the same selector and ports");
                    }
                }
            }),

        new(
            new(
                "ingress-no-service",
                Severity.Warning,
                "An Ingress must lead to a Service and a port of it.",
                "The controller answers such requests with an error (503 in most).",
                "Correct the Service's name or port in the backend.")
            {
                Aliases = ["kube-linter:dangling-ingress", "kube-score:ingress-targets-service"],
            },
            static g =>
            {
                foreach (var ingress in g.Graph.OfKind("Ingress"))
                {
                    foreach (var backend in Backends(ingress))
                    {
                        var target = backend.Mapping("service");
                        var name = target.Scalar("name") ?? backend.Scalar("serviceName");
                        if (name is null)
                        {
                            continue;
                        }

                        // The AWS controller takes such a backend from an annotation.
                        var (portName, portNumber) = (target.Mapping("port").Scalar("name"), target.Mapping("port").Scalar("number"));
                        if (portName?.Value == "use-annotation" || backend.Text("servicePort") == "use-annotation")
                        {
                            continue;
                        }

                        var services = g.Graph.FindAll(ingress, "Service", name.Value);
                        if (services.Count == 0)
                        {
                            g.Report(ingress, name, $"the Service {name.Value} is not there");
                        }
                        else if ((portName ?? portNumber ?? backend.Scalar("servicePort")) is { } port && !services.Any(s => HasPort(s, port)))
                        {
                            g.Report(ingress, port, $"the Service {name.Value} has no port {(port == portName ? "named " : "")}{port.Value}");
                        }
                    }
                }
            }),

        new(
            new(
                "ingress-duplicate-host-path",
                Severity.Warning,
                "A host and path must be in one Ingress only.",
                "Which of the two gets the request depends on the controller and on which was made first.",
                "Remove one of the two paths."),
            static g =>
            {
                var seen = new ClashIndex<(string, string, string)>();
                foreach (var ingress in g.Graph.OfKind("Ingress"))
                {
                    var annotations = ingress.Body.Mapping("metadata").Mapping("annotations");
                    if (annotations.Text("nginx.ingress.kubernetes.io/canary") == "true")
                    {
                        continue;
                    }

                    var controller = ingress.Spec.Text("ingressClassName") ?? annotations.Text("kubernetes.io/ingress.class") ?? "";
                    foreach (var rule in ingress.Spec.Mappings("rules"))
                    {
                        var host = rule.Text("host")?.ToLowerInvariant();
                        foreach (var path in rule.Mapping("http").Mappings("paths"))
                        {
                            var type = path.Text("pathType") ?? "";
                            var text = path.Text("path") ?? "/";
                            var same = type == "Prefix" ? text.TrimEnd('/') : text;
                            if (seen.Add((controller, host ?? "*", $"{same} {type}"), ingress) is { } other)
                            {
                                g.Report(ingress, path["path"] ?? path, $"{host ?? "every host "}{text} is already taken by {(other == ingress ? "this Ingress" : $"the Ingress {other.Name}")}");
                            }
                        }
                    }
                }
            }),

        new(
            new(
                "gateway-backend-missing",
                Severity.Warning,
                "A route must lead to a Service that is there.",
                "The gateway answers such requests with an error.",
                "Correct the name, namespace or port of the backend.")
            {
                OnByDefault = false,
            },
            static g =>
            {
                foreach (var route in Routes.SelectMany(g.Graph.OfKind).Where(r => r.Group == "gateway.networking.k8s.io"))
                {
                    foreach (var backend in route.Spec.Mappings("rules").SelectMany(Backends))
                    {
                        if (backend.Scalar("name") is not { } name || (backend.Text("kind") ?? "Service") != "Service" || backend.Text("group") is { Length: > 0 })
                        {
                            continue;
                        }

                        var ns = backend.Text("namespace") ?? route.Namespace;
                        var services = g.Graph.FindAll(route, ns, "Service", name.Value);
                        if (services.Count > 0)
                        {
                            if (backend.Scalar("port") is { } port && !services.Any(s => HasPort(s, port)))
                            {
                                g.Report(route, port, $"the Service {name.Value} has no port {port.Value}");
                            }
                        }
                        else if (g.Graph.Knows(ns))
                        {
                            g.Report(route, name, $"the Service {name.Value} is not there");
                        }
                    }
                }
            }),

        new(
            new(
                "servicemonitor-no-service",
                Severity.Warning,
                "A ServiceMonitor must select a Service, and name a port of it.",
                "Prometheus scrapes nothing and says nothing.",
                "Correct `spec.selector` or the port, or the labels of the Service.")
            {
                Aliases = ["kube-linter:dangling-servicemonitor"],
            },
            static g =>
            {
                foreach (var monitor in g.Graph.OfKind("ServiceMonitor"))
                {
                    if (monitor.Spec.Mapping("selector") is not { } selector)
                    {
                        continue;
                    }

                    var where = monitor.Spec.Mapping("namespaceSelector");
                    var named = where.Sequence("matchNames")?.OfType<YamlScalar>().Select(n => n.Value).ToArray() ?? [];
                    string?[] namespaces = where.Boolean("any") is true ? [null] : named.Length > 0 ? [.. named] : [monitor.Namespace];
                    var services = namespaces.SelectMany(ns => g.Graph.ServicesSelected(monitor, ns, selector)).ToArray();
                    if (services.Length == 0)
                    {
                        if (namespaces.All(g.Graph.Knows) && !g.Graph.IsMadeByOperator(monitor, selector))
                        {
                            g.Report(monitor, selector, $"the ServiceMonitor {monitor.Name} selects no Service");
                        }

                        continue;
                    }

                    foreach (var endpoint in monitor.Spec.Mappings("endpoints"))
                    {
                        if (endpoint.Scalar("port") is { } port && !services.Any(s => s.Spec.Mappings("ports").Any(p => p.Text("name") == port.Value)))
                        {
                            g.Report(monitor, port, $"no selected Service has a port named {port.Value}");
                        }
                    }
                }
            }),

        new(
            new(
                "statefulset-no-headless",
                Severity.Warning,
                "A StatefulSet must have the headless Service that it names.",
                "Its pods get their stable names from it; without it they have none.",
                "Add a Service of that name with `clusterIP: None` and the pods' labels as selector.")
            {
                Aliases = ["kube-score:statefulset-has-servicename"],
            },
            static g =>
            {
                foreach (var set in g.Graph.OfKind("StatefulSet").Where(s => s.Pod is not null))
                {
                    if (set.Spec.Scalar("serviceName") is not { Value.Length: > 0 } name)
                    {
                        continue;
                    }

                    var services = g.Graph.FindAll(set, "Service", name.Value);
                    if (services.Count == 0)
                    {
                        g.Report(set, name, $"the Service {name.Value} is not there");
                    }
                    else if (!services.Any(s => s.Spec.Text("clusterIP") == "None"))
                    {
                        g.Report(set, name, $"the Service {name.Value} is not headless: it lacks `clusterIP: None`");
                    }
                    else if (!services.Any(s => s.ServiceSelector is not { } selector || g.Graph.PodsWith(s, selector).Contains(set)))
                    {
                        g.Report(set, name, $"the Service {name.Value} does not select the pods of the StatefulSet {set.Name}");
                    }
                }
            }),

        new(
            new(
                "networkpolicy-no-pods",
                Severity.Warning,
                "A network policy must select pods.",
                "A policy that selects nothing protects nothing, while everybody thinks it does.",
                "Correct `spec.podSelector`, or the labels of the pods.")
            {
                Aliases = ["kube-linter:dangling-networkpolicy", "kube-score:networkpolicy-targets-pod"],
            },
            static g =>
            {
                foreach (var policy in g.Graph.OfKind("NetworkPolicy").Where(p => p.Group == "networking.k8s.io"))
                {
                    // An empty selector means every pod of the namespace, also those that come from elsewhere.
                    if (policy.Spec.Mapping("podSelector") is { Count: > 0 } selector && g.Graph.PodsSelected(policy, selector).Count == 0
                        && !g.Graph.IsMadeByOperator(policy, selector))
                    {
                        g.Report(policy, selector, $"the network policy {policy.Name} selects no pods");
                    }
                }
            }),

        new(
            new(
                "networkpolicy-peer-no-pods",
                Severity.Warning,
                "The peers of a network policy must be pods that are there.",
                "A peer that matches no pod opens nothing: the traffic that the rule is for stays blocked.",
                "Correct the peer's `podSelector`, or the labels of the pods.")
            {
                Aliases = ["kube-linter:dangling-networkpolicypeer-podselector"],
            },
            static g =>
            {
                foreach (var policy in g.Graph.OfKind("NetworkPolicy").Where(p => p.Group == "networking.k8s.io"))
                {
                    var peers = policy.Spec.Mappings("ingress").SelectMany(r => r.Mappings("from")).Concat(policy.Spec.Mappings("egress").SelectMany(r => r.Mappings("to")));
                    foreach (var peer in peers)
                    {
                        // Pods of other namespaces are usually deployed from elsewhere.
                        if (peer.Mapping("namespaceSelector") is null && peer.Mapping("podSelector") is { Count: > 0 } selector
                            && g.Graph.PodsSelected(policy, selector).Count == 0 && !g.Graph.IsMadeByOperator(policy, selector))
                        {
                            g.Report(policy, selector, $"a peer of the network policy {policy.Name} matches no pods");
                        }
                    }
                }
            }),

        new(
            new(
                "pod-no-networkpolicy",
                Severity.Info,
                "Every pod should have a network policy for what comes in and what goes out.",
                "Without one it may talk to every other pod, and be talked to.",
                "Add a default-deny policy to the namespace, and policies that open what is needed.")
            {
                Aliases = ["kube-linter:non-isolated-pod", "kube-score:pod-networkpolicy", "polaris:missingNetworkPolicy", "CKV2_K8S_6"],
            },
            static g =>
            {
                var policies = new SelectorIndex(
                    g.Graph, g.Graph.OfKind("NetworkPolicy").Where(p => p.Group == "networking.k8s.io"), static p => p.Spec.Mapping("podSelector"), static p => $"{Limits(p)}");
                foreach (var pod in g.Graph.PodMakers)
                {
                    // Policies do not hold for pods in the network of their node.
                    if (pod.Pod!.Spec.Boolean("hostNetwork") is true)
                    {
                        continue;
                    }

                    var (isIn, isOut) = (false, false);
                    foreach (var policy in policies.Candidates(pod))
                    {
                        var (limitsIn, limitsOut) = Limits(policy);
                        if (((limitsIn && !isIn) || (limitsOut && !isOut))
                            && (policy.Spec.Mapping("podSelector") is not { } selector || LabelSelector.Matches(selector, pod.Pod.Metadata.Mapping("labels"))))
                        {
                            (isIn, isOut) = (isIn || limitsIn, isOut || limitsOut);
                            if (isIn && isOut)
                            {
                                break;
                            }
                        }
                    }

                    if (!(isIn && isOut))
                    {
                        var missing = isIn ? "for what goes out" : isOut ? "for what comes in" : "at all";
                        g.Report(pod, pod.Body["kind"] ?? pod.Body, $"the pods of {pod.Kind} {pod.Name} have no network policy {missing}");
                    }
                }
            }),
    ];

    /// <summary>Whether a policy limits what comes in and what goes out.</summary>
    private static (bool In, bool Out) Limits(GraphObject policy)
    {
        var types = policy.Spec.Sequence("policyTypes")?.OfType<YamlScalar>().Select(t => t.Value).ToArray() ?? [];
        return types.Length == 0 ? (true, policy.Spec?["egress"] is not null) : (types.Contains("Ingress"), types.Contains("Egress"));
    }

    private static string Key(YamlMapping labels) =>
        string.Join(',', labels.Select(l => $"{l.Key.Value}={(l.Value as YamlScalar)?.Value}").Order(StringComparer.Ordinal));

    private static IEnumerable<YamlMapping> Backends(GraphObject ingress)
    {
        var fallback = ingress.Spec.Mapping("defaultBackend") ?? ingress.Spec.Mapping("backend");
        var paths = ingress.Spec.Mappings("rules").SelectMany(r => r.Mapping("http").Mappings("paths")).Select(p => p.Mapping("backend")).OfType<YamlMapping>();
        return fallback is null ? paths : paths.Prepend(fallback);
    }

    private static IEnumerable<YamlMapping> Backends(YamlMapping routeRule) => routeRule.Mappings("backendRefs")
        .Concat(routeRule.Mappings("filters").Select(f => f.Mapping("requestMirror").Mapping("backendRef")).OfType<YamlMapping>());

    private static bool HasPort(GraphObject service, YamlScalar port)
    {
        if (service.Spec.Text("type") == "ExternalName")
        {
            return true;
        }

        var isNumber = long.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return service.Spec.Mappings("ports").Any(p => (isNumber ? p.Text("port") : p.Text("name")) == port.Value);
    }
}
