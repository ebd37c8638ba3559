using Actions.Shared.Clusters.Api;
using ClusterFixture;

namespace Integration.Tests.EndToEnd;

/// <summary>Sets of objects that come in each other's way, given to the published program.</summary>
public sealed class DeployK8sHostileSpecs(ControlPlane cluster) : DeployK8sTrial(cluster)
{
    [Fact(Timeout = Limit)]
    public async Task A_claim_that_is_not_bound_is_named_with_what_its_provisioner_says()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  storageClassName: missing\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}\n",
            Web.Replace("      containers:", "      volumes:\n        - name: data\n          persistentVolumeClaim: {claimName: data}\n      containers:"));

        var running = RunAsync(ns, ("on-failure", "stop"), ("timeout", "10s"));
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await ns.Kubelet.UnschedulableAsync(pod, "0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.", Cancellation);
        var result = await running;

        ShouldFail(result, "failed", "storage-class-missing", "k8s/0.yaml", 6, ns,
            """
            PersistentVolumeClaim NS/data is not bound: there is no StorageClass missing
            Correct storageClassName, or create the StorageClass.
            """);
    }

    [Fact(Timeout = Limit)]
    public async Task Replicas_that_an_autoscaler_sets_stay_and_do_not_fail_the_deployment()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Web);
        (await RunAsync(ns, ("wait", "false"))).Outputs["result"].ShouldBe("deployed");
        await ns.Client.MergePatchAsync(
            KnownResources.Deployments.Object(ns.Name, "web"), Json.Object("""{"spec":{"replicas":4}}"""), new WriteOptions { FieldManager = "kube-controller-manager" }, Cancellation);
        Write(Web.Replace("web:1", "web:2"));

        var result = await RunAsync(ns, ("wait", "false"), ("report-file", "report.json"));

        result.Outputs["result"].ShouldBe("deployed", string.Join('\n', result.Log));
        var web = (await GetAsync(ns, KnownResources.Deployments, "web"))!;
        web.Spec!["replicas"]!.GetValue<int>().ShouldBe(4);
        Sandbox.Read("report.json").ShouldContain("kube-controller-manager");
    }

    [Fact(Timeout = Limit)]
    public async Task A_definition_its_object_a_namespace_and_what_is_in_it_are_deployed_together()
    {
        await Cluster.ConnectionAsync();
        var id = Guid.NewGuid().ToString("N")[..8];
        Write(
            $"apiVersion: g{id}.example.com/v1\nkind: Widget\nmetadata: {{name: one}}\nspec: {{size: 1}}\n",
            $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: space-{id}}}\n",
            Settings,
            $$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.g{{id}}.example.com}
            spec:
              group: g{{id}}.example.com
              scope: Namespaced
              names: {kind: Widget, plural: widgets}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer} } } } }

            """);

        var preview = await RunAsync($"space-{id}", null, ("mode", "preview"));
        var result = await RunAsync($"space-{id}", null, ("approved-digest", preview.Outputs["digest"]));

        (preview.Outputs["result"], preview.Outputs["created"]).ShouldBe(("previewed", "4"), string.Join('\n', preview.Log));
        (result.Outputs["result"], result.Outputs["created"]).ShouldBe(("deployed", "4"), string.Join('\n', result.Log));
    }
}
