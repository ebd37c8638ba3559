using Actions.Shared.Findings;
using Actions.Shared.Tests.Validation.Structure;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Suppressions;

namespace Actions.Shared.Tests.Validation.Suppressions;

public sealed class SuppressionAnnotationSpecs
{
    private static readonly SuppressionReader Reader = new(RuleIndex.BuiltIn, new FixedTime());
    private static readonly ResourceReference Deployment = new("apps/v1", "Deployment", null, "web");

    [Theory]
    [InlineData("validate-manifests/ignore: 'host-path: node agent'", SuppressionForm.Annotation, "host-path", "node agent")]
    [InlineData("validate-manifests/ignore: 'host-path, host-port: node agent (until=2030-01-01)'", SuppressionForm.Annotation, "host-path|host-port", "node agent")]
    [InlineData("kube-score/ignore: container-security-context-privileged", SuppressionForm.KubeScore, "privileged-container", "")]
    [InlineData("ignore-check.kube-linter.io/privileged-container: it must", SuppressionForm.KubeLinter, "privileged-container", "it must")]
    [InlineData("polaris.fairwinds.com/runAsPrivileged-exempt: 'true'", SuppressionForm.Polaris, "privileged-container", "")]
    [InlineData("polaris.fairwinds.com/run-as-privileged-exempt: 'True'", SuppressionForm.Polaris, "privileged-container", "")]
    [InlineData("checkov.io/skip1: CKV_K8S_16=it must", SuppressionForm.Checkov, "privileged-container", "it must")]
    [InlineData("bridgecrew.io/skip2: CKV_K8S_16", SuppressionForm.Checkov, "privileged-container", "")]
    public void An_annotation_is_read(string annotation, SuppressionForm form, string rules, string reason)
    {
        var reading = Read($"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    {annotation}\n");
        reading.Problems.ShouldBeEmpty();
        var suppression = reading.Suppressions.ShouldHaveSingleItem();
        suppression.Form.ShouldBe(form);
        string.Join('|', suppression.Rules).ShouldBe(rules);
        suppression.Reason.ShouldBe(reason);
        suppression.Resource.ShouldBe(Deployment);
        suppression.Location.ToString().ShouldBe("a.yaml:5:5");
    }

    [Theory]
    [InlineData("validate-manifests/ignore: ''", "the suppression names no rule")]
    [InlineData("validate-manifests/ignore: host-path", "the suppression has no reason")]
    [InlineData("validate-manifests/ignore: 'host-pat: why'", "there is no rule `host-pat`")]
    [InlineData("validate-manifests/ignore: 'host-path: why (until=2026-05-31)'", "the suppression of host-path ended on 2026-05-31: why")]
    public void What_does_not_count_is_a_finding(string annotation, string message)
    {
        var reading = Read($"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    {annotation}\n");
        reading.Suppressions.ShouldBeEmpty();
        var problem = reading.Problems.ShouldHaveSingleItem();
        problem.Message.ShouldBe(message);
        problem.Resource.ShouldBe(Deployment);
    }

    [Fact]
    public void One_annotation_may_hold_several_entries()
    {
        var reading = Read("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    validate-manifests/ignore: |\n      host-path: why\n      host-port, host-pid: why not\n");
        reading.Suppressions.Select(s => s.Written).ShouldBe(["host-path", "host-port, host-pid"]);
    }

    [Theory]
    [InlineData("polaris.fairwinds.com/exempt: 'false'")]
    [InlineData("polaris.fairwinds.com/runAsPrivileged-exempt: 'no'")]
    [InlineData("polaris.fairwinds.com/other: 'true'")]
    [InlineData("kube-score/ignore: {a: b}")]
    [InlineData("other: 'CKV_K8S_16'")]
    public void What_asks_for_nothing_is_passed_over(string annotation) =>
        Read($"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    {annotation}\n").ShouldBe(SuppressionReading.None);

    [Theory]
    [InlineData("kube-linter.io/ignore-all: why", "kube-linter:")]
    [InlineData("polaris.fairwinds.com/exempt: 'true'", "polaris:")]
    public void Everything_of_a_tool_is_what_that_tool_checks_and_never_the_schema(string annotation, string prefix)
    {
        var rules = Read($"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    {annotation}\n").Suppressions.ShouldHaveSingleItem().Rules;
        rules.ShouldContain("privileged-container");
        rules.ShouldNotContain("schema-type");
        rules.ShouldAllBe(r => RuleIndex.BuiltIn.Find(r)!.Descriptor.Aliases.Any(a => a.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_check_without_a_rule_here_suppresses_nothing()
    {
        var suppression = Read("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    ignore-check.kube-linter.io/their-own: why\n").Suppressions.ShouldHaveSingleItem();
        suppression.Rules.ShouldBeEmpty();
        suppression.Written.ShouldBe("their-own");
    }

    [Theory]
    [InlineData("a", "b", "", "", "a|b")]
    [InlineData("a,c", "a", "", "", "a|a|c")]
    [InlineData("a", "", "", "a", "")]
    [InlineData("", "a", "a", "", "a")]
    [InlineData("container-resources", "", "", "", "container-resources|container-ephemeral-storage-request-and-limit")]
    public void In_kube_score_the_pod_template_goes_before_the_object(string ownIgnore, string podIgnore, string ownEnable, string podEnable, string expected)
    {
        var text = $"""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              annotations: {"{"}kube-score/ignore: '{ownIgnore}', kube-score/enable: '{ownEnable}'{"}"}
            spec:
              template:
                metadata:
                  annotations: {"{"}kube-score/ignore: '{podIgnore}', kube-score/enable: '{podEnable}'{"}"}
            """;
        string.Join('|', Read(text).Suppressions.Select(s => s.Written).OrderBy(w => w == "container-ephemeral-storage-request-and-limit").ThenBy(w => w)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("container-seccomp-profile", "", "", "seccomp-missing")]
    [InlineData("container-seccomp-profile", "container-seccomp-profile", "", "")]
    [InlineData("container-seccomp-profile", "", "container-seccomp-profile", "")]
    [InlineData("no-such-check", "", "", "")]
    public void An_object_may_switch_on_what_kube_score_has_off(string enable, string ignore, string podIgnore, string expected)
    {
        var text = $"""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              annotations: {"{"}kube-score/ignore: '{ignore}', kube-score/enable: '{enable}'{"}"}
            spec:
              template:
                metadata:
                  annotations: {"{"}kube-score/ignore: '{podIgnore}'{"}"}
            """;
        string.Join('|', Reader.Enabled(Yaml.Mapping(text), Deployment)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("metadata: 1")]
    [InlineData("metadata: {annotations: [a]}")]
    [InlineData("metadata: {annotations: {validate-manifests/ignore: [a], kube-score/ignore: [b], kube-score/enable: }}")]
    [InlineData("spec: {template: []}")]
    public void An_odd_object_does_no_harm(string yaml)
    {
        Read(yaml).ShouldBe(SuppressionReading.None);
        Reader.Enabled(Yaml.Mapping(yaml), Deployment).ShouldBeEmpty();
    }

    private static SuppressionReading Read(string yaml) => Reader.OfObject("a.yaml", Yaml.Mapping(yaml), Deployment);
}
