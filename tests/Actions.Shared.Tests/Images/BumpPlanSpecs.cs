using System.Diagnostics;
using System.Text.Json.Nodes;
using Actions.Shared.Images;
using Actions.Shared.Manifests;
using Actions.Shared.Tests.Processes;
using static Actions.Shared.Tests.Images.Bump;

namespace Actions.Shared.Tests.Images;

/// <summary>Bumping a tree of files: what is written, shown and refused.</summary>
public sealed class BumpPlanSpecs : IDisposable
{
    private readonly TemporaryDirectory _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Writes_the_files_that_change_and_no_other()
    {
        var deployment = _workspace.Write("apps/web.yaml", Deployment("image: app:1 # web"));
        var kustomization = _workspace.Write("prod/kustomization.yaml", "images:\n- name: app\n  newTag: \"1\"\n");
        var done = _workspace.Write("apps/done.yaml", Deployment("image: app:2"));
        var untouched = File.GetLastWriteTimeUtc(done);

        var plan = Make("app:2");

        plan.Files.Select(f => (f.Path, f.IsChanged)).ShouldBe([("apps/done.yaml", false), ("apps/web.yaml", true), ("prod/kustomization.yaml", true)]);
        plan.FilesRead.ShouldBe(3);
        plan.Unmatched.ShouldBeEmpty();
        File.ReadAllText(deployment).ShouldContain("app:1");
        plan.Apply().ShouldBe(2);
        File.ReadAllText(deployment).ShouldBe(Deployment("image: app:2 # web"));
        File.ReadAllText(kustomization).ShouldBe("images:\n- name: app\n  newTag: \"2\"\n");
        File.GetLastWriteTimeUtc(done).ShouldBe(untouched);
        Directory.GetFiles(_workspace.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Length.ShouldBe(3);
        Make("app:2").Changed.ShouldBeEmpty();
    }

    [Fact]
    public void Keeps_mode_and_owner_of_a_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = _workspace.Write("a.yaml", Deployment("image: app:1"));
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        File.SetUnixFileMode(file, mode);
        // Only root may give a file away; for anybody else the owner stays the same anyway.
        FileType.TryGive(file, 12345, 23456);
        var owner = FileType.Owner(file);

        Make("app:2").Apply();

        File.GetUnixFileMode(file).ShouldBe(mode);
        FileType.Owner(file).ShouldBe(owner);
        File.ReadAllText(file).ShouldContain("app:2");
    }

    [Fact]
    public void Changes_the_target_of_a_link_and_leaves_the_link()
    {
        var file = _workspace.Write("real/a.yaml", Deployment("image: app:1"));
        Directory.CreateDirectory(Path.Combine(_workspace.Path, "apps"));
        var link = Path.Combine(_workspace.Path, "apps", "link.yaml");
        File.CreateSymbolicLink(link, "../real/a.yaml");

        BumpPlan.Make(_workspace.Path, ["apps"], [ImageChange.Parse("app:2")], cancellation: TestContext.Current.CancellationToken).Apply();

        new FileInfo(link).LinkTarget.ShouldBe("../real/a.yaml");
        File.ReadAllText(file).ShouldContain("app:2");
    }

    [Fact]
    public void Refuses_a_link_that_leaves_the_workspace()
    {
        using var elsewhere = new TemporaryDirectory();
        var file = elsewhere.Write("a.yaml", Deployment("image: app:1"));
        File.CreateSymbolicLink(Path.Combine(_workspace.Path, "link.yaml"), file);

        Should.Throw<ActionException>(() => Make("app:2")).Title.ShouldBe("Link leaves the workspace");
        File.ReadAllText(file).ShouldContain("app:1");
    }

    [Fact]
    public void Refuses_a_file_outside_of_the_workspace()
    {
        using var elsewhere = new TemporaryDirectory();
        var file = elsewhere.Write("a.yaml", Deployment("image: app:1"));
        _workspace.Write("a.yaml", "a: b\n");

        Should.Throw<ActionException>(() => BumpPlan.Make(_workspace.Path, [file], [ImageChange.Parse("app:2")], cancellation: TestContext.Current.CancellationToken)).Title.ShouldBe("Path leaves the workspace");
    }

    [Fact]
    public void Writes_nothing_when_a_file_changed_meanwhile()
    {
        var first = _workspace.Write("a.yaml", Deployment("image: app:1"));
        var second = _workspace.Write("b.yaml", Deployment("image: app:1"));
        var plan = Make("app:2");
        File.AppendAllText(second, "# new\n");

        Should.Throw<ActionException>(() => plan.Apply()).Location!.File.ShouldBe("b.yaml");

        File.ReadAllText(first).ShouldContain("app:1");
        File.ReadAllText(second).ShouldContain("app:1");
    }

    [Fact]
    public void Refuses_two_kustomizations_in_a_directory()
    {
        _workspace.Write("kustomization.yaml", "images: [{name: app, newTag: v1}]\n");
        _workspace.Write("kustomization.yml", "images: [{name: app, newTag: v1}]\n");

        var plan = Make("app:v2");

        plan.Changed.ShouldBeEmpty();
        plan.Refusals.Select(r => r.Reason).ShouldBe([BumpRefusals.TwoKustomizations, BumpRefusals.TwoKustomizations]);
    }

    [Fact]
    public void Says_which_image_was_found_nowhere_and_which_file_cannot_be_read()
    {
        File.WriteAllBytes(Path.Combine(_workspace.Path, "latin.yaml"), [.. "image: app:1 # "u8, 0xE9]);

        var plan = Make("app:2", "other:2");

        plan.Unmatched.Count.ShouldBe(2);
        plan.Refusals.Select(r => (r.Location.File, r.Reason)).Distinct().ShouldBe([("latin.yaml", BumpRefusals.Unreadable)]);
        File.Delete(Path.Combine(_workspace.Path, "latin.yaml"));
        _workspace.Write("a.yaml", Deployment("image: app:1"));
        Make("app:2", "other:2").Unmatched.Select(c => c.Name).ShouldBe(["docker.io/library/other"]);
    }

    [Fact]
    public void Sees_names_that_are_spelled_with_escapes_or_patterns()
    {
        _workspace.Write("a.yaml", Deployment("image: \"team/\\x61pp:1\""));
        _workspace.Write("kustomization.yaml", "images: [{name: 'team/...', newTag: v1}]\n");

        Make("team/app:2").Changed.Count().ShouldBe(2);
    }

    [Fact]
    public void Shows_a_unified_diff()
    {
        _workspace.Write("a.yaml", Deployment("image: app:1").ReplaceLineEndings("\r\n") + "---\r\nimages: []\r\n");
        _workspace.Write("kustomization.yaml", "a: 1\nb: 2\nc: 3\nd: 4\nimages:\n- name: app\n- {name: app, newTag: v1}");

        Make("app:v2").Diff().ShouldBe(
            "--- a/a.yaml\n+++ b/a.yaml\n@@ -6,6 +6,6 @@\n     spec:\r\n       containers:\r\n         - name: app\r\n-          image: app:1\r\n+          image: app:v2\r\n ---\r\n images: []\r\n"
            + "--- a/kustomization.yaml\n+++ b/kustomization.yaml\n@@ -3,5 +3,6 @@\n c: 3\n d: 4\n images:\n-- name: app\n-- {name: app, newTag: v1}\n\\ No newline at end of file\n"
            + "+- name: app\n+  newTag: v2\n+- {name: app, newTag: v2}\n\\ No newline at end of file\n");
    }

    [Fact]
    public async Task Shows_a_diff_that_patch_applies()
    {
        var text = string.Concat(Enumerable.Range(0, 6).Select(i => $"# {i}\n{Deployment("image: app:1")}---\n"));
        var file = _workspace.Write("dir/a.yaml", text);
        var plan = Make("app:2");
        _workspace.Write("change.patch", plan.Diff());

        using var git = Process.Start(new ProcessStartInfo("git", ["apply", "change.patch"]) { WorkingDirectory = _workspace.Path })!;
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);

        git.ExitCode.ShouldBe(0);
        File.ReadAllText(file).ShouldBe(text.Replace("app:1", "app:2", StringComparison.Ordinal));
    }

    [Fact]
    public void Lists_its_changes_for_machines()
    {
        _workspace.Write("a.yaml", Deployment("image: app:1"));
        _workspace.Write("values.yaml", "'##[x]': {image: {repository: app, tag: \"{{ x }}\"}}\n");

        var text = BumpJson.Render(Make("app:2", "gone:1"));

        text.ShouldNotContain("##[");
        var json = JsonNode.Parse(text)!;
        json["changes"]!.AsArray().ShouldHaveSingleItem()!.ToJsonString().ShouldBe(
            """{"file":"a.yaml","line":9,"column":18,"pointer":"/spec/template/spec/containers/0/image","source":"container","image":"docker.io/library/app","old":"app:1","new":"app:2","alsoAt":[],"warning":null}""");
        json["refusals"]!.AsArray().ShouldHaveSingleItem()!["reason"]!.GetValue<string>().ShouldBe(BumpRefusals.Template);
        json["unmatched"]!.ToJsonString().ShouldBe("""["docker.io/library/gone"]""");
    }

    [Fact]
    public void Plans_the_same_whatever_the_order_of_threads()
    {
        for (var i = 0; i < 200; i++)
        {
            _workspace.Write($"d{i % 7}/f{i}.yaml", Deployment($"image: app:{i % 3}"));
        }

        BumpJson.Render(Make("app:2")).ShouldBe(BumpJson.Render(Make("app:2")));
    }

    [Fact]
    public void Lists_the_images_of_a_tree()
    {
        _workspace.Write("a.yaml", Deployment("image: app:1") + "---\napiVersion: v1\nkind: Pod\nspec: {initContainers: [{name: i, image: 'nginx@" + Digest + "'}], containers: [{image: \"{{ x }}\"}]}\n");
        _workspace.Write("broken.yaml", "a: [\n");
        _workspace.Write("kustomization.yaml", "images: [{name: app, newName: ghcr.io/t/app, newTag: v1}]\n");
        _workspace.Write("values.yaml", "image: {registry: quay.io, repository: t/app, tag: v3} # {\"$imagepolicy\": \"a:b:tag\"}\nimage2: app:3\nsidecarImage: side:1\n");

        var found = ImageScanner.Scan(_workspace.Path, ["."], cancellation: TestContext.Current.CancellationToken);

        found.Select(f => $"{f.Location} {f.Source} {f.Image} {f.Container}".TrimEnd()).ShouldBe(
        [
            "a.yaml:9:18 Container app:1 app",
            $"a.yaml:13:42 Container nginx@{Digest} i",
            "kustomization.yaml:1:54 Kustomization ghcr.io/t/app:v1",
            "values.yaml:1:52 HelmValues quay.io/t/app:v3",
            "values.yaml:3:15 HelmValues side:1",
        ]);
    }

    private BumpPlan Make(params string[] changes) => BumpPlan.Make(_workspace.Path, ["."], [.. changes.Select(ImageChange.Parse)], cancellation: TestContext.Current.CancellationToken);
}
