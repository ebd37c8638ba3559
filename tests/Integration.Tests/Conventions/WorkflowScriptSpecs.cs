using System.Diagnostics;
using Integration.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>What the scripts in workflows decide, run as a runner runs them. A stand-in plays the programs that would ask a server.</summary>
public sealed class WorkflowScriptSpecs : IDisposable
{
    private const int Limit = 30_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workflow-scripts-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory(Timeout = Limit)]
    [InlineData("admin", 0)]
    [InlineData("write", 1)]
    [InlineData("", 1)]
    public async Task Only_an_administrator_starts_the_account_pipeline(string permission, int code)
    {
        Answer("gh", permission);

        var result = await RunAsync("account-pipeline.yml", "admit", "Only administrators start it by hand", ("ACTOR", "octocat"));

        result.Code.ShouldBe(code, result.Log);
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "gh.log"), TestContext.Current.CancellationToken)).ShouldContain("repos/octo-org/platform/collaborators/octocat/permission");
        if (code != 0) result.Log.ShouldContain("::error title=Not admitted::");
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_is_admitted_when_their_permission_cannot_be_asked_for()
    {
        Answer("gh", "admin", exitCode: 1);

        (await RunAsync("account-pipeline.yml", "admit", "Only administrators start it by hand", ("ACTOR", "octocat"))).Code.ShouldNotBe(0);
    }

    [Theory(Timeout = Limit)]
    [InlineData("", """["staging","production"]""")]
    [InlineData("production", """["production"]""")]
    public async Task The_schedule_reviews_every_account_and_a_person_one(string chosen, string environments) =>
        (await RunAsync("account-pipeline.yml", "admit", "choose", ("ENVIRONMENT", chosen))).Outputs["environments"].ShouldBe(environments);

    [Theory(Timeout = Limit)]
    [InlineData("staging", "", "1.35", """["renovate"]""")]
    [InlineData("production", "", "1.35", "[]")]
    [InlineData("staging", "1.36", "1.36", """["renovate"]""")]
    public async Task The_cluster_pipeline_finds_the_version_and_the_add_ons_of_an_environment(string environment, string tried, string version, string addOns)
    {
        var result = await TargetAsync($"infrastructure/terraform/environments/{environment}/cluster.tfvars", $"infrastructure/controllers/{environment}", tried);

        (result.Code, result.Outputs["kubernetes-version"], result.Outputs["add-ons"]).ShouldBe((0, version, addOns), result.Log);
    }

    [Theory(Timeout = Limit)]
    [InlineData("1.36\"\nvariables = \"", "")]
    [InlineData("latest", "")]
    [InlineData("", "")]
    [InlineData("", "kubernetes_version = \"1.x\"\n")]
    public async Task What_is_no_version_stops_the_cluster_pipeline(string tried, string variables)
    {
        var file = Path.Combine(_folder.FullName, "cluster.tfvars");
        await File.WriteAllTextAsync(file, variables, TestContext.Current.CancellationToken);

        var result = await TargetAsync(file, "infrastructure/controllers/staging", tried);

        result.Code.ShouldBe(1);
        result.Log.ShouldContain("::error title=No Kubernetes version::");
        result.Outputs.ShouldBeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "", """[{"name":"part-1","repositories":"octo-org/platform"}]""")]
    [InlineData("", """["a/b,a/c","d/e"]""", """[{"name":"part-1","repositories":"a/b,a/c"},{"name":"part-2","repositories":"d/e"}]""")]
    [InlineData("x/y", """["a/b"]""", """[{"name":"chosen","repositories":"x/y"}]""")]
    public async Task Renovate_works_on_each_entry_by_a_machine(string chosen, string configured, string parts) =>
        (await RunAsync("renovate.yml", "plan", "divide", ("CHOSEN", chosen), ("CONFIGURED", configured))).Outputs["parts"].ShouldBe(parts);

    [Fact(Timeout = Limit)]
    public async Task A_list_of_repositories_that_is_no_JSON_stops_Renovate() =>
        (await RunAsync("renovate.yml", "plan", "divide", ("CHOSEN", ""), ("CONFIGURED", "a/b"))).Code.ShouldNotBe(0);

    [Theory(Timeout = Limit)]
    [InlineData("reusable-renovate.yml", "renovate")]
    [InlineData("reusable-account-review.yml", "review")]
    public async Task The_report_of_the_run_before_is_the_newest_of_the_same_branch_of_the_same_repository(string workflow, string job)
    {
        // A fork's pull request may upload an artifact of any name, from a branch of any name.
        Answer(
            "gh",
            """
            {"artifacts": [
              {"created_at": "2026-11-09T00:00:00Z", "expired": false, "workflow_run": {"id": 9, "head_branch": "main", "repository_id": 1, "head_repository_id": 666}},
              {"created_at": "2026-11-08T00:00:00Z", "expired": false, "workflow_run": {"id": 8, "head_branch": "other", "repository_id": 1, "head_repository_id": 1}},
              {"created_at": "2026-11-07T00:00:00Z", "expired": true, "workflow_run": {"id": 7, "head_branch": "main", "repository_id": 1, "head_repository_id": 1}},
              {"created_at": "2026-11-05T00:00:00Z", "expired": false, "workflow_run": {"id": 5, "head_branch": "main", "repository_id": 1, "head_repository_id": 1}},
              {"created_at": "2026-11-06T00:00:00Z", "expired": false, "workflow_run": {"id": 6, "head_branch": "main", "repository_id": 1, "head_repository_id": 1}}
            ]}
            """);
        (await BeforeAsync()).Outputs["run"].ShouldBe("6");
        Answer("gh", """{"artifacts": []}""");
        (await BeforeAsync()).Outputs["run"].ShouldBe("");
        Answer("gh", "", exitCode: 1);
        (await BeforeAsync()).Code.ShouldNotBe(0);

        Task<ScriptResult> BeforeAsync() => RunAsync(workflow, job, "before", ("NAME", "x"), ("BRANCH", "main"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("review")]
    [InlineData("clean-up")]
    public async Task Terraforms_states_come_from_their_bucket_into_files_that_nobody_else_reads(string job)
    {
        Answer("aws", "");

        var result = await RunAsync("reusable-account-review.yml", job, "states", ("STATES", "s3://states/account.tfstate\n\ns3://states/cluster.tfstate\n"));

        result.Code.ShouldBe(0, result.Log);
        result.Outputs["files"].Split('\n').ShouldBe([".terraform-states/1.tfstate", ".terraform-states/2.tfstate"]);
        File.GetUnixFileMode(Path.Combine(_folder.FullName, ".terraform-states")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "aws.log"), TestContext.Current.CancellationToken)).ShouldBe(
            ["s3 cp --only-show-errors s3://states/account.tfstate .terraform-states/1.tfstate", "s3 cp --only-show-errors s3://states/cluster.tfstate .terraform-states/2.tfstate"]);
        Answer("aws", "", exitCode: 1);
        (await RunAsync("reusable-account-review.yml", job, "states", ("STATES", "s3://states/account.tfstate"))).Code.ShouldNotBe(0);
    }

    private Task<ScriptResult> TargetAsync(string variables, string addOns, string tried) => RunAsync(
        "reusable-cluster.yml", "target", "target", ("VARIABLES", Path.GetFullPath(variables, Repository.Root)), ("ADD_ONS", Path.GetFullPath(addOns, Repository.Root)), ("TRIED", tried));

    /// <summary>Makes a program of a name that notes its arguments and gives an answer.</summary>
    private void Answer(string program, string answer, int exitCode = 0)
    {
        var path = Path.Combine(_folder.FullName, program);
        File.WriteAllText(path + ".answer", answer);
        File.WriteAllText(path, $"#!/usr/bin/env bash\necho \"$*\" >>'{path}.log'\ncat '{path}.answer'\nexit {exitCode}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <param name="workflow">The file.</param>
    /// <param name="job">The job in it.</param>
    /// <param name="step">The step, by its id or name.</param>
    /// <param name="environment">Its <c>env:</c>, but for tokens.</param>
    private async Task<ScriptResult> RunAsync(string workflow, string job, string step, params (string Name, string Value)[] environment)
    {
        var node = WorkflowFile.StepsOf(WorkflowFile.Load(workflow).Jobs.Single(j => j.Name == job).Job)
            .Single(s => WorkflowFile.Get(s, "id")?.ToString() == step || WorkflowFile.Get(s, "name")?.ToString() == step);
        environment.Select(variable => variable.Name).ShouldBeSubsetOf(WorkflowFile.Keys(WorkflowFile.Get(node, "env")));
        var outputs = Path.Combine(_folder.FullName, "outputs");
        await File.WriteAllTextAsync(outputs, "", TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", ((YamlScalarNode)WorkflowFile.Get(node, "run")!).Value!])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["GITHUB_OUTPUT"] = outputs;
        start.Environment["GITHUB_REPOSITORY"] = "octo-org/platform";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var log = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, log + await errors, FileCommands.Parse(await File.ReadAllTextAsync(outputs, TestContext.Current.CancellationToken)));
    }

    private sealed record ScriptResult(int Code, string Log, IReadOnlyDictionary<string, string> Outputs);
}
