using System.ComponentModel;
using System.Text;
using Medallion.Shell;

namespace Actions.Shared.Processes;

/// <summary>
/// Starts child programs and waits for them: bounded output, no shell, an environment from an allow-list, and an orderly end.
/// Safe for concurrent use.
/// </summary>
/// <param name="environment">Our own environment, of which children get the part that <see cref="ChildEnvironment"/> allows.</param>
/// <param name="workingDirectory">Where children start unless their command says otherwise.</param>
/// <param name="time">The clock for timeouts and grace periods.</param>
public sealed class ProcessRunner(IReadOnlyDictionary<string, string> environment, string workingDirectory, TimeProvider time)
{
    /// <summary>How long a killed process is waited for, and pipes that somebody else still holds open.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a child has to end after SIGINT before it and its descendants are killed. The default is 7 seconds: the runner gives
    /// a cancelled container 10 in all.
    /// </summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>
    /// Whether the interrupt that cancels us has reached the children too, as with Ctrl-C in a terminal; then they are not sent another
    /// one, which terraform and others take for "stop at once". The default is never.
    /// </summary>
    public Func<bool> ChildrenWereInterrupted { get; init; } = static () => false;

    /// <summary>The full path of <paramref name="program"/> on our own <c>PATH</c>; null if it is not there.</summary>
    public string? FindOnPath(string program) => ProgramPath.FindOnPath(program, environment);

    /// <summary>
    /// Runs a child to its end. When <paramref name="cancellationToken"/> fires or its time is up it gets SIGINT, after
    /// <see cref="GracePeriod"/> it is killed with all its descendants; either way its end is awaited and told in the result.
    /// </summary>
    /// <param name="command">What to start.</param>
    /// <param name="onLine">
    /// Gets each line as it comes, of both streams, one call at a time. What it throws ends the child and comes out of this method.
    /// </param>
    /// <param name="cancellationToken">Ends the child.</param>
    /// <exception cref="ActionException">The program or the working directory is not there, or the program cannot be started.</exception>
    public async Task<ChildResult> RunAsync(
        ChildCommand command, Action<ChildLine>? onLine = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return new ChildResult(ChildOutcome.Cancelled, (int)ExitCode.Cancelled, "", "", false, false, TimeSpan.Zero);

        using var failure = new CancellationTokenSource();
        using var giveUp = new CancellationTokenSource();
        var sink = onLine is null ? null : new LineSink(onLine, failure);
        var output = Collector(command, ChildStream.Output, sink);
        var error = Collector(command, ChildStream.Error, sink);

        var started = time.GetTimestamp();
        using var child = Start(command);
        child.StandardOutput.StopBuffering();
        child.StandardError.StopBuffering();
        var reading = Task.WhenAll(
            output.ReadAsync(child.StandardOutput.BaseStream, giveUp.Token),
            error.ReadAsync(child.StandardError.BaseStream, giveUp.Token));
        var writing = WriteInputAsync(child.StandardInput.BaseStream, command.StandardInput);
        var outcome = await EndAsync(child, command.Timeout, failure.Token, cancellationToken).ConfigureAwait(false);

        if (!await InTimeAsync(reading, LastWait).ConfigureAwait(false))
        {
            // A descendant that outlives the child holds the pipes open; its output is no longer the child's.
            output.MarkGivenUp();
            error.MarkGivenUp();
            await giveUp.CancelAsync().ConfigureAwait(false);
        }

        _ = writing;
        sink?.Close();
        return new ChildResult(
            outcome,
            child.Process.HasExited ? child.Process.ExitCode : 137,
            output.Text,
            error.Text,
            output.IsTruncated,
            error.IsTruncated,
            time.GetElapsedTime(started));
    }

    private static OutputCollector Collector(ChildCommand command, ChildStream stream, LineSink? sink) => new(
        command.OutputLimit,
        sink is null ? null : new LineSplitter(command.LineLimit, (text, isCut) => sink.Take(new ChildLine(stream, text, isCut))),
        stream == ChildStream.Output ? command.OutputTarget : null);

    private Command Start(ChildCommand command)
    {
        var directory = Path.GetFullPath(command.WorkingDirectory ?? ".", workingDirectory);
        if (!Directory.Exists(directory))
        {
            throw new ActionException(
                $"Cannot start {command.DisplayName}", $"its working directory {directory} does not exist", "Create the directory or name another one.");
        }

        var variables = ChildEnvironment.Build(environment, command.InheritedVariables, command.Variables);
        var path = ProgramPath.Resolve(command.Program, directory, variables) ?? throw NotFound(command, variables);
        try
        {
            return Command.Run(path, [], options => options.DisposeOnExit(false).ThrowOnError(false).StartInfo(info =>
            {
                info.Arguments = "";
                info.WorkingDirectory = directory;
                foreach (var argument in command.Arguments)
                    info.ArgumentList.Add(argument);
                info.Environment.Clear();
                foreach (var (name, value) in variables)
                    info.Environment[name] = value;
            }));
        }
        catch (Win32Exception e)
        {
            throw new ActionException(
                $"Cannot start {command.DisplayName}",
                $"{path}: {e.Message}",
                "Check that the file is a program for this machine and may be executed.",
                exitCode: ExitCode.DependencyUnreachable,
                inner: e);
        }
    }

    private static ActionException NotFound(ChildCommand command, IReadOnlyDictionary<string, string> variables) =>
        command.Program.Contains('/')
            ? new(
                $"Cannot start {command.DisplayName}",
                $"there is no executable file {command.Program}",
                "Install the program there, or name the right path.",
                exitCode: ExitCode.DependencyUnreachable)
            : new(
                $"The program {command.DisplayName} is not installed",
                $"looked for it in PATH={variables.GetValueOrDefault("PATH", "")}",
                $"Install {Path.GetFileName(command.Program)} and put its directory on PATH.",
                exitCode: ExitCode.DependencyUnreachable);

    private static async Task WriteInputAsync(Stream stream, string? text)
    {
        try
        {
            if (text is not null)
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The child ended, or closed its input, without reading all of it: its exit code tells whether that matters.
        }
    }

    private async Task<ChildOutcome> EndAsync(Command child, TimeSpan? timeout, CancellationToken failure, CancellationToken cancellationToken)
    {
        using var timer = timeout is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, failure, cancellationToken);
        try
        {
            await child.Process.WaitForExitAsync(any.Token).ConfigureAwait(false);
            return ChildOutcome.Exited;
        }
        catch (OperationCanceledException)
        {
            var isTimeUp = timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
            await StopAsync(child, interrupt: isTimeUp || !ChildrenWereInterrupted()).ConfigureAwait(false);
            return isTimeUp ? ChildOutcome.TimedOut : ChildOutcome.Cancelled;
        }
    }

    private async Task StopAsync(Command child, bool interrupt)
    {
        var tree = new ProcessTree();
        tree.Note(child.Process.Id);
        if (interrupt)
            await child.TrySignalAsync(CommandSignal.ControlC).ConfigureAwait(false);

        var exit = child.Process.WaitForExitAsync(CancellationToken.None);
        if (!await InTimeAsync(exit, GracePeriod).ConfigureAwait(false))
        {
            tree.Note(child.Process.Id);
            try
            {
                child.Process.Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
            {
                // It ended between the two looks.
            }

            await InTimeAsync(exit, LastWait).ConfigureAwait(false);
        }

        tree.KillSurvivors();
    }

    private async Task<bool> InTimeAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Passes lines of both streams on, one at a time, until it is closed; what the callback throws is kept for the caller.</summary>
    private sealed class LineSink(Action<ChildLine> onLine, CancellationTokenSource failure)
    {
        private readonly Lock _lock = new();
        private bool _isClosed;
        private Exception? _thrown;

        public void Take(ChildLine line)
        {
            lock (_lock)
            {
                if (_isClosed)
                    return;
                try
                {
                    onLine(line);
                }
#pragma warning disable CA1031 // Whatever the caller's callback throws goes back to the caller, after the child's end.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    _thrown = e;
                    _isClosed = true;
                    failure.Cancel();
                }
            }
        }

        public void Close()
        {
            lock (_lock)
            {
                _isClosed = true;
                if (_thrown is not null)
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_thrown);
            }
        }
    }
}
