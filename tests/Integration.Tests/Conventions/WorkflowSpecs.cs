using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Integration.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>The workflows and action files, read by GitHub's own validator and by actionlint, and held against our own rules.</summary>
public sealed partial class WorkflowSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workflows-");

    public static TheoryData<string> Workflows => [.. Directory.GetFiles(Repository.Path(".github", "workflows"), "*.yml").Select(path => Path.GetFileName(path)).Order()];

    [Fact(Timeout = 120_000)]
    public async Task Every_workflow_and_action_file_is_valid()
    {
        var files = Directory.GetFiles(Repository.Path(".github", "workflows")).Concat(Repository.Actions.Select(ActionManifest.PathOf));

        var findings = await CheckAsync(files);

        findings.Where(finding => !IsFalseAlarm(finding)).ShouldBeEmpty();
    }

    [Theory(Timeout = 120_000)]
    [InlineData("wiht: {}", "Unexpected value 'wiht'")]
    [InlineData("env: {A: '${{ nonsense.x }}'}", "Unrecognized named-value: 'nonsense'")]
    [InlineData("timeout-minutes: soon", "soon")]
    [InlineData("name: '${{ matrix.os'", "expression")]
    public async Task A_wrong_workflow_is_found_out(string wrong, string message)
    {
        var file = Write("wrong.yml", $"name: wrong\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: 'true'\n        {wrong}\n");

        var findings = await CheckAsync([file]);

        findings.ShouldContain(finding => finding.Tool == "github" && finding.Severity == "error" && finding.Line == 8 && finding.Message.Contains(message));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_wrong_use_of_an_action_is_found_out_by_actionlint()
    {
        var file = Write("wrong.yml", "name: wrong\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n        with: {pth: x}\n");

        var findings = await CheckAsync([file]);

        findings.ShouldContain(finding => finding.Tool == "actionlint" && finding.Message.Contains("\"pth\""));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_wrong_action_file_is_found_out()
    {
        var file = Write("action.yml", "name: wrong\ndescription: wrong\nruns:\n  using: docker\n  main: index.js\n");

        var findings = await CheckAsync([file]);

        findings.ShouldContain(finding => finding.Tool == "github" && finding.Severity == "error");
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_is_let_through_but_a_use_of_this_repository()
    {
        var file = Write("self.yml", "name: self\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: $/actions/validate-manifests\n      - uses: octo-org/x\n");

        var findings = (await CheckAsync([file])).Where(finding => finding.Tool == "actionlint").ToList();

        findings.Select(finding => (finding.Line, IsFalseAlarm(finding))).ShouldBe([(7, true), (8, false)]);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_grants_nothing_but_by_job_and_never_hangs(string name)
    {
        var workflow = WorkflowFile.Load(name);

        workflow.Permissions.ShouldBeOfType<YamlMappingNode>("permissions: {} at the top; each job asks for what it needs").Children.ShouldBeEmpty();
        foreach (var (job, node) in workflow.Jobs.Where(job => WorkflowFile.Get(job.Job, "uses") is null))
        {
            WorkflowFile.Get(node, "permissions").ShouldNotBeNull($"job {job} declares no permissions");
            WorkflowFile.Get(node, "timeout-minutes").ShouldNotBeNull($"job {job} has no timeout-minutes");
            WorkflowFile.Get(node, "runs-on")!.ToString().EndsWith("-latest", StringComparison.Ordinal).ShouldBeFalse($"job {job} runs on whatever is latest");
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void An_action_of_others_is_pinned_by_commit_with_its_version_beside_it(string name)
    {
        foreach (var line in File.ReadAllLines(Repository.Path(".github", "workflows", name)).Where(line => UsesLine().IsMatch(line)))
            if (!line.Contains("uses: ./", StringComparison.Ordinal) && !line.Contains("uses: $/", StringComparison.Ordinal)) line.ShouldMatch(@"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$");
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_checkout_leaves_no_credentials_behind(string name)
    {
        foreach (var step in WorkflowFile.Load(name).Steps.Where(step => WorkflowFile.Get(step, "uses")?.ToString().StartsWith("actions/checkout@", StringComparison.Ordinal) == true))
            step.ToString().ShouldContain("persist-credentials");
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_event_text_is_pasted_into_a_script(string name)
    {
        foreach (var step in WorkflowFile.Load(name).Steps)
            WorkflowFile.Get(step, "run")?.ToString().ShouldNotContain("${{", Case.Sensitive, "pass it by env:");
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Our_actions_get_only_inputs_that_they_declare(string name)
    {
        foreach (var step in WorkflowFile.Load(name).Steps)
            if (WorkflowFile.OwnAction(step) is { } action) WorkflowFile.Keys(WorkflowFile.Get(step, "with")).ShouldBeSubsetOf(ActionManifest.Load(action).Inputs.Keys);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>actionlint 1.7 does not know <c>uses: $/path</c>, which runners since 2.336 take for this repository at this commit.</summary>
    private static bool IsFalseAlarm(Finding finding) =>
        finding.Tool == "actionlint" && finding.Message.StartsWith("specifying action \"$/actions/", StringComparison.Ordinal);

    private string Write(string name, string content)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, ".github", "workflows"));
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static async Task<IReadOnlyList<Finding>> CheckAsync(IEnumerable<string> files)
    {
        var check = Repository.Path("tests", "tools", "workflow-check", "dist", "check.cjs");
        File.Exists(check).ShouldBeTrue("The checker is not built: run eng/tools.sh.");
        var start = new ProcessStartInfo("node", [check, .. files])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await errors);
        return JsonSerializer.Deserialize<List<Finding>>(output, JsonSerializerOptions.Web)!;
    }

    private sealed record Finding(string File, int Line, int Column, string Tool, string Severity, string Message);

    [GeneratedRegex(@"^\s*(- )?uses: ")]
    private static partial Regex UsesLine();
}
