using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Rules;

public class RuleParameterSpecs
{
    public static TheoryData<string, string> Defaults =>
    [
        .. from rule in RuleCatalogue.ObjectRules
           from parameter in rule.Parameters
           select new TheoryDataRow<string, string>(rule.Descriptor.Id, parameter.Name),
    ];

    [Theory]
    [MemberData(nameof(Defaults))]
    public void A_parameter_accepts_its_own_default(string rule, string name)
    {
        var parameter = RuleCatalogue.ObjectRules.Single(r => r.Descriptor.Id == rule).Parameters.Single(p => p.Name == name);

        parameter.Name.ShouldMatch("^[a-z]+(-[a-z]+)*$");
        parameter.Description.ShouldEndWith(".");
        parameter.Default.Select(parameter.Problem).ShouldAllBe(problem => problem == null);
        (parameter.IsList || parameter.Default.Count == 1).ShouldBeTrue("a single value has a default");
    }

    [Theory]
    [InlineData(RuleParameterKind.Text, "anything (", null)]
    [InlineData(RuleParameterKind.WholeNumber, "-3", null)]
    [InlineData(RuleParameterKind.WholeNumber, "3.5", "is no whole number")]
    [InlineData(RuleParameterKind.WholeNumber, "9223372036854775808", "is no whole number")]
    [InlineData(RuleParameterKind.Quantity, "500m", null)]
    [InlineData(RuleParameterKind.Quantity, "1gb", "is no quantity")]
    [InlineData(RuleParameterKind.Pattern, "^a+$", null)]
    [InlineData(RuleParameterKind.Pattern, "(", "is no regular expression")]
    [InlineData(RuleParameterKind.Pattern, "(?=a)", "uses look-around, back references or atomic groups, which are not supported")]
    [InlineData(RuleParameterKind.NameAndPattern, "owner", null)]
    [InlineData(RuleParameterKind.NameAndPattern, "owner=team-[a-z]+", null)]
    [InlineData(RuleParameterKind.NameAndPattern, "owner=[", "is no regular expression")]
    [InlineData(RuleParameterKind.NameAndPattern, "=x", "names nothing before the `=`")]
    public void A_value_of_the_wrong_kind_is_named(RuleParameterKind kind, string value, string? problem) =>
        new RuleParameter("name", "Some parameter.", "default") { Kind = kind }.Problem(value).ShouldBe(problem);
}
