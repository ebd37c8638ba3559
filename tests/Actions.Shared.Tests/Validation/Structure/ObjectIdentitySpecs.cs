using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Structure;

public sealed class ObjectIdentitySpecs
{
    [Theory]
    [InlineData("«kind»: Pod\nmetadata: {name: a}", "missing-api-version", "The object lacks `apiVersion`", "")]
    [InlineData("«apiVersion»: v1\nmetadata: {name: a}", "missing-kind", "The object lacks `kind`", "")]
    [InlineData("apiVersion: v1\n«Kind»: Pod\nmetadata: {name: a}", "missing-kind", "The object has `Kind`, but no `kind`", "")]
    [InlineData("apiVersion: v1\n«kind»:\nmetadata: {name: a}", "missing-kind", "`kind` must be a string, but it is empty (null)", "/kind")]
    [InlineData("apiVersion: «1»\nkind: Pod\nmetadata: {name: a}", "missing-api-version", "`apiVersion` must be a string, but `1` is a number", "/apiVersion")]
    [InlineData("apiVersion: v1\n«kind»: {a: b}\nmetadata: {name: a}", "missing-kind", "but it is an object", "/kind")]
    [InlineData("apiVersion: v1\nkind: Pod\n«metadata»: {labels: {}}", "missing-name", "`metadata` of Pod lacks `name`", "/metadata")]
    [InlineData("apiVersion: v1\nkind: Pod\n«metadata»:", "missing-name", "`metadata` of Pod lacks `name`", "/metadata")]
    [InlineData("apiVersion: v1\nkind: Pod\n«metadata»: {name: ''}", "missing-name", "lacks `name`", "/metadata")]
    [InlineData("«apiVersion»: v1\nkind: Pod", "missing-name", "`Pod` lacks `metadata.name`", "")]
    [InlineData("«apiVersion»: example.com/v1\nkind: AllowList", "missing-name", "lacks `metadata.name`", "")]
    public void What_is_missing_is_shown_where_it_belongs(string marked, string rule, string message, string field)
    {
        var (node, region) = Yaml.ParseMarked(marked);
        var problem = ObjectIdentity.Check((YamlMapping)node).ShouldHaveSingleItem();
        problem.Rule.Id.ShouldBe(rule);
        problem.Message.ShouldContain(message);
        problem.Region.ShouldBe(region);
        problem.Field.ShouldBe(field);
    }

    [Theory]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: a}}")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {generateName: a-}}")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: 123}}")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: wrong}")]
    [InlineData("{apiVersion: v1, kind: List, items: []}")]
    [InlineData("{apiVersion: apps/v1, kind: DeploymentList, items: []}")]
    [InlineData("{apiVersion: authorization.k8s.io/v1, kind: SubjectAccessReview, spec: {}}")]
    [InlineData("{apiVersion: authentication.k8s.io/v1, kind: TokenReview, spec: {}}")]
    [InlineData("{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}")]
    [InlineData("{apiVersion: kubelet.config.k8s.io/v1beta1, kind: KubeletConfiguration}")]
    [InlineData("{apiVersion: v1, kind: Config, clusters: []}")]
    public void Complete_objects_and_kinds_without_names_are_no_problem(string yaml) => ObjectIdentity.Check(Yaml.Mapping(yaml)).ShouldBeEmpty();

    [Fact]
    public void An_empty_object_lacks_both() =>
        ObjectIdentity.Check(Yaml.Mapping("{}")).Select(p => p.Rule.Id).ShouldBe(["missing-api-version", "missing-kind"]);

    [Theory]
    [InlineData("{sops: {mac: 'ENC[AES256_GCM,data:a,type:str]', version: 3.9.0}}", true)]
    [InlineData("{sops: {lastmodified: '2026-01-31T00:00:00Z'}}", true)]
    [InlineData("{sops: {}}", false)]
    [InlineData("{sops: yes-please}", false)]
    [InlineData("{kind: Secret}", false)]
    public void Documents_that_SOPS_encrypted_are_recognised(string yaml, bool encrypted) => SopsDocument.IsEncrypted(Yaml.Mapping(yaml)).ShouldBe(encrypted);

    [Fact]
    public void The_metadata_of_SOPS_is_no_unknown_field_where_it_belongs()
    {
        var schema = new Schema
        {
            Type = SchemaType.Object,
            Properties = new Dictionary<string, Schema> { ["kind"] = new() { Type = SchemaType.String } },
        };
        StructureValidator.Validate(Yaml.Parse("kind: Secret\nsops: {mac: a}"), schema).ShouldBeEmpty();
        StructureValidator.Validate(Yaml.Parse("kind: Secret\nsops: {}"), schema).ShouldHaveSingleItem().Rule.Id.ShouldBe("schema-unknown-field");
    }
}
