using Actions.Shared.Findings;
using Actions.Shared.Reporting;

namespace Actions.Shared.Tests.Reporting;

public class FindingAnnotationsSpecs
{
    [Fact]
    public void The_worst_come_first() =>
        FindingAnnotations.From(Samples.Large(300).Findings).Select(a => a.Severity).ShouldBeInOrder(SortDirection.Descending);

    [Fact]
    public void A_noisy_rule_leaves_room_for_the_others()
    {
        var findings = Normalized(
            [.. Enumerable.Range(1, 50).Select(i => ("noisy", "a.yaml", i)), ("rare", "b.yaml", 1), ("rarer", "c.yaml", 1)]);
        FindingAnnotations.From(findings).Take(3).Select(a => a.Title).ShouldBe(["noisy", "rare", "rarer"]);
    }

    [Fact]
    public void A_rule_is_spread_over_its_files()
    {
        var findings = Normalized([("r", "a.yaml", 1), ("r", "a.yaml", 2), ("r", "b.yaml", 7), ("r", "c.yaml", 3)]);
        FindingAnnotations.From(findings).Select(a => (a.Location!.File, a.Location.Region!.Value.StartLine))
            .ShouldBe([("a.yaml", 1), ("b.yaml", 7), ("c.yaml", 3), ("a.yaml", 2)]);
    }

    [Fact]
    public void Nothing_is_lost_or_repeated()
    {
        var findings = Samples.Large(20_000).Findings;
        FindingAnnotations.From(findings).Select(a => (a.Location, a.Message)).Distinct().Count().ShouldBe(20_000);
    }

    [Fact]
    public void It_says_what_and_where()
    {
        var annotation = FindingAnnotations.From(Samples.Realistic().Findings)[0];
        annotation.ShouldBe(new FindingAnnotation(
            Severity.Error,
            "schema-unknown-field: Deployment shop/backend",
            "Unknown field \"replica\" in DeploymentSpec.\nDid you mean \"replicas\"?",
            Samples.At("k8s/backend.yaml", 9, 3, 7)));
    }

    [Fact]
    public void Standard_input_is_no_file() => FindingAnnotations.From(Normalized([("r", "-", 3)])).Single().Location.ShouldBeNull();

    [Fact]
    public void No_findings_no_annotations() => FindingAnnotations.From([]).ShouldBeEmpty();

    private static IReadOnlyList<Finding> Normalized((string Rule, string File, int Line)[] findings) =>
        FindingList.Normalize(findings.Select(f => new Finding
        {
            Rule = f.Rule,
            Severity = Severity.Error,
            Location = Samples.At(f.File, f.Line, 1),
            Message = $"{f.Rule} {f.File} {f.Line}",
        }));
}
