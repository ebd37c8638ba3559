namespace Actions.AccountReview.Rules;

/// <summary>Every rule, by area and, within it, in the order in which they are written.</summary>
internal static class RuleCatalogue
{
    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        .. new[] { IamRules.All, OrganisationRules.All, RegistryRules.All, NetworkRules.All, KapsuleRules.All, StorageRules.All, CostRules.All, CleanUpRules.All }.SelectMany(r => r).OrderBy(r => r.Area),
        AllowListRules.Stale,
    ];

    /// <summary>The rule of that name; null when there is none.</summary>
    public static ReviewRule? Find(string id) => All.FirstOrDefault(r => r.Id == id);
}
