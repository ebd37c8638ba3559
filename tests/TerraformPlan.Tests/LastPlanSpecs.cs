using Actions.Shared.Plans;
using Actions.TerraformPlan.Tests.Plans;

namespace Actions.TerraformPlanning.Tests;

public sealed class LastPlanSpecs
{
    private static readonly Plan Update = Recording.Plan("update");

    private static LastPlan Last { get; } = new("infra/prod", "default", "ffac537e6cbbf934b08745a378932722df287a53", Print(Update).Hidden());

    [Fact]
    public void What_a_section_ends_with_is_read_again_and_compared()
    {
        var other = Last with { Root = "infra/--> x", Workspace = "a b", Sha = "" };
        LastPlan.Read($"### text\n\n{Last.Line}\n{other.Line}\n").ShouldBe([other, Last]);
        Last.DifferencesTo(Print(Update)).ShouldBe([]);
        Last.DifferencesTo(Print(Recording.Plan("replace"))).ShouldNotBeNull().ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("{0}\n\n### a plan\n")]
    [InlineData("```\n{0}\n```\n")]
    [InlineData("{0}\n> **This was cut here**\n")]
    public void A_line_in_the_text_of_a_plan_is_not_believed(string section) => LastPlan.Read(section.Replace("{0}", Last.Line, StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void What_cannot_be_read_compares_with_nothing() => (Last with { Fingerprint = "<!-- plan-fingerprint: AAAA -->" }).DifferencesTo(Print(Update)).ShouldBeNull();

    [Fact]
    public void Of_a_root_in_the_sections_of_several_jobs_the_plan_of_the_commit_counts()
    {
        var old = new ApprovedPlan("infra", "default", "11", "hmac-sha256:11");
        var fresh = old with { Sha = "22", Digest = "hmac-sha256:22" };
        var memory = CommentMemory.Of([$"{old.Line}\n", $"{fresh.Line}\n"]);
        var root = new Actions.TerraformPlanning.Running.RootResult(new Actions.TerraformPlanning.Roots.TerraformRoot("infra", "/x/infra"));
        memory.ApprovedOf(root, "22").ShouldBe(fresh);
        memory.ApprovedOf(root, "11").ShouldBe(old);
        memory.ApprovedOf(root with { Workspace = "other" }, "22").ShouldBeNull();
    }

    private static PlanFingerprint Print(Plan plan) => PlanFingerprint.Of(plan, PlanRedactor.For(plan), Recording.Key);
}
