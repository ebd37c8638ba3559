using System.Globalization;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;
using Actions.Shared.Processes;
using Actions.TerraformPlanning.Roots;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning.Running;

/// <summary>One root, step by step. A step that fails ends it, and its failure is in the result; nothing is thrown but a cancellation.</summary>
/// <param name="root">The root.</param>
/// <param name="options">What was asked for.</param>
/// <param name="context">The run.</param>
/// <param name="settings">How the tool is called.</param>
/// <param name="files">Where its files go.</param>
/// <param name="name">A name of its own, for its files.</param>
/// <param name="initTurn">Lets one root at a time fill the provider cache, which the tool does not guard.</param>
/// <param name="progress">Tells what is going on.</param>
internal sealed class RootRun(
    TerraformRoot root, TerraformPlanOptions options, ActionContext context, TerraformSettings settings, PrivateFiles files, string name, SemaphoreSlim initTurn, RootProgress progress)
{
    private readonly List<StepTime> _times = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private TerraformCli? _cli;
    private RootResult _result = new(root);

    private string Shown => root.Path == "." ? "this directory" : root.Path;

    /// <summary>Formats (checks only), initialises, validates, plans, and reads the plan.</summary>
    public async Task<RootResult> PlanAsync(ToolFinder finder, CancellationToken cancellation)
    {
        try
        {
            var wanted = WantedVersion.Of(options.TerraformVersion, ToolVendor.Of(options.Tool), root.FullPath, WorkspaceOf());
            _cli = new TerraformCli(await finder.FindAsync(wanted, cancellation), root, context.Processes, settings, files.PathOf($"{name}/data"));
            _result = _result with { Tool = _cli.Tool.ToString(), Workspace = options.Workspace.Length > 0 ? options.Workspace : "default" };

            var formatting = options.CheckFormat ? UnformattedAsync(_cli, cancellation) : Task.FromResult<IReadOnlyList<string>>([]);
            var failure = await InitialiseAsync(_cli, cancellation);
            _result = _result with { Unformatted = await formatting };
            failure ??= await SelectWorkspaceAsync(_cli, cancellation);
            failure ??= await ValidateAsync(_cli, cancellation);
            failure ??= await MakePlanAsync(_cli, cancellation);
            failure ??= await ShowAsync(_cli, cancellation);
            return Finish(failure);
        }
        catch (ActionException e)
        {
            return Finish(new RootFailure("setup-failed", e.Title, e.Detail, e.Hint, e.Location, e.ExitCode));
        }
    }

    /// <summary>Applies the plan that was just made.</summary>
    /// <param name="redactor">Made for the plan.</param>
    /// <param name="cancellation">Interrupts it.</param>
    public async Task<RootResult> ApplyAsync(PlanRedactor redactor, CancellationToken cancellation)
    {
        var completed = new List<string>();
        using var step = progress.Begin("apply", _cli!.Tool.Vendor.Program, redactor);
        var call = await TimedAsync("apply", () => _cli!.StreamAsync(
            ["apply", "-json", "-input=false", $"-lock-timeout={TerraformCli.Seconds(options.LockTimeout)}", Parallelism, _result.BinaryPlan],
            message =>
            {
                step.Tell(message);
                if (message.Type == "apply_complete")
                {
                    completed.Add(message.Address);
                }
            },
            cancellation));
        _diagnostics.AddRange(call.Diagnostics);
        _result = _result with { IsApplied = call.Result.Succeeded || completed.Count > 0, Completed = completed };
        if (call.Result.Outcome == ChildOutcome.Cancelled)
        {
            return Finish(new RootFailure(
                "cancelled",
                $"Applying {Shown} was cancelled",
                $"{completed.Count} of its changes were done before; {_cli!.Tool.Vendor.Name} was asked to stop{(call.Result.ExitCode == 137 ? ", did not within 7 seconds and was killed: the state may still be locked" : ", wrote the state and released its lock")}",
                "Plan again: the plan shows what is left.",
                ExitCode: ExitCode.Cancelled));
        }

        return Finish(call.Result.Succeeded ? null : FailureOf("apply", call, $"{completed.Count} of its changes were done before it failed. Plan again to see what is left."));
    }

    private string WorkspaceOf() => Path.GetFullPath(string.Concat(Enumerable.Repeat("../", root.Path == "." ? 0 : root.Path.Count(c => c == '/') + 1)), root.FullPath).TrimEnd(Path.DirectorySeparatorChar);

    private RootResult Finish(RootFailure? failure) => _result = _result with { Failure = failure, Diagnostics = [.. _diagnostics.Distinct()], Times = [.. _times] };

    private string Parallelism => string.Create(CultureInfo.InvariantCulture, $"-parallelism={options.Parallelism}");

    private async Task<IReadOnlyList<string>> UnformattedAsync(TerraformCli cli, CancellationToken cancellation)
    {
        // Exit code 3 is for unformatted files; what cannot be read is told by the next step.
        var result = await TimedAsync("fmt", () => cli.TextAsync(["fmt", "-check", "-list=true", "-no-color"], cancellation));
        cancellation.ThrowIfCancellationRequested();
        return result.ExitCode != 3
            ? []
            : [.. PlainText.Lines(result.StandardOutput).Select(l => l.Trim()).Where(l => l.Length > 0).Select(l => root.Path == "." ? l : $"{root.Path}/{l}").Order(StringComparer.Ordinal)];
    }

    private async Task<RootFailure?> InitialiseAsync(TerraformCli cli, CancellationToken cancellation)
    {
        var arguments = new List<string> { "init", cli.Tool.HasJsonInit ? "-json" : "-no-color", "-input=false", "-reconfigure" };
        // Without a lock file there is nothing that could be kept as it is.
        if (options.LockFile == LockFileMode.Readonly && File.Exists(Path.Combine(root.FullPath, ".terraform.lock.hcl")))
        {
            arguments.Add("-lockfile=readonly");
        }

        var inline = 0;
        foreach (var line in options.BackendConfig)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            // A value may be secret: it goes by a file of ours.
            arguments.Add("-backend-config=" + (equals > 0
                ? files.Write($"{name}/backend-{inline++}.tfbackend", $"{line[..equals].Trim()} = {HclText.Quote(line[(equals + 1)..].Trim())}\n")
                : InRoot(line, "backend-config")));
        }

        if (settings.ProviderCache is not null)
        {
            await initTurn.WaitAsync(cancellation);
        }

        TerraformCall call;
        try
        {
            using var step = progress.Begin("init", cli.Tool.Vendor.Program);
            call = await TimedAsync("init", () => cli.StreamAsync(arguments, step.Tell, cancellation));
        }
        finally
        {
            if (settings.ProviderCache is not null)
            {
                initTurn.Release();
            }
        }

        return Concluded("init", call, "Correct the configuration, the backend or its credentials.", cancellation);
    }

    private async Task<RootFailure?> SelectWorkspaceAsync(TerraformCli cli, CancellationToken cancellation)
    {
        if (options.Workspace.Length == 0 || options.Workspace == "default")
        {
            return null;
        }

        string[] arguments = options.CreateWorkspace ? ["workspace", "select", "-or-create=true", options.Workspace] : ["workspace", "select", options.Workspace];
        var result = await TimedAsync("workspace", () => cli.TextAsync(arguments, cancellation));
        cancellation.ThrowIfCancellationRequested();
        if (result.Succeeded)
        {
            return null;
        }

        var list = await cli.TextAsync(["workspace", "list"], cancellation);
        var known = PlainText.Lines(PlainText.Clean(list.StandardOutput)).Select(l => l.Trim().TrimStart('*').Trim()).Where(l => l.Length > 0).ToArray();
        return list.Succeeded && !known.Contains(options.Workspace, StringComparer.Ordinal)
            ? new RootFailure(
                "no-workspace",
                $"There is no workspace {options.Workspace} in {Shown}",
                $"known: {string.Join(", ", known.Take(20))}",
                (Actions.Shared.Text.Suggestions.Closest(options.Workspace, known) is { } near ? $"Did you mean {near}? " : "") + "Correct `workspace`, or set `create-workspace` to make it.",
                ExitCode: ExitCode.BadInput)
            : new RootFailure("workspace-failed", $"Workspace {options.Workspace} cannot be selected in {Shown}", LastLines(result), "Check the backend and its credentials.");
    }

    private async Task<RootFailure?> ValidateAsync(TerraformCli cli, CancellationToken cancellation)
    {
        using var step = progress.Begin("validate", cli.Tool.Vendor.Program);
        var result = await TimedAsync("validate", () => cli.TextAsync(["validate", "-json"], cancellation));
        return Concluded("validate", new TerraformCall(result, cli.ReadValidation(result.StandardOutput)), "Correct the configuration.", cancellation);
    }

    private async Task<RootFailure?> MakePlanAsync(TerraformCli cli, CancellationToken cancellation)
    {
        var plan = files.PathOf($"{name}/plan");
        var arguments = new List<string>
        {
            "plan", "-json", "-input=false", $"-out={plan}", $"-lock-timeout={TerraformCli.Seconds(options.LockTimeout)}", Parallelism,
        };
        arguments.AddRange(options.VarFiles.Select(f => "-var-file=" + InRoot(f, "var-files")));
        // The last file wins.
        if (options.Variables.Length > 0)
        {
            arguments.Add("-var-file=" + files.Write($"{name}/inputs.tfvars", options.Variables + "\n"));
        }

        arguments.AddRange(options.Targets.Select(t => "-target=" + t));
        arguments.AddRange(options.Replace.Select(r => "-replace=" + r));
        if (options.Destroy)
        {
            arguments.Add("-destroy");
        }

        if (options.RefreshOnly)
        {
            arguments.Add("-refresh-only");
        }

        TerraformCall call;
        using (var step = progress.Begin("plan", cli.Tool.Vendor.Program))
        {
            call = await TimedAsync("plan", () => cli.StreamAsync(arguments, step.Tell, cancellation));
        }

        _result = _result with { BinaryPlan = plan };
        return Concluded("plan", call, "", cancellation);
    }

    private async Task<RootFailure?> ShowAsync(TerraformCli cli, CancellationToken cancellation)
    {
        ChildResult result;
        string path;
        await using (var target = files.Create($"{name}/plan.json"))
        {
            path = target.Name;
            result = await TimedAsync("show", () => cli.CopyAsync(["show", "-json", _result.BinaryPlan], target, cancellation));
        }

        cancellation.ThrowIfCancellationRequested();
        if (!result.Succeeded || result.IsOutputTruncated)
        {
            return new RootFailure("show-failed", $"The plan of {Shown} cannot be read", LastLines(result), $"Run {cli.Tool.Vendor.Program} show on a plan of this root.");
        }

        ReadOnlyMemory<byte> json = await File.ReadAllBytesAsync(path, cancellation);
        var plan = PlanReader.Read(json, $"the plan of {Shown}");
        _result = _result with { Json = json, Plan = plan };
        return null;
    }

    /// <summary>A file that the caller named: relative to the root, or absolute in the workspace.</summary>
    private string InRoot(string path, string input)
    {
        var workspace = WorkspaceOf();
        foreach (var full in new[] { Path.GetFullPath(path, root.FullPath), Path.GetFullPath(path, workspace) })
        {
            if (File.Exists(full))
            {
                var real = RootDiscovery.Real(full);
                return IsBelow(real, RootDiscovery.Real(workspace)) || (context.GitHub.TemporaryDirectory is { } temporary && IsBelow(real, RootDiscovery.Real(temporary)))
                    ? real
                    : throw new ActionException($"{path} is outside the workspace", $"`{input}` names it", "Name a file in the workspace, or one in RUNNER_TEMP.");
            }
        }

        throw new ActionException($"{path} does not exist", $"`{input}` names it; looked in {Shown} and in the workspace", "Name a file relative to the root or to the workspace.");
    }

    private static bool IsBelow(string path, string directory) => path.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private RootFailure? Concluded(string step, TerraformCall call, string hint, CancellationToken cancellation)
    {
        _diagnostics.AddRange(call.Diagnostics);
        cancellation.ThrowIfCancellationRequested();
        return call.Result.Succeeded ? null : FailureOf(step, call, hint);
    }

    private RootFailure FailureOf(string step, TerraformCall call, string hint)
    {
        foreach (var diagnostic in call.Diagnostics)
        {
            if (StateLock.Find(diagnostic.Summary, diagnostic.Detail) is { } held)
            {
                _result = _result with { HeldLock = held };
                return new RootFailure(
                    "state-locked",
                    $"The state of {Shown} is locked",
                    $"{held.Describe(context.Time.GetUtcNow())}; waited {options.LockTimeout.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s",
                    "Wait for it to end and run again. If it has ended without unlocking, check that, then unlock with "
                    + $"{_cli!.Tool.Vendor.Program} force-unlock{(held.Id.Length > 0 ? " " + held.Id : "")}.",
                    ExitCode: ExitCode.DependencyUnreachable);
            }
        }

        // A general remark without a place comes after the one that says what is wrong, or before.
        var errors = call.Diagnostics.Where(d => d.Severity == Severity.Error).ToArray();
        var first = errors.FirstOrDefault(e => e.Location is not null) ?? errors.FirstOrDefault();
        var more = errors.Length > 1 ? $" ({errors.Length - 1} more in the annotations)" : "";
        return first is null
            ? new RootFailure($"{step}-failed", $"{step} failed in {Shown}", LastLines(call.Result), hint)
            : new RootFailure($"{step}-failed", $"{step} failed in {Shown}: {first.Summary}{more}", first.Detail, hint, first.Location);
    }

    private static string LastLines(ChildResult result)
    {
        var lines = PlainText.Lines(PlainText.Clean(result.StandardError)).Select(l => l.Trim(' ', '│', '╷', '╵')).Where(l => l.Length > 0).TakeLast(10);
        var text = string.Join('\n', lines);
        return text.Length > 0 ? text : string.Create(CultureInfo.InvariantCulture, $"exit code {result.ExitCode}, and no message");
    }

    private async Task<T> TimedAsync<T>(string step, Func<Task<T>> run)
    {
        var start = context.Time.GetTimestamp();
        var result = await run();
        lock (_times)
        {
            _times.Add(new StepTime(step, context.Time.GetElapsedTime(start)));
        }

        return result;
    }
}
