using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Plans;
using Actions.Shared.Validation.Configuration;

namespace Actions.TerraformPlanning;

/// <summary>Reads what is different about the rules for plans.</summary>
internal static class RuleLevels
{
    private static readonly RuleIndex Known = new(PlanRules.All.Select(r => new KnownRule(r))) { Reference = "docs/reference/plan-rules.md" };

    /// <summary>The severity of every rule that a line is about, null for off; a later line wins.</summary>
    /// <param name="lines">As <c>plan-check-unknown=on</c>; <c>all</c> stands for every rule.</param>
    /// <exception cref="ActionException">A line is wrong.</exception>
    /// <exception cref="AggregateException">Several lines are wrong.</exception>
    public static IReadOnlyDictionary<string, Severity?> Parse(IEnumerable<string> lines)
    {
        var levels = new Dictionary<string, Severity?>(StringComparer.Ordinal);
        foreach (var change in RuleChange.ParseAll(lines, Known))
        {
            foreach (var rule in PlanRules.All.Where(r => change.Rule == RuleIndex.All || change.Rule == r.Id))
            {
                levels[rule.Id] = change.IsOn == false ? null : change.Severity ?? rule.Severity;
            }
        }

        return levels;
    }
}
