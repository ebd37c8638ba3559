using System.Diagnostics;
using System.Text.Json;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program with the real Renovate, a registry and a GitHub on loopback. Several tests look at one run.</summary>
public sealed class RenovateRunSpecs(RenovateFixture renovate)
{
    private const int Limit = 600_000;

    [Fact(Timeout = Limit)]
    public async Task A_workspace_is_looked_at_without_a_token_and_its_updates_are_counted()
    {
        var result = await renovate.LocalAsync();

        result.Outcome.ShouldBe(StepOutcome.Success, string.Join('\n', result.Log));
        result.Outputs["verdict"].ShouldBe("good");
        result.Outputs["repositories-by-state"].ShouldBe("""{"blind-spot":1}""");
        result.Outputs["updates-by-kind"].ShouldBe("""{"kubernetes":{"major":1,"minor":1,"patch":1}}""");
        result.Outputs["renovate-version"].ShouldBe("44.121.2");
        result.Summary.TrimStart().ShouldStartWith("### ✅ Renovate looked at local: 3 updates\n");
        result.Log.ShouldContain(line => line.Contains("Dependency extraction complete"), "Renovate's own log is shown");
    }

    [Fact(Timeout = Limit)]
    public async Task Images_that_Renovate_does_not_see_are_named_at_their_lines()
    {
        var result = await renovate.LocalAsync();

        result.Outputs["blind-spots"].ShouldBe("2");
        var warnings = result.Annotations.Where(a => a.Level == AnnotationLevel.Warning).ToList();
        warnings.Select(a => (a.File, a.Line)).ShouldBe([("k8s/report.yaml", 14), ("k8s/report.yaml", 16)]);
        warnings[0].Message.ShouldBe(
            $"Renovate does not see the image localhost:{renovate.RegistryPort}/team/other:1.0.0\nThe kubernetes manager searches lines for \"image: name:tag\": write it so, without quotes around the key, anchors, tags or braces, or add a custom manager.");
    }

    [Fact(Timeout = Limit)]
    public async Task The_preview_is_the_diff_that_Renovate_would_propose()
    {
        var result = await renovate.LocalAsync();

        var diff = renovate.LocalSandbox.Read(result.Outputs["preview-file"]);
        diff.ShouldContain($"-              image: localhost:{renovate.RegistryPort}/team/app:1.0.0 # the application\n+              image: localhost:{renovate.RegistryPort}/team/app:1.1.0 # the application\n");
        diff.ShouldContain("team/app:2.0.0 # the application\n");
        result.Log.ShouldContain("Preview: 2 image fields would change; 1 updates are not of images and are not shown.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_config_js_in_the_workspace_is_not_executed()
    {
        await renovate.LocalAsync();

        File.Exists(Path.Combine(renovate.LocalSandbox.Workspace, "executed")).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Report_and_metrics_are_left_and_nothing_else_is()
    {
        var result = await renovate.LocalAsync();

        using var report = JsonDocument.Parse(renovate.LocalSandbox.Read(result.Outputs["report-file"]));
        report.RootElement.GetProperty("good").GetBoolean().ShouldBeTrue();
        renovate.LocalSandbox.Read(result.Outputs["metrics-file"]).ShouldContain("\nrenovate_run_success 1\n");
        Directory.GetFileSystemEntries(renovate.LocalSandbox.Workspace).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ShouldBe([".git", "config.js", "k8s", "out"]);
        Directory.GetDirectories(renovate.LocalSandbox.RunnerTemp, "renovate-run-*").ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_repository_that_fails_fails_the_run_although_Renovate_ends_with_0()
    {
        var result = await renovate.RemoteAsync();

        result.ExitCode.ShouldBe(2, string.Join('\n', result.Log));
        result.Outputs["verdict"].ShouldBe("failed");
        result.Outputs["repositories-by-state"].ShouldBe("""{"failed":1,"outdated":1}""");
        result.Annotations.First(a => a.Level == AnnotationLevel.Error).Message.ShouldStartWith("acme/broken: The configuration in the repository is wrong");
        result.Summary.ShouldContain("| acme/shop | outdated | 2 | 3 |");
        using var report = JsonDocument.Parse(renovate.RemoteSandbox.Read("report.json"));
        report.RootElement.GetProperty("repositories")[0].GetProperty("branches").GetArrayLength().ShouldBe(3);
    }

    [Fact(Timeout = Limit)]
    public async Task The_token_reaches_the_server_and_no_output()
    {
        var result = await renovate.RemoteAsync();

        renovate.Requests.ShouldContain(r => r.Headers.Any(h => h.Key.Equals("authorization", StringComparison.OrdinalIgnoreCase) && h.Value.Contains(RenovateFixture.Token)));
        foreach (var secret in new[] { RenovateFixture.Token, "canary-password-of-a-registry" })
        {
            // The commands that tell the runner to mask it are the only place.
            string.Join('\n', result.RawStdout.Split('\n').Where(line => !line.StartsWith("::add-mask::", StringComparison.Ordinal))).ShouldNotContain(secret);
            result.RawStderr.ShouldNotContain(secret);
            result.Summary.ShouldNotContain(secret);
            string.Join('\n', result.Outputs.Values).ShouldNotContain(secret);
            renovate.RemoteSandbox.Read("report.json").ShouldNotContain(secret);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task The_reports_are_as_their_schema_says()
    {
        await Task.WhenAll(renovate.LocalAsync(), renovate.RemoteAsync());
        var tool = Repository.Path("tests", "tools", "json-schema", "validate.mjs");
        var start = new ProcessStartInfo(
            "node",
            [tool, Repository.Path("docs", "reference", "renovate-report.schema.json"), Path.Combine(renovate.LocalSandbox.Workspace, "out", "report.json"), Path.Combine(renovate.RemoteSandbox.Workspace, "report.json")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var problems = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        (process.ExitCode, problems + await errors).ShouldBe((0, ""));
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_is_refused_is_one_clear_line()
    {
        using var sandbox = new RunnerSandbox();

        var result = await renovate.RunAsync(sandbox, new() { ["repositories"] = "acme/shop", ["endpoint"] = renovate.Endpoint("/401"), ["token"] = RenovateFixture.Token });

        result.ExitCode.ShouldBe(2, string.Join('\n', result.Log));
        result.Annotations.ShouldHaveSingleItem().Message.ShouldBe("The server refused the token\nCheck that the token is valid, has not expired, and is for this server (endpoint).");
    }

    [Fact(Timeout = Limit)]
    public async Task A_discovery_that_finds_nothing_is_no_success()
    {
        using var sandbox = new RunnerSandbox();

        var result = await renovate.RunAsync(sandbox, new() { ["autodiscover"] = "true", ["endpoint"] = renovate.Endpoint("/none"), ["token"] = RenovateFixture.Token });

        result.ExitCode.ShouldBe(2, string.Join('\n', result.Log));
        result.Annotations.ShouldHaveSingleItem().Message.ShouldStartWith("Renovate had no repository to look at\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_heap_that_is_full_is_one_clear_line()
    {
        using var sandbox = new RunnerSandbox();
        sandbox.Write("k8s/report.yaml", renovate.Manifest());

        var result = await renovate.RunAsync(sandbox, new() { ["platform"] = "local" }, new() { ["NODE_OPTIONS"] = "--max-old-space-size=40" });

        result.ExitCode.ShouldBe(1, string.Join('\n', result.Log));
        result.Annotations.ShouldHaveSingleItem().Message.ShouldStartWith("Renovate ran out of memory");
    }
}
