using System.Globalization;
using System.Text;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.Shared.Reporting;

namespace Actions.AccountReview.Reports;

/// <summary>The report for people, as GitHub's Markdown: money and danger first.</summary>
internal static class ReviewMarkdown
{
    private const int MaxRows = 50;
    private const int MaxShadows = 100;

    /// <summary>The page; ends in a line feed.</summary>
    public static string Render(AccountReport report)
    {
        var page = new StringBuilder();
        page.Append($"### {Mark(report)} {Headline(report)}\n\n");
        page.Append(Money(report));
        if (report.Trend is { } trend)
        {
            page.Append($"Since {Day(trend.Since)}: {Count(trend.New.Count, "new finding")}, {trend.Regressed.Count} back again, {trend.Fixed.Count} fixed{(trend.Unknown.Count > 0 ? $", {trend.Unknown.Count} not looked at this time" : "")}.\n\n");
        }

        if (!report.Inventory.IsComplete)
        {
            page.Append($"> [!WARNING]\n> The review is not complete: {Count(report.Inventory.Gaps.Count(g => g.Fault != ScalewayFault.NotAsked), "list")} could not be read. What depends on them is marked MANUAL, and nothing of it is deleted.\n\n");
        }

        Danger(page, report);
        Waste(page, report);
        Others(page, report);
        Manual(page, report);
        Muted(page, report);
        CleanUp(page, report);
        Shadows(page, report);
        Gaps(page, report);
        Inventory(page, report);
        foreach (var note in report.Notes)
        {
            page.Append($"{UntrustedMarkdown.Inline(note)}\n\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"<sub>account-review {report.Version} · {Day(report.Inventory.At)} · {report.Calls} · {report.Duration.TotalSeconds:0.0} s{(report.IsReplay ? " · from a recording" : "")}</sub>\n");
        return page.ToString();
    }

    /// <summary>The result in one line.</summary>
    public static string Headline(AccountReport report)
    {
        var result = report.Result;
        var failed = result.Count(ReviewStatus.Fail);
        var words = new List<string>();
        for (var severity = ReviewSeverity.Critical; severity >= ReviewSeverity.Info; severity--)
        {
            if (result.Count(severity) is > 0 and var count)
            {
                words.Add($"{count} {ReviewJson.Word(severity)}");
            }
        }

        var open = result.Count(ReviewStatus.Manual);
        return (failed == 0 ? "No findings" : $"{Count(failed, "finding")}: {string.Join(", ", words)}")
            + (open > 0 ? $"; {open} to look at by hand" : "")
            + (result.Saving > 0 ? $"; {Eur(result.Saving)} a month to save" : "");
    }

    public static string Eur(decimal amount) => $"{amount.ToString("N2", CultureInfo.InvariantCulture)} EUR";

    private static string Mark(AccountReport report) =>
        report.Result.Count(ReviewSeverity.Critical) > 0 ? "🔴"
        : report.Result.Count(ReviewSeverity.High) > 0 ? "🟠"
        : report.Result.Count(ReviewStatus.Fail) > 0 || report.Result.Count(ReviewStatus.Manual) > 0 ? "🟡" : "🟢";

    private static string Money(AccountReport report)
    {
        var costs = report.Costs;
        var parts = new List<string>();
        if (costs.Spent is { } spent)
        {
            parts.Add($"**{Eur(spent)}** this month so far");
        }

        if (costs.Forecast is { } forecast)
        {
            parts.Add($"**{Eur(forecast)}** at that pace by its end");
        }

        if (costs.Previous is { } previous)
        {
            parts.Add($"{Eur(previous)} the month before");
        }

        var bill = parts.Count == 0 ? "The bill could not be read." : $"{string.Join(", ", parts)}.";
        var saving = report.Result.Saving > 0 ? $" **{Eur(report.Result.Saving)} a month** could be saved, by list prices before discounts." : "";
        var score = report.Score is { } value ? $" Score {value} of 100." : "";
        return $"{bill}{saving}{score}\n\n";
    }

    private static void Danger(StringBuilder page, AccountReport report) =>
        Table(page, report, "Danger", [.. report.Failures.Where(f => f.Rule.Area == ReviewArea.Security && f.Severity >= ReviewSeverity.High)]);

    private static void Waste(StringBuilder page, AccountReport report) =>
        Table(page, report, "Money", [.. report.Failures.Where(f => f.Rule.Area == ReviewArea.Cost || f.Saving > 0).OrderByDescending(f => f.Saving ?? 0).ThenByDescending(f => f.Severity)], withMoney: true);

    private static void Others(StringBuilder page, AccountReport report) =>
        Table(page, report, "Everything else", [.. report.Failures.Where(f => !(f.Rule.Area == ReviewArea.Security && f.Severity >= ReviewSeverity.High) && f.Rule.Area != ReviewArea.Cost && !(f.Saving > 0))], isFolded: true);

    private static void Table(StringBuilder page, AccountReport report, string title, IReadOnlyList<ReviewFinding> findings, bool withMoney = false, bool isFolded = false)
    {
        if (findings.Count == 0)
        {
            return;
        }

        page.Append(isFolded ? $"<details><summary>{title} ({findings.Count})</summary>\n\n" : $"#### {title}\n\n");
        page.Append(withMoney ? "| EUR a month | What | Resource | Owner |\n|--:|---|---|---|\n" : "| | What | Resource | Owner |\n|---|---|---|---|\n");
        foreach (var finding in findings.Take(MaxRows))
        {
            var first = withMoney ? finding.Saving is { } saving ? saving.ToString("N2", CultureInfo.InvariantCulture) : "?" : ReviewJson.Word(finding.Severity);
            page.Append($"| {first} | {What(finding, report)} | {Where(finding)} | {UntrustedMarkdown.Inline(finding.Owner)} |\n");
        }

        Rest(page, findings.Count);
        page.Append(isFolded ? "\n</details>\n\n" : "\n");
    }

    private static string What(ReviewFinding finding, AccountReport report)
    {
        var news = report.Trend is not { } trend ? "" : trend.New.Contains(finding.Fingerprint) ? " **new**" : trend.Regressed.Contains(finding.Fingerprint) ? " **back again**" : "";
        return $"{UntrustedMarkdown.Inline(finding.Message)}{(finding.IsUncertain ? " (not certain)" : "")}{news}<br><sub>{finding.Rule.Id}: {UntrustedMarkdown.Inline(finding.Rule.Fix)}</sub>";
    }

    private static string Where(ReviewFinding finding) => finding.Resource is { } resource
        ? $"{resource.Kind.Title} {UntrustedMarkdown.Code(resource.Name)}{(resource.Locality.Length == 0 ? "" : $"<br>{resource.Locality}")}{(finding.Location is { } line ? $"<br>{UntrustedMarkdown.Code(line.ToString())}" : "")}"
        : UntrustedMarkdown.Code(finding.Location?.ToString() ?? finding.Scope);

    private static void Manual(StringBuilder page, AccountReport report)
    {
        var manual = report.Result.Findings.Where(f => f.Status == ReviewStatus.Manual).ToArray();
        if (manual.Length == 0)
        {
            return;
        }

        page.Append($"<details><summary>To look at by hand ({manual.Length}): the data is missing, which is never a pass</summary>\n\n| Rule | Why | Resource |\n|---|---|---|\n");
        foreach (var finding in manual.Take(MaxRows))
        {
            page.Append($"| {finding.Rule.Id} | {UntrustedMarkdown.Inline(finding.Message)} | {Where(finding)} |\n");
        }

        Rest(page, manual.Length);
        page.Append("\n</details>\n\n");
    }

    private static void Muted(StringBuilder page, AccountReport report)
    {
        var muted = report.Result.Findings.Where(f => f.Status == ReviewStatus.Muted).ToArray();
        if (muted.Length == 0)
        {
            return;
        }

        page.Append($"<details><summary>Accepted ({muted.Length})</summary>\n\n| Rule | Resource | Owner | Reason | Until |\n|---|---|---|---|---|\n");
        foreach (var finding in muted.Take(MaxRows))
        {
            page.Append($"| {finding.Rule.Id} | {Where(finding)} | {UntrustedMarkdown.Inline(finding.Exception!.Owner)} | {UntrustedMarkdown.Inline(finding.Exception.Reason)} | {finding.Exception.Expires:yyyy-MM-dd} |\n");
        }

        Rest(page, muted.Length);
        page.Append("\n</details>\n\n");
    }

    private static void CleanUp(StringBuilder page, AccountReport report)
    {
        var plan = report.Plan;
        if (plan.Deletions.Count + plan.HeldBack.Count == 0)
        {
            return;
        }

        page.Append("#### Clean-up\n\n");
        if (plan.Brake.Length > 0)
        {
            page.Append($"> [!WARNING]\n> {UntrustedMarkdown.Inline(plan.Brake)}\n\n");
        }

        if (plan.Deletions.Count > 0)
        {
            page.Append($"{Count(plan.Deletions.Count, "leftover")} may be deleted once somebody approves the plan with the digest `{plan.Digest}`.\n\n| What | Why | EUR a month | Snapshot first |\n|---|---|--:|---|\n");
            foreach (var deletion in plan.Deletions.Take(MaxRows))
            {
                page.Append($"| {UntrustedMarkdown.Code(deletion.Name)}<br>{UntrustedMarkdown.Code(deletion.Key)} | {UntrustedMarkdown.Inline(deletion.Reason)} | {deletion.Saving?.ToString("N2", CultureInfo.InvariantCulture)} | {(deletion.Snapshot ? "yes" : "")} |\n");
            }

            Rest(page, plan.Deletions.Count);
            page.Append('\n');
        }

        if (plan.HeldBack.Count > 0)
        {
            page.Append($"<details><summary>Held back ({plan.HeldBack.Count})</summary>\n\n| What | Guard | Why |\n|---|---|---|\n");
            foreach (var held in plan.HeldBack.Take(MaxRows))
            {
                page.Append($"| {UntrustedMarkdown.Code(held.Name)} | {held.Guard} | {UntrustedMarkdown.Inline(held.Reason)} |\n");
            }

            Rest(page, plan.HeldBack.Count);
            page.Append("\n</details>\n\n");
        }
    }

    /// <summary>What a clean-up did.</summary>
    public static string Render(CleanUpResult result)
    {
        var page = new StringBuilder($"### {(result.IsComplete ? "🟢" : "🔴")} {Headline(result)}\n\n");
        if (result.Results.Count > 0)
        {
            page.Append("| What | Outcome | |\n|---|---|---|\n");
            foreach (var one in result.Results)
            {
                page.Append($"| {UntrustedMarkdown.Code(one.Deletion.Name)}<br>{UntrustedMarkdown.Code(one.Deletion.Key)} | {System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(one.Outcome.ToString())} | {UntrustedMarkdown.Inline(one.Text)} |\n");
            }
        }

        return page.ToString();
    }

    /// <summary>What a clean-up did, in one line.</summary>
    public static string Headline(CleanUpResult result) => result switch
    {
        { Refusal.Length: > 0 } => $"Nothing was deleted: {UntrustedMarkdown.Inline(result.Refusal)}",
        { IsCancelled: true } => $"Cancelled: {result.Count(DeletionOutcome.Deleted)} of {result.Results.Count} deleted, {result.Count(DeletionOutcome.NotReached)} not reached",
        _ => $"{result.Count(DeletionOutcome.Deleted)} of {result.Results.Count} deleted{(result.Count(DeletionOutcome.Gone) is > 0 and var gone ? $", {gone} gone already" : "")}{(result.Results.FirstOrDefault(r => r.Outcome is DeletionOutcome.Refused or DeletionOutcome.Failed or DeletionOutcome.Unknown) is { } bad ? $", then it stopped at {UntrustedMarkdown.Inline(bad.Deletion.Name)}" : "")}",
    };

    private static void Shadows(StringBuilder page, AccountReport report)
    {
        if (report.Shadows.Count == 0)
        {
            return;
        }

        page.Append($"<details><summary>Not in any Terraform state ({report.Shadows.Count})</summary>\n\n```hcl\n");
        // Labels and ids are made of letters, digits and hyphens: nothing in them ends the block.
        page.AppendJoin('\n', report.Shadows.Take(MaxShadows).Select(s => s.ImportBlock));
        page.Append("```\n\n");
        if (report.Shadows.Count > MaxShadows)
        {
            page.Append($"{report.Shadows.Count - MaxShadows} more are in the file of `import-file`.\n\n");
        }

        page.Append("</details>\n\n");
    }

    private static void Gaps(StringBuilder page, AccountReport report)
    {
        if (report.Inventory.Gaps.Count == 0)
        {
            return;
        }

        page.Append("<details><summary>What could not be read</summary>\n\n| What | Where | Why |\n|---|---|---|\n");
        foreach (var gap in report.Inventory.Gaps.Take(MaxRows))
        {
            page.Append($"| {gap.Kind.Title} | {(gap.Locality.Length == 0 ? "everywhere" : gap.Locality)} | {UntrustedMarkdown.Inline(gap.Reason)} |\n");
        }

        Rest(page, report.Inventory.Gaps.Count);
        page.Append("\n</details>\n\n");
    }

    private static void Inventory(StringBuilder page, AccountReport report)
    {
        page.Append("<details><summary>What was looked at</summary>\n\n| What | Number |\n|---|--:|\n");
        foreach (var kind in CloudKinds.All.Where(k => k.Role != KindRole.Reference))
        {
            if (report.Inventory.Of(kind).Count is > 0 and var count)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {kind.Title} | {count:N0} |\n");
            }
        }

        page.Append("\n</details>\n\n");
    }

    private static void Rest(StringBuilder page, int all)
    {
        if (all > MaxRows)
        {
            page.Append($"\n{(all - MaxRows).ToString("N0", CultureInfo.InvariantCulture)} more are in the JSON report.\n");
        }
    }

    private static string Day(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Count(int number, string noun) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(number == 1 ? "" : "s")}";
}
