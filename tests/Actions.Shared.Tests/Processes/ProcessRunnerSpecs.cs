using System.Text;
using Actions.Shared.Processes;

namespace Actions.Shared.Tests.Processes;

public sealed class ProcessRunnerSpecs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string[]> AwkwardArguments => new(
        ["", "a b", "\"quoted\"", "it's", "back\\slash\\", "\\\"", "$HOME", "`id`", "*", "--", "-n", "é漢😀"],
        ["a\tb", "tail\\\\\"", " lead", "trail "]);

    [Theory(Timeout = Helper.Limit)]
    [MemberData(nameof(AwkwardArguments))]
    public async Task Arguments_arrive_as_they_are(string[] arguments)
    {
        var result = await Helper.Runner().RunAsync(Helper.Command(["args", .. arguments]), cancellationToken: Token);

        result.StandardOutput.ShouldBe(string.Join('\n', arguments) + "\n");
        result.Succeeded.ShouldBeTrue();
    }

    [Theory(Timeout = Helper.Limit)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(255, false)]
    public async Task The_exit_code_is_told_and_nothing_is_thrown(int code, bool succeeded)
    {
        var result = await Helper.Runner().RunAsync(Helper.Command("exit", $"{code}"), cancellationToken: Token);

        result.ExitCode.ShouldBe(code);
        result.Outcome.ShouldBe(ChildOutcome.Exited);
        result.Succeeded.ShouldBe(succeeded);
        result.Duration.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_child_sees_only_what_the_allow_list_gives()
    {
        var own = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/bin:/bin",
            ["LC_TIME"] = "C",
            ["https_proxy"] = "http://proxy.example.com",
            ["ACTIONS_RUNTIME_TOKEN"] = "canary-1",
            ["INPUT_PASSWORD"] = "canary-2",
            ["GITHUB_OUTPUT"] = "canary-3",
            ["SOMETHING"] = "canary-4",
            ["KUBECONFIG"] = "handed-down",
        };

        var result = await Helper.Runner(own).RunAsync(
            Helper.Command("env") with { InheritedVariables = ["KUBECONFIG"] }, cancellationToken: Token);

        result.StandardOutput.ShouldNotContain("canary");
        result.StandardOutput.ShouldContain("KUBECONFIG=handed-down\n");
        result.StandardOutput.ShouldContain("LC_TIME=C\n");
        result.StandardOutput.ShouldContain("https_proxy=http://proxy.example.com\n");
        result.StandardOutput.ShouldContain("PATH=/usr/bin:/bin\n");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_child_starts_in_its_working_directory_and_else_in_the_runners()
    {
        var runner = Helper.Runner();
        var elsewhere = await runner.RunAsync(Helper.Command("cwd") with { WorkingDirectory = "/usr" }, cancellationToken: Token);
        var here = await runner.RunAsync(Helper.Command("cwd"), cancellationToken: Token);

        elsewhere.StandardOutput.ShouldBe("/usr\n");
        here.StandardOutput.ShouldBe(AppContext.BaseDirectory.TrimEnd('/') + "\n");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Standard_input_is_passed_and_is_empty_unless_given()
    {
        var text = string.Concat(Enumerable.Repeat("línea 漢\n", 50_000));

        var given = await Helper.Runner().RunAsync(Helper.Command("cat") with { StandardInput = text }, cancellationToken: Token);
        var none = await Helper.Runner().RunAsync(Helper.Command("cat"), cancellationToken: Token);

        given.StandardOutput.ShouldBe(text);
        none.StandardOutput.ShouldBe("");
    }

    [Theory(Timeout = Helper.Limit)]
    [InlineData("exit", "0")]
    [InlineData("close-stdin")]
    public async Task A_child_that_does_not_read_its_input_is_no_error(params string[] verb)
    {
        var result = await Helper.Runner().RunAsync(
            Helper.Command(verb) with { StandardInput = new string('x', 1_000_000) }, cancellationToken: Token);

        result.Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Output_beyond_the_bound_is_dropped_and_the_child_does_not_block()
    {
        var result = await Helper.Runner().RunAsync(
            Helper.Command("out", "5000000") with { OutputLimit = 1000 }, cancellationToken: Token);
        var error = await Helper.Runner().RunAsync(
            Helper.Command("err", "5000000") with { OutputLimit = 1000 }, cancellationToken: Token);

        result.StandardOutput.ShouldBe(new string('x', 1000));
        result.IsOutputTruncated.ShouldBeTrue();
        result.IsErrorTruncated.ShouldBeFalse();
        error.StandardError.ShouldBe(new string('x', 1000));
        error.IsErrorTruncated.ShouldBeTrue();
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Output_of_exactly_the_bound_is_whole()
    {
        var result = await Helper.Runner().RunAsync(Helper.Command("out", "1000") with { OutputLimit = 1000 }, cancellationToken: Token);

        result.StandardOutput.Length.ShouldBe(1000);
        result.IsOutputTruncated.ShouldBeFalse();
    }

    [Theory(Timeout = Helper.Limit)]
    [InlineData("é", 7, "ééé")]
    [InlineData("漢", 7, "漢漢")]
    [InlineData("😀", 7, "😀")]
    [InlineData("😀", 8, "😀😀")]
    public async Task A_cut_leaves_no_half_of_a_character(string character, int bound, string kept)
    {
        var result = await Helper.Runner().RunAsync(
            Helper.Command("out", "120", character) with { OutputLimit = bound }, cancellationToken: Token);

        result.StandardOutput.ShouldBe(kept);
        result.IsOutputTruncated.ShouldBeTrue();
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Lines_come_as_they_are_printed_split_at_every_kind_of_line_end()
    {
        var lines = new List<ChildLine>();

        await Helper.Runner().RunAsync(
            Helper.Command("raw", "10%\\r", "20%\\r\\n", "a\\r", "\\nb\\n\\n", "\\xc3", "\\xa9 bad\\xff"), lines.Add, Token);

        lines.Select(l => l.Text).ShouldBe(["10%", "20%", "a", "b", "", "é bad\uFFFD"]);
        lines.ShouldAllBe(l => l.Stream == ChildStream.Output && !l.IsCut);
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Lines_of_both_streams_come_one_at_a_time_and_in_the_order_of_each()
    {
        var lines = new List<ChildLine>();

        var result = await Helper.Runner().RunAsync(Helper.Command("both", "500"), lines.Add, Token);

        lines.Where(l => l.Stream == ChildStream.Output).Select(l => l.Text).ShouldBe(Enumerable.Range(0, 500).Select(i => $"out {i}"));
        lines.Where(l => l.Stream == ChildStream.Error).Select(l => l.Text).ShouldBe(Enumerable.Range(0, 500).Select(i => $"err {i}"));
        result.StandardError.ShouldEndWith("err 499\n");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_long_line_is_cut_for_the_callback()
    {
        var lines = new List<ChildLine>();

        await Helper.Runner().RunAsync(Helper.Command("out", "1000000") with { LineLimit = 100 }, lines.Add, Token);

        lines.ShouldBe([new ChildLine(ChildStream.Output, new string('x', 100), IsCut: true)]);
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task What_the_callback_throws_ends_the_child_and_comes_out()
    {
        var thrown = await Should.ThrowAsync<InvalidDataException>(
            () => Helper.Runner().RunAsync(Helper.Command("wait"), _ => throw new InvalidDataException("mine"), Token));

        thrown.Message.ShouldBe("mine");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Cancelling_interrupts_the_child_which_may_end_in_its_own_way()
    {
        using var cancel = new CancellationTokenSource();

        var result = await Helper.Runner().RunAsync(
            Helper.Command("wait", "7"), line => CancelWhenReady(line, cancel), cancel.Token);

        result.Outcome.ShouldBe(ChildOutcome.Cancelled);
        result.ExitCode.ShouldBe(7);
        result.StandardOutput.ShouldBe("ready\nSIGINT\n");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_child_that_ignores_the_interrupt_is_killed_after_the_grace_period()
    {
        using var cancel = new CancellationTokenSource();

        var result = await Helper.Runner(grace: TimeSpan.FromMilliseconds(200)).RunAsync(
            Helper.Command("ignore-interrupt"), line => CancelWhenReady(line, cancel), cancel.Token);

        result.Outcome.ShouldBe(ChildOutcome.Cancelled);
        result.ExitCode.ShouldBe(137);
        result.Duration.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(200));
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_child_that_the_terminal_has_interrupted_is_not_interrupted_again()
    {
        using var cancel = new CancellationTokenSource();

        var result = await Helper.Runner(grace: TimeSpan.FromMilliseconds(200), interrupted: true).RunAsync(
            Helper.Command("wait"), line => CancelWhenReady(line, cancel), cancel.Token);

        result.ExitCode.ShouldBe(137);
        result.StandardOutput.ShouldBe("ready\n");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_timeout_ends_the_child_and_is_told_apart_from_cancelling()
    {
        var result = await Helper.Runner(grace: TimeSpan.FromMilliseconds(200)).RunAsync(
            Helper.Command("ignore-interrupt") with { Timeout = TimeSpan.FromMilliseconds(300) }, cancellationToken: Token);

        result.Outcome.ShouldBe(ChildOutcome.TimedOut);
        result.Succeeded.ShouldBeFalse();
    }

    [Theory(Timeout = Helper.Limit)]
    [InlineData("spawn", "ignore-interrupt")]
    [InlineData("spawn", "spawn", "ignore-interrupt")]
    public async Task Grandchildren_do_not_survive_a_cancelled_child(params string[] verb)
    {
        using var cancel = new CancellationTokenSource();
        var ids = new List<int>();

        await Helper.Runner(grace: TimeSpan.FromMilliseconds(200)).RunAsync(
            Helper.Command(verb),
            line =>
            {
                if (line.Text.StartsWith("child ", StringComparison.Ordinal))
                    ids.Add(int.Parse(line.Text[6..]));
                CancelWhenReady(line, cancel);
            },
            cancel.Token);

        ids.Count.ShouldBe(verb.Count(v => v == "spawn"));
        ids.ShouldAllBe(id => !Helper.IsRunning(id));
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_daemon_that_keeps_the_pipes_open_does_not_hang_us()
    {
        var result = await Helper.Runner().RunAsync(Helper.Command("orphan", "wait"), cancellationToken: Token);

        result.Outcome.ShouldBe(ChildOutcome.Exited);
        result.IsOutputTruncated.ShouldBeTrue();
        var id = int.Parse(result.StandardOutput.Split('\n').First(l => l.StartsWith("child ", StringComparison.Ordinal))[6..]);
        Helper.IsRunning(id).ShouldBeTrue();
        System.Diagnostics.Process.GetProcessById(id).Kill();
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_cancelled_run_starts_nothing()
    {
        var result = await Helper.Runner().RunAsync(new ChildCommand("no-such-program"), cancellationToken: new CancellationToken(canceled: true));

        result.Outcome.ShouldBe(ChildOutcome.Cancelled);
        result.ExitCode.ShouldBe(130);
    }

    [Theory(Timeout = Helper.Limit)]
    [InlineData("no-such-program", "The program no-such-program is not installed")]
    [InlineData("/usr/bin/no-such-program", "Cannot start no-such-program")]
    [InlineData("/usr", "Cannot start usr")]
    [InlineData("/etc/passwd", "Cannot start passwd")]
    public async Task A_missing_program_is_an_error_with_a_hint_and_without_arguments(string program, string title)
    {
        var thrown = await Should.ThrowAsync<ActionException>(
            () => Helper.Runner().RunAsync(new ChildCommand(program, "--password", "canary"), cancellationToken: Token));

        thrown.ExitCode.ShouldBe(ExitCode.DependencyUnreachable);
        thrown.Title.ShouldBe(title);
        thrown.Hint.ShouldNotBeEmpty();
        thrown.ToString().ShouldNotContain("canary");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_file_that_is_no_program_is_an_error_with_a_hint()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.WriteProgram("broken", "not a program");

        var thrown = await Should.ThrowAsync<ActionException>(
            () => Helper.Runner().RunAsync(new ChildCommand(path, "canary"), cancellationToken: Token));

        thrown.ExitCode.ShouldBe(ExitCode.DependencyUnreachable);
        thrown.Title.ShouldBe("Cannot start broken");
        thrown.ToString().ShouldNotContain("canary");
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task A_missing_working_directory_is_named()
    {
        var thrown = await Should.ThrowAsync<ActionException>(
            () => Helper.Runner().RunAsync(Helper.Command("args") with { WorkingDirectory = "/no/such" }, cancellationToken: Token));

        thrown.Detail.ShouldContain("/no/such");
        thrown.ExitCode.ShouldBe(ExitCode.BadInput);
    }

    [Fact(Timeout = Helper.Limit)]
    public async Task Many_children_run_at_once()
    {
        var runner = Helper.Runner();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => runner.RunAsync(Helper.Command("args", $"{i}"), cancellationToken: Token)));

        results.Select(r => r.StandardOutput).ShouldBe(Enumerable.Range(0, 8).Select(i => $"{i}\n"));
    }

    [Theory]
    [InlineData(false, "terraform")]
    [InlineData(true, "terraform plan")]
    public void A_command_shows_no_more_than_its_first_argument(bool showFirst, string expected)
    {
        var command = new ChildCommand("/opt/terraform", "plan", "-var=secret") { ShowFirstArgument = showFirst };

        command.ToString().ShouldBe(expected);
        new StringBuilder().Append(command).ToString().ShouldNotContain("secret");
    }

    private static void CancelWhenReady(ChildLine line, CancellationTokenSource cancel)
    {
        if (line.Text == "ready")
            cancel.Cancel();
    }
}
