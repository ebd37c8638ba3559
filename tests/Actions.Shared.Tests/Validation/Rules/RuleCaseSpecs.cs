using Actions.Shared.Findings;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Rules;

public class RuleCaseSpecs
{
    private static IEnumerable<RuleDescriptor> Descriptors =>
        RuleCatalogue.ObjectRules.Select(r => r.Descriptor).Concat(GraphRuleCatalogue.Rules.Select(r => r.Descriptor));

    public static TheoryData<string> Rules => [.. Descriptors.Select(d => d.Id).Order(StringComparer.Ordinal)];

    public static TheoryData<string> RulesWithCases => [.. Directory.EnumerateFiles(RuleCase.Folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(RulesWithCases))]
    public void A_rule_reports_exactly_the_marked_lines(string rule)
    {
        var cases = RuleCase.Read(rule);
        cases.Count(c => c.Fails).ShouldBeGreaterThanOrEqualTo(1, $"cases/{rule}.yaml needs a case that fails");
        cases.Count(c => !c.Fails).ShouldBeGreaterThanOrEqualTo(1, $"cases/{rule}.yaml needs a case that passes");
        cases.Count.ShouldBeGreaterThanOrEqualTo(3, $"cases/{rule}.yaml needs an edge case too");
        foreach (var example in cases)
        {
            var lines = example.Run().Select(f => f.Location.Region!.Value.StartLine).Distinct().Order().ToArray();

            lines.ShouldBe(example.ExpectedLines, $"{example}\n{string.Join('\n', example.Run().Select(f => $"{f.Location} {f.Message}"))}");
            example.ExpectedLines.Any().ShouldBe(example.Fails, $"{example}: a case that fails marks the lines with `# here`, one that passes marks none");
        }
    }

    [Fact]
    public void Every_rule_has_a_case_file() => Descriptors.Select(d => d.Id).Where(id => RuleCase.Read(id).Count == 0).ShouldBeEmpty();

    [Fact]
    public void Every_case_file_belongs_to_a_rule() =>
        Directory.EnumerateFiles(RuleCase.Folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Except(Descriptors.Select(d => d.Id)).ShouldBeEmpty();

    [Fact]
    public void Ids_are_unique() => Descriptors.Select(d => d.Id).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_describes_itself(string rule)
    {
        var descriptor = Descriptors.Single(d => d.Id == rule);

        descriptor.Id.ShouldMatch("^[a-z0-9]+(-[a-z0-9]+)*$");
        foreach (var text in new[] { descriptor.Title, descriptor.Explanation, descriptor.Fix })
        {
            text.ShouldNotContain("://", Case.Sensitive, "explanations carry no links");
            text.ShouldEndWith(".");
        }
    }
}
