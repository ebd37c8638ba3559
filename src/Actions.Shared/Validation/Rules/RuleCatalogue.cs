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
            KnownProgramRules.All,
            MetadataRules.All,
            NetworkRules.All,
            PrivilegeRules.All,
            ProbeRules.All,
            RbacRules.All,
            ResourceRules.All,
            SandboxRules.All,
            SchedulingRules.All,
            SecretRules.All,
            ServiceAccountRules.All,
            UserRules.All,
            WorkloadRules.All,
        }.SelectMany(rules => rules).OrderBy(rule => rule.Descriptor.Id, StringComparer.Ordinal),
    ];
}
