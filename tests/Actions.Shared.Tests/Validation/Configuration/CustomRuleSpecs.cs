using Actions.Shared.Findings;
using Actions.Shared.Tests.Validation.Structure;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Configuration;

public sealed class CustomRuleSpecs
{
    private const string Deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          labels:
            app: web
        spec:
          replicas: 12
          template:
            spec:
              containers:
                - name: web
                  image: docker.io/web
                - name: log
                  image: ghcr.io/log
        """;

    [Theory]
    [InlineData("spec.replicas", "{maximum: 10}", "8:13 /spec/replicas")]
    [InlineData("/spec/replicas", "{maximum: 10}", "8:13 /spec/replicas")]
    [InlineData("spec", "{properties: {replicas: {maximum: 10}}}", "8:13 /spec/replicas")]
    [InlineData("spec.template.spec.containers[].image", "{pattern: '^ghcr'}", "13:18 /spec/template/spec/containers/0/image")]
    [InlineData("/spec/template/spec/containers/*/image", "{pattern: '^ghcr'}", "13:18 /spec/template/spec/containers/0/image")]
    [InlineData("spec.template.spec.containers[1].image", "{pattern: '^docker'}", "15:18 /spec/template/spec/containers/1/image")]
    [InlineData("metadata.labels", "{required: [owner]}", "5:3 /metadata/labels")]
    [InlineData("metadata.labels", "{type: object, additionalProperties: false}", "6:5 /metadata/labels/app")]
    [InlineData("metadata.labels[]", "{enum: [api]}", "6:10 /metadata/labels/app")]
    [InlineData("metadata[\"labels\"][\"app\"]", "{const: api}", "6:10 /metadata/labels/app")]
    [InlineData("", "{required: [data]}", "1:1 ")]
    [InlineData("spec.template.spec.containers[]", "{required: [resources]}", "12:11 /spec/template/spec/containers/0|14:11 /spec/template/spec/containers/1")]
    [InlineData("spec.absent.deeply", "{type: string}", "")]
    [InlineData("metadata.name.more", "{type: string}", "")]
    public void The_values_at_a_path_must_fit_the_schema(string path, string schema, string expected)
    {
        var findings = Run($"custom-rules:\n  - id: our-rule\n    message: No.\n    path: '{path}'\n    schema: {schema}\n");
        string.Join('|', findings.Select(f => $"{f.Location.Region!.Value.StartLine}:{f.Location.Region!.Value.StartColumn} {f.Field}")).ShouldBe(expected);
    }

    [Fact]
    public void Message_hint_and_severity_are_those_of_its_author()
    {
        var finding = Run(
            """
            custom-rules:
              - id: our-rule
                severity: error
                message: At most ten replicas.
                hint: Ask the platform team.
                kinds: [apps/v1/Deployment]
                path: spec.replicas
                schema: {type: integer, maximum: 10}
            """).ShouldHaveSingleItem();
        finding.Rule.ShouldBe("our-rule");
        finding.Severity.ShouldBe(Severity.Error);
        finding.Message.ShouldStartWith("At most ten replicas: ");
        finding.Message.ShouldContain("12");
        finding.Hint.ShouldBe("Ask the platform team.");
    }

    [Theory]
    [InlineData("kinds: [Pod]", 0)]
    [InlineData("kinds: [Pod, Deployment]", 1)]
    [InlineData("kinds: [extensions/v1beta1/Deployment]", 0)]
    public void Only_its_kinds_are_looked_at(string kinds, int expected) =>
        Run($"custom-rules:\n  - id: our-rule\n    message: No.\n    {kinds}\n    path: spec.replicas\n    schema: {{maximum: 10}}\n").Count.ShouldBe(expected);

    [Fact]
    public void It_is_configured_like_any_rule()
    {
        const string Rule = "custom-rules: [{id: our-rule, message: No., path: spec.replicas, schema: {maximum: 10}}]\n";
        Run(Rule).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
        Run(Rule + "rules: {our-rule: off}").ShouldBeEmpty();
        Run(Rule + "rules: {our-rule: info}").ShouldHaveSingleItem().Severity.ShouldBe(Severity.Info);
        Run(Rule + "rules: {all: off}").ShouldHaveSingleItem();
        Run(Rule + "overrides: [{kinds: [Deployment], rules: {our-rule: off}}]").ShouldBeEmpty();
    }

    [Fact]
    public void The_content_of_a_Secret_does_not_get_into_the_message()
    {
        var findings = Run(
            "custom-rules: [{id: our-rule, message: No., path: 'stringData[]', schema: {enum: [x]}}]",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n");
        findings.ShouldHaveSingleItem().Message.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a[]b")]
    [InlineData("a b")]
    [InlineData("a[\"x]")]
    public void A_path_that_is_none_is_refused(string path) => Should.Throw<FormatException>(() => FragmentPath.Parse(path));

    private static List<Finding> Run(string configuration, string manifest = Deployment)
    {
        var policy = new RulePolicy(ConfigurationFile.Parse("c.yaml", configuration));
        var body = Yaml.Mapping(manifest);
        var reference = new ResourceReference(body.Text("apiVersion")!, body.Text("kind")!, null, body.Mapping("metadata").Text("name"));
        var findings = new List<Finding>();
        policy.For("a.yaml", reference).Runner.Inspect("a.yaml", body, reference, findings);
        return findings.FindAll(f => f.Rule == "our-rule");
    }
}
