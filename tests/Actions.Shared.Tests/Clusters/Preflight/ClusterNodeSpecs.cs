using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Preflight;

namespace Actions.Shared.Tests.Clusters.Preflight;

public sealed class ClusterNodeSpecs
{
    private static readonly ClusterNode[] Nodes =
    [
        Node("amd64", """{"disk":"ssd"}""", "[]"),
        Node("arm64", """{"disk":"hdd"}""", "[]"),
        Node("s390x", "{}", """[{"key":"arch","value":"s390x","effect":"NoSchedule"}]"""),
    ];

    [Theory]
    [InlineData("{}", "linux/amd64 linux/arm64")]
    [InlineData("""{"nodeSelector":{"kubernetes.io/arch":"arm64"}}""", "linux/arm64")]
    [InlineData("""{"nodeSelector":{"disk":"none"}}""", "")]
    [InlineData("""{"tolerations":[{"operator":"Exists"}]}""", "linux/amd64 linux/arm64 linux/s390x")]
    [InlineData("""{"tolerations":[{"key":"arch","operator":"Exists","effect":"NoSchedule"}]}""", "linux/amd64 linux/arm64 linux/s390x")]
    [InlineData("""{"tolerations":[{"key":"arch","value":"s390x"}]}""", "linux/amd64 linux/arm64 linux/s390x")]
    [InlineData("""{"tolerations":[{"key":"arch","value":"other"}]}""", "linux/amd64 linux/arm64")]
    [InlineData("""{"tolerations":[{"key":"arch","operator":"Exists","effect":"NoExecute"}]}""", "linux/amd64 linux/arm64")]
    [InlineData("""{"key":"disk","operator":"In","values":["ssd"]}""", "linux/amd64")]
    [InlineData("""{"key":"disk","operator":"NotIn","values":["ssd"]}""", "linux/arm64")]
    [InlineData("""{"key":"disk","operator":"Exists"}""", "linux/amd64 linux/arm64")]
    [InlineData("""{"key":"disk","operator":"DoesNotExist"}""", "")]
    [InlineData("""{"key":"cores","operator":"Gt","values":["4"]}""", "linux/amd64 linux/arm64")]
    public void Knows_on_which_nodes_a_pod_may_run(string pod, string expected)
    {
        var spec = JsonNode.Parse(pod)!.AsObject();
        if (spec.ContainsKey("key"))
        {
            spec = JsonNode.Parse("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[POD]}]}}}}""".Replace("POD", pod, StringComparison.Ordinal))!.AsObject();
        }

        string.Join(' ', ClusterNode.PlatformsFor(spec, Nodes)).ShouldBe(expected);
    }

    [Fact]
    public void A_node_that_is_unwell_for_now_counts()
    {
        var node = Node("amd64", "{}", """[{"key":"node.kubernetes.io/not-ready","effect":"NoExecute"},{"key":"maintenance","effect":"PreferNoSchedule"}]""");

        node.Takes([]).ShouldBeTrue();
    }

    [Fact]
    public void A_node_that_has_not_reported_its_platform_is_none() =>
        ClusterNode.Read(new ClusterObject(JsonNode.Parse("""{"kind":"Node","metadata":{"name":"a"}}""")!.AsObject())).ShouldBeNull();

    private static ClusterNode Node(string architecture, string labels, string taints)
    {
        var node = JsonNode.Parse($$$$"""{"kind":"Node","metadata":{"name":"a","labels":{{{{labels}}}}},"spec":{"taints":{{{{taints}}}}},"status":{"nodeInfo":{"operatingSystem":"linux","architecture":"{{{{architecture}}}}"}}}""")!.AsObject();
        node["metadata"]!["labels"]!["kubernetes.io/arch"] = architecture;
        return ClusterNode.Read(new ClusterObject(node))!;
    }
}
