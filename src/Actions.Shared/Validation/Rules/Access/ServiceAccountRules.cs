using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Rules.Access;

/// <summary>Rules about the service account that a pod runs as.</summary>
internal static class ServiceAccountRules
{
    public static IReadOnlyList<ObjectRule> All { get; } =
    [
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
}
