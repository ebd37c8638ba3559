using Actions.Shared.Clusters.Api;
using static Actions.Shared.Tests.Clusters.Api.StandIn;

namespace Actions.Shared.Tests.Clusters.Api;

public sealed class ListSpecs
{
    private const int Limit = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Pages_are_put_together()
    {
        await using var cluster = new StandIn(Steps(Answer(200, List("5", "next/1", """{"metadata":{"name":"a"}}""")), Answer(200, List("5", null, ConfigMap("b")))));

        var list = await cluster.Client.ListAsync(KnownResources.ConfigMaps, null, new ListOptions { LabelSelector = "a in (b, c)" }, Token);

        list.Items.Select(i => i.ToString()).ShouldBe(["ConfigMap a", "ConfigMap shop/b"]);
        list.Items[0].ApiVersion.ShouldBe("v1");
        list.Items[0].Body.Parent.ShouldBeNull();
        list.ResourceVersion.ShouldBe("5");
        cluster.Server.Requests.Select(r => r.Path).ShouldBe(
        [
            "/api/v1/configmaps?labelSelector=a%20in%20%28b%2C%20c%29&limit=500",
            "/api/v1/configmaps?labelSelector=a%20in%20%28b%2C%20c%29&limit=500&continue=next%2F1",
        ]);
    }

    [Fact(Timeout = Limit)]
    public async Task Pages_that_are_forgotten_are_read_again_from_the_start()
    {
        await using var cluster = new StandIn(Steps(
            Answer(200, List("5", "n", ConfigMap("a"))), Answer(410, Status(410, "Expired")), Answer(200, List("9", "n", ConfigMap("a"))), Answer(200, List("9", null, ConfigMap("b")))));

        var list = await cluster.Client.ListAsync(KnownResources.ConfigMaps, "shop", null, Token);

        list.Items.Select(i => i.Name).ShouldBe(["a", "b"]);
        list.ResourceVersion.ShouldBe("9");
    }

    [Fact(Timeout = Limit)]
    public async Task Pages_that_are_forgotten_again_and_again_are_read_in_one_piece()
    {
        await using var cluster = new StandIn(r =>
            r.Path.Contains("continue", StringComparison.Ordinal) ? r.RespondAsync(410, Status(410, "Expired"))
            : r.RespondAsync(200, List("5", r.Path.Contains("limit", StringComparison.Ordinal) ? "n" : null, ConfigMap("a"))));

        (await cluster.Client.ListAsync(KnownResources.ConfigMaps, "shop", null, Token)).Items.Count.ShouldBe(1);
        cluster.Server.Requests.Count.ShouldBe(5);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_metadata_can_be_asked_for()
    {
        await using var cluster = new StandIn(Answer(200, List("5", null, """{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}}""")));

        var list = await cluster.Client.ListAsync(KnownResources.ConfigMaps, "shop", new ListOptions { MetadataOnly = true }, Token);

        list.Items[0].Kind.ShouldBe("ConfigMap");
        cluster.Server.Requests[0].Headers["Accept"].ShouldStartWith("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    }

    [Fact(Timeout = Limit)]
    public async Task Five_thousand_objects_take_ten_requests()
    {
        await using var cluster = new StandIn(r =>
        {
            var page = r.Path.Split("continue=") is [_, var token] ? int.Parse(token, System.Globalization.CultureInfo.InvariantCulture) : 0;
            return r.RespondAsync(200, List("5", page < 9 ? $"{page + 1}" : null, Enumerable.Range(page * 500, 500).Select(i => ConfigMap($"c{i}"))));
        });

        var list = await cluster.Client.ListAsync(KnownResources.ConfigMaps, "shop", null, Token);

        list.Items.Select(i => i.Name).ShouldBe(Enumerable.Range(0, 5000).Select(i => $"c{i}"));
        cluster.Client.Requests.Total.ShouldBe(10);
    }
}
