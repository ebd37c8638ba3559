using System.Text.Json.Nodes;
using Actions.Shared.Clusters;

namespace Actions.DeployK8s.Tests;

public class ImageReplacementSpecs
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("web=web:2", "web:1", "web:2")]
    [InlineData("docker.io/library/web=web:2", "web:1", "web:2")]
    [InlineData("registry.example.com:5000/web=registry.example.com:5000/web:2", "registry.example.com:5000/web:1", "registry.example.com:5000/web:2")]
    [InlineData("registry.example.com:5000/web=registry.example.com:5000/web:2", "registry.example.com:5000/other:1", "registry.example.com:5000/other:1")]
    [InlineData("web=registry.example.com/web:2@" + Digest, "web", "registry.example.com/web:2@" + Digest)]
    [InlineData("web=web:2", "website:1", "website:1")]
    public void Containers_with_the_name_get_the_reference(string line, string before, string after)
    {
        var used = new HashSet<ImageReplacement>();
        var pod = Json($$$"""{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"{{{before}}}"}]}}""");

        var result = ImageReplacement.Apply(pod, [ImageReplacement.Parse(line)], used);

        result.Spec!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe(after);
        used.Count.ShouldBe(before == after ? 0 : 1);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", """{"template":{"spec":{"LIST":[{"image":"web:1"}]}}}""", "containers")]
    [InlineData("apps/v1", "StatefulSet", """{"template":{"spec":{"LIST":[{"image":"web:1"}]}}}""", "initContainers")]
    [InlineData("batch/v1", "CronJob", """{"jobTemplate":{"spec":{"template":{"spec":{"LIST":[{"image":"web:1"}]}}}}}""", "containers")]
    public void Every_kind_of_workload_is_looked_at(string apiVersion, string kind, string spec, string list)
    {
        var item = Json($$"""{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","spec":{{spec.Replace("LIST", list)}}}""");

        ImageReplacement.Apply(item, [ImageReplacement.Parse("web=web:2")], new HashSet<ImageReplacement>()).Body.ToJsonString().ShouldContain("web:2");
    }

    [Theory]
    [InlineData("web")]
    [InlineData("=web:2")]
    [InlineData("web=")]
    [InlineData("web:1=web:2")]
    [InlineData("web=Not An Image")]
    public void What_is_no_replacement_says_what_to_write(string line) => Should.Throw<FormatException>(() => ImageReplacement.Parse(line)).Message.ShouldNotBeEmpty();

    private static ClusterObject Json(string json) => new((JsonObject)JsonNode.Parse(json)!);
}
