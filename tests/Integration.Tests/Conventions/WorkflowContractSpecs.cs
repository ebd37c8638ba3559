using System.Diagnostics;
using System.Text.RegularExpressions;
using Integration.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>What the workflows promise each other, and what GitHub would only say when a run starts: names, outputs, permissions, locks.</summary>
public sealed partial class WorkflowContractSpecs
{
    private const string OnlyPullRequests = "${{ github.event_name == 'pull_request' }}";

    private static readonly string[] All =
        [.. Directory.GetFiles(Repository.Path(".github", "workflows"), "*.yml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Workflows => [.. All];

    public static TheoryData<string> ReusableWorkflows => [.. All.Where(name => WorkflowFile.Load(name).Call is not null)];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_called_workflow_gets_only_what_it_declares_and_all_that_it_demands(string name)
    {
        foreach (var (job, node) in WorkflowFile.Load(name).Jobs)
        {
            if (WorkflowFile.Called(node) is not { } called) continue;
            var call = WorkflowFile.Load(called).Call.ShouldNotBeNull($"{called} cannot be called");
            foreach (var (passed, declared) in new[] { ("with", "inputs"), ("secrets", "secrets") })
            {
                var names = WorkflowFile.Keys(WorkflowFile.Get(node, passed));
                var declarations = WorkflowFile.Get(call, declared) as YamlMappingNode;
                names.ShouldBeSubsetOf(WorkflowFile.Keys(declarations), $"{job}, {passed}");
                names.ShouldBe(names.Distinct(StringComparer.OrdinalIgnoreCase), $"{job}, {passed}");
                Required(declarations).ShouldBeSubsetOf(names, $"{job}, {passed}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_caller_grants_what_the_called_workflow_asks_for(string name)
    {
        // GitHub refuses the whole run otherwise.
        foreach (var (job, node) in WorkflowFile.Load(name).Jobs)
        {
            if (WorkflowFile.Called(node) is not { } called) continue;
            var granted = WorkflowFile.Scopes(WorkflowFile.Get(node, "permissions").ShouldNotBeNull($"job {job} declares no permissions"));
            Lines(granted).ShouldBe(Lines(WorkflowFile.Load(called).Needed()), $"job {job}");
        }
    }

    [Theory]
    [MemberData(nameof(ReusableWorkflows))]
    public void A_reusable_workflow_tells_at_its_top_the_permissions_that_it_needs_and_its_outputs(string name)
    {
        var workflow = WorkflowFile.Load(name);
        var top = workflow.Text[..workflow.Text.IndexOf("\nname:", StringComparison.Ordinal)];

        Lines(DocumentedScope().Matches(top).ToDictionary(match => match.Groups["scope"].Value, match => match.Groups["access"].Value)).ShouldBe(Lines(workflow.Needed()));
        foreach (var output in WorkflowFile.Keys(WorkflowFile.Get(workflow.Call!, "outputs"))) top.ShouldContain(output);
        foreach (var secret in WorkflowFile.Keys(WorkflowFile.Get(workflow.Call!, "secrets"))) top.ShouldContain(secret);
    }

    [Theory]
    [MemberData(nameof(ReusableWorkflows))]
    public void A_reusable_workflow_describes_all_that_it_takes_and_gives(string name)
    {
        var call = WorkflowFile.Load(name).Call!;
        foreach (var block in new[] { "inputs", "secrets", "outputs" })
        {
            if (WorkflowFile.Get(call, block) is not YamlMappingNode declarations) continue;
            foreach (var (key, declaration) in declarations.Children)
            {
                var node = (YamlMappingNode)declaration;
                WorkflowFile.Get(node, "description")?.ToString().ShouldNotBeNullOrWhiteSpace($"{block}.{key}");
                if (block != "inputs") continue;
                WorkflowFile.Get(node, "type").ShouldNotBeNull($"inputs.{key} has no type");
                (WorkflowFile.Get(node, "default") is not null).ShouldBe(WorkflowFile.Get(node, "required")?.ToString() != "true", $"inputs.{key} is required or has a default");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ReusableWorkflows))]
    public void A_secret_that_an_environment_may_hold_has_a_name_that_an_environment_may_have(string name)
    {
        // A secret of an environment wins over the one passed on only where both have the same name, and hyphens cannot be in it.
        foreach (var secret in WorkflowFile.Keys(WorkflowFile.Get(WorkflowFile.Load(name).Call!, "secrets"))) secret.ShouldMatch("^[A-Z][A-Z0-9_]*$");
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_output_that_is_used_is_declared(string name)
    {
        var workflow = WorkflowFile.Load(name);
        var jobs = workflow.Jobs.ToDictionary(job => job.Name, job => job.Job);
        foreach (var (job, node) in jobs)
        {
            var steps = WorkflowFile.StepsOf(node).Where(step => WorkflowFile.Get(step, "id") is not null).ToDictionary(step => WorkflowFile.Get(step, "id")!.ToString());
            var text = Everything(node);
            foreach (Match use in StepOutput().Matches(text))
                OutputsOf(steps.GetValueOrDefault(use.Groups["step"].Value).ShouldNotBeNull($"{job}: {use.Value} names no step")).ShouldContain(use.Groups["output"].Value, $"{job}: {use.Value}");
            foreach (Match use in NeededOutput().Matches(text))
            {
                Needs(node).ShouldContain(use.Groups["job"].Value, $"{job}: {use.Value} needs the job");
                OutputsOfJob(jobs[use.Groups["job"].Value]).ShouldContain(use.Groups["output"].Value, $"{job}: {use.Value}");
            }
        }

        if (workflow.Call is { } call && WorkflowFile.Get(call, "outputs") is { } outputs)
        {
            foreach (Match use in JobOutput().Matches(Everything(outputs)))
                OutputsOfJob(jobs.GetValueOrDefault(use.Groups["job"].Value).ShouldNotBeNull(use.Value)).ShouldContain(use.Groups["output"].Value, use.Value);
        }
    }

    [Theory]
    [MemberData(nameof(ReusableWorkflows))]
    public void Every_input_that_is_used_is_declared_and_every_declared_one_is_used(string name)
    {
        var workflow = WorkflowFile.Load(name);
        var used = string.Join('\n', workflow.Jobs.Select(job => Everything(job.Job)));

        foreach (var (context, block) in new[] { ("inputs", "inputs"), ("secrets", "secrets") })
        {
            Regex.Matches(used, $@"\b{context}\.(?<name>[\w-]+)").Select(use => use.Groups["name"].Value).Distinct()
                .ShouldBe(WorkflowFile.Keys(WorkflowFile.Get(workflow.Call!, block)), ignoreOrder: true);
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_run_overlaps_with_another_of_its_kind_and_nothing_that_changes_something_is_cut_off(string name)
    {
        var workflow = WorkflowFile.Load(name);
        if (workflow.Call is not null)
        {
            // "github.workflow" is the caller's in a called workflow: a group of the file would wait for, or cancel, its own caller.
            workflow.Concurrency.ShouldBeNull();
        }
        else
        {
            var concurrency = workflow.Concurrency.ShouldNotBeNull();
            WorkflowFile.Get(concurrency, "cancel-in-progress")!.ToString().ShouldBeOneOf("false", OnlyPullRequests);
        }

        foreach (var (job, node) in workflow.Jobs.Where(job => WorkflowFile.Get(job.Job, "environment") is not null))
        {
            var concurrency = WorkflowFile.Get(node, "concurrency").ShouldBeOfType<YamlMappingNode>($"job {job} changes an environment, and two could do so at a time");
            WorkflowFile.Get(concurrency, "cancel-in-progress")!.ToString().ShouldBe("false", $"job {job}");
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_pull_request_of_a_fork_gets_no_workflow_of_the_base(string name) =>
        WorkflowFile.Load(name).Triggers.ShouldNotContain(trigger => trigger == "pull_request_target" || trigger == "workflow_run");

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Secrets_are_passed_on_by_name(string name)
    {
        foreach (var (job, node) in WorkflowFile.Load(name).Jobs) WorkflowFile.Get(node, "secrets")?.ShouldBeOfType<YamlMappingNode>($"job {job} passes on every secret");
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Workflows))]
    public async Task Scripts_stop_at_the_first_failure_and_pass_shellcheck(string name)
    {
        var workflow = WorkflowFile.Load(name);
        foreach (var step in workflow.Steps)
        {
            if (WorkflowFile.Get(step, "run")?.ToString() is not { } script) continue;
            // Without it GitHub starts "bash -e", which does not see what fails within a pipe.
            workflow.Text.ShouldContain("\ndefaults:\n  run:\n    shell: bash\n");
            var start = new ProcessStartInfo("shellcheck", ["--shell=bash", "--exclude=SC2153,SC2154", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync("set -eo pipefail\n" + script);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(0, output);
        }
    }

    [Fact]
    public void What_is_not_declared_is_found_out()
    {
        var step = new WorkflowFile("jobs:\n  a:\n    steps:\n      - id: x\n        uses: $/actions/deploy-k8s\n      - id: y\n        run: printf 'one=1\\ntwo=2\\n' >>\"$GITHUB_OUTPUT\"\n").Steps.ToList();

        OutputsOf(step[0]).ShouldContain("digest");
        OutputsOf(step[0]).ShouldNotContain("digset");
        OutputsOf(step[1]).ShouldBe(["one", "two"]);
    }

    private static string[] Lines(IReadOnlyDictionary<string, string> permissions) => [.. permissions.Select(scope => $"{scope.Key}: {scope.Value}").Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Required(YamlMappingNode? declarations) =>
        declarations?.Children.Where(d => WorkflowFile.Get((YamlMappingNode)d.Value, "required")?.ToString() == "true").Select(d => d.Key.ToString()) ?? [];

    private static IReadOnlyList<string> Needs(YamlMappingNode job) => WorkflowFile.Get(job, "needs") switch
    {
        null => [],
        YamlSequenceNode several => [.. several.Children.Select(need => need.ToString())],
        var one => [one.ToString()],
    };

    private static IReadOnlyList<string> OutputsOfJob(YamlMappingNode job) => WorkflowFile.Called(job) is { } called
        ? WorkflowFile.Keys(WorkflowFile.Get(WorkflowFile.Load(called).Call!, "outputs"))
        : WorkflowFile.Keys(WorkflowFile.Get(job, "outputs"));

    private static IReadOnlyList<string> OutputsOf(YamlMappingNode step)
    {
        if (WorkflowFile.OwnAction(step) is { } action) return [.. ActionManifest.Load(action).Outputs.Keys];
        var script = WorkflowFile.Get(step, "run")?.ToString() ?? "";
        return [.. WrittenOutput().Matches(script).Select(written => written.Groups["output"].Value).Distinct()];
    }

    /// <summary>All scalars of a node, keys left out.</summary>
    private static string Everything(YamlNode node) => string.Join('\n', node.AllNodes.OfType<YamlScalarNode>().Select(scalar => scalar.Value));

    [GeneratedRegex(@"\bsteps\.(?<step>[\w-]+)\.outputs\.(?<output>[\w-]+)")]
    private static partial Regex StepOutput();

    [GeneratedRegex(@"\bneeds\.(?<job>[\w-]+)\.outputs\.(?<output>[\w-]+)")]
    private static partial Regex NeededOutput();

    [GeneratedRegex(@"\bjobs\.(?<job>[\w-]+)\.outputs\.(?<output>[\w-]+)")]
    private static partial Regex JobOutput();

    [GeneratedRegex(@"(?:[""']|\\n)(?<output>[a-z][a-z0-9-]*)(=|<<)")]
    private static partial Regex WrittenOutput();

    [GeneratedRegex(@"^#     (?<scope>[a-z-]+): (?<access>read|write)\b", RegexOptions.Multiline)]
    private static partial Regex DocumentedScope();
}
