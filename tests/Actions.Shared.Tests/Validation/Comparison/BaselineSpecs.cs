using Actions.Shared.Findings;
using Actions.Shared.Tests.Reporting;
using Actions.Shared.Validation.Comparison;

namespace Actions.Shared.Tests.Validation.Comparison;

public sealed class BaselineSpecs
{
    private static readonly ResourceReference Web = new("apps/v1", "Deployment", "shop", "web");

    [Fact]
    public void The_same_findings_are_unchanged_wherever_their_lines_have_gone()
    {
        var comparison = Compare([At("a", "x.yaml", 3), At("b", "x.yaml", 9)], [At("a", "x.yaml", 30), At("b", "x.yaml", 90)]);
        comparison.New.ShouldBeEmpty();
        comparison.Fixed.ShouldBeEmpty();
        comparison.Unchanged.Count.ShouldBe(2);
    }

    [Fact]
    public void What_is_new_and_what_is_fixed_is_told_apart()
    {
        var comparison = Compare([At("a", "x.yaml", 3), At("b", "x.yaml", 9)], [At("b", "x.yaml", 9), At("c", "x.yaml", 12)]);
        comparison.New.ShouldHaveSingleItem().Rule.ShouldBe("c");
        comparison.Unchanged.ShouldHaveSingleItem().Rule.ShouldBe("b");
        comparison.Fixed.ShouldHaveSingleItem().Rule.ShouldBe("a");
    }

    [Fact]
    public void One_finding_of_the_baseline_stands_for_one()
    {
        var comparison = Compare([At("a", "x.yaml", 3)], [At("a", "x.yaml", 3), At("a", "x.yaml", 4), At("a", "x.yaml", 5)]);
        comparison.New.Count.ShouldBe(2);
        comparison.Unchanged.Count.ShouldBe(1);
        Compare([At("a", "x.yaml", 3), At("a", "x.yaml", 4)], [At("a", "x.yaml", 4)]).Fixed.Count.ShouldBe(1);
    }

    [Fact]
    public void Another_text_at_the_same_field_is_the_same_finding()
    {
        var comparison = Compare([At("a", "x.yaml", 3) with { Message = "first on line 2" }], [At("a", "x.yaml", 4) with { Message = "first on line 3" }]);
        comparison.New.ShouldBeEmpty();
        comparison.Fixed.ShouldBeEmpty();
    }

    [Fact]
    public void An_object_may_move_to_another_file()
    {
        var comparison = Compare([At("a", "old.yaml", 3)], [At("a", "new.yaml", 3)]);
        comparison.New.ShouldBeEmpty();
        comparison.Fixed.ShouldBeEmpty();
        Compare([At("a", "old.yaml", 3) with { Resource = null }], [At("a", "new.yaml", 3) with { Resource = null }]).New.Count.ShouldBe(1);
    }

    [Fact]
    public void Another_field_or_object_is_another_finding()
    {
        Compare([At("a", "x.yaml", 3)], [At("a", "x.yaml", 3) with { Field = "/spec/other" }]).New.Count.ShouldBe(1);
        Compare([At("a", "x.yaml", 3)], [At("a", "x.yaml", 3) with { Resource = Web with { Name = "api" } }]).New.Count.ShouldBe(1);
    }

    [Fact]
    public void A_baseline_is_read_as_it_was_written()
    {
        var findings = FindingList.Normalize([At("a", "x.yaml", 3), At("b", "y.yaml", 1) with { Resource = null, Severity = Severity.Warning }, At("c", "x.yaml", 3) with { Resource = new("v1", "Pod", null, null) }]);
        var baseline = Baseline.Of(findings, Score.Of(findings, []));
        var read = Baseline.Parse("b.json", baseline.Render());
        read.Findings.ShouldBe(baseline.Findings);
        read.Namespaces.ShouldBe(baseline.Namespaces);
        read.Score.ShouldBe(baseline.Score);
        read.Render().ShouldBe(baseline.Render());
    }

    [Fact]
    public void The_order_of_the_findings_does_not_matter()
    {
        Finding[] findings = [.. FindingList.Normalize([At("a", "x.yaml", 3), At("b", "y.yaml", 1), At("b", "y.yaml", 2)])];
        var score = Score.Of(findings, []);
        Baseline.Of(findings.Reverse(), score).Render().ShouldBe(Baseline.Of(findings, score).Render());
    }

    [Fact]
    public async Task It_has_the_shape_that_is_documented()
    {
        var findings = FindingList.Normalize([At("a", "x.yaml", 3), At("b", "y.yaml", 1) with { Resource = null }]);
        var schema = Path.Combine(Golden.Root, "docs", "reference", "baseline.schema.json");
        (await SchemaCheck.ProblemsAsync(schema, Baseline.Of(findings, Score.Of(findings, [])).Render(), Baseline.Of([], Score.Of([], [])).Render())).ShouldBeEmpty();
        (await SchemaCheck.ProblemsAsync(schema, """{"schemaVersion": "1.0", "score": 101, "namespaces": [], "findings": []}""")).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("", "The baseline cannot be used")]
    [InlineData("{", "The baseline cannot be used")]
    [InlineData("[]", "The baseline cannot be used")]
    [InlineData("{}", "The baseline cannot be used")]
    [InlineData("{\"schemaVersion\": \"2.0\"}", "The baseline has another format")]
    [InlineData("{\"schemaVersion\": \"1.0\", \"score\": 1.5}", "The baseline cannot be used")]
    [InlineData("{\"schemaVersion\": \"1.0\", \"score\": 101}", "The baseline cannot be used")]
    [InlineData("{\"schemaVersion\": \"1.0\", \"score\": 1, \"namespaces\": [], \"findings\": [1]}", "The baseline cannot be used")]
    [InlineData("{\"schemaVersion\": \"1.0\", \"score\": 1, \"namespaces\": [], \"findings\": [{\"fingerprint\": \"x\", \"rule\": \"r\", \"severity\": \"bad\"}]}", "The baseline cannot be used")]
    [InlineData("{\"schemaVersion\": \"1.0\", \"score\": 1, \"namespaces\": {}, \"findings\": []}", "The baseline cannot be used")]
    public void What_is_no_baseline_is_refused(string text, string title) => Should.Throw<ActionException>(() => Baseline.Parse("b.json", text)).Title.ShouldBe(title);

    [Fact]
    public void A_baseline_that_is_not_there_is_said_to_be_so() =>
        Should.Throw<ActionException>(() => Baseline.Load(
            Path.Combine(Path.GetTempPath(), "no-such-baseline.json"), "no-such-baseline.json", TestContext.Current.CancellationToken)).Title.ShouldBe("The baseline does not exist");

    private static BaselineComparison Compare(Finding[] before, Finding[] after)
    {
        var old = FindingList.Normalize(before);
        return BaselineComparison.Of(Baseline.Parse("b.json", Baseline.Of(old, Score.Of(old, [])).Render()), FindingList.Normalize(after));
    }

    private static Finding At(string rule, string file, int line) => new()
    {
        Rule = rule,
        Severity = Severity.Error,
        Location = new SourceLocation(file, new TextRegion(line, 1, line, 2)),
        Message = "wrong",
        Resource = Web,
        Field = "/spec/replicas",
    };
}
