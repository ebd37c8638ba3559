using Actions.Shared.Processes;
using Actions.Shared.Tests.GitHub;
using Actions.Shared.Tests.Processes;

namespace Actions.Shared.Tests.Hosting;

/// <summary>The run loop in a process of its own: signals, streams and exit codes as a runner or a shell sees them.</summary>
public sealed class RealProcessSpecs : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Helper.Limit)]
    public async Task Inputs_with_hyphens_reach_the_program()
    {
        var result = await Run([], ("INPUT_KUBE-CONTEXT", "staging"), ("INPUT_PATHS", "a\nb"));

        result.ExitCode.ShouldBe(0);
        result.StandardOutput.ShouldContain("paths=a|b;");
        result.StandardOutput.ShouldContain("kube-context=staging;");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task In_github_everything_goes_to_standard_output_and_the_runners_files()
    {
        var output = _directory.Write("output", "");
        var summary = _directory.Write("summary", "");

        var result = await Run(
            ["--deed", "fail"], ("GITHUB_ACTIONS", "true"), ("GITHUB_OUTPUT", output), ("GITHUB_STEP_SUMMARY", summary), ("INPUT_TOKEN", "canary"));

        result.ExitCode.ShouldBe(2);
        result.StandardError.ShouldBeEmpty();
        RunnerModel.Commands(result.StandardOutput).Select(c => c.Name).ShouldBe(["add-mask", "error"]);
        result.StandardOutput.ShouldContain("the token is ***\n");
        RunnerFiles.Read(output)["valid"].ShouldBe("false");
        File.ReadAllText(summary).ShouldContain("The file is broken");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Without_a_terminal_there_are_no_colours()
    {
        var result = await Run(["--deed", "print-untrusted"]);

        result.StandardOutput.ShouldContain("fine\n");
        (result.StandardOutput + result.StandardError).ShouldNotContain("\e");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task An_interrupt_cancels_the_program_which_ends_with_130()
    {
        using var cancel = new CancellationTokenSource();

        var result = await Run(["--deed", "wait"], cancel);

        result.ExitCode.ShouldBe(130);
        result.StandardError.ShouldBe("error: sample-action was cancelled.\n");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task An_interrupt_is_passed_to_the_child_and_its_end_is_awaited()
    {
        using var cancel = new CancellationTokenSource();

        var result = await Run(["--deed", "run-a-child"], cancel);

        result.ExitCode.ShouldBe(130);
        result.StandardOutput.ShouldContain("SIGINT\nthe child ended: Cancelled 5\n");
    }

    private static Task<ChildResult> Run(string[] arguments, params (string Name, string Value)[] variables) =>
        Helper.Runner().RunAsync(
            Helper.Command(["action", .. arguments]) with
            {
                Variables = Helper.Needs.Concat(variables.Select(v => KeyValuePair.Create(v.Name, v.Value))).ToDictionary(),
            },
            cancellationToken: Token);

    private static Task<ChildResult> Run(string[] arguments, CancellationTokenSource cancelWhenReady) =>
        Helper.Runner().RunAsync(
            Helper.Command(["action", .. arguments]),
            line =>
            {
                if (line.Text == "ready")
                    cancelWhenReady.Cancel();
            },
            cancelWhenReady.Token);
}
