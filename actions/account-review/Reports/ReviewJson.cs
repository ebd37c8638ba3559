using System.Globalization;
using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.Shared.Text;

namespace Actions.AccountReview.Reports;

/// <summary>The report as JSON, as described by <c>docs/reference/account-report.schema.json</c>.</summary>
internal static class ReviewJson
{
    /// <summary>The document, indented, ending in a line feed.</summary>
    public static string Render(AccountReport report) => JsonText.Render(json =>
    {
        var inventory = report.Inventory;
        json.WriteStartObject();
        json.WriteString("schemaVersion", "1.1");
        json.WriteStartObject("tool");
        json.WriteString("name", "account-review");
        json.Text("version", report.Version);
        json.WriteEndObject();
        json.Text("organization", inventory.Organisation);
        json.WriteString("reviewedAt", Date(inventory.At));
        json.WriteBoolean("replay", report.IsReplay);
        json.WriteBoolean("complete", inventory.IsComplete);
        json.WriteNumber("resources", inventory.Resources.Count(r => r.Kind.Role != KindRole.Reference));
        Nullable(json, "score", report.Score);
        Amount(json, "savingEurPerMonth", report.Result.Saving);
        json.WriteStartObject("costs");
        Amount(json, "spentEur", report.Costs.Spent);
        Amount(json, "forecastEur", report.Costs.Forecast);
        Amount(json, "previousEur", report.Costs.Previous);
        json.WriteEndObject();
        json.WriteStartArray("rules");
        foreach (var count in report.Result.Counts)
        {
            json.WriteStartObject();
            json.WriteString("id", count.Rule.Id);
            json.WriteString("area", ReviewRule.AreaName(count.Rule.Area));
            json.WriteString("severity", Word(count.Rule.Severity));
            json.WriteString("title", count.Rule.Title);
            json.WriteNumber("passed", count.Passed);
            json.WriteNumber("failed", count.Failed);
            json.WriteNumber("manual", count.Manual);
            json.WriteNumber("muted", count.Muted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in report.Result.Findings)
        {
            Write(json, finding, report.Trend);
        }

        json.WriteEndArray();
        json.WriteStartArray("gaps");
        foreach (var gap in inventory.Gaps)
        {
            json.WriteStartObject();
            json.WriteString("kind", gap.Kind.Id);
            json.Text("place", gap.Locality);
            json.Text("parent", gap.ParentId);
            json.WriteString("fault", JsonNamingPolicy.KebabCaseLower.ConvertName(gap.Fault.ToString()));
            json.Text("reason", gap.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.Trend is { } trend)
        {
            json.WriteStartObject("trend");
            json.WriteString("since", Date(trend.Since));
            json.WriteNumber("new", trend.New.Count);
            json.WriteNumber("regressed", trend.Regressed.Count);
            Write(json, "fixed", trend.Fixed);
            Write(json, "unknown", trend.Unknown);
            Amount(json, "previousSavingEurPerMonth", trend.PreviousSaving);
            json.WriteEndObject();
        }

        json.Texts("resolved", report.Resolved);
        json.WriteStartArray("shadows");
        foreach (var shadow in report.Shadows)
        {
            json.WriteStartObject();
            json.WriteString("kind", shadow.Resource.Kind.Id);
            json.Text("name", shadow.Resource.Name);
            json.Text("id", shadow.Resource.Address);
            json.Text("import", shadow.ImportBlock);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("registries");
        foreach (var space in inventory.Of(CloudKinds.RegistryNamespace))
        {
            if (space.Data.Decimal("size") is { } size)
            {
                json.WriteStartObject();
                json.Text("key", space.Key);
                json.Text("name", space.Name);
                json.WriteNumber("bytes", size);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteStartObject("plan");
        json.Text("digest", report.Plan.Digest);
        json.Text("brake", report.Plan.Brake);
        json.WriteNumber("deletions", report.Plan.Deletions.Count);
        json.WriteNumber("heldBack", report.Plan.HeldBack.Count);
        json.WriteEndObject();
        json.Texts("notes", report.Notes);
        json.Text("calls", report.Calls);
        json.WriteNumber("durationSeconds", Math.Round(report.Duration.TotalSeconds, 3));
        json.WriteEndObject();
    });

    /// <summary>The word for a severity in files.</summary>
    public static string Word(ReviewSeverity severity) => JsonNamingPolicy.KebabCaseLower.ConvertName(severity.ToString());

    /// <summary>The word for a status in files.</summary>
    public static string Word(ReviewStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());

    /// <summary>A date as it is written in files.</summary>
    public static string Date(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, ReviewFinding finding, ReviewTrend? trend)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule.Id);
        json.WriteString("status", Word(finding.Status));
        json.WriteString("severity", Word(finding.Severity));
        json.WriteString("area", ReviewRule.AreaName(finding.Rule.Area));
        json.Text("message", finding.Message);
        json.WriteString("fix", finding.Rule.Fix);
        if (finding.Resource is { } resource)
        {
            json.WriteStartObject("resource");
            json.Text("key", resource.Key);
            json.WriteString("kind", resource.Kind.Id);
            json.Text("id", resource.Id);
            json.Text("name", resource.Name);
            json.Text("place", resource.Locality);
            json.Text("project", resource.ProjectId);
            json.WriteEndObject();
        }

        json.Text("owner", finding.Owner);
        if (finding.Saving is { } saving)
        {
            Amount(json, "savingEurPerMonth", saving);
        }

        if (finding.IsUncertain)
        {
            json.WriteBoolean("uncertain", true);
        }

        if (finding.Exception is { } entry)
        {
            json.WriteStartObject("exception");
            json.Text("owner", entry.Owner);
            json.Text("reason", entry.Reason);
            json.WriteString("expires", entry.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.Text("location", entry.Location.ToString());
            json.WriteEndObject();
        }

        if (finding.Location is { } location)
        {
            json.Text("location", location.ToString());
        }

        if (trend is not null && finding.Status == ReviewStatus.Fail)
        {
            json.WriteString("since", trend.New.Contains(finding.Fingerprint) ? "new" : trend.Regressed.Contains(finding.Fingerprint) ? "regressed" : "known");
        }

        json.WriteString("fingerprint", finding.Fingerprint);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<PastFinding> findings)
    {
        json.WriteStartArray(name);
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.Text("rule", finding.Rule);
            json.Text("resource", finding.Resource);
            json.Text("name", finding.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Amount(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } amount)
        {
            json.WriteNumber(name, decimal.Round(amount, 2));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Nullable(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
