namespace Actions.AccountReview.Tests;

public sealed class ReviewInputsSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("review-inputs-specs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Configuration_is_found_in_every_folder_but_those_of_tools_and_behind_no_link()
    {
        const string Backend = "bucket = \"state-of-{0}\"\nuse_lockfile = true\n";
        foreach (var folder in new[] { "infra/environments/prod", ".hidden", ".terraform/modules", "node_modules/x", "elsewhere" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.FullName, folder));
            File.WriteAllText(Path.Combine(_folder.FullName, folder, "a.tfbackend"), string.Format(System.Globalization.CultureInfo.InvariantCulture, Backend, folder.Split('/')[0].TrimStart('.')));
        }

        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "infra", "link"), Path.Combine(_folder.FullName, "elsewhere"));

        new ReviewInputs(_folder.FullName).Sources(["infra", ".hidden"], TestContext.Current.CancellationToken).Backends.Select(b => b.Bucket).ShouldBe(["state-of-infra", "state-of-hidden"]);
        new ReviewInputs(_folder.FullName).Sources(["."], TestContext.Current.CancellationToken).Backends.Count.ShouldBe(3);
    }
}
