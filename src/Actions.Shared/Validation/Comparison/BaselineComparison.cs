using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Comparison;

/// <summary>What has become of the findings since a baseline.</summary>
/// <param name="New">Findings that were not there.</param>
/// <param name="Unchanged">Findings that were there already.</param>
/// <param name="Fixed">Findings that are gone.</param>
public sealed record BaselineComparison(IReadOnlyList<Finding> New, IReadOnlyList<Finding> Unchanged, IReadOnlyList<BaselineFinding> Fixed)
{
    /// <summary>
    /// Compares. A finding was there if its fingerprint was; failing that, if the rule was broken at the same field of the same object in the same file
    /// (the value, or a line number in the text, has changed); failing that, at the same field of the same object in another file (it was moved).
    /// Each finding of the baseline stands for one finding: two where there was one make one new.
    /// </summary>
    /// <param name="baseline">What was there.</param>
    /// <param name="findings">What is there, as <see cref="FindingList.Normalize"/> gives it; the order is kept.</param>
    public static BaselineComparison Of(Baseline baseline, IReadOnlyList<Finding> findings)
    {
        var gone = new bool[baseline.Findings.Count];
        Array.Fill(gone, true);
        var isKnown = new bool[findings.Count];
        Match(baseline, findings, gone, isKnown, static f => f.Fingerprint, static f => f.Fingerprint);
        Match(
            baseline, findings, gone, isKnown,
            static f => (f.Rule, f.File, f.Resource, f.Field),
            static f => (f.Rule, f.Location.File, f.Resource, f.Field));
        Match(
            baseline, findings, gone, isKnown,
            static f => f.Resource is null ? null : new Place(f.Rule, f.Resource, f.Field),
            static f => f.Resource is null ? null : new Place(f.Rule, f.Resource, f.Field));
        return new BaselineComparison(
            [.. findings.Where((_, i) => !isKnown[i])],
            [.. findings.Where((_, i) => isKnown[i])],
            [.. baseline.Findings.Where((_, i) => gone[i])]);
    }

    private static void Match<TKey>(
        Baseline baseline, IReadOnlyList<Finding> findings, bool[] gone, bool[] isKnown, Func<BaselineFinding, TKey?> oldKey, Func<Finding, TKey?> newKey)
        where TKey : notnull
    {
        var waiting = new Dictionary<TKey, Queue<int>>();
        for (var i = 0; i < gone.Length; i++)
        {
            if (gone[i] && oldKey(baseline.Findings[i]) is { } key)
            {
                if (!waiting.TryGetValue(key, out var queue))
                {
                    waiting[key] = queue = new Queue<int>();
                }

                queue.Enqueue(i);
            }
        }

        for (var i = 0; i < isKnown.Length && waiting.Count > 0; i++)
        {
            if (!isKnown[i] && newKey(findings[i]) is { } key && waiting.TryGetValue(key, out var queue) && queue.TryDequeue(out var old))
            {
                (isKnown[i], gone[old]) = (true, false);
            }
        }
    }

    private sealed record Place(string Rule, ResourceReference Resource, string Field);
}
