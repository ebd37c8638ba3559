using System.Globalization;
using Actions.Shared.Findings;

namespace Actions.Shared.Reporting;

/// <summary>The result of a scan in one sentence: the first thing that every report for people says.</summary>
/// <param name="Worst">The worst severity among the findings, of those that are new if that is known; an error when the score is too low; null without any.</param>
/// <param name="NothingChecked">Whether no object at all was checked, which must never look like success.</param>
/// <param name="Headline">What was found, without a full stop, for example <c>3 errors in 2 of 15 files</c>.</param>
/// <param name="Detail">What was looked at, without a full stop, for example <c>48 resources checked against Kubernetes 1.36, 4 skipped</c>.</param>
public sealed record Verdict(Severity? Worst, bool NothingChecked, string Headline, string Detail)
{
    /// <summary><see cref="Headline"/>, a colon and <see cref="Detail"/>.</summary>
    public string Sentence => Detail.Length == 0 ? Headline : $"{Headline}: {Detail}";

    /// <summary>The verdict on <paramref name="report"/>.</summary>
    public static Verdict Of(ScanReport report)
    {
        var checkedCount = report.Counts.Valid + report.Counts.Invalid;
        var findings = report.NewFindings;
        var tooLow = report.Score is { IsEnough: false };
        Severity? worst = tooLow ? Severity.Error : findings.Count == 0 ? null : findings.Max(f => f.Severity);
        var headline = Headed(report, findings, checkedCount);
        return new Verdict(
            worst,
            checkedCount == 0,
            tooLow ? string.Create(CultureInfo.InvariantCulture, $"The score {report.Score!.Value} is below {report.Score.Minimum}, {LowerFirst(headline)}") : headline,
            Detailed(report, findings, checkedCount));
    }

    private static string Headed(ScanReport report, IReadOnlyList<Finding> findings, int checkedCount)
    {
        var kind = report.Comparison is null ? "" : "new ";
        if (findings.Count == 0)
            return checkedCount == 0 && report.Findings.Count == 0 ? "Nothing was checked" : $"No {kind}problems in {Phrases.Count(report.Counts.Files, "file")}";
        var files = findings.Select(f => f.Location.File).Distinct(StringComparer.Ordinal).Count();
        var total = Math.Max(files, report.Counts.Files);
        return $"{Phrases.Severities(findings, kind)} in {(total == 1 ? "1 file" : $"{Phrases.Number(files)} of {Phrases.Count(total, "file")}")}";
    }

    private static string Detailed(ScanReport report, IReadOnlyList<Finding> findings, int checkedCount)
    {
        var versions = report.KubernetesVersions.Count == 0 ? "" : $" against Kubernetes {Phrases.List(report.KubernetesVersions)}";
        var skipped = report.Counts.Skipped.Values.Sum();
        var parts = new List<string>();
        if (report.Comparison is { } comparison)
        {
            parts.Add($"{Phrases.Number(report.Findings.Count - findings.Count)} unchanged");
            if (comparison.Fixed is { } gone) parts.Add($"{Phrases.Number(gone.Count)} fixed");
        }

        if (report.Suppressed.Count > 0) parts.Add($"{Phrases.Number(report.Suppressed.Count)} suppressed");
        if (checkedCount > 0) parts.Add($"{Phrases.Count(checkedCount, "resource")} checked{versions}");
        else if (report.Findings.Count > 0) parts.Add("no resource was checked");
        if (skipped > 0) parts.Add($"{Phrases.Number(skipped)} skipped");
        else if (parts.Count == 0) parts.Add("no Kubernetes manifests were found");
        return string.Join(", ", parts);
    }

    private static string LowerFirst(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
