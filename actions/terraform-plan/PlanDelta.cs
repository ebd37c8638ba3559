using System.Text;
using Actions.Shared.GitHub;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>What is different between two plans of the same root.</summary>
internal static class PlanDelta
{
    private const int MostEntries = 100;
    private const int MostLines = 40;

    /// <summary>The difference as Markdown, without secrets; empty when both would do the same to every object and output.</summary>
    /// <param name="before">The plan that was approved.</param>
    /// <param name="after">The plan of now.</param>
    /// <param name="redactor">Made for both.</param>
    public static string Render(Plan before, Plan after, PlanRedactor redactor)
    {
        var (old, now) = (Entries(before, redactor), Entries(after, redactor));
        var text = new StringBuilder();
        var count = 0;
        foreach (var name in old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (was, becomes) = (old.GetValueOrDefault(name), now.GetValueOrDefault(name));
            if (was == becomes || ++count > MostEntries)
            {
                continue;
            }

            text.Append($"- {MarkdownText.Code(name)}: ").Append((was, becomes) switch
            {
                (null, { } only) => $"was not in the approved plan, and would now be {only.Verb}",
                ({ } only, null) => $"was to be {only.Verb}, and would now stay as it is",
                ({ } a, { } b) when a.Verb != b.Verb => $"was to be {a.Verb}, and would now be {b.Verb}",
                _ => $"would still be {becomes!.Verb}, but differently",
            }).Append('\n');
            if (was is not null && becomes is not null && was.Lines != becomes.Lines)
            {
                var lines = was.Lines.Split('\n').Except(becomes.Lines.Split('\n')).Select(l => "approved  " + l)
                    .Concat(becomes.Lines.Split('\n').Except(was.Lines.Split('\n')).Select(l => "now       " + l))
                    .Where(l => l.Length > 10).Take(MostLines).ToArray();
                if (lines.Length > 0)
                {
                    text.Append('\n').Append(string.Concat(MarkdownText.Fence(string.Join('\n', lines)).TrimEnd('\n').Split('\n').Select(l => $"  {l}\n"))).Append('\n');
                }
            }
        }

        if (count > MostEntries)
        {
            text.Append($"- … and {count - MostEntries} more\n");
        }

        return Page(count, text.ToString());
    }

    /// <summary>The same from what the comment remembers of the approved plan: objects and names of attributes, without values.</summary>
    /// <param name="differences">Between the approved plan and that of now.</param>
    /// <param name="redactor">Made for the plan of now.</param>
    public static string Render(IReadOnlyList<PlanDifference> differences, PlanRedactor redactor)
    {
        var lines = differences.Take(MostEntries).Select(d => $"- {MarkdownText.Code(redactor.Name(d.Name))} {MarkdownText.Escape(redactor.Name(d.Words))}\n");
        return Page(differences.Count, string.Concat(lines) + (differences.Count > MostEntries ? $"- … and {differences.Count - MostEntries} more\n" : ""));
    }

    private static string Page(int count, string entries) => count == 0
        ? "#### What is different\n\nThe same objects would be changed in the same way as far as can be shown: secret values, variables, providers or the lock file are different.\n\n"
        : $"#### What is different from the approved plan\n\n{entries}\n";

    private static Dictionary<string, Entry> Entries(Plan plan, PlanRedactor redactor)
    {
        var result = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var change in plan.Changes.Where(c => c.IsChange))
        {
            var lines = change.Kind == ChangeKind.Update || change.Kind == ChangeKind.Create || change.Kind.Replaces()
                ? string.Join('\n', AttributeDiff.Of(change, redactor).SelectMany(a => a.Lines))
                : "";
            result[redactor.Name(change.Address) + (change.Deposed is { } deposed ? $" (deposed {deposed})" : "")] = new Entry(Verb(change), lines);
        }

        foreach (var output in plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp))
        {
            result[$"output {redactor.Name(output.Name)}"] = new Entry(Verb(output.Kind), string.Join('\n', AttributeDiff.Of(output, redactor).SelectMany(a => a.Lines)));
        }

        return result;
    }

    private static string Verb(ResourceChange change) => (change.Kind, change.IsMoved, change.Importing) switch
    {
        (ChangeKind.NoOp, true, _) => "moved",
        (ChangeKind.NoOp, _, not null) => "imported",
        _ => Verb(change.Kind),
    };

    private static string Verb(ChangeKind kind) => kind switch
    {
        ChangeKind.Create => "created",
        ChangeKind.Update => "updated",
        ChangeKind.Delete => "destroyed",
        ChangeKind.DeleteThenCreate or ChangeKind.CreateThenDelete => "replaced",
        ChangeKind.Forget => "forgotten",
        ChangeKind.CreateThenForget => "created anew and forgotten",
        ChangeKind.Read => "read",
        _ => "changed in a way that is not known",
    };

    private sealed record Entry(string Verb, string Lines);
}
