using Actions.Shared.Validation.Rules;
using Actions.Shared.Validation.Structure;

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
    public void A_parameter_has_a_default_of_its_own_type(string rule, string name)
    {
        var parameter = RuleCatalogue.ObjectRules.Single(r => r.Descriptor.Id == rule).Parameters.Single(p => p.Name == name);

        parameter.Name.ShouldMatch("^[a-z]+(-[a-z]+)*$");
        parameter.Description.ShouldEndWith(".");
        if (parameter.Type is not (RuleParameterType.List or RuleParameterType.NameList))
        {
            parameter.Default.Count.ShouldBe(1, "a single value has a default");
        }

        foreach (var value in parameter.Default)
        {
            (parameter.Type switch
            {
                RuleParameterType.Integer => long.TryParse(value, out _),
                RuleParameterType.Quantity => Quantities.TryParse(value, out _),
                RuleParameterType.Pattern => !RulePattern.IsIn("", value),
                RuleParameterType.NameList => RulePattern.Split(value).Name.Length > 0,
                _ => value.Length > 0,
            }).ShouldBeTrue($"`{value}` is no {parameter.Type}");
        }
    }
}
