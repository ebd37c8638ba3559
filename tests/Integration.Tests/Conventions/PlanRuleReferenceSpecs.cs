using System.Text;
using Actions.Shared.Plans;
using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

/// <summary>The reference of the rules for plans says what the rules say. UPDATE_DOCS=1 (make docs) rewrites instead of failing.</summary>
public class PlanRuleReferenceSpecs
{
    [Fact]
    public void The_reference_is_that_of_the_rules()
    {
        var path = Repository.Path("docs", "reference", "plan-rules.md");

        Updating.ShouldBeUpToDate(path, File.Exists(path) ? File.ReadAllText(path) : "", Write());
    }

    private static string Write()
    {
        var page = new StringBuilder(
            """
            # Rules for plans

            <!-- Written by `make docs` from the rules themselves: change those. -->

            What `terraform-plan` finds in a plan without knowing providers: shown in the comment and the report, annotated at the block that it is about. No
            finding fails the step by itself: gates and `fail-on` do. The input `rules` sets them otherwise, one per line:

            ```yaml
            rules: |
              plan-check-unknown=on
              plan-output-removed=error
              plan-provider-set=off
            ```

            | Rule | Severity | What it demands |
            |---|---|---|

            """);
        foreach (var rule in PlanRules.All)
            page.Append($"| [{rule.Id}](#{rule.Id}) | {rule.Severity.ToString().ToLowerInvariant()}{(rule.OnByDefault ? "" : ", off unless set")} | {rule.Title} |\n");
        foreach (var rule in PlanRules.All)
            page.Append($"\n## {rule.Id}\n\n{rule.Explanation}\n\n**Fix:** {rule.Fix}\n");
        return page.ToString();
    }
}
