using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Structure;

namespace Actions.ValidateManifests;

/// <summary>Every rule that the action may report.</summary>
internal static class RuleList
{
    /// <summary>The rules, in ordinal order of their ids.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } =
    [
        .. YamlRules.All.Concat(StructureRules.All).Concat(ValidationRules.All).Concat(RenderingRules.All)
            .DistinctBy(r => r.Id).OrderBy(r => r.Id, StringComparer.Ordinal),
    ];
}
