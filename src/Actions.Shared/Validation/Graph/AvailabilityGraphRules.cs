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
                foreach (var deployment in g.Graph.OfKind("Deployment").Where(d => d.Group == "apps" && g.Graph.Served.Contains(d) && !g.Graph.Scaled.ContainsKey(d)))
                {
                    if (deployment.Spec.Scalar("replicas") is { } written)
                    {
                        // None at all is switched off on purpose.
                        if (deployment.Spec.Integer("replicas") is { } replicas and > 0 && replicas < least)
                        {
                            g.Report(deployment, written, $"the Deployment {deployment.Name} serves traffic with {replicas} replica{(replicas == 1 ? "" : "s")}");
                        }
                    }
                    else if (deployment.Spec is { } spec && least > 1)
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
                foreach (var (target, scaler) in g.Graph.Scaled)
                {
                    if (target.Spec.Scalar("replicas") is { } replicas)
                    {
                        g.Report(target, replicas, $"{target.Kind} {target.Name} sets `replicas`, and the autoscaler {scaler.Name} sets them too");
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
                    if (target.Scalar("name") is { } name && target.Text("kind") is { } kind && g.Graph.Find(hpa, kind, name.Value) is null)
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
                var seen = new ClashIndex<(string?, string, string)>();
                foreach (var hpa in g.Graph.OfKind("HorizontalPodAutoscaler"))
                {
                    var target = hpa.Spec.Mapping("scaleTargetRef");
                    if (target.Scalar("name") is { } name && target.Text("kind") is { } kind && seen.Add((hpa.Namespace, kind, name.Value), hpa) is { } other && other.Name != hpa.Name)
                    {
                        g.Report(hpa, name, $"{kind} {name.Value} is already scaled by {other.Name}");
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
                var budgets = new SelectorIndex(g.Graph, g.Graph.OfKind("PodDisruptionBudget"), static b => b.Spec.Mapping("selector"), static _ => "");
                foreach (var workload in ScaledKinds.SelectMany(g.Graph.OfKind).Where(w => w.Group == "apps" && w.Pod is not null))
                {
                    var labels = workload.Pod!.Metadata.Mapping("labels");
                    if (Replicas(g.Graph, workload) >= 2 && !budgets.Candidates(workload).Any(b => LabelSelector.Matches(b.Spec.Mapping("selector"), labels)))
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
                foreach (var budget in g.Graph.OfKind("PodDisruptionBudget"))
                {
                    // An empty selector means every pod of the namespace, also those that come from elsewhere.
                    if (budget.Spec.Mapping("selector") is { Count: > 0 } selector && g.Graph.PodsSelected(budget, selector).Count == 0
                        && !g.Graph.IsMadeByOperator(budget, selector))
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
                foreach (var budget in g.Graph.OfKind("PodDisruptionBudget"))
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
                    else if (Guarded(g.Graph, budget, scaled: false) is { } guarded && Wanted(min, guarded.Replicas) >= guarded.Replicas)
                    {
                        g.Report(budget, min, $"the disruption budget {budget.Name} wants {min.Value} of the pods to stay, and {guarded.First.Kind} {guarded.First.Name} has {guarded.Replicas}");
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
                foreach (var budget in g.Graph.OfKind("PodDisruptionBudget"))
                {
                    if (budget.Spec.Scalar("minAvailable") is { Value: not "100%" } min && Guarded(g.Graph, budget, scaled: true) is { } guarded
                        && Wanted(min, guarded.Replicas) >= guarded.Replicas)
                    {
                        g.Report(budget, min, $"the disruption budget {budget.Name} wants {min.Value} of the pods to stay, and the autoscaler {g.Graph.Scaled[guarded.First].Name} goes down to {guarded.Replicas}");
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
                foreach (var deployment in g.Graph.OfKind("Deployment").Where(d => g.Graph.Served.Contains(d)))
                {
                    var strategy = deployment.Spec.Mapping("strategy");
                    var replicas = Replicas(g.Graph, deployment);
                    if (strategy.Scalar("type") is { Value: not "RollingUpdate" } type)
                    {
                        // One pod with a claim has to let go of it before the next one can mount it.
                        if (!(replicas <= 1 && deployment.Pod!.Spec.Mappings("volumes").Any(v => v["persistentVolumeClaim"] is not null)))
                        {
                            g.Report(deployment, type, $"the Deployment {deployment.Name} is stopped for every update");
                        }

                        continue;
                    }

                    var rolling = strategy.Mapping("rollingUpdate");
                    if (rolling.Scalar("maxUnavailable") is not { } unavailable)
                    {
                        continue;
                    }

                    if (unavailable.Value is "0" or "0%")
                    {
                        if (rolling.Scalar("maxSurge") is { Value: "0" or "0%" })
                        {
                            g.Report(deployment, unavailable, "`maxUnavailable` and `maxSurge` are both 0, which the API server refuses");
                        }
                    }
                    else if (Percent(unavailable) >= 100 || (replicas > 0 && Number(unavailable) >= replicas))
                    {
                        g.Report(deployment, unavailable, $"the Deployment {deployment.Name} may lose all its pods during an update");
                    }
                }
            }),
    ];

    /// <summary>
    /// The least number of pods that a budget is about, and the first workload of them; null when the manifests do not tell.
    /// A budget is either about workloads that autoscalers scale, or about others.
    /// </summary>
    private static (GraphObject First, long Replicas)? Guarded(ObjectGraph graph, GraphObject budget, bool scaled)
    {
        var workloads = graph.PodsSelected(budget, budget.Spec.Mapping("selector"));
        long sum = 0;
        foreach (var workload in workloads)
        {
            if (graph.Scaled.ContainsKey(workload) != scaled || Replicas(graph, workload) is not { } replicas)
            {
                return null;
            }

            sum += Math.Clamp(replicas, 0, int.MaxValue);
        }

        return sum > 0 ? (workloads[0], sum) : null;
    }

    /// <summary>Replicas as far as the manifests tell: the autoscaler's least, the workload's own, else one.</summary>
    private static long? Replicas(ObjectGraph graph, GraphObject workload)
    {
        if (workload.Kind is not ("Deployment" or "StatefulSet" or "ReplicaSet" or "Rollout"))
        {
            return null;
        }

        if (graph.Scaled.TryGetValue(workload, out var scaler))
        {
            return scaler.Kind == "ScaledObject" ? scaler.Spec.Integer("minReplicaCount") ?? 0 : scaler.Spec.Integer("minReplicas") ?? 1;
        }

        return workload.Spec.Scalar("replicas") is null ? 1 : workload.Spec.Integer("replicas");
    }

    /// <summary>How many of <paramref name="replicas"/> pods a number or percentage stands for, rounded up as the API server does.</summary>
    private static long? Wanted(YamlScalar value, long replicas) =>
        Percent(value) is { } percent ? ((percent * replicas) + 99) / 100 : Number(value);

    private static long? Number(YamlScalar value) => Parse(value.Value);

    private static long? Percent(YamlScalar value) => value.Value.EndsWith('%') ? Parse(value.Value.AsSpan(0, value.Value.Length - 1)) : null;

    private static long? Parse(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void CheckProbe(GraphInspection g, string probe, string what)
    {
        foreach (var workload in g.Graph.PodMakers)
        {
            if (workload.Kind is "Job" or "CronJob" || !g.Graph.Served.Contains(workload) || workload.Pod!.Containers.Any(c => c.Role != ContainerRole.Ephemeral && c.Body[probe] is not null))
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
