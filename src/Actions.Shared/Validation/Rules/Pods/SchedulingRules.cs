using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about where pods are placed and how they are stopped.</summary>
internal static class SchedulingRules
{
    private static readonly RuleTarget Replicated = RuleTarget.Kinds("apps/Deployment", "apps/StatefulSet");
    private static readonly RuleParameter Classes = new("accepted", "Priority classes that are accepted; empty accepts every class.");
    private static readonly RuleParameter LeastReplicas = new("least-replicas", "Number of replicas from which on the rule looks.", "2") { Type = RuleParameterType.Integer };
    private static readonly RuleParameter DnsOption = new("option", "Name of the DNS option.", "ndots") { Type = RuleParameterType.Text };
    private static readonly RuleParameter DnsValue = new("value", "Value that the DNS option must have.", "2") { Type = RuleParameterType.Text };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "topology-spread-invalid",
                Severity.Error,
                "A topology spread constraint must be complete.",
                "The API server refuses a constraint without a topology key or with a skew below 1; without a label selector it counts no pods and so does nothing.",
                "Set `topologyKey`, `whenUnsatisfiable`, `maxSkew` and `labelSelector`.")
            {
                Aliases = ["kube-score:pod-topology-spread-constraints"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var constraint in x.Pod?.Spec.Mappings("topologySpreadConstraints") ?? [])
                {
                    if (constraint.Text("topologyKey") is null or "")
                    {
                        x.ReportMissing(constraint, "topologyKey", "the constraint has no topology key");
                    }

                    foreach (var key in (ReadOnlySpan<string>)["maxSkew", "whenUnsatisfiable"])
                    {
                        if (constraint.Scalar(key) is null)
                        {
                            x.ReportMissing(constraint, key, $"the constraint lacks `{key}`");
                        }
                    }

                    if (constraint.Mapping("labelSelector") is null)
                    {
                        x.ReportMissing(constraint, "labelSelector", "the constraint selects no pods");
                    }

                    foreach (var key in (ReadOnlySpan<string>)["maxSkew", "minDomains"])
                    {
                        if (constraint.Integer(key) is < 1)
                        {
                            x.Report(constraint[key]!, $"`{key}` is {constraint.Text(key)}");
                        }
                    }

                    if (constraint.Scalar("whenUnsatisfiable") is { Value: not ("DoNotSchedule" or "ScheduleAnyway") } when)
                    {
                        x.Report(when, $"`whenUnsatisfiable` cannot be {when.Value}");
                    }
                    else if (constraint.Integer("minDomains") is not null && constraint.Text("whenUnsatisfiable") != "DoNotSchedule")
                    {
                        x.Report(constraint["minDomains"]!, "`minDomains` needs `whenUnsatisfiable: DoNotSchedule`");
                    }
                }
            }),

        new(
            new(
                "pod-anti-affinity-missing",
                Severity.Warning,
                "Replicas must be spread over nodes.",
                "Otherwise all of them may run on one node, and go down with it. A topology spread constraint does as well as an anti-affinity. "
                + "A workload that does not set `replicas` is looked at too: an autoscaler may set them.",
                "Add a topology spread constraint, or a pod anti-affinity, on kubernetes.io/hostname that selects the pods' own labels.")
            {
                Aliases =
                [
                    "kube-linter:no-anti-affinity", "kube-score:deployment-has-host-podantiaffinity", "kube-score:statefulset-has-host-podantiaffinity",
                ],
            },
            Replicated,
            static x =>
            {
                if (x.Pod is { } pod && HasReplicas(x) && !SpreadsItself(pod))
                {
                    x.ReportMissing(pod.Spec, "topologySpreadConstraints", "nothing keeps the replicas from running on one node");
                }
            })
        { Parameters = [LeastReplicas] },

        new(
            new(
                "topology-spread-missing",
                Severity.Warning,
                "Replicas must have a topology spread constraint.",
                "It spreads them evenly over nodes or zones, which anti-affinity cannot.",
                "Add `topologySpreadConstraints`.")
            {
                OnByDefault = false,
                Aliases = ["polaris:topologySpreadConstraint"],
            },
            Replicated,
            static x =>
            {
                if (x.Pod is { } pod && HasReplicas(x) && pod.Spec.Sequence("topologySpreadConstraints") is not { Count: > 0 })
                {
                    x.ReportMissing(pod.Spec, "topologySpreadConstraints", "the pod has no topology spread constraint");
                }
            })
        { Parameters = [LeastReplicas] },

        new(
            new(
                "node-affinity-missing",
                Severity.Warning,
                "Pods must say on which nodes they run.",
                "Without a node affinity or selector they may land on nodes that are meant for others.",
                "Add `affinity.nodeAffinity` or `nodeSelector`.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:no-node-affinity"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is { } pod && pod.Spec.Mapping("affinity").Mapping("nodeAffinity") is null && pod.Spec.Mapping("nodeSelector") is null)
                {
                    x.ReportMissing(pod.Spec, "affinity/nodeAffinity", "the pod may run on any node");
                }
            }),

        new(
            new(
                "priority-class",
                Severity.Warning,
                "Pods must have a priority class.",
                "When nodes are full, pods without one are the first to go.",
                "Set `priorityClassName`.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:priority-class-name", "polaris:priorityClassNotSet"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                var accepted = x.Values(Classes);
                if (pod.Spec.Scalar("priorityClassName") is not { Value.Length: > 0 } name)
                {
                    x.ReportMissing(pod.Spec, "priorityClassName", "the pod has no priority class");
                }
                else if (accepted.Count > 0 && !accepted.Contains(name.Value))
                {
                    x.Report(name, $"the priority class {name.Value} is not one of {string.Join(", ", accepted)}");
                }
            })
        { Parameters = [Classes] },

        new(
            new(
                "dns-config",
                Severity.Warning,
                "Pods should set a DNS option, ndots to 2 unless configured otherwise.",
                "With the default of 5 every look-up of an outside name is tried against each search domain first: five queries instead of one.",
                "Add `dnsConfig.options: [{name: ndots, value: \"2\"}]`.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:dnsconfig-options"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                var (wanted, value) = (x.Text(DnsOption), x.Text(DnsValue));
                var option = pod.Spec.Mapping("dnsConfig").Mappings("options").FirstOrDefault(o => o.Text("name") == wanted);
                if (option.Scalar("value") is not { } actual)
                {
                    x.ReportMissing(pod.Spec, "dnsConfig/options", $"the pod does not set the DNS option {wanted} to {value}");
                }
                else if (actual.Value != value)
                {
                    x.Report(actual, $"the pod sets the DNS option {wanted} to {actual.Value} instead of {value}");
                }
            })
        { Parameters = [DnsOption, DnsValue] },

        new(
            new(
                "termination-grace",
                Severity.Warning,
                "Pods must be given time to stop.",
                "With a grace period of 0 the process is killed at once: requests are cut off and files left half-written.",
                "Set `terminationGracePeriodSeconds` to what a clean stop needs, 30 for most.")
            {
                OnByDefault = false,
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod?.Spec.Integer("terminationGracePeriodSeconds") is 0)
                {
                    x.Report(x.Pod.Spec["terminationGracePeriodSeconds"]!, "the pod is killed without a grace period");
                }
            }),
    ];

    private static bool HasReplicas(ObjectInspection x) =>
        (x.Body.Mapping("spec").Integer("replicas") ?? (x.Body.Mapping("spec").Scalar("replicas") is null ? long.MaxValue : 0)) >= x.Integer(LeastReplicas);

    private static bool SpreadsItself(PodView pod)
    {
        var labels = pod.Metadata.Mapping("labels");
        if (pod.Spec.Mappings("topologySpreadConstraints").Any(c => LabelSelector.Matches(c.Mapping("labelSelector"), labels)))
        {
            return true;
        }

        var antiAffinity = pod.Spec.Mapping("affinity").Mapping("podAntiAffinity");
        var terms = antiAffinity.Mappings("requiredDuringSchedulingIgnoredDuringExecution")
            .Concat(antiAffinity.Mappings("preferredDuringSchedulingIgnoredDuringExecution").Select(p => p.Mapping("podAffinityTerm")).OfType<YamlMapping>());
        return terms.Any(t =>
            t.Text("topologyKey") is "kubernetes.io/hostname" or "topology.kubernetes.io/zone" or "topology.kubernetes.io/region" or "failure-domain.beta.kubernetes.io/zone"
            && LabelSelector.Matches(t.Mapping("labelSelector"), labels));
    }
}
