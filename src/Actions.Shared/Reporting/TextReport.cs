using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Text;
using Spectre.Console;

namespace Actions.Shared.Reporting;

/// <summary>
/// The report for a person to read: the verdict, then every finding in the order of files as
/// <c>file:line:column  severity  message  [rule]</c> with the object, the hint and the source line below, then the counts and what was skipped.
/// </summary>
public static class TextReport
{
    /// <summary>With more findings than this, one that repeats an earlier one in another place takes a single line.</summary>
    public const int RepeatsInFull = 50;

    /// <summary>Writes plain text, lines ending in a line feed and never wrapped: for logs and files.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="writer">Where to; it is not flushed.</param>
    /// <param name="source">
    /// Gives the text of a line (path as in <see cref="SourceLocation.File"/>, line from 1), or null if it is not to be had. Without it
    /// there are no excerpts. Lines of Secrets are never asked for.
    /// </param>
    public static void Write(ScanReport report, TextWriter writer, Func<string, int, string?>? source = null)
    {
        foreach (var line in TextLayout.Lines(report, source, null))
        {
            foreach (var span in line) writer.Write(span.Text);
            writer.Write('\n');
        }
    }

    /// <summary>Writes for a terminal: in colour if it has any, wrapped at its width between words. Nothing in the report is read as markup.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="console">Where to.</param>
    /// <param name="source">As for the plain text.</param>
    public static void Write(ScanReport report, IAnsiConsole console, Func<string, int, string?>? source = null)
    {
        foreach (var line in TextLayout.Lines(report, source, Math.Max(console.Profile.Width, 40)))
        {
            var paragraph = new Paragraph { Overflow = Overflow.Fold };
            foreach (var span in line) paragraph.Append(span.Text, StyleOf(span.Tone));
            console.Write(paragraph);
            console.WriteLine();
        }
    }

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Error => new Style(Color.Red, decoration: Decoration.Bold),
        Tone.Warning => new Style(Color.Yellow, decoration: Decoration.Bold),
        Tone.Info => new Style(Color.Blue),
        Tone.Good => new Style(Color.Green, decoration: Decoration.Bold),
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Faint => new Style(decoration: Decoration.Dim),
        _ => Style.Plain,
    };
}

/// <summary>What a piece of text means, which a terminal shows as colour.</summary>
internal enum Tone
{
    Plain,
    Strong,
    Faint,
    Good,
    Info,
    Warning,
    Error,
}

/// <summary>A piece of a line.</summary>
internal readonly record struct Span(string Text, Tone Tone = Tone.Plain);

/// <summary>The lines of the text report, for whatever they are written to. All text in them is visible and on one line.</summary>
internal static class TextLayout
{
    private const int MaxPlacesPerReason = 10;
    private const int MaxSuppressed = 20;
    private const int MaxExcerpt = 160;

    public static IEnumerable<IReadOnlyList<Span>> Lines(ScanReport report, Func<string, int, string?>? source, int? width)
    {
        var verdict = Verdict.Of(report);
        var headline = VerdictLine(verdict);
        foreach (var line in Wrap(headline, 0, width)) yield return line;

        var brief = report.Findings.Count > TextReport.RepeatsInFull;
        var said = new HashSet<Finding>(SameText.Instance);
        string? file = null;
        foreach (var finding in report.NewFindings)
        {
            var repeats = !said.Add(finding) && brief;
            if (!repeats || finding.Location.File != file) yield return [];
            file = finding.Location.File;
            foreach (var line in FindingLines(finding, repeats ? null : source, width, repeats)) yield return line;
        }

        foreach (var line in Earlier(report, width)) yield return line;
        yield return [];
        foreach (var line in Counts(report).SelectMany(row => Wrap(row, 0, width))) yield return line;
        foreach (var line in Skipped(report, width)) yield return line;
        if (report.Findings.Count == 0) yield break;
        yield return [];
        foreach (var line in Wrap(headline, 0, width)) yield return line;
    }

    /// <summary>What fails nothing, a line each: findings that are not new, and those that are suppressed.</summary>
    private static IEnumerable<IReadOnlyList<Span>> Earlier(ScanReport report, int? width)
    {
        if (report.Comparison is { } comparison)
        {
            var unchanged = report.Findings.Where(f => !report.IsNew(f)).ToArray();
            if (unchanged.Length > 0)
            {
                yield return [];
                yield return [new($"unchanged {Phrases.Number(unchanged.Length)}, compared with {Shown(comparison.With)}: they fail nothing", Tone.Strong)];
                foreach (var line in unchanged.SelectMany(f => FindingLines(f, null, width, brief: true))) yield return line;
            }

            if (comparison.Fixed is { Count: > 0 } gone)
            {
                yield return [];
                yield return [new($"fixed {Phrases.Number(gone.Count)}, compared with {Shown(comparison.With)}", Tone.Good)];
                foreach (var finding in gone)
                {
                    var about = string.Join(' ', new[] { finding.Resource, finding.Field }.Where(t => t.Length > 0));
                    List<Span> line = [new($"    {Shown(finding.File)}  "), new(about.Length > 0 ? $"{Shown(about)}  " : "", Tone.Faint), new($"[{Shown(finding.Rule)}]")];
                    foreach (var part in Wrap(line, 8, width)) yield return part;
                }
            }
        }

        if (report.Suppressed.Count == 0) yield break;
        yield return [];
        yield return [new($"suppressed {Phrases.Number(report.Suppressed.Count)}", Tone.Strong)];
        foreach (var (finding, reason, where) in report.Suppressed.Take(MaxSuppressed))
        {
            List<Span> line = [new($"    {Shown(Phrases.Place(finding.Location))}  {Shown(finding.Message)}  "), new($"[{Shown(finding.Rule)}]", Tone.Faint)];
            line.Add(new($"  {(reason.Length > 0 ? Shown(reason) : "no reason given")} ({Shown(Phrases.Place(where))})", Tone.Faint));
            foreach (var part in Wrap(line, 8, width)) yield return part;
        }

        if (report.Suppressed.Count > MaxSuppressed)
            yield return [new($"    and {Phrases.Number(report.Suppressed.Count - MaxSuppressed)} more; the JSON report lists all", Tone.Faint)];
    }

    private static List<Span> VerdictLine(Verdict verdict)
    {
        var tone = verdict switch
        {
            { Worst: Severity.Error } => Tone.Error,
            { Worst: Severity.Warning } or { NothingChecked: true } => Tone.Warning,
            { Worst: Severity.Info } => Tone.Info,
            _ => Tone.Good,
        };
        List<Span> line = [new(VisibleText.Visible(verdict.Headline), tone)];
        if (verdict.Detail.Length > 0) line.Add(new(": " + VisibleText.Visible(verdict.Detail)));
        return line;
    }

    private static IEnumerable<IReadOnlyList<Span>> FindingLines(Finding finding, Func<string, int, string?>? source, int? width, bool brief)
    {
        var message = MessageLines(finding.Message);
        List<Span> head =
        [
            new(VisibleText.Visible(VisibleText.WellFormed(Phrases.Place(finding.Location))), Tone.Strong),
            new("  "),
            new(Phrases.Word(finding.Severity), ToneOf(finding.Severity)),
            new("  "),
            new(message[0]),
        ];
        if (message.Count == 1) head.Add(new($"  [{VisibleText.Visible(finding.Rule)}]", Tone.Faint));
        foreach (var line in Wrap(head, 4, width)) yield return line;
        for (var i = 1; i < message.Count; i++)
        {
            List<Span> more = [new("    " + message[i])];
            if (i == message.Count - 1) more.Add(new($"  [{VisibleText.Visible(finding.Rule)}]", Tone.Faint));
            foreach (var line in Wrap(more, 4, width)) yield return line;
        }

        if (brief) yield break;
        if (!string.IsNullOrEmpty(finding.Hint))
        {
            foreach (var (index, text) in MessageLines(finding.Hint).Index())
                foreach (var line in Wrap([new(index == 0 ? "    hint: " : "          ", Tone.Faint), new(text)], 10, width)) yield return line;
        }

        if (Subject(finding) is { Length: > 0 } subject)
            foreach (var line in Wrap([new("    in:   ", Tone.Faint), new(subject, Tone.Faint)], 10, width)) yield return line;
        foreach (var line in Excerpt(finding, source, width)) yield return line;
    }

    private static string Subject(Finding finding)
    {
        var parts = new List<string>();
        if (finding.Resource is { } resource && resource.ToString().Trim() is { Length: > 0 } name) parts.Add(name);
        if (finding.Field.Length > 0) parts.Add(finding.Field);
        var subject = string.Join(' ', parts);
        if (finding.KubernetesVersions.Count > 0)
            subject += $"{(subject.Length > 0 ? ", " : "")}on Kubernetes {Phrases.List(finding.KubernetesVersions)}";
        return VisibleText.Visible(VisibleText.WellFormed(subject));
    }

    private static IEnumerable<IReadOnlyList<Span>> Excerpt(Finding finding, Func<string, int, string?>? source, int? width)
    {
        // A line of a Secret is likely to hold one.
        if (source is null || finding.Location.Region is not { } region || finding.Resource?.Kind == "Secret") yield break;
        if (source(finding.Location.File, region.StartLine) is not { } raw || string.IsNullOrWhiteSpace(raw)) yield break;

        var number = Phrases.Number(region.StartLine).Replace(",", "", StringComparison.Ordinal);
        var room = Math.Min(MaxExcerpt, (width ?? MaxExcerpt + 20) - number.Length - 9);
        var line = raw.TrimEnd('\r', '\n');
        var start = Math.Clamp(region.StartColumn - 1, 0, line.Length);
        var end = region.EndLine == region.StartLine ? Math.Clamp(region.EndColumn - 1, start, line.Length) : line.TrimEnd().Length;

        // A long line is shown from a little before the place; a broken character at either edge becomes a visible mark.
        var from = start > room * 2 / 3 ? start - (room / 3) : 0;
        var (before, marked, after) = (Shown(line[from..start]), Shown(line[start..Math.Max(start, end)]), Shown(line[Math.Max(start, end)..]));
        if (from > 0) before = "…" + before;
        marked = Fit(marked, room - Cells(before));
        after = Fit(after, room - Cells(before) - Cells(marked));
        yield return [new($"      {number} | ", Tone.Faint), new(before + marked + after)];
        yield return
        [
            new($"      {new string(' ', number.Length)} | ", Tone.Faint),
            new(new string(' ', Cells(before)) + new string('^', Math.Max(1, Cells(marked))), ToneOf(finding.Severity)),
        ];
    }

    private static string Shown(string text) => VisibleText.Visible(VisibleText.WellFormed(text));

    private static string Fit(string text, int cells)
    {
        if (Cells(text) <= cells) return text;
        var result = new StringBuilder();
        var used = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            used += Cells(rune.ToString());
            if (used > cells) break;
            result.Append(rune);
        }

        return result.Append(cells > 0 ? "…" : "").ToString();
    }

    private static IEnumerable<IReadOnlyList<Span>> Counts(ScanReport report)
    {
        var counts = report.Counts;
        var skipped = counts.Skipped.Values.Sum();
        yield return Row(
            ("errors", report.Count(Severity.Error), Tone.Error),
            ("warnings", report.Count(Severity.Warning), Tone.Warning),
            ("notes", report.Count(Severity.Info), Tone.Info));
        yield return Row(
            ("files", counts.Files, Tone.Plain),
            ("documents", counts.Documents, Tone.Plain),
            ("resources", counts.Resources, Tone.Plain),
            ("valid", counts.Valid, Tone.Plain),
            ("invalid", counts.Invalid, Tone.Error),
            ("skipped", skipped, Tone.Warning));
        if (report.Score is { } score)
            yield return [new("score ", Tone.Faint), new(Phrases.Score(report), score.IsEnough ? Tone.Plain : Tone.Error), new(" of 100", Tone.Faint)];

        static IReadOnlyList<Span> Row(params ReadOnlySpan<(string Name, int Count, Tone Tone)> cells)
        {
            var row = new List<Span>(cells.Length * 2);
            foreach (var (name, count, tone) in cells)
            {
                row.Add(new((row.Count == 0 ? "" : "   ") + name + " ", Tone.Faint));
                row.Add(new(Phrases.Number(count), count > 0 ? tone : Tone.Plain));
            }

            return row;
        }
    }

    private static IEnumerable<IReadOnlyList<Span>> Skipped(ScanReport report, int? width)
    {
        foreach (var (reason, number, places) in Phrases.SkippedByReason(report))
        {
            yield return [new($"skipped {Phrases.Number(number)}: {VisibleText.Visible(reason)}", Tone.Warning)];
            foreach (var (location, resource, _, detail) in places.Take(MaxPlacesPerReason))
            {
                var about = string.Join(": ", new[] { resource?.ToString() ?? "", detail }.Where(t => t.Length > 0));
                List<Span> line = [new("    " + Shown(Phrases.Place(location)))];
                if (about.Length > 0) line.Add(new("  " + Shown(about), Tone.Faint));
                foreach (var part in Wrap(line, 8, width)) yield return part;
            }

            if (places.Count > MaxPlacesPerReason)
                yield return [new($"    and {Phrases.Number(places.Count - MaxPlacesPerReason)} more; the JSON report lists all", Tone.Faint)];
        }
    }

    private static List<string> MessageLines(string text) =>
        [.. VisibleText.Visible(VisibleText.WellFormed(text), keepLines: true).Trim('\n').Split('\n').Select(l => l.TrimEnd()).DefaultIfEmpty("")];

    // Breaks between words, and inside a word only if it is longer than a line.
    private static IEnumerable<IReadOnlyList<Span>> Wrap(IReadOnlyList<Span> spans, int indent, int? width)
    {
        if (width is not { } columns || spans.Sum(s => Cells(s.Text)) <= columns)
        {
            yield return spans;
            yield break;
        }

        var line = new List<Span>();
        var used = 0;
        foreach (var (word, tone) in spans.SelectMany(Words).SelectMany(word => Pieces(word, columns - indent)))
        {
            var blank = word.AsSpan().Trim().IsEmpty;
            if (used + Cells(word.TrimEnd()) > columns && used > indent)
            {
                yield return WithoutBlanksAtTheEnd(line);
                line = indent > 0 ? [new(new string(' ', indent))] : [];
                used = indent;
                if (blank) continue;
            }

            line.Add(new(word, tone));
            used += Cells(word);
        }

        yield return WithoutBlanksAtTheEnd(line);
    }

    private static List<Span> WithoutBlanksAtTheEnd(List<Span> line)
    {
        while (line.Count > 0 && line[^1].Text.AsSpan().Trim().IsEmpty) line.RemoveAt(line.Count - 1);
        if (line.Count > 0) line[^1] = line[^1] with { Text = line[^1].Text.TrimEnd() };
        return line;
    }

    private static IEnumerable<Span> Pieces(Span word, int columns)
    {
        if (Cells(word.Text.TrimEnd()) <= columns)
        {
            yield return word;
            yield break;
        }

        var piece = new StringBuilder();
        var used = 0;
        foreach (var rune in word.Text.EnumerateRunes())
        {
            var cells = Cells(rune.ToString());
            if (used + cells > columns)
            {
                yield return word with { Text = piece.ToString() };
                piece.Clear();
                used = 0;
            }

            piece.Append(rune);
            used += cells;
        }

        yield return word with { Text = piece.ToString() };
    }

    // Each word with the blanks that follow it.
    private static IEnumerable<Span> Words(Span span)
    {
        var start = 0;
        for (var i = 1; i < span.Text.Length; i++)
        {
            if (span.Text[i] == ' ' || span.Text[i - 1] != ' ') continue;
            yield return new(span.Text[start..i], span.Tone);
            start = i;
        }

        if (span.Text.Length > 0) yield return new(span.Text[start..], span.Tone);
    }

    /// <summary>Findings that say the same, wherever they are.</summary>
    private sealed class SameText : IEqualityComparer<Finding>
    {
        public static SameText Instance { get; } = new();

        public bool Equals(Finding? left, Finding? right) =>
            left!.Severity == right!.Severity && left.Rule == right.Rule && left.Message == right.Message && left.Hint == right.Hint;

        public int GetHashCode(Finding finding) => HashCode.Combine(finding.Rule, finding.Message);
    }

    private static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Error => Tone.Error,
        Severity.Warning => Tone.Warning,
        _ => Tone.Info,
    };

    private static int Cells(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text.Length : Spectre.Console.Rendering.Segment.CellCount([new(text)]);
}
