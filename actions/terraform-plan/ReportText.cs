using System.Globalization;
using System.Text;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>What a run came to, for the log and the terminal.</summary>
internal static class ReportText
{
    private const int MostChanges = 200;
    private const int MostLines = 60;

    /// <summary>A root with its changes, the gravest first; secrets are gone from it, and it is untrusted all the same.</summary>
    public static string Root(RootReport root)
    {
        var text = new StringBuilder();
        if (root.Plan is { } report)
        {
            var plan = report.Plan;
            var changes = plan.Changes.Where(c => c.IsChange).OrderByDescending(c => Gravity(c.Kind)).ThenBy(c => c.Address, StringComparer.Ordinal).ToArray();
            foreach (var change in changes.Take(MostChanges))
            {
                text.Append($"  {Sign(change.Kind)} {report.Redactor.Name(change.Address)}");
                text.Append(change.IsMoved ? $" (was {report.Redactor.Name(change.PreviousAddress!)})" : "").Append(change.Importing is not null ? " (imported)" : "");
                if (ChangeCause.Of(change) is { Length: > 0 } cause)
                {
                    text.Append(": ").Append(report.Redactor.Name(cause));
                }

                text.Append('\n');
                if (change.Kind == ChangeKind.Update || change.Kind.Replaces())
                {
                    foreach (var line in AttributeDiff.Of(change, report.Redactor).SelectMany(a => a.Lines).Take(MostLines))
                    {
                        text.Append("        ").Append(line).Append('\n');
                    }
                }
            }

            if (changes.Length > MostChanges)
            {
                text.Append(CultureInfo.InvariantCulture, $"  … and {changes.Length - MostChanges} more\n");
            }

            if (report.SinceLast is { } differences)
            {
                text.Append(CultureInfo.InvariantCulture, $"  since the last plan{(report.SinceCommit.Length > 0 ? $" ({report.SinceCommit[..Math.Min(12, report.SinceCommit.Length)]})" : "")}: ");
                text.Append(differences.Count == 0 ? "the same\n" : "\n");
                foreach (var difference in differences.Take(MostLines))
                {
                    text.Append($"        {report.Redactor.Name(difference.Name)} {report.Redactor.Name(difference.Words)}\n");
                }

                if (differences.Count > MostLines)
                {
                    text.Append(CultureInfo.InvariantCulture, $"        … and {differences.Count - MostLines} more\n");
                }
            }

            foreach (var output in plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp))
            {
                text.Append($"  {Sign(output.Kind)} output {report.Redactor.Name(output.Name)}\n");
            }

            foreach (var change in plan.Drift.Where(d => d.Kind != ChangeKind.NoOp))
            {
                text.Append($"  {Sign(change.Kind)} {report.Redactor.Name(change.Address)}: changed outside of {report.Context.Tool}\n");
            }
        }

        foreach (var file in root.Result.Unformatted)
        {
            text.Append($"  {file} is not formatted\n");
        }

        return text.ToString();
    }

    /// <summary>A failure in a few lines.</summary>
    public static string Failure(RootReport root) => Failure(root.Failure!, root.Redactor.Text);

    /// <summary>A failure in a few lines.</summary>
    public static string Failure(RootFailure failure, Func<string, string> redact)
    {
        var text = new StringBuilder(redact(failure.Title));
        if (failure.Location is { } location)
        {
            text.Append($"\n  at {location}");
        }

        if (failure.Detail.Length > 0)
        {
            text.Append($"\n  {redact(failure.Detail).ReplaceLineEndings("\n  ")}");
        }

        if (failure.Hint.Length > 0)
        {
            text.Append($"\n  hint: {failure.Hint}");
        }

        return text.ToString();
    }

    /// <summary>One line for a root.</summary>
    public static string Sentence(RootReport root)
    {
        if (root.Plan is not { } report)
        {
            return $"{root.Shown}: no plan";
        }

        if (root.Outcome == RunOutcome.Applied)
        {
            return $"{root.Shown} is applied, {root.Result.Completed.Count} object{(root.Result.Completed.Count == 1 ? "" : "s")} changed";
        }

        var what = root.Drift is { } drift ? drift.Sentence(root.Shown) : PlanSentence.Of(report.Plan, report.Context with { Name = root.Name == "." ? "" : root.Name });
        var time = root.Result.Times.Sum(t => t.Duration.TotalSeconds);
        return $"{what}; risk {report.Risk.Word}{(time > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({root.Result.Tool}, {time:0.0} s)") : "")}";
    }

    private static int Gravity(ChangeKind kind) => kind switch
    {
        ChangeKind.Unknown => 7,
        ChangeKind.Delete => 6,
        ChangeKind.DeleteThenCreate or ChangeKind.CreateThenDelete => 5,
        ChangeKind.Forget or ChangeKind.CreateThenForget => 4,
        ChangeKind.Update => 3,
        ChangeKind.Create => 2,
        _ => 1,
    };

    private static string Sign(ChangeKind kind) => kind switch
    {
        ChangeKind.Create => "+  ",
        ChangeKind.Update => "~  ",
        ChangeKind.Delete => "-  ",
        ChangeKind.DeleteThenCreate => "-/+",
        ChangeKind.CreateThenDelete => "+/-",
        ChangeKind.Forget => ".  ",
        ChangeKind.CreateThenForget => "+/.",
        ChangeKind.Read => "<= ",
        ChangeKind.Unknown => "?  ",
        _ => "   ",
    };
}
