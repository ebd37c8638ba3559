using System.Globalization;
using System.Text;
using Actions.AccountReview.Reports;
using Actions.Shared.Reporting;
using Actions.Shared.Text;

namespace Actions.AccountReview.Upgrades;

/// <summary>The plans for people and for programs.</summary>
internal static class UpgradeReport
{
    private const int MaxBlockers = 30;

    /// <summary>GitHub's Markdown; ends in a line feed.</summary>
    public static string Markdown(IReadOnlyList<UpgradePlan> plans)
    {
        var page = new StringBuilder(plans.Count == 0 ? "### No Kapsule cluster\n" : "### Kubernetes upgrades\n");
        foreach (var plan in plans)
        {
            page.Append($"\n#### {(plan.Hops.Count == 0 ? "🟢" : plan.IsBlocked ? "🔴" : "🟡")} {UntrustedMarkdown.Inline(plan.Cluster)}{(plan.Region.Length > 0 ? $" ({plan.Region})" : "")}: {Headline(plan)}\n\n");
            if (plan.Version.Length > 0)
            {
                page.Append($"Kubernetes {UntrustedMarkdown.Inline(plan.Version)}: deprecated {Day(plan.DeprecatedAt)}, end of life {Day(plan.EndOfLifeAt)}.\n\n");
            }

            if (plan.Hops.Count > 0)
            {
                page.Append("| Step | To | Deprecated | End of life | In the way |\n|--:|---|---|---|---|\n");
                foreach (var (index, hop) in plan.Hops.Index())
                {
                    page.Append($"| {index + 1} | {UntrustedMarkdown.Inline(hop.Version)} | {Day(hop.DeprecatedAt)} | {Day(hop.EndOfLifeAt)} | {(hop.Blockers.Count == 0 ? "nothing found" : string.Join("<br>", hop.Blockers.Take(MaxBlockers).Select(Text)))}{(hop.Blockers.Count > MaxBlockers ? $"<br>and {hop.Blockers.Count - MaxBlockers} more" : "")} |\n");
                }

                page.Append(plan.ClusterId.Length == 0 ? "\n" : "\nFirst the control plane (`upgrade_pools: false`), then one pool after the other; the next step only when every node is ready.\n\n");
            }

            if (plan.Pools.Count > 0)
            {
                page.Append("| Pool | Version | Nodes | More meanwhile | EUR an hour for those |\n|---|---|--:|--:|--:|\n");
                foreach (var pool in plan.Pools)
                {
                    page.Append(CultureInfo.InvariantCulture, $"| {UntrustedMarkdown.Inline(pool.Name)} | {UntrustedMarkdown.Inline(pool.Version)} | {pool.Nodes} | {pool.Surge} | {(pool.HourlySurge is { } price ? price.ToString("0.0000", CultureInfo.InvariantCulture) : "?")} |\n");
                }

                page.Append('\n');
            }

            foreach (var note in plan.Notes)
            {
                page.Append($"- {UntrustedMarkdown.Inline(note)}\n");
            }
        }

        return page.ToString();
    }

    /// <summary>What has to be done, in a few words.</summary>
    public static string Headline(UpgradePlan plan) => plan switch
    {
        { Hops.Count: 0 } => "nothing to upgrade to",
        { ClusterId: "", IsBlocked: false } => $"nothing in the way of {plan.Hops[0].Version}",
        { IsBlocked: true } => $"{plan.Hops[0].Blockers.Count} in the way of {plan.Hops[0].Version}",
        _ => $"{plan.Hops.Count} step{(plan.Hops.Count == 1 ? "" : "s")} to {plan.Hops[^1].Version}",
    };

    /// <summary>The plans as JSON.</summary>
    public static string Json(IReadOnlyList<UpgradePlan> plans) => JsonText.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("schemaVersion", "1.0");
        json.WriteStartArray("clusters");
        foreach (var plan in plans)
        {
            json.WriteStartObject();
            json.Text("id", plan.ClusterId);
            json.Text("name", plan.Cluster);
            json.Text("region", plan.Region);
            json.Text("version", plan.Version);
            json.Text("deprecatedAt", plan.DeprecatedAt is { } d ? ReviewJson.Date(d) : null);
            json.Text("endOfLifeAt", plan.EndOfLifeAt is { } e ? ReviewJson.Date(e) : null);
            json.WriteBoolean("blocked", plan.IsBlocked);
            json.WriteStartArray("hops");
            foreach (var hop in plan.Hops)
            {
                json.WriteStartObject();
                json.Text("version", hop.Version);
                json.Text("deprecatedAt", hop.DeprecatedAt is { } hd ? ReviewJson.Date(hd) : null);
                json.Text("endOfLifeAt", hop.EndOfLifeAt is { } he ? ReviewJson.Date(he) : null);
                json.WriteStartArray("blockers");
                foreach (var blocker in hop.Blockers)
                {
                    json.WriteStartObject();
                    json.Text("text", blocker.Text);
                    json.Text("location", blocker.Location?.ToString());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("pools");
            foreach (var pool in plan.Pools)
            {
                json.WriteStartObject();
                json.Text("name", pool.Name);
                json.Text("version", pool.Version);
                json.WriteNumber("nodes", pool.Nodes);
                json.WriteNumber("surge", pool.Surge);
                if (pool.HourlySurge is { } price)
                {
                    json.WriteNumber("surgeEurPerHour", decimal.Round(price, 4));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.Texts("notes", plan.Notes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Text(UpgradeBlocker blocker) => UntrustedMarkdown.Inline(blocker.Text) + (blocker.Location is { } place ? $" ({UntrustedMarkdown.Code(place.ToString())})" : "");

    private static string Day(DateTimeOffset? date) => date is { } day ? day.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "?";
}
