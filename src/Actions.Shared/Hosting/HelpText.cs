using System.Text;

namespace Actions.Shared.Hosting;

/// <summary>Writes the text of <c>--help</c> from what the action says of itself.</summary>
internal static class HelpText
{
    private const int Indent = 6;

    private static readonly (ExitCode Code, string Meaning)[] ExitCodes =
    [
        (ExitCode.Done, "everything asked for was done"),
        (ExitCode.Findings, "problems were found, or a deployment failed"),
        (ExitCode.BadInput, "an option, a file or a path is wrong"),
        (ExitCode.DependencyUnreachable, "a program, cluster or server could not be reached"),
        (ExitCode.Bug, "a defect of the program itself"),
        (ExitCode.Cancelled, "cancelled by SIGINT or SIGTERM"),
    ];

    /// <summary>The whole text, no line longer than <paramref name="width"/> where words allow.</summary>
    public static string Write(ActionManifest manifest, int width)
    {
        var text = new StringBuilder();
        width = Math.Clamp(width, 40, 100);
        Wrap(text, manifest.Summary, 0, width);
        text.Append('\n');
        var positional = manifest.Options.FirstOrDefault(o => o.IsPositional);
        text.Append("Usage: ").Append(manifest.Name).Append(" [options]");
        if (positional is not null)
            text.Append($" [{positional.Name}{(positional.IsList ? "..." : "")}]");
        text.Append('\n');

        Section(text, "Options");
        foreach (var option in manifest.Options)
            Entry(text, Usage(option), Sentences(option), width);
        Entry(text, "--help", "Shows this text.", width);
        Entry(text, "--version", "Shows the version.", width);

        if (manifest.Outputs.Count > 0)
        {
            Section(text, "Outputs (in GitHub Actions)");
            foreach (var output in manifest.Outputs)
                Entry(text, output.Name, output.Description, width);
        }

        Section(text, "Exit codes");
        foreach (var (code, meaning) in ExitCodes)
            text.Append($"  {(int)code,-4}{meaning}\n");
        return text.ToString();
    }

    private static string Usage(OptionDescriptor option) => option.Kind switch
    {
        OptionKind.Boolean => $"--{option.Name} [true|false]",
        OptionKind.Integer => $"--{option.Name} NUMBER",
        OptionKind.Duration => $"--{option.Name} DURATION",
        OptionKind.Choice or OptionKind.Choices => $"--{option.Name} {string.Join('|', option.AllowedValues)}",
        OptionKind.Secret => $"{option.ShellVariable} (variable)",
        _ => $"--{option.Name} VALUE",
    };

    private static string Sentences(OptionDescriptor option)
    {
        var text = new StringBuilder(option.Description);
        if (option is { Kind: OptionKind.Text or OptionKind.Lines or OptionKind.Integer or OptionKind.Duration, Expected.Length: > 0 })
            text.Append($" Takes {option.Expected}.");
        if (option.IsList)
            text.Append(option.TakesCommas ? " May be repeated, or hold several separated by commas." : " May be repeated.");
        if (option.IsSecret)
            text.Append(" Secret: not taken from the command line.");
        if (option.IsRequired)
            text.Append(" Required.");
        else if (option.Default.Length > 0)
            text.Append($" Default: {option.Default.Replace("\n", ", ", StringComparison.Ordinal)}");
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title) => text.Append('\n').Append(title).Append(":\n");

    private static void Entry(StringBuilder text, string term, string description, int width)
    {
        text.Append("  ").Append(term).Append('\n');
        Wrap(text, description, Indent, width);
    }

    private static void Wrap(StringBuilder text, string sentence, int indent, int width)
    {
        var column = 0;
        foreach (var word in sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                text.Append('\n');
                column = 0;
            }

            text.Append(column == 0 ? new string(' ', indent) : " ").Append(word);
            column += (column == 0 ? indent : 1) + word.Length;
        }

        text.Append('\n');
    }
}
