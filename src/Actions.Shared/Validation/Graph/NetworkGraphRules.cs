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
                foreach (var service in g.Graph.OfKind("Service").Where(IsCore))
                {
                    if (Selector(service) is { } selector && !g.Graph.PodsWith(selector, service.Namespace).Any())
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
                foreach (var service in g.Graph.OfKind("Service").Where(IsCore))
                {
                    if (Selector(service) is not { } selector)
                    {
                        continue;
                    }

                    var pods = g.Graph.PodsWith(selector, service.Namespace).Select(p => p.Pod!).ToArray();
                    foreach (var port in service.Spec.Mappings("ports"))
                    {
                        var target = port.Scalar("targetPort") ?? port.Scalar("port");
                        var protocol = port.Text("protocol") ?? "TCP";
                        if (target is null || pods.Length == 0)
                        {
                            continue;
                        }

                        // Pods that list no ports at all may well listen on the number.
                        var isNumber = target.Type == YamlScalarType.Integer;
                        var listed = pods.SelectMany(p => p.Containers).SelectMany(c => c.Body.Mappings("ports")).ToArray();
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
                var seen = new Dictionary<(string?, string, string, bool), GraphObject>();
                foreach (var service in g.Graph.OfKind("Service").Where(IsCore))
                {
                    if (Selector(service) is not { } selector)
                    {
                        continue;
                    }

                    var ports = string.Join(',', service.Spec.Mappings("ports").Select(p => $"{p.Text("port")}>{p.Text("targetPort")}").Order(StringComparer.Ordinal));
                    var key = (service.Namespace, Key(selector), ports, service.Spec.Text("clusterIP") == "None");
                    if (!seen.TryAdd(key, service))
                    {
                        g.Report(service, selector, $"the Services {seen[key].Name} and {service.Name} have the same selector and ports");
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

                        if (g.Graph.Find("Service", ingress.Namespace, name.Value) is not { } service)
                        {
                            g.Report(ingress, name, $"the Service {name.Value} is not there");
                            continue;
                        }

                        var port = target.Mapping("port").Scalar("name") ?? target.Mapping("port").Scalar("number") ?? backend.Scalar("servicePort");
                        if (port is not null && service.Spec.Text("type") != "ExternalName" && !HasPort(service, port))
                        {
                            g.Report(ingress, port, $"the Service {name.Value} has no port {port.Value}");
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
                var seen = new Dictionary<(string, string, string), GraphObject>();
                foreach (var ingress in g.Graph.OfKind("Ingress"))
                {
                    var controller = ingress.Spec.Text("ingressClassName") ?? "";
                    foreach (var rule in ingress.Spec.Mappings("rules"))
                    {
                        foreach (var path in rule.Mapping("http").Mappings("paths"))
                        {
                            var key = (controller, rule.Text("host") ?? "*", $"{path.Text("path") ?? "/"} {path.Text("pathType")}");
                            if (!seen.TryAdd(key, ingress))
                            {
                                g.Report(
                                    ingress, path["path"] ?? path, $"{rule.Text("host") ?? "every host"}{path.Text("path") ?? "/"} is already taken by the Ingress {seen[key].Name}");
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
                foreach (var route in Routes.SelectMany(g.Graph.OfKind))
                {
                    foreach (var backend in route.Spec.Mappings("rules").SelectMany(r => r.Mappings("backendRefs")))
                    {
                        if (backend.Scalar("name") is not { } name || (backend.Text("kind") ?? "Service") != "Service" || backend.Text("group") is { Length: > 0 })
                        {
                            continue;
                        }

                        if (g.Graph.Find("Service", backend.Text("namespace") ?? route.Namespace, name.Value) is not { } service)
                        {
                            g.Report(route, name, $"the Service {name.Value} is not there");
                        }
                        else if (backend.Scalar("port") is { } port && !HasPort(service, port))
                        {
                            g.Report(route, port, $"the Service {name.Value} has no port {port.Value}");
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
                    var everywhere = monitor.Spec.Mapping("namespaceSelector").Boolean("any") is true;
                    var named = monitor.Spec.Mapping("namespaceSelector").Sequence("matchNames")?.OfType<YamlScalar>().Select(n => n.Value).ToArray();
                    var services = g.Graph.OfKind("Service").Where(s =>
                        (everywhere || (named is null ? ObjectGraph.SameNamespace(s.Namespace, monitor.Namespace) : s.Namespace is null || named.Contains(s.Namespace)))
                        && LabelSelector.Matches(monitor.Spec.Mapping("selector"), s.Body.Mapping("metadata").Mapping("labels"))).ToArray();
                    if (services.Length == 0)
                    {
                        if (monitor.Spec?["selector"] is { } selector)
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
                foreach (var set in g.Graph.OfKind("StatefulSet"))
                {
                    if (set.Spec.Scalar("serviceName") is not { Value.Length: > 0 } name)
                    {
                        continue;
                    }

                    var service = g.Graph.Find("Service", set.Namespace, name.Value);
                    if (service is null)
                    {
                        g.Report(set, name, $"the Service {name.Value} is not there");
                    }
                    else if (service.Spec.Text("clusterIP") != "None")
                    {
                        g.Report(set, name, $"the Service {name.Value} is not headless: it lacks `clusterIP: None`");
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
                    if (policy.Spec.Mapping("podSelector") is { Count: > 0 } selector && !g.Graph.PodsSelected(selector, policy.Namespace).Any())
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
                            && !g.Graph.PodsSelected(selector, policy.Namespace).Any())
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
                var covered = new Dictionary<GraphObject, (bool In, bool Out)>();
                foreach (var policy in g.Graph.OfKind("NetworkPolicy").Where(p => p.Group == "networking.k8s.io"))
                {
                    var types = policy.Spec.Sequence("policyTypes")?.OfType<YamlScalar>().Select(t => t.Value).ToArray();
                    var isIn = types?.Contains("Ingress") ?? true;
                    var isOut = types?.Contains("Egress") ?? policy.Spec?["egress"] is not null;
                    var selector = policy.Spec.Mapping("podSelector");
                    foreach (var pod in selector is null ? g.Graph.PodMakers.Where(p => ObjectGraph.SameNamespace(p.Namespace, policy.Namespace)) : g.Graph.PodsSelected(selector, policy.Namespace))
                    {
                        var before = covered.GetValueOrDefault(pod);
                        covered[pod] = (before.In || isIn, before.Out || isOut);
                    }
                }

                foreach (var pod in g.Graph.PodMakers)
                {
                    var missing = covered.GetValueOrDefault(pod) switch
                    {
                        (true, true) => null,
                        (true, false) => "for what goes out",
                        (false, true) => "for what comes in",
                        _ => "at all",
                    };
                    if (missing is not null)
                    {
                        g.Report(pod, pod.Body["kind"] ?? pod.Body, $"the pods of {pod.Kind} {pod.Name} have no network policy {missing}");
                    }
                }
            }),
    ];

    private static bool IsCore(GraphObject item) => item.Group.Length == 0;

    private static YamlMapping? Selector(GraphObject service) =>
        service.Spec.Text("type") == "ExternalName" ? null : service.Spec.Mapping("selector") is { Count: > 0 } selector ? selector : null;

    private static string Key(YamlMapping labels) =>
        string.Join(',', labels.Select(l => $"{l.Key.Value}={(l.Value as YamlScalar)?.Value}").Order(StringComparer.Ordinal));

    private static IEnumerable<YamlMapping> Backends(GraphObject ingress)
    {
        var fallback = ingress.Spec.Mapping("defaultBackend") ?? ingress.Spec.Mapping("backend");
        var paths = ingress.Spec.Mappings("rules").SelectMany(r => r.Mapping("http").Mappings("paths")).Select(p => p.Mapping("backend")).OfType<YamlMapping>();
        return fallback is null ? paths : paths.Prepend(fallback);
    }

    private static bool HasPort(GraphObject service, YamlScalar port)
    {
        var isNumber = long.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return service.Spec.Mappings("ports").Any(p => (isNumber ? p.Text("port") : p.Text("name")) == port.Value);
    }
}
