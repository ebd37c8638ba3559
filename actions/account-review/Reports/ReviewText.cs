using System.Globalization;
using System.Text;
using Actions.AccountReview.Rules;

namespace Actions.AccountReview.Reports;

/// <summary>The report for a log or a terminal.</summary>
internal static class ReviewText
{
    private const int MaxLines = 60;

    /// <summary>One finding a line, the gravest first, and the result in the last line.</summary>
    public static string Render(AccountReport report)
    {
        var text = new StringBuilder();
        var failures = report.Failures.ToArray();
        foreach (var finding in failures.Take(MaxLines))
        {
            var saving = finding.Saving is { } amount ? $" [{ReviewMarkdown.Eur(amount)} a month]" : "";
            var where = finding.Resource is { } resource ? $"{resource.Kind.Title} {resource.Name}{(resource.Locality.Length == 0 ? "" : $" ({resource.Locality})")}" : finding.Location?.ToString() ?? finding.Scope;
            text.Append(CultureInfo.InvariantCulture, $"{ReviewJson.Word(finding.Severity).ToUpperInvariant(),-8} {where}: {finding.Message}{saving} [{finding.Rule.Id}]\n");
        }

        if (failures.Length > MaxLines)
        {
            text.Append(CultureInfo.InvariantCulture, $"{failures.Length - MaxLines:N0} more findings are in the report.\n");
        }

        var manual = report.Result.Findings.Where(f => f.Status == ReviewStatus.Manual).GroupBy(f => f.Rule.Id, StringComparer.Ordinal).ToArray();
        foreach (var rule in manual.Take(MaxLines))
        {
            text.Append(CultureInfo.InvariantCulture, $"{"MANUAL",-8} {rule.Count():N0} × {rule.Key}: {rule.First().Message}\n");
        }

        if (report.Costs.Spent is { } spent)
        {
            text.Append(CultureInfo.InvariantCulture, $"Spent this month: {ReviewMarkdown.Eur(spent)}{(report.Costs.Forecast is { } forecast ? $", {ReviewMarkdown.Eur(forecast)} at that pace by its end" : "")}.\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{ReviewMarkdown.Headline(report)}. {report.Calls}, {report.Duration.TotalSeconds:0.0} s.");
        return text.ToString();
    }
}
