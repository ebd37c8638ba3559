using Actions.Shared.Findings;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>All rules about how objects fit together.</summary>
public static class GraphRuleCatalogue
{
    /// <summary>The rules, in ordinal order of their ids.</summary>
    public static IReadOnlyList<GraphRule> Rules { get; } =
    [
        .. new[]
        {
            AvailabilityGraphRules.All,
            NetworkGraphRules.All,
            RbacGraphRules.All,
            ReferenceGraphRules.All,
        }.SelectMany(rules => rules).OrderBy(rule => rule.Descriptor.Id, StringComparer.Ordinal),
    ];

    /// <summary>Runs <paramref name="rules"/> on every deploy unit of <paramref name="objects"/> and gives what they report.</summary>
    /// <param name="rules">The rules that are on, their descriptors carrying the severity as configured.</param>
    /// <param name="objects">The objects of all units, in any order.</param>
    /// <param name="settings">How the rules are to be run.</param>
    public static List<Finding> Inspect(IReadOnlyList<GraphRule> rules, IEnumerable<GraphObject> objects, RuleSettings settings)
    {
        var findings = new List<Finding>();
        var units = objects
            .OrderBy(o => o.File, StringComparer.Ordinal)
            .ThenBy(o => o.Body.Region)
            .GroupBy(o => o.Unit, StringComparer.Ordinal)
            .OrderBy(u => u.Key, StringComparer.Ordinal);
        foreach (var unit in units)
        {
            var inspection = new GraphInspection(new ObjectGraph([.. unit]), settings, findings);
            foreach (var rule in rules)
            {
                inspection.Rule = rule.Descriptor;
                rule.Check(inspection);
            }
        }

        return findings;
    }
}
