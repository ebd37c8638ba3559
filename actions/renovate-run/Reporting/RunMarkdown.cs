using System.Globalization;
using System.Text;
using Actions.RenovateRun.Judging;
using Actions.Shared.Reporting;

namespace Actions.RenovateRun.Reporting;

/// <summary>A run as Markdown for the page of a workflow's run.</summary>
internal static class RunMarkdown
{
    private const int MostRows = 50;
    private const int MostSkipped = 5;
    private const int MostHosts = 5;

    /// <summary>Renders the summary: what it came to, why, then tables.</summary>
    public static string Render(RunResult result)
    {
        var text = new StringBuilder($"### {(result.Verdict.IsGood ? "✅" : "❌")} {UntrustedMarkdown.Inline(RunText.Verdict(result))}\n");
        Failures(text, result);
        Repositories(text, result);
        Changes(text, result);
        Updates(text, result);
        BlindSpots(text, result);
        Skipped(text, result);
        Hosts(text, result);
        var version = result.Facts.Version.Length > 0 ? $"Renovate {result.Facts.Version}, " : "";
        return text.Append(CultureInfo.InvariantCulture, $"\n<sub>{UntrustedMarkdown.Inline(version + RunText.Time(result.Duration))}</sub>\n").ToString();
    }

    private static void Failures(StringBuilder text, RunResult result)
    {
        foreach (var failure in result.Verdict.Failures.Take(MostRows))
        {
            text.Append($"\n- **{UntrustedMarkdown.Inline(RunText.Place(failure) + failure.Message)}**");
            text.Append(failure.Hint.Length > 0 ? $"<br>{UntrustedMarkdown.Inline(failure.Hint)}\n" : "\n");
        }

        More(text, result.Verdict.Failures.Count - MostRows);
    }

    private static void Repositories(StringBuilder text, RunResult result)
    {
        if (result.Verdict.Repositories.Count == 0)
        {
            return;
        }

        text.Append("\n| Repository | State | Dependencies | Updates | Pull requests | Time |\n|---|---|--:|--:|---|--:|\n");
        foreach (var repository in result.Verdict.Repositories.OrderByDescending(r => r.Fails).ThenBy(r => r.State).Take(MostRows))
        {
            var facts = repository.Facts;
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {UntrustedMarkdown.Inline(facts.Name)} | {(repository.Fails ? "❌ " : "")}{RunResult.Word(repository.State)} | {facts.Dependencies.Count} | {facts.Updates.Count()} | {RunText.PullRequests(facts.PullRequests)} | {RunText.Time(facts.Duration)} |\n");
        }

        More(text, result.Verdict.Repositories.Count - MostRows);
    }

    private static void Changes(StringBuilder text, RunResult result)
    {
        if (result.Changes is not { } changes)
        {
            return;
        }

        var parts = new List<string>();
        void Part(int count, string one, string more)
        {
            if (count > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : more)}"));
            }
        }

        Part(changes.NewUpdates.Count, "new update", "new updates");
        Part(changes.GoneUpdates.Count, "update gone", "updates gone");
        Part(changes.NewlyBad.Count, "repository that has begun to fail", "repositories that have begun to fail");
        Part(changes.Recovered.Count, "repository that has recovered", "repositories that have recovered");
        text.Append($"\n**Since the run before:** {(parts.Count == 0 ? "nothing has changed" : string.Join(", ", parts))}.\n");
        foreach (var name in changes.NewlyBad.Take(MostRows))
        {
            text.Append($"- {UntrustedMarkdown.Inline(name)} has begun to fail\n");
        }
    }

    private static void Updates(StringBuilder text, RunResult result)
    {
        var updates = UpdateLine.Of(result.Facts).ToList();
        if (updates.Count == 0)
        {
            return;
        }

        var isOne = result.Verdict.Repositories.Count == 1;
        var added = result.Changes?.NewUpdates.ToHashSet() ?? [];
        text.Append(CultureInfo.InvariantCulture, $"\n<details{(updates.Count <= 15 ? " open" : "")}><summary>{updates.Count} update{(updates.Count == 1 ? "" : "s")}: {UntrustedMarkdown.Inline(RunText.Updates(result))}</summary>\n\n");
        text.Append(isOne ? "| Dependency | From | To | Type | File |\n|---|---|---|---|---|\n" : "| Repository | Dependency | From | To | Type | File |\n|---|---|---|---|---|---|\n");
        foreach (var update in updates.Take(MostRows))
        {
            text.Append(isOne ? "| " : $"| {UntrustedMarkdown.Inline(update.Repository)} | ")
                .Append($"{(added.Contains(update) ? "🆕 " : "")}{UntrustedMarkdown.Inline(update.Dependency)} | {UntrustedMarkdown.Code(update.From)} | {UntrustedMarkdown.Code(update.To)} | ")
                .Append($"{UntrustedMarkdown.Inline(update.Type)} | {UntrustedMarkdown.Code(update.File)} |\n");
        }

        More(text, updates.Count - MostRows);
        text.Append("\n</details>\n");
    }

    private static void BlindSpots(StringBuilder text, RunResult result)
    {
        var spots = result.Verdict.Repositories.SelectMany(r => r.Remarks).Where(r => r.State == RunState.BlindSpot).ToList();
        if (spots.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n<details open><summary>{spots.Count} image{(spots.Count == 1 ? "" : "s")} that Renovate does not see</summary>\n\n| File | Image | What would help |\n|---|---|---|\n");
        foreach (var spot in spots.Take(MostRows))
        {
            text.Append($"| {UntrustedMarkdown.Code(spot.File ?? "")} | {UntrustedMarkdown.Inline(spot.Message)} | {UntrustedMarkdown.Inline(spot.Hint)} |\n");
        }

        More(text, spots.Count - MostRows);
        text.Append("\n</details>\n");
    }

    private static void Skipped(StringBuilder text, RunResult result)
    {
        var skipped = result.Skipped;
        if (skipped.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n<details><summary>{skipped.Sum(s => s.Dependencies.Count)} skipped, and why</summary>\n\n| Reason | Dependencies | For example |\n|---|--:|---|\n");
        foreach (var (reason, dependencies) in skipped)
        {
            var examples = dependencies.Take(MostSkipped).Select(d => $"{UntrustedMarkdown.Inline(d.Dependency.Name)} in {UntrustedMarkdown.Code(d.Dependency.File)}");
            text.Append(CultureInfo.InvariantCulture, $"| {UntrustedMarkdown.Inline(reason)} | {dependencies.Count} | {string.Join("<br>", examples)} |\n");
        }

        text.Append("\n</details>\n");
    }

    private static void Hosts(StringBuilder text, RunResult result)
    {
        var hosts = result.Hosts;
        if (hosts.Count == 0)
        {
            return;
        }

        text.Append("\n<details><summary>Slowest hosts</summary>\n\n| Host | Requests | On average | Slowest |\n|---|--:|--:|--:|\n");
        foreach (var host in hosts.Take(MostHosts))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {UntrustedMarkdown.Inline(host.Host)} | {host.Requests} | {host.AverageMilliseconds:0} ms | {host.SlowestMilliseconds:0} ms |\n");
        }

        text.Append("\n</details>\n");
    }

    private static void More(StringBuilder text, int count)
    {
        if (count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n… and {count} more.\n");
        }
    }
}
