using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;

namespace Actions.Shared.Hosting;

/// <summary>Tells why a run failed: to a person on standard error, in GitHub as annotations and a block of the summary.</summary>
internal sealed class FailureReport(string name, ActionLog log, ActionAnnotations annotations, ActionSummary summary)
{
    /// <summary>Reports whatever ended the run and returns the exit code it stands for.</summary>
    public ExitCode Report(Exception thrown, bool wasInterrupted)
    {
        log.Debug(thrown.ToString());
        if (thrown is OperationCanceledException && wasInterrupted)
        {
            log.Error($"{name} was cancelled.");
            return ExitCode.Cancelled;
        }

        Exception[] all = thrown is AggregateException aggregate ? [.. aggregate.Flatten().InnerExceptions] : [thrown];
        var failures = all.OfType<ActionException>().ToArray();
        if (failures.Length < all.Length)
        {
            var bug = all.First(e => e is not ActionException);
            failures =
            [
                new ActionException(
                    $"{name} failed because of a bug of its own",
                    PlainText.Shorten($"{bug.GetType().Name}: {string.Join(' ', PlainText.Lines(bug.Message))}", 500),
                    $"Please report it where {name} comes from, with version {ProgramVersion.OfProcess} and the log of a run with debug logging (RUNNER_DEBUG=1).",
                    exitCode: ExitCode.Bug),
                .. failures,
            ];
        }

        foreach (var failure in failures)
            Report(failure);
        return failures[0].ExitCode;
    }

    private void Report(ActionException failure)
    {
        if (log is TerminalLog terminal)
        {
            terminal.Report(Severity.Error, ForPerson(failure));
            return;
        }

        annotations.Add(new Annotation(Severity.Error, ForAnnotation(failure)) { Title = name, Location = failure.Location });
        summary.Append(ForSummary(failure));
    }

    private static string ForPerson(ActionException failure)
    {
        var text = new StringBuilder(failure.Title);
        if (failure.Location is { } location)
            text.Append($"\n  at {location}");
        if (failure.Detail.Length > 0)
            text.Append($"\n  {failure.Detail.ReplaceLineEndings("\n  ")}");
        if (failure.Hint.Length > 0)
            text.Append($"\n  hint: {failure.Hint}");
        return text.ToString();
    }

    private static string ForAnnotation(ActionException failure)
    {
        var text = new StringBuilder(failure.Detail.Length == 0 ? failure.Title : $"{failure.Title}: {failure.Detail}");
        if (failure.Hint.Length > 0)
            text.Append('\n').Append(failure.Hint);
        return text.ToString();
    }

    private string ForSummary(ActionException failure)
    {
        var text = new StringBuilder($"### ❌ {MarkdownText.Escape(name)}: {MarkdownText.Escape(failure.Title)}\n");
        if (failure.Location is { } location)
            text.Append($"\n{MarkdownText.Code(location.ToString())}\n");
        if (failure.Detail.Length > 0)
            text.Append(PlainText.Lines(failure.Detail).Count > 1 ? $"\n{MarkdownText.Fence(failure.Detail)}" : $"\n{MarkdownText.Escape(failure.Detail)}\n");
        if (failure.Hint.Length > 0)
            text.Append($"\n**What to do:** {MarkdownText.Escape(failure.Hint)}\n");
        return text.ToString();
    }
}
