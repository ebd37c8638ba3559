using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Manifests;

public sealed class ManifestClassifierSpecs
{
    private static ManifestContents Classify(string text, string path = "f.yaml", params string[] charts) =>
        ManifestClassifier.Classify(YamlLoader.Load(path, text), charts.ToHashSet());

    private static string Summary(ManifestContents contents) => string.Join(
        " ", contents.Documents.Select(d => d.Kind == DocumentKind.Kubernetes && d.SkipReason is null
            ? "[" + string.Join(", ", d.Resources.Select(r => $"{r.Reference.ApiVersion} {r.Reference}")) + "]"
            : d.SkipReason ?? d.Kind.ToString()));

    [Theory]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "[v1 ConfigMap a]")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: n}\n", "[apps/v1 Deployment n/a]")]
    [InlineData("apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: run-}\n", "[batch/v1 Job run-*]")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: 123}\n", "[v1 Pod 123]")]
    [InlineData("kind: ConfigMap\nmetadata: {name: a}\n", "[ ConfigMap a]")]
    [InlineData("kind: ConfigMap\n", "[ ConfigMap]")]
    [InlineData("apiVersion: v1\nmetadata: {name: a}\n", "[v1 a]")]
    [InlineData("apiVersion: apps/v1\nreplicas: 2\n", "[apps/v1 ]")]
    [InlineData("metadata: {name: a}\nspec: {replicas: 1}\n", "[ a]")]
    [InlineData("Kind: Pod\napiVersion: v1\nmetadata: {name: a}\n", "[v1 a]")]
    [InlineData("apiVersion:\nkind:\n", "[ ]")]
    [InlineData("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n", "[kustomize.toolkit.fluxcd.io/v1 Kustomization a]")]
    [InlineData("apiVersion: v1\nkind: Config\nmetadata: {name: a}\n", "[v1 Config a]")]
    [InlineData("", "Empty")]
    [InlineData("# nothing\n", "Empty")]
    [InlineData("null\n", "Empty")]
    [InlineData("- a\n- b\n", "not-kubernetes")]
    [InlineData("just text\n", "not-kubernetes")]
    [InlineData("services:\n  web: {image: nginx}\n", "not-kubernetes")]
    [InlineData("on: push\njobs: {}\n", "not-kubernetes")]
    [InlineData("name: x\non:\n  push:\njobs:\n  a:\n    steps:\n    - run: echo ${{ github.ref }}\n", "not-kubernetes")]
    [InlineData("version: '3'\ntasks: {}\n", "not-kubernetes")]
    [InlineData("site_name: x\n", "not-kubernetes")]
    [InlineData("kind: pipeline\ntype: docker\nsteps: []\n", "not-kubernetes")]
    [InlineData("apiVersion: 1\ndatasources: []\n", "not-kubernetes")]
    [InlineData("apiVersion: v1\nkind: Config\nclusters: []\n", "not-kubernetes")]
    [InlineData("apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: []\n", "not-kubernetes")]
    [InlineData("apiVersion: skaffold/v4beta6\nkind: Config\n", "not-kubernetes")]
    [InlineData("apiVersion: v2\nname: chart\nversion: 1.0.0\n", "helm-chart")]
    [InlineData("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n", "kustomization")]
    [InlineData("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n", "kustomization")]
    [InlineData("a: [\n", "Broken")]
    [InlineData("- apiVersion: v1\n  kind: Pod\n", "Broken")]
    [InlineData("apiVersion: v1\nkind: Pod\n---\n# c\n---\nfoo: bar\n", "[v1 Pod] Empty not-kubernetes")]
    [InlineData("{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}\n{\"a\": 1}", "[v1 Pod] not-kubernetes")]
    public void Every_document_is_told_what_it_is(string text, string expected) => Summary(Classify(text)).ShouldBe(expected);

    [Theory]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ name }}\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \"{{ app_name }}\"\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web-{{ env }}\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\n{{- if .Values.labels }}\nmetadata: {}\n{{- end }}\n")]
    [InlineData("{{- if .Values.enabled }}\napiVersion: v1\nkind: ConfigMap\n{{- end }}\n")]
    [InlineData("{% for x in y %}\napiVersion: v1\n{% endfor %}\n")]
    [InlineData("<% if x %>\napiVersion: v1\n<% end %>\n")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nspec:\n  image: nginx:{{ tag }}\n")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nspec:\n  x: a-{{ .Values.x }}\n")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: web-{{ x }}\n")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: {{ replicas }}\n")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata:\n  labels:\n    {{- include \"x.labels\" . | nindent 4 }}\n")]
    public void An_unrendered_template_is_named_once_and_is_no_error(string text)
    {
        var contents = Classify(text);
        contents.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("template");
        contents.Problems.ShouldBeEmpty();
        contents.Resources.ShouldBeEmpty();
    }

    [Fact]
    public void A_template_over_several_documents_is_named_once()
    {
        var contents = Classify("{{- range .x }}\na: 1\n---\nb: {{ . }}\n---\n{{ end }}\n");
        contents.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("template");
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a.rules: |\n    expr: {{ $labels.x }}\n    {{- if .Values.x }}\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: \"{{ .Values.x }}\"\n  b: '{% raw %}'\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: hello {{ name }}\n")]
    [InlineData("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  summary: Instance {{ $labels.instance }} down\n")]
    [InlineData("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec:\n  message: hello {{inputs.parameters.message}}\n")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  args: [\"--format={{.Name}}\", a]\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${cluster_name}\ndata:\n  region: ${region:=eu}\n")]
    public void A_manifest_that_carries_templates_as_data_is_an_object(string text)
    {
        var contents = Classify(text);
        contents.Resources.Count.ShouldBe(1);
        contents.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public void A_syntax_error_beside_templates_in_quotes_and_blocks_stays_a_syntax_error()
    {
        var contents = Classify("a: \"{{ x }}\"\nb: |\n  {{ y }}\n# {{ z }}\nc: [\n");
        contents.Documents[0].Kind.ShouldBe(DocumentKind.Broken);
        contents.Problems.ShouldHaveSingleItem().Rule.ShouldBe("yaml-syntax");
    }

    [Fact]
    public void Lists_are_expanded_with_places_and_pointers()
    {
        var contents = Classify(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Service, metadata: {name: b}}\n-\n");
        contents.Resources.Select(r => $"{r.Reference} {r.Pointer} {r.Region.StartLine}:{r.Region.StartColumn}")
            .ShouldBe(["Pod a /items/0 4:3", "Service b /items/1/items/0 10:5"]);
        var problem = contents.Problems.ShouldHaveSingleItem();
        problem.Rule.ShouldBe("list-item");
        problem.Region.StartLine.ShouldBe(11);
    }

    [Fact]
    public void Items_of_a_typed_list_may_leave_out_what_the_list_says()
    {
        var contents = Classify("apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n");
        contents.Resources.ShouldHaveSingleItem().Reference.ShouldBe(new("apps/v1", "Deployment", null, "a"));
        Classify("apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}\n").Resources[0].Reference.Kind.ShouldBe("");
    }

    [Fact]
    public void Anchors_in_a_list_give_each_item()
    {
        var contents = Classify("apiVersion: v1\nkind: List\nitems:\n- &a\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- <<: *a\n  metadata: {name: b}\n- *a\n");
        contents.Resources.Select(r => $"{r.Reference} {r.Region.StartLine}").ShouldBe(["Pod a 5", "Pod b 8", "Pod a 5"]);
    }

    [Fact]
    public void An_empty_list_is_no_silent_pass() =>
        Classify("apiVersion: v1\nkind: List\nitems: []\n").Skipped.ShouldHaveSingleItem().Reason.ShouldBe("empty-list");

    [Fact]
    public void An_empty_file_is_no_silent_pass() => Classify("# todo\n---\n").Skipped.ShouldHaveSingleItem().Reason.ShouldBe("empty");

    [Fact]
    public void A_kind_that_ends_in_List_without_items_is_an_object() =>
        Classify("apiVersion: x.io/v1\nkind: AllowList\nmetadata: {name: a}\n").Resources.ShouldHaveSingleItem().Kind.ShouldBe("AllowList");

    [Theory]
    [InlineData("charts/web/Chart.yaml", "helm-chart")]
    [InlineData("charts/web/values.yaml", "helm-values")]
    [InlineData("charts/web/values-prod.yaml", "helm-values")]
    [InlineData("charts/web/prod.values.yaml", "helm-values")]
    [InlineData("charts/web/ci/test-values.yaml", "helm-values")]
    [InlineData("charts/web/templates/deployment.yaml", "helm-template")]
    [InlineData("charts/web/templates/tests/pod.yaml", "helm-template")]
    [InlineData("charts/web/crds/crd.yaml", "[v1 Pod a]")]
    [InlineData("charts/other/templates/deployment.yaml", "[v1 Pod a]")]
    [InlineData("charts/values.yaml", "[v1 Pod a]")]
    public void Files_of_a_chart_are_known_by_their_place(string path, string expected) =>
        Summary(Classify("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", path, "charts/web")).ShouldBe(expected);

    [Fact]
    public void A_chart_may_be_the_workspace_itself() =>
        Summary(Classify("{{ x }}\n", "templates/a.yaml", "")).ShouldBe("helm-template");

    [Fact]
    public void A_kustomization_is_known_by_its_name() =>
        Summary(Classify("resources: [a.yaml]\n", "base/kustomization.yaml")).ShouldBe("kustomization");

    [Fact]
    public void SOPS_is_recognised()
    {
        var resource = Classify("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: x, version: 3.8.1}\n").Resources[0];
        resource.IsEncrypted.ShouldBeTrue();
        Classify("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n").Resources[0].IsEncrypted.ShouldBeFalse();
        Classify("password: ENC[x]\nsops: {mac: x}\n").Skipped[0].Detail.ShouldContain("SOPS");
    }

    [Fact]
    public void Group_and_version_are_taken_apart()
    {
        var resource = Classify("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n").Resources[0];
        (resource.Group, resource.Version, resource.Kind).ShouldBe(("apps", "v1", "Deployment"));
        var core = Classify("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n").Resources[0];
        (core.Group, core.Version).ShouldBe(("", "v1"));
    }

    [Fact]
    public void Foreign_YAML_is_not_blamed_for_keys_that_only_Kubernetes_reads_otherwise() =>
        Classify("on: push\njobs: {}\n").Problems.ShouldBeEmpty();
}
