using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Planning;

public class ConflictPolicySpecs
{
    private static readonly ObjectKey Web = new("apps", "Deployment", "shop", "web");

    [Theory]
    [InlineData("spec.replicas", "kube-controller-manager", ConflictDecision.Yield)]
    [InlineData("spec.replicas", "keda-operator", ConflictDecision.Yield)]
    [InlineData("spec.replicas", "kubectl", ConflictDecision.Unresolved)]
    [InlineData("spec.template.spec.containers[name=\"web\"].resources.requests.cpu", "vpa-updater", ConflictDecision.Yield)]
    [InlineData("spec.template.spec.containers[name=\"web\"].image", "vpa-updater", ConflictDecision.Unresolved)]
    [InlineData("webhooks[name=\"a\"].clientConfig.caBundle", "cert-manager-cainjector", ConflictDecision.Yield)]
    [InlineData("spec.template.spec.containers[name=\"web\"].image", "kubectl-client-side-apply", ConflictDecision.TakeOver)]
    [InlineData("spec.template.spec.containers[name=\"web\"].image", "kubectl-edit", ConflictDecision.Unresolved)]
    [InlineData("spec.replicas", "helm", ConflictDecision.Unresolved)]
    public void Those_who_are_meant_to_set_a_field_keep_it(string field, string manager, ConflictDecision expected) =>
        ConflictPolicy.Decide(Web, field, manager, []).ShouldBe(expected);

    [Theory]
    [InlineData("spec.replicas", true)]
    [InlineData(".spec.replicas", true)]
    [InlineData("spec", true)]
    [InlineData("spec.rep", false)]
    [InlineData("Deployment:spec", true)]
    [InlineData("StatefulSet:spec", false)]
    [InlineData("Deployment/web:spec", true)]
    [InlineData("Deployment/api:spec", false)]
    [InlineData("*", true)]
    public void A_forced_field_wins_over_everybody(string text, bool expected) =>
        (ConflictPolicy.Decide(Web, "spec.replicas", "kube-controller-manager", [ForcedField.Parse(text)]) == ConflictDecision.Force).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("Deployment:")]
    [InlineData(":spec")]
    [InlineData("a/b/c:spec")]
    public void A_forced_field_that_makes_no_sense_is_refused(string text) => Should.Throw<FormatException>(() => ForcedField.Parse(text));

    [Fact]
    public void A_colon_in_the_key_of_an_item_separates_nothing() =>
        ForcedField.Parse("spec.hosts[name=\"a:b\"].x").ShouldBe(new ForcedField(null, null, "spec.hosts[name=\"a:b\"].x"));

    [Fact]
    public void Fields_that_others_keep_are_not_sent()
    {
        var item = Objects.Read("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, template: {spec: {containers: [{name: web, image: x, tty: true}]}}}}");

        var sent = ConflictPolicy.Without(item, new HashSet<string> { "spec.replicas", "spec.template.spec.containers[name=\"web\"].tty" });

        sent.Spec!.ToJsonString().ShouldBe("""{"template":{"spec":{"containers":[{"name":"web","image":"x"}]}}}""");
        item.Spec!["replicas"]!.GetValue<long>().ShouldBe(2);
    }

    [Theory]
    [InlineData("spec.replicas", "/spec/replicas")]
    [InlineData("spec.template.spec.containers[name=\"web\"].image", "/spec/template/spec/containers/0/image")]
    [InlineData("spec.template.spec.containers[name=\"web\"].tty", "/spec/template/spec/containers/0")]
    [InlineData("spec.template.spec.containers[0].image", "/spec/template/spec/containers")]
    [InlineData("metadata.labels.a/b", "/metadata/labels/a~1b")]
    [InlineData("nothing", "")]
    public void A_field_leads_to_its_place_in_the_manifest(string field, string expected) => ConflictPolicy.Pointer(
        Objects.Read("{metadata: {name: web, labels: {a/b: c}}, spec: {replicas: 2, template: {spec: {containers: [{name: web, image: x}]}}}}"), field).ShouldBe(expected);
}
