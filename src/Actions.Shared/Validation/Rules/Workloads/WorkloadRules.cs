using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Workloads;

/// <summary>Rules about objects that run pods: their selectors, restart policies and lifetimes.</summary>
internal static class WorkloadRules
{
    private static readonly RuleParameter LeastReplicas = new("least", "Least number of replicas that is accepted.", "2") { Type = RuleParameterType.Integer };
    private static readonly RuleParameter ClaimAnnotations = new("annotations", "Annotations that every claim template must have; `name=regex` also asks for a value.")
    {
        Type = RuleParameterType.NameList,
        IsRequired = true,
    };

    private static readonly string[] SelectorKinds = ["apps/Deployment", "apps/DaemonSet", "apps/StatefulSet", "apps/ReplicaSet"];

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "selector-missing",
                Severity.Error,
                "A workload must have a selector.",
                "Without one the API server refuses it: it would not know which pods are its own.",
                "Add `spec.selector.matchLabels` with the labels of the pod template.")
            {
                Aliases = ["kube-linter:mismatching-selector"],
            },
            RuleTarget.Kinds(SelectorKinds),
            static x =>
            {
                if (x.Body.Mapping("spec") is not { } spec)
                {
                    return;
                }

                var selector = spec.Mapping("selector");
                if (selector.Mapping("matchLabels") is not { Count: > 0 } && selector.Sequence("matchExpressions") is not { Count: > 0 })
                {
                    x.ReportMissing(spec, "selector/matchLabels", $"the {x.Kind} selects no pods");
                }
            }),

        new(
            new(
                "selector-template-mismatch",
                Severity.Error,
                "The selector of a workload must match the labels of its pod template.",
                "The API server refuses a workload that would not own the pods it makes.",
                "Give the pod template the labels that the selector asks for.")
            {
                Aliases =
                [
                    "kube-linter:mismatching-selector", "kube-score:deployment-pod-selector-labels-match-template-metadata-labels",
                    "kube-score:statefulset-pod-selector-labels-match-template-metadata-labels",
                ],
            },
            RuleTarget.Kinds(SelectorKinds),
            static x =>
            {
                if (x.Pod is not { } pod || x.Body.Mapping("spec").Mapping("selector") is not { } selector)
                {
                    return;
                }

                var labels = pod.Metadata.Mapping("labels");
                foreach (var wanted in selector.Entries("matchLabels"))
                {
                    if (wanted.Value is YamlScalar value && labels.Text(wanted.Key.Value) != value.Value)
                    {
                        var actual = labels.Text(wanted.Key.Value);
                        x.Report(
                            value,
                            $"the selector asks for `{wanted.Key.Value}: {value.Value}`, but the pod template "
                            + (actual is null ? "has no such label" : $"has `{wanted.Key.Value}: {actual}`"));
                    }
                }

                foreach (var expression in selector.Mappings("matchExpressions"))
                {
                    if (expression.Text("key") is { } key && !LabelSelector.MatchesExpression(expression, labels.Text(key)))
                    {
                        x.Report(expression, $"the selector's expression on `{key}` does not accept the pod template's labels");
                    }
                }
            }),

        new(
            new(
                "restart-policy-invalid",
                Severity.Error,
                "The restart policy must suit the workload: Never or OnFailure for Jobs, Always for what keeps running.",
                "The API server refuses any other combination.",
                "Set `restartPolicy: Never` or `OnFailure` in a Job; leave it out in a Deployment.")
            {
                Aliases = ["kube-linter:restart-policy", "kube-score:cronjob-restartpolicy"],
            },
            RuleTarget.Kinds("batch/Job", "batch/CronJob", "apps/Deployment", "apps/DaemonSet", "apps/StatefulSet", "apps/ReplicaSet", "ReplicationController"),
            static x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                var policy = pod.Spec.Scalar("restartPolicy");
                var isJob = x.Group == "batch";
                if (policy is null)
                {
                    if (isJob)
                    {
                        x.ReportMissing(pod.Spec, "restartPolicy", $"the {x.Kind} has no `restartPolicy`, and the default, Always, is refused");
                    }
                }
                else if (isJob ? policy.Value is not ("Never" or "OnFailure") : policy.Value != "Always")
                {
                    x.Report(policy, $"a {x.Kind} cannot have the restart policy {policy.Value}");
                }
            }),

        new(
            new(
                "cronjob-deadline",
                Severity.Warning,
                "A CronJob must have a starting deadline.",
                "Without one a run that could not start in time, for example because the cluster was down, is started however late, beside the next one. Before Kubernetes 1.21 a hundred missed "
                + "starts ended the CronJob for good. A deadline below ten seconds is shorter than the controller's own rhythm: runs are then left out at random.",
                "Set `spec.startingDeadlineSeconds`, for example 300.")
            {
                Aliases = ["kube-score:cronjob-has-deadline"],
            },
            RuleTarget.Kinds("batch/CronJob"),
            static x =>
            {
                if (x.Body.Mapping("spec") is not { } spec)
                {
                    return;
                }

                if (spec.Scalar("startingDeadlineSeconds") is not { } deadline)
                {
                    x.ReportMissing(spec, "startingDeadlineSeconds", "the CronJob has no starting deadline");
                }
                else if (deadline.TryGetInt64(out var seconds) && seconds < 10)
                {
                    x.Report(deadline, $"a starting deadline of {seconds} seconds is shorter than the controller's rhythm");
                }
            }),

        new(
            new(
                "cronjob-concurrency",
                Severity.Info,
                "A CronJob must say what happens when a run is still going at the next start.",
                "The default, Allow, lets slow runs pile up until they take the cluster down.",
                "Set `concurrencyPolicy: Forbid` or `Replace`; `Allow` only if runs may overlap."),
            RuleTarget.Kinds("batch/CronJob"),
            static x =>
            {
                if (x.Body.Mapping("spec") is { } spec && spec.Scalar("concurrencyPolicy") is null)
                {
                    x.ReportMissing(spec, "concurrencyPolicy", "the CronJob lets its runs overlap: `concurrencyPolicy` is not set");
                }
            }),

        new(
            new(
                "job-ttl",
                Severity.Info,
                "A Job must be cleaned up after it finished; the Jobs of a CronJob are by their CronJob.",
                "Finished Jobs and their pods stay for ever unless they have a time to live. Jobs that are hooks of Helm or Argo CD are removed by those.",
                "Set `spec.ttlSecondsAfterFinished`, for example 86400; in a CronJob use `successfulJobsHistoryLimit` instead.")
            {
                Aliases = ["kube-linter:job-ttl-seconds-after-finished"],
            },
            RuleTarget.Kinds("batch/Job", "batch/CronJob"),
            static x =>
            {
                if (x.Body.Mapping("spec") is not { } spec)
                {
                    return;
                }

                if (x.Kind == "Job" && spec.Scalar("ttlSecondsAfterFinished") is null && !IsHook(x))
                {
                    x.ReportMissing(spec, "ttlSecondsAfterFinished", "the Job is kept for ever after it finished");
                }

                if (x.Kind == "CronJob" && spec.Mapping("jobTemplate").Mapping("spec").Scalar("ttlSecondsAfterFinished") is { } ttl)
                {
                    x.Report(ttl, "the time to live of the Jobs competes with the CronJob's own history limits", "Remove it and use `successfulJobsHistoryLimit` and `failedJobsHistoryLimit`.");
                }
            }),

        new(
            new(
                "cron-schedule-invalid",
                Severity.Error,
                "The schedule of a CronJob must be a cron expression that Kubernetes reads.",
                "The API server refuses anything else: five fields (minute, hour, day of month, month, day of week) or one of @hourly, @daily, @weekly, @monthly, @yearly. "
                + "Days of the week go from 0, Sunday, to 6. A date that never comes, such as 31 February, is accepted and never starts anything.",
                "Correct the schedule, for example `*/5 * * * *`."),
            RuleTarget.Kinds("batch/CronJob"),
            static x =>
            {
                if (x.Body.Mapping("spec").Scalar("schedule") is { } schedule && CronSchedule.Problem(schedule.Value) is { } problem)
                {
                    x.Report(schedule, $"the schedule `{schedule.Value}` {problem}");
                }
            }),

        new(
            new(
                "timezone-invalid",
                Severity.Error,
                "The time zone of a CronJob must be an IANA name in `timeZone`.",
                "The API server refuses `Local`, names that it does not know and a TZ= prefix in the schedule. Names are case-sensitive.",
                "Set `spec.timeZone` to a name such as `Europe/Paris` or `Etc/UTC`."),
            RuleTarget.Kinds("batch/CronJob"),
            static x =>
            {
                var spec = x.Body.Mapping("spec");
                if (spec.Scalar("timeZone") is { } zone && !TimeZoneName.IsValid(zone.Value))
                {
                    x.Report(zone, $"`{zone.Value}` is no IANA time zone name");
                }

                if (spec.Scalar("schedule") is { } schedule && schedule.Value.Contains("TZ=", StringComparison.Ordinal))
                {
                    x.Report(schedule, "the schedule carries a time zone");
                }
            }),

        new(
            new(
                "bare-pod",
                Severity.Warning,
                "A Pod should be made by a controller.",
                "A bare Pod is not started again when its node fails or is drained. Pods that are hooks of Helm or Argo CD are meant to be so.",
                "Make it a Deployment, StatefulSet, DaemonSet or Job."),
            RuleTarget.Kinds("Pod"),
            static x =>
            {
                if (x.Body.Mapping("metadata").Sequence("ownerReferences") is not { Count: > 0 }
                    && !IsHook(x)
                    && x.Body["kind"] is { } kind)
                {
                    x.Report(kind, "this Pod has no controller");
                }
            }),

        new(
            new(
                "hpa-min-gt-max",
                Severity.Error,
                "`minReplicas` must not exceed `maxReplicas`.",
                "The API server refuses the HorizontalPodAutoscaler.",
                "Raise `maxReplicas` or lower `minReplicas`."),
            RuleTarget.Kinds("autoscaling/HorizontalPodAutoscaler"),
            static x =>
            {
                var spec = x.Body.Mapping("spec");
                if ((spec.Integer("minReplicas") ?? 1) > (spec.Integer("maxReplicas") ?? long.MaxValue))
                {
                    x.Report(spec!["maxReplicas"]!, $"at least {spec.Integer("minReplicas") ?? 1} and at most {spec.Integer("maxReplicas")} replicas");
                }
            }),

        new(
            new(
                "hpa-min-eq-max",
                Severity.Warning,
                "`maxReplicas` must exceed `minReplicas`.",
                "An autoscaler with both alike never scales.",
                "Raise `maxReplicas`, or set `replicas` on the workload and remove the autoscaler.")
            {
                Aliases = ["polaris:hpaMaxAvailability"],
            },
            RuleTarget.Kinds("autoscaling/HorizontalPodAutoscaler"),
            static x =>
            {
                var spec = x.Body.Mapping("spec");
                if (spec.Integer("maxReplicas") is { } max && (spec.Integer("minReplicas") ?? 1) == max)
                {
                    x.Report(spec!["maxReplicas"]!, $"it never scales: at least and at most {max} replicas");
                }
            }),

        new(
            new(
                "hpa-min-replicas",
                Severity.Warning,
                "An autoscaler must keep at least two replicas.",
                "With one replica every restart, drain or crash is an outage.",
                "Set `minReplicas: 2` or more.")
            {
                Aliases = ["kube-linter:hpa-minimum-three-replicas", "kube-score:horizontalpodautoscaler-replicas", "polaris:hpaMinAvailability"],
            },
            RuleTarget.Kinds("autoscaling/HorizontalPodAutoscaler"),
            static x =>
            {
                if (x.Body.Mapping("spec") is not { } spec)
                {
                    return;
                }

                var least = x.Integer(LeastReplicas);
                if (spec.Integer("minReplicas") is not { } min)
                {
                    if (spec.Scalar("minReplicas") is null && least > 1)
                    {
                        x.ReportMissing(spec, "minReplicas", "`minReplicas` is not set, which means 1");
                    }
                }
                else if (min < least)
                {
                    x.Report(spec["minReplicas"]!, $"`minReplicas` is {min}");
                }
            })
        { Parameters = [LeastReplicas] },

        new(
            new(
                "pdb-policy-missing",
                Severity.Error,
                "A PodDisruptionBudget must set exactly one of `minAvailable` and `maxUnavailable`.",
                "With neither it protects nothing; with both the API server refuses it.",
                "Set `maxUnavailable: 1`.")
            {
                Aliases = ["kube-score:poddisruptionbudget-has-policy"],
            },
            RuleTarget.Kinds("policy/PodDisruptionBudget"),
            static x =>
            {
                if (x.Body.Mapping("spec") is not { } spec)
                {
                    return;
                }

                switch (spec.Scalar("minAvailable"), spec.Scalar("maxUnavailable"))
                {
                    case (null, null):
                        x.ReportMissing(spec, "maxUnavailable", "the budget sets neither `minAvailable` nor `maxUnavailable`");
                        break;
                    case (not null, { } max):
                        x.Report(max, "the budget sets both `minAvailable` and `maxUnavailable`");
                        break;
                }
            }),

        new(
            new(
                "pdb-unhealthy-eviction",
                Severity.Info,
                "A PodDisruptionBudget should let pods that are not ready be evicted.",
                "By default a pod that never becomes ready blocks the drain of its node for ever.",
                "Set `unhealthyPodEvictionPolicy: AlwaysAllow`.")
            {
                Aliases = ["kube-linter:pdb-unhealthy-pod-eviction-policy"],
            },
            RuleTarget.Kinds("policy/PodDisruptionBudget"),
            static x =>
            {
                if (x.Body.Mapping("spec") is { } spec && spec.Scalar("unhealthyPodEvictionPolicy") is null)
                {
                    x.ReportMissing(spec, "unhealthyPodEvictionPolicy", "pods that are not ready can block a drain");
                }
            }),

        new(
            new(
                "storageclass-unset",
                Severity.Warning,
                "Volume claims must name their storage class.",
                "Without one the cluster's default class decides, which differs between clusters, and where there is none the claim waits for ever.",
                "Set `storageClassName`; an empty text asks for a volume that was made by hand.")
            {
                OnByDefault = false,
            },
            RuleTarget.Kinds("PersistentVolumeClaim", "apps/StatefulSet"),
            static x =>
            {
                foreach (var claim in Claims(x))
                {
                    if (claim.Mapping("spec") is { } spec && spec.Scalar("storageClassName") is null)
                    {
                        x.ReportMissing(spec, "storageClassName", $"the volume claim `{claim.Mapping("metadata").Text("name")}` leaves its storage class to the cluster");
                    }
                }
            }),

        new(
            new(
                "pvc-template-annotation",
                Severity.Warning,
                "The volume claims of a StatefulSet must have the annotations that the team has agreed on.",
                "Backups and storage controllers are often told by annotations what to do with a volume.",
                "Add the annotation to the claim template.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:statefulset-volumeclaimtemplate-annotation"],
            },
            RuleTarget.Kinds("apps/StatefulSet"),
            static x =>
            {
                foreach (var (name, pattern) in x.Values(ClaimAnnotations).Select(RulePattern.Split))
                {
                    foreach (var claim in Claims(x))
                    {
                        if (claim.Mapping("metadata").Mapping("annotations").Scalar(name) is not { } value)
                        {
                            x.ReportMissing(claim, "metadata/annotations", $"the volume claim `{claim.Mapping("metadata").Text("name")}` lacks the annotation `{name}`");
                        }
                        else if (pattern is not null && !RulePattern.IsAllOf(value.Value, pattern))
                        {
                            x.Report(value, $"the annotation `{name}` must match `{pattern}`");
                        }
                    }
                }
            })
        { Parameters = [ClaimAnnotations] },
    ];

    private static IEnumerable<YamlMapping> Claims(ObjectInspection x) => x.Kind == "StatefulSet" ? x.Body.Mapping("spec").Mappings("volumeClaimTemplates") : [x.Body];

    private static bool IsHook(ObjectInspection x) =>
        x.Body.Mapping("metadata").Mapping("annotations") is { } annotations
        && (annotations.Scalar("helm.sh/hook") is not null || annotations.Scalar("argocd.argoproj.io/hook") is not null);
}
