using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Suppressions;

namespace Actions.Shared.Tests.Validation.Suppressions;

public sealed class SuppressionFilterSpecs
{
    private static readonly SuppressionReader Reader = new(RuleIndex.BuiltIn, new FixedTime());
    private static readonly RulePolicy Policy = new(ValidationConfiguration.Empty);
    private static readonly ResourceReference Web = new("v1", "Pod", null, "web");

    [Fact]
    public void A_comment_suppresses_at_its_lines_and_nowhere_else()
    {
        var reading = Comment("# validate-manifests: ignore host-path: why\nspec:\n  a: 1\nother: 1\n");
        var result = Finish([At("host-path", 6), At("host-path", 7), At("host-port", 6)], reading);
        result.Suppressed.Select(s => (s.Finding.Rule, s.Finding.Location.Region!.Value.StartLine, s.Suppression.Reason)).ShouldBe([("host-path", 6, "why")]);
        result.Kept.Select(f => (f.Rule, f.Location.Region!.Value.StartLine)).ShouldBe([("host-path", 7), ("host-port", 6)]);
    }

    [Fact]
    public void A_file_comment_suppresses_all_over_the_file_and_what_has_no_line()
    {
        var reading = Comment("# validate-manifests: ignore-file host-path: why\n");
        var result = Finish([At("host-path", 1), At("host-path", null), At("host-path", 1, "b.yaml")], reading);
        result.Suppressed.Count.ShouldBe(2);
        result.Kept.ShouldHaveSingleItem().Location.File.ShouldBe("b.yaml");
    }

    [Fact]
    public void All_is_every_rule_but_syntax()
    {
        var result = Finish([At("host-path", 1), At("schema-type", 1), At("yaml-syntax", 1)], Comment("# validate-manifests: ignore-file all: why\n"));
        result.Kept.ShouldHaveSingleItem().Rule.ShouldBe("yaml-syntax");
    }

    [Fact]
    public void What_suppresses_nothing_is_told_rule_by_rule()
    {
        var result = Finish([At("host-path", 1)], Comment("# validate-manifests: ignore-file host-path, host-port: why\n"));
        var unused = result.Kept.ShouldHaveSingleItem();
        (unused.Rule, unused.Severity, unused.Message).ShouldBe(("suppression-unused", Severity.Info, "the suppression of host-port suppresses nothing"));
    }

    [Fact]
    public void A_rule_that_is_off_makes_no_suppression_useless()
    {
        var policy = new RulePolicy(ConfigurationFile.Parse("c.yaml", "rules: {host-path: off}"));
        SuppressionFilter.Finish([], [], [Comment("# validate-manifests: ignore-file host-path: why\n")], [], policy).Kept.ShouldBeEmpty();
    }

    [Fact]
    public void Annotations_of_other_tools_are_not_judged_and_unknown_checks_are_counted()
    {
        var result = Finish([], Annotations("kube-score/ignore: 'service-type,their-own'"));
        result.Kept.ShouldBeEmpty();
        result.Foreign.ShouldBe(1);
    }

    [Fact]
    public void Findings_of_the_object_itself_are_taken_out_at_once()
    {
        var reading = Annotations("validate-manifests/ignore: 'host-path: why'");
        List<Finding> findings = [At("host-path", 1), At("host-path", 5), At("host-port", 5), At("host-path", 6)];
        var suppressed = new List<SuppressedFinding>();
        SuppressionFilter.Apply(reading.Suppressions, findings, 1, suppressed);
        findings.Select(f => (f.Rule, f.Location.Region!.Value.StartLine)).ShouldBe([("host-path", 1), ("host-port", 5)]);
        suppressed.Count.ShouldBe(2);
        SuppressionFilter.Finish([], suppressed, [reading], [], Policy).Kept.ShouldBeEmpty("it was of use");
    }

    [Fact]
    public void Two_suppressions_of_one_finding_are_both_of_use()
    {
        var annotation = Annotations("validate-manifests/ignore: 'host-path: why'\n    kube-linter.io/ignore-all: why");
        var comment = Comment("# validate-manifests: ignore-file host-path: why\n");
        List<Finding> findings = [At("host-path", 5) with { Resource = Web }];
        var suppressed = new List<SuppressedFinding>();
        SuppressionFilter.Apply(annotation.Suppressions, findings, 0, suppressed);
        SuppressionFilter.Finish(findings, suppressed, [annotation, comment], [], Policy).Kept.ShouldBeEmpty();
    }

    [Fact]
    public void A_finding_across_objects_is_suppressed_by_the_annotation_of_its_object()
    {
        var finding = At("service-no-pods", 5) with { Resource = Web };
        var reading = Annotations("validate-manifests/ignore: 'service-no-pods: why'");
        SuppressionFilter.Finish([finding], [], [reading], [Scanned("a.yaml")], Policy).Suppressed.Count.ShouldBe(1);
        SuppressionFilter.Finish([finding with { Resource = Web with { Name = "api" } }], [], [reading], [Scanned("a.yaml")], Policy).Suppressed.Count.ShouldBe(0);
    }

    [Fact]
    public void An_exception_of_one_overlay_does_not_hide_the_problem_of_another()
    {
        var finding = At("service-no-pods", 5, "base.yaml") with { Resource = Web };
        var dev = Annotations("validate-manifests/ignore: 'service-no-pods: why'", "dev.yaml");
        var prod = Annotations("validate-manifests/ignore: 'service-no-pods: why'", "prod.yaml");
        SuppressionFilter.Finish([finding], [], [dev], [Scanned("base.yaml"), Scanned("base.yaml")], Policy).Suppressed.Count.ShouldBe(0);
        SuppressionFilter.Finish([finding], [], [dev, prod], [Scanned("base.yaml"), Scanned("base.yaml")], Policy).Suppressed.Count.ShouldBe(2 - 1);
    }

    [Fact]
    public void Problems_of_suppressions_have_their_configured_severity()
    {
        var policy = new RulePolicy(ConfigurationFile.Parse("c.yaml", "rules: {suppression-invalid: error, suppression-unused: off}"));
        var reading = Comment("# validate-manifests: ignore-file host-path\n# validate-manifests: ignore-file host-port: why\n");
        SuppressionFilter.Finish([], [], [reading], [], policy).Kept.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Error);
    }

    [Fact]
    public void Nothing_to_suppress_leaves_all_as_it_is()
    {
        Finding[] findings = [At("host-path", 1), At("host-port", 1)];
        SuppressionFilter.Finish(findings, [], [], [], Policy).Kept.ShouldBe(findings);
    }

    private static SuppressionResult Finish(Finding[] findings, SuppressionReading reading) => SuppressionFilter.Finish(findings, [], [reading], [Scanned("a.yaml")], Policy);

    private static SuppressionReading Comment(string rest) =>
        Reader.OfFile(ManifestClassifier.Classify(YamlLoader.Load("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n" + rest)));

    private static SuppressionReading Annotations(string annotations, string file = "a.yaml") => Reader.OfObject(
        file, (YamlMapping)YamlLoader.Load(file, $"apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    {annotations}\n").Documents[0].Root!, Web);

    private static ScannedResource Scanned(string file) => new(new SourceLocation(file, new TextRegion(1, 1, 1, 1)), Web, ScanState.Valid);

    private static Finding At(string rule, int? line, string file = "a.yaml") => new()
    {
        Rule = rule, Severity = Severity.Error, Location = new SourceLocation(file, line is { } l ? new TextRegion(l, 1, l, 2) : null), Message = "m",
    };
}
