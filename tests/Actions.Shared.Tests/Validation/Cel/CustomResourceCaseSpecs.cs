namespace Actions.Shared.Tests.Validation.Cel;

/// <summary>The cases of <c>Validation/Cases</c> for the rules about custom resources: findings stand on exactly the lines marked with <c># here</c>.</summary>
public sealed class CustomResourceCaseSpecs
{
    [Theory]
    [InlineData("cel-rule")]
    [InlineData("cel-rule-skipped")]
    [InlineData("crd-definition")]
    public void A_rule_reports_exactly_the_marked_lines(string rule)
    {
        var text = "\n" + File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Validation", "Cases", rule + ".yaml"));
        foreach (var part in text.Split("\n### ").Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            var (title, yaml) = (part[..end], part[(end + 1)..]);
            var expected = yaml.Split('\n').Select((line, i) => (line, Number: i + 1)).Where(l => l.line.TrimEnd().EndsWith("# here", StringComparison.Ordinal)).Select(l => l.Number);
            var findings = CustomResources.Check(yaml);

            findings.Where(f => f.Rule == rule).Select(f => f.Location.Region!.Value.StartLine).Distinct().Order()
                .ShouldBe(expected, $"{title}\n{string.Join('\n', findings.Select(f => $"{f.Location} {f.Rule} {f.Message}"))}");
            expected.Any().ShouldBe(title.StartsWith("fails", StringComparison.Ordinal), title);
        }
    }
}
