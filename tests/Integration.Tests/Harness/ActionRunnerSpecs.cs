using System.Diagnostics;

namespace Integration.Tests.Harness;

/// <summary>The harness at work, with shell scripts in the place of an action.</summary>
public sealed class ActionRunnerSpecs : IDisposable
{
    private static readonly ActionManifest Manifest = ActionManifest.Parse(
        """
        name: stand-in
        description: A stand-in for an action.
        inputs:
          kube-context: {description: hyphen}
          two words: {description: blank, default: given}
          token: {description: token, default: '${{ github.token }}'}
        outputs:
          valid: {description: an output}
          file: {description: another}
        runs: {using: docker, image: Dockerfile}
        """);

    private readonly RunnerSandbox _sandbox = new();

    [Fact(Timeout = 30_000)]
    public async Task Inputs_arrive_by_the_names_and_with_the_defaults_of_the_runner()
    {
        // Bash cannot name a variable with a hyphen, so the environment is read as the kernel keeps it.
        var result = await RunAsync(
            "tr '\\0' '\\n' </proc/$$/environ | grep -o '^INPUT_[^=]*=[a-z]*'",
            new() { With = new Dictionary<string, string> { ["kube-context"] = "prod" } });

        result.Log.ShouldBe(["INPUT_KUBE-CONTEXT=prod", "INPUT_TWO_WORDS=given", "INPUT_TOKEN=ghs"], ignoreOrder: true);
        result.Outcome.ShouldBe(StepOutcome.Success);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_input_that_is_not_set_is_an_empty_variable()
    {
        var result = await RunAsync("grep -acz '^INPUT_KUBE-CONTEXT=$' /proc/$$/environ");

        result.Log.ShouldBe(["1"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unknown_input_is_a_warning()
    {
        var result = await RunAsync("true", new() { With = new Dictionary<string, string> { ["pathz"] = "." } });

        result.Outcome.ShouldBe(StepOutcome.Success);
        result.Annotations.Single().Message.ShouldBe("Unexpected input(s) 'pathz', valid inputs are ['kube-context', 'two words', 'token']");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_step_runs_in_the_workspace_with_empty_command_files()
    {
        var result = await RunAsync(
            """
            [[ $PWD == "$GITHUB_WORKSPACE" && $HOME == */_github_home && -f $GITHUB_EVENT_PATH && $CI == true && -n $ACTIONS_RUNTIME_TOKEN ]] || exit 9
            for file in "$GITHUB_OUTPUT" "$GITHUB_STATE" "$GITHUB_ENV" "$GITHUB_PATH" "$GITHUB_STEP_SUMMARY"; do
              [[ -f $file && ! -s $file ]] || exit 8
            done
            """);

        result.ExitCode.ShouldBe(0);
    }

    [Fact(Timeout = 30_000)]
    public async Task Nothing_of_the_environment_of_the_test_gets_in()
    {
        var result = await RunAsync("env | cut -d= -f1 | grep -vE '^(INPUT_|GITHUB_|RUNNER_|ACTIONS_|CI$|HOME$|PATH$|PWD$|SHLVL$|_$)'");

        result.Log.ShouldBeEmpty();
    }

    [Fact(Timeout = 30_000)]
    public async Task Outputs_are_kept_when_the_step_fails()
    {
        var result = await RunAsync("echo valid=false >>\"$GITHUB_OUTPUT\"; exit 3");

        result.Outcome.ShouldBe(StepOutcome.Failure);
        result.ExitCode.ShouldBe(3);
        result.Outputs["valid"].ShouldBe("false");
    }

    [Fact(Timeout = 30_000)]
    public async Task An_error_annotation_alone_does_not_fail_the_step()
    {
        var result = await RunAsync("echo ::error::bad");

        result.Outcome.ShouldBe(StepOutcome.Success);
        result.Annotations.Single().Message.ShouldBe("bad");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_broken_output_file_fails_the_step()
    {
        var result = await RunAsync("printf 'valid<<E\\nx\\n' >>\"$GITHUB_OUTPUT\"", new() { AllowViolations = true });

        result.ExitCode.ShouldBe(0);
        result.Outcome.ShouldBe(StepOutcome.Failure);
        result.Annotations.Single().Message.ShouldContain("Unable to process file command 'output' successfully");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("echo other=1 >>\"$GITHUB_OUTPUT\"", "not declared")]
    [InlineData("printf '\\xEF\\xBB\\xBFvalid=1\\n' >\"$GITHUB_OUTPUT\"", "byte order mark")]
    [InlineData("head -c 1048577 /dev/zero | tr '\\0' x >\"$GITHUB_STEP_SUMMARY\"", "upload aborted")]
    [InlineData("{ echo -n valid=; head -c 600000 /dev/zero | tr '\\0' x; } >\"$GITHUB_OUTPUT\"", "1 MiB")]
    [InlineData("echo \"$ACTIONS_RUNTIME_TOKEN\"", "ACTIONS_RUNTIME_TOKEN was printed to stdout")]
    [InlineData("echo \"$INPUT_TOKEN\" >&2", "github.token was printed to stderr")]
    [InlineData("echo \"$INPUT_TOKEN\" >\"$GITHUB_STEP_SUMMARY\"", "printed to the summary")]
    [InlineData("echo '::set-output name=valid::1'", "deprecated")]
    [InlineData("printf 'pod log\\r::error::x\\n'; echo '  ::error::y'", "start of a line")]
    public async Task What_no_action_of_ours_may_do_is_an_exception(string script, string violation)
    {
        var exception = await Should.ThrowAsync<ContractViolationException>(() => RunAsync(script));

        exception.Message.ShouldContain(violation);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_carriage_return_starts_a_line_for_the_runner()
    {
        var result = await RunAsync("printf 'progress\\r::warning::hidden\\n'");

        result.Annotations.Single().Message.ShouldBe("hidden");
        result.RawStdout.ShouldBe("progress\r::warning::hidden\n");
    }

    [Fact(Timeout = 30_000)]
    public async Task Secrets_are_masked_in_log_and_summary_and_drop_outputs_of_the_job()
    {
        var result = await RunAsync(
            """
            echo "::add-mask::hunter22"
            echo "a hunter22 b $EXTRA"
            echo "c hunter22" >"$GITHUB_STEP_SUMMARY"
            printf 'valid=true\nfile=/x/hunter22\n' >"$GITHUB_OUTPUT"
            """,
            new() { Secrets = ["job-secret"], Env = new Dictionary<string, string> { ["EXTRA"] = "job-secret" } });

        result.Log.ShouldBe(["a *** b ***"]);
        result.Masks.ShouldBe(["hunter22"]);
        result.Summary.ShouldBe("c ***\n");
        result.Outputs["file"].ShouldBe("/x/hunter22");
        result.JobOutputs.Keys.ShouldBe(["valid"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_path_below_the_workspace_is_shown_relative_to_it()
    {
        var result = await RunAsync("echo \"::error file=$GITHUB_WORKSPACE/k8s/a.yaml,line=1::x\"; echo '::error file=b.yaml::y'");

        result.Annotations.Select(annotation => annotation.File).ShouldBe(["k8s/a.yaml", "b.yaml"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_step_that_heeds_the_interrupt_is_cancelled_by_it_alone()
    {
        var result = await RunAsync(
            "trap 'echo stopping; echo valid=unknown >>\"$GITHUB_OUTPUT\"; exit 130' INT; echo ready; while :; do read -rt 0.1 <> <(:); done",
            new() { CancelAt = line => line == "ready" });

        result.Outcome.ShouldBe(StepOutcome.Cancelled);
        result.ExitCode.ShouldBe(130);
        result.Signals.Select(signal => signal.Name).ShouldBe(["SIGINT"]);
        result.Log.ShouldBe(["ready", "stopping"]);
        result.Outputs["valid"].ShouldBe("unknown");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_step_that_heeds_nothing_is_terminated_and_then_killed()
    {
        var watch = Stopwatch.StartNew();

        var result = await RunAsync(
            "trap '' INT TERM; echo ready; while :; do read -rt 0.1 <> <(:); done",
            new() { CancelAt = line => line == "ready", InterruptGrace = TimeSpan.FromMilliseconds(300), TerminateGrace = TimeSpan.FromMilliseconds(200) });

        result.Outcome.ShouldBe(StepOutcome.Cancelled);
        result.Signals.Select(signal => signal.Name).ShouldBe(["SIGINT", "SIGTERM", "SIGKILL"]);
        result.Signals[1].At.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(290));
        result.Signals[2].At.ShouldBeGreaterThanOrEqualTo(result.Signals[1].At + TimeSpan.FromMilliseconds(190));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_step_that_never_ends_is_given_up() =>
        await Should.ThrowAsync<TimeoutException>(() => RunAsync("while :; do read -rt 0.1 <> <(:); done", new() { Timeout = TimeSpan.FromMilliseconds(500) }));

    [Fact]
    public void A_container_path_stands_only_for_a_value_that_starts_with_it()
    {
        var workspace = _sandbox.Workspace;

        ExecutionMode.Container.ToContainerPath(workspace, _sandbox).ShouldBe("/github/workspace");
        ExecutionMode.Container.ToContainerPath(workspace + "/k8s", _sandbox).ShouldBe("/github/workspace/k8s");
        ExecutionMode.Container.ToContainerPath(_sandbox.Home + "/.config", _sandbox).ShouldBe("/github/home/.config");
        ExecutionMode.Container.ToContainerPath(_sandbox.RunnerTemp + "/x", _sandbox).ShouldBe("/github/runner_temp/x");
        ExecutionMode.Container.ToContainerPath($"a,{workspace}", _sandbox).ShouldBe($"a,{workspace}");
        ExecutionMode.Container.ToContainerPath(workspace + "2", _sandbox).ShouldBe(workspace + "2");
    }

    public void Dispose() => _sandbox.Dispose();

    private Task<StepResult> RunAsync(string script, StepRequest? request = null)
    {
        var program = Path.Combine(_sandbox.RunnerTemp, "action.sh");
        File.WriteAllText(program, "#!/usr/bin/env bash\n" + script + "\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ActionRunner("stand-in", Manifest, new ExecutionMode.Direct(program)).RunAsync(_sandbox, request ?? new(), TestContext.Current.CancellationToken);
    }
}
