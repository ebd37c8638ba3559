using Actions.Shared.Findings;

namespace Actions.Shared.Hosting;

/// <summary>
/// Where a program tells what it does: for the runner's log in GitHub, for a person elsewhere. No text printed here becomes a command, and
/// masked values show as <c>***</c>. Safe for concurrent use.
/// </summary>
public abstract class ActionLog : IDisposable
{
    private protected ActionLog()
    {
    }

    /// <summary>A line of progress.</summary>
    public abstract void Info(string text);

    /// <summary>Something worth knowing about the run as a whole; an annotation in GitHub.</summary>
    public void Notice(string text) => Tell(Severity.Info, text);

    /// <summary>Something that may hurt; an annotation in GitHub, on standard error elsewhere.</summary>
    public void Warning(string text) => Tell(Severity.Warning, text);

    /// <summary>Something that went wrong but does not end the run; an annotation in GitHub, on standard error elsewhere.</summary>
    public void Error(string text) => Tell(Severity.Error, text);

    /// <summary>Shown only with <c>RUNNER_DEBUG=1</c>.</summary>
    public abstract void Debug(string text);

    /// <summary>Puts what follows under a title, until the result is disposed; in GitHub it can be folded. Groups do not nest.</summary>
    public abstract IDisposable Group(string title);

    /// <summary>Text that others control: output of children, content of files, answers of servers.</summary>
    public abstract void Untrusted(string text);

    /// <summary>
    /// A document for standard output, as it is where a program reads it; in GitHub's log it is made harmless.
    /// </summary>
    public abstract void Document(string text);

    /// <summary>The same for a document that may be long: where nothing has to be masked or made harmless it is written piece by piece.</summary>
    /// <param name="write">Writes the document.</param>
    public virtual void Document(Action<TextWriter> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(writer);
        Document(writer.ToString());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Tell(Severity severity, string text);

    private protected abstract void Close();
}
