using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.Shared.Reporting;

namespace Actions.AccountReview.Reports;

/// <summary>A review in Prometheus' text format, for a textfile collector or a Pushgateway. Amounts are EUR without taxes. No label holds a key.</summary>
internal static class ReviewMetrics
{
    private static readonly ReviewStatus[] Statuses = [ReviewStatus.Fail, ReviewStatus.Manual, ReviewStatus.Muted];

    /// <summary>Renders the metrics, in a fixed order. What is not known has no sample.</summary>
    public static string Render(AccountReport report)
    {
        var inventory = report.Inventory;
        var result = report.Result;
        var leftovers = report.Failures.Where(f => f.Rule.CleansUp && f.Resource is not null).DistinctBy(f => f.Resource!.Key, StringComparer.Ordinal).GroupBy(f => f.Resource!.Kind.Id, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        return new PrometheusText()
            .Gauge("account_review_timestamp_seconds", "When the account was read.", inventory.At.ToUnixTimeSeconds())
            .Gauge("account_review_duration_seconds", "How long the review took.", Math.Round(report.Duration.TotalSeconds, 3))
            .Gauge("account_review_complete", "Whether everything could be read.", inventory.IsComplete ? 1 : 0)
            .Gauge("account_review_score", "The share of checks that passed, in percent, weighted by severity.", Known([], report.Score))
            .Gauge(
                "account_review_findings", "Findings by severity, area and status.",
                from severity in Enum.GetValues<ReviewSeverity>().Reverse()
                from area in Enum.GetValues<ReviewArea>()
                from status in Statuses
                select (Labels(("severity", ReviewJson.Word(severity)), ("area", ReviewRule.AreaName(area)), ("status", ReviewJson.Word(status))),
                    (double)result.Findings.Count(f => f.Severity == severity && f.Rule.Area == area && f.Status == status)))
            .Gauge("account_review_resources", "Things in the account.", inventory.Resources.Where(r => r.Kind.Role == KindRole.Resource).GroupBy(r => r.Kind.Id, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (Labels(("kind", g.Key)), (double)g.Count())))
            .Gauge("account_review_cost_month_to_date_eur", "What the month has cost so far.", Spent(inventory))
            .Gauge("account_review_cost_forecast_eur", "What the month will cost at the pace so far.", Known([], report.Costs.Forecast))
            .Gauge("account_review_cost_previous_month_eur", "What the month before has cost.", Known([], report.Costs.Previous))
            .Gauge("account_review_saving_eur", "EUR a month that could be saved, by list prices before discounts.", (double)result.Saving)
            .Gauge("account_review_unused", "Leftovers that nothing uses.", leftovers.Select(g => (Labels(("kind", g.Key)), (double)g.Count())))
            .Gauge("account_review_unused_eur", "EUR a month for leftovers that nothing uses, as far as their price is known.", leftovers.Where(g => g.Any(f => f.Saving is not null)).Select(g => (Labels(("kind", g.Key)), (double)g.Sum(f => f.Saving ?? 0))))
            .Gauge("account_review_deletions_due", "Leftovers that an approved plan may delete.", report.Plan.Deletions.Count)
            .Gauge(
                "account_review_api_key_expiry_timestamp_seconds", "When a holder's first API key expires.",
                inventory.Of(CloudKinds.ApiKey)
                    .Where(k => k.Data.Date("expires_at") > inventory.At)
                    .GroupBy(k => Holder(k, inventory), StringComparer.Ordinal)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => (Labels(("holder", g.Key)), (double)g.Min(k => k.Data.Date("expires_at")!.Value).ToUnixTimeSeconds())))
            .Gauge(
                "account_review_kubernetes_end_of_life_timestamp_seconds", "When the version of a cluster reaches its end of life.",
                from cluster in inventory.Of(CloudKinds.Cluster)
                let version = inventory.Find(CloudKinds.ClusterVersion, cluster.Locality, cluster.Data.Text("version") ?? "")
                where version?.Data.Date("end_of_life_at") is not null
                orderby cluster.Name, cluster.Id
                select (Labels(("cluster", cluster.Name), ("version", version.Id)), (double)version.Data.Date("end_of_life_at")!.Value.ToUnixTimeSeconds()))
            .ToString();
    }

    /// <summary>The bill by project and category.</summary>
    private static IEnumerable<((string Name, string Value)[] Labels, double Value)> Spent(AccountInventory inventory) =>
        from line in inventory.Of(CloudKinds.Consumption)
        let amount = Money.Read(line.Data.Find("value"))
        where amount is { Currency: "EUR" }
        group amount.Value.Amount by (Project: Project(line, inventory), Category: line.Data.Text("category_name") ?? "") into part
        orderby part.Key
        select (Labels(("project", part.Key.Project), ("category", part.Key.Category)), (double)part.Sum());

    private static string Project(CloudResource line, AccountInventory inventory) => inventory.Find(CloudKinds.Project, "", line.ProjectId)?.Name ?? line.ProjectId;

    private static string Holder(CloudResource key, AccountInventory inventory) =>
        key.Data.Text("application_id") is { Length: > 0 } application ? inventory.Find(CloudKinds.Application, "", application)?.Name ?? application
        : key.Data.Text("user_id") is { Length: > 0 } user ? $"user {user}"
        : "";

    private static IEnumerable<((string Name, string Value)[] Labels, double Value)> Known((string, string)[] labels, decimal? value) => value is { } known ? [(labels, (double)decimal.Round(known, 2))] : [];

    private static (string, string)[] Labels(params (string, string)[] labels) => labels;
}
