using System.Globalization;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>Rules about staying available: replicas, autoscalers, disruption budgets, and the probes of pods that serve traffic.</summary>
internal static class AvailabilityGraphRules
{
    private static readonly RuleParameter LeastReplicas = new("least", "Least number of replicas that is accepted.", "2") { Type = RuleParameterType.Integer };
    private static readonly string[] ScaledKinds = ["Deployment", "StatefulSet"];

    public static IReadOnlyList<GraphRule> All { get; } =
    [
        new(
            new(
                "replicas-too-few",
                Severity.Warning,
                "A Deployment behind a Service must have at least two replicas.",
                "With one replica every restart, drain or crash is an outage.",
                "Set `replicas: 2` or more, or add an autoscaler with `minReplicas: 2`.")
            {
                Aliases = ["kube-linter:minimum-three-replicas", "kube-score:deployment-replicas", "polaris:deploymentMissingReplicas"],
            },
            static g =>
            {
                var least = g.Integer(LeastReplicas);
                var scaled = ScaledByHpa(g.Graph);
                var served = Served(g.Graph);
                foreach (var deployment in g.Graph.OfKind("Deployment").Where(d => d.Group == "apps" && served.Contains(d) && !scaled.ContainsKey(d)))
                {
                    if (deployment.Spec.Integer("replicas") is { } replicas)
                    {
                        if (replicas < least && replicas > 0)
                        {
                            g.Report(deployment, deployment.Spec!["replicas"]!, $"the Deployment {deployment.Name} serves traffic with {replicas} replica{(replicas == 1 ? "" : "s")}");
                        }
                    }
                    else if (deployment.Spec is { } spec && spec.Scalar("replicas") is null && least > 1)
                    {
                        g.ReportMissing(deployment, spec, "replicas", $"the Deployment {deployment.Name} serves traffic with one replica, the default");
                    }
                }
            })
        { Parameters = [LeastReplicas] },

        new(
            new(
                "hpa-and-static-replicas",
                Severity.Error,
                "A workload that an autoscaler scales must not set `replicas`.",
                "Every apply sets the replicas back to that number, until the autoscaler corrects it: under load this takes pods away.",
                "Remove `replicas` from the workload.")
            {
                Aliases = ["kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured"],
            },
            static g =>
            {
                foreach (var (target, hpa) in ScaledByHpa(g.Graph))
                {
                    if (target.Spec.Scalar("replicas") is { } replicas)
                    {
                        g.Report(target, replicas, $"{target.Kind} {target.Name} sets `replicas`, and the autoscaler {hpa.Name} sets them too");
                    }
                }
            }),

        new(
            new(
                "hpa-no-target",
                Severity.Warning,
                "An autoscaler must scale something that is there.",
                "It scales nothing and says so only in its status.",
                "Correct `scaleTargetRef`.")
            {
                Aliases = ["kube-linter:dangling-horizontalpodautoscaler", "kube-score:horizontalpodautoscaler-has-target"],
            },
            static g =>
            {
                foreach (var hpa in g.Graph.OfKind("HorizontalPodAutoscaler"))
                {
                    var target = hpa.Spec.Mapping("scaleTargetRef");
                    if (target.Scalar("name") is { } name && target.Text("kind") is { } kind && g.Graph.Find(kind, hpa.Namespace, name.Value) is null)
                    {
                        g.Report(hpa, name, $"{kind} {name.Value} is not there");
                    }
                }
            }),

        new(
            new(
                "duplicate-hpa-target",
                Severity.Warning,
                "A workload must have one autoscaler only.",
                "Two autoscalers set the replicas back and forth.",
                "Put the metrics of both into one autoscaler."),
            static g =>
            {
                var seen = new Dictionary<(string?, string, string), GraphObject>();
                foreach (var hpa in g.Graph.OfKind("HorizontalPodAutoscaler"))
                {
                    var target = hpa.Spec.Mapping("scaleTargetRef");
                    if (target.Scalar("name") is { } name && target.Text("kind") is { } kind && !seen.TryAdd((hpa.Namespace, kind, name.Value), hpa))
                    {
                        g.Report(hpa, name, $"{kind} {name.Value} is already scaled by {seen[(hpa.Namespace, kind, name.Value)].Name}");
                    }
                }
            }),

        new(
            new(
                "pdb-missing",
                Severity.Warning,
                "Replicated workloads must have a disruption budget.",
                "Without one a node drain may stop all replicas at once.",
                "Add a PodDisruptionBudget with `maxUnavailable: 1` and the workload's selector.")
            {
                Aliases =
                [
                    "kube-score:deployment-has-poddisruptionbudget", "kube-score:statefulset-has-poddisruptionbudget", "polaris:missingPodDisruptionBudget",
                ],
            },
            static g =>
            {
                var guarded = Budgets(g.Graph).SelectMany(b => b.Pods).ToHashSet();
                var scaled = ScaledByHpa(g.Graph);
                foreach (var workload in ScaledKinds.SelectMany(g.Graph.OfKind).Where(w => w.Group == "apps" && w.Pod is not null && !guarded.Contains(w)))
                {
                    if (Replicas(workload, scaled) >= 2)
                    {
                        g.Report(workload, workload.Body["kind"] ?? workload.Body, $"{workload.Kind} {workload.Name} has no disruption budget");
                    }
                }
            }),

        new(
            new(
                "pdb-dangling",
                Severity.Warning,
                "A disruption budget must select pods.",
                "A budget that selects nothing protects nothing.",
                "Correct `spec.selector`, or the labels of the pods."),
            static g =>
            {
                foreach (var (budget, pods) in Budgets(g.Graph))
                {
                    if (pods.Length == 0 && budget.Spec?["selector"] is { } selector)
                    {
                        g.Report(budget, selector, $"the disruption budget {budget.Name} selects no pods");
                    }
                }
            }),

        new(
            new(
                "pdb-blocks-eviction",
                Severity.Error,
                "A disruption budget must let at least one pod go.",
                "A budget that allows no disruption blocks every drain, and so every upgrade of the nodes.",
                "Set `maxUnavailable: 1`.")
            {
                Aliases = ["kube-linter:pdb-max-unavailable", "kube-linter:pdb-min-available", "polaris:pdbDisruptionsIsZero"],
            },
            static g =>
            {
                var scaled = ScaledByHpa(g.Graph);
                foreach (var (budget, pods) in Budgets(g.Graph))
                {
                    if (budget.Spec.Scalar("maxUnavailable") is { Value: "0" or "0%" } max)
                    {
                        g.Report(budget, max, $"the disruption budget {budget.Name} lets no pod go");
                    }

                    if (budget.Spec.Scalar("minAvailable") is not { } min)
                    {
                        continue;
                    }

                    if (min.Value == "100%")
                    {
                        g.Report(budget, min, $"the disruption budget {budget.Name} wants all pods to stay");
                    }
                    else if (Number(min) is { } wanted && pods.Length == 1 && !scaled.ContainsKey(pods[0]) && Replicas(pods[0], scaled) is { } replicas and < long.MaxValue && wanted >= replicas)
                    {
                        g.Report(budget, min, $"the disruption budget {budget.Name} wants {wanted} pods to stay, and {pods[0].Kind} {pods[0].Name} has {replicas}");
                    }
                }
            }),

        new(
            new(
                "pdb-gt-hpa-min",
                Severity.Error,
                "A disruption budget must want fewer pods than the autoscaler's least number.",
                "When the workload is scaled down to its least number, no node can be drained.",
                "Set `maxUnavailable: 1` instead of `minAvailable`, or raise `minReplicas`.")
            {
                Aliases = ["polaris:pdbMinAvailableGreaterThanHPAMinReplicas", "kube-linter:pdb-min-available"],
            },
            static g =>
            {
                var scaled = ScaledByHpa(g.Graph);
                foreach (var (budget, pods) in Budgets(g.Graph))
                {
                    if (budget.Spec.Scalar("minAvailable") is { } min && Number(min) is { } wanted && pods.Length == 1 && scaled.TryGetValue(pods[0], out var hpa)
                        && wanted >= (hpa.Spec.Integer("minReplicas") ?? 1))
                    {
                        g.Report(budget, min, $"the disruption budget {budget.Name} wants {wanted} pods to stay, and the autoscaler {hpa.Name} goes down to {hpa.Spec.Integer("minReplicas") ?? 1}");
                    }
                }
            }),

        new(
            new(
                "readiness-missing",
                Severity.Warning,
                "Pods behind a Service must have a readiness probe.",
                "Without one a pod gets requests before it can answer them, and keeps getting them when it no longer can.",
                "Add a `readinessProbe` that checks what requests need.")
            {
                Aliases = ["kube-linter:no-readiness-probe", "kube-score:pod-probes", "polaris:readinessProbeMissing", "CKV_K8S_9"],
            },
            static g => CheckProbe(g, "readinessProbe", "readiness probe")),

        new(
            new(
                "liveness-missing",
                Severity.Info,
                "Pods behind a Service should have a liveness probe.",
                "Without one a process that hangs is never restarted. A bad one does more harm than none.",
                "Add a `livenessProbe` that checks only that the process can answer at all.")
            {
                Aliases = ["kube-linter:no-liveness-probe", "kube-score:pod-probes", "polaris:livenessProbeMissing", "CKV_K8S_8"],
            },
            static g => CheckProbe(g, "livenessProbe", "liveness probe")),

        new(
            new(
                "startup-missing",
                Severity.Info,
                "Pods with a liveness probe should have a startup probe.",
                "Without one a slow start is taken for a hang, and the container is restarted for ever.",
                "Add a `startupProbe` with the time that a start may take.")
            {
                OnByDefault = false,
            },
            static g =>
            {
                foreach (var workload in g.Graph.PodMakers)
                {
                    foreach (var container in workload.Pod!.Containers.Where(c => c.Body["livenessProbe"] is not null && c.Body["startupProbe"] is null))
                    {
                        g.ReportMissing(workload, container.Body, "startupProbe", $"{container} has a liveness probe and no startup probe");
                    }
                }
            }),

        new(
            new(
                "rolling-update",
                Severity.Warning,
                "A Deployment behind a Service must be updated pod by pod.",
                "The strategy Recreate stops all pods before it starts new ones: every deployment is an outage.",
                "Set `strategy.type: RollingUpdate`, or remove `strategy`.")
            {
                Aliases = ["kube-linter:no-rolling-update-strategy", "kube-score:deployment-strategy"],
            },
            static g =>
            {
                var served = Served(g.Graph);
                foreach (var deployment in g.Graph.OfKind("Deployment").Where(d => served.Contains(d)))
                {
                    var strategy = deployment.Spec.Mapping("strategy");
                    if (strategy.Scalar("type") is { Value: not "RollingUpdate" } type)
                    {
                        g.Report(deployment, type, $"the Deployment {deployment.Name} is stopped for every update");
                    }

                    var rolling = strategy.Mapping("rollingUpdate");
                    if (rolling.Scalar("maxUnavailable") is { Value: "100%" } all)
                    {
                        g.Report(deployment, all, $"the Deployment {deployment.Name} may lose all pods during an update");
                    }

                    if (rolling.Scalar("maxUnavailable") is { Value: "0" or "0%" } none && rolling.Scalar("maxSurge") is { Value: "0" or "0%" })
                    {
                        g.Report(deployment, none, "`maxUnavailable` and `maxSurge` are both 0, which the API server refuses");
                    }
                }
            }),
    ];

    private static Dictionary<GraphObject, GraphObject> ScaledByHpa(ObjectGraph graph)
    {
        var scaled = new Dictionary<GraphObject, GraphObject>();
        foreach (var hpa in graph.OfKind("HorizontalPodAutoscaler"))
        {
            var target = hpa.Spec.Mapping("scaleTargetRef");
            if (target.Text("kind") is { } kind && target.Text("name") is { } name && graph.Find(kind, hpa.Namespace, name) is { } workload)
            {
                scaled.TryAdd(workload, hpa);
            }
        }

        return scaled;
    }

    private static HashSet<GraphObject> Served(ObjectGraph graph) =>
    [
        .. graph.OfKind("Service")
            .Where(s => s.Group.Length == 0 && s.Spec.Text("type") != "ExternalName")
            .SelectMany(s => graph.PodsWith(s.Spec.Mapping("selector"), s.Namespace)),
    ];

    private static IEnumerable<(GraphObject Budget, GraphObject[] Pods)> Budgets(ObjectGraph graph) =>
        graph.OfKind("PodDisruptionBudget").Select(b => (b, graph.PodsSelected(b.Spec.Mapping("selector"), b.Namespace).ToArray()));

    /// <summary>Replicas as far as the manifests tell: the autoscaler's least, the workload's own, else one.</summary>
    private static long? Replicas(GraphObject workload, Dictionary<GraphObject, GraphObject> scaled) => workload.Kind switch
    {
        "Deployment" or "StatefulSet" or "ReplicaSet" => scaled.TryGetValue(workload, out var hpa)
            ? hpa.Spec.Integer("minReplicas") ?? 1
            : workload.Spec.Scalar("replicas") is null ? 1 : workload.Spec.Integer("replicas"),
        _ => null,
    };

    private static long? Number(YamlScalar value) =>
        long.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void CheckProbe(GraphInspection g, string probe, string what)
    {
        foreach (var workload in Served(g.Graph).OrderBy(w => w.File, StringComparer.Ordinal).ThenBy(w => w.Body.Region))
        {
            if (workload.Kind is "Job" or "CronJob" || workload.Pod!.Containers.Any(c => c.Role != ContainerRole.Ephemeral && c.Body[probe] is not null))
            {
                continue;
            }

            if (workload.Pod.Containers.FirstOrDefault(c => c.Role == ContainerRole.Regular) is { } container)
            {
                g.ReportMissing(workload, container.Body, probe, $"the pods of {workload.Kind} {workload.Name} serve traffic without a {what}");
            }
        }
    }
}
