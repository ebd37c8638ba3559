using System.Text.Json;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.Shared;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Reports;

/// <summary>What an earlier report tells: its failures, and what had been fixed by then.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Failures">Its failures.</param>
/// <param name="Resolved">Fingerprints of what had been fixed by then.</param>
/// <param name="Saving">EUR a month that could be saved then.</param>
internal sealed record ReportHistory(DateTimeOffset At, IReadOnlyList<PastFinding> Failures, IReadOnlyList<string> Resolved, decimal Saving)
{
    /// <summary>Bytes of each registry namespace then, by its key; null when the report does not tell.</summary>
    public IReadOnlyDictionary<string, decimal>? RegistrySizes { get; init; }

    /// <summary>So many fixed findings are remembered; the oldest are forgotten.</summary>
    private const int MaxResolved = 10_000;

    /// <summary>Reads a report that <see cref="ReviewJson"/> wrote.</summary>
    /// <exception cref="ActionException">It is none.</exception>
    public static ReportHistory Read(string name, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            if (root.Text("tool", "name") == "account-review" && root.Date("reviewedAt") is { } at && root.Items("findings") is { } findings)
            {
                return new ReportHistory(
                    at,
                    [
                        .. findings.Where(f => f.Text("status") == "fail").Select(f => new PastFinding(
                            f.Text("fingerprint") ?? "", f.Text("rule") ?? "", f.Text("resource", "key") ?? "", f.Text("resource", "name") ?? "")),
                    ],
                    root.Texts("resolved") ?? [],
                    root.Decimal("savingEurPerMonth") ?? 0)
                {
                    RegistrySizes = root.Items("registries")?
                        .Where(r => r.Text("key") is not null && r.Decimal("bytes") is not null)
                        .DistinctBy(r => r.Text("key"), StringComparer.Ordinal)
                        .ToDictionary(r => r.Text("key")!, r => r.Decimal("bytes")!.Value, StringComparer.Ordinal),
                };
            }
        }
        catch (JsonException e)
        {
            throw Wrong(name, $"it is not JSON: {e.Message}", e);
        }

        throw Wrong(name, "it has no tool, date or findings of account-review", null);
    }

    /// <summary>How the findings of now relate to it, and what the next report has to remember.</summary>
    public (ReviewTrend Trend, IReadOnlyList<string> Resolved) Compare(ReviewResult result)
    {
        var before = Failures.Select(f => f.Fingerprint).ToHashSet(StringComparer.Ordinal);
        var byFingerprint = result.Findings.ToLookup(f => f.Fingerprint, StringComparer.Ordinal);
        var unseen = result.Findings.Where(f => f is { Status: ReviewStatus.Manual, Resource: null }).Select(f => f.Rule.Id).ToHashSet(StringComparer.Ordinal);
        var failing = result.Findings.Where(f => f.Status == ReviewStatus.Fail).Select(f => f.Fingerprint).ToHashSet(StringComparer.Ordinal);
        var resolved = Resolved.ToHashSet(StringComparer.Ordinal);
        var (gone, unknown) = (new List<PastFinding>(), new List<PastFinding>());
        foreach (var past in Failures.Where(f => !failing.Contains(f.Fingerprint)))
        {
            // A muted finding is still there, and one that nobody could look at is not fixed.
            if (byFingerprint[past.Fingerprint].Any(f => f.Status == ReviewStatus.Muted))
            {
                continue;
            }

            (byFingerprint[past.Fingerprint].Any() || unseen.Contains(past.Rule) ? unknown : gone).Add(past);
        }

        var fresh = failing.Where(f => !before.Contains(f)).ToArray();
        var trend = new ReviewTrend(
            At,
            fresh.Where(f => !resolved.Contains(f)).ToHashSet(StringComparer.Ordinal),
            fresh.Where(resolved.Contains).ToHashSet(StringComparer.Ordinal),
            gone,
            unknown,
            Saving);
        return (trend, [.. Resolved.Concat(gone.Select(g => g.Fingerprint)).Where(f => !failing.Contains(f)).Distinct(StringComparer.Ordinal).TakeLast(MaxResolved)]);
    }

    private static ActionException Wrong(string name, string why, Exception? inner) => new(
        "The report before cannot be read", $"{name}: {why}", "Give `previous-report` a file that `report-file` wrote.", new SourceLocation(name), inner: inner);
}
