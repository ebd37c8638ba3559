using Actions.Shared.Findings;
using Actions.Shared.Validation.Configuration;

namespace Actions.Shared.Tests.Validation.Configuration;

public sealed class KubeLinterFileSpecs
{
    private static readonly ResourceReference Pod = new("v1", "Pod", null, "x");

    [Theory]
    [InlineData("checks: {exclude: [privileged-container]}", "privileged-container", false)]
    [InlineData("checks: {include: [privileged-ports]}", "privileged-port", true)]
    [InlineData("checks: {include: [privileged-ports], exclude: [privileged-ports]}", "privileged-port", false)]
    [InlineData("checks: {addAllBuiltIn: true}", "node-affinity-missing", true)]
    [InlineData("checks: {addAllBuiltIn: true, exclude: [no-node-affinity]}", "node-affinity-missing", false)]
    [InlineData("checks: {doNotAutoAddDefaults: true}", "privileged-container", false)]
    [InlineData("checks: {doNotAutoAddDefaults: true, include: [privileged-container]}", "privileged-container", true)]
    [InlineData("checks: {doNotAutoAddDefaults: true}", "schema-type", true)]
    [InlineData("checks: {exclude: [schema-validation]}", "schema-type", true)]
    [InlineData("checks: {exclude: [no-such-check]}", "privileged-container", true)]
    [InlineData("checks: {include: [latest-tag], addAllBuiltIn: true}", "image-registry-allowlist", false)]
    [InlineData("", "privileged-container", true)]
    public void Checks_are_rules_by_their_aliases(string kubeLinter, string rule, bool isOn)
    {
        var configuration = Load(kubeLinter, null);
        new RulePolicy(configuration).Base.IsOff(rule).ShouldBe(!isOn);
        configuration.Findings.ShouldBeEmpty();
    }

    [Fact]
    public void Our_own_configuration_wins() =>
        new RulePolicy(Load("checks: {exclude: [privileged-container]}", "rules: {privileged-container: on}")).Base.IsOff("privileged-container").ShouldBeFalse();

    [Fact]
    public void The_label_that_a_check_has_built_in_comes_with_it() =>
        new RulePolicy(Load("checks: {include: [required-label-owner]}", null)).Base.Settings.Parameters["required-label"]["labels"].ShouldBe(["owner"]);

    [Theory]
    [InlineData("/**/vendor/**", "deep/vendor/a.yaml", true)]
    [InlineData("vendor/**", "vendor/a.yaml", true)]
    [InlineData("vendor/**", "k8s/a.yaml", false)]
    public void Its_checks_are_off_in_ignored_paths(string pattern, string file, bool isOff)
    {
        var policy = new RulePolicy(Load($"checks: {{ignorePaths: ['{pattern}']}}", null));
        policy.For(file, Pod).IsOff("privileged-container").ShouldBe(isOff);
        policy.For(file, Pod).IsOff("schema-type").ShouldBeFalse();
    }

    [Fact]
    public void What_cannot_be_had_is_told()
    {
        var findings = Load(
            """
            checks:
              include: [their-own]
              ignorePaths: ["~/charts"]
            customChecks:
              - name: required-team
                template: required-label
            """,
            null).Findings;
        findings.Select(f => $"{f.Location}: {f.Rule}: {f.Message}").ShouldBe(
        [
            ".kube-linter.yaml:2:13: kube-linter-config: the check `their-own` has no counterpart and is not run",
            ".kube-linter.yaml:3:17: kube-linter-config: the ignored path `~/charts` is not understood",
            ".kube-linter.yaml:5:11: kube-linter-config: the custom check `required-team` is not run",
        ]);
    }

    [Theory]
    [InlineData("checks: [")]
    [InlineData("checks: {}\nchecks: {}")]
    public void A_broken_file_is_a_finding_and_no_failure(string kubeLinter) => Load(kubeLinter, null).Findings.ShouldHaveSingleItem().Message.ShouldContain("not honoured");

    [Theory]
    [InlineData("[]")]
    [InlineData("checks: [a]")]
    [InlineData("checks: {include: a, exclude: {b: c}, ignorePaths: 1, addAllBuiltIn: maybe}")]
    [InlineData("customChecks: {a: b}")]
    [InlineData("customChecks: []")]
    public void An_odd_file_is_taken_for_what_can_be_read(string kubeLinter) => Load(kubeLinter, null).Foreign.ShouldBeEmpty();

    private static ValidationConfiguration Load(string kubeLinter, string? ours)
    {
        var folder = Directory.CreateTempSubdirectory("kube-linter-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, ".kube-linter.yaml"), kubeLinter);
            if (ours is not null)
            {
                File.WriteAllText(Path.Combine(folder.FullName, ".validate-manifests.yaml"), ours);
            }

            return ConfigurationFile.Load(folder.FullName, cancellation: TestContext.Current.CancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
