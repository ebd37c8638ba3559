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
            AccountGraphRules.All,
            AvailabilityGraphRules.All,
            NetworkGraphRules.All,
            RbacGraphRules.All,
            ReferenceGraphRules.All,
        }.SelectMany(rules => rules).OrderBy(rule => rule.Descriptor.Id, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Runs <paramref name="rules"/> on <paramref name="objects"/>, several at a time, and gives what they report in the order of the rules; in linear time, and the
    /// same for any order of the objects.
    /// </summary>
    /// <param name="rules">The rules that are on, their descriptors carrying the severity as configured.</param>
    /// <param name="objects">The objects of all deploy units, in any order.</param>
    /// <param name="settings">How the rules are to be run.</param>
    public static List<Finding> Inspect(IReadOnlyList<GraphRule> rules, IEnumerable<GraphObject> objects, RuleSettings settings)
    {
        var graph = new ObjectGraph(objects);
        var inspections = new GraphInspection[rules.Count];
        Parallel.For(0, rules.Count, i =>
        {
            inspections[i] = new GraphInspection(graph, settings, rules[i].Descriptor);
            rules[i].Check(inspections[i]);
        });
        return WithoutSubsumed(rules, [.. inspections.SelectMany(i => i.Findings)], [.. inspections.SelectMany(i => i.Subjects)]);
    }

    private static List<Finding> WithoutSubsumed(IReadOnlyList<GraphRule> rules, List<Finding> findings, List<GraphObject> subjects)
    {
        foreach (var rule in rules.Where(r => r.SubsumedBy.Count > 0))
        {
            var said = findings.Index().Where(f => rule.SubsumedBy.Contains(f.Item.Rule, StringComparer.Ordinal)).Select(f => subjects[f.Index]).ToHashSet();
            var kept = findings.Index().Where(f => f.Item.Rule != rule.Descriptor.Id || !said.Contains(subjects[f.Index])).ToArray();
            findings = [.. kept.Select(f => f.Item)];
            subjects = [.. kept.Select(f => subjects[f.Index])];
        }

        return findings;
    }
}
