using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;

namespace Actions.Shared.Tests.Manifests.Rendering;

public sealed class KustomizationGraphSpecs
{
    [Fact]
    public void Only_kustomizations_that_no_other_one_uses_are_rendered()
    {
        var plan = Plan(new()
        {
            ["base/kustomization.yaml"] = "resources: [a.yaml]",
            ["base/a.yaml"] = "",
            ["overlays/prod/kustomization.yml"] = "resources: [../../base, ./extra/../b.yaml]",
            ["overlays/prod/b.yaml"] = "",
            ["overlays/test/Kustomization"] = "bases: [../../base/]",
            ["other/kustomization.yaml"] = "resources: [c.yaml]",
            ["other/c.yaml"] = "",
        });

        plan.Roots.Select(r => r.File).ShouldBe(["other/kustomization.yaml", "overlays/prod/kustomization.yml", "overlays/test/Kustomization"]);
        plan.Roots[1].Directory.ShouldBe("overlays/prod");
        plan.Roots[1].ResourceFiles.ShouldBe(["base/a.yaml", "overlays/prod/b.yaml"]);
        plan.Skipped.ShouldBeEmpty();
        plan.Excluded.ShouldBe(
        [
            new("base/kustomization.yaml", "kustomization", true),
            new("other/kustomization.yaml", "kustomization", true),
            new("overlays/prod/kustomization.yml", "kustomization", true),
            new("overlays/test/Kustomization", "kustomization", true),
        ]);
    }

    [Fact]
    public void A_kustomization_in_the_workspace_itself_is_a_root()
    {
        var plan = Plan(new() { ["kustomization.yaml"] = "resources: [a.yaml]", ["a.yaml"] = "" });

        plan.Roots.ShouldHaveSingleItem().Directory.ShouldBe(".");
        plan.Roots[0].ResourceFiles.ShouldBe(["a.yaml"]);
    }

    [Fact]
    public void A_component_is_never_rendered_alone()
    {
        var plan = Plan(new()
        {
            ["used/kustomization.yaml"] = "kind: Component\npatches: [{path: p.yaml}]",
            ["used/p.yaml"] = "",
            ["unused/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: p.yaml}]\nresources: [r.yaml]",
            ["unused/p.yaml"] = "",
            ["unused/r.yaml"] = "",
            ["root/kustomization.yaml"] = "components: [../used]",
        });

        plan.Roots.ShouldHaveSingleItem().File.ShouldBe("root/kustomization.yaml");
        var skipped = plan.Skipped.ShouldHaveSingleItem();
        skipped.Reason.ShouldBe("kustomize-component");
        skipped.Location.ToString().ShouldBe("unused/kustomization.yaml:2:7");
        plan.Excluded.Single(e => e.File == "used/p.yaml").ShouldBe(new ExcludedFile("used/p.yaml", "kustomize-patch", true));
        plan.Excluded.Single(e => e.File == "unused/p.yaml").ShouldBe(new ExcludedFile("unused/p.yaml", "kustomize-patch", false));
        plan.Excluded.ShouldNotContain(e => e.File == "unused/r.yaml");
    }

    [Fact]
    public void A_base_that_only_an_unused_component_uses_is_a_root() => Plan(new()
    {
        ["base/kustomization.yaml"] = "resources: [a.yaml]",
        ["component/kustomization.yaml"] = "kind: Component\nresources: [../base]",
    }).Roots.ShouldHaveSingleItem().Directory.ShouldBe("base");

    [Fact]
    public void Kustomizations_that_use_each_other_are_not_passed_over() => Plan(new()
    {
        ["a/kustomization.yaml"] = "resources: [../b]",
        ["b/kustomization.yaml"] = "resources: [../a]",
        ["c/kustomization.yaml"] = "resources: [../c]",
    }).Roots.Select(r => r.Directory).ShouldBe(["a", "c"]);

    [Theory]
    [InlineData("patches: [{path: f.yaml}]", "kustomize-patch")]
    [InlineData("patchesStrategicMerge: [f.yaml]", "kustomize-patch")]
    [InlineData("patchesJson6902: [{path: f.yaml, target: {kind: A}}]", "kustomize-patch")]
    [InlineData("configurations: [f.yaml]", "kustomize-config")]
    [InlineData("crds: [f.yaml]", "kustomize-config")]
    [InlineData("replacements: [{path: f.yaml}]", "kustomize-config")]
    [InlineData("transformers: [f.yaml]", "kustomize-config")]
    [InlineData("generators: [./f.yaml]", "kustomize-config")]
    [InlineData("validators: [f.yaml]", "kustomize-config")]
    [InlineData("openapi: {path: f.yaml}", "kustomize-config")]
    [InlineData("helmCharts: [{name: a, valuesFile: f.yaml}]", "kustomize-config")]
    [InlineData("helmCharts: [{name: a, additionalValuesFiles: [f.yaml]}]", "kustomize-config")]
    [InlineData("configMapGenerator: [{name: a, files: [f.yaml]}]", "kustomize-generator-input")]
    [InlineData("configMapGenerator: [{name: a, files: [key=f.yaml]}]", "kustomize-generator-input")]
    [InlineData("secretGenerator: [{name: a, envs: [f.yaml]}]", "kustomize-generator-input")]
    [InlineData("secretGenerator: [{name: a, env: f.yaml}]", "kustomize-generator-input")]
    [InlineData("resources: [f.yaml]", null)]
    [InlineData("resources: [f.yaml]\npatches: [{path: f.yaml}]", null)]
    [InlineData("patches: [{patch: \"kind: f.yaml\"}]", null)]
    public void A_file_that_is_no_whole_object_is_not_checked_as_one(string kustomization, string? reason)
    {
        var plan = Plan(new() { ["k/kustomization.yaml"] = kustomization, ["k/f.yaml"] = "", ["f.yaml"] = "" });

        plan.Excluded.Where(e => e.File != "k/kustomization.yaml").Select(e => (e.File, e.Reason))
            .ShouldBe(reason is null ? [] : [("k/f.yaml", reason)]);
    }

    [Fact]
    public void A_tree_of_transformers_renders_to_configuration()
    {
        var plan = Plan(new()
        {
            ["root/kustomization.yaml"] = "resources: [a.yaml]\ntransformers: [../transformers]",
            ["root/a.yaml"] = "",
            ["transformers/kustomization.yaml"] = "resources: [t.yaml]",
            ["transformers/t.yaml"] = "",
        });

        plan.Roots.ShouldHaveSingleItem().ResourceFiles.ShouldBe(["root/a.yaml"]);
        plan.Excluded.ShouldContain(new ExcludedFile("transformers/t.yaml", "kustomize-config", true));
    }

    [Theory]
    [InlineData("https://example.com/a.yaml")]
    [InlineData("http://example.com/a.yaml")]
    [InlineData("github.com/example/repo//deploy?ref=v1")]
    [InlineData("github.com/example/repo")]
    [InlineData("git@github.com:example/repo.git")]
    [InlineData("deploy@git.example.com:team/repo")]
    [InlineData("ssh://git@git.example.com/team/repo.git")]
    [InlineData("git::https://git.example.com/team/repo")]
    [InlineData("gh:example/repo")]
    [InlineData("git.example.com/team/repo.git//deploy")]
    [InlineData("../repo?ref=main")]
    [InlineData("file:///srv/repo")]
    public void A_tree_that_needs_the_network_is_not_rendered(string address)
    {
        var plan = Plan(new()
        {
            ["base/kustomization.yaml"] = $"resources:\n  - a.yaml\n  - {address}",
            ["base/a.yaml"] = "",
            ["direct/kustomization.yaml"] = $"resources: [../other, '{address}']",
            ["overlay/kustomization.yaml"] = "resources: [../base]\npatches: [{path: p.yaml}]",
            ["overlay/p.yaml"] = "",
        });

        plan.Roots.ShouldBeEmpty();
        plan.Skipped.Select(s => (s.Reason, s.Location.ToString())).ShouldBe(
        [
            ("kustomize-remote", "direct/kustomization.yaml:1:23"),
            ("kustomize-remote", "overlay/kustomization.yaml"),
        ]);
        plan.Skipped[1].Detail.ShouldContain("base/kustomization.yaml:3");
        plan.Skipped[1].Detail.ShouldContain(address);
        plan.Excluded.ShouldContain(new ExcludedFile("overlay/p.yaml", "kustomize-patch", false));
        plan.Excluded.ShouldNotContain(e => e.File == "base/a.yaml");
    }

    [Theory]
    [InlineData("../base")]
    [InlineData("./a@b.yaml")]
    [InlineData("my.git-notes/a.yaml")]
    [InlineData("../.git-crypt/a.yaml")]
    public void A_local_path_is_not_taken_for_an_address(string path) =>
        Plan(new() { ["k/kustomization.yaml"] = $"resources: ['{path}']" }).Roots.Count.ShouldBe(1);

    [Theory]
    [InlineData("patches: [{path: 'https://example.com/p.yaml'}]")]
    [InlineData("components: ['https://example.com/repo?ref=v1']")]
    [InlineData("configMapGenerator: [{name: a, files: ['https://example.com/file']}]")]
    [InlineData("openapi: {path: 'https://example.com/schema.json'}")]
    public void The_network_is_seen_in_every_field(string kustomization) =>
        Plan(new() { ["k/kustomization.yaml"] = kustomization }).Skipped.ShouldHaveSingleItem().Reason.ShouldBe("kustomize-remote");

    [Fact]
    public void The_network_is_seen_in_bases_that_were_not_scanned()
    {
        var (roots, _, skipped) = KustomizationGraph.Plan(
            ["overlay/kustomization.yaml"],
            Open(new()
            {
                ["overlay/kustomization.yaml"] = "resources: [../base]",
                ["base/kustomization.yml"] = "resources: [https://example.com/a.yaml]",
            }),
            new RenderingOptions());

        roots.ShouldBeEmpty();
        skipped.ShouldHaveSingleItem().Reason.ShouldBe("kustomize-remote");
    }

    [Theory]
    [InlineData("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {path: ./app}", false)]
    [InlineData("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization", true)]
    [InlineData("kind: Kustomization", true)]
    [InlineData("resources: [a.yaml]", true)]
    [InlineData("", true)]
    [InlineData("resources: [", true)]
    public void A_custom_resource_of_Flux_is_no_kustomization_file(string content, bool isRoot)
    {
        var plan = Plan(new() { ["app/kustomization.yaml"] = content });

        plan.Roots.Count.ShouldBe(isRoot ? 1 : 0);
        plan.Excluded.Count.ShouldBe(isRoot ? 1 : 0);
    }

    [Fact]
    public void With_kustomize_off_patches_are_still_no_objects_and_are_known_to_go_unchecked()
    {
        var plan = Plan(
            new() { ["k/kustomization.yaml"] = "patches: [{path: p.yaml}]", ["k/p.yaml"] = "" }, new RenderingOptions { Kustomize = false });

        plan.Roots.ShouldBeEmpty();
        plan.Excluded.ShouldBe([new("k/kustomization.yaml", "kustomization", false), new("k/p.yaml", "kustomize-patch", false)]);
    }

    [Fact]
    public void Charts_inside_a_kustomization_need_Helm_and_their_files()
    {
        var files = new Dictionary<string, string>
        {
            ["local/kustomization.yaml"] = "helmCharts:\n  - name: app\n",
            ["local/charts/app/Chart.yaml"] = "name: app",
            ["fetched/kustomization.yaml"] = "resources: []\nhelmCharts:\n  - name: app\n    repo: https://example.com/charts\n",
        };

        var off = Plan(files);
        off.Roots.ShouldBeEmpty();
        off.Skipped.Select(s => (s.Reason, s.Location.ToString())).ShouldBe(
            [("kustomize-helm", "fetched/kustomization.yaml:3:5"), ("kustomize-helm", "local/kustomization.yaml:2:5")]);

        var on = Plan(files, new RenderingOptions { Helm = true });
        on.Roots.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Directory.ShouldBe("local"), r => r.UsesHelm.ShouldBeTrue());
        on.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("kustomize-remote");
    }

    [Fact]
    public void The_order_of_the_files_does_not_matter()
    {
        var files = Enumerable.Range(0, 20).ToDictionary(i => $"d{i}/kustomization.yaml", i => $"resources: [../d{(i * 7 + 3) % 20}]\npatches: [{{path: p.yaml}}]");

        var forward = Plan(files);
        var backward = Plan(files.Reverse().ToDictionary());

        backward.Roots.Select(r => r.File).ShouldBe(forward.Roots.Select(r => r.File));
        backward.Excluded.ShouldBe(forward.Excluded);
    }

    private static (IReadOnlyList<KustomizationRoot> Roots, IReadOnlyList<ExcludedFile> Excluded, IReadOnlyList<Shared.Findings.SkippedItem> Skipped) Plan(
        Dictionary<string, string> files, RenderingOptions? options = null)
    {
        var (roots, excluded, skipped) = KustomizationGraph.Plan(files.Keys, Open(files), options ?? new RenderingOptions());
        return (roots, [.. excluded.OrderBy(e => e.File, StringComparer.Ordinal)], skipped);
    }

    private static Func<string, YamlMapping?> Open(Dictionary<string, string> files) => path =>
        files.TryGetValue(path, out var text) ? YamlLoader.Load(path, text).Documents is [var first, ..] ? first.Root as YamlMapping : null : null;
}
