namespace Actions.Shared.Hosting;

/// <summary>The run loop of every action.</summary>
public static class ActionHost
{
    /// <summary>
    /// Runs a program in this process: reads its options, does its work, reports how it ended. SIGINT and SIGTERM cancel it; a second
    /// one ends the process at once.
    /// </summary>
    /// <returns>The exit code for the process, an <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync<TOptions>(ActionProgram<TOptions> program, string[] args)
    {
        using var interruption = new Interruption();
        return await RunAsync(program, args, HostEnvironment.OfProcess(interruption)).ConfigureAwait(false);
    }

    /// <summary>Runs a program in the given environment and leaves the process alone.</summary>
    /// <returns>The exit code for the process, an <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync<TOptions>(ActionProgram<TOptions> program, string[] args, HostEnvironment environment) =>
        ActionRun.RunAsync(
            program.Name,
            () => Describe(program),
            reader =>
            {
                var options = program.ReadOptions(reader);
                return (context, cancellationToken) => program.RunAsync(options, context, cancellationToken);
            },
            args,
            environment);

    /// <summary>What a program says of itself.</summary>
    public static ActionManifest Describe<TOptions>(ActionProgram<TOptions> program)
    {
        var reader = new OptionReader(values: null, name => name);
        _ = program.ReadOptions(reader);
        return new ActionManifest(program.Name, program.Summary, reader.Descriptors, program.Outputs);
    }
}
