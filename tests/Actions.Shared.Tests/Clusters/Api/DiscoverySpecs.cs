using static Actions.Shared.Tests.Clusters.Api.StandIn;

namespace Actions.Shared.Tests.Clusters.Api;

public sealed class DiscoverySpecs
{
    private const int Limit = 60_000;

    private const string AggregatedCore =
        """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[{"metadata":{"name":null},"versions":[{"version":"v1","freshness":"Current","resources":[
          {"resource":"pods","responseKind":{"group":"","version":"v1","kind":"Pod"},"scope":"Namespaced","singularResource":"pod","verbs":["get","list"],"shortNames":["po"],
           "subresources":[{"subresource":"log","responseKind":{"kind":"Pod"},"verbs":["get"]},{"subresource":"status","responseKind":{"kind":"Pod"},"verbs":["get"]}]},
          {"resource":"nodes","responseKind":{"group":"","version":"v1","kind":"Node"},"scope":"Cluster","verbs":["get"]}]}]}]}
        """;

    private const string AggregatedGroups =
        """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[
          {"metadata":{"name":"autoscaling"},"versions":[
            {"version":"v2","freshness":"Current","resources":[{"resource":"horizontalpodautoscalers","responseKind":{"kind":"HorizontalPodAutoscaler"},"scope":"Namespaced","verbs":["patch"]}]},
            {"version":"v1","freshness":"Current","resources":[{"resource":"horizontalpodautoscalers","responseKind":{"kind":"HorizontalPodAutoscaler"},"scope":"Namespaced","verbs":["patch"]}]}]},
          {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]}]}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Two_requests_tell_everything_where_they_can()
    {
        await using var cluster = new StandIn(r => r.RespondAsync(200, r.Path == "/api" ? AggregatedCore : AggregatedGroups));

        var catalog = await cluster.Client.DiscoverAsync(Token);

        var pod = catalog.Find("v1", "Pod").ShouldNotBeNull();
        (pod.Plural, pod.IsNamespaced, pod.QualifiedName).ShouldBe(("pods", true, "pods"));
        pod.Verbs.ShouldBe(["get", "list"]);
        pod.Subresources.ShouldBe(["log", "status"]);
        pod.ShortNames.ShouldBe(["po"]);
        catalog.Find("v1", "Node")!.IsNamespaced.ShouldBeFalse();
        catalog.FindPreferred("autoscaling", "HorizontalPodAutoscaler")!.ApiVersion.ShouldBe("autoscaling/v2");
        catalog.FindPlural("autoscaling", "horizontalpodautoscalers")!.QualifiedName.ShouldBe("horizontalpodautoscalers.autoscaling");
        catalog.Find("autoscaling/v1", "HorizontalPodAutoscaler").ShouldNotBeNull();
        catalog.Find("autoscaling/v3", "HorizontalPodAutoscaler").ShouldBeNull();
        catalog.Unavailable.ShouldBe(["metrics.k8s.io/v1beta1"]);
        cluster.Client.Requests.Total.ShouldBe(2);
        cluster.Server.Requests[0].Headers["Accept"].ShouldContain("g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
    }

    [Fact(Timeout = Limit)]
    public async Task An_older_cluster_is_asked_group_by_group_and_one_that_is_away_is_named()
    {
        await using var cluster = new StandIn(r => r.Path switch
        {
            "/api" => r.RespondAsync(200, """{"kind":"APIVersions","versions":["v1"]}"""),
            "/api/v1" => r.RespondAsync(200, """{"kind":"APIResourceList","resources":[{"name":"pods","namespaced":true,"kind":"Pod","verbs":["get"]},{"name":"pods/log","kind":"Pod"}]}"""),
            "/apis" => r.RespondAsync(200,
                """
                {"kind":"APIGroupList","groups":[
                  {"name":"apps","versions":[{"version":"v1beta1"},{"version":"v1"}],"preferredVersion":{"version":"v1"}},
                  {"name":"metrics.k8s.io","versions":[{"version":"v1beta1"}],"preferredVersion":{"version":"v1beta1"}}]}
                """),
            "/apis/metrics.k8s.io/v1beta1" => r.RespondAsync(503, Status(503, "ServiceUnavailable")),
            _ => r.RespondAsync(200, """{"kind":"APIResourceList","resources":[{"name":"deployments","namespaced":true,"kind":"Deployment","verbs":["get"]}]}"""),
        });

        var catalog = await cluster.Client.DiscoverAsync(Token);

        catalog.Find("v1", "Pod")!.Subresources.ShouldBe(["log"]);
        catalog.FindPreferred("apps", "Deployment")!.Version.ShouldBe("v1");
        catalog.Find("apps/v1beta1", "Deployment").ShouldNotBeNull();
        catalog.Unavailable.ShouldBe(["metrics.k8s.io/v1beta1"]);
        cluster.Server.Requests.Count(r => r.Path.StartsWith("/apis/metrics", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_asked_once_and_again_only_when_told()
    {
        await using var cluster = new StandIn(r => r.RespondAsync(200, r.Path == "/api" ? AggregatedCore : AggregatedGroups));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Client.DiscoverAsync(Token)));
        cluster.Server.Requests.Count.ShouldBe(2);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Client.RediscoverAsync(Token)));
        cluster.Server.Requests.Count.ShouldBe(4);
    }
}
