using Actions.AccountReview.Rules;
using Actions.Shared.Findings;
using Actions.Shared.Reporting;

namespace Actions.AccountReview.Reports;

/// <summary>
/// The failures as SARIF. One that Terraform's state and configuration lead to a line has that line; any other has a path that names the resource,
/// <c>scaleway/kind/place/id</c>, which is no file of the repository.
/// </summary>
internal static class ReviewSarif
{
    public static string Render(AccountReport report)
    {
        var findings = report.Failures.Select(Finding).ToArray();
        return SarifLog.Render(new ScanReport
        {
            Tool = "account-review",
            ToolVersion = report.Version,
            KubernetesVersions = [],
            Findings = [.. findings.OrderBy(f => f.Location.File, StringComparer.Ordinal).ThenBy(f => f.Location.Region ?? default).ThenBy(f => f.Rule, StringComparer.Ordinal).ThenBy(f => f.Fingerprint, StringComparer.Ordinal)],
            Rules = [.. report.Result.Counts.Select(c => c.Rule.Descriptor).OrderBy(r => r.Id, StringComparer.Ordinal)],
            Resources = [],
            Skipped = [],
            Counts = new ScanCounts { Skipped = new Dictionary<string, int> { ["manual"] = report.Result.Count(ReviewStatus.Manual), ["muted"] = report.Result.Count(ReviewStatus.Muted) } },
        });
    }

    private static Finding Finding(ReviewFinding finding) => new()
    {
        Rule = finding.Rule.Id,
        Severity = ReviewRule.ToShared(finding.Severity),
        Location = finding.Location ?? new SourceLocation($"scaleway/{finding.Resource?.Key ?? finding.Scope}"),
        Message = finding.Message + (finding.Saving is { } saving ? $" {ReviewMarkdown.Eur(saving)} a month could be saved." : ""),
        Hint = finding.Rule.Fix,
        Resource = finding.Resource is { } resource ? new ResourceReference("scaleway", resource.Kind.Id, resource.Locality.Length == 0 ? null : resource.Locality, resource.Name) : null,
        Fingerprint = finding.Fingerprint,
    };
}
