using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Manifests;

public class ManifestJsonSpecs
{
    [Theory]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: 'yes'", """{"a":"yes"}""")]
    [InlineData("a: 0777", """{"a":511}""")]
    [InlineData("a: 1.5", """{"a":1.5}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a: [1, {b: c}]", """{"a":[1,{"b":"c"}]}""")]
    [InlineData("8080: x", """{"8080":"x"}""")]
    [InlineData("a: &x {b: 1}\nc: *x", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("a: &x {b: 1}\nc: {<<: *x, d: 2}", """{"a":{"b":1},"c":{"d":2,"b":1}}""")]
    [InlineData("a: |\n  x\n  y\n", """{"a":"x\ny\n"}""")]
    [InlineData("a: 9223372036854775807", """{"a":9223372036854775807}""")]
    [InlineData("a: 2026-01-01", """{"a":"2026-01-01"}""")]
    public void Yaml_becomes_the_json_that_kubernetes_makes_of_it(string yaml, string expected) =>
        ManifestJson.From((YamlMapping)YamlLoader.Load("a.yaml", yaml, cancellation: TestContext.Current.CancellationToken).Documents[0].Root!).ToJsonString().ShouldBe(expected);
}
