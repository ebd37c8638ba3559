using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Planning;

public class ApplyStageSpecs
{
    [Theory]
    [InlineData("", "Namespace", ApplyStage.Foundation)]
    [InlineData("apiextensions.k8s.io", "CustomResourceDefinition", ApplyStage.Foundation)]
    [InlineData("storage.k8s.io", "StorageClass", ApplyStage.Foundation)]
    [InlineData("networking.k8s.io", "IngressClass", ApplyStage.Foundation)]
    [InlineData("", "ServiceAccount", ApplyStage.Access)]
    [InlineData("", "ResourceQuota", ApplyStage.Access)]
    [InlineData("rbac.authorization.k8s.io", "ClusterRoleBinding", ApplyStage.Access)]
    [InlineData("networking.k8s.io", "NetworkPolicy", ApplyStage.Access)]
    [InlineData("", "ConfigMap", ApplyStage.Configuration)]
    [InlineData("", "Service", ApplyStage.Configuration)]
    [InlineData("", "PersistentVolumeClaim", ApplyStage.Configuration)]
    [InlineData("cert-manager.io", "Certificate", ApplyStage.CustomResources)]
    [InlineData("gateway.networking.k8s.io", "HTTPRoute", ApplyStage.CustomResources)]
    [InlineData("", "Pod", ApplyStage.Workloads)]
    [InlineData("apps", "Deployment", ApplyStage.Workloads)]
    [InlineData("batch", "Job", ApplyStage.Workloads)]
    [InlineData("networking.k8s.io", "Ingress", ApplyStage.Workloads)]
    [InlineData("autoscaling", "HorizontalPodAutoscaler", ApplyStage.Workloads)]
    [InlineData("policy", "PodDisruptionBudget", ApplyStage.Workloads)]
    [InlineData("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", ApplyStage.Admission)]
    [InlineData("apiregistration.k8s.io", "APIService", ApplyStage.Admission)]
    public void Each_kind_has_its_stage(string group, string kind, ApplyStage expected) => ApplyStages.Of(group, kind).ShouldBe(expected);

    [Fact]
    public void An_object_of_a_kind_that_comes_with_it_waits_for_its_controller()
    {
        var definition = Objects.Read(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec: {group: example.com, names: {kind: Widget}}
            """);
        var kinds = ApplyStages.DefinedKinds([definition]);

        kinds.ShouldBe([("example.com", "Widget")]);
        ApplyStages.Of("example.com", "Widget", isDefinedHere: true).ShouldBe(ApplyStage.OwnCustomResources);
    }

    [Fact]
    public void Stages_come_in_order_and_each_in_the_order_of_names()
    {
        ObjectKey[] keys = [new("", "ConfigMap", "b", "x"), new("apps", "Deployment", "a", "web"), new("", "ConfigMap", "a", "y"), new("", "ConfigMap", "a", "x"), new("", "Namespace", null, "a")];

        var stages = ApplyStages.Group(keys, k => k, new HashSet<(string, string)>());

        stages.Select(s => s.Stage).ShouldBe([ApplyStage.Foundation, ApplyStage.Configuration, ApplyStage.Workloads]);
        stages[1].Items.Select(k => k.ToString()).ShouldBe(["ConfigMap a/x", "ConfigMap a/y", "ConfigMap b/x"]);
    }
}
