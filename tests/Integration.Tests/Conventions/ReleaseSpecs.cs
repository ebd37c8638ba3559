using System.Diagnostics;
using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

/// <summary>The parts of a release that need no registry: eng/release.sh on a copy of the action files.</summary>
public sealed class ReleaseSpecs : IDisposable
{
    private const string Images = "ghcr.io/octo-org/platform";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("release-");
    private readonly DirectoryInfo _digests = Directory.CreateTempSubdirectory("digests-");

    public ReleaseSpecs()
    {
        foreach (var action in Repository.Actions)
        {
            Directory.CreateDirectory(Path.Combine(_root.FullName, "actions", action));
            File.Copy(ActionManifest.PathOf(action), Released(action));
            File.WriteAllText(Path.Combine(_digests.FullName, action), Digest(action));
        }

        File.WriteAllText(
            Path.Combine(_root.FullName, "CHANGELOG.md"),
            "# Changelog\n\n## [Unreleased]\n\n- not yet\n\n## [1.4.2] - 2026-11-30\n\n### Added\n\n- this\n\n## [1.4.1] - 2026-11-01\n\n- that\n\n## [1.4.0]\n\n");
    }

    public void Dispose()
    {
        _root.Delete(recursive: true);
        _digests.Delete(recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_action_of_a_release_names_its_image_by_digest_and_is_otherwise_the_same()
    {
        (await RunAsync("pin", Images, _digests.FullName)).Code.ShouldBe(0);

        foreach (var action in Repository.Actions)
        {
            var manifest = ActionManifest.Parse(await File.ReadAllTextAsync(Released(action), TestContext.Current.CancellationToken));
            manifest.Runs.Image.ShouldBe($"docker://{Images}/{action}@{Digest(action)}");
            // Runners in Kubernetes need it, and a caller could replace it otherwise.
            manifest.Runs.Entrypoint.ShouldBe($"/app/{action}");
            var before = await File.ReadAllLinesAsync(ActionManifest.PathOf(action), TestContext.Current.CancellationToken);
            var after = await File.ReadAllLinesAsync(Released(action), TestContext.Current.CancellationToken);
            before.Zip(after).Where(pair => pair.First != pair.Second).Select(pair => pair.First).ShouldBe([$"  image: ../../{action}.Dockerfile"]);
            after.Length.ShouldBe(before.Length);
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null, "There is no digest of renovate-run")]
    [InlineData("", "holds no digest")]
    [InlineData("sha256:0123", "holds no digest")]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nx", "holds no digest")]
    public async Task Without_the_digest_of_every_image_nothing_is_written(string? digest, string message)
    {
        var file = Path.Combine(_digests.FullName, "renovate-run");
        File.Delete(file);
        if (digest is not null) await File.WriteAllTextAsync(file, digest, TestContext.Current.CancellationToken);

        var (code, _, errors) = await RunAsync("pin", Images, _digests.FullName);

        code.ShouldBe(1);
        errors.ShouldContain(message);
        ShouldBeUntouched();
    }

    [Fact(Timeout = 30_000)]
    public async Task An_action_file_that_names_its_image_in_another_way_stops_the_release()
    {
        var text = await File.ReadAllTextAsync(Released("terraform-plan"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Released("terraform-plan"), text.Replace("  image: ", "  image:  ", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var (code, _, errors) = await RunAsync("pin", Images, _digests.FullName);

        code.ShouldBe(1);
        errors.ShouldContain("does not have the line '  image: ../../terraform-plan.Dockerfile' exactly once");
        ShouldBeUntouched(except: "terraform-plan");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_notes_are_the_section_of_the_version_and_no_other()
    {
        (await RunAsync("notes", "1.4.2")).Output.Trim().ShouldBe("### Added\n\n- this");
        (await RunAsync("notes", "1.4.1")).Output.Trim().ShouldBe("- that");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("1.4.2", 0, "")]
    [InlineData("1.4.0", 1, "has no section '## [1.4.0]' with text in it")]
    [InlineData("1.5.0", 1, "has no section '## [1.5.0]' with text in it")]
    [InlineData("1.4.1", 1, "There is a tag v1.4.1 already")]
    [InlineData("v1.4.2", 1, "'v1.4.2' is no version")]
    [InlineData("1.04.2", 1, "'1.04.2' is no version")]
    [InlineData("1.4", 1, "'1.4' is no version")]
    [InlineData("1.4.2\n1", 1, "is no version")]
    [InlineData("1.4.2; true", 1, "is no version")]
    public async Task Only_a_new_version_with_notes_is_released(string version, int code, string message)
    {
        foreach (var arguments in new[] { "init --quiet", "-c user.name=x -c user.email=x@example.com commit --quiet --allow-empty --message x", "tag v1.4.1" })
            (await StartAsync("git", ["-C", _root.FullName, .. arguments.Split(' ')])).Code.ShouldBe(0);

        var result = await RunAsync("check", version);

        result.Code.ShouldBe(code, result.Errors);
        result.Errors.ShouldContain(message);
    }

    private static string Digest(string action) => "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(action)));

    private string Released(string action) => Path.Combine(_root.FullName, "actions", action, "action.yml");

    private void ShouldBeUntouched(string except = "")
    {
        foreach (var action in Repository.Actions.Where(action => action != except)) File.ReadAllText(Released(action)).ShouldBe(File.ReadAllText(ActionManifest.PathOf(action)));
        Directory.GetFiles(_root.FullName, "*.new", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => StartAsync("bash", [Repository.Path("eng", "release.sh"), .. arguments]);

    private async Task<(int Code, string Output, string Errors)> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RELEASE_ROOT"] = _root.FullName;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await errors);
    }
}
