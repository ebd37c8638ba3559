using Actions.Shared.Hosting;
using Actions.Shared.Tests.GitHub;
using Actions.Shared.Tests.Processes;

namespace Actions.Shared.Tests.Hosting;

/// <summary>Runs a program in an environment of its own: files of a runner, captured output.</summary>
internal sealed class TestHost : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public TestHost(bool isGitHub)
    {
        if (!isGitHub)
            return;
        Variables["GITHUB_ACTIONS"] = "true";
        Variables["GITHUB_OUTPUT"] = _directory.Write("output", "");
        Variables["GITHUB_STEP_SUMMARY"] = _directory.Write("summary", "");
        Variables["GITHUB_WORKSPACE"] = Directory.CreateDirectory(Path.Combine(_directory.Path, "workspace")).FullName;
    }

    public Dictionary<string, string> Variables { get; } = [];

    public CancellationToken Interrupt { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public bool Colours { get; set; }

    public int Width { get; set; } = 80;

    public string WorkingDirectory => _directory.Path;

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public IReadOnlyList<RunnerCommand> Commands => RunnerModel.Commands(Output);

    public IReadOnlyDictionary<string, string> Outputs => RunnerFiles.Read(Variables["GITHUB_OUTPUT"]);

    public string Summary => File.ReadAllText(Variables["GITHUB_STEP_SUMMARY"]);

    public async Task<int> RunAsync<T>(ActionProgram<T> program, params string[] arguments) =>
        await ActionHost.RunAsync(program, arguments, new HostEnvironment
        {
            Variables = Variables,
            WorkingDirectory = _directory.Path,
            Output = _output,
            Error = _error,
            Interrupt = Interrupt,
            Time = Time,
            IsTerminal = Colours,
            OutputColours = Colours,
            ErrorColours = Colours,
            TerminalWidth = Width,
        });

    /// <summary>Runs a program that reads options by <paramref name="read"/> and does nothing; returns what was read.</summary>
    public async Task<(int Code, T? Options)> ReadAsync<T>(Func<OptionReader, T> read, params string[] arguments)
    {
        T? seen = default;
        var code = await RunAsync(Program(read, (options, _, _) =>
        {
            seen = options;
            return Task.FromResult(ExitCode.Done);
        }), arguments);
        return (code, seen);
    }

    public static ActionProgram<T> Program<T>(
        Func<OptionReader, T> read, Func<T, ActionContext, CancellationToken, Task<ExitCode>> run, params OutputDescriptor[] outputs) =>
        new() { Name = "test-action", Summary = "Tests.", ReadOptions = read, RunAsync = run, Outputs = outputs };

    public static ActionProgram<int> Program(Func<ActionContext, CancellationToken, Task<ExitCode>> run, params OutputDescriptor[] outputs) =>
        Program(_ => 0, (_, context, token) => run(context, token), outputs);

    public static ActionProgram<int> Program(Action<ActionContext> run, params OutputDescriptor[] outputs) =>
        Program(
            (context, _) =>
            {
                run(context);
                return Task.FromResult(ExitCode.Done);
            },
            outputs);

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }
}
