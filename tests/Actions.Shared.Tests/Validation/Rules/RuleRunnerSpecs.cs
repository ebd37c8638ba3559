using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Rules;

public class RuleRunnerSpecs
{
    [Fact]
    public void One_problem_is_reported_once_by_the_rule_that_says_most()
    {
        var findings = Inspect("""
            spec:
              containers:
                - {name: bare}
              volumes:
                - {name: socket, hostPath: {path: /var/run/docker.sock}}
                - {name: system, hostPath: {path: /etc}}
                - {name: data, hostPath: {path: /srv}}
            """);

        findings.Where(f => f.Rule.StartsWith("host-path", StringComparison.Ordinal) || f.Rule is "container-runtime-socket" or "restricted-volume-type")
            .Select(f => (f.Rule, f.Field)).ShouldBe(
            [
                ("container-runtime-socket", "/spec/volumes/0/hostPath/path"),
                ("host-path", "/spec/volumes/2/hostPath/path"),
                ("host-path-sensitive", "/spec/volumes/1/hostPath/path"),
            ],
            ignoreOrder: true);
        findings.Select(f => f.Rule).ShouldContain("capabilities-drop-all");
        findings.Select(f => f.Rule).ShouldNotContain("capabilities-drop-net-raw");
        findings.Select(f => f.Rule).ShouldNotContain("security-context-missing");
    }

    [Fact]
    public void A_rule_says_more_only_about_the_same_thing()
    {
        var findings = Inspect("""
            spec:
              containers:
                - name: app
                  securityContext:
                    capabilities:
                      add: [SYS_ADMIN, SYS_PTRACE]
                - name: other
                  securityContext:
                    capabilities: {drop: [SYS_CHROOT]}
                - name: safe
                  securityContext:
                    capabilities: {drop: [ALL]}
            """);

        findings.Where(f => f.Rule is "capabilities-added" or "capabilities-dangerous").Select(f => (f.Rule, f.Field)).ShouldBe(
            [
                ("capabilities-added", "/spec/containers/0/securityContext/capabilities/add/1"),
                ("capabilities-dangerous", "/spec/containers/0/securityContext/capabilities/add/0"),
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void A_lesser_finding_does_not_hide_a_graver_one()
    {
        var findings = Inspect(
            """
            spec:
              volumes:
                - {name: system, hostPath: {path: /etc}}
            """,
            rule => rule.Descriptor.Id == "host-path" ? Severity.Error : Severity.Info);

        findings.Select(f => f.Rule).ShouldContain("host-path");
    }

    [Fact]
    public void What_hides_nothing_when_it_is_off_lets_the_other_rule_speak()
    {
        var rules = RuleCatalogue.ObjectRules.Where(r => r.Descriptor.Id is "host-path").ToArray();
        var findings = new List<Finding>();
        new RuleRunner(rules, RuleSettings.Default).Inspect("a.yaml", Pod("spec: {volumes: [{name: system, hostPath: {path: /etc}}]}"), Reference, findings);

        findings.ShouldHaveSingleItem().Rule.ShouldBe("host-path");
    }

    [Fact]
    public void Findings_that_were_there_before_stay()
    {
        var earlier = new Finding { Rule = "host-path", Severity = Severity.Error, Location = new("b.yaml"), Message = "earlier" };
        List<Finding> findings = [earlier];
        new RuleRunner(RuleCatalogue.ObjectRules, RuleSettings.Default)
            .Inspect("a.yaml", Pod("spec: {volumes: [{name: system, hostPath: {path: /etc}}]}"), Reference, findings);

        findings[0].ShouldBeSameAs(earlier);
        findings.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Values_that_SOPS_has_encrypted_are_not_judged()
    {
        var findings = Inspect("""
            spec:
              containers:
                - name: app
                  securityContext:
                    procMount: ENC[AES256_GCM,data:8Q==,iv:aW4=,tag:dGFn,type:str]
            """);

        findings.Select(f => f.Rule).ShouldNotContain("proc-mount");
    }

    [Fact]
    public void Every_rule_that_says_more_exists() =>
        RuleCatalogue.ObjectRules.SelectMany(r => r.SubsumedBy).Except(RuleCatalogue.ObjectRules.Select(r => r.Descriptor.Id)).ShouldBeEmpty();

    private static ResourceReference Reference => new("v1", "Pod", null, "app");

    private static YamlMapping Pod(string spec) => (YamlMapping)YamlLoader.Load("a.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: app}}\n{spec}").Documents[0].Root!;

    private static List<Finding> Inspect(string spec, Func<ObjectRule, Severity>? severity = null)
    {
        var rules = RuleCatalogue.ObjectRules.Select(r => severity is null ? r : r with { Descriptor = r.Descriptor with { Severity = severity(r) } }).ToArray();
        var findings = new List<Finding>();
        new RuleRunner(rules, RuleSettings.Default).Inspect("a.yaml", Pod(spec), Reference, findings);
        return findings;
    }
}
