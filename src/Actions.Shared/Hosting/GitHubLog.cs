using Actions.Shared.Findings;
using Actions.Shared.GitHub;

namespace Actions.Shared.Hosting;

/// <summary>The log of a step in GitHub.</summary>
internal sealed class GitHubLog(WorkflowCommands commands, SecretMasks masks, bool isDebug) : ActionLog
{
    /// <summary>How many annotations of a severity the log itself emits; the others of GitHub's ten are for results.</summary>
    internal const int OwnAnnotations = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<Severity, int> _emitted = [];

    /// <summary>How many annotations of <paramref name="severity"/> have been emitted.</summary>
    public int Emitted(Severity severity)
    {
        lock (_lock)
        {
            return _emitted.GetValueOrDefault(severity);
        }
    }

    public override void Info(string text) => commands.Text(masks.Redact(text));

    public override void Debug(string text)
    {
        if (isDebug)
            commands.Debug(masks.Redact(text));
    }

    public override IDisposable Group(string title) => commands.Group(masks.Redact(title));

    public override void Untrusted(string text) => commands.Untrusted(masks.Redact(text));

    public override void Document(string text) => Untrusted(text);

    /// <summary>Emits the annotations within what is left of GitHub's budget.</summary>
    public void Annotate(IEnumerable<Annotation> annotations)
    {
        foreach (var annotation in AnnotationBudget.Select(annotations.Select(Redacted), Emitted))
        {
            lock (_lock)
            {
                _emitted[annotation.Severity] = Emitted(annotation.Severity) + 1;
            }

            commands.Annotate(annotation);
        }
    }

    private protected override void Tell(Severity severity, string text)
    {
        lock (_lock)
        {
            if (Emitted(severity) < OwnAnnotations)
            {
                _emitted[severity] = Emitted(severity) + 1;
                commands.Annotate(Redacted(new Annotation(severity, text)));
                return;
            }
        }

        commands.Text($"{severity}: {masks.Redact(text)}");
    }

    private protected override void Close() => commands.Dispose();

    private Annotation Redacted(Annotation annotation) =>
        annotation with { Message = masks.Redact(annotation.Message), Title = masks.Redact(annotation.Title) };
}
