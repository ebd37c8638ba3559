using Actions.Shared.Findings;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Findings;

public class FindingListSpecs
{
    [Fact]
    public void Findings_come_by_file_place_severity_rule_and_message()
    {
        Finding[] ordered =
        [
            At("a.yaml", 1, "a") with { Location = new SourceLocation("a.yaml") },
            At("a.yaml", 1, "b", Severity.Error, "k"),
            At("a.yaml", 1, "a"),
            At("a.yaml", 1, "b", message: "m"),
            At("a.yaml", 1, "b", message: "n"),
            At("a.yaml", 2, "a"),
            At("b.yaml", 1, "a"),
        ];

        FindingList.Normalize(ordered.Reverse()).Select(f => (f.Location, f.Rule, f.Message)).ShouldBe(ordered.Select(f => (f.Location, f.Rule, f.Message)));
    }

    [Fact]
    public void What_is_said_twice_of_one_place_is_said_once_and_as_the_worst()
    {
        var finding = At("a.yaml", 1, "a");

        FindingList.Normalize([finding, finding with { Severity = Severity.Error }, finding with { Hint = "h" }, At("a.yaml", 2, "a")])
            .Select(f => (f.Location.Region!.Value.StartLine, f.Severity, f.Hint)).ShouldBe([(1, Severity.Error, null), (2, Severity.Warning, null)]);
    }

    [Fact]
    public void Many_findings_of_one_place_are_compared_too() =>
        FindingList.Normalize(Enumerable.Range(0, 2000).Select(i => At("a.yaml", 1, "a", i % 3 == 0 ? Severity.Error : Severity.Warning, $"message {i % 100}"))).Count.ShouldBe(100);

    [Fact]
    public void The_order_that_findings_come_in_does_not_matter() =>
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            {
                var random = new Random(seed);
                var findings = Enumerable.Range(0, random.Next(60)).Select(_ => At(
                    random.Next(2) == 0 ? "a.yaml" : "b.yaml", random.Next(1, 3), random.Next(2) == 0 ? "a" : "b", (Severity)random.Next(3), random.Next(2) == 0 ? "m" : "n") with
                {
                    Field = random.Next(2) == 0 ? "/spec" : "/kind",
                    Resource = random.Next(3) == 0 ? null : new ResourceReference("v1", "Pod", null, random.Next(2) == 0 ? "web" : "api"),
                }).ToArray();
                var there = FindingList.Normalize(findings);
                random.Shuffle(findings);

                FindingList.Normalize(findings).ShouldBe(there);
            }));

    [Fact]
    public void Fingerprints_survive_moved_lines_and_tell_repeats_apart()
    {
        var finding = At("a.yaml", 1, "a") with { Field = "/spec", Resource = new ResourceReference("v1", "Pod", "shop", "web") };
        var before = FindingList.Normalize([finding, At("a.yaml", 9, "b")]);
        var after = FindingList.Normalize([finding with { Location = At("a.yaml", 7, "a").Location }, finding with { Location = At("a.yaml", 8, "a").Location }]);

        // Baselines of users hold these: the hash of rule, file, object, field, message and number.
        before.Select(f => f.Fingerprint).ShouldBe(["38ac31dcf104a3ad54782c418e48222b", "f69ebeb0bf504e94b4e08896c047f5f0"]);
        after[0].Fingerprint.ShouldBe(before[0].Fingerprint);
        after[1].Fingerprint.ShouldNotBe(before[0].Fingerprint);
        after.ShouldAllBe(f => f.Fingerprint.Length == 32);
        finding.Fingerprint.ShouldBe("");
    }

    private static Finding At(string file, int line, string rule, Severity severity = Severity.Warning, string message = "m") => new()
    {
        Rule = rule,
        Severity = severity,
        Location = new SourceLocation(file, new TextRegion(line, 1, line, 2)),
        Message = message,
    };
}
