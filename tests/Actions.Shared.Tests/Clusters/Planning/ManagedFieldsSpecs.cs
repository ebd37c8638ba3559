using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Planning;

public class ManagedFieldsSpecs
{
    private const string Web =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
          annotations: {team: a, kubectl.kubernetes.io/last-applied-configuration: x}
          managedFields:
            - {manager: kubectl-client-side-apply, operation: Update, apiVersion: apps/v1, fieldsType: FieldsV1, time: t1, fieldsV1: {
                "f:metadata": {"f:annotations": {".": {}, "f:team": {}, "f:kubectl.kubernetes.io/last-applied-configuration": {}}},
                "f:spec": {"f:paused": {}, "f:replicas": {}, "f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:name": {}, "f:image": {}, "f:tty": {}}}}}}}}
            - {manager: kube-controller-manager, operation: Update, subresource: status, apiVersion: apps/v1, fieldsV1: {"f:status": {}}}
        spec:
          paused: true
          replicas: 2
          template: {spec: {containers: [{name: web, image: x:1, tty: true}, {name: sidecar, image: z}]}}
        """;

    [Theory]
    [InlineData("""{"f:spec": {"f:replicas": {}}}""", """{"replicas":2}""")]
    [InlineData("""{"f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}}}}}}}""", """{"template":{"spec":{"containers":[{"image":"x:1","name":"web"}]}}}""")]
    [InlineData("""{"f:spec": {"f:template": {}}}""", """{"template":{"spec":{"containers":[{"name":"web","image":"x:1","tty":true},{"name":"sidecar","image":"z"}]}}}""")]
    [InlineData("""{"f:spec": {"f:missing": {}}}""", "{}")]
    public void A_set_of_fields_gives_the_part_of_an_object_to_apply(string fields, string expectedSpec)
    {
        var part = ManagedFields.Extract(Objects.Read(Web), Objects.Json(fields));

        part.Spec!.ToJsonString().ShouldBe(expectedSpec);
        part.ToString().ShouldBe("Deployment shop/web");
        part.ApiVersion.ShouldBe("apps/v1");
    }

    [Fact]
    public void Items_of_sets_are_taken_by_their_values()
    {
        var item = Objects.Read("{apiVersion: v1, kind: Service, metadata: {name: a, finalizers: [x, z]}}");

        ManagedFields.Extract(item, Objects.Json("""{"f:metadata": {"f:finalizers": {".": {}, 'v:"z"': {}}}}""")).Metadata!["finalizers"]!.ToJsonString().ShouldBe("""["z"]""");
    }

    [Theory]
    [InlineData("{f:a: {f:b: {}}}", "{f:a: {f:c: {}}}", """{"f:a":{"f:b":{},"f:c":{}}}""")]
    [InlineData("{f:a: {}}", "{f:a: {f:c: {}}}", """{"f:a":{"f:c":{}}}""")]
    public void Sets_are_united(string left, string right, string expected) => ManagedFields.Union(Objects.Json(left), Objects.Json(right)).ToJsonString().ShouldBe(expected);

    [Theory]
    [InlineData("{f:a: {f:b: {}, f:c: {}}}", "{f:a: {f:c: {}}}", """{"f:a":{"f:b":{}}}""")]
    [InlineData("{f:a: {f:c: {}}}", "{f:a: {f:c: {}}}", "{}")]
    [InlineData("{f:a: {}}", "{f:a: {f:c: {}}}", "{}")]
    [InlineData("{f:a: {f:c: {}}}", "{f:a: {}}", "{}")]
    public void Sets_are_subtracted(string left, string right, string expected) => ManagedFields.Subtract(Objects.Json(left), Objects.Json(right)).ToJsonString().ShouldBe(expected);

    [Fact]
    public void What_client_side_apply_owns_becomes_ours_and_the_rest_stays()
    {
        var managers = ManagedFields.TakenOver(Objects.Read(Web), "deploy-k8s")!;

        managers.Select(m => $"{m!["manager"]} {m["operation"]}").ShouldBe(["deploy-k8s Apply", "kube-controller-manager Update"]);
        managers[0]!["fieldsV1"]!["f:spec"]!["f:paused"].ShouldNotBeNull();
        ManagedFields.TakenOver(Objects.Read("{apiVersion: v1, kind: Secret, metadata: {name: a}}"), "deploy-k8s").ShouldBeNull();
    }

    [Fact]
    public void Fields_that_only_client_side_apply_owned_go_away()
    {
        var dryRun = new ClusterObject((System.Text.Json.Nodes.JsonObject)Objects.Read(Web).Body.DeepClone());
        ((System.Text.Json.Nodes.JsonArray)dryRun.Metadata!["managedFields"]!).Add((System.Text.Json.Nodes.JsonNode)Objects.Json(
            """{manager: deploy-k8s, operation: Apply, fieldsV1: {"f:metadata": {"f:annotations": {"f:team": {}}}, "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:name": {}, "f:image": {}}}}}}}}"""));

        var changes = FieldDiff.Between(Objects.Read(Web), ManagedFields.WithoutAbandoned(Objects.Read(Web), dryRun));

        changes.Select(c => $"{c.Field} {c.Kind}").ShouldBe(["spec.paused Removed", "spec.template.spec.containers[name=\"web\"].tty Removed"]);
    }

    [Theory]
    [InlineData("t1", "t2", true)]
    [InlineData("f:status", "f:other", true)]
    [InlineData("f:paused", "f:other", false)]
    [InlineData("manager: kubectl-client-side-apply", "manager: somebody", false)]
    public void What_we_applied_is_compared_and_not_what_controllers_write_meanwhile(string text, string other, bool areEqual)
    {
        var applied = Web.Replace("kubectl-client-side-apply, operation: Update", "kubectl-client-side-apply, operation: Apply");

        ManagedFields.AreEqual(Objects.Read(applied), Objects.Read(applied.Replace(text, other)), "kubectl-client-side-apply").ShouldBe(areEqual);
    }
}
