using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Tests.Manifests.Rendering;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Graph;

/// <summary>What objects of renderings and folders know of each other: docs/adr/0008-deploy-units.md.</summary>
public class DeployUnitSpecs
{
    private const string Account = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}";
    private const string Settings = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}";

    private const string Workload =
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: []}}}}";

    private const string Autoscaler =
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {scaleTargetRef: {kind: Deployment, name: web}}}";

    private const string Service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}";

    [Fact]
    public void Two_overlays_do_not_clash() =>
        Inspect("duplicate-resource", In("staging", Settings), In("production", Settings)).ShouldBeEmpty();

    [Fact]
    public void One_overlay_has_an_object_once() =>
        Inspect("duplicate-resource", In("staging", Settings), In("staging", Settings)).Count.ShouldBe(1);

    [Fact]
    public void A_rendering_counts_what_is_in_plain_files() =>
        Inspect("serviceaccount-missing", In("staging", Workload), Plain("accounts/web.yaml", Account)).ShouldBeEmpty();

    [Fact]
    public void Plain_files_count_what_is_rendered() =>
        Inspect("service-no-pods", In("staging", Workload), Plain("network/web.yaml", Service)).ShouldBeEmpty();

    [Fact]
    public void A_rendering_counts_what_another_application_or_the_infrastructure_renders() =>
        Inspect("serviceaccount-missing", In("apps", Workload), In("infrastructure", Account)).ShouldBeEmpty();

    [Fact]
    public void What_staging_has_production_may_lack() =>
        Inspect("serviceaccount-missing", In("production", Workload), In("staging", Workload), In("staging", Account)).Count.ShouldBe(1);

    [Fact]
    public void Variants_are_found_through_a_third() =>
        Inspect("serviceaccount-missing", In("a", Workload), In("b", Workload), In("b", Named("api")), In("c", Named("api")), In("c", Account), In("d", Workload))
            .Count.ShouldBe(4, "a, b, c and d are variants of each other, and only c has the account");

    [Fact]
    public void Folders_side_by_side_do_not_clash() =>
        Inspect("duplicate-resource", Plain("staging/a.yaml", Settings), Plain("production/a.yaml", Settings)).ShouldBeEmpty();

    [Theory]
    [InlineData("a.yaml", "b.yaml")]
    [InlineData("k8s/a.yaml", "k8s/b.yaml")]
    [InlineData("k8s/a.yaml", "k8s/extra/deep/a.yaml")]
    [InlineData("a.yaml", "k8s/a.yaml")]
    [InlineData("k8s/extra/deep/a.yaml", "k8s/z.yaml")]
    public void A_folder_clashes_with_itself_and_what_is_below_it(string one, string other) =>
        Inspect("duplicate-resource", Plain(one, Settings), Plain(other, Settings)).ShouldHaveSingleItem()
            .Hint.ShouldBe($"Remove or rename this one or the one at {new[] { one, other }.Order(StringComparer.Ordinal).First()}:2:2.");

    [Fact]
    public void An_object_in_another_folder_counts() =>
        Inspect("serviceaccount-missing", Plain("apps/web.yaml", Workload), Plain("accounts/web.yaml", Account)).ShouldBeEmpty();

    [Fact]
    public void Of_several_the_nearest_counts() =>
        Inspect("hpa-and-static-replicas", Plain("production/web.yaml", Workload), Plain("staging/app/web.yaml", Workload), Plain("staging/hpa.yaml", Autoscaler))
            .ShouldHaveSingleItem().Location.File.ShouldBe("staging/app/web.yaml");

    [Fact]
    public async Task What_is_wrong_with_a_rendered_object_is_shown_where_it_is_written()
    {
        using var workspace = new RenderingWorkspace
        {
            ["base/kustomization.yaml"] = "resources: [web.yaml, service.yaml]\n",
            ["base/web.yaml"] = """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                spec:
                  replicas: 3
                  selector:
                    matchLabels: {app: web}
                  template:
                    metadata:
                      labels: {app: web}
                    spec:
                      containers:
                        - name: web
                          image: example.com/web:1.4.2
                """,
            ["base/service.yaml"] = """
                apiVersion: v1
                kind: Service
                metadata:
                  name: web
                spec:
                  selector:
                    app: wbe
                  ports:
                    - port: 80
                """,
            ["staging/kustomization.yaml"] = "resources: [../base]\nnamespace: shop\nreplicas:\n  - name: web\n    count: 2\n",
        };
        workspace["staging/kustomization.yaml"] += "patches:\n  - path: hpa.yaml\n";
        workspace["staging/hpa.yaml"] = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ClusterIP\n";

        var rendered = await workspace.RenderAsync();
        var objects = rendered.Resources.Select(r => GraphObject.From("staging", "", r.Resource.Body, r.Resource.Reference, r.Map)!)
            .Append(Parse("", "hpa.yaml", Autoscaler));
        var findings = GraphRuleCatalogue.Inspect(GraphRuleCatalogue.Rules, objects, RuleSettings.Default);

        rendered.Findings.ShouldBeEmpty();
        findings.Where(f => f.Rule is "service-no-pods" or "hpa-and-static-replicas").Select(f => $"{f.Location} {f.Rule}").Order(StringComparer.Ordinal)
            .ShouldBe([$"{workspace.At("base/service.yaml", "selector")} service-no-pods", $"{workspace.At("staging/kustomization.yaml", "2\n")} hpa-and-static-replicas"]);
    }

    private static string Named(string name) => Workload.Replace("name: web}, spec", $"name: {name}}}, spec", StringComparison.Ordinal);

    private static GraphObject In(string unit, string yaml) => Parse(unit, "", yaml);

    private static GraphObject Plain(string file, string yaml) => Parse("", file, yaml);

    private static GraphObject Parse(string unit, string file, string yaml)
    {
        var resource = ManifestClassifier.Classify(YamlLoader.Load(file, $"#\n{yaml}")).Resources.ShouldHaveSingleItem();
        return GraphObject.From(unit, file, resource.Body, resource.Reference)!;
    }

    private static List<Finding> Inspect(string rule, params GraphObject[] objects) =>
        GraphRuleCatalogue.Inspect([.. GraphRuleCatalogue.Rules.Where(r => r.Descriptor.Id == rule)], objects, RuleSettings.Default);
}
