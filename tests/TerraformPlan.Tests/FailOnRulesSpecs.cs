using Actions.TerraformPlan.Tests.Plans;
using Actions.TerraformPlanning.Roots;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning.Tests;

public sealed class FailOnRulesSpecs
{
    private static readonly IReadOnlyList<FailOn> Everything = Enum.GetValues<FailOn>();

    [Theory]
    [InlineData("checks", "checks changes", "1 check does not hold", "check.health")]
    [InlineData("update", "changes", "The plan changes 1 object", "terraform_data.web")]
    [InlineData("outputs-only", "changes", "The plan changes", "output ")]
    [InlineData("no-change", "", "", "")]
    public void What_fails_the_step_has_a_cause_and_names_the_objects(string recording, string causes, string title, string named)
    {
        var refusals = FailOnRules.Judge(Run(RunMode.Plan, Root(recording)), Everything);
        string.Join(' ', refusals.Select(r => r.Cause)).ShouldBe(causes);
        if (refusals.Count > 0)
        {
            refusals[0].Title.ShouldStartWith(title);
            refusals[0].Detail.ShouldContain(named);
        }
    }

    [Fact]
    public void Only_what_is_asked_for_fails() => FailOnRules.Judge(Run(RunMode.Plan, Root("checks")), [FailOn.Gates]).ShouldBeEmpty();

    [Fact]
    public void Where_a_root_has_failed_that_is_the_reason()
    {
        var run = Run(RunMode.Plan, Root("checks"), Root("update") with { Failure = new RootFailure("plan-failed", "x", "", "") });
        FailOnRules.Judge(run, Everything).ShouldBeEmpty();
        run.Failure!.Cause.ShouldBe("plan-failed");
    }

    [Fact]
    public void What_was_applied_is_no_change_any_more() => FailOnRules.Judge(Run(RunMode.Apply, Root("update")), [FailOn.Changes]).ShouldBeEmpty();

    [Fact]
    public void Of_several_roots_each_is_named()
    {
        var run = Run(RunMode.Plan, Root("update", "a"), Root("update", "b") with { Result = Root("update", "b").Result with { Unformatted = ["b/main.tf"] } });
        var refusals = FailOnRules.Judge(run, Everything);
        refusals.Select(r => (r.Cause, r.Title)).ShouldBe([("format", "1 file is not formatted"), ("changes", "The plan changes 2 objects")]);
        refusals[1].Detail.ShouldBe("terraform_data.web in a\nterraform_data.web in b");
        (run with { Refusals = refusals }).Failure!.Cause.ShouldBe("format");
    }

    private static RootReport Root(string recording, string path = ".")
    {
        var plan = Recording.Plan(recording);
        var report = Recording.Report(plan);
        return new RootReport(new RootResult(new TerraformRoot(path, "/" + path)) { Plan = plan }) { Redactor = report.Redactor, Plan = report, Outcome = RunOutcome.Planned };
    }

    private static RunReport Run(RunMode mode, params RootReport[] roots) => new() { Mode = mode, Outcome = RunOutcome.Planned, Roots = roots };
}
