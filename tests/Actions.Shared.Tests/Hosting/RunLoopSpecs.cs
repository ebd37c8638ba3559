using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;

namespace Actions.Shared.Tests.Hosting;

public sealed class RunLoopSpecs : IDisposable
{
    private const int Limit = 30_000;

    private static readonly OutputDescriptor[] Outputs = [new("a", "A."), new("b", "B.")];

    private readonly TestHost _github = new(isGitHub: true);
    private readonly TestHost _terminal = new(isGitHub: false);

    public void Dispose()
    {
        _github.Dispose();
        _terminal.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(ExitCode.Done)]
    [InlineData(ExitCode.Findings)]
    [InlineData(ExitCode.DependencyUnreachable)]
    public async Task The_programs_result_is_the_exit_code(ExitCode code) =>
        (await _github.RunAsync(TestHost.Program((_, _) => Task.FromResult(code)))).ShouldBe((int)code);

    [Fact(Timeout = Limit)]
    public async Task Outputs_set_before_a_failure_are_written()
    {
        var code = await _github.RunAsync(TestHost.Program(
            (context, _) =>
            {
                context.Outputs.Set("b", "multi\nline=1");
                context.Outputs.Set("a", 1);
                context.Outputs.Set("a", true);
                throw new ActionException("Failed", exitCode: ExitCode.DependencyUnreachable);
            },
            Outputs));

        code.ShouldBe(3);
        _github.Outputs.ShouldBe(new Dictionary<string, string> { ["a"] = "true", ["b"] = "multi\nline=1" }, ignoreOrder: true);
    }

    [Fact(Timeout = Limit)]
    public async Task An_undeclared_output_is_a_bug()
    {
        var code = await _github.RunAsync(TestHost.Program(context => context.Outputs.Set("undeclared", "x"), Outputs));

        code.ShouldBe(70);
    }

    [Fact(Timeout = Limit)]
    public async Task Outputs_beyond_githubs_limit_are_left_out_with_a_warning()
    {
        var code = await _github.RunAsync(TestHost.Program(
            context =>
            {
                context.Outputs.Set("a", new string('x', ActionOutputs.Limit / 2));
                context.Outputs.Set("b", "small");
            },
            Outputs));

        code.ShouldBe(0);
        _github.Outputs.ShouldBe(new Dictionary<string, string> { ["b"] = "small" });
        _github.Commands.ShouldHaveSingleItem().Data.ShouldStartWith("The output a is not set");
    }

    [Theory(Timeout = Limit)]
    [InlineData("GITHUB_OUTPUT", null)]
    [InlineData("GITHUB_OUTPUT", "/no/such/file")]
    [InlineData("GITHUB_STEP_SUMMARY", null)]
    [InlineData("GITHUB_STEP_SUMMARY", "/no/such/file")]
    public async Task A_missing_or_unwritable_runner_file_is_told_once_and_is_no_crash(string variable, string? value)
    {
        _github.Variables.Remove(variable);
        if (value is not null)
            _github.Variables[variable] = value;

        var code = await _github.RunAsync(TestHost.Program(
            context =>
            {
                context.Outputs.Set("a", "1");
                context.Summary.Append("one");
                context.Summary.Append("two");
            },
            Outputs));

        code.ShouldBe(0);
        var warning = _github.Commands.ShouldHaveSingleItem();
        warning.Name.ShouldBe("warning");
        warning.Data.ShouldContain(variable);
    }

    [Fact(Timeout = Limit)]
    public async Task A_failure_is_an_annotation_and_a_block_of_the_summary_in_github()
    {
        await _github.RunAsync(TestHost.Program((_, _) => throw new ActionException(
            "The file is broken", "found `x`, expected <y>", "Mend it", new SourceLocation("k8s/a.yaml", new(3, 5, 3, 9)))));

        _github.Output.ShouldStartWith("::error ");
        var error = _github.Commands.ShouldHaveSingleItem();
        error.Data.ShouldBe("The file is broken: found `x`, expected <y>\nMend it");
        error.Properties["file"].ShouldBe("k8s/a.yaml");
        error.Properties["line"].ShouldBe("3");
        error.Properties["title"].ShouldBe("test-action");
        _github.Summary.ShouldBe(
            "\n\n### ❌ test-action: The file is broken\n\n`k8s/a.yaml:3:5`\n\nfound \\`x\\`, expected &lt;y&gt;\n\n**What to do:** Mend it\n");
        _github.Error.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Every_failure_of_several_is_told()
    {
        var code = await _terminal.RunAsync(TestHost.Program((_, _) => throw new AggregateException(
            new ActionException("First", exitCode: ExitCode.Findings), new AggregateException(new ActionException("Second")))));

        code.ShouldBe(1);
        _terminal.Error.ShouldBe("error: First\nerror: Second\n");
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bug_is_a_short_message_and_its_stack_is_for_debug_runs(bool isDebug)
    {
        if (isDebug)
            _terminal.Variables["RUNNER_DEBUG"] = "1";

        var code = await _terminal.RunAsync(TestHost.Program((_, _) => throw new InvalidDataException("odd\nnumber")));

        code.ShouldBe(70);
        _terminal.Error.ShouldContain("error: test-action failed because of a bug of its own\n  InvalidDataException: odd number\n");
        _terminal.Error.Contains("   at ", StringComparison.Ordinal).ShouldBe(isDebug);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_whose_options_cannot_even_be_described_has_a_bug()
    {
        var code = await _terminal.RunAsync(TestHost.Program<int>(
            _ => throw new InvalidDataException(), (_, _, _) => Task.FromResult(ExitCode.Done)));

        code.ShouldBe(70);
    }

    [Fact(Timeout = Limit)]
    public async Task A_secret_is_masked_before_anything_else_and_shows_nowhere()
    {
        _github.Variables["INPUT_TOKEN"] = "canary-one\n{\ncanary-two\n";
        _github.Variables["INPUT_JOBS"] = "3";
        _github.Variables["RUNNER_DEBUG"] = "1";

        await _github.RunAsync(TestHost.Program<string?>(
            r => r.Secret("token", "d"),
            (token, context, _) =>
            {
                context.Log.Info($"a {token} b");
                context.Log.Untrusted("x canary-one");
                context.Log.Warning("y canary-two");
                context.Log.Debug("z canary-two");
                context.Summary.Append("canary-one");
                context.Annotations.Add(new Annotation(Severity.Error, "canary-two") { Title = "canary-one" });
                throw new InvalidOperationException($"with {token}");
            }));

        var lines = _github.Output.Split('\n');
        lines[..2].ShouldBe(["::add-mask::canary-one", "::add-mask::canary-two"]);
        string.Join('\n', lines[2..]).ShouldNotContain("canary");
        _github.Summary.ShouldNotContain("canary");
    }

    [Theory(Timeout = Limit)]
    [InlineData("not-a-secret-option")]
    public async Task A_wrong_secret_is_not_shown_outside_github_either(string value)
    {
        _terminal.Variables["INPUT_TOKEN"] = value;

        await _terminal.RunAsync(TestHost.Program<string?>(
            r => r.Secret("token", "d"),
            (token, context, _) =>
            {
                context.Log.Info(token!);
                context.Log.Document(token!);
                context.Log.Document(writer => writer.Write(token));
                throw new InvalidOperationException(token);
            }));

        (_terminal.Output + _terminal.Error).ShouldNotContain(value);
    }

    [Fact(Timeout = Limit)]
    public async Task Unknown_inputs_are_a_warning_in_github_and_nothing_elsewhere()
    {
        foreach (var host in new[] { _github, _terminal })
        {
            host.Variables["INPUT_PAHTS"] = "x";
            host.Variables["INPUT_ARGS"] = "runner's own";
            host.Variables["INPUT_EMPTY"] = "";
            (await host.ReadAsync(r => r.Lines("paths", "d"))).Code.ShouldBe(0);
        }

        _github.Commands.ShouldHaveSingleItem().Data.ShouldBe("There is no input pahts; it is ignored. Did you mean paths?");
        (_terminal.Output + _terminal.Error).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Option_errors_name_inputs_in_github()
    {
        _github.Variables["INPUT_JOBS"] = "x";

        (await _github.ReadAsync(r => r.Integer("jobs", "d", 1))).Code.ShouldBe(2);

        _github.Commands.ShouldHaveSingleItem().Data.ShouldStartWith("Input jobs has a wrong value: got \"x\"");
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_printed_in_github_becomes_a_command()
    {
        const string Attack = "::error::x\r::warning::y ##[set-output name=a]b";
        await _github.RunAsync(TestHost.Program(context =>
        {
            context.Log.Info(Attack);
            context.Log.Untrusted(Attack);
            context.Log.Document(Attack);
            context.Log.Document(writer => writer.Write(Attack));
            using (context.Log.Group(Attack))
                context.Log.Debug(Attack);
        }));

        _github.Commands.Select(c => c.Name).ShouldBe(["group", "endgroup"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Outside_github_no_command_is_printed_and_warnings_go_to_standard_error()
    {
        var code = await _terminal.RunAsync(TestHost.Program(
            context =>
            {
                using (context.Log.Group("Title"))
                    context.Log.Info("info");
                context.Log.Notice("notice");
                context.Log.Warning("warning");
                context.Log.Error("error");
                context.Log.Debug("debug");
                context.Log.Untrusted("\e[31mred\e[0m\a\rnext");
                context.Log.Document("{}");
                context.Log.Document(writer => writer.Write("[]"));
                context.Secrets.Mask("secret");
                context.Annotations.Add(new Annotation(Severity.Error, "m"));
                context.Outputs.Set("a", "1");
                context.Summary.Append("x");
            },
            Outputs));

        code.ShouldBe(0);
        _terminal.Output.ShouldBe("Title\ninfo\nred␇\nnext\n{}[]");
        _terminal.Error.ShouldBe("note: notice\nwarning: warning\nerror: error\n");
    }

    [Fact(Timeout = Limit)]
    public async Task The_log_leaves_most_of_the_annotation_budget_to_results()
    {
        await _github.RunAsync(TestHost.Program(context =>
        {
            for (var i = 0; i < 20; i++)
            {
                context.Log.Warning($"log {i}");
                context.Annotations.Add(new Annotation(Severity.Warning, $"result {i:00}"));
            }
        }));

        _github.Commands.Count.ShouldBe(10);
        _github.Commands.Count(c => c.Data.StartsWith("log", StringComparison.Ordinal)).ShouldBe(4);
        _github.Commands[^1].Data.ShouldBe("15 more warnings, see the summary");
        _github.Output.ShouldContain("Warning: log 19\n");
    }

    [Fact(Timeout = Limit)]
    public async Task The_workspace_is_the_working_directory_in_github_and_the_current_one_elsewhere()
    {
        var seen = new List<string>();
        foreach (var host in new[] { _github, _terminal })
            await host.RunAsync(TestHost.Program(context => seen.Add(context.WorkingDirectory)));

        seen.ShouldBe([_github.Variables["GITHUB_WORKSPACE"], _terminal.WorkingDirectory]);
    }

    [Fact(Timeout = Limit)]
    public async Task Persons_get_a_console_and_colours_only_where_allowed()
    {
        _terminal.Colours = true;
        await _terminal.RunAsync(TestHost.Program(context => Spectre.Console.AnsiConsoleExtensions.MarkupLine(context.Console!, "[green]fine[/]")));
        _terminal.Output.ShouldContain("\e[32mfine\e[0m");

        using var plain = new TestHost(isGitHub: false);
        await plain.RunAsync(TestHost.Program(context => Spectre.Console.AnsiConsoleExtensions.MarkupLine(context.Console!, "[green]fine[/]")));
        plain.Output.ShouldBe("fine\n");

        await _github.RunAsync(TestHost.Program(context => context.Console.ShouldBeNull()));
    }

    [Theory]
    [InlineData("", "", "xterm", true)]
    [InlineData("1", "", "xterm", false)]
    [InlineData("", "true", "xterm", false)]
    [InlineData("", "false", "xterm", true)]
    [InlineData("", "", "dumb", false)]
    public void Colours_respect_the_environment(string noColor, string ci, string term, bool expected) =>
        HostEnvironment.AllowColours(new Dictionary<string, string> { ["NO_COLOR"] = noColor, ["CI"] = ci, ["TERM"] = term }).ShouldBe(expected);

    [Fact(Timeout = Limit)]
    public async Task Cancelling_ends_with_130_and_keeps_the_outputs()
    {
        using var interrupt = new CancellationTokenSource();
        _github.Interrupt = interrupt.Token;

        var code = await _github.RunAsync(TestHost.Program(
            async (context, token) =>
            {
                context.Outputs.Set("a", "1");
                await interrupt.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
                return ExitCode.Done;
            },
            Outputs));

        code.ShouldBe(130);
        _github.Outputs["a"].ShouldBe("1");
        _github.Commands.ShouldHaveSingleItem().Data.ShouldBe("test-action was cancelled.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_finishes_although_it_was_cancelled_says_itself_how_it_ended()
    {
        using var interrupt = new CancellationTokenSource();
        _terminal.Interrupt = interrupt.Token;

        (await _terminal.RunAsync(TestHost.Program(async (_, _) =>
        {
            await interrupt.CancelAsync();
            return ExitCode.Done;
        }))).ShouldBe(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_does_not_stop_is_abandoned_and_its_outputs_are_written()
    {
        using var interrupt = new CancellationTokenSource();
        _github.Interrupt = interrupt.Token;
        _github.Time = new HurriedTime();

        var code = await _github.RunAsync(TestHost.Program(
            async (context, _) =>
            {
                context.Outputs.Set("a", "1");
                await interrupt.CancelAsync();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return ExitCode.Done;
            },
            Outputs));

        code.ShouldBe(130);
        _github.Outputs["a"].ShouldBe("1");
        _github.Commands.ShouldHaveSingleItem().Data.ShouldContain("9 seconds");
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancellation_that_nobody_asked_for_is_a_bug() =>
        (await _terminal.RunAsync(TestHost.Program((_, _) => throw new OperationCanceledException()))).ShouldBe(70);

    /// <summary>A clock on which every wait takes a thousandth.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime / 1000, period);
    }
}
