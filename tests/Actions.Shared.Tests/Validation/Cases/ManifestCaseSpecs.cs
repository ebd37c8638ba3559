using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Cases;

public class ManifestCaseSpecs
{
    private static IEnumerable<RuleDescriptor> Descriptors =>
        YamlRules.All.Concat(SkippedRules.All).Concat(StructureRules.All).Concat(ValidationRules.All).Concat(RenderingRules.All);

    public static TheoryData<string> Rules => [.. Descriptors.Select(d => d.Id).Distinct().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_rule_reports_exactly_the_marked_lines(string rule)
    {
        var cases = ManifestCase.Read(rule);
        cases.Count(c => c.Fails).ShouldBeGreaterThanOrEqualTo(1, $"Cases/{rule}.yaml needs a case that fails");
        cases.Count(c => !c.Fails).ShouldBeGreaterThanOrEqualTo(1, $"Cases/{rule}.yaml needs a case that passes");
        cases.Count.ShouldBeGreaterThanOrEqualTo(3, $"Cases/{rule}.yaml needs an edge case too");
        foreach (var example in cases)
        {
            var findings = await example.RunAsync();
            var lines = findings.Select(f => f.Location.Region is { } region ? $"{f.Location.File}:{region.StartLine}" : f.Location.File).Distinct().Order(StringComparer.Ordinal).ToArray();

            lines.ShouldBe([.. example.ExpectedLines], $"{example}\n{string.Join('\n', findings.Select(f => $"{f.Location} {f.Message}"))}");
            example.ExpectedLines.Any().ShouldBe(example.Fails, $"{example}: a case that fails marks the lines with `# here`, one that passes marks none");
        }
    }

    [Fact]
    public void Every_case_file_belongs_to_a_rule() =>
        Directory.EnumerateFiles(ManifestCase.Folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Except(Descriptors.Select(d => d.Id)).ShouldBeEmpty();
}
