using Spectre.Console;

namespace Actions.Shared.Hosting;

/// <summary>A Spectre console that takes nothing from the process but what the host environment says.</summary>
internal static class PersonConsole
{
    public static IAnsiConsole Create(HostEnvironment environment)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = environment.OutputColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = environment.OutputColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new Target(environment),
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private sealed class Target(HostEnvironment environment) : IAnsiConsoleOutput
    {
        public TextWriter Writer => environment.Output;

        public bool IsTerminal => environment.IsTerminal;

        public int Width => environment.TerminalWidth;

        public int Height => 24;

        public void SetEncoding(System.Text.Encoding encoding)
        {
            // The writer has its encoding.
        }
    }
}
