namespace Actions.TerraformPlanning.Tests;

public sealed class ApprovedPlanSpecs
{
    private static readonly ApprovedPlan Plan = new("infra/prod", "default", "ffac537e6cbbf934b08745a378932722df287a53", "hmac-sha256:0123abcd");

    [Fact]
    public void What_a_section_begins_with_is_read_again() =>
        ApprovedPlan.Read($"{Plan.Line}\n{(Plan with { Root = "infra/--> x", Workspace = "a b" }).Line}\n\n### text\n").ShouldBe([Plan, Plan with { Root = "infra/--> x", Workspace = "a b" }]);

    [Fact]
    public void A_line_in_the_text_of_a_plan_is_not_believed()
    {
        ApprovedPlan.Read($"### a plan\n```\n{Plan.Line}\n```\n").ShouldBeEmpty();
        ApprovedPlan.Read($"{Plan.Line}\n\n```diff\n{(Plan with { Digest = "hmac-sha256:ff" }).Line}\n```\n").ShouldBe([Plan]);
    }

    [Fact]
    public void Line_ends_of_the_web_do_not_matter() => ApprovedPlan.Read($"{Plan.Line}\n".ReplaceLineEndings("\r\n")).ShouldBe([Plan]);
}
