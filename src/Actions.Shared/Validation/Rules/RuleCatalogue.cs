using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules.Access;
using Actions.Shared.Validation.Rules.Network;
using Actions.Shared.Validation.Rules.Objects;
using Actions.Shared.Validation.Rules.Pods;
using Actions.Shared.Validation.Rules.Workloads;

namespace Actions.Shared.Validation.Rules;

/// <summary>All rules that look at one object alone.</summary>
public static class RuleCatalogue
{
    /// <summary>The rules, in ordinal order of their ids.</summary>
    public static IReadOnlyList<ObjectRule> ObjectRules { get; } =
    [
        .. new[]
        {
            ContainerRules.All,
            HostRules.All,
            ImageRules.All,
            MetadataRules.All,
            NetworkRules.All,
            PrivilegeRules.All,
            ProbeRules.All,
            RbacRules.All,
            ResourceRules.All,
            SandboxRules.All,
            SchedulingRules.All,
            UserRules.All,
            WorkloadRules.All,
        }.SelectMany(rules => rules).OrderBy(rule => rule.Descriptor.Id, StringComparer.Ordinal),
    ];

    /// <summary>Runs <paramref name="rules"/> on one object and adds what they report to <paramref name="findings"/>.</summary>
    public static void Inspect(
        IEnumerable<ObjectRule> rules, string file, YamlMapping body, ResourceReference reference, RuleSettings settings, List<Finding> findings)
    {
        var inspection = new ObjectInspection(file, body, reference, settings, findings);
        foreach (var rule in rules)
        {
            if (rule.Target.Accepts(inspection.Group, inspection.Kind))
            {
                inspection.Rule = rule.Descriptor;
                rule.Check(inspection);
            }
        }
    }
}
