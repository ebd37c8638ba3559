using Actions.Shared.Findings;

namespace Actions.ValidateManifests.Tests;

public class RepeatedFindingsSpecs
{
    private static readonly ResourceReference Web = new("v1", "Pod", null, "web");

    [Theory]
    [InlineData("schema-required", Severity.Error, "/spec/selector", "/spec/selector", false)]
    [InlineData("schema-type", Severity.Error, "/spec/ports", "/spec/ports/0/port", false)]
    [InlineData("schema-type", Severity.Error, "/spec/port", "/spec/ports", true)]
    [InlineData("schema-type", Severity.Error, "/spec/ports/0", "/spec/ports", true)]
    [InlineData("schema-unknown-field", Severity.Error, "/spec/selector", "/spec/selector", true)]
    [InlineData("api-deprecated", Severity.Warning, "/spec/selector", "/spec/selector", true)]
    [InlineData("missing-name", Severity.Error, "", "/spec/selector", true)]
    public void A_rule_does_not_repeat_that_a_field_is_wrong(string refused, Severity severity, string wrong, string field, bool isKept) =>
        Kept(Finding(refused, severity, wrong, Web), Finding("rule", Severity.Warning, field, Web)).ShouldBe(isKept);

    [Fact]
    public void Another_object_of_the_same_name_is_another_object() =>
        Kept(Finding("schema-type", Severity.Error, "/spec", Web), Finding("rule", Severity.Warning, "/spec", Web with { })).ShouldBeTrue();

    [Fact]
    public void What_is_about_a_file_is_kept() =>
        Kept(Finding("yaml-syntax", Severity.Error, "", null), Finding("rule", Severity.Warning, "", null)).ShouldBeTrue();

    private static bool Kept(Finding refused, Finding rule) => RepeatedFindings.Without([refused], [rule], "schema-unknown-field").Any();

    private static Finding Finding(string rule, Severity severity, string field, ResourceReference? resource) =>
        new() { Rule = rule, Severity = severity, Location = new("a.yaml"), Message = "m", Resource = resource, Field = field };
}
