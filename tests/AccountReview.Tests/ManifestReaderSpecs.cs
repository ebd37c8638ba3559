using System.Collections;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Upgrades;
using Actions.Shared;
using Actions.Shared.Processes;
using Actions.Shared.Validation.Schemas;

namespace Actions.AccountReview.Tests;

/// <summary>Manifests as the real kustomize and helm render them.</summary>
public sealed class ManifestReaderSpecs : IDisposable
{
    private const int Limit = 120_000;

    private static readonly Dictionary<string, string> Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("manifest-reader-specs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = Limit)]
    public async Task What_a_kustomization_makes_of_a_base_is_read_and_the_base_alone_is_not()
    {
        Write("base/kustomization.yaml", "resources: [web.yaml, pdb.yaml]\n");
        Write("base/web.yaml", Deployment("web"));
        Write("base/pdb.yaml", "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  minAvailable: 1\n");
        Write("prod/kustomization.yaml", "resources: [../base]\nnamePrefix: prod-\nimages:\n- name: web\n  newName: rg.fr-par.scw.cloud/shop/web\n  newTag: \"1.4\"\n");
        Write("plain.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plain\n");

        var manifests = await ReadAsync();
        var usage = new UsageBuilder();
        new ReviewInputs(_folder.FullName).AddManifests(usage, manifests);

        manifests.Unread.ShouldBeEmpty();
        manifests.Objects.Select(o => o.Name).Order().ShouldBe(["ConfigMap plain", "Deployment prod-web", "PodDisruptionBudget prod-web"]);
        usage.Build().Images.ShouldContain("rg.fr-par.scw.cloud/shop/web:1.4", "no file has this name and tag together");
        UpgradePlanner.Check(manifests, new KubernetesVersion(1, 25)).Hops.Single().Blockers.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            b => b.Text.ShouldBe("PodDisruptionBudget prod-web uses policy/v1beta1, which 1.25 does not serve: use policy/v1."),
            b => b.Location!.File.ShouldBe("base/pdb.yaml"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_chart_is_rendered()
    {
        Write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
        Write("shop/values.yaml", "repository: rg.fr-par.scw.cloud/shop/api\ntag: \"2.0\"\n");
        Write("shop/templates/web.yaml", Deployment("{{ .Values.repository }}:{{ .Values.tag }}"));

        var manifests = await ReadAsync();

        manifests.Unread.ShouldBeEmpty();
        manifests.Objects.ShouldHaveSingleItem().Images.ShouldBe(["rg.fr-par.scw.cloud/shop/api:2.0"]);
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_be_rendered_stands_in_the_way_and_lets_nothing_be_deleted()
    {
        Write("prod/kustomization.yaml", "resources: [missing.yaml]\n");

        var manifests = await ReadAsync();
        var usage = new UsageBuilder();
        new ReviewInputs(_folder.FullName).AddManifests(usage, manifests);

        manifests.Unread.ShouldHaveSingleItem().ShouldSatisfyAllConditions(u => u.Text.ShouldStartWith("What it holds is not known: "), u => u.Location!.File.ShouldBe("prod/kustomization.yaml"));
        UpgradePlanner.Check(manifests, KubernetesVersion.Latest).IsBlocked.ShouldBeTrue();
        usage.Build().UnreadManifests.ShouldHaveSingleItem().ShouldStartWith("prod/kustomization.yaml");
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_that_is_not_there_is_told() => (await Should.ThrowAsync<ActionException>(ReadAsync("nowhere"))).Detail.ShouldContain("nowhere");

    private Task<ManifestObjects> ReadAsync(string path = ".") =>
        ManifestReader.ReadAsync([path], null, _folder.FullName, new ProcessRunner(Variables, _folder.FullName, TimeProvider.System), TestContext.Current.CancellationToken);

    private void Write(string file, string text)
    {
        var full = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private static string Deployment(string image) =>
        $"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels: {{app: web}}\n  template:\n    metadata:\n      labels: {{app: web}}\n    spec:\n      containers:\n      - name: web\n        image: {image}\n";
}
