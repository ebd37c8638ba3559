using System.Text;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.GitHub;

namespace Actions.Shared.Reporting.Deployments;

/// <summary>
/// The report as Markdown, for a job summary, a comment or a file: the verdict, the cause of a failure, the objects that change with every field, those that
/// are in conflict, and what happened when. Text that comes from manifests or the cluster is escaped; values of Secrets are not in it.
/// </summary>
public static class DeploymentMarkdown
{
    /// <summary>Default of the size budget, in bytes of UTF-8: below GitHub's 1 MiB, with room for what else a step has to say.</summary>
    public const int DefaultBudget = 900_000;

    private const int MaxText = 600;
    private const int MaxRows = 500;

    /// <summary>The Markdown, lines ending in a line feed.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="links">For links to the manifests; null for none.</param>
    /// <param name="budget">Most bytes of UTF-8 it may have. What does not fit is cut, and a line says so.</param>
    public static string Render(DeploymentReport report, SourceLinks? links = null, int budget = DefaultBudget)
    {
        const string Cut = "\n> The rest is left out, to stay within the size of a page. The JSON report holds all of it.\n";
        var text = new StringBuilder();
        text.Append($"### {Icon(report)} {Inline(DeploymentVerdict.Of(report))}\n");
        foreach (var failure in report.Failures)
        {
            Append(text, failure, links);
        }

        Append(text, report);
        AppendConflicts(text, report);
        AppendRefusals(text, report, links);
        AppendImages(text, report);
        AppendChanges(text, report);
        AppendTable(text, report, links);
        AppendTimeline(text, report);
        var markdown = text.ToString();
        return Encoding.UTF8.GetByteCount(markdown) <= budget ? markdown : MarkdownCut.At(markdown, budget - Cut.Length) + Cut;
    }

    private static string Icon(DeploymentReport report) => report.Outcome switch
    {
        DeploymentOutcome.Previewed when report.Objects.Any(o => o.Item.Action is PlannedAction.Conflict or PlannedAction.Refused) => "❌",
        DeploymentOutcome.Previewed or DeploymentOutcome.PreviewedOffline => "🔍",
        DeploymentOutcome.Deployed or DeploymentOutcome.Unchanged or DeploymentOutcome.InSync => "✅",
        DeploymentOutcome.Drifted or DeploymentOutcome.Cancelled => "⚠️",
        _ => "❌",
    };

    private static void Append(StringBuilder text, DeploymentFailure failure, SourceLinks? links)
    {
        text.Append($"\n**{Inline(failure.Message)}**");
        if (failure.Location is { } location)
        {
            text.Append($" ({Link(UntrustedMarkdown.Code(location.ToString()), links?.Of(location))})");
        }

        text.Append('\n');
        if (failure.Hint.Length > 0)
        {
            text.Append($"\n💡 {Inline(failure.Hint)}\n");
        }

        if (failure.Events.Count > 0)
        {
            text.Append("\nEvents:\n\n").Append(MarkdownText.Fence(string.Join('\n', failure.Events)));
        }

        if (failure.Log.Length > 0)
        {
            text.Append("\nThe last lines of its log:\n\n").Append(MarkdownText.Fence(failure.Log));
        }
    }

    private static void Append(StringBuilder text, DeploymentReport report)
    {
        var facts = new List<(string Name, string Value)>
        {
            ("Cluster", report.Server.Length == 0 ? "" : $"{report.Server} ({report.KubernetesVersion})"),
            ("Namespace", report.Namespace),
            ("Commit", report.Trace.Commit),
            ("Release", report.Release == 0 ? "" : Phrases.Number(report.Release)),
            ("Address", report.Url),
            ("Plan", report.Digest),
        };
        text.Append('\n');
        foreach (var (name, value) in facts.Where(f => f.Value.Length > 0))
        {
            text.Append($"- {name}: {UntrustedMarkdown.Code(value)}\n");
        }

        foreach (var note in report.Notes)
        {
            text.Append($"- {Inline(note)}\n");
        }
    }

    private static void AppendConflicts(StringBuilder text, DeploymentReport report)
    {
        var conflicts = report.Objects.SelectMany(o => o.Item.Conflicts.Select(c => (o.Item.Key, Conflict: c))).OrderBy(c => c.Conflict.Decision).Take(MaxRows).ToArray();
        if (conflicts.Length == 0)
        {
            return;
        }

        text.Append("\n#### Fields that somebody else manages\n\n| Object | Field | Manager | In the cluster | In the manifest | |\n| :-- | :-- | :-- | :-- | :-- | :-- |\n");
        foreach (var (key, conflict) in conflicts)
        {
            text.Append(
                $"| {Inline(key.ToString())} | {UntrustedMarkdown.Code(conflict.Field)} | {UntrustedMarkdown.Code(conflict.Manager)} | {UntrustedMarkdown.Code(Phrases.Shorten(conflict.Live, 80))} | {UntrustedMarkdown.Code(Phrases.Shorten(conflict.Ours, 80))} | {ChangeText.Decision(conflict)} |\n");
        }

        if (conflicts.Any(c => c.Conflict.Decision == ConflictDecision.Unresolved))
        {
            text.Append("\n💡 Remove such a field from the manifest to leave it to its manager, or list it under `force-conflicts` to take it.\n");
        }
    }

    private static void AppendRefusals(StringBuilder text, DeploymentReport report, SourceLinks? links)
    {
        var refused = report.Objects.Where(o => o.Item.Action == PlannedAction.Refused).Take(MaxRows).ToArray();
        if (refused.Length == 0)
        {
            return;
        }

        text.Append("\n#### What the cluster refuses\n\n| Object | Why |\n| :-- | :-- |\n");
        foreach (var result in refused)
        {
            text.Append($"| {Named(result.Item, links)} | {UntrustedMarkdown.Lines(Phrases.Shorten(result.Item.Problem, MaxText))} |\n");
        }
    }

    private static void AppendImages(StringBuilder text, DeploymentReport report)
    {
        if (report.Images.Count == 0)
        {
            return;
        }

        text.Append("\n#### Images\n\n| Image | Digest | |\n| :-- | :-- | :-- |\n");
        foreach (var image in report.Images.Take(MaxRows))
        {
            text.Append($"| {UntrustedMarkdown.Code(image.Image)} | {(image.Digest.Length > 0 ? UntrustedMarkdown.Code(image.Digest) : "not found")} | {Inline(DeploymentText.Remark(image))} |\n");
        }

        if (report.Images.Count > MaxRows)
        {
            text.Append($"\n{Phrases.Number(report.Images.Count - MaxRows)} more images are not listed here.\n");
        }
    }

    private static void AppendChanges(StringBuilder text, DeploymentReport report)
    {
        var changed = report.Objects.Where(o => o.Item.Changes.Count > 0 && o.Item.Action == PlannedAction.Update).ToArray();
        if (changed.Length == 0)
        {
            return;
        }

        text.Append("\n#### Changes\n");
        var open = changed.Length <= 5 ? " open" : "";
        foreach (var item in changed.Select(c => c.Item))
        {
            var lines = string.Join('\n', item.Changes.SelectMany(ChangeText.Lines));
            text.Append($"\n<details{open}><summary>{Inline(item.Key.ToString())}: {Phrases.Count(item.Changes.Count, "field")}{(item.RestartsPods ? ", restarts its pods" : "")}</summary>\n\n{MarkdownText.Fence(lines, "diff")}\n</details>\n");
        }
    }

    private static void AppendTable(StringBuilder text, DeploymentReport report, SourceLinks? links)
    {
        var isPlan = report.IsReadOnly || report.Outcome == DeploymentOutcome.Refused;
        var notable = report.Objects
            .Where(o => o.Item.Action != PlannedAction.Unchanged || o.Item.Notes.Count > 0 || o.Outcome is not (ObjectOutcome.Unchanged or ObjectOutcome.NotReached))
            .ToArray();
        if (notable.Length == 0)
        {
            return;
        }

        text.Append($"\n#### Objects\n\n| Object | {(isPlan ? "Plan" : "Result")} | |\n| :-- | :-- | :-- |\n");
        foreach (var result in notable.Take(MaxRows))
        {
            var remarks = result.Item.Notes.Prepend(result.Message).Where(n => n.Length > 0).Select(n => UntrustedMarkdown.Lines(Phrases.Shorten(n, MaxText)));
            text.Append($"| {Named(result.Item, links)} | {(isPlan ? ChangeText.Planned(result.Item) : ChangeText.Done(result.Outcome))} | {string.Join("<br>", remarks)} |\n");
        }

        var hidden = notable.Length - MaxRows;
        var unchanged = report.Objects.Count - notable.Length;
        if (hidden > 0 || unchanged > 0)
        {
            text.Append($"\n{(hidden > 0 ? $"{Phrases.Number(hidden)} more objects are not listed here. " : "")}{(unchanged > 0 ? $"{Phrases.Count(unchanged, "object")} unchanged." : "")}".TrimEnd()).Append('\n');
        }
    }

    private static void AppendTimeline(StringBuilder text, DeploymentReport report)
    {
        if (report.Timeline.Count == 0)
        {
            return;
        }

        text.Append($"\n<details><summary>Timeline, {ChangeText.Time(report.Duration)}</summary>\n\n| After | |\n| --: | :-- |\n");
        foreach (var entry in report.Timeline.Take(MaxRows))
        {
            text.Append($"| {ChangeText.Time(entry.At)} | {Inline(entry.Text)} |\n");
        }

        var total = report.Requests.Sum(r => r.Value);
        if (total > 0)
        {
            text.Append($"\n{Phrases.Count(total, "request")} to the cluster ({string.Join(", ", report.Requests.Select(r => $"{Phrases.Number(r.Value)} {r.Key}"))}).\n");
        }

        text.Append("\n</details>\n");
    }

    private static string Named(PlanItem item, SourceLinks? links) =>
        Link(Inline(item.Key.ToString()), item.Desired is { } desired ? links?.Of(desired.Source) : null);

    private static string Link(string text, string? address) => address is null ? text : $"[{text}]({address})";

    private static string Inline(string text) => UntrustedMarkdown.Inline(Phrases.Shorten(text, MaxText));
}
