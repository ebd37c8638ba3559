using Actions.Shared.Findings;
using Actions.Shared.GitHub;

namespace Actions.Shared.Hosting;

/// <summary>The log for a person, or for a program that reads standard output: never a workflow command.</summary>
internal sealed class TerminalLog(HostEnvironment environment, SecretMasks masks, bool isDebug) : ActionLog
{
    private readonly Lock _lock = new();

    public override void Info(string text) => Write(environment.Output, Clean(text));

    public override void Debug(string text)
    {
        if (isDebug)
            Write(environment.Error, $"debug: {Clean(text)}");
    }

    public override IDisposable Group(string title)
    {
        Write(environment.Output, Ansi.Bold(Clean(title), environment.OutputColours));
        return NoGroup.Instance;
    }

    public override void Untrusted(string text) => Write(environment.Output, Clean(text));

    public override void Document(string text)
    {
        lock (_lock)
        {
            environment.Output.Write(masks.Redact(text));
            environment.Output.Flush();
        }
    }

    public override void Document(Action<TextWriter> write)
    {
        if (!masks.IsEmpty)
        {
            base.Document(write);
            return;
        }

        lock (_lock)
        {
            write(environment.Output);
            environment.Output.Flush();
        }
    }

    /// <summary>Lines for standard error, the first after a coloured word.</summary>
    public void Report(Severity severity, string text)
    {
        var word = severity switch
        {
            Severity.Error => Ansi.Red("error:", environment.ErrorColours),
            Severity.Warning => Ansi.Yellow("warning:", environment.ErrorColours),
            _ => Ansi.Blue("note:", environment.ErrorColours),
        };
        Write(environment.Error, $"{word} {Clean(text)}");
    }

    private protected override void Tell(Severity severity, string text) => Report(severity, text);

    private protected override void Close()
    {
        environment.Output.Flush();
        environment.Error.Flush();
    }

    private string Clean(string text) => string.Join('\n', PlainText.Lines(masks.Redact(text)).Select(PlainText.Clean));

    private void Write(TextWriter writer, string text)
    {
        lock (_lock)
        {
            writer.Write(text + "\n");
            writer.Flush();
        }
    }

    private sealed class NoGroup : IDisposable
    {
        public static NoGroup Instance { get; } = new();

        public void Dispose()
        {
        }
    }
}
