using System.Diagnostics;
using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Manifests;

public sealed class ManifestDiscoverySpecs : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("discovery-").FullName;
    private readonly string _root;

    public ManifestDiscoverySpecs()
    {
        _root = Path.Combine(_top, "work");
        Directory.CreateDirectory(_root);
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);

    private void Touch(params string[] files)
    {
        foreach (var file in files)
        {
            var full = Path.Combine(_root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, "a: 1\n");
        }
    }

    private DiscoveredFiles Discover(string paths = ".", string ignore = "") =>
        ManifestDiscovery.Discover(_root, paths.Split(' '), ignore.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Files(DiscoveredFiles found) => string.Join(" ", found.Files.Select(f => f.Path));

    private ActionException Refused(string paths = ".", string ignore = "")
    {
        var error = Should.Throw<ActionException>(() => Discover(paths, ignore));
        error.ExitCode.ShouldBe(ExitCode.BadInput);
        return error;
    }

    [Theory]
    [InlineData(".", "", "B/x.json a.yaml b/c/d.YML z.yml")]
    [InlineData("b", "", "b/c/d.YML")]
    [InlineData("b/", "", "b/c/d.YML")]
    [InlineData("b ./b b/c", "", "b/c/d.YML")]
    [InlineData("z.yml a.yaml", "", "a.yaml z.yml")]
    [InlineData("readme.md", "", "readme.md")]
    [InlineData("secrets.yaml.template a.yaml", "", "a.yaml secrets.yaml.template")]
    [InlineData("*.yaml", "", "a.yaml")]
    [InlineData("**/*.YML", "", "b/c/d.YML")]
    [InlineData("**", "", "B/x.json a.yaml b/c/d.YML z.yml")]
    [InlineData("./**/c/*", "", "b/c/d.YML")]
    [InlineData("b/**", "", "b/c/d.YML")]
    [InlineData("*.template", "", "secrets.yaml.template")]
    [InlineData(".", "b", "B/x.json a.yaml z.yml")]
    [InlineData(".", "b/**", "B/x.json a.yaml z.yml")]
    [InlineData(".", "**/c/", "B/x.json a.yaml z.yml")]
    [InlineData(".", "c", "B/x.json a.yaml z.yml")]
    [InlineData(".", "*.yml *.json", "a.yaml b/c/d.YML")]
    [InlineData("a.yaml z.yml", "z.yml", "a.yaml")]
    public void Paths_become_an_ordered_distinct_list(string paths, string ignore, string expected)
    {
        Touch("a.yaml", "z.yml", "b/c/d.YML", "B/x.json", "readme.md", "secrets.yaml.template");
        Files(Discover(paths, ignore)).ShouldBe(expected);
    }

    [Fact]
    public void A_name_with_glob_characters_is_taken_as_it_is()
    {
        Touch("a[1].yaml", "a*.yaml", "ab.yaml");
        Files(Discover("a[1].yaml a*.yaml")).ShouldBe("a*.yaml a[1].yaml");
    }

    [Fact]
    public void Absolute_paths_inside_the_workspace_become_relative()
    {
        Touch("b/a.yaml");
        Files(Discover(Path.Combine(_root, "b"))).ShouldBe("b/a.yaml");
        Files(Discover(_root + "/b/*.yaml")).ShouldBe("b/a.yaml");
    }

    [Fact]
    public void Foreign_directories_are_not_entered_and_shown_once()
    {
        Touch("a.yaml", ".git/x.yaml", "web/node_modules/p/x.yaml", ".terraform/x.json", ".github/w.yml");
        var found = Discover();
        Files(found).ShouldBe(".github/w.yml a.yaml");
        found.Skipped.Select(s => $"{s.Location.File} {s.Reason}")
            .ShouldBe([".git excluded-directory", ".terraform excluded-directory", "web/node_modules excluded-directory"]);
    }

    [Fact]
    public void What_is_ignored_is_shown()
    {
        Touch("a.yaml", "b/c.yaml", "d.yaml");
        Discover(".", "b d.yaml").Skipped.Select(s => $"{s.Location.File} {s.Reason}").ShouldBe(["b ignored", "d.yaml ignored"]);
    }

    [Fact]
    public void Standard_input_is_left_to_the_caller()
    {
        Touch("a.yaml");
        var found = Discover("- a.yaml");
        found.ReadsStandardInput.ShouldBeTrue();
        Files(found).ShouldBe("a.yaml");
    }

    [Fact]
    public void Charts_are_noticed_at_and_above_the_files()
    {
        Touch("charts/web/Chart.yaml", "charts/web/templates/sub/a.yaml", "b.yaml");
        Discover("charts/web/templates").ChartDirectories.ShouldBe(["charts/web"]);
        Discover("b.yaml").ChartDirectories.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("k8z", "k8z", "Did you mean k8s?")]
    [InlineData("k8s/overlays/prd", "k8s/overlays/prd", "Did you mean k8s/overlays/prod?")]
    [InlineData("k8z/overlays/prod", "k8z", "Did you mean k8s?")]
    [InlineData("k8z/*.yaml", "k8z", "Did you mean k8s?")]
    public void A_missing_path_is_named_with_its_nearest_sibling(string path, string named, string hint)
    {
        Touch("k8s/overlays/prod/a.yaml", "docs/readme.md");
        var error = Refused(path);
        error.Title.ShouldBe("Path does not exist");
        error.Detail.ShouldContain(named);
        error.Hint.ShouldBe(hint);
    }

    [Fact]
    public void A_directory_without_manifests_is_refused()
    {
        Touch("docs/readme.md", "empty.d/.keep");
        Refused("docs").Title.ShouldBe("No manifests found");
        Touch("b/a.yaml");
        Refused("b", "b/*.yaml").Detail.ShouldContain("1 left out");
    }

    [Fact]
    public void A_glob_that_matches_nothing_is_refused()
    {
        Touch("a.yaml");
        Refused("*.json").Title.ShouldBe("Glob matches nothing");
        Refused("A*.yaml").Title.ShouldBe("Glob matches nothing");
    }

    [Theory]
    [InlineData("a?.yaml")]
    [InlineData("{a,b}.yaml")]
    public void Glob_characters_that_are_not_understood_say_so(string path)
    {
        Touch("ab.yaml");
        Refused(path).Hint.ShouldContain("*");
    }

    [Fact]
    public void A_path_outside_the_workspace_is_taken_when_named()
    {
        Directory.CreateDirectory(Path.Combine(_top, "other"));
        File.WriteAllText(Path.Combine(_top, "other", "x.yaml"), "a: 1\n");
        Files(Discover("../other/x.yaml")).ShouldBe("../other/x.yaml");
        Files(Discover(Path.Combine(_top, "other"))).ShouldBe("../other/x.yaml");
        Refused("../other/*.yaml").Title.ShouldBe("Path leaves the workspace");
    }

    [Theory]
    [InlineData("link")]
    [InlineData("link/x.yaml")]
    [InlineData(".")]
    [InlineData("**/*.yaml")]
    public void A_link_that_leaves_the_workspace_is_refused(string path)
    {
        Touch("a.yaml");
        Directory.CreateDirectory(Path.Combine(_top, "other"));
        File.WriteAllText(Path.Combine(_top, "other", "x.yaml"), "a: 1\n");
        Directory.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_top, "other"));
        Refused(path).Title.ShouldBe("Link leaves the workspace");
    }

    [Fact]
    public void A_linked_file_that_leaves_the_workspace_is_refused_unless_ignored()
    {
        Touch("a.yaml");
        File.WriteAllText(Path.Combine(_top, "secret.yaml"), "a: 1\n");
        File.CreateSymbolicLink(Path.Combine(_root, "b.yaml"), "../secret.yaml");
        Refused().Detail.ShouldContain("b.yaml leads to");
        Files(Discover(".", "b.yaml")).ShouldBe("a.yaml");
    }

    [Fact]
    public void A_name_that_only_starts_like_the_workspace_is_outside()
    {
        Touch("a.yaml");
        Directory.CreateDirectory(_root + "-evil");
        File.WriteAllText(_root + "-evil/x.yaml", "a: 1\n");
        Directory.CreateSymbolicLink(Path.Combine(_root, "l"), _root + "-evil");
        Refused().Title.ShouldBe("Link leaves the workspace");
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../d")]
    public void A_link_to_a_directory_that_it_stands_in_is_a_loop(string target)
    {
        Touch("d/a.yaml");
        Directory.CreateSymbolicLink(Path.Combine(_root, "d", "loop"), target);
        Refused().Title.ShouldBe("Symbolic links form a loop");
    }

    [Theory]
    [InlineData(".")]
    [InlineData("x.yaml")]
    public void Links_to_each_other_are_a_loop(string path)
    {
        Touch("a.yaml");
        File.CreateSymbolicLink(Path.Combine(_root, "x.yaml"), "y.yaml");
        File.CreateSymbolicLink(Path.Combine(_root, "y.yaml"), "x.yaml");
        Refused(path).Title.ShouldBe("Symbolic links form a loop");
    }

    [Fact]
    public void A_linked_directory_inside_is_read_once_under_its_real_name()
    {
        Touch("z/a.yaml");
        Directory.CreateSymbolicLink(Path.Combine(_root, "b"), "z");
        Directory.CreateSymbolicLink(Path.Combine(_root, "c"), "z");
        File.CreateSymbolicLink(Path.Combine(_root, "a.yaml"), "z/a.yaml");
        Files(Discover()).ShouldBe("z/a.yaml");
        Files(Discover("b")).ShouldBe("b/a.yaml");
    }

    [Fact]
    public void A_link_to_nothing_is_an_error_only_if_it_is_a_manifest()
    {
        Touch("a.yaml");
        File.CreateSymbolicLink(Path.Combine(_root, "gone"), "nowhere");
        Discover().Skipped.ShouldHaveSingleItem().Reason.ShouldBe("broken-link");
        File.CreateSymbolicLink(Path.Combine(_root, "gone.yaml"), "nowhere");
        Refused().Title.ShouldBe("Link leads nowhere");
    }

    [Theory]
    [InlineData(".")]
    [InlineData("pipe.yaml")]
    [InlineData("*.yaml")]
    public void A_pipe_is_refused_and_not_opened(string path)
    {
        Touch("a.yaml");
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(_root, "pipe.yaml")]))
        {
            mkfifo.WaitForExit();
        }

        Refused(path).Title.ShouldBe("Not a regular file");
    }

    [Fact]
    public void A_device_is_refused() => Refused("/dev/null").Title.ShouldBe("Not a regular file");

    [Fact]
    public void Too_many_files_are_refused()
    {
        Touch("a.yaml", "b.yaml", "c.yaml");
        Should.Throw<ActionException>(() => ManifestDiscovery.Discover(_root, ["."], [], ManifestLimits.Default with { MaxFiles = 2 }))
            .Title.ShouldBe("Too many files");
    }

    [Fact]
    public void Deep_directories_do_not_overflow_the_stack()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 1000));
        Touch(deep + "/a.yaml");
        Files(Discover()).ShouldBe(deep + "/a.yaml");
    }
}
