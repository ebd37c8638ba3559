using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>Rules about the service account that a pod runs as, and whether it gets that account's token.</summary>
internal static class AccountGraphRules
{
    public static IReadOnlyList<GraphRule> All { get; } =
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
            static g =>
            {
                foreach (var (workload, pod) in GivenTheDefaultToken(g.Graph))
                {
                    const string Message = "the pod is given the token of the service account `default`";
                    if (pod["automountServiceAccountToken"] is { } automount)
                    {
                        g.Report(workload, automount, Message);
                    }
                    else
                    {
                        g.ReportMissing(workload, pod, "automountServiceAccountToken", Message);
                    }
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
            static g =>
            {
                foreach (var (workload, pod) in GivenTheDefaultToken(g.Graph))
                {
                    const string Message = "the pod runs as the service account `default`";
                    if ((pod.Scalar("serviceAccountName") ?? pod.Scalar("serviceAccount")) is { Value.Length: > 0 } name)
                    {
                        g.Report(workload, name, Message);
                    }
                    else
                    {
                        g.ReportMissing(workload, pod, "serviceAccountName", Message);
                    }
                }
            })
        { SubsumedBy = ["automount-sa-token"] },
    ];

    /// <summary>What runs as <c>default</c> and gets its token: the pod decides, and where it says nothing the account.</summary>
    private static IEnumerable<(GraphObject Workload, YamlMapping Pod)> GivenTheDefaultToken(ObjectGraph graph)
    {
        foreach (var workload in graph.PodMakers)
        {
            var pod = workload.Pod!.Spec;
            if ((pod.Text("serviceAccountName") ?? pod.Text("serviceAccount")) is null or "" or "default"
                && (pod.Boolean("automountServiceAccountToken")
                    ?? !graph.FindAll(workload, "ServiceAccount", "default").Any(a => a.Body.Boolean("automountServiceAccountToken") is false)))
            {
                yield return (workload, pod);
            }
        }
    }
}
