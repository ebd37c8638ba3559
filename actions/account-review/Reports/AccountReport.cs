using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Terraform;

namespace Actions.AccountReview.Reports;

/// <summary>What the account costs. EUR, without taxes, after what the bill itself takes off.</summary>
/// <param name="Spent">This month so far; null when the bill could not be read.</param>
/// <param name="Forecast">This month at the pace so far; null in its first two days.</param>
/// <param name="Previous">The month before.</param>
internal sealed record AccountCosts(decimal? Spent, decimal? Forecast, decimal? Previous)
{
    public static AccountCosts Of(RuleContext context)
    {
        decimal? Total(CloudKind kind) => context.Inventory.Gaps.Any(g => g.Kind == kind) ? null : CostRules.Total(context, kind);
        var spent = Total(CloudKinds.Consumption);
        var start = new DateTimeOffset(context.Now.Year, context.Now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var elapsed = (decimal)(context.Now - start).TotalHours;
        return new AccountCosts(spent, elapsed < 48 ? null : spent / elapsed * (decimal)(start.AddMonths(1) - start).TotalHours, Total(CloudKinds.PreviousConsumption));
    }
}

/// <summary>A finding of the report before.</summary>
internal sealed record PastFinding(string Fingerprint, string Rule, string Resource, string Name);

/// <summary>How the findings relate to those of the report before.</summary>
/// <param name="Since">When that was.</param>
/// <param name="New">Fingerprints of failures that are there for the first time.</param>
/// <param name="Regressed">Fingerprints of failures that had been fixed once.</param>
/// <param name="Fixed">Failures that are gone.</param>
/// <param name="Unknown">Failures of before that could not be looked at this time.</param>
/// <param name="PreviousSaving">EUR a month that could be saved then.</param>
internal sealed record ReviewTrend(
    DateTimeOffset Since,
    IReadOnlySet<string> New,
    IReadOnlySet<string> Regressed,
    IReadOnlyList<PastFinding> Fixed,
    IReadOnlyList<PastFinding> Unknown,
    decimal PreviousSaving);

/// <summary>The whole result of a review: what every renderer works from.</summary>
internal sealed record AccountReport
{
    public required string Version { get; init; }

    public required AccountInventory Inventory { get; init; }

    public required ReviewResult Result { get; init; }

    public required AccountCosts Costs { get; init; }

    public required string Calls { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>The score: the share of checks that passed, in percent, weighted by severity; null when nothing was looked at.</summary>
    public int? Score => Scores.Of(Result);

    public ReviewTrend? Trend { get; init; }

    /// <summary>Fingerprints of everything that was ever fixed, for the next report.</summary>
    public IReadOnlyList<string> Resolved { get; init; } = [];

    public IReadOnlyList<ShadowResource> Shadows { get; init; } = [];

    /// <summary>Whether any state was given to compare with.</summary>
    public bool HasTerraform { get; init; }

    /// <summary>Whether the answers come from a recording.</summary>
    public bool IsReplay { get; init; }

    /// <summary>What is marked now.</summary>
    public required Ledger Ledger { get; init; }

    /// <summary>What is due to be deleted.</summary>
    public required CleanUpPlan Plan { get; init; }

    /// <summary>What there is to be said besides.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IEnumerable<ReviewFinding> Failures => Result.Findings.Where(f => f.Status == ReviewStatus.Fail);
}

/// <summary>A score from 0 to 100.</summary>
internal static class Scores
{
    public static int? Of(ReviewResult result)
    {
        long passed = 0, all = 0;
        foreach (var count in result.Counts)
        {
            var weight = Weight(count.Rule.Severity);
            passed += weight * count.Passed;
            all += weight * (count.Passed + count.Failed);
        }

        return all == 0 ? null : (int)(passed * 100 / all);
    }

    private static int Weight(ReviewSeverity severity) => severity switch
    {
        ReviewSeverity.Critical => 10,
        ReviewSeverity.High => 5,
        ReviewSeverity.Medium => 2,
        ReviewSeverity.Low => 1,
        _ => 0,
    };
}
