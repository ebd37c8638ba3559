using Actions.RenovateRun.Reading;
using Actions.Shared.Images;

namespace Actions.RenovateRun.Tests;

public sealed class CoverageSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coverage-");

    [Fact]
    public void An_image_that_was_extracted_is_no_blind_spot_even_if_it_was_skipped()
    {
        Write("k8s/web.yaml", Pod("image: registry.example.com/web:1.0"));

        Find(new Dependency { Manager = "kubernetes", File = "k8s/web.yaml", Name = "registry.example.com/web", CurrentValue = "1.0", SkipReason = "disabled" }).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_no_manager_reads_gets_the_pattern_that_would_make_it_read()
    {
        Write("k8s/web.yaml", Pod("image: registry.example.com/web:1.0"));

        var spot = Find().ShouldHaveSingleItem();

        spot.Image.Image.ToString().ShouldBe("registry.example.com/web:1.0");
        spot.Remedy.ShouldBe("""Add to the configuration: "kubernetes": {"managerFilePatterns": ["/^k8s\\/.+\\.ya?ml$/"]}""");
    }

    [Fact]
    public void A_values_file_of_an_environment_is_for_the_manager_of_values()
    {
        Write("chart/values-prod.yaml", "image:\n  repository: registry.example.com/web\n  tag: \"1.0\"\n");

        Find().ShouldHaveSingleItem().Remedy.ShouldBe("""Add to the configuration: "helm-values": {"managerFilePatterns": ["/(^|\\/)values-prod\\.yaml$/"]}""");
    }

    [Fact]
    public void A_spelling_that_the_manager_misses_is_to_be_written_otherwise()
    {
        Write("k8s/web.yaml", Pod("\"image\": registry.example.com/web:1.0"));

        Find(new Dependency { Manager = "kubernetes", File = "k8s/web.yaml", Name = "Pod", CurrentValue = "v1" }).ShouldHaveSingleItem().Remedy.ShouldStartWith("The kubernetes manager searches lines");
    }

    [Fact]
    public void A_file_that_git_does_not_track_is_to_be_added()
    {
        Write("k8s/web.yaml", Pod("image: registry.example.com/web:1.0"));

        Coverage.Find(Images(), [], _ => false).ShouldHaveSingleItem().Remedy.ShouldBe("Renovate reads only files that git tracks: git add k8s/web.yaml");
    }

    [Fact]
    public void The_same_image_with_another_tag_is_another_one()
    {
        Write("k8s/web.yaml", Pod("image: registry.example.com/web:1.0") + "---\n" + Pod("image: registry.example.com/web:2.0"));

        Find(new Dependency { Manager = "kubernetes", File = "k8s/web.yaml", Name = "registry.example.com/web", CurrentValue = "1.0" })
            .ShouldHaveSingleItem().Image.Image.Tag.ShouldBe("2.0");
    }

    [Fact]
    public void Short_names_of_Docker_Hub_are_the_long_ones()
    {
        Write("k8s/web.yaml", Pod("image: nginx:1.27"));

        Find(new Dependency { Manager = "kubernetes", File = "k8s/web.yaml", Name = "docker.io/library/nginx", CurrentValue = "1.27" }).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Pod(string image) => $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      {image}\n";

    private IReadOnlyList<FoundImage> Images() => ImageScanner.Scan(_folder.FullName, ["."], cancellation: TestContext.Current.CancellationToken);

    private IReadOnlyList<BlindSpot> Find(params Dependency[] dependencies) => Coverage.Find(Images(), dependencies, _ => true);

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
