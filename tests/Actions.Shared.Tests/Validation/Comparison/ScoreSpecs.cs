using Actions.Shared.Findings;
using Actions.Shared.Validation.Comparison;

namespace Actions.Shared.Tests.Validation.Comparison;

public sealed class ScoreSpecs
{
    private static readonly ResourceReference Web = new("apps/v1", "Deployment", "shop", "web");
    private static readonly ResourceReference Role = new("rbac.authorization.k8s.io/v1", "ClusterRole", null, "reader");

    [Theory]
    [InlineData("", 100)]
    [InlineData("i", 100)]
    [InlineData("w", 90)]
    [InlineData("e", 83)]
    [InlineData("ww", 83)]
    [InlineData("we", 76)]
    [InlineData("eeeee", 50)]
    [InlineData("eeeeeeeeee", 33)]
    public void An_object_loses_by_the_rules_that_it_breaks(string severities, int expected) =>
        Score.Of(severities.Select((s, i) => At($"rule-{i}", Web, s switch { 'e' => Severity.Error, 'w' => Severity.Warning, _ => Severity.Info })), [Scanned(Web)])
            .Repository.ShouldBe(expected);

    [Fact]
    public void A_rule_counts_once_with_its_worst_severity()
    {
        var score = Score.Of([At("a", Web, Severity.Warning), At("a", Web, Severity.Error), At("a", Web, Severity.Warning)], [Scanned(Web)]);
        score.Imperfect.ShouldHaveSingleItem().ShouldBe(new ObjectScore(Web, "a.yaml", 83, 1, 0));
    }

    [Fact]
    public void Namespaces_and_the_repository_score_their_mean_rounded_down()
    {
        var api = Web with { Name = "api" };
        var score = Score.Of([At("a", Web, Severity.Error)], [Scanned(Web), Scanned(api), Scanned(Role)]);
        score.Namespaces.ShouldBe([new NamespaceScore("", 100, 1), new NamespaceScore("shop", 91, 2)]);
        score.Repository.ShouldBe(94);
        score.Reaches(94).ShouldBeTrue();
        score.Reaches(95).ShouldBeFalse();
    }

    [Fact]
    public void A_hundred_says_that_nothing_is_broken()
    {
        var many = Enumerable.Range(0, 5000).Select(i => Scanned(Web with { Name = $"web-{i}" })).ToArray();
        Score.Of([], many).Repository.ShouldBe(100);
        Score.Of([At("a", many[7].Resource, Severity.Warning)], many).Repository.ShouldBe(99);
    }

    [Fact]
    public void Skipped_objects_do_not_count() =>
        Score.Of([At("a", Web, Severity.Error)], [Scanned(Web), new ScannedResource(new SourceLocation("a.yaml"), Role, ScanState.Skipped, "skipped-kind")]).Repository.ShouldBe(83);

    [Fact]
    public void A_file_that_cannot_be_read_counts_as_an_object()
    {
        var score = Score.Of([At("yaml-syntax", null, Severity.Error, "broken.yaml")], [Scanned(Web)]);
        score.Repository.ShouldBe(91);
        score.Imperfect.ShouldHaveSingleItem().ShouldBe(new ObjectScore(null, "broken.yaml", 83, 1, 0));
    }

    [Fact]
    public void A_finding_in_a_patch_counts_against_the_object() =>
        Score.Of([At("a", Web, Severity.Error, "patch.yaml")], [Scanned(Web)]).Imperfect.ShouldHaveSingleItem().File.ShouldBe("a.yaml");

    [Fact]
    public void Nothing_scanned_is_nothing_wrong() => Score.Of([], []).Repository.ShouldBe(100);

    [Fact]
    public void The_order_does_not_matter()
    {
        Finding[] findings = [At("a", Web, Severity.Error), At("b", Role, Severity.Warning), At("c", Web, Severity.Warning)];
        ScannedResource[] resources = [Scanned(Web), Scanned(Role), Scanned(Web with { Name = "api" })];
        var one = Score.Of(findings, resources);
        var other = Score.Of(findings.Reverse(), resources.Reverse());
        other.Repository.ShouldBe(one.Repository);
        other.Namespaces.ShouldBe(one.Namespaces);
        other.Imperfect.ShouldBe(one.Imperfect);
    }

    [Fact]
    public void What_has_moved_since_a_baseline_is_told()
    {
        var api = Web with { Name = "api" };
        Finding[] old = [At("a", Web, Severity.Error), At("b", Web, Severity.Info), At("a", api, Severity.Warning)];
        Finding[] now = [At("a", Web, Severity.Error), At("b", Web, Severity.Error), At("a", Role, Severity.Warning)];
        var before = Baseline.Of(old, Score.Of(old, [Scanned(Web), Scanned(api)]));
        Score.Of(now, [Scanned(Web), Scanned(api), Scanned(Role)]).ChangesSince(before.Namespaces).ShouldBe([new ScoreChange("", null, 90), new ScoreChange("shop", 86, 85)]);
        Score.Of([], []).ChangesSince(before.Namespaces).ShouldBe([new ScoreChange("shop", 86, null)]);
    }

    [Fact]
    public void Nothing_has_moved_since_the_same()
    {
        Finding[] findings = [At("a", Web, Severity.Error)];
        var score = Score.Of(findings, [Scanned(Web)]);
        score.ChangesSince(Baseline.Of(findings, score).Namespaces).ShouldBeEmpty();
    }

    private static ScannedResource Scanned(ResourceReference reference) => new(new SourceLocation("a.yaml", new TextRegion(1, 1, 1, 1)), reference, ScanState.Valid);

    private static Finding At(string rule, ResourceReference? resource, Severity severity, string file = "a.yaml") => new()
    {
        Rule = rule,
        Severity = severity,
        Location = new SourceLocation(file, new TextRegion(1, 1, 1, 2)),
        Message = "m",
        Resource = resource,
    };
}
