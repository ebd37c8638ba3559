using Actions.Shared.Findings;

namespace Actions.ValidateManifests.Tests;

public class GateSpecs
{
    [Theory]
    [InlineData(Severity.Error, "Error", false)]
    [InlineData(Severity.Error, "Warning", false)]
    [InlineData(Severity.Error, "Never", true)]
    [InlineData(Severity.Warning, "Error", true)]
    [InlineData(Severity.Warning, "Warning", false)]
    [InlineData(Severity.Warning, "Never", true)]
    [InlineData(Severity.Info, "Warning", true)]
    public void A_finding_fails_from_the_configured_severity_on(Severity severity, string failOn, bool passes) =>
        Gate.Passes(Report(severity), Enum.Parse<FailOn>(failOn), []).ShouldBe(passes);

    [Theory]
    [InlineData("template", false)]
    [InlineData("all", false)]
    [InlineData("no-schema", true)]
    public void A_skip_fails_when_its_reason_is_named(string reason, bool passes) =>
        Gate.Passes(Report(null, "template"), FailOn.Never, [reason]).ShouldBe(passes);

    [Fact]
    public void A_reason_that_did_not_occur_fails_nothing() =>
        Gate.Passes(Report(null), FailOn.Never, ["all"]).ShouldBeTrue();

    [Fact]
    public void What_was_there_before_fails_nothing()
    {
        var report = Report(Severity.Error);
        var known = report with { Comparison = new ReportComparison { With = "baseline.json", Unchanged = new HashSet<string> { report.Findings[0].Fingerprint } } };

        Gate.Passes(known, FailOn.Warning, []).ShouldBeTrue();
        Gate.Passes(known with { Comparison = known.Comparison! with { Unchanged = new HashSet<string>() } }, FailOn.Warning, []).ShouldBeFalse();
    }

    [Theory]
    [InlineData(80, 80, true)]
    [InlineData(79, 80, false)]
    [InlineData(0, 0, true)]
    public void A_score_below_the_minimum_fails_whatever_is_found(int score, int minimum, bool passes) =>
        Gate.Passes(Report(null) with { Score = new ReportScore(score, minimum) }, FailOn.Never, []).ShouldBe(passes);

    private static ScanReport Report(Severity? severity, string? skipped = null) => new()
    {
        Tool = "validate-manifests",
        ToolVersion = "1.0.0",
        KubernetesVersions = ["1.36"],
        Findings = severity is { } s ? [new Finding { Rule = "r", Severity = s, Location = new("a.yaml"), Message = "m", Fingerprint = "f" }] : [],
        Rules = [],
        Resources = [],
        Skipped = [],
        Counts = new ScanCounts { Skipped = skipped is null ? new Dictionary<string, int>() : new Dictionary<string, int> { [skipped] = 1 } },
    };
}
