namespace Actions.Shared.Processes;

/// <summary>
/// What to start, immutable. Arguments are a list and never pass through a shell. They may hold secrets, so nothing prints them:
/// errors name the program and, with <see cref="ShowFirstArgument"/>, its sub-command.
/// </summary>
/// <param name="Program">A name to look up on <c>PATH</c> of the child's environment, or a path (anything with a slash).</param>
/// <param name="Arguments">The arguments, each passed as it is.</param>
public sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Creates a command from a program and its arguments.</summary>
    public ChildCommand(string program, params string[] arguments)
        : this(program, (IReadOnlyList<string>)arguments)
    {
    }

    /// <summary>Directory to start in; null for the runner's own working directory. The default is null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Variables handed down from our own environment beyond <see cref="ChildEnvironment.AlwaysInherited"/>: exact names, or prefixes
    /// such as <c>AWS_*</c>. The default is none.
    /// </summary>
    public IReadOnlyList<string> InheritedVariables { get; init; } = [];

    /// <summary>Variables set for the child, whatever our own environment says. The default is none.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Text for standard input (UTF-8); null for an empty one. The default is null.</summary>
    public string? StandardInput { get; init; }

    /// <summary>How long the child may run before it is interrupted; null for no limit. The default is null.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many bytes of each output stream are kept; what follows is read and dropped. The default is 16 MiB.</summary>
    public int OutputLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Where standard output goes byte by byte instead of being kept; <see cref="OutputLimit"/> does not count for it. Written to from another thread
    /// until the child has ended, and not closed. The default is null: it is kept.
    /// </summary>
    public Stream? OutputTarget { get; init; }

    /// <summary>How many UTF-16 units of a line reach the callback; the rest of the line is dropped. The default is 65,536.</summary>
    public int LineLimit { get; init; } = 65_536;

    /// <summary>Whether messages may show the first argument, which holds no secret (a sub-command such as <c>plan</c>). The default is false.</summary>
    public bool ShowFirstArgument { get; init; }

    /// <summary>How messages call the command: the program's file name and, if allowed, its first argument.</summary>
    public string DisplayName =>
        ShowFirstArgument && Arguments.Count > 0 ? $"{Path.GetFileName(Program)} {Arguments[0]}" : Path.GetFileName(Program);

    /// <inheritdoc cref="DisplayName"/>
    public override string ToString() => DisplayName;
}
