namespace Actions.Shared.GitHub;

/// <summary>
/// Writes a step's log in GitHub: workflow commands, and text that can never become one. Everything goes to one writer, because the
/// runner reads standard output and standard error apart and in no fixed order. Safe for concurrent use.
/// </summary>
/// <param name="writer">Standard output, or what stands for it.</param>
public sealed class WorkflowCommands(TextWriter writer) : IDisposable
{
    private readonly Lock _lock = new();
    private string? _stopToken;
    private int _openGroup;
    private int _groups;

    /// <summary>Tells the runner to hide <paramref name="line"/> from now on. Use the lines that <see cref="SecretMasks.Add"/> returns.</summary>
    public void AddMask(string line) => Command($"::add-mask::{CommandText.Data(line)}");

    /// <summary>Emits an annotation; GitHub shows only so many, see <see cref="AnnotationBudget"/>.</summary>
    public void Annotate(Annotation annotation) => Command(annotation.ToCommand());

    /// <summary>A line that only debug runs show.</summary>
    public void Debug(string message) => Command($"::debug::{CommandText.Data(PlainText.Clean(message))}");

    /// <summary>
    /// Starts a group of lines that can be folded; disposing the result ends it. Groups do not nest in GitHub: a group that is still
    /// open is ended first.
    /// </summary>
    public IDisposable Group(string title)
    {
        lock (_lock)
        {
            EndGroup(_openGroup);
            _openGroup = ++_groups;
            Command($"::group::{CommandText.Data(PlainText.Clean(title))}");
            return new OpenGroup(this, _openGroup);
        }
    }

    /// <summary>Prints our own text; made harmless all the same, since it may quote somebody else's.</summary>
    public void Text(string text)
    {
        lock (_lock)
        {
            foreach (var line in text.Length == 0 ? [""] : UntrustedText.Neutralize(text))
            {
                writer.Write(line);
                writer.Write('\n');
            }

            writer.Flush();
        }
    }

    /// <summary>
    /// Prints text that others control: made harmless, and with the runner's commands switched off as well. They stay off until the
    /// next command or <see cref="Resume"/>, so that the lines of a child's output do not each bring two more.
    /// </summary>
    public void Untrusted(string text)
    {
        lock (_lock)
        {
            if (_stopToken is null)
            {
                _stopToken = Guid.NewGuid().ToString("N");
                Line($"::stop-commands::{_stopToken}");
            }

            Text(text);
        }
    }

    /// <summary>Switches the runner's commands on again, if they are off.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            if (_stopToken is null)
                return;
            Line($"::{_stopToken}::");
            _stopToken = null;
        }
    }

    /// <summary>Ends what is open: commands are on again, no group is left, everything is written out.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            EndGroup(_openGroup);
            Resume();
            writer.Flush();
        }
    }

    private void EndGroup(int id)
    {
        lock (_lock)
        {
            if (id == 0 || id != _openGroup)
                return;
            _openGroup = 0;
            Command("::endgroup::");
        }
    }

    private void Command(string line)
    {
        lock (_lock)
        {
            Resume();
            Line(line);
        }
    }

    // Always \n, whatever the writer's own line end; the runner would take a \r for one more.
    private void Line(string line)
    {
        writer.Write(line);
        writer.Write('\n');
        writer.Flush();
    }

    private sealed class OpenGroup(WorkflowCommands commands, int id) : IDisposable
    {
        public void Dispose() => commands.EndGroup(id);
    }
}
