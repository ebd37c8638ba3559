using System.Globalization;
using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.Shared.Reporting;

/// <summary>What a link to a line of a file needs to know.</summary>
/// <param name="ServerUrl">The server, for example the value of <c>GITHUB_SERVER_URL</c>; a slash at the end does not matter.</param>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Sha">The commit that was scanned.</param>
public sealed record SourceLinks(string ServerUrl, string Repository, string Sha)
{
    /// <summary>The address of <paramref name="location"/>; null for what is not in the repository, such as standard input.</summary>
    public string? Of(SourceLocation location)
    {
        var path = VisibleText.WellFormed(location.File).Split('/');
        if (location.File is "-" or "" || path[0].Length == 0 || path.Contains("..")) return null;
        var lines = location.Region switch
        {
            null => "",
            { } r when r.EndLine > r.StartLine + 1 || (r.EndLine > r.StartLine && r.EndColumn > 1) => string.Create(CultureInfo.InvariantCulture, $"#L{r.StartLine}-L{(r.EndColumn > 1 ? r.EndLine : r.EndLine - 1)}"),
            { } r => string.Create(CultureInfo.InvariantCulture, $"#L{r.StartLine}"),
        };
        var repository = string.Join('/', Repository.Split('/').Select(Uri.EscapeDataString));
        return $"{ServerUrl.TrimEnd('/')}/{repository}/blob/{Uri.EscapeDataString(Sha)}/{string.Join('/', path.Select(Uri.EscapeDataString))}{lines}";
    }
}

/// <summary>
/// The report as Markdown for GitHub's job summary: the verdict, the counts, the findings in a table per file (worst file and worst
/// finding first), how the scores of namespaces have moved, a table of kinds by Kubernetes version if several were asked for, what is unchanged,
/// fixed, suppressed, the lowest scores, and what was skipped.
/// Untrusted text is escaped: nothing in it becomes markup, a link, a mention or HTML.
/// </summary>
public static class MarkdownSummary
{
    /// <summary>Default of the size budget, in bytes of UTF-8: below GitHub's 1 MiB, with room for what else a step has to say.</summary>
    public const int DefaultBudget = 900_000;

    private const int MaxText = 600;
    private const int MaxPlaces = 50;
    private const int MaxKinds = 100;
    private const int MaxObjects = 10;
    private const int MaxTail = 60_000;
    private const int FooterSize = 300;

    /// <summary>The Markdown, lines ending in a line feed; same report, same text.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="links">For links to the lines; null for none.</param>
    /// <param name="budget">
    /// Most bytes of UTF-8 it may have, at least 2,000. What does not fit is left out by whole rows, least severe first, and a line at the end says how many.
    /// </param>
    public static string Render(ScanReport report, SourceLinks? links = null, int budget = DefaultBudget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 2_000);
        var verdict = Verdict.Of(report);
        var head = $"### {Icon(verdict)} {UntrustedMarkdown.Inline($"{report.Tool}: {verdict.Headline}")}\n" +
            (verdict.Detail.Length > 0 ? $"\n{UntrustedMarkdown.Inline(Capital(verdict.Detail))}.\n" : "") +
            Counts(report);
        var room = budget - Size(head) - FooterSize;
        var tail = Tail(
            ScoreChanges(report).Concat(Versions(report)).Concat(Unchanged(report, links)).Concat(Fixed(report)).Concat(Suppressed(report, links)).Concat(Scores(report)).Concat(Skipped(report, links)),
            Math.Min(room / 3, MaxTail));
        var (findings, shown) = Findings(report, links, room - Size(tail));
        var hidden = report.NewFindings.Count - shown;
        var footer = hidden == 0
            ? ""
            : $"\n> **{Phrases.Number(hidden)} of {Phrases.Count(report.NewFindings.Count, "finding")} are not shown here**, to stay within the size that GitHub takes. The log and the report files hold all of them.\n";
        return head + findings + tail + footer;
    }

    private static string Icon(Verdict verdict) => verdict switch
    {
        { Worst: Severity.Error } => "❌",
        { Worst: Severity.Warning } or { NothingChecked: true } => "⚠️",
        { Worst: Severity.Info } => "ℹ️",
        _ => "✅",
    };

    private static string Icon(Severity severity) => severity switch
    {
        Severity.Error => "❌",
        Severity.Warning => "⚠️",
        _ => "ℹ️",
    };

    private static string Counts(ScanReport report)
    {
        var counts = report.Counts;
        int[] numbers =
        [
            counts.Files, counts.Documents, counts.Resources, counts.Valid, counts.Invalid, counts.Skipped.Values.Sum(),
            report.Count(Severity.Error), report.Count(Severity.Warning), report.Count(Severity.Info),
        ];
        var table = Table(["Files", "Documents", "Resources", "Valid", "Invalid", "Skipped", "Errors", "Warnings", "Notes"], [.. numbers.Select(Phrases.Number)]);
        var (names, cells) = (new List<string>(), new List<string>());
        if (report.Comparison is { } comparison)
        {
            var fresh = report.NewFindings.Count;
            Add("New", Phrases.Number(fresh));
            Add("Unchanged", Phrases.Number(report.Findings.Count - fresh));
            if (comparison.Fixed is { } gone) Add("Fixed", Phrases.Number(gone.Count));
        }

        if (report.Suppressed.Count > 0) Add("Suppressed", Phrases.Number(report.Suppressed.Count));
        if (report.Score is not null) Add("Score", Phrases.Score(report));
        return names.Count == 0 ? table : Table(names, cells) + table;

        void Add(string name, string cell)
        {
            names.Add(name);
            cells.Add(cell);
        }

        static string Table(IReadOnlyList<string> names, IReadOnlyList<string> cells) =>
            $"\n| {string.Join(" | ", names)} |\n|{string.Concat(Enumerable.Repeat(" --: |", names.Count))}\n| {string.Join(" | ", cells)} |\n";
    }

    private static (string Markdown, int Shown) Findings(ScanReport report, SourceLinks? links, int room)
    {
        var files = report.NewFindings
            .GroupBy(f => f.Location.File, StringComparer.Ordinal)
            .Select(g => g.ToArray())
            .OrderByDescending(g => g.Count(f => f.Severity == Severity.Error))
            .ThenByDescending(g => g.Count(f => f.Severity == Severity.Warning))
            .ThenByDescending(g => g.Length)
            .ThenBy(g => g[0].Location.File, StringComparer.Ordinal)
            .Select(g => (Heading: Heading(g, links), Findings: g, Rows: new List<string>()))
            .ToArray();

        // The errors of every file come before the first warning that could take their room.
        var shown = 0;
        foreach (var (file, finding) in files
            .SelectMany(file => file.Findings.Select(finding => (file, finding)))
            .OrderByDescending(f => f.finding.Severity))
        {
            var row = Row(finding, links);
            room -= Size(row) + (file.Rows.Count == 0 ? Size(file.Heading) : 0);
            if (room < 0) break;
            file.Rows.Add(row);
            shown++;
        }

        return (string.Concat(files.Where(f => f.Rows.Count > 0).Select(f => f.Heading + string.Concat(f.Rows))), shown);
    }

    private static string Tail(IEnumerable<(string Full, string Brief)> blocks, int room)
    {
        var tail = new StringBuilder();
        foreach (var (full, brief) in blocks)
        {
            var block = Size(full) <= room ? full : Size(brief) <= room ? brief : "";
            tail.Append(block);
            room -= Size(block);
        }

        return tail.ToString();
    }

    private static string Heading(Finding[] findings, SourceLinks? links)
    {
        var location = findings[0].Location with { Region = null };
        return $"\n#### {Link(UntrustedMarkdown.Code(Phrases.Shorten(Phrases.File(location), MaxText)), links?.Of(location))}: {Phrases.Severities(findings)}\n\n" +
            "| Line | | Problem | Object |\n| --: | :-: | :-- | :-- |\n";
    }

    private static string Row(Finding finding, SourceLinks? links)
    {
        var line = finding.Location.Region is { } region
            ? Link(region.StartLine.ToString(CultureInfo.InvariantCulture), links?.Of(finding.Location))
            : "";
        var problem = new StringBuilder(UntrustedMarkdown.Lines(Phrases.Shorten(finding.Message.Trim(), MaxText)));
        if (!string.IsNullOrEmpty(finding.Hint))
            problem.Append("<br>💡 ").Append(UntrustedMarkdown.Lines(Phrases.Shorten(finding.Hint.Trim(), MaxText)));
        problem.Append("<br>").Append(UntrustedMarkdown.Code(finding.Rule));
        if (finding.KubernetesVersions.Count > 0)
            problem.Append(" on Kubernetes ").Append(UntrustedMarkdown.Inline(Phrases.List(finding.KubernetesVersions)));
        var subject = finding.Resource is { } resource ? UntrustedMarkdown.Inline(Phrases.Shorten(resource.ToString().Trim(), MaxText)) : "";
        if (finding.Field.Length > 0)
            subject += (subject.Length > 0 ? "<br>" : "") + UntrustedMarkdown.Code(Phrases.Shorten(finding.Field, MaxText));
        return $"| {line} | {Icon(finding.Severity)} | {problem} | {subject} |\n";
    }

    private static IEnumerable<(string Full, string Brief)> Versions(ScanReport report)
    {
        var kinds = VersionMatrix.Of(report);
        if (report.KubernetesVersions.Count < 2 || kinds.Count == 0) yield break;
        var notable = kinds.TakeWhile(k => k.States.Max() > VersionState.Ok).ToArray();
        var brief = notable.Length == 0
            ? ""
            : $"\n{Phrases.Count(notable.Length, "kind")} of {Phrases.Number(kinds.Count)} with problems in one of the Kubernetes versions.\n";
        if (notable.Length is 0 or > MaxKinds)
        {
            if (brief.Length > 0) yield return (brief, brief);
            yield break;
        }

        var table = new StringBuilder("\n#### Kubernetes versions\n\n| Kind |");
        foreach (var version in report.KubernetesVersions) table.Append(' ').Append(UntrustedMarkdown.Inline(version)).Append(" |");
        table.Append("\n| :-- |").Insert(table.Length, " :-- |", report.KubernetesVersions.Count).Append('\n');
        foreach (var kind in notable)
        {
            table.Append("| ").Append(UntrustedMarkdown.Inline(Phrases.Shorten($"{kind.Kind} {kind.ApiVersion}".Trim(), MaxText))).Append(" |");
            foreach (var state in kind.States) table.Append(' ').Append(Cell(state)).Append(" |");
            table.Append('\n');
        }

        yield return (table.ToString(), brief);

        static string Cell(VersionState state) => state switch
        {
            VersionState.Removed => "❌ removed",
            VersionState.Invalid => "❌ invalid",
            VersionState.Deprecated => "⚠️ deprecated",
            VersionState.Skipped => "not checked",
            _ => "✅ ok",
        };
    }

    private static IEnumerable<(string Full, string Brief)> Unchanged(ScanReport report, SourceLinks? links)
    {
        if (report.Comparison is not { } comparison) yield break;
        var unchanged = report.Findings.Where(f => !report.IsNew(f)).OrderByDescending(f => f.Severity).ToArray();
        if (unchanged.Length == 0) yield break;
        var title = $"{Phrases.Number(unchanged.Length)} unchanged, compared with {UntrustedMarkdown.Inline(Phrases.Shorten(comparison.With, MaxText))}";
        yield return Folded(title, unchanged.Length, unchanged.Take(MaxPlaces).Select(f => $"{Icon(f.Severity)} {Line(f, links)}"));
    }

    private static IEnumerable<(string Full, string Brief)> Fixed(ScanReport report)
    {
        if (report.Comparison?.Fixed is not { Count: > 0 } gone) yield break;
        yield return Folded($"{Phrases.Number(gone.Count)} fixed", gone.Count, gone.Take(MaxPlaces).Select(f =>
            $"{UntrustedMarkdown.Code(f.Rule)} in {UntrustedMarkdown.Code(Phrases.Shorten(f.File, MaxText))}" +
            (f.Resource.Length > 0 ? $": {UntrustedMarkdown.Inline(Phrases.Shorten(f.Resource, MaxText))}" : "") +
            (f.Field.Length > 0 ? $" {UntrustedMarkdown.Code(Phrases.Shorten(f.Field, MaxText))}" : "")));
    }

    private static IEnumerable<(string Full, string Brief)> Suppressed(ScanReport report, SourceLinks? links)
    {
        if (report.Suppressed.Count == 0) yield break;
        yield return Folded($"{Phrases.Number(report.Suppressed.Count)} suppressed", report.Suppressed.Count, report.Suppressed.Take(MaxPlaces).Select(s =>
            $"{Line(s.Finding, links)}<br>{(s.Reason.Length > 0 ? UntrustedMarkdown.Inline(Phrases.Shorten(s.Reason, MaxText)) : "no reason given")} " +
            $"({Link(UntrustedMarkdown.Code(Phrases.Shorten(Phrases.Place(s.Where), MaxText)), links?.Of(s.Where))})"));
    }

    private static IEnumerable<(string Full, string Brief)> ScoreChanges(ScanReport report)
    {
        if (report.Comparison?.Namespaces is not { Count: > 0 } changes) yield break;
        var table = new StringBuilder("\n| Namespace | Score before | Score now |\n| :-- | --: | --: |\n");
        foreach (var (name, before, after) in changes.Take(MaxPlaces))
        {
            var cell = after is null ? "gone" : before is null ? $"{after} (new)" : Phrases.Score(after.Value, before);
            table.Append("| ").Append(Namespace(name)).Append(" | ").Append(before?.ToString(CultureInfo.InvariantCulture)).Append(" | ").Append(cell).Append(" |\n");
        }

        var title = $"The score of {Phrases.Count(changes.Count, "namespace")} has changed.";
        var more = changes.Count > MaxPlaces ? $"\nAnd {Phrases.Number(changes.Count - MaxPlaces)} more; the JSON report lists all.\n" : "";
        yield return ($"\n{title}\n{table}{more}", $"\n{title}\n");
    }

    private static IEnumerable<(string Full, string Brief)> Scores(ScanReport report)
    {
        if (report.Score is not { Value: < 100 } score) yield break;
        if (score.Namespaces.Count > 1) yield return Scores("Score by namespace", "Namespace", score.Namespaces.Take(MaxPlaces).Select(n => n with { Name = Namespace(n.Name) }));
        var objects = score.Objects.Take(MaxObjects).Select(o => o with { Name = UntrustedMarkdown.Inline(Phrases.Shorten(o.Name, MaxText)) }).ToArray();
        if (objects.Length > 0) yield return Scores("Lowest scores", "Object", objects);
    }

    private static (string Full, string Brief) Scores(string title, string column, IEnumerable<NamedScore> scores)
    {
        var table = new StringBuilder($"\n<details><summary>{title}</summary>\n\n| {column} | Score |\n| :-- | --: |\n");
        foreach (var (name, value) in scores) table.Append("| ").Append(name).Append(" | ").Append(Phrases.Number(value)).Append(" |\n");
        return (table.Append("\n</details>\n").ToString(), "");
    }

    private static string Namespace(string name) => name.Length > 0 ? UntrustedMarkdown.Inline(Phrases.Shorten(name, MaxText)) : "none given";

    private static (string Full, string Brief) Folded(string title, int count, IEnumerable<string> items)
    {
        var block = new StringBuilder($"\n<details><summary>{title}</summary>\n\n");
        foreach (var item in items) block.Append("- ").Append(item).Append('\n');
        if (count > MaxPlaces) block.Append("- and ").Append(Phrases.Number(count - MaxPlaces)).Append(" more\n");
        return (block.Append("\n</details>\n").ToString(), $"\n{title}\n");
    }

    private static string Line(Finding finding, SourceLinks? links) =>
        $"{Link(UntrustedMarkdown.Code(Phrases.Shorten(Phrases.Place(finding.Location), MaxText)), links?.Of(finding.Location))} " +
        $"{UntrustedMarkdown.Inline(Phrases.Shorten(finding.Message.Trim(), MaxText))} {UntrustedMarkdown.Code(finding.Rule)}";

    private static IEnumerable<(string Full, string Brief)> Skipped(ScanReport report, SourceLinks? links)
    {
        foreach (var (reason, number, places) in Phrases.SkippedByReason(report))
        {
            var title = $"{Phrases.Number(number)} skipped: {UntrustedMarkdown.Inline(Phrases.Shorten(reason, MaxText))}";
            yield return Folded(title, places.Count, places.Take(MaxPlaces).Select(place =>
            {
                var (location, resource, _, detail) = place;
                var item = Link(UntrustedMarkdown.Code(Phrases.Shorten(Phrases.Place(location), MaxText)), links?.Of(location));
                if (resource?.ToString().Trim() is { Length: > 0 } name) item += $" {UntrustedMarkdown.Inline(Phrases.Shorten(name, MaxText))}";
                return detail.Length > 0 ? $"{item}: {UntrustedMarkdown.Inline(Phrases.Shorten(detail, MaxText))}" : item;
            }));
        }
    }

    private static string Link(string markdown, string? url) => url is null ? markdown : $"[{markdown}](<{url}>)";

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];

    private static int Size(string text) => Encoding.UTF8.GetByteCount(text);
}
