using System.Text.Json.Nodes;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.Shared.Clusters;

namespace Actions.AccountReview.Tests;

public class UsageSpecs
{
    private const string Volume = "aaaaaaaa-0000-4000-8000-000000000001";
    private const string Service = "aaaaaaaa-0000-4000-8000-000000000002";
    private const string Address = "aaaaaaaa-0000-4000-8000-000000000003";

    [Fact]
    public void Objects_of_a_cluster_use_volumes_load_balancers_addresses_and_images()
    {
        var usage = new UsageBuilder();
        usage.AddObject("c", Object($$"""{"kind":"PersistentVolume","metadata":{"name":"data"},"spec":{"csi":{"driver":"csi.scaleway.com","volumeHandle":"fr-par-1/{{Volume}}"} } }"""));
        usage.AddObject("c", Object($$"""{"kind":"Service","metadata":{"name":"web","namespace":"shop","uid":"{{Service}}","annotations":{"service.beta.kubernetes.io/scw-loadbalancer-ip-ids":"fr-par-1/{{Address}}"} },"status":{"loadBalancer":{"ingress":[{"ip":"51.15.1.1"}]} } }"""));
        usage.AddObject("c", Object("""{"kind":"CronJob","metadata":{"name":"job"},"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"rg.fr-par.scw.cloud/shop/web:1.4@sha256:0000000000000000000000000000000000000000000000000000000000000000"}]}}}}}}"""));
        var index = usage.Build();

        index.UserOf(Resource(CloudKinds.BlockVolume, $"{{'id':'{Volume}'}}")).ShouldBe("PersistentVolume data of the cluster c");
        index.UserOf(Resource(CloudKinds.LoadBalancer, $"{{'id':'x','name':'{Service}'}}")).ShouldBe("Service shop/web of the cluster c");
        index.UserOf(Resource(CloudKinds.LoadBalancerIp, $"{{'id':'{Address}'}}")).ShouldNotBeNull();
        index.UserOf(Resource(CloudKinds.LoadBalancerIp, "{'id':'y','ip_address':'51.15.1.1'}")).ShouldNotBeNull();
        index.UserOf(Resource(CloudKinds.LoadBalancerIp, "{'id':'y','ip_address':'51.15.1.2'}")).ShouldBeNull();
        index.Images.ShouldBe(["rg.fr-par.scw.cloud/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000", "rg.fr-par.scw.cloud/shop/web:1.4"], ignoreOrder: true);
    }

    [Fact]
    public void Manifests_name_ids_addresses_and_images()
    {
        var usage = new UsageBuilder();
        usage.AddManifest("k8s/a.yaml", $"handle: fr-par-1/{Volume.ToUpperInvariant()}\nip: 51.15.1.1/32\nimage: rg.nl-ams.scw.cloud/shop/api:2.0\n");
        var index = usage.Build();

        index.UserOf(Resource(CloudKinds.BlockVolume, $"{{'id':'{Volume}'}}")).ShouldBe("k8s/a.yaml");
        index.UserOf(Resource(CloudKinds.Ip, "{'id':'x','address':'51.15.1.1'}")).ShouldBe("k8s/a.yaml");
        index.Images.ShouldBe(["rg.nl-ams.scw.cloud/shop/api:2.0"]);
    }

    private static ClusterObject Object(string json) => new(JsonNode.Parse(json)!.AsObject());

    private static CloudResource Resource(CloudKind kind, string json) => new Facts().With(kind, json).Inventory().Of(kind).Single();
}
