using System.Diagnostics;
using Integration.Tests.Harness;
using Integration.Tests.Samples;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Infrastructure;

/// <summary>The manifests that run Renovate in a cluster, held against our own rules and against the program that they start.</summary>
public sealed class RenovateManifestSpecs : IDisposable
{
    private const string Alerts = "infrastructure/controllers/base/renovate/alerts.yaml";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("renovate-manifests-");

    [Theory(Timeout = 120_000)]
    [InlineData("infrastructure/controllers/base/renovate")]
    [InlineData("infrastructure/controllers/staging/renovate")]
    public async Task The_manifests_are_valid_and_restricted(string folder)
    {
        var result = await Validator.RunAsync("--paths", folder, "--pod-security", "restricted", "--fail-on", "warning");

        result.Findings.ShouldBeEmpty();
        result.ExitCode.ShouldBe(0, result.Errors);
    }

    [Fact]
    public void The_container_is_started_with_options_that_the_program_has()
    {
        var inputs = ActionManifest.Load("renovate-run").Inputs;
        var container = Container();

        foreach (var argument in Items(container, "args")) inputs.Keys.ShouldContain(argument.ToString().TrimStart('-').Split('=')[0], argument.ToString());
        foreach (var name in Items(container, "env").Select(variable => Get(variable, "name").ToString()).Where(name => name.StartsWith("INPUT_", StringComparison.Ordinal)))
            inputs.Keys.Select(RunnerEnvironment.VariableOf).ShouldContain(name);
    }

    [Fact]
    public void Secrets_are_no_arguments() =>
        Items(Container(), "args").Select(argument => argument.ToString()).ShouldAllBe(argument => !argument.Contains("token") && !argument.Contains("key") && !argument.Contains("rules"));

    [Fact]
    public void A_run_is_over_before_the_next_one_and_before_it_is_killed()
    {
        var job = Get(Get(Load("infrastructure/controllers/base/renovate/cron-job.yaml"), "spec"), "jobTemplate", "spec");
        var deadline = TimeSpan.FromSeconds(int.Parse(Get(job, "activeDeadlineSeconds").ToString()));
        var timeout = Items(Container(), "args").Select(argument => argument.ToString()).Single(argument => argument.StartsWith("--timeout=", StringComparison.Ordinal));

        deadline.ShouldBeLessThan(TimeSpan.FromHours(1));
        TimeSpan.FromMinutes(int.Parse(timeout["--timeout=".Length..^1])).ShouldBeLessThan(deadline);
    }

    [Fact]
    public void The_example_of_a_secret_has_every_key_that_is_read()
    {
        var secret = Get(Load("infrastructure/controllers/staging/renovate/secret.sops.yaml.example"), "stringData");
        var read = Items(Container(), "env").Where(variable => Has(variable, "valueFrom")).Select(variable => Get(variable, "valueFrom", "secretKeyRef", "key").ToString());

        ((YamlMappingNode)secret).Children.Keys.Select(key => key.ToString()).ShouldBe(read, ignoreOrder: true);
    }

    [Fact(Timeout = 120_000)]
    public async Task Renovate_accepts_the_configuration()
    {
        var (code, output) = await RunAsync("bash", "-c", "\"$(eng/renovate.sh)/renovate-config-validator\" --strict infrastructure/controllers/base/renovate/config.json");

        code.ShouldBe(0, output);
    }

    [Fact(Timeout = 120_000)]
    public Task The_alerts_fire_when_they_should_and_only_then() => AlertRules.ShouldPassAsync("renovate-alerts.test.yaml", Alerts);

    [Fact]
    public void Every_alert_is_tested()
    {
        var tests = File.ReadAllText(Repository.Path("tests", "Integration.Tests", "Infrastructure", "renovate-alerts.test.yaml"));

        foreach (var alert in AlertRules.Names(Alerts)) tests.ShouldContain(alert);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("suspend", "--namespace renovate patch cronjob renovate --type=merge --patch {\"spec\":{\"suspend\":true}}")]
    [InlineData("resume", "--namespace renovate patch cronjob renovate --type=merge --patch {\"spec\":{\"suspend\":false}}")]
    public async Task Suspending_and_resuming_patch_the_cron_job(string command, string call)
    {
        var (code, output) = await OperateAsync(command);

        code.ShouldBe(0, output);
        Calls.ShouldBe([call]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_is_started_from_the_cron_job_and_followed()
    {
        var (code, output) = await OperateAsync("run-now");

        code.ShouldBe(0, output);
        Calls.Length.ShouldBe(4);
        Calls[1].ShouldMatch("^--namespace renovate create job renovate-manual-[0-9]{8}-[0-9]{6} --from=cronjob/renovate$");
        Calls[3].ShouldContain("logs --follow");
    }

    [Fact(Timeout = 60_000)]
    public async Task No_second_run_is_started_beside_one_that_is_under_way()
    {
        var (code, output) = await OperateAsync("run-now", active: "renovate-123");

        code.ShouldBe(1);
        output.ShouldContain("A run is under way: renovate-123.");
        Calls.ShouldHaveSingleItem();
    }

    [Theory(Timeout = 120_000)]
    [InlineData("sed -i s/4/5/", 0, "\"prHourlyLimit\": 5")]
    [InlineData("sed -i s/prHourlyLimit/prHourlyLimt/", 1, "\"prHourlyLimit\": 4")]
    [InlineData("sed -i s/{//", 1, "\"prHourlyLimit\": 4")]
    [InlineData("true", 0, "\"prHourlyLimit\": 4")]
    public async Task A_configuration_that_Renovate_does_not_accept_is_not_kept(string editor, int exitCode, string kept)
    {
        var config = Path.Combine(_folder.FullName, "config.json");
        File.Copy(Repository.Path("infrastructure", "controllers", "base", "renovate", "config.json"), config);

        var (code, output) = await OperateAsync("edit-config", variables: [("RENOVATE_CONFIG_JSON", config), ("VISUAL", editor)]);

        code.ShouldBe(exitCode, output);
        (await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken)).ShouldContain(kept);
        File.Exists(config + ".rejected").ShouldBe(exitCode != 0);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string[] Calls => File.ReadAllLines(Path.Combine(_folder.FullName, "calls"));

    /// <summary>Runs a command of the daily operation with a kubectl that notes how it is called.</summary>
    private async Task<(int Code, string Output)> OperateAsync(string command, string active = "", (string, string)[]? variables = null)
    {
        var kubectl = Path.Combine(_folder.FullName, "kubectl");
        await File.WriteAllTextAsync(kubectl, $"#!/bin/sh\necho \"$*\" >>'{_folder.FullName}/calls'\ncase \"$*\" in *status.active*) [ \"$3\" = get ] && printf '%s' '{active}' ;; esac\nexit 0\n");
        File.SetUnixFileMode(kubectl, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return await RunAsync("bash", [("PATH", $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}"), .. variables ?? []], "eng/renovate-cluster.sh", command);
    }

    private static Task<(int Code, string Output)> RunAsync(string program, params string[] arguments) => RunAsync(program, [], arguments);

    private static async Task<(int Code, string Output)> RunAsync(string program, (string Name, string Value)[] variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }

    private static YamlNode Container() =>
        Items(Get(Get(Load("infrastructure/controllers/base/renovate/cron-job.yaml"), "spec"), "jobTemplate", "spec", "template", "spec"), "containers").Single();

    private static YamlNode Load(string path)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(Repository.Path(path));
        stream.Load(reader);
        return stream.Documents[0].RootNode;
    }

    private static YamlNode Get(YamlNode node, params string[] path) => path.Aggregate(node, (current, key) => current[key]);

    private static bool Has(YamlNode node, string key) => ((YamlMappingNode)node).Children.ContainsKey(key);

    private static IEnumerable<YamlNode> Items(YamlNode node, string key) => ((YamlSequenceNode)node[key]).Children;
}
