using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Integration.Tests.Harness;

/// <summary>Runs an action as a runner runs a container action, and reads what it did as the runner reads it.</summary>
internal sealed partial class ActionRunner(string action, ActionManifest manifest, ExecutionMode mode)
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Terminate = 15;

    /// <summary>An action of this repository, by its published program.</summary>
    public static ActionRunner Published(string action) =>
        new(action, ActionManifest.Load(action), new ExecutionMode.Direct(Repository.Published(action)));

    /// <summary>An action of this repository, by an image built from its Dockerfile.</summary>
    public static ActionRunner Containerised(string action, ContainerEngine engine, string image) =>
        new(action, ActionManifest.Load(action), new ExecutionMode.Container(engine, image));

    /// <summary>Runs one step to its end.</summary>
    /// <param name="sandbox">The folders of the job.</param>
    /// <param name="request">The step.</param>
    /// <param name="cancelled">Cancels the step, as a person or a timeout does.</param>
    /// <exception cref="ContractViolationException">The action did what none of ours may do.</exception>
    /// <exception cref="TimeoutException">The step did not end in time.</exception>
    public async Task<StepResult> RunAsync(RunnerSandbox sandbox, StepRequest request, CancellationToken cancelled = default)
    {
        var masker = new SecretMasker();
        foreach (var secret in RunnerEnvironment.Canaries.Values.Concat(request.Secrets)) masker.Add(secret);
        var log = new StepLog(masker, path => RelativeToWorkspace(path, sandbox), request.Debug);
        var files = FileCommandPaths.Create(sandbox.FileCommandFolder);
        var environment = RunnerEnvironment.Build(action, manifest, request, sandbox, files, out var warnings);
        foreach (var warning in warnings) log.Warn(warning);

        var start = mode.Start(environment, manifest, sandbox);
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        start.UseShellExecute = false;

        using var cancelAtLine = new CancellationTokenSource();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancelled, cancelAtLine.Token);
        var gate = new Lock();
        var stdout = new LineReader(line => Read(line, OutputStream.Stdout));
        var stderr = new LineReader(line => Read(line, OutputStream.Stderr));

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The step could not be started.");
        process.StandardInput.Close();
        var reading = Task.WhenAll(stdout.ReadAsync(process.StandardOutput.BaseStream), stderr.ReadAsync(process.StandardError.BaseStream));
        var ended = Task.WhenAll(process.WaitForExitAsync(CancellationToken.None), reading);
        var signals = await WaitAsync(process, ended, request, cancellation.Token);
        watch.Stop();
        log.End();

        var result = Conclude(process.ExitCode, files, log, masker, stdout.Text, stderr.Text, cancellation.IsCancellationRequested);
        result = result with { Duration = watch.Elapsed, Signals = signals };
        return result.Violations.Count == 0 || request.AllowViolations ? result : throw new ContractViolationException(result);

        void Read(string line, OutputStream stream)
        {
            lock (gate) log.Read(line, stream);
            if (request.CancelAt?.Invoke(line) == true) cancelAtLine.Cancel();
        }
    }

    /// <summary>Waits for the end, or cancels as the runner does: interrupt, terminate, kill.</summary>
    private static async Task<IReadOnlyList<SentSignal>> WaitAsync(Process process, Task ended, StepRequest request, CancellationToken cancelled)
    {
        var signals = new List<SentSignal>();
        using var giveUp = new CancellationTokenSource(request.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, giveUp.Token);
        if (await EndsAsync(Timeout.InfiniteTimeSpan, either.Token)) return signals;
        if (!cancelled.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The step did not end within {request.Timeout}.");
        }

        var watch = Stopwatch.StartNew();
        foreach (var (name, number, grace) in new[]
        {
            ("SIGINT", Interrupt, request.InterruptGrace),
            ("SIGTERM", Terminate, request.TerminateGrace),
        })
        {
            signals.Add(new(name, watch.Elapsed));
            _ = Signal(process.Id, number);
            if (await EndsAsync(grace, giveUp.Token)) return signals;
        }

        signals.Add(new("SIGKILL", watch.Elapsed));
        process.Kill(entireProcessTree: true);
        _ = Signal(process.Id, Kill);
        if (!await EndsAsync(TimeSpan.FromSeconds(10), CancellationToken.None)) throw new TimeoutException("The step outlived SIGKILL: a child still holds its output open.");
        return signals;

        async Task<bool> EndsAsync(TimeSpan within, CancellationToken token)
        {
            try
            {
                await ended.WaitAsync(within, token);
                return true;
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                return ended.IsCompleted;
            }
        }
    }

    private StepResult Conclude(
        int exitCode, FileCommandPaths files, StepLog log, SecretMasker masker, string stdout, string stderr, bool cancelled)
    {
        var outputs = new Dictionary<string, string>(log.Outputs, StringComparer.OrdinalIgnoreCase);
        var violations = new List<string>();
        foreach (var (name, value) in Read(files.Output, "output"))
        {
            outputs[name] = value;
            if (!manifest.Outputs.ContainsKey(name)) violations.Add($"the output '{name}' is not declared in action.yml");
        }

        _ = Read(files.State, "state");
        _ = Read(files.Env, "env");
        if (outputs.Sum(output => (output.Key.Length + output.Value.Length) * 2L) > 1024 * 1024) violations.Add("the outputs are larger than 1 MiB");

        var summary = Encoding.UTF8.GetString(File.ReadAllBytes(files.Summary));
        if (new FileInfo(files.Summary).Length > FileCommands.MaximumSummary)
        {
            log.Fail($"$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got {new FileInfo(files.Summary).Length / 1024}k");
            summary = "";
        }

        (string Name, string Text)[] places = [("stdout", WithoutMasks(stdout)), ("stderr", stderr), ("the summary", summary), ("the outputs", string.Join('\n', outputs.Values))];
        violations.AddRange(
            from canary in RunnerEnvironment.Canaries
            from place in places
            where place.Text.Contains(canary.Value, StringComparison.Ordinal)
            select $"{canary.Key} was printed to {place.Name}");

        return new StepResult
        {
            Outcome = cancelled ? StepOutcome.Cancelled : exitCode == 0 && !log.Failed ? StepOutcome.Success : StepOutcome.Failure,
            ExitCode = exitCode,
            Outputs = outputs,
            JobOutputs = outputs.Where(output => !masker.Hides(output.Value)).ToDictionary(StringComparer.OrdinalIgnoreCase),
            Annotations = log.Annotations,
            Masks = log.Masks,
            Log = log.Log,
            Summary = string.Join('\n', summary.Split('\n').Select(masker.Mask)),
            RawStdout = stdout,
            RawStderr = stderr,
            Duration = TimeSpan.Zero,
            Signals = [],
            Violations = [.. log.Violations, .. violations],
        };

        IReadOnlyDictionary<string, string> Read(string path, string kind)
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes is [0xEF, 0xBB, 0xBF, ..]) violations.Add($"the file of the {kind} starts with a byte order mark");
            try
            {
                return FileCommands.Parse(File.ReadAllText(path));
            }
            catch (FormatException exception)
            {
                log.Fail($"Unable to process file command '{kind}' successfully. {exception.Message}");
                return new Dictionary<string, string>();
            }
        }
    }

    /// <summary>A command that masks a value has to name it; the runner does not show it.</summary>
    private static string WithoutMasks(string stdout) =>
        string.Join('\n', stdout.Split('\n').Where(line => !line.StartsWith("::add-mask::", StringComparison.Ordinal)));

    private string RelativeToWorkspace(string path, RunnerSandbox sandbox)
    {
        var host = mode.ToHostPath(path, sandbox);
        return host.StartsWith(sandbox.Workspace + "/", StringComparison.Ordinal) ? host[(sandbox.Workspace.Length + 1)..] : host;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
