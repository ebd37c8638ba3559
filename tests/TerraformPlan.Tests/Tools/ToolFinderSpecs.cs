using Actions.Shared;
using Actions.Shared.Processes;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning.Tests.Tools;

/// <summary>Finding and fetching, against real files, processes and a server on loopback. The programs are shell scripts that tell a version.</summary>
public sealed class ToolFinderSpecs : IDisposable
{
    private readonly TemporaryDirectory _machine = new();
    private readonly ReleaseServer _server = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public async Task The_program_on_path_is_taken_when_it_is_allowed()
    {
        Install("bin", "1.11.4");
        Install("cache/terraform/1.12.0/x64", "1.12.0");

        (await FindAsync("")).Path.ShouldBe(Path.Combine(_machine.Path, "bin/terraform"));
        (await FindAsync("~> 1.11")).ToString().ShouldBe("Terraform 1.11.4");
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Else_the_newest_of_the_tool_cache_that_is_allowed()
    {
        Install("bin", "1.11.4");
        foreach (var version in new[] { "1.9.0", "1.9.10", "1.9.9", "1.10.0" })
        {
            Install($"cache/terraform/{version}/x64", version);
            Install($"cache/terraform/{version}/arm64", version);
        }

        (await FindAsync("~> 1.9.0")).ToString().ShouldBe("Terraform 1.9.10");
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Else_it_is_fetched_once_and_found_the_next_time()
    {
        _server.Publish("1.10.5");

        var fetched = await FindAsync("1.10.5");
        var requests = _server.Requests.Count;
        var again = await FindAsync("1.10.5");

        fetched.ToString().ShouldBe("Terraform 1.10.5");
        again.Path.ShouldBe(fetched.Path);
        (requests, _server.Requests.Count).ShouldBe((3, 3));
        Directory.GetFiles(Path.GetDirectoryName(fetched.Path)!).ShouldBe([fetched.Path]);
    }

    [Fact]
    public async Task A_range_is_not_fetched_because_every_run_could_get_another_version()
    {
        Install("bin", "1.11.4");

        var thrown = await RefusedAsync("~> 1.12.0");

        thrown.Title.ShouldBe("There is no Terraform that the test allows");
        thrown.Detail.ShouldBe("~> 1.12.0 is wanted; Terraform 1.11.4 is on PATH, and no other version in a tool cache");
        thrown.ExitCode.ShouldBe(ExitCode.DependencyUnreachable);
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_archive_that_differs_from_the_signed_list_is_refused_and_nothing_stays()
    {
        _server.Publish("1.10.5");
        var archive = _server.Files.Keys.Single(f => f.EndsWith(".zip", StringComparison.Ordinal));
        _server.Files[archive] = [.. _server.Files[archive], 0];

        (await RefusedAsync("1.10.5")).Title.ShouldEndWith("is not what Terraform released");

        Directory.GetFiles(_machine.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_that_was_changed_is_refused_before_anything_else_is_fetched()
    {
        _server.Publish("1.10.5");
        _server.Files["1.10.5/terraform_1.10.5_SHA256SUMS"][0] ^= 1;

        (await RefusedAsync("1.10.5")).Title.ShouldBe("terraform_1.10.5_SHA256SUMS is not signed by who should have signed it");

        _server.Requests.ShouldNotContain(r => r.EndsWith(".zip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_signed_by_another_key_is_refused()
    {
        using var other = new ReleaseServer();
        other.Publish("1.10.5");
        foreach (var (path, body) in other.Files)
        {
            _server.Files[path] = body;
        }

        (await RefusedAsync("1.10.5")).Detail.ShouldStartWith("the signature is by key ");
    }

    [Fact]
    public async Task A_version_that_was_not_released_or_not_for_this_machine_is_told()
    {
        (await RefusedAsync("1.10.5")).Title.ShouldBe("There is no Terraform 1.10.5 to fetch");
        _server.Sign("1.10.6", "0000000000000000000000000000000000000000000000000000000000000000  terraform_1.10.6_plan9_mips.zip\n");
        (await RefusedAsync("1.10.6")).Title.ShouldBe("Terraform 1.10.6 is not released for this machine");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_told_with_its_address()
    {
        _server.Dispose();

        var thrown = await RefusedAsync("1.10.5");

        thrown.Title.ShouldBe("Terraform 1.10.5 cannot be fetched");
        thrown.Detail.ShouldContain($"{_server.Address}1.10.5/terraform_1.10.5_SHA256SUMS");
    }

    [Fact]
    public async Task Without_a_version_nothing_is_fetched()
    {
        var thrown = await RefusedAsync("");

        (thrown.Title, thrown.Hint).ShouldBe(("Terraform is not installed", "Say which version to fetch: by `terraform-version`, or in a file .terraform-version."));
    }

    private void Install(string folder, string version)
    {
        var path = _machine.Write($"{folder}/terraform", $"#!/bin/sh\necho '{{\"terraform_version\": \"{version}\"}}'\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    private async Task<ActionException> RefusedAsync(string wanted) => await Should.ThrowAsync<ActionException>(() => FindAsync(wanted));

    private async Task<FoundTool> FindAsync(string wanted)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = $"{_machine.Path}/bin" };
        var vendor = ToolVendor.Of(ToolKind.Terraform);
        using var finder = new ToolFinder(
            vendor,
            new ProcessRunner(environment, _machine.Path, TimeProvider.System),
            [Path.Combine(_machine.Path, "cache")],
            new ToolRelease(_http, vendor, _server.Key, _server.Address));
        return await finder.FindAsync(new WantedVersion(wanted.Length == 0 ? null : VersionConstraint.Parse(wanted), "the test"), Cancellation);
    }
}
