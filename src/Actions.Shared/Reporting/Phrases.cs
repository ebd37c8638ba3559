using System.Globalization;
using System.Text;
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
    public static string Score(ScanReport report)
    {
        var score = report.Score!.Value;
        return report.Comparison?.PreviousScore is { } before
            ? string.Create(CultureInfo.InvariantCulture, $"{score} ({(score == before ? "±0" : (score - before).ToString("+0;-0", CultureInfo.InvariantCulture))})")
            : Number(score);
    }

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

    /// <summary><paramref name="text"/> with U+FFFD in place of surrogates without a partner.</summary>
    public static string WellFormed(string text)
    {
        var i = 0;
        while (i < text.Length && Rune.TryGetRuneAt(text, i, out var rune)) i += rune.Utf16SequenceLength;
        if (i >= text.Length) return text;
        var result = new StringBuilder(text.Length).Append(text, 0, i);
        foreach (var rune in text.AsSpan(i).EnumerateRunes()) result.Append(rune);
        return result.ToString();
    }

    /// <summary>
    /// <paramref name="text"/> without anything that hides or reorders text or steers a terminal: control, format (bidi, zero width)
    /// and blank-looking characters as <c>\uXXXX</c>, tabs as a blank, line breaks as <c>\n</c> if <paramref name="keepLines"/>, else as a blank.
    /// </summary>
    public static string Visible(string text, bool keepLines = false)
    {
        var plain = true;
        foreach (var c in text) plain &= c is >= ' ' and < '\x7f';
        if (plain) return text;
        var result = new StringBuilder(text.Length + 16);
        var previous = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r')
            {
                if (rune.Value != '\n' || previous.Value != '\r') result.Append(keepLines ? '\n' : ' ');
            }
            else if (rune.Value == '\t')
            {
                result.Append(' ');
            }
            else if (IsHidden(rune))
            {
                AppendEscape(result, rune);
            }
            else
            {
                result.Append(rune);
            }

            previous = rune;
        }

        return result.ToString();
    }

    /// <summary>The first <paramref name="max"/> UTF-16 code units of <paramref name="text"/>, with an ellipsis if that is not all.</summary>
    public static string Shorten(string text, int max)
    {
        if (text.Length <= max) return text;
        var end = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>Whether <paramref name="rune"/> shows nothing, or changes how other text is shown.</summary>
    public static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0xFFFE or 0xFFFF;

    /// <summary>Appends <c>\uXXXX</c> for each UTF-16 code unit of <paramref name="rune"/>.</summary>
    public static void AppendEscape(StringBuilder result, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
            result.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));
    }
}
