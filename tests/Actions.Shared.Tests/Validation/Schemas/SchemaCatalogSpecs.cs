using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Schemas;

public class SchemaCatalogSpecs
{
    [Theory]
    [InlineData("apps/v1", "Deploymnet", "there is no kind Deploymnet in apps/v1", "Did you mean Deployment?")]
    [InlineData("apps/v1", "deployment", "there is no kind deployment in apps/v1", "Did you mean Deployment?")]
    [InlineData("extensions/v1beta1", "Deployment", "no schema for Deployment in extensions/v1beta1 is known", "Deployment is in apps/v1, not extensions/v1beta1.")]
    [InlineData("v1", "Deployment", "there is no kind Deployment in v1", "Deployment is in apps/v1, not v1.")]
    [InlineData("apps/v1", "Service", "there is no kind Service in apps/v1", "Service is in v1, not apps/v1.")]
    [InlineData("app/v1", "Deployment", "no schema for Deployment in app/v1 is known", "Deployment is in apps/v1, not app/v1.")]
    [InlineData("networking/v1", "Ingress", "no schema for Ingress in networking/v1 is known", "Ingress is in networking.k8s.io/v1, not networking/v1.")]
    [InlineData("apps/v2", "Deploymnt", "no schema for Deploymnt in apps/v2 is known", "Did you mean Deployment in apps/v1?")]
    [InlineData("autoscaling/v3", "HorizontalPodAutoscaler", "no schema for HorizontalPodAutoscaler in autoscaling/v3 is known", "HorizontalPodAutoscaler is in autoscaling/v1, autoscaling/v2, not autoscaling/v3.")]
    [InlineData("example.com/v1", "Service", "no schema for Service in example.com/v1 is known", "Add its CustomResourceDefinition to the scanned files, or name a schema location that has it.")]
    [InlineData("v1", "Zzzzzzzzzzz", "there is no kind Zzzzzzzzzzz in v1", null)]
    [InlineData("", "", "no schema for  in  is known", null)]
    public void A_kind_that_is_not_found_comes_with_what_was_probably_meant(string apiVersion, string kind, string problem, string? hint)
    {
        var lookup = new SchemaCatalog().Find(KubernetesVersion.Latest, apiVersion, kind);

        (lookup.Schema, lookup.Source, lookup.Problem, lookup.Hint, lookup.IsUncertain).ShouldBe((null, null, problem, hint, false));
    }

    [Theory]
    [InlineData("1.30", "networking.k8s.io/v1", "ServiceCIDR", "ServiceCIDR is in networking.k8s.io/v1 since Kubernetes 1.33.")]
    [InlineData("1.36", "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "FlowSchema is in flowcontrol.apiserver.k8s.io/v1beta3 until Kubernetes 1.31.")]
    public void A_kind_of_other_releases_is_told(string version, string apiVersion, string kind, string hint) =>
        new SchemaCatalog().Find(KubernetesVersion.ParseList(version)[0], apiVersion, kind).Hint.ShouldBe(hint);

    [Fact]
    public void A_kind_near_one_of_the_tree_is_told()
    {
        var definition = CustomResourceSchemas.FromDefinition(YamlText.Mapping("""
            apiVersion: apiextensions.k8s.io/v1
            spec: {group: example.com, names: {kind: Widget}, versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}]}
            """), "crd.yaml");
        var catalog = new SchemaCatalog([definition]);

        catalog.Find(KubernetesVersion.Latest, "example.com/v1", "Wigdet").Hint.ShouldBe("Did you mean Widget?");
        catalog.Find(KubernetesVersion.Latest, "example.com/v2", "Widget").Hint.ShouldBe("Widget is in example.com/v1, not example.com/v2.");
    }

    [Fact]
    public void A_version_that_is_not_known_is_bad_input() =>
        Should.Throw<ActionException>(() => new SchemaCatalog().Find(new KubernetesVersion(1, 12), "v1", "Pod")).ExitCode.ShouldBe(ExitCode.BadInput);

    [Fact]
    public void The_same_answer_is_given_twice()
    {
        var catalog = new SchemaCatalog();

        catalog.Find(KubernetesVersion.Latest, "v1", "Pod").ShouldBeSameAs(catalog.Find(KubernetesVersion.Latest, "v1", "Pod"));
    }
}
