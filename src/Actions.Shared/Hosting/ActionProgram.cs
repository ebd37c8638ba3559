namespace Actions.Shared.Hosting;

/// <summary>One action: what it is called, what it reads, what it gives, what it does.</summary>
/// <typeparam name="TOptions">The immutable options record.</typeparam>
public sealed record ActionProgram<TOptions>
{
    /// <summary>Name of the executable and of the action's folder, in kebab case.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>
    /// Declares and reads the options. It must call the same methods in the same order every time and do nothing else: it also runs
    /// without values, to describe the options. Where a value is wrong the reader notes it and returns the default.
    /// </summary>
    public required Func<OptionReader, TOptions> ReadOptions { get; init; }

    /// <summary>The outputs that the action may set. The default is none.</summary>
    public IReadOnlyList<OutputDescriptor> Outputs { get; init; } = [];

    /// <summary>
    /// Does the work. Expected failures are thrown as <see cref="ActionException"/> (several in an <see cref="AggregateException"/>).
    /// The token fires at SIGINT and SIGTERM; what is not done 9 seconds later is abandoned.
    /// </summary>
    public required Func<TOptions, ActionContext, CancellationToken, Task<ExitCode>> RunAsync { get; init; }
}

/// <summary>A value that an action hands to later steps.</summary>
/// <param name="Name">Name in kebab case, as in <c>steps.x.outputs.name</c>.</param>
/// <param name="Description">What it holds, one sentence.</param>
public sealed record OutputDescriptor(string Name, string Description);

/// <summary>What an action says of itself: the source of <c>--help</c>, the README's tables and the tests of <c>action.yml</c>.</summary>
/// <param name="Name">Name in kebab case.</param>
/// <param name="Summary">What it does, one sentence.</param>
/// <param name="Options">Its options, in the order of their declaration.</param>
/// <param name="Outputs">Its outputs, in the order of their declaration.</param>
public sealed record ActionManifest(
    string Name, string Summary, IReadOnlyList<OptionDescriptor> Options, IReadOnlyList<OutputDescriptor> Outputs);
