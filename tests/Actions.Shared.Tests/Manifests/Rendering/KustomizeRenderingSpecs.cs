using Actions.Shared.Findings;
using Actions.Shared.Manifests.Rendering;

namespace Actions.Shared.Tests.Manifests.Rendering;

public sealed class KustomizeRenderingSpecs : IDisposable
{
    private const int Timeout = 60_000;

    private readonly RenderingWorkspace _workspace = new();

    public KustomizeRenderingSpecs()
    {
        _workspace["base/kustomization.yaml"] = """
            resources:
              - deployment.yaml
              - service.yaml
            """;
        _workspace["base/deployment.yaml"] = """
            # The application.
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              replicas: 1
              selector:
                matchLabels: {app: web}
              template:
                metadata:
                  labels: {app: web}
                spec:
                  containers:
                    - name: sidecar
                      image: ghcr.io/example/sidecar:1.0
                    - name: web
                      image: ghcr.io/example/web:1.0
                      ports:
                        - containerPort: 8080
                      env:
                        - name: MODE
                          value: fast
                      envFrom:
                        - configMapRef:
                            name: settings
            """;
        _workspace["base/service.yaml"] = """
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              selector: {app: web}
              ports:
                - port: 80
                  targetPort: 8080
            """;
    }

    public void Dispose() => _workspace.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_field_of_a_base_points_at_the_base()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";

        var deployment = (await _workspace.RenderAsync()).Object("Deployment");

        deployment.Source("/spec/template/spec/containers/1/image").ShouldBe(_workspace.At("base/deployment.yaml", "ghcr.io/example/web"));
        deployment.Source("/spec/template/spec/containers/1/ports/0/containerPort").ShouldBe(_workspace.At("base/deployment.yaml", "8080"));
        deployment.KeySource("/spec/template/spec/containers/1/env/0/value").ShouldBe(_workspace.At("base/deployment.yaml", "value: fast"));
        deployment.Source("/spec/selector/matchLabels/app").ShouldBe(_workspace.At("base/deployment.yaml", "web}"));
        deployment.Source("/kind").ShouldBe(_workspace.At("base/deployment.yaml", "Deployment"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_annotations_that_tell_the_origin_are_gone()
    {
        _workspace["base/service.yaml"] = _workspace["base/service.yaml"].Replace("metadata:", "metadata:\n  annotations: {team: shop}");
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\nnamePrefix: a-\n";

        var result = await _workspace.RenderAsync();

        result.Object("Deployment").Resource.Body.Find("metadata", "annotations").ShouldBeNull();
        result.Object("Service").Resource.Body.Find("metadata", "annotations")
            .ShouldBeOfType<Shared.Manifests.YamlMapping>().Select(e => e.Key.Value).ShouldBe(["team"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Annotations_about_the_origin_stay_when_the_tree_asks_for_them()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\nbuildMetadata: [originAnnotations]\n";

        var result = await _workspace.RenderAsync();

        result.Object("Service").Resource.Body.Find("metadata", "annotations")
            .ShouldBeOfType<Shared.Manifests.YamlMapping>().Select(e => e.Key.Value).ShouldBe(["config.kubernetes.io/origin"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_field_set_by_a_merge_patch_points_at_the_patch()
    {
        _workspace["overlay/kustomization.yaml"] = """
            resources: [../base]
            patches:
              - path: limits.yaml
            """;
        _workspace["overlay/limits.yaml"] = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
            spec:
              template:
                spec:
                  containers:
                    - name: web
                      resources:
                        limit:
                          memory: 12 mb
                    - name: proxy
                      image: ghcr.io/example/proxy:3.0
            """;

        var deployment = (await _workspace.RenderAsync()).Object("Deployment");

        var web = Container(deployment, "web");
        deployment.KeySource($"{web}/resources/limit").ShouldBe(_workspace.At("overlay/limits.yaml", "limit:"));
        deployment.Source($"{web}/resources/limit/memory").ShouldBe(_workspace.At("overlay/limits.yaml", "12 mb"));
        deployment.Source($"{web}/image").ShouldBe(_workspace.At("base/deployment.yaml", "ghcr.io/example/web"));
        deployment.Source($"{Container(deployment, "sidecar")}/image").ShouldBe(_workspace.At("base/deployment.yaml", "ghcr.io/example/sidecar"));
        deployment.Source(Container(deployment, "proxy")).ShouldBe(_workspace.At("overlay/limits.yaml", "name: proxy"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_field_set_by_a_json_patch_points_at_its_value()
    {
        _workspace["overlay/kustomization.yaml"] = """
            resources: [../base]
            patches:
              - path: operations.yaml
                target: {kind: Deployment, name: w.*}
              - target:
                  kind: Service
                patch: |-
                  - op: replace
                    path: /spec/ports/0/port
                    value: eighty
                  - op: add
                    path: /spec/typ
                    value: NodePort
            """;
        _workspace["overlay/operations.yaml"] = """
            - op: replace
              path: /spec/replicas
              value: 7
            - op: add
              path: /spec/template/spec/containers/-
              value:
                name: extra
                imag: ghcr.io/example/extra:1
            """;

        var result = await _workspace.RenderAsync();

        var deployment = result.Object("Deployment");
        deployment.Source("/spec/replicas").ShouldBe(_workspace.At("overlay/operations.yaml", "7"));
        deployment.KeySource($"{Container(deployment, "extra")}/imag").ShouldBe(_workspace.At("overlay/operations.yaml", "imag:"));
        var service = result.Object("Service");
        service.Source("/spec/ports/0/port").ShouldBe(_workspace.At("overlay/kustomization.yaml", "eighty"));
        service.KeySource("/spec/typ").ShouldBe(_workspace.At("overlay/kustomization.yaml", "/spec/typ"));
        service.Source("/spec/typ").ShouldBe(_workspace.At("overlay/kustomization.yaml", "NodePort"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("patchesStrategicMerge:\n  - patch.yaml\n", "overlay/patch.yaml")]
    [InlineData("patchesStrategicMerge:\n  - |-\n    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n    spec: {clusterIP: nope}\n", "overlay/kustomization.yaml")]
    [InlineData("patches:\n  - patch: |\n\n      apiVersion: v1\n      kind: Service\n      metadata: {name: web}\n      spec: {clusterIP: nope}\n", "overlay/kustomization.yaml")]
    [InlineData("patchesJson6902:\n  - target: {version: v1, kind: Service, name: web}\n    patch: |-\n      [{\"op\": \"add\", \"path\": \"/spec/clusterIP\", \"value\": \"nope\"}]\n", "overlay/kustomization.yaml")]
    public async Task Every_way_to_write_a_patch_is_understood(string patches, string file)
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n" + patches;
        _workspace["overlay/patch.yaml"] = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: nope}\n";

        var service = (await _workspace.RenderAsync()).Object("Service");

        service.Source("/spec/clusterIP").ShouldBe(_workspace.At(file, file.EndsWith("kustomization.yaml") && patches.Contains('"') ? "\"nope" : "nope"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_last_patch_that_set_a_field_wins()
    {
        _workspace["middle/kustomization.yaml"] = "resources: [../base]\nreplicas:\n  - name: web\n    count: 2\n";
        _workspace["overlay/kustomization.yaml"] = "resources: [../middle]\nreplicas:\n  - {name: web, count: 3}\n";

        var deployment = (await _workspace.RenderAsync()).Object("Deployment");

        deployment.Source("/spec/replicas").ShouldBe(_workspace.At("overlay/kustomization.yaml", "3"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Prefix_namespace_images_and_labels_point_at_their_settings()
    {
        _workspace["overlay/kustomization.yaml"] = """
            namespace: shop
            namePrefix: green-
            nameSuffix: -v2
            resources: [../base]
            images:
              - name: ghcr.io/example/web
                newTag: "2.0"
              - name: ghcr.io/example/sidecar
                newName: registry.example.com/sidecar
            labels:
              - pairs:
                  tier: front end
            commonAnnotations:
              owner: team
            """;

        var result = await _workspace.RenderAsync();

        var deployment = result.Object("Deployment", "green-web-v2");
        deployment.Source("/metadata/name").ShouldBe(_workspace.At("base/deployment.yaml", "web"));
        deployment.Source("/metadata/namespace").ShouldBe(_workspace.At("overlay/kustomization.yaml", "shop"));
        deployment.Source($"{Container(deployment, "web")}/image").ShouldBe(_workspace.At("overlay/kustomization.yaml", "\"2.0\""));
        deployment.Source($"{Container(deployment, "sidecar")}/image").ShouldBe(_workspace.At("overlay/kustomization.yaml", "registry.example.com"));
        deployment.Source("/metadata/labels/tier").ShouldBe(_workspace.At("overlay/kustomization.yaml", "front end"));
        deployment.KeySource("/metadata/annotations/owner").ShouldBe(_workspace.At("overlay/kustomization.yaml", "owner"));
        result.Object("Service", "green-web-v2").Source("/spec/ports/0/port").ShouldBe(_workspace.At("base/service.yaml", "80"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_generated_object_points_at_its_generator()
    {
        _workspace["overlay/kustomization.yaml"] = """
            resources: [../base]
            configMapGenerator:
              - name: settings
                literals:
                  - mode=fast
                files:
                  - page=files/index.html
                  - files/robots.txt
              - name: settings-more
                envs: [more.env]
            secretGenerator:
              - name: token
                literals: [token=abc]
            """;
        _workspace["overlay/files/index.html"] = "<html>";
        _workspace["overlay/files/robots.txt"] = "none";
        _workspace["overlay/more.env"] = "LEVEL=debug\n";

        var result = await _workspace.RenderAsync();

        var settings = result.Resources.Single(r => r.Resource.Body.Find("data", "mode") is not null);
        settings.Source("/metadata/name").ShouldBe(_workspace.At("overlay/kustomization.yaml", "settings"));
        settings.Source("/data/mode").ShouldBe(_workspace.At("overlay/kustomization.yaml", "mode=fast"));
        settings.Source("/data/page").ShouldBe(_workspace.At("overlay/kustomization.yaml", "page=files"));
        settings.Source("/data/robots.txt").ShouldBe(_workspace.At("overlay/kustomization.yaml", "files/robots.txt"));
        result.Resources.Single(r => r.Resource.Body.Find("data", "LEVEL") is not null)
            .Source("/data/LEVEL").ShouldBe(_workspace.At("overlay/kustomization.yaml", "more.env"));
        result.Object("Secret").Source("/type").ShouldBe(_workspace.At("overlay/kustomization.yaml", "token"));
        result.Object("Deployment").Source("/spec/template/spec/containers/1/envFrom/0/configMapRef/name")
            .ShouldBe(_workspace.At("base/deployment.yaml", "settings"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_generator_in_a_file_of_its_own_is_found()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\ngenerators: [generator.yaml]\n";
        _workspace["overlay/generator.yaml"] = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata:\n  name: made\nliterals: [a=b]\n";

        (await _workspace.RenderAsync()).Object("ConfigMap").Source("/data/a").ShouldBe(_workspace.At("overlay/generator.yaml", "made"));
    }

    [Fact(Timeout = Timeout)]
    public async Task What_a_component_changes_points_at_the_component()
    {
        _workspace["component/kustomization.yaml"] = """
            apiVersion: kustomize.config.k8s.io/v1alpha1
            kind: Component
            patches:
              - path: probe.yaml
                target: {kind: Deployment}
            """;
        _workspace["component/probe.yaml"] = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: any}
            spec:
              template:
                spec:
                  containers:
                    - name: web
                      readinessProbe:
                        httpGet: {path: /ready, port: 99999}
            """;
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\ncomponents: [../component]\nnamePrefix: x-\n";

        var deployment = (await _workspace.RenderAsync()).Object("Deployment");

        deployment.Source($"{Container(deployment, "web")}/readinessProbe/httpGet/port").ShouldBe(_workspace.At("component/probe.yaml", "99999"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_missing_field_points_at_the_nearest_parent_that_some_file_has()
    {
        _workspace["overlay/kustomization.yaml"] = """
            resources: [../base]
            patches:
              - path: patch.yaml
            """;
        _workspace["overlay/patch.yaml"] = """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              sessionAffinityConfig:
                clientIP: {}
            """;

        var service = (await _workspace.RenderAsync()).Object("Service");

        var parent = service.Node("/spec/sessionAffinityConfig/clientIP");
        service.Map.Locate("/spec/sessionAffinityConfig/clientIP/timeoutSeconds", parent.Region).ToString()
            .ShouldBe(_workspace.At("overlay/patch.yaml", "{}"));
        service.Map.Locate("/status", service.Resource.Region).ToString().ShouldBe("base/service.yaml:1:1");
    }

    [Fact(Timeout = Timeout)]
    public async Task Objects_of_a_list_and_of_a_file_with_several_documents_are_told_apart()
    {
        _workspace["app/kustomization.yaml"] = "resources: [all.yaml, list.yaml]\nnamePrefix: z-\n";
        _workspace["app/all.yaml"] = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: app}
            data: {key: one}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: app-more}
            data: {key: two}
            """;
        _workspace["app/list.yaml"] = """
            apiVersion: v1
            kind: List
            items:
              - apiVersion: v1
                kind: Secret
                metadata: {name: a}
                stringData: {key: three}
              - apiVersion: v1
                kind: Secret
                metadata: {name: b}
                stringData: {key: four}
            """;
        File.Delete(Path.Combine(_workspace.Root, "base/kustomization.yaml"));

        var result = await _workspace.RenderAsync();

        result.Object("ConfigMap", "z-app").Source("/data/key").ShouldBe(_workspace.At("app/all.yaml", "one"));
        result.Object("ConfigMap", "z-app-more").Source("/data/key").ShouldBe(_workspace.At("app/all.yaml", "two"));
        result.Object("Secret", "z-b").Source("/stringData/key").ShouldBe(_workspace.At("app/list.yaml", "four"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Files_outside_the_scan_are_found_all_the_same()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";
        var plan = ManifestRendering.Plan(_workspace.Root, ["overlay/kustomization.yaml"], new RenderingOptions());

        var result = await _workspace.Renderer.RenderAsync(plan.Roots.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

        result.Object("Service").Source("/spec/ports/0/port").ShouldBe(_workspace.At("base/service.yaml", "80"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_workspace_stays_as_it_is_and_nothing_is_left_behind()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";
        _workspace["broken/kustomization.yaml"] = "resources: [nothing.yaml]\n";
        var before = _workspace.Files.ToDictionary(f => f, f => _workspace[f]);

        foreach (var root in _workspace.Plan.Roots)
            await _workspace.Renderer.RenderAsync(root, TestContext.Current.CancellationToken);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _workspace.Renderer.RenderAsync(_workspace.Plan.Roots[0], cancelled.Token));

        _workspace.Files.ToDictionary(f => f, f => _workspace[f]).ShouldBe(before);
        Directory.EnumerateFileSystemEntries(_workspace.Temporary).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_workspace_behind_a_link_is_rendered_with_its_own_names()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";
        var link = _workspace.Root + "-link";
        Directory.CreateSymbolicLink(link, _workspace.Root);
        var renderer = new ManifestRenderer(_workspace.Processes, _workspace.Tools, new RenderingOptions(), link, _workspace.Temporary);

        var result = await renderer.RenderAsync(_workspace.Plan.Roots.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

        result.Object("Service").Source("/spec/ports/0/port").ShouldBe(_workspace.At("base/service.yaml", "80"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_a_program_the_tree_is_passed_over_and_says_so()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";
        var renderer = new ManifestRenderer(
            _workspace.Processes, new RenderingTools(null, null, null), new RenderingOptions(), _workspace.Root, _workspace.Temporary);

        var result = await renderer.RenderAsync(_workspace.Plan.Roots.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

        result.Resources.ShouldBeEmpty();
        result.Findings.ShouldBeEmpty();
        var skipped = result.Skipped.ShouldHaveSingleItem();
        skipped.Reason.ShouldBe(RenderingReasons.KustomizeToolMissing);
        skipped.Location.ShouldBe(new SourceLocation("overlay/kustomization.yaml"));
        skipped.Detail.ShouldContain("Install");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_standalone_program_is_preferred()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";
        var standalone = _workspace.Program("kustomize", $"#!/bin/sh\n[ \"$1\" = build ] || exit 3\nshift\nexec {_workspace.Tools.Kubectl} kustomize \"$@\"\n");
        var renderer = new ManifestRenderer(
            _workspace.Processes, _workspace.Tools with { Kustomize = standalone, Kubectl = "/nowhere/kubectl" }, new RenderingOptions(), _workspace.Root, _workspace.Temporary);

        var result = await renderer.RenderAsync(_workspace.Plan.Roots.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

        result.Resources.Count.ShouldBe(2);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_program_that_does_not_end_is_ended_and_reported()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";
        var hanging = _workspace.Program("kustomize", "#!/bin/sh\nexec sleep 600\n");
        var renderer = new ManifestRenderer(
            _workspace.Processes, _workspace.Tools with { Kustomize = hanging }, new RenderingOptions(), _workspace.Root, _workspace.Temporary)
        {
            Timeout = TimeSpan.FromMilliseconds(200),
        };

        var result = await renderer.RenderAsync(_workspace.Plan.Roots.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

        var finding = result.Findings.ShouldHaveSingleItem();
        finding.Rule.ShouldBe("kustomize-build");
        finding.Message.ShouldBe("kustomize did not finish within 0.2 seconds");
        Directory.EnumerateFileSystemEntries(_workspace.Temporary).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Output_without_end_is_cut_and_reported()
    {
        _workspace["overlay/kustomization.yaml"] = "resources: [../base]\n";
        var renderer = new ManifestRenderer(_workspace.Processes, _workspace.Tools, new RenderingOptions(), _workspace.Root, _workspace.Temporary)
        {
            OutputLimit = 100,
        };

        var result = await renderer.RenderAsync(_workspace.Plan.Roots.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

        result.Findings.ShouldHaveSingleItem().Message.ShouldBe("kustomize printed more than 100 bytes");
    }

    private static string Container(RenderedResource deployment, string name)
    {
        var containers = (Shared.Manifests.YamlSequence)deployment.Node("/spec/template/spec/containers");
        return $"/spec/template/spec/containers/{containers.ToList().FindIndex(c => RenderedResources.Text(c.Find("name")) == name)}";
    }
}
