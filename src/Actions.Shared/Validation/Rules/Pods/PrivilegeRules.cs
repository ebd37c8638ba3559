using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about what a container may do to its node.</summary>
internal static class PrivilegeRules
{
    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "privileged-container",
                Severity.Error,
                "Containers must not be privileged.",
                "A privileged container has every capability and every device of its node: whoever breaks into it owns the node.",
                "Remove `privileged: true`; add the single capability or device that is really needed.")
            {
                Aliases = ["kube-linter:privileged-container", "kube-score:container-security-context-privileged", "polaris:runAsPrivileged", "CKV_K8S_16", "PSS:baseline"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (container.SecurityContext.Boolean("privileged") is true)
                    {
                        x.Report(container.SecurityContext!["privileged"]!, $"{container} is privileged");
                    }
                }
            }),
    ];
}
