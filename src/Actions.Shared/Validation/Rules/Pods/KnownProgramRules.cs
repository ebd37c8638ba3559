using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about programs that are known to be dangerous in a cluster.</summary>
internal static class KnownProgramRules
{
    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "git-sync-injection",
                Severity.Warning,
                "git-sync must not be told its git command through GITSYNC_GIT.",
                "Whoever can set the variable runs any program in the container.",
                "Remove the variable.")
            {
                Aliases = ["CKV_K8S_159"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    foreach (var variable in container.Body.Mappings("env"))
                    {
                        if (variable.Scalar("name") is { Value: "GITSYNC_GIT" } name)
                        {
                            x.Report(name, $"{container} sets GITSYNC_GIT");
                        }
                    }
                }
            }),

        new(
            new(
                "tiller",
                Severity.Warning,
                "Tiller must not run in the cluster.",
                "The server part of Helm 2 has the rights of a cluster administrator and no authentication; it has been without support since 2020.",
                "Use Helm 3 or later and remove Tiller with its Service.")
            {
                Aliases = ["CKV_K8S_34", "CKV_K8S_44", "CKV_K8S_45"],
            },
            RuleTarget.Pods.Or(RuleTarget.Kinds("Service")),
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (Runs(container, "tiller"))
                    {
                        x.Report(container.Image!, $"{container} is Tiller");
                    }
                }

                if (x is { Group: "", Kind: "Service" } && x.Body.Mapping("spec").Mapping("selector").Scalar("name") is { Value: "tiller" } selector)
                {
                    x.Report(selector, "the Service leads to Tiller");
                }
            }),

        new(
            new(
                "dashboard",
                Severity.Warning,
                "The Kubernetes dashboard should not run in the cluster.",
                "It has often been left reachable with an administrator's rights, and is no longer maintained.",
                "Use a dashboard on the user's own machine and with the user's own rights.")
            {
                Aliases = ["CKV_K8S_33"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (IsDashboard(container))
                    {
                        x.Report(container.Image!, $"{container} is the Kubernetes dashboard");
                    }
                }
            }),

        new(
            new(
                "scc-privileged",
                Severity.Warning,
                "A SecurityContextConstraints must not allow privileged containers.",
                "Every pod that is admitted by it may take its node over.",
                "Set `allowPrivilegedContainer: false`.")
            {
                Aliases = ["kube-linter:scc-deny-privileged-container"],
            },
            RuleTarget.Kinds("security.openshift.io/SecurityContextConstraints"),
            static x =>
            {
                if (x.Body.Boolean("allowPrivilegedContainer") is true)
                {
                    x.Report(x.Body["allowPrivilegedContainer"]!, "it allows privileged containers");
                }
            }),

        new(
            new(
                "sorted-keys",
                Severity.Info,
                "The keys of every mapping must be in alphabetical order.",
                "Some teams agree on it to keep differences between versions small.",
                "Sort the keys.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:sorted-keys"],
            },
            RuleTarget.Any,
            static x => CheckOrder(x, x.Body)),
    ];

    private static bool Runs(ContainerView container, string program) =>
        container.Reference is { } reference && reference.Path.EndsWith(program, StringComparison.Ordinal)
        && (reference.Path.Length == program.Length || reference.Path[^(program.Length + 1)] == '/');

    private static bool IsDashboard(ContainerView container) =>
        Runs(container, "kubernetes-dashboard") || Runs(container, "kubernetes-dashboard-amd64")
        || (container.Reference?.Path is { } path && path.StartsWith("kubernetesui/dashboard", StringComparison.Ordinal) && !path.EndsWith("-metrics-scraper", StringComparison.Ordinal));

    private static void CheckOrder(ObjectInspection x, YamlNode node)
    {
        if (node is YamlSequence sequence)
        {
            foreach (var item in sequence)
            {
                CheckOrder(x, item);
            }
        }
        else if (node is YamlMapping mapping)
        {
            for (var i = 0; i < mapping.Count; i++)
            {
                if (i > 0 && !mapping[i].IsMerged && !mapping[i - 1].IsMerged && string.CompareOrdinal(mapping[i - 1].Key.Value, mapping[i].Key.Value) > 0)
                {
                    x.Report(mapping[i].Key, $"`{mapping[i].Key.Value}` comes after `{mapping[i - 1].Key.Value}`");
                }

                CheckOrder(x, mapping[i].Value);
            }
        }
    }
}
