using System.Collections;
using System.Text;

namespace Actions.Shared.Hosting;

/// <summary>Everything of the process that a program may use: the real one, or a test's own.</summary>
public sealed record HostEnvironment
{
    /// <summary>Characters that standard output may hold back; a report of megabytes is written in pieces of this size.</summary>
    private const int OutputBuffer = 16 * 1024;

    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The current directory, an absolute path.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Standard input.</summary>
    public Stream StandardInput { get; init; } = Stream.Null;

    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The clock. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether a person reads standard output as it comes. The default is false.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Columns of the terminal. The default is 80.</summary>
    public int TerminalWidth { get; init; } = 80;

    /// <summary>Whether standard output may hold colours. The default is false.</summary>
    public bool OutputColours { get; init; }

    /// <summary>Whether standard error may hold colours. The default is false.</summary>
    public bool ErrorColours { get; init; }

    /// <summary>Fires when somebody wants us to stop. The default never fires.</summary>
    public CancellationToken Interrupt { get; init; }

    /// <summary>Whether that interrupt reached our children as well (Ctrl-C in a terminal). The default is never.</summary>
    public Func<bool> ChildrenWereInterrupted { get; init; } = static () => false;

    /// <summary>
    /// The real one. Colours need a terminal, no <c>NO_COLOR</c>, no <c>CI</c> and a <c>TERM</c> other than <c>dumb</c>.
    /// </summary>
    internal static HostEnvironment OfProcess(Interruption interruption)
    {
        // A loop: LINQ over DictionaryEntry has to be compiled at every start.
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";

        var isTerminal = !Console.IsOutputRedirected;
        var colours = AllowColours(variables);
        return new HostEnvironment
        {
            Variables = variables,
            WorkingDirectory = Environment.CurrentDirectory,
            StandardInput = Console.OpenStandardInput(),
            Output = Writer(Console.OpenStandardOutput(), OutputBuffer),
            Error = Writer(Console.OpenStandardError()),
            IsTerminal = isTerminal,
            TerminalWidth = isTerminal && Console.WindowWidth is > 20 and var width ? width : 80,
            OutputColours = isTerminal && colours,
            ErrorColours = !Console.IsErrorRedirected && colours,
            Interrupt = interruption.Token,
            ChildrenWereInterrupted = () => interruption.ReachedChildren,
        };
    }

    /// <summary>Whether the environment has nothing against colours (no-color.org).</summary>
    internal static bool AllowColours(IReadOnlyDictionary<string, string> variables) =>
        variables.GetValueOrDefault("NO_COLOR", "").Length == 0
        && variables.GetValueOrDefault("CI", "") is "" or "false"
        && variables.GetValueOrDefault("TERM", "") is not "dumb";

    private static StreamWriter Writer(Stream stream, int buffer = -1) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), buffer) { NewLine = "\n" };
}
