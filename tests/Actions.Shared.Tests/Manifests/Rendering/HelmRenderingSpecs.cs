using Actions.Shared.Findings;
using Actions.Shared.Manifests.Rendering;

namespace Actions.Shared.Tests.Manifests.Rendering;

/// <summary>Charts rendered by the real helm, which <c>make tools</c> puts on PATH.</summary>
public sealed class HelmRenderingSpecs : IDisposable
{
    private const int Timeout = 60_000;

    private readonly RenderingWorkspace _workspace = new() { Options = new RenderingOptions { Helm = true } };

    public HelmRenderingSpecs()
    {
        _workspace["shop/Chart.yaml"] = "apiVersion: v2\nname: shop\nversion: 0.1.0\n";
        _workspace["shop/values.yaml"] = "replicas: 2\nsidecar: true\n";
        _workspace["shop/templates/deployment.yaml"] = """
            {{- /* The application. */}}
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: {{ .Release.Name }}-web
              labels:
                {{- include "shop.labels" . | nindent 4 }}
            spec:
              replicas: {{ .Values.replicas }}
              selector:
                matchLabels: {app: web}
              template:
                metadata:
                  labels: {app: web}
                spec:
                  containers:
                    - name: web
                      image: "ghcr.io/example/web:{{ .Chart.Version }}"
                      ports:
                        - containerPort: 8080
                    {{- if .Values.sidecar }}
                    - name: sidecar
                      image: "ghcr.io/example/sidecar:{{ .Chart.Version }}"
                      imagePulPolicy: Always
                    {{- end }}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: {{ .Release.Name }}-web
            spec:
              ports:
                - port: eighty
                  name: http
            """;
        _workspace["shop/templates/_helpers.tpl"] = "{{- define \"shop.labels\" -}}\ntier: front\n{{- end }}\n";
    }

    public void Dispose() => _workspace.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_field_points_at_the_line_of_the_template_with_the_same_keys()
    {
        var result = await _workspace.RenderChartAsync();

        var deployment = result.Object("Deployment", "release-web");
        deployment.Source("/kind").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "Deployment"));
        deployment.Source("/spec/replicas").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "{{ .Values.replicas"));
        deployment.KeySource("/spec/replicas").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "replicas:"));
        deployment.KeySource("/spec/template/spec/containers/1/imagePulPolicy").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "imagePulPolicy"));
        deployment.Source("/spec/template/spec/containers/0/image").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "ghcr.io/example/web"));
        deployment.Source("/spec/template/spec/containers/1/image").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "ghcr.io/example/sidecar"));
        result.Object("Service", "release-web").Source("/spec/ports/0/port").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "eighty"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_field_that_a_helper_gave_points_at_its_nearest_parent()
    {
        var deployment = (await _workspace.RenderChartAsync()).Object("Deployment");

        deployment.Source("/metadata/labels/tier").ShouldBe(_workspace.At("shop/templates/deployment.yaml", "labels:"));
        deployment.Map.Locate("/status", deployment.Resource.Body.Region).ToString().ShouldBe(_workspace.At("shop/templates/deployment.yaml", "Deployment"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Objects_of_a_subchart_point_at_its_own_templates()
    {
        _workspace["shop/charts/cache-1.2/Chart.yaml"] = "apiVersion: v2\nname: cache\nversion: 1.2.0\n";
        _workspace["shop/charts/cache-1.2/templates/config.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cache\ndata:\n  size: 1 GB\n";

        (await _workspace.RenderChartAsync()).Object("ConfigMap").Source("/data/size")
            .ShouldBe(_workspace.At("shop/charts/cache-1.2/templates/config.yaml", "1 GB"));
    }

    [Fact(Timeout = Timeout)]
    public void Templates_and_values_are_no_objects()
    {
        _workspace["shop/charts/cache/Chart.yaml"] = "apiVersion: v2\nname: cache\nversion: 1.2.0\n";
        _workspace["shop/charts/cache/templates/config.yaml"] = "";
        _workspace["shop/crds/crd.yaml"] = "";
        _workspace["shop/values-prod.yaml"] = "";
        _workspace["other.yaml"] = "";

        var on = _workspace.Plan;
        var off = ManifestRendering.Plan(_workspace.Root, _workspace.Files, new RenderingOptions());

        on.Charts.ShouldBe([new ChartRendering("shop", "shop", null)]);
        off.Charts.ShouldBeEmpty();
        on.Excluded.Values.Select(e => (e.File, e.Reason)).ShouldBe(
        [
            ("shop/Chart.yaml", "helm-chart"),
            ("shop/charts/cache/Chart.yaml", "helm-chart"),
            ("shop/charts/cache/templates/config.yaml", "helm-template"),
            ("shop/templates/_helpers.tpl", "helm-template"),
            ("shop/templates/deployment.yaml", "helm-template"),
            ("shop/values-prod.yaml", "helm-values"),
            ("shop/values.yaml", "helm-values"),
        ]);
        on.Excluded.Values.ShouldAllBe(e => e.IsRendered);
        off.Excluded.Values.ShouldAllBe(e => !e.IsRendered);
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_file_of_test_values_is_a_rendering()
    {
        _workspace["shop/ci/one-values.yaml"] = "replicas: 5\n";
        _workspace["shop/ci/two-values.yaml"] = "replicas: 6\nsidecar: false\n";
        _workspace["shop/ci/notes.yaml"] = "";

        var plan = _workspace.Plan;

        plan.Charts.ShouldBe([new("shop", "shop", "shop/ci/one-values.yaml"), new("shop", "shop", "shop/ci/two-values.yaml")]);
        var replicas = new List<string?>();
        foreach (var chart in plan.Charts)
            replicas.Add(RenderedResources.Text((await _workspace.Renderer.RenderAsync(chart, TestContext.Current.CancellationToken)).Object("Deployment").Node("/spec/replicas")));
        replicas.ShouldBe(["5", "6"]);
    }

    [Fact(Timeout = Timeout)]
    public void A_library_chart_is_passed_over_and_counted()
    {
        _workspace["lib/Chart.yaml"] = "apiVersion: v2\nname: lib\ntype: library\nversion: 0.1.0\n";

        var plan = _workspace.Plan;

        plan.Charts.Select(c => c.Name).ShouldBe(["shop"]);
        var skipped = plan.Skipped.ShouldHaveSingleItem();
        skipped.Reason.ShouldBe("helm-library");
        skipped.Location.ToString().ShouldBe("lib/Chart.yaml:3:7");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("a: 1\nb: {{ .Values.x.y }}\n", "bad/templates/a.yaml:2:14", "nil pointer evaluating interface {}.y", "ci/default-values.yaml")]
    [InlineData("a: 1\nb: {{ .Values.x\n", "bad/templates/a.yaml:2:1", "unclosed action", null)]
    [InlineData("a: 1\nb: {{ required \"give x\" .Values.x }}\n", "bad/templates/a.yaml:2:7", "give x", "ci/default-values.yaml")]
    [InlineData("a: 1\n\nb: {{ fail \"never\" }}\n", "bad/templates/a.yaml:3:7", "never", null)]
    [InlineData("a: 1\n  b: c\n", "bad/templates/a.yaml", "mapping values are not allowed in this context", null)]
    [InlineData("{{ include \"nope\" . }}", "bad/templates/a.yaml:1:4", "no template \"nope\"", null)]
    public async Task A_template_that_does_not_render_is_one_finding_at_its_line(string template, string location, string message, string? hint)
    {
        var finding = await FailureAsync(("bad/templates/a.yaml", template));

        finding.Location.ToString().ShouldBe(location);
        finding.Message.ShouldStartWith("helm cannot render bad: ");
        finding.Message.ShouldContain(message);
        (finding.Hint ?? "").ShouldContain(hint ?? "");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_missing_dependency_is_one_finding_at_the_dependency()
    {
        var finding = await FailureAsync(
            ("bad/Chart.yaml", "apiVersion: v2\nname: bad\nversion: 0.1.0\ndependencies:\n  - name: common\n    version: 1.x\n    repository: https://example.com/charts\n"));

        finding.Location.ToString().ShouldBe("bad/Chart.yaml:5:11");
        finding.Hint.ShouldNotBeNull().ShouldContain("helm dependency build bad");
    }

    [Fact(Timeout = Timeout)]
    public async Task Values_against_the_chart_s_own_schema_are_one_finding_at_the_value()
    {
        var finding = await FailureAsync(
            ("bad/values.yaml", "name: a\nreplicas: many\n"),
            ("bad/values.schema.json", """{"properties": {"replicas": {"type": "integer"}}}"""));

        finding.Location.ToString().ShouldBe("bad/values.yaml:2:11");
        finding.Message.ShouldContain("got string, want integer");
    }

    [Fact(Timeout = Timeout)]
    public async Task Test_values_that_are_no_yaml_are_one_finding_at_their_line()
    {
        var finding = await FailureAsync(("bad/ci/a-values.yaml", "a: [\n"));

        finding.Location.File.ShouldBe("bad/ci/a-values.yaml");
        finding.Location.Region.ShouldNotBeNull();
        finding.Message.ShouldStartWith("helm cannot render bad with bad/ci/a-values.yaml: ");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_chart_for_other_Kubernetes_versions_is_told_the_version()
    {
        _workspace["shop/Chart.yaml"] += "kubeVersion: \">=1.30\"\n";
        var renderer = new ManifestRenderer(
            _workspace.Processes, Tools, new RenderingOptions { Helm = true, KubernetesVersion = "1.29" }, _workspace.Root, _workspace.Temporary);

        var finding = (await renderer.RenderAsync(_workspace.Plan.Charts[0], TestContext.Current.CancellationToken)).Findings.ShouldHaveSingleItem();

        finding.Location.ToString().ShouldBe("shop/Chart.yaml:4:14");
        (await _workspace.RenderChartAsync()).Findings.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_helm_the_chart_is_passed_over_and_says_so()
    {
        var renderer = new ManifestRenderer(
            _workspace.Processes, new RenderingTools(null, null, null), _workspace.Options, _workspace.Root, _workspace.Temporary);

        var skipped = (await renderer.RenderAsync(_workspace.Plan.Charts[0], TestContext.Current.CancellationToken)).Skipped.ShouldHaveSingleItem();

        skipped.Reason.ShouldBe("helm-tool-missing");
        skipped.Location.ShouldBe(new SourceLocation("shop/Chart.yaml"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Text_that_looks_like_a_source_comment_leads_nowhere_else()
    {
        _workspace["shop/templates/evil.yaml"] = "# Source: shop/templates/deployment.yaml\n# Source: other/../../etc/passwd\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";

        (await _workspace.RenderChartAsync()).Object("ConfigMap").Source("/kind").ShouldBe(_workspace.At("shop/templates/evil.yaml", "ConfigMap"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_workspace_stays_as_it_is_and_nothing_is_left_behind()
    {
        var before = _workspace.Files.ToDictionary(f => f, f => _workspace[f]);

        (await _workspace.RenderChartAsync()).Resources.Count.ShouldBe(2);

        _workspace.Files.ToDictionary(f => f, f => _workspace[f]).ShouldBe(before);
        Directory.EnumerateFileSystemEntries(_workspace.Temporary).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_chart_inside_a_kustomization_is_inflated_or_passed_over_but_never_an_error()
    {
        _workspace["k/kustomization.yaml"] = "helmCharts:\n  - name: app\n    releaseName: green\n";
        _workspace["k/charts/app/Chart.yaml"] = "apiVersion: v2\nname: app\nversion: 0.1.0\n";
        _workspace["k/charts/app/templates/config.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n";

        var result = await _workspace.RenderAsync();

        // Which of the two depends on the versions: kustomize before 5.8 cannot drive Helm 4.
        result.Findings.ShouldBeEmpty();
        (result.Resources.Count + result.Skipped.Count).ShouldBe(1);
        result.Skipped.ShouldAllBe(s => s.Reason == "kustomize-helm");
        result.Resources.ShouldAllBe(r => r.Map.Locate("/kind", default).ToString() == "k/kustomization.yaml:2:11");
    }

    private RenderingTools Tools => _workspace.Tools;

    private async Task<Finding> FailureAsync(params (string File, string Text)[] files)
    {
        _workspace["bad/Chart.yaml"] = "apiVersion: v2\nname: bad\nversion: 0.1.0\n";
        foreach (var (file, text) in files)
            _workspace[file] = text;

        var chart = _workspace.Plan.Charts.Single(c => c.Directory == "bad");
        var result = await _workspace.Renderer.RenderAsync(chart, TestContext.Current.CancellationToken);

        result.Resources.ShouldBeEmpty();
        result.Skipped.ShouldBeEmpty();
        var finding = result.Findings.ShouldHaveSingleItem();
        finding.Rule.ShouldBe("helm-render");
        finding.Message.ShouldNotContain(_workspace.Root);
        finding.Message.ShouldNotContain("\n");
        finding.Message.ShouldNotContain("--debug");
        return finding;
    }
}
