using Actions.Shared;
using Actions.Shared.Findings;

namespace Actions.TerraformPlanning.Tests;

public sealed class SarifReaderSpecs : IDisposable
{
    private readonly TemporaryDirectory _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Findings_get_the_level_of_their_rule_and_a_place_in_the_workspace()
    {
        _workspace.Write("out/tflint.sarif", Log("""{"ruleId":"r1","message":{"text":"one"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"infra/main.tf"},"region":{"startLine":3}}}]}"""));

        var finding = SarifReader.Read(_workspace.Path, ["out/*.sarif"]).ShouldHaveSingleItem();

        (finding.Rule, finding.Severity, finding.Message, finding.Location.ToString()).ShouldBe(("tflint/r1", Severity.Error, "one", "infra/main.tf:3:1"));
    }

    [Theory]
    [InlineData("note", Severity.Info)]
    [InlineData("warning", Severity.Warning)]
    [InlineData("error", Severity.Error)]
    [InlineData("unheard-of", Severity.Warning)]
    public void The_level_of_the_result_wins(string level, Severity severity)
    {
        _workspace.Write("a.sarif", Log($$$"""{"ruleId":"r1","level":"{{{level}}}","message":{"text":"one"}}"""));

        SarifReader.Read(_workspace.Path, ["a.sarif"]).Single().Severity.ShouldBe(severity);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    public void A_place_outside_of_the_workspace_is_none(string uri)
    {
        _workspace.Write("a.sarif", Log("""{"ruleId":"r1","message":{"text":"one"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"URI"}}}]}""".Replace("URI", uri)));

        SarifReader.Read(_workspace.Path, ["a.sarif"]).Single().Location.File.ShouldBe("-");
    }

    [Fact]
    public void Suppressed_results_are_left_out()
    {
        _workspace.Write("a.sarif", Log("""{"ruleId":"r1","message":{"text":"one"},"suppressions":[{"kind":"inSource"}]}"""));

        SarifReader.Read(_workspace.Path, ["a.sarif"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"runs\": [{\"results\": [{\"message\": ")]
    public void What_is_no_sarif_is_refused_by_name(string text)
    {
        _workspace.Write("a.sarif", text);

        Should.Throw<ActionException>(() => SarifReader.Read(_workspace.Path, ["a.sarif"])).Location!.File.ShouldBe("a.sarif");
    }

    [Fact]
    public void A_file_that_is_missing_or_outside_is_refused()
    {
        Directory.CreateSymbolicLink(Path.Combine(_workspace.Path, "link.sarif"), "/etc/hostname");

        Should.Throw<ActionException>(() => SarifReader.Read(_workspace.Path, ["none.sarif"])).Detail.ShouldBe("there is no such file");
        Should.Throw<ActionException>(() => SarifReader.Read(_workspace.Path, ["link.sarif"])).Detail.ShouldBe("it is outside the workspace");
    }

    private static string Log(string result) =>
        $$$"""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"tflint","rules":[{"id":"r1","defaultConfiguration":{"level":"error"} }]} },"results":[{{{result}}}]}]}""";
}
