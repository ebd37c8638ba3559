using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Plans;
using Actions.TerraformPlan.Tests.Plans;

namespace Actions.TerraformPlanning.Tests;

public sealed class RuleLevelsSpecs
{
    [Fact]
    public void A_rule_that_is_off_by_default_can_be_switched_on()
    {
        var plan = Recording.Read("""
            {"format_version":"1.2","resource_changes":[],"checks":[{"address":{"kind":"check","to_display":"check.health"},"status":"unknown"}],"complete":true,"errored":false}
            """);
        Check(plan).ShouldBeEmpty();
        Check(plan, "plan-check-unknown=on").ShouldHaveSingleItem().Severity.ShouldBe(Severity.Info);
        Check(plan, "plan-check-unknown=error").ShouldHaveSingleItem().Severity.ShouldBe(Severity.Error);
        Check(plan, "all=on", "plan-check-unknown=off").ShouldBeEmpty();
    }

    [Fact]
    public void All_off_leaves_none()
    {
        Check(Recording.Plan("checks")).ShouldNotBeEmpty();
        Check(Recording.Plan("checks"), "all=off").ShouldBeEmpty();
    }

    [Fact]
    public void A_rule_that_does_not_exist_is_told_with_the_nearest() =>
        Should.Throw<ActionException>(() => RuleLevels.Parse(["plan-check-unknwon=on"])).Hint.ShouldContain("plan-check-unknown");

    private static IReadOnlyList<Finding> Check(Plan plan, params string[] rules) =>
        PlanRules.Check(plan, PlanRedactor.For(plan), new PlanRuleOptions { Levels = RuleLevels.Parse(rules) });
}
