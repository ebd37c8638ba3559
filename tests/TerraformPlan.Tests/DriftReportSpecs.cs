using System.Text;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning.Tests;

public sealed class DriftReportSpecs
{
    [Theory]
    [InlineData("", "", "none", 0)]
    [InlineData("a:update", "", "unapplied-code", 1)]
    [InlineData("", "b:update", "drift", 4)]
    [InlineData("a:update", "a:update", "drift-affecting-plan", 5)]
    [InlineData("a:no-op", "b:no-op", "none", 0)]
    public void The_gravest_class_is_the_word_and_the_exit_code(string changes, string drift, string word, int exitCode)
    {
        var report = new DriftReport(PlanDrift.Of(Read(changes, drift, "")));

        (report.Word, (int)report.ExitCode, report.IsInSync).ShouldBe((word, exitCode, exitCode == 0));
    }

    [Fact]
    public void The_difference_of_two_plans_names_what_is_new_gone_and_other_without_secrets()
    {
        var before = Read("a:create b:create c:delete", "", "", "one");
        var after = Read("a:create b:delete d:create", "", "", "two-CANARY");
        var text = PlanDelta.Render(before, after, PlanRedactor.For([before, after], ["two-CANARY"]));

        text.ShouldContain("`terraform_data.a`: would still be created, but differently");
        text.ShouldContain("`terraform_data.b`: was to be created, and would now be destroyed");
        text.ShouldContain("`terraform_data.c`: was to be destroyed, and would now stay as it is");
        text.ShouldContain("`terraform_data.d`: was not in the approved plan, and would now be created");
        text.ShouldNotContain("CANARY");
    }

    [Fact]
    public void Plans_that_look_the_same_say_where_the_difference_must_be() =>
        PlanDelta.Render(Read("a:create", "", ""), Read("a:create", "", ""), PlanRedactor.For([])).ShouldContain("secret values, variables, providers or the lock file are different");

    private static Plan Read(string changes, string drift, string relevant, string value = "x")
    {
        string Resources(string list) => string.Join(',', list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(':')).Select(r =>
            $$$"""{"address":"terraform_data.{{{r[0]}}}","mode":"managed","type":"terraform_data","name":"{{{r[0]}}}","change":{"actions":["{{{r[1]}}}"],"before":{{{(r[1] == "create" ? "null" : "{\"input\":\"x\"}")}}},"after":{{{(r[1] == "delete" ? "null" : $"{{\"input\":\"{value}y\"}}")}}},"after_unknown":{},"before_sensitive":{},"after_sensitive":{} } }"""));
        var attributes = relevant.Length == 0 ? "" : $$$"""{"resource":"terraform_data.{{{relevant}}}","attribute":["input"]}""";
        var json = $$$"""{"format_version":"1.2","resource_changes":[{{{Resources(changes)}}}],"resource_drift":[{{{Resources(drift)}}}],"relevant_attributes":[{{{attributes}}}],"configuration":{"root_module":{} } }""";
        return PlanReader.Read(Encoding.UTF8.GetBytes(json));
    }
}
