using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about what containers ask for and how much they may take.</summary>
internal static class ResourceRules
{
    private static readonly RuleParameter Least = new("least", "Least amount that is accepted, as a quantity; 0 accepts all.", "0") { Type = RuleParameterType.Quantity };
    private static readonly RuleParameter Greatest = new("greatest", "Greatest amount that is accepted, as a quantity; 0 accepts all.", "0") { Type = RuleParameterType.Quantity };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        Required(
            "cpu-request", "requests", "cpu", true,
            "The scheduler places pods by their requests: without one a node is filled until everything on it is slow.",
            ["kube-linter:unset-cpu-requirements", "kube-score:container-resources", "polaris:cpuRequestsMissing", "CKV_K8S_10"]),
        Required(
            "memory-request", "requests", "memory", true,
            "The scheduler places pods by their requests: without one a node runs out of memory and kills whatever asked for least.",
            ["kube-linter:unset-memory-requirements", "kube-score:container-resources", "polaris:memoryRequestsMissing", "CKV_K8S_12"]),
        Required(
            "memory-limit", "limits", "memory", true,
            "Without a limit one leaking container takes the memory of its whole node.",
            ["kube-linter:unset-memory-requirements", "kube-score:container-resources", "polaris:memoryLimitsMissing", "CKV_K8S_13"]),
        Required(
            "cpu-limit", "limits", "cpu", false,
            "A limit makes the use of CPU predictable, at the price of throttling; many teams leave it out on purpose, so the rule is off by default.",
            ["kube-score:container-resources", "polaris:cpuLimitsMissing", "CKV_K8S_11"]),
        Required(
            "ephemeral-storage", "limits", "ephemeral-storage", false,
            "Without a limit one container's log and scratch files fill the node's disk, and the node evicts its neighbours.",
            ["kube-score:container-ephemeral-storage-request-and-limit"]),

        new(
            new(
                "requests-equal-limits",
                Severity.Warning,
                "Requests must equal limits.",
                "Only a pod that has limits for CPU and memory, and requests that equal them, belongs to the class Guaranteed, which is evicted last.",
                "Set the limit, and the request to the limit or to nothing.")
            {
                OnByDefault = false,
                Aliases =
                [
                    "kube-score:container-resource-requests-equal-limits", "kube-score:container-cpu-requests-equal-limits",
                    "kube-score:container-memory-requests-equal-limits", "kube-score:container-ephemeral-storage-request-equals-limit",
                ],
            },
            RuleTarget.Pods,
            static x =>
            {
                Compare(x, static (request, limit) => request != limit, "differs from");
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    var resources = container.Body.Mapping("resources");
                    foreach (var entry in resources.Entries("requests"))
                    {
                        if (resources.Mapping("limits").Scalar(entry.Key.Value) is null)
                        {
                            x.Report(entry.Value, $"{container} asks for {entry.Key.Value}, but has no limit for it");
                        }
                    }
                }
            }),

        new(
            new(
                "requests-exceed-limits",
                Severity.Error,
                "A request must not exceed its limit.",
                "The API server refuses the pod.",
                "Lower the request or raise the limit."),
            RuleTarget.Pods,
            static x => Compare(x, static (request, limit) => request > limit, "exceeds")),

        new(
            new(
                "emptydir-sizelimit",
                Severity.Warning,
                "An emptyDir volume must have a size limit.",
                "Without one it grows until the node's disk, or its memory with `medium: Memory`, is full.",
                "Set `sizeLimit`, for example 64Mi.")
            {
                OnByDefault = false,
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var volume in x.Pod?.Spec.Mappings("volumes") ?? [])
                {
                    if (volume["emptyDir"] is { } emptyDir and not YamlScalar { Type: YamlScalarType.Null } && (emptyDir as YamlMapping).Scalar("sizeLimit") is null)
                    {
                        x.ReportMissing(volume, "emptyDir/sizeLimit", $"the volume `{volume.Text("name")}` may grow without limit");
                    }
                }
            }),
    ];

    private static ObjectRule Required(string id, string list, string resource, bool onByDefault, string why, string[] aliases)
    {
        var (what, verb) = list == "requests" ? ("request", "asks for no") : ("limit", "has no limit for");
        return new(
            new(
                id,
                Severity.Warning,
                $"Containers must have a {resource} {what}.",
                why,
                $"Set `resources.{list}.{resource}`.")
            {
                OnByDefault = onByDefault,
                Aliases = aliases,
            },
            RuleTarget.Pods,
            x =>
            {
                if (x.Pod is not { } pod)
                {
                    return;
                }

                // What the pod as a whole asks for (KEP-2837) stands in for its containers.
                var ofPod = Amount(pod.Spec.Mapping("resources"), list, resource);
                foreach (var container in pod.Containers)
                {
                    if (container.Role == ContainerRole.Ephemeral)
                    {
                        continue;
                    }

                    var value = Amount(container.Body.Mapping("resources"), list, resource);
                    if (value is null)
                    {
                        if (ofPod is null)
                        {
                            x.ReportMissing(container.Body, $"resources/{list}/{resource}", $"{container} {verb} {resource}");
                        }
                    }
                    else if (!IsWithin(value.Value, x.Text(Least), x.Text(Greatest)))
                    {
                        x.Report(value, $"{container} has a {resource} {what} of {value.Value}, outside the bounds", "Choose an amount within the bounds that are configured for the rule.");
                    }
                }
            })
        { Parameters = [Least, Greatest] };
    }

    /// <summary>What is asked for or allowed; the API server copies a limit to a request that is not set.</summary>
    private static YamlScalar? Amount(YamlMapping? resources, string list, string resource) =>
        resources.Mapping(list).Scalar(resource) ?? (list == "requests" ? resources.Mapping("limits").Scalar(resource) : null);

    private static bool IsWithin(string quantity, string least, string greatest) =>
        (least == "0" && greatest == "0")
        || !Quantities.TryParse(quantity, out var amount)
        || ((!Quantities.TryParse(least, out var low) || amount >= low) && (!Quantities.TryParse(greatest, out var high) || high == 0 || amount <= high));

    private static void Compare(ObjectInspection x, Func<decimal, decimal, bool> isWrong, string how)
    {
        foreach (var container in x.Pod?.Containers ?? [])
        {
            var resources = container.Body.Mapping("resources");
            foreach (var entry in resources.Entries("requests"))
            {
                if (entry.Value is YamlScalar request && resources.Mapping("limits").Scalar(entry.Key.Value) is { } limit
                    && Quantities.TryParse(request.Value, out var asked) && Quantities.TryParse(limit.Value, out var allowed) && isWrong(asked, allowed))
                {
                    x.Report(request, $"the {entry.Key.Value} request of {container}, {request.Value}, {how} its limit, {limit.Value}");
                }
            }
        }
    }
}
