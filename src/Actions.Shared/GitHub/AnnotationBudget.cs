using Actions.Shared.Findings;

namespace Actions.Shared.GitHub;

/// <summary>
/// Chooses the annotations that GitHub will show: it takes 10 of each severity from a step and drops the rest without a word.
/// </summary>
public static class AnnotationBudget
{
    /// <summary>How many of each severity GitHub shows.</summary>
    public const int PerSeverity = 10;

    /// <summary>
    /// Orders by severity (worst first), file (none first), place, title and message, and drops repeats. Of a severity with more than
    /// <see cref="PerSeverity"/>, keeps nine and says in a tenth how many more there are: those about the whole run, then those that came first.
    /// </summary>
    /// <param name="annotations">All there are, of each severity the most telling first.</param>
    /// <param name="alreadyEmitted">How many of a severity this step has emitted before; none unless given.</param>
    public static IReadOnlyList<Annotation> Select(IEnumerable<Annotation> annotations, Func<Severity, int>? alreadyEmitted = null) =>
    [
        .. annotations
            .Distinct()
            .GroupBy(a => a.Severity)
            .OrderByDescending(group => group.Key)
            .SelectMany(group => Cut(
                [.. group.OrderBy(a => a.Location is not null)], Math.Max(0, PerSeverity - (alreadyEmitted?.Invoke(group.Key) ?? 0)))),
    ];

    private static IEnumerable<Annotation> Cut(IReadOnlyList<Annotation> all, int room)
    {
        if (all.Count <= room || room == 0)
            return InOrder(all.Take(room));

        var more = all.Count - (room - 1);
        return InOrder(all.Take(room - 1)).Append(new Annotation(all[0].Severity, $"{more} more {Noun(all[0].Severity, more)}, see the summary"));
    }

    private static IEnumerable<Annotation> InOrder(IEnumerable<Annotation> annotations) => annotations
        .OrderBy(a => a.Location?.File ?? "", StringComparer.Ordinal)
        .ThenBy(a => a.Location?.Region ?? default)
        .ThenBy(a => a.Title, StringComparer.Ordinal)
        .ThenBy(a => a.Message, StringComparer.Ordinal);

    private static string Noun(Severity severity, int count) => (severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "notice",
    }) + (count == 1 ? "" : "s");
}
