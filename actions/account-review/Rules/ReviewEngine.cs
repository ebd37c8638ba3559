using System.Security.Cryptography;
using System.Text;
using Actions.AccountReview.Inventory;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Rules;

/// <summary>What a rule found of one resource.</summary>
internal sealed record ReviewFinding
{
    public required ReviewRule Rule { get; init; }

    public required ReviewStatus Status { get; init; }

    public required ReviewSeverity Severity { get; init; }

    /// <summary>What it is about; null for findings of the allow-list, and of whole lists that could not be read.</summary>
    public CloudResource? Resource { get; init; }

    /// <summary>One sentence; may hold names from the account.</summary>
    public required string Message { get; init; }

    /// <summary>EUR a month, list price; null when it is not known or there is nothing to save.</summary>
    public decimal? Saving { get; init; }

    public bool IsUncertain { get; init; }

    /// <summary>Who answers for it; empty when nobody does.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The exception that covers it, for <see cref="ReviewStatus.Muted"/>.</summary>
    public AllowEntry? Exception { get; init; }

    /// <summary>The line that the finding comes from: of Terraform, or of the allow-list; null when it is not known.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>Where it could not be looked, for <see cref="ReviewStatus.Manual"/> without a resource.</summary>
    public string Scope { get; init; } = "";

    /// <summary>What is looked up in the report of the month before: rule and resource, 32 hexadecimal digits.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Rule.Id}\0{Resource?.Key ?? Scope}"))[..16]);
}

/// <summary>How often a rule said what.</summary>
internal sealed record RuleCount(ReviewRule Rule, int Passed, int Failed, int Manual, int Muted);

/// <summary>What the rules say of an account.</summary>
/// <param name="Findings">Everything but passes: the gravest first, then by saving, rule and resource.</param>
/// <param name="Counts">For every rule that ran, in the order of the catalogue.</param>
internal sealed record ReviewResult(IReadOnlyList<ReviewFinding> Findings, IReadOnlyList<RuleCount> Counts)
{
    /// <summary>EUR a month that the failing findings would save, each resource counted once with its largest saving.</summary>
    public decimal Saving => Findings.Where(f => f is { Status: ReviewStatus.Fail, Saving: not null })
        .GroupBy(f => f.Resource?.Key ?? f.Fingerprint, StringComparer.Ordinal)
        .Sum(g => g.Max(f => f.Saving!.Value));

    public int Count(ReviewStatus status) => Findings.Count(f => f.Status == status);

    public int Count(ReviewSeverity severity) => Findings.Count(f => f.Status == ReviewStatus.Fail && f.Severity == severity);
}

/// <summary>Runs the rules over an inventory. Pure: the same inventory gives the same result.</summary>
internal static class ReviewEngine
{
    public static ReviewResult Run(IReadOnlyList<ReviewRule> rules, RuleContext context, AllowList allowed)
    {
        var findings = new List<ReviewFinding>();
        var counts = new List<RuleCount>();
        var used = new HashSet<AllowEntry>(ReferenceEqualityComparer.Instance);
        foreach (var rule in rules.Where(r => !context.Settings.Disabled.Contains(r.Id) && r != AllowListRules.Stale))
        {
            var (passed, start) = (0, findings.Count);
            foreach (var resource in context.Inventory.Of(rule.Target))
            {
                var verdict = Judge(rule, resource, context);
                if (verdict is null)
                {
                    continue;
                }

                if (verdict.Status == ReviewStatus.Pass)
                {
                    passed++;
                    continue;
                }

                findings.Add(Finding(rule, resource, verdict, context, allowed, used));
            }

            findings.AddRange(Unseen(rule, context));
            var found = findings.Skip(start).ToArray();
            counts.Add(new RuleCount(
                rule, passed, found.Count(f => f.Status == ReviewStatus.Fail), found.Count(f => f.Status == ReviewStatus.Manual), found.Count(f => f.Status == ReviewStatus.Muted)));
        }

        if (!context.Settings.Disabled.Contains(AllowListRules.Stale.Id) && rules.Contains(AllowListRules.Stale))
        {
            var stale = Stale(context, allowed, used).ToArray();
            findings.AddRange(stale);
            counts.Add(new RuleCount(AllowListRules.Stale, allowed.Entries.Count - stale.Length, stale.Length, 0, 0));
        }

        return new ReviewResult(
            [
                .. findings
                    .OrderBy(f => f.Status)
                    .ThenByDescending(f => f.Severity)
                    .ThenByDescending(f => f.Saving ?? 0)
                    .ThenBy(f => f.Rule.Id, StringComparer.Ordinal)
                    .ThenBy(f => f.Resource?.Key ?? f.Scope, StringComparer.Ordinal),
            ],
            counts);
    }

    private static Verdict? Judge(ReviewRule rule, CloudResource resource, RuleContext context)
    {
        foreach (var need in rule.Needs)
        {
            if (context.Inventory.GapFor(need, resource) is { } gap)
            {
                // Where the rule does not speak of the resource anyway, nobody needs to look.
                return rule.Check(resource, context) is null ? null : Verdict.Manual($"The list of each {need.Title} could not be read: {gap.Reason}.");
            }
        }

        return rule.Check(resource, context);
    }

    private static ReviewFinding Finding(ReviewRule rule, CloudResource resource, Verdict verdict, RuleContext context, AllowList allowed, HashSet<AllowEntry> used)
    {
        var entry = allowed.Find(rule.Id, resource, context.Now);
        if (entry is not null)
        {
            used.Add(entry);
        }

        return new ReviewFinding
        {
            Rule = rule,
            Status = entry is not null && verdict.Status == ReviewStatus.Fail ? ReviewStatus.Muted : verdict.Status,
            Severity = verdict.Severity ?? rule.Severity,
            Resource = resource,
            Message = verdict.Message,
            Saving = verdict.Saving is > 0 ? decimal.Round(verdict.Saving.Value, 2) : null,
            IsUncertain = verdict.IsUncertain,
            Location = verdict.Location,
            Owner = entry?.Owner ?? context.Owner(resource),
            Exception = entry,
        };
    }

    /// <summary>What the rule would have looked at but was not there to be looked at: one finding for each place, or one for everywhere.</summary>
    private static IEnumerable<ReviewFinding> Unseen(ReviewRule rule, RuleContext context)
    {
        var gaps = context.Inventory.Gaps.Where(g => g.Kind == rule.Target).ToArray();
        return gaps
            .GroupBy(g => (g.Fault, Place: g.Locality))
            .Select(g => new ReviewFinding
            {
                Rule = rule,
                Status = ReviewStatus.Manual,
                Severity = rule.Severity,
                Scope = $"{rule.Target.Id}/{g.Key.Place}",
                Message = $"The list of each {rule.Target.Title}{(g.Key.Place.Length == 0 ? "" : $" in {g.Key.Place}")} could not be read{(g.Count() > 1 ? $" {g.Count()} times" : "")}: {g.First().Reason}.",
            });
    }

    private static IEnumerable<ReviewFinding> Stale(RuleContext context, AllowList allowed, HashSet<AllowEntry> used)
    {
        foreach (var entry in allowed.Entries)
        {
            var expired = entry.IsExpired(context.Now);
            if (expired || !used.Contains(entry))
            {
                yield return new ReviewFinding
                {
                    Rule = AllowListRules.Stale,
                    Status = ReviewStatus.Fail,
                    Severity = AllowListRules.Stale.Severity,
                    Scope = $"{entry.Rule}/{entry.Resource}",
                    Owner = entry.Owner,
                    Location = entry.Location,
                    Message = expired
                        ? $"The exception of {entry.Owner} for {entry.Rule} on {entry.Resource} ended on {entry.Expires:yyyy-MM-dd}."
                        : $"The exception of {entry.Owner} for {entry.Rule} on {entry.Resource} covers nothing.",
                };
            }
        }
    }
}
