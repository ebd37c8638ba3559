using Integration.Tests.Harness;

namespace Integration.Tests.Containers;

/// <summary>The images, built from their unchanged Dockerfiles and started as a runner starts them, with a probe in the place of the program.</summary>
public sealed class ImageSpecs(ImageFixture images) : IDisposable
{
    private readonly RunnerSandbox _sandbox = new();

    public static TheoryData<string> Actions => [.. Repository.Actions];

    [Theory(Timeout = 1_200_000)]
    [MemberData(nameof(Actions))]
    public async Task It_finds_the_folders_of_a_runner_and_may_write_them(string action)
    {
        _sandbox.Write("k8s/a.yaml", "kind: List\n");

        var result = await ProbeAsync(
            action,
            """
            id -u
            pwd
            echo "$HOME $GITHUB_WORKSPACE $RUNNER_TEMP"
            cat k8s/a.yaml
            test -s "$GITHUB_EVENT_PATH" || exit 9
            for file in "$GITHUB_OUTPUT" "$GITHUB_STEP_SUMMARY" "$GITHUB_ENV" "$GITHUB_STATE" "$HOME/x" "$RUNNER_TEMP/x"; do
              : >>"$file" || exit 8
            done
            echo "::error file=$GITHUB_WORKSPACE/k8s/a.yaml,line=1::found"
            """);

        result.Log.ShouldBe(["0", "/github/workspace", "/github/home /github/workspace /github/runner_temp", "kind: List", "##[error]found"]);
        result.Annotations.Single().File.ShouldBe("k8s/a.yaml");
        result.Outcome.ShouldBe(StepOutcome.Success);
    }

    [Theory(Timeout = 1_200_000)]
    [MemberData(nameof(Actions))]
    public async Task Inputs_with_hyphens_reach_its_first_process(string action)
    {
        // A shell drops such variables, so the environment is read as the kernel gave it to the first process.
        var result = await ProbeAsync(action, "tr '\\0' '\\n' </proc/1/environ | grep -c '^INPUT_[A-Z-]*='");

        result.Log[^1].ShouldBe(ActionManifest.Load(action).Inputs.Count.ToString());
    }

    [Theory(Timeout = 1_200_000)]
    [MemberData(nameof(Actions))]
    public async Task It_holds_its_program_and_the_tools_that_the_program_calls(string action)
    {
        var tools = action switch
        {
            "terraform-plan" => "git --version >/dev/null && ! command -v terraform",
            "renovate-run" => "renovate --version >/dev/null && git --version >/dev/null",
            _ => "kubectl version --client >/dev/null && helm version >/dev/null",
        };
        var result = await ProbeAsync(action, $"test -x /app/{action} && {tools} && test ! -e /source && echo complete");

        result.Log.ShouldBe(["complete"]);
    }

    [Theory(Timeout = 1_200_000)]
    [MemberData(nameof(Actions))]
    public async Task An_interrupt_of_the_runner_reaches_its_first_process(string action)
    {
        var result = await ProbeAsync(
            action,
            "trap 'echo stopping; exit 130' INT; echo ready; while :; do sleep 0.1; done",
            new() { CancelAt = line => line == "ready" });

        result.Log.ShouldBe(["ready", "stopping"]);
        result.ExitCode.ShouldBe(130);
        result.Outcome.ShouldBe(StepOutcome.Cancelled);
        result.Signals.Select(signal => signal.Name).ShouldBe(["SIGINT"]);
    }

    public void Dispose() => _sandbox.Dispose();

    private async Task<StepResult> ProbeAsync(string action, string script, StepRequest? request = null)
    {
        var runner = await images.RunnerAsync(action, new() { Entrypoint = "sh", Args = ["-c", script] });
        return await runner.RunAsync(_sandbox, request ?? new(), TestContext.Current.CancellationToken);
    }
}
