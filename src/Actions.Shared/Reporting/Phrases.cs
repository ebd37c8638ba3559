using System.Globalization;
using Actions.Shared.Findings;

namespace Actions.Shared.Reporting;

/// <summary>Something passed over, whether a file, a document or an object.</summary>
internal sealed record SkippedPlace(SourceLocation Location, ResourceReference? Resource, string Reason, string Detail);

/// <summary>What was passed over for one reason: the number that counts, and the places that are known.</summary>
internal sealed record SkippedReason(string Reason, int Number, IReadOnlyList<SkippedPlace> Places);

/// <summary>Wording and safe text that the reports have in common.</summary>
internal static class Phrases
{
    /// <summary>How standard input is called in reports for people.</summary>
    public const string StandardInput = "<stdin>";

    public static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(int value, string noun) => $"{Number(value)} {noun}{(value == 1 ? "" : "s")}";

    public static string List(IReadOnlyList<string> parts) => parts.Count switch
    {
        0 => "",
        1 => parts[0],
        _ => $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}",
    };

    /// <summary>What people call <paramref name="severity"/>.</summary>
    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };

    /// <summary>How many of each severity, worst first, for example <c>2 errors and 1 note</c>.</summary>
    /// <param name="findings">What to count.</param>
    /// <param name="kind">Stands before each noun, with a blank behind it; empty by default.</param>
    public static string Severities(IReadOnlyList<Finding> findings, string kind = "")
    {
        var parts = new List<string>(3);
        for (var severity = Severity.Error; severity >= Severity.Info; severity--)
        {
            if (findings.Count(f => f.Severity == severity) is > 0 and var count) parts.Add(Count(count, kind + Word(severity)));
        }

        return List(parts);
    }

    /// <summary>The score and, where it is known, how it has changed, for example <c>87 (+4)</c>.</summary>
    public static string Score(ScanReport report) => Score(report.Score!.Value, report.Comparison?.PreviousScore);

    /// <inheritdoc cref="Score(ScanReport)"/>
    public static string Score(int score, int? before) => before is { } then
        ? string.Create(CultureInfo.InvariantCulture, $"{score} ({(score == then ? "±0" : (score - then).ToString("+0;-0", CultureInfo.InvariantCulture))})")
        : Number(score);

    public static string File(SourceLocation location) => location.File == "-" ? StandardInput : location.File;

    public static string Place(SourceLocation location) =>
        location.Region is { } region ? $"{File(location)}:{region.StartLine}:{region.StartColumn}" : File(location);

    /// <summary>The message and, on its own line, the hint.</summary>
    public static string MessageAndHint(Finding finding, string separator = "\n") =>
        string.IsNullOrEmpty(finding.Hint) ? finding.Message : finding.Message + separator + finding.Hint;

    /// <summary>Everything passed over, objects included, in order of file and position.</summary>
    public static IReadOnlyList<SkippedPlace> AllSkipped(ScanReport report) =>
    [
        .. report.Skipped.Select(s => new SkippedPlace(s.Location, null, s.Reason, s.Detail))
            .Concat(report.Resources
                .Where(r => r.State == ScanState.Skipped)
                .Select(r => new SkippedPlace(r.Location, r.Resource, r.SkipReason ?? "", "")))
            .Order(Comparer<SkippedPlace>.Create(InOrder)),
    ];

    /// <summary>What was passed over, by reason in ordinal order, with the number that counts and the places that are known.</summary>
    public static IEnumerable<SkippedReason> SkippedByReason(ScanReport report)
    {
        var places = AllSkipped(report).ToLookup(s => s.Reason, StringComparer.Ordinal);
        return report.Counts.Skipped.Keys.Where(reason => report.Counts.Skipped[reason] > 0)
            .Union(places.Select(g => g.Key), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(reason => new SkippedReason(reason, report.Counts.Skipped.GetValueOrDefault(reason, places[reason].Count()), [.. places[reason]]));
    }

    private static int InOrder(SkippedPlace? left, SkippedPlace? right)
    {
        var result = string.CompareOrdinal(left!.Location.File, right!.Location.File);
        result = result != 0 ? result : (left.Location.Region ?? default).CompareTo(right.Location.Region ?? default);
        return result != 0 ? result : string.CompareOrdinal(left.Reason, right.Reason);
    }

    /// <summary>The first <paramref name="max"/> UTF-16 code units of <paramref name="text"/>, with an ellipsis if that is not all.</summary>
    public static string Shorten(string text, int max)
    {
        if (text.Length <= max) return text;
        var end = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
