using System.Globalization;
using Actions.Shared.Findings;
using Actions.Shared.Validation.Comparison;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Suppressions;

namespace Actions.ValidateManifests;

/// <summary>Makes the report of what a scan has found: without what is suppressed, in order, compared with what was there before, with a score.</summary>
internal sealed class ReportBuilder(ValidateManifestsOptions options, RulePolicy policy, string workspace)
{
    /// <summary>Makes the report.</summary>
    /// <param name="toolVersion">Version of the program.</param>
    /// <param name="scan">What was found.</param>
    /// <param name="baseline">What was there when a baseline was written; null without one.</param>
    /// <param name="changes">What has changed; null when that does not matter.</param>
    public (ScanReport Report, Score Score) Build(string toolVersion, ScanPart scan, Baseline? baseline, GitChanges? changes)
    {
        var result = SuppressionFilter.Finish([.. scan.Findings, .. scan.RuleFindings], scan.Suppressed, [.. scan.FileReadings, .. scan.Readings], scan.Resources, policy);
        IReadOnlyList<Finding> findings = [];
        ScannedResource[] resources = [];
        Parallel.Invoke(() => findings = FindingList.Normalize(result.Kept), () => resources = Resources(scan, result.Kept));
        var score = Score.Of(findings, resources);
        var skipped = scan.Skipped.Order(Comparer<SkippedItem>.Create(Compare)).ToArray();
        return (new ScanReport
        {
            Tool = ValidateManifestsProgram.Definition.Name,
            ToolVersion = toolVersion,
            KubernetesVersions = [.. options.KubernetesVersions.Select(v => v.ToString())],
            Findings = findings,
            Rules = policy.Rules.Descriptors,
            Resources = resources,
            Skipped = skipped,
            Counts = new ScanCounts
            {
                Files = scan.Files,
                Documents = scan.Documents,
                Resources = resources.Length,
                Valid = resources.Count(r => r.State == ScanState.Valid),
                Invalid = resources.Count(r => r.State == ScanState.Invalid),
                Skipped = skipped.Select(s => s.Reason).Concat(resources.Select(r => r.SkipReason).OfType<string>())
                    .GroupBy(reason => reason, StringComparer.Ordinal)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
            },
            Suppressed = Suppressed(result.Suppressed),
            Comparison = Compare(findings, scan, score, baseline, changes),
            Score = scan.Resources.Count == 0
                ? null
                : new ReportScore(score.Repository, options.MinimumScore)
                {
                    Namespaces = [.. score.Namespaces.OrderBy(n => n.Value).Select(n => new NamedScore(n.Namespace, n.Value))],
                    Objects = score.Imperfect.Select(o => new NamedScore(o.Resource is { } resource ? $"{resource} ({o.File})" : o.File, o.Value)),
                },
        }, score);
    }

    /// <summary>An object is invalid when an error is left; it is told from others of the same name by its reference being one instance.</summary>
    private static ScannedResource[] Resources(ScanPart scan, IEnumerable<Finding> findings)
    {
        var invalid = new HashSet<ResourceReference>(ReferenceEqualityComparer.Instance);
        foreach (var finding in findings)
        {
            if (finding is { Severity: Severity.Error, Resource: { } resource })
            {
                invalid.Add(resource);
            }
        }

        return
        [
            .. scan.Resources
                .Select(r => invalid.Contains(r.Resource) ? r with { State = ScanState.Invalid, SkipReason = null }
                    : r with { State = r.SkipReason is null ? ScanState.Valid : ScanState.Skipped })
                .Order(Comparer<ScannedResource>.Create(Compare)),
        ];
    }

    private static DismissedFinding[] Suppressed(IReadOnlyList<SuppressedFinding> suppressed)
    {
        var by = suppressed.ToLookup(s => new Place(s.Finding.Rule, s.Finding.Location, s.Finding.Message), s => s.Suppression);
        return
        [
            .. FindingList.Normalize(suppressed.Select(s => s.Finding)).Select(finding =>
            {
                var suppression = by[new Place(finding.Rule, finding.Location, finding.Message)].First();
                return new DismissedFinding(finding, suppression.Reason, suppression.Location);
            }),
        ];
    }

    private ReportComparison? Compare(IReadOnlyList<Finding> findings, ScanPart scan, Score score, Baseline? baseline, GitChanges? changes)
    {
        if (baseline is null && changes is null)
        {
            return null;
        }

        var unchanged = new HashSet<string>(StringComparer.Ordinal);
        var with = new List<string>();
        FixedFinding[]? gone = null;
        if (baseline is not null)
        {
            with.Add(options.Baseline);
            var comparison = BaselineComparison.Of(baseline, findings);
            unchanged.UnionWith(comparison.Unchanged.Select(f => f.Fingerprint));
            gone =
            [
                .. comparison.Fixed
                    .Where(f => scan.Paths.Contains(f.File) || !File.Exists(Path.Combine(workspace, f.File)))
                    .Select(f => new FixedFinding(f.Rule, f.Severity, f.File, f.Resource?.ToString() ?? "", f.Field)),
            ];
        }

        if (changes is not null)
        {
            with.Add(string.Create(CultureInfo.InvariantCulture, $"commit {changes.Since.AsSpan(0, 12)}"));
            var filter = new ChangeFilter(ChangedLines.Parse(changes.Diff), new SourceLines(workspace, hidesSecrets: false).Read);
            unchanged.UnionWith(findings.Where(f => changes.Tracked.Contains(f.Location.File) && !filter.Concerns(f)).Select(f => f.Fingerprint));
        }

        return new ReportComparison
        {
            With = string.Join(" and ", with),
            Unchanged = unchanged,
            Fixed = gone,
            PreviousScore = baseline?.Score,
            Namespaces = baseline is null ? [] : score.ChangesSince(baseline.Namespaces),
        };
    }

    private static int Compare(ScannedResource? left, ScannedResource? right)
    {
        var result = Compare(left!.Location, right!.Location);
        return result != 0 ? result : string.CompareOrdinal(left.Resource.ToString(), right.Resource.ToString());
    }

    private static int Compare(SkippedItem? left, SkippedItem? right)
    {
        var result = Compare(left!.Location, right!.Location);
        return result != 0 ? result : string.CompareOrdinal(left.Reason, right.Reason);
    }

    private static int Compare(SourceLocation left, SourceLocation right)
    {
        var result = string.CompareOrdinal(left.File, right.File);
        return result != 0 ? result : (left.Region ?? default).CompareTo(right.Region ?? default);
    }

    private sealed record Place(string Rule, SourceLocation Location, string Message);
}
