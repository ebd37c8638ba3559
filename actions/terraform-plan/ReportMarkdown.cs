using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>What a run came to as Markdown: failures first, then each root's plan, then remarks.</summary>
internal static class ReportMarkdown
{
    private const int MostRemarks = 20;
    private const int LeastForPlan = 2000;

    /// <summary>The Markdown, of at most <paramref name="budget"/> bytes or little more where there are very many roots.</summary>
    public static string Render(RunReport report, int budget)
    {
        var text = new StringBuilder();
        foreach (var root in report.Roots)
        {
            text.Append(Failure(root));
        }

        foreach (var refusal in report.Refusals)
        {
            text.Append(Failure(refusal, report.Redact));
        }

        var plans = report.Roots.Where(r => r.Plan is not null).ToArray();
        var remarks = string.Concat(report.Roots.Select(Remarks));
        var room = Math.Max(LeastForPlan, (budget - Bytes(text.ToString()) - Bytes(remarks)) / Math.Max(1, plans.Length));
        foreach (var root in plans)
        {
            text.Append(root.Delta);
            text.Append(PlanMarkdown.Render(root.Plan!, room).Text.TrimEnd('\n')).Append("\n\n");
        }

        var whole = text.Append(remarks).ToString();
        return Bytes(whole) <= budget ? whole : MarkdownCut.At(whole, budget);
    }

    /// <summary>What became of it, for a table.</summary>
    public static string Word(RunReport report) => report.Outcome is RunOutcome.Planned or RunOutcome.Rendered or RunOutcome.NoChanges && report.Failure is { } failure
        ? $"⛔ {failure.Cause}"
        : Word(report.Outcome);

    private static string Word(RunOutcome outcome) => outcome switch
    {
        RunOutcome.NoChanges => "✅ no changes",
        RunOutcome.Planned => "📋 planned",
        RunOutcome.Rendered => "📋 shown",
        RunOutcome.InSync => "✅ in sync",
        RunOutcome.Drifted => "⚠️ drifted",
        RunOutcome.Applied => "✅ applied",
        RunOutcome.Refused => "⛔ refused",
        RunOutcome.Cancelled => "⛔ cancelled",
        _ => "❌ failed",
    };

    private static string Failure(RootReport root)
    {
        if (root.Failure is not { } failure)
        {
            return root.Outcome == RunOutcome.Applied
                ? $"### ✅ {MarkdownText.Escape(root.Shown)} is applied: {root.Result.Completed.Count} change{(root.Result.Completed.Count == 1 ? "" : "s")} done\n\n"
                : root.Drift is { } drift ? $"### {(drift.IsInSync ? "✅" : "⚠️")} {MarkdownText.Escape(drift.Sentence(root.Shown))}\n\n"
                : "";
        }

        return Failure(failure, root.Redactor.Text);
    }

    private static string Failure(RootFailure failure, Func<string, string> redact)
    {
        var text = new StringBuilder($"### ❌ {MarkdownText.Escape(redact(failure.Title))}\n");
        if (failure.Location is { } location)
        {
            text.Append($"\n{MarkdownText.Code(location.ToString())}\n");
        }

        if (failure.Detail.Length > 0)
        {
            var detail = redact(failure.Detail);
            text.Append(PlainText.Lines(detail).Count > 1 ? $"\n{MarkdownText.Fence(detail)}" : $"\n{MarkdownText.Escape(detail)}\n");
        }

        if (failure.Hint.Length > 0)
        {
            text.Append($"\n**What to do:** {MarkdownText.Escape(failure.Hint)}\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Remarks(RootReport root)
    {
        var lines = new List<string>();
        var remarks = root.Result.Diagnostics.Where(d => d.Severity == Severity.Warning || d.Location != root.Failure?.Location).ToArray();
        lines.AddRange(remarks.Take(MostRemarks).Select(d => Remark(root, d)));
        if (remarks.Length > MostRemarks)
        {
            lines.Add($"- … and {remarks.Length - MostRemarks} more in the report");
        }

        if (root.Result.Unformatted.Count > 0)
        {
            lines.Add($"- Not formatted: {string.Join(", ", root.Result.Unformatted.Take(MostRemarks).Select(MarkdownText.Code))}");
        }

        if (lines.Count == 0)
        {
            return "";
        }

        return $"<details>\n<summary>{lines.Count} remark{(lines.Count == 1 ? "" : "s")} on {MarkdownText.Escape(root.Shown)}</summary>\n\n{string.Join('\n', lines)}\n\n</details>\n\n";
    }

    private static string Remark(RootReport root, Diagnostic diagnostic)
    {
        var where = diagnostic.Location is { } location ? $"{MarkdownText.Code(location.ToString())} " : "";
        var detail = PlainText.Shorten(root.Redactor.Text(diagnostic.Detail.ReplaceLineEndings(" ")), 400);
        return $"- {(diagnostic.Severity == Severity.Error ? "❌" : "⚠️")} {where}{MarkdownText.Escape(root.Redactor.Text(diagnostic.Summary))}{(detail.Length > 0 ? ": " + MarkdownText.Escape(detail) : "")}";
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
