using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Reporting;

namespace Actions.Shared.Plans;

/// <summary>
/// A plan as Markdown for a comment, a job summary or a file: first what will happen in one sentence, then what is dangerous with its cause, then the rest.
/// Everything comes from the plan's JSON, without its secrets; text of others is escaped. What does not fit goes in order of danger, the least first.
/// </summary>
public static class PlanMarkdown
{
    /// <summary>Budget for a comment, in bytes of UTF-8: GitHub takes 65,536 characters, and what the caller hides in it needs room.</summary>
    public const int CommentBudget = 60_000;

    /// <summary>Budget for a job summary, in bytes of UTF-8: below GitHub's 1 MiB, with room for what else a step has to say.</summary>
    public const int SummaryBudget = 900_000;

    private const int MaxText = 600;
    private const int MostListed = 50;
    private const int MostInGroup = 20;
    private const int MostReasons = 5;
    private const int MostNamed = 1_000;
    private const int OpenLines = 24;

    /// <summary>The Markdown; the same report gives the same text.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="budget">Most bytes of UTF-8 it may have, at least 1,000.</param>
    public static RenderedMarkdown Render(PlanReport report, int budget = SummaryBudget) =>
        MarkdownBudget.Fit(Head(report), Sections(report), Foot(report), budget);

    /// <summary>The sign that stands for a level of risk.</summary>
    internal static string Icon(Plan plan, PlanRisk risk) => plan.IsErrored ? "❌" : risk.Level switch
    {
        RiskLevel.High => "🔴",
        RiskLevel.Medium => "🟠",
        RiskLevel.Low => "🟢",
        _ => "✅",
    };

    internal static string Head(PlanReport report)
    {
        var (plan, context, risk) = (report.Plan, report.Context, report.Risk);
        var text = new StringBuilder();
        text.Append($"### {Icon(plan, risk)} {Inline(report, PlanSentence.Of(plan, context))}\n");
        if (plan.IsErrored)
            text.Append("\n> [!CAUTION]\n> Planning has failed. What follows is only what was planned before, and cannot be applied.\n");
        if (context.Targets.Count > 0)
            text.Append($"\n> [!WARNING]\n> The plan is targeted: it says nothing about anything but {string.Join(", ", context.Targets.Take(MostInGroup).Select(t => Code(report, t)))} and what these depend on.\n");
        else if (plan.IsComplete == false && !plan.IsErrored)
            text.Append("\n> [!WARNING]\n> The plan is not complete: it was targeted, or leaves something for the next plan. Plan again after it is applied.\n");
        if (context.Mode == PlanMode.Destroy)
            text.Append("\n> [!CAUTION]\n> This plan destroys everything that the root manages.\n");
        if (context.Mode == PlanMode.RefreshOnly)
            text.Append("\n> [!NOTE]\n> This plan only brings the state up to date. It changes no resources.\n");
        AppendCounts(text, plan.Counts);
        if (risk.Level > RiskLevel.Low)
        {
            var reasons = risk.Reasons.Take(MostReasons).Select(r => Inline(report, r)).ToArray();
            text.Append(reasons.Length == 1 ? $"\n**Risk: {risk.Word}**, because {reasons[0]}.\n" : $"\n**Risk: {risk.Word}**, because\n\n{string.Concat(reasons.Select(r => $"- {r}\n"))}");
        }

        AppendGates(text, report);
        return text.ToString();
    }

    private static void AppendCounts(StringBuilder text, PlanCounts counts)
    {
        (string Name, int Number)[] columns =
        [
            ("Destroy", counts.Delete), ("Replace", counts.Replace), ("Forget", counts.Forget), ("Update", counts.Update), ("Create", counts.Create), ("Import", counts.Import),
            ("Move", counts.Move), ("Outputs", counts.Outputs), ("Actions", counts.Actions), ("Deferred", counts.Deferred), ("Unknown", counts.Unknown), ("Drift", counts.Drift),
        ];
        columns = [.. columns.Where(c => c.Number > 0)];
        if (columns.Length > 0)
        {
            text.Append($"\n| {string.Join(" | ", columns.Select(c => c.Name))} |\n|{string.Concat(columns.Select(_ => " --: |"))}\n| {string.Join(" | ", columns.Select(c => PlanSentence.Number(c.Number)))} |\n");
        }
    }

    private static void AppendGates(StringBuilder text, PlanReport report)
    {
        if (report.Gates is not { Violations.Count: > 0 } gates)
            return;
        var fate = gates.IsOverridden ? $"let pass{(gates.OverriddenBy.Length > 0 ? $" by {Inline(report, gates.OverriddenBy)}" : "")}" : "not passed";
        text.Append($"\n**{PlanSentence.Count(gates.Violations.Count, "gate")} {fate}.**\n\n");
        foreach (var violation in gates.Violations.Take(MostInGroup))
        {
            var more = violation.Addresses.Count > MostReasons ? $" and {violation.Addresses.Count - MostReasons} more" : "";
            text.Append($"- {(gates.IsOverridden ? "⚠️" : "⛔")} `{violation.Gate}`: {Inline(report, violation.Message)}: {string.Join(", ", violation.Addresses.Take(MostReasons).Select(a => Code(report, a)))}{more}\n");
        }
    }

    internal static List<MarkdownSection> Sections(PlanReport report)
    {
        var plan = report.Plan;
        var changes = plan.Changes.Where(c => c.IsChange).OrderBy(c => c.Address, StringComparer.Ordinal).ThenBy(c => c.Deposed, StringComparer.Ordinal).ToArray();
        var sections = new List<MarkdownSection>();
        if (report.SinceLast is { } since)
        {
            var what = since.Count == 0 ? "the same" : PlanSentence.Count(since.Count, "difference");
            sections.Add(new MarkdownSection(
                "", [new MarkdownEntry($"\nSince the last plan{(report.SinceCommit.Length == 0 ? "" : $", of {Code(report, report.SinceCommit[..Math.Min(12, report.SinceCommit.Length)])}")}: {what}.\n", since.Count == 0 ? null : () => Since(report, since))]));
        }

        Add("Changed in a way that is not known", changes.Where(c => c.Kind == ChangeKind.Unknown).Select(c => Lost(report, c)));
        Add("Destroyed", ByDanger(changes.Where(c => c.Kind == ChangeKind.Delete)).Select(c => Lost(report, c)));
        var renamed = plan.Counts is { Delete: > 0, Create: > 0 } ? MovedSuggestions.Of(plan) : [];
        Add("Probably renamed", renamed.Count == 0 ? [] : [Renamed(report, renamed)], renamed.Count);
        Add("Replaced", ByDanger(changes.Where(c => c.Kind.Replaces())).Select(c => Lost(report, c)));
        var shifts = IndexShifts.Of(plan);
        Add("Shifted by count", shifts.Select(s => new MarkdownEntry($"- 🔢 {Inline(report, s.Explanation)}.\n")));
        Add("Forgotten", ByDanger(changes.Where(c => c.Kind.Forgets())).Select(c => Lost(report, c)));
        Add("Checks", plan.Checks.Where(c => c.Status != CheckStatus.Pass).OrderBy(c => c.Status == CheckStatus.Unknown).Select(c => Check(report, c)));
        var isNamed = plan.Counts.Update <= MostNamed;
        Add("Updated", changes.Where(c => c.Kind == ChangeKind.Update).OrderByDescending(SensitivityFlips.IsUnmarked).Select(c => Updated(report, c, isNamed)));
        Add("Outputs", plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp).OrderByDescending(o => o.Kind == ChangeKind.Delete).Select(o => Output(report, o)));
        Add("Findings", report.Findings.OrderByDescending(f => f.Severity).Select(f => Found(report, f)));
        Add("Created", Created(report, [.. changes.Where(c => c.Kind == ChangeKind.Create)]), plan.Counts.Create);
        Add("Imported", changes.Where(c => c.Importing is not null && c.Kind == ChangeKind.NoOp).Select(c => new MarkdownEntry($"- 📥 {Code(report, c.Address)}{From(report, c)}\n")));
        Add("Moved", changes.Where(c => c.IsMoved && c.Kind == ChangeKind.NoOp).Select(c => new MarkdownEntry($"- ➡️ {Code(report, c.PreviousAddress!)} → {Code(report, c.Address)}\n")));
        Add("Actions", plan.Actions.Select(a => Action(report, a)));
        Add("Left for the next plan", plan.Deferred.OrderBy(d => d.Address, StringComparer.Ordinal)
            .Select(d => new MarkdownEntry($"- ⏳ {Code(report, d.Address)}, because {Inline(report, ChangeCause.Deferral(d.DeferredReason))}\n")));
        var drift = plan.Counts.Drift > 0 ? PlanDrift.Of(plan) : null;
        Add($"Changed outside of {report.Context.Tool}", drift is null ? [] : drift.Affecting.Select(d => Drifted(report, d, ", which affects the plan")).Concat(drift.Harmless.Select(d => Drifted(report, d, ""))));
        Add("Read while applying", changes.Where(c => c.Kind == ChangeKind.Read)
            .Select(c => new MarkdownEntry($"- 🔎 {Code(report, c.Address)}{Because(report, c)}\n")));
        return sections;

        void Add(string title, IEnumerable<MarkdownEntry> entries, int count = 0)
        {
            var all = entries.ToArray();
            if (all.Length > 0)
                sections.Add(new MarkdownSection($"\n#### {Inline(report, title)} ({PlanSentence.Number(count > 0 ? count : all.Length)})\n\n", all));
        }
    }

    private static IEnumerable<ResourceChange> ByDanger(IEnumerable<ResourceChange> changes) => changes.OrderByDescending(c => StatefulTypes.Contains(c.Type));

    private static MarkdownEntry Lost(PlanReport report, ResourceChange change)
    {
        var what = change.Kind switch
        {
            ChangeKind.Delete => "🗑️ {0} is **destroyed**",
            ChangeKind.DeleteThenCreate => "🔁 {0} is **destroyed, then created again**",
            ChangeKind.CreateThenDelete => "🔁 a new {0} is **created, then the old one destroyed**",
            ChangeKind.Forget => "👋 {0} is **forgotten**: it stays as it is, and is not managed any more",
            ChangeKind.CreateThenForget => "👋 a new {0} is **created, and the old one forgotten**: that stays as it is, and is not managed any more",
            _ => "❓ {0} is **changed in a way that is not known**",
        };
        var holds = StatefulTypes.Contains(change.Type) && change.Kind != ChangeKind.Forget ? " (holds data)" : "";
        var line = $"- {what.Replace("{0}", Code(report, change.Address), StringComparison.Ordinal)}{holds}{Moved(report, change)}{Because(report, change)}\n";
        return change.Kind.Replaces() || change.Kind is ChangeKind.Unknown or ChangeKind.CreateThenForget ? new MarkdownEntry(line, () => Diff(report, change, open: true)) : new MarkdownEntry(line);
    }

    private static string Since(PlanReport report, IReadOnlyList<PlanDifference> differences)
    {
        var lines = differences.Take(MostListed).Select(d => $"- {Code(report, d.Name)} {Inline(report, d.Words)}\n");
        var more = differences.Count > MostListed ? $"- and {PlanSentence.Number(differences.Count - MostListed)} more\n" : "";
        return $"\n<details><summary>What is different</summary>\n\n{string.Concat(lines)}{more}\n</details>\n";
    }

    private static MarkdownEntry Renamed(PlanReport report, IReadOnlyList<MovedSuggestion> suggestions)
    {
        var objects = suggestions.Sum(s => s.Objects);
        var names = string.Join(", ", suggestions.Take(MostReasons).Select(s => $"{Code(report, s.From)} → {Code(report, s.To)}"));
        var more = suggestions.Count > MostReasons ? $" and {suggestions.Count - MostReasons} more" : "";
        return new MarkdownEntry(
            $"- 🏷️ {names}{more}: {(objects == 1 ? "it is" : "they are")} destroyed and created with nearly the same values. If {(objects == 1 ? "it was" : "they were")} only renamed, say so in the configuration, and nothing is destroyed.\n",
            () => $"\n{MarkdownText.Fence(string.Join('\n', suggestions.Select(s => report.Redactor.Name(s.Block))), "hcl")}\n");
    }

    private static MarkdownEntry Updated(PlanReport report, ResourceChange change, bool isNamed)
    {
        var changes = new Lazy<IReadOnlyList<AttributeChange>>(() => AttributeDiff.Of(change, report.Redactor));
        return new MarkdownEntry(
            $"- ✏️ {Code(report, change.Address)}{Moved(report, change)}{From(report, change)}{(isNamed ? Names(report, changes.Value) : "")}{(SensitivityFlips.IsUnmarked(change) ? ", **a value is not marked as sensitive any more**" : "")}\n",
            () => Diff(changes.Value, open: false));
    }

    private static string Names(PlanReport report, IReadOnlyList<AttributeChange> changes)
    {
        // What is only not known yet seldom changes.
        var names = changes.Where(c => !c.IsUnknown).Concat(changes.Where(c => c.IsUnknown)).Select(c => c.Path).Distinct(StringComparer.Ordinal).ToArray();
        var more = names.Length > MostReasons ? $" and {names.Length - MostReasons} more" : "";
        return names.Length == 0 ? "" : $": {string.Join(", ", names.Take(MostReasons).Select(n => Code(report, n)))}{more}";
    }

    private static IEnumerable<MarkdownEntry> Created(PlanReport report, IReadOnlyList<ResourceChange> changes)
    {
        if (changes.Count <= MostListed)
            return changes.Select(c => new MarkdownEntry($"- ➕ {Code(report, c.Address)}{From(report, c)}\n", () => Diff(report, c, open: false)));
        return changes.GroupBy(c => c.Type, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Chunk(MostInGroup)
            .Select((chunk, i) => new MarkdownEntry(
                $"- ➕ {(i == 0 ? $"{PlanSentence.Number(g.Count())} of {Code(report, g.Key)}: " : "")}{string.Join(", ", chunk.Select(c => Code(report, c.Address)))}\n")));
    }

    private static MarkdownEntry Drifted(PlanReport report, ResourceChange drift, string remark) => new(
        $"- 🌊 {Code(report, drift.Address)} {(drift.Kind == ChangeKind.Delete ? "is **gone**" : "was **changed**")}{remark}\n",
        drift.Kind == ChangeKind.Delete ? null : () => Diff(report, drift, open: false));

    private static MarkdownEntry Output(PlanReport report, OutputChange output)
    {
        var what = output.Kind switch { ChangeKind.Create => "is new", ChangeKind.Delete => "**goes away**", _ => "changes" };
        return new MarkdownEntry($"- 📤 {Code(report, output.Name)} {what}\n", output.Kind == ChangeKind.Delete ? null : () => Diff(AttributeDiff.Of(output, report.Redactor), open: false));
    }

    private static MarkdownEntry Check(PlanReport report, PlanCheck check)
    {
        if (check.Status == CheckStatus.Unknown)
            return new MarkdownEntry($"- ⏳ {Code(report, check.Address)} is not known before the plan is applied\n");
        var word = check.Status == CheckStatus.Fail ? "does not hold" : "could not be evaluated";
        var problems = check.Problems.Count == 0 ? "" : $": {string.Join(" ", check.Problems.Take(MostReasons).Select(p => Inline(report, p)))}";
        return new MarkdownEntry($"- ❌ {Code(report, check.Address)} {word}{problems}\n");
    }

    private static MarkdownEntry Action(PlanReport report, ActionInvocation action)
    {
        var trigger = action.Trigger.Length > 0 ? $", {Inline(report, action.Trigger)}" : "";
        var deferred = action.DeferredReason.Length > 0 ? $", left for the next plan because {Inline(report, ChangeCause.Deferral(action.DeferredReason))}" : "";
        return new MarkdownEntry($"- ⚡ {Code(report, action.Address)}{trigger}{deferred}\n");
    }

    private static MarkdownEntry Found(PlanReport report, Finding finding)
    {
        var icon = finding.Severity switch { Severity.Error => "❌", Severity.Warning => "⚠️", _ => "ℹ️" };
        var hint = string.IsNullOrEmpty(finding.Hint) ? "" : $" 💡 {Inline(report, finding.Hint)}";
        return new MarkdownEntry($"- {icon} {Code(report, finding.Rule)} {Code(report, finding.Location.ToString())}: {Inline(report, finding.Message)}{hint}\n");
    }

    private static string Diff(PlanReport report, ResourceChange change, bool open) => Diff(AttributeDiff.Of(change, report.Redactor), open);

    private static string Diff(IReadOnlyList<AttributeChange> changes, bool open)
    {
        if (changes.Count == 0)
            return "";
        var lines = changes.OrderByDescending(c => c.ForcesReplacement).SelectMany(c => c.Lines).ToArray();
        var names = changes.Count(c => c.IsUnknown) is var unknown && unknown == changes.Count && unknown > 0
            ? $"{PlanSentence.Count(changes.Count, "attribute")}, known after apply"
            : PlanSentence.Count(changes.Count, "attribute");
        return $"\n<details{(open && lines.Length <= OpenLines ? " open" : "")}><summary>{names}</summary>\n\n{MarkdownText.Fence(string.Join('\n', lines), "diff")}\n</details>\n\n";
    }

    private static string Foot(PlanReport report)
    {
        var (plan, context) = (report.Plan, report.Context);
        string[] parts =
        [
            Inline(report, $"{context.Tool} {plan.ToolVersion}".Trim()),
            context.Workspace is "" or "default" ? "" : $"workspace {Code(report, context.Workspace)}",
            context.Directory is "" or "." ? "" : $"in {Code(report, context.Directory)}",
            context.Commit.Length == 0 ? "" : $"commit {Code(report, context.Commit[..Math.Min(12, context.Commit.Length)])}",
            context.Digest.Length == 0 ? "" : $"digest {Code(report, context.Digest)}",
            Uri.TryCreate(context.ReportUrl, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? $"[full report]({url.AbsoluteUri.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)})" : "",
        ];
        return $"\n{string.Join(" · ", parts.Where(p => p.Length > 0))}\n";
    }

    private static string Because(PlanReport report, ResourceChange change) =>
        ChangeCause.Of(change) is { Length: > 0 } cause ? $", {Inline(report, cause)}" : "";

    private static string Moved(PlanReport report, ResourceChange change) => change.IsMoved ? $", moved from {Code(report, change.PreviousAddress!)}" : "";

    private static string From(PlanReport report, ResourceChange change) => change.Importing switch
    {
        null => "",
        { Id.Length: > 0 } import => $", imported from {Code(report, report.Redactor.Text(import.Id))}{(change.GeneratedConfig.IsNull ? "" : " with generated configuration")}",
        _ => ", imported",
    };

    internal static string Code(PlanReport report, string text) => UntrustedMarkdown.Code(PlainText.Shorten(report.Redactor.Name(text), MaxText));

    internal static string Inline(PlanReport report, string text) => UntrustedMarkdown.Inline(PlainText.Shorten(report.Redactor.Text(text), MaxText));
}
