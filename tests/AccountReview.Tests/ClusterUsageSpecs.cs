using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Processes;
using ClusterFixture;

namespace Actions.AccountReview.Tests;

/// <summary>What a real API server tells of what a cluster uses.</summary>
public sealed class ClusterUsageSpecs(ControlPlane cluster)
{
    private const int Limit = 300_000;

    private readonly List<string> _warnings = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_cluster_tells_its_volumes_load_balancers_addresses_images_and_ends()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var (volume, address) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await ns.Client.MergePatchAsync(KnownResources.Namespaces.Object(null, ns.Name), Json.Object("""{"metadata":{"annotations":{"preview.example/expires-at":"2026-11-01"}}}"""), null, Token);
        await ns.CreateAsync(
            $$"""{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"{{ns.Name}}"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"csi":{"driver":"csi.scaleway.com","volumeHandle":"fr-par-1/{{volume}}"} } }""", Token);
        var service = await ns.CreateAsync(
            $$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","annotations":{"service.beta.kubernetes.io/scw-loadbalancer-ip-ids":"fr-par-1/{{address}}"} },"spec":{"type":"LoadBalancer","ports":[{"port":80}]} }""", Token);
        var services = (await ns.Client.DiscoverAsync(Token)).Find("v1", "Service")!;
        await ns.Client.MergePatchAsync(services.Object(ns.Name, "web"), Json.Object("""{"status":{"loadBalancer":{"ingress":[{"ip":"51.15.9.9"}]}}}"""), new WriteOptions { Subresource = "status" }, Token);
        await ns.CreateDeploymentAsync("web", 0, Token, "rg.fr-par.scw.cloud/shop/web:1.4");
        await ns.CreateAsync(
            """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"once"},"spec":{"suspend":true,"template":{"spec":{"restartPolicy":"Never","schedulerName":"nobody","containers":[{"name":"a","image":"rg.fr-par.scw.cloud/shop/job:2.0"}]}}}}""", Token);

        var index = await AskAsync(await File.ReadAllTextAsync(cluster.KubeconfigPath, Token), new ClusterToAsk("", "shop"));

        _warnings.ShouldBeEmpty();
        index.AskedClusters.ShouldBe(["shop"]);
        index.UserOf(Resource(CloudKinds.BlockVolume, $"{{'id':'{volume}'}}")).ShouldBe($"PersistentVolume {ns.Name} of the cluster shop");
        index.UserOf(Resource(CloudKinds.LoadBalancer, $"{{'id':'x','name':'{service.Uid}'}}")).ShouldBe($"Service {ns.Name}/web of the cluster shop");
        index.UserOf(Resource(CloudKinds.LoadBalancerIp, $"{{'id':'{address}'}}")).ShouldNotBeNull();
        index.UserOf(Resource(CloudKinds.LoadBalancerIp, "{'id':'y','ip_address':'51.15.9.9'}")).ShouldNotBeNull();
        index.Images.ShouldContain("rg.fr-par.scw.cloud/shop/web:1.4");
        index.Images.ShouldContain("rg.fr-par.scw.cloud/shop/job:2.0");
        index.ImagesOfClusters["shop"].ShouldContain("rg.fr-par.scw.cloud/shop/web");
        index.Namespaces.ShouldContain(new ExpiringNamespace("shop", ns.Name, "2026-11-01"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_cluster_that_refuses_is_told_and_counts_as_not_asked()
    {
        await cluster.ConnectionAsync();
        var lines = (await File.ReadAllLinesAsync(cluster.KubeconfigPath, Token)).Where(l => !l.Contains("client-certificate", StringComparison.Ordinal) && !l.Contains(" token:", StringComparison.Ordinal));
        var kubeconfig = System.Text.RegularExpressions.Regex.Replace(string.Join('\n', lines), "client-key(-data)?: .*", "token: CANARY-of-nobody");

        var index = await AskAsync(kubeconfig, new ClusterToAsk("", "shop"));

        index.AskedClusters.ShouldBeEmpty();
        _warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            w => w.ShouldStartWith("The cluster shop could not be asked what it uses: "),
            w => w.ShouldEndWith("Nothing that it might use is deleted."),
            w => w.ShouldNotContain("CANARY"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_context_that_is_not_in_the_kubeconfig_is_told_and_the_others_are_asked()
    {
        await cluster.ConnectionAsync();

        var index = await AskAsync(await File.ReadAllTextAsync(cluster.KubeconfigPath, Token), new ClusterToAsk("nowhere", "lost"), new ClusterToAsk("", "shop"));

        index.AskedClusters.ShouldBe(["shop"]);
        _warnings.ShouldHaveSingleItem().ShouldContain("nowhere");
    }

    private async Task<UsageIndex> AskAsync(string kubeconfig, params ClusterToAsk[] clusters)
    {
        var variables = new Dictionary<string, string>();
        using var connector = new ClusterConnector(variables, Path.GetTempPath(), new ProcessRunner(variables, Path.GetTempPath(), TimeProvider.System), TimeProvider.System, _ => { }, _ => { });
        var usage = new UsageBuilder();
        await new ClusterUsage(connector, allowFiles: true, "tests/1", TimeProvider.System, _warnings.Add).AddAsync(usage, kubeconfig, clusters, Token);
        return usage.Build();
    }

    private static CloudResource Resource(CloudKind kind, string json) => new Facts().With(kind, json).Inventory().Of(kind).Single();
}
