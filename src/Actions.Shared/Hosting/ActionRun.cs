using Actions.Shared.GitHub;
using Microsoft.Extensions.Configuration;

namespace Actions.Shared.Hosting;

/// <summary>One run of a program, from its arguments to its exit code.</summary>
internal sealed class ActionRun
{
    /// <summary>What a cancelled program has until its run is abandoned: the runner gives a container 10 seconds, children 7 of them.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(9);

    private readonly HostEnvironment _environment;
    private readonly GitHubContext _github;
    private readonly WorkflowCommands? _commands;
    private readonly ActionLog _log;
    private readonly ActionSecrets _secrets;
    private readonly ActionAnnotations _annotations = new();
    private readonly ActionSummary _summary;
    private readonly string _name;

    private ActionRun(string name, HostEnvironment environment)
    {
        _name = name;
        _environment = environment;
        _github = GitHubContext.FromEnvironment(environment.Variables);
        var masks = new SecretMasks();
        _commands = _github.IsActions ? new WorkflowCommands(environment.Output) : null;
        _log = _commands is null
            ? new TerminalLog(environment, masks, _github.IsDebug)
            : new GitHubLog(_commands, masks, _github.IsDebug);
        _secrets = new ActionSecrets(masks, _commands);
        _summary = new ActionSummary(_github, _log, masks);
    }

    /// <summary>The program's body once its options are read.</summary>
    public delegate Task<ExitCode> Body(ActionContext context, CancellationToken cancellationToken);

    public static async Task<int> RunAsync(
        string name, Func<ActionManifest> describe, Func<OptionReader, Body> read, string[] args, HostEnvironment environment)
    {
        var run = new ActionRun(name, environment);
        using (run._log)
        {
            return (int)await run.RunAsync(describe, read, args).ConfigureAwait(false);
        }
    }

    private async Task<ExitCode> RunAsync(Func<ActionManifest> describe, Func<OptionReader, Body> read, string[] args)
    {
        ActionOutputs? outputs = null;
        var failures = new FailureReport(_name, _log, _annotations, _summary);
        try
        {
            var manifest = describe();
            var arguments = CommandLine.Parse(manifest.Options, args);
            if (arguments.WantsHelp || arguments.WantsVersion)
            {
                _log.Document(arguments.WantsHelp
                    ? HelpText.Write(manifest, _environment.TerminalWidth)
                    : $"{_name} {ProgramVersion.OfProcess}\n");
                return ExitCode.Done;
            }

            outputs = new ActionOutputs(manifest.Outputs);
            var body = ReadOptions(manifest, arguments, read);
            var context = new ActionContext(
                _environment, _github, _log, _secrets, _annotations, outputs, _summary, ProgramVersion.OfProcess);
            return await StopInTimeAsync(body, context).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The one place where every failure ends: what is not expected is reported as a bug.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return failures.Report(e, _environment.Interrupt.IsCancellationRequested);
        }
        finally
        {
            (_log as GitHubLog)?.Annotate(_annotations.All);
            outputs?.Write(_github, _log);
        }
    }

    private Body ReadOptions(ActionManifest manifest, CommandLine arguments, Func<OptionReader, Body> read)
    {
        var inputs = InputVariables.Read(manifest.Options, _environment.Variables);
        foreach (var secret in manifest.Options.Where(o => o.IsSecret))
        {
            if (inputs.GetValueOrDefault(secret.Name) is { } value)
                _secrets.Mask(value);
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(inputs)
            .AddInMemoryCollection(arguments.Values)
            .Build();
        var reader = new OptionReader(configuration, name => _github.IsActions ? $"Input {name}" : $"--{name}");
        var body = read(reader);
        var errors = arguments.Errors.Concat(reader.Errors).ToArray();
        if (errors.Length > 0)
            throw new AggregateException(errors);

        if (_github.IsActions)
        {
            foreach (var sentence in InputVariables.Unknown(manifest.Options, _environment.Variables))
                _log.Warning(sentence);
        }

        return body;
    }

    private async Task<ExitCode> StopInTimeAsync(Body body, ActionContext context)
    {
        var interrupt = _environment.Interrupt;
        var running = body(context, interrupt);
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = interrupt.Register(interrupted.SetResult).ConfigureAwait(false);
        await Task.WhenAny(running, interrupted.Task).ConfigureAwait(false);
        if (!running.IsCompleted)
        {
            try
            {
                return await running.WaitAsync(StopLimit, _environment.Time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                _log.Error($"{_name} was cancelled and did not come to an end within {StopLimit.TotalSeconds:0} seconds; its work is abandoned as it stands.");
                return ExitCode.Cancelled;
            }
        }

        return await running.ConfigureAwait(false);
    }
}
