using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Rules.Access;

/// <summary>Rules about the service account that a pod runs as.</summary>
internal static class ServiceAccountRules
{
    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "automount-sa-token",
                Severity.Warning,
                "Pods must not be given a token for the API server unless they use it.",
                "The token is mounted by default: whoever breaks into the pod can use it against the cluster. A pod with a service account of its own is taken to use the token; "
                + "one that runs as `default` hardly ever does.",
                "Set `automountServiceAccountToken: false` on the pod, or on its service account.")
            {
                Aliases = ["polaris:automountServiceAccountToken", "CKV_K8S_38"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod || Account(pod) is not ("" or "default"))
                {
                    return;
                }

                if (pod.Spec.Boolean("automountServiceAccountToken") is { } automount)
                {
                    if (automount)
                    {
                        x.Report(pod.Spec["automountServiceAccountToken"]!, "the pod is given the token of the service account `default`");
                    }
                }
                else
                {
                    x.ReportMissing(pod.Spec, "automountServiceAccountToken", "the pod is given the token of the service account `default`");
                }
            }),

        new(
            new(
                "default-service-account",
                Severity.Warning,
                "Pods that talk to the API server must have a service account of their own.",
                "Rights given to `default` go to every pod of the namespace.",
                "Make a ServiceAccount and set `serviceAccountName`.")
            {
                Aliases = ["kube-linter:default-service-account"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod is not { } pod || Account(pod) is not ("" or "default") || pod.Spec.Boolean("automountServiceAccountToken") is false)
                {
                    return;
                }

                if ((pod.Spec.Scalar("serviceAccountName") ?? pod.Spec.Scalar("serviceAccount")) is { Value.Length: > 0 } name)
                {
                    x.Report(name, "the pod runs as the service account `default`");
                }
                else
                {
                    x.ReportMissing(pod.Spec, "serviceAccountName", "the pod runs as the service account `default`");
                }
            })
        { SubsumedBy = ["automount-sa-token"] },

        new(
            new(
                "default-sa-automount",
                Severity.Warning,
                "The service account `default` must not hand out tokens.",
                "Every pod that names no account gets its token.",
                "Set `automountServiceAccountToken: false` on it.")
            {
                Aliases = ["CKV_K8S_41"],
            },
            RuleTarget.Kinds("ServiceAccount"),
            static x =>
            {
                if (x.Body.Mapping("metadata").Text("name") != "default" || x.Body.Boolean("automountServiceAccountToken") is false)
                {
                    return;
                }

                if (x.Body.Scalar("automountServiceAccountToken") is { } automount)
                {
                    x.Report(automount, "the service account `default` hands out tokens");
                }
                else
                {
                    x.ReportMissing(x.Body, "automountServiceAccountToken", "the service account `default` hands out tokens");
                }
            }),

        new(
            new(
                "deprecated-service-account-field",
                Severity.Warning,
                "Pods must use `serviceAccountName` instead of `serviceAccount`.",
                "`serviceAccount` is a deprecated alias; when both are set and differ, the outcome depends on the version.",
                "Rename the field to `serviceAccountName`.")
            {
                Aliases = ["kube-linter:deprecated-service-account-field"],
            },
            RuleTarget.Pods,
            static x =>
            {
                if (x.Pod?.Spec is { } spec && spec.Scalar("serviceAccount") is not null && spec.TryGetEntry("serviceAccount", out var entry))
                {
                    x.Report(entry.Key, "`serviceAccount` is deprecated");
                }
            }),
    ];

    private static string Account(PodView pod) => pod.Spec.Text("serviceAccountName") ?? pod.Spec.Text("serviceAccount") ?? "";
}
