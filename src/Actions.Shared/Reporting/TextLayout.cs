using System.Globalization;
using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.Shared.Reporting;

/// <summary>Lays the text report out in lines. Of a report of many thousand findings each takes little more than the copying of its text.</summary>
/// <param name="report">What to write.</param>
/// <param name="source">Gives the text of a line, or null if it is not to be had; null for no excerpts.</param>
/// <param name="lines">Where to.</param>
internal sealed class TextLayout(ScanReport report, Func<string, int, string?>? source, ReportLines lines)
{
    private const int MaxPlacesPerReason = 10;
    private const int MaxSuppressed = 20;
    private const int MaxExcerpt = 160;

    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);

    // Findings come file by file, object by object and often line by line.
    private string? _file;
    private string _shownFile = "";
    private ResourceReference? _resource;
    private string _shownResource = "";
    private (string File, int Line) _excerpt;
    private string? _excerptText;

    public void Write()
    {
        var verdict = Verdict.Of(report);
        Headline(verdict);
        var isLong = report.Findings.Count > TextReport.RepeatsInFull;
        var said = new HashSet<Finding>(SameText.Instance);
        string? file = null;
        foreach (var finding in report.NewFindings)
        {
            var repeats = !said.Add(finding) && isLong;
            if (!repeats || finding.Location.File != file) lines.End();
            file = finding.Location.File;
            WriteFinding(finding, isBrief: repeats);
        }

        WriteEarlier();
        lines.End();
        WriteCounts();
        WriteSkipped();
        if (report.Findings.Count == 0) return;
        lines.End();
        Headline(verdict);
    }

    private void Headline(Verdict verdict)
    {
        lines.Add(VisibleText.Visible(verdict.Headline), verdict switch
        {
            { Worst: Severity.Error } => Tone.Error,
            { Worst: Severity.Warning } or { NothingChecked: true } => Tone.Warning,
            { Worst: Severity.Info } => Tone.Info,
            _ => Tone.Good,
        });
        if (verdict.Detail.Length > 0) lines.Add(": " + VisibleText.Visible(verdict.Detail));
        lines.End(indent: 0);
    }

    private void WriteFinding(Finding finding, bool isBrief)
    {
        AddPlace(finding.Location, Tone.Strong);
        lines.Add("  ");
        lines.Add(Phrases.Word(finding.Severity), ToneOf(finding.Severity));
        lines.Add("  ");
        AddLines(finding.Message, indent: 4);
        lines.Add(Tag(finding.Rule), Tone.Faint);
        lines.End(indent: 4);
        if (isBrief) return;
        if (!string.IsNullOrEmpty(finding.Hint))
        {
            lines.Add("    hint: ", Tone.Faint);
            AddLines(finding.Hint, indent: 10);
            lines.End(indent: 10);
        }

        WriteSubject(finding);
        WriteExcerpt(finding);
    }

    private void WriteSubject(Finding finding)
    {
        if (!ReferenceEquals(_resource, finding.Resource)) (_resource, _shownResource) = (finding.Resource, Shown(finding.Resource?.ToString().Trim() ?? ""));
        var isNothing = _shownResource.Length + finding.Field.Length == 0;
        if (isNothing && finding.KubernetesVersions.Count == 0) return;
        lines.Add("    in:   ", Tone.Faint);
        lines.Add(_shownResource, Tone.Faint);
        if (_shownResource.Length > 0 && finding.Field.Length > 0) lines.Add(" ", Tone.Faint);
        lines.Add(Shown(finding.Field), Tone.Faint);
        if (finding.KubernetesVersions.Count > 0)
            lines.Add($"{(isNothing ? "" : ", ")}on Kubernetes {Shown(Phrases.List(finding.KubernetesVersions))}", Tone.Faint);
        lines.End(indent: 10);
    }

    private void WriteExcerpt(Finding finding)
    {
        // A line of a Secret is likely to hold one.
        if (source is null || finding.Location.Region is not { } region || finding.Resource?.Kind == "Secret") return;
        if (_excerpt != (finding.Location.File, region.StartLine))
            (_excerpt, _excerptText) = ((finding.Location.File, region.StartLine), source(finding.Location.File, region.StartLine)?.TrimEnd('\r', '\n'));
        if (string.IsNullOrWhiteSpace(_excerptText)) return;

        var number = region.StartLine.ToString(CultureInfo.InvariantCulture);
        var room = Math.Min(MaxExcerpt, (lines.Width ?? MaxExcerpt + 20) - number.Length - 9);
        var line = _excerptText.AsSpan();
        var start = Math.Clamp(region.StartColumn - 1, 0, line.Length);
        var end = region.EndLine == region.StartLine ? Math.Clamp(region.EndColumn - 1, start, line.Length) : Math.Max(start, line.TrimEnd().Length);

        // A long line is shown from a little before the place; a broken character at either edge becomes a visible mark.
        var from = start > room * 2 / 3 ? start - (room / 3) : 0;
        var before = Shown(line[from..start]);
        if (from > 0) before = $"…{before}";
        var marked = Fit(Shown(line[start..end]), room - ReportLines.Cells(before));
        var after = Fit(Shown(line[end..]), room - ReportLines.Cells(before) - ReportLines.Cells(marked));
        lines.Add("      ", Tone.Faint);
        lines.Add(number, Tone.Faint);
        lines.Add(" | ", Tone.Faint);
        lines.Add(before);
        lines.Add(marked);
        lines.Add(after);
        lines.End();
        AddMany(' ', 6 + number.Length, Tone.Faint);
        lines.Add(" | ", Tone.Faint);
        AddMany(' ', ReportLines.Cells(before), Tone.Plain);
        AddMany('^', Math.Max(1, ReportLines.Cells(marked)), ToneOf(finding.Severity));
        lines.End();
    }

    /// <summary>What fails nothing, a line each: findings that are not new, and those that are suppressed.</summary>
    private void WriteEarlier()
    {
        if (report.Comparison is { } comparison)
        {
            var unchanged = report.Findings.Where(f => !report.IsNew(f)).ToArray();
            if (unchanged.Length > 0)
            {
                Title($"unchanged {Phrases.Number(unchanged.Length)}, compared with {Shown(comparison.With)}: they fail nothing", Tone.Strong);
                foreach (var finding in unchanged) WriteFinding(finding, isBrief: true);
            }

            if (comparison.Fixed is { Count: > 0 } gone)
            {
                Title($"fixed {Phrases.Number(gone.Count)}, compared with {Shown(comparison.With)}", Tone.Good);
                foreach (var finding in gone)
                {
                    var about = string.Join(' ', new[] { finding.Resource, finding.Field }.Where(t => t.Length > 0));
                    lines.Add($"    {Shown(finding.File)}  ");
                    lines.Add(about.Length > 0 ? $"{Shown(about)}  " : "", Tone.Faint);
                    lines.Add($"[{Shown(finding.Rule)}]");
                    lines.End(indent: 8);
                }
            }
        }

        if (report.Suppressed.Count == 0) return;
        Title($"suppressed {Phrases.Number(report.Suppressed.Count)}", Tone.Strong);
        foreach (var (finding, reason, where) in report.Suppressed.Take(MaxSuppressed))
        {
            lines.Add($"    {Shown(Phrases.Place(finding.Location))}  {Shown(finding.Message)}  ");
            lines.Add($"[{Shown(finding.Rule)}]", Tone.Faint);
            lines.Add($"  {(reason.Length > 0 ? Shown(reason) : "no reason given")} ({Shown(Phrases.Place(where))})", Tone.Faint);
            lines.End(indent: 8);
        }

        More(report.Suppressed.Count - MaxSuppressed);
    }

    private void WriteCounts()
    {
        var counts = report.Counts;
        Row(
            ("errors", report.Count(Severity.Error), Tone.Error),
            ("warnings", report.Count(Severity.Warning), Tone.Warning),
            ("notes", report.Count(Severity.Info), Tone.Info));
        Row(
            ("files", counts.Files, Tone.Plain),
            ("documents", counts.Documents, Tone.Plain),
            ("resources", counts.Resources, Tone.Plain),
            ("valid", counts.Valid, Tone.Plain),
            ("invalid", counts.Invalid, Tone.Error),
            ("skipped", counts.Skipped.Values.Sum(), Tone.Warning));
        if (report.Score is not { } score) return;
        lines.Add("score ", Tone.Faint);
        lines.Add(Phrases.Score(report), score.IsEnough ? Tone.Plain : Tone.Error);
        lines.Add(" of 100", Tone.Faint);
        lines.End(indent: 0);
    }

    private void Row(params ReadOnlySpan<(string Name, int Count, Tone Tone)> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            var (name, count, tone) = cells[i];
            lines.Add($"{(i == 0 ? "" : "   ")}{name} ", Tone.Faint);
            lines.Add(Phrases.Number(count), count > 0 ? tone : Tone.Plain);
        }

        lines.End(indent: 0);
    }

    private void WriteSkipped()
    {
        foreach (var (reason, number, places) in Phrases.SkippedByReason(report))
        {
            lines.Add($"skipped {Phrases.Number(number)}: {VisibleText.Visible(reason)}", Tone.Warning);
            lines.End();
            foreach (var (location, resource, _, detail) in places.Take(MaxPlacesPerReason))
            {
                var about = string.Join(": ", new[] { resource?.ToString() ?? "", detail }.Where(t => t.Length > 0));
                lines.Add("    " + Shown(Phrases.Place(location)));
                if (about.Length > 0) lines.Add("  " + Shown(about), Tone.Faint);
                lines.End(indent: 8);
            }

            More(places.Count - MaxPlacesPerReason);
        }
    }

    private void Title(string text, Tone tone)
    {
        lines.End();
        lines.Add(text, tone);
        lines.End();
    }

    private void More(int count)
    {
        if (count <= 0) return;
        lines.Add($"    and {Phrases.Number(count)} more; the JSON report lists all", Tone.Faint);
        lines.End();
    }

    private void AddPlace(SourceLocation location, Tone tone)
    {
        if (_file != location.File) (_file, _shownFile) = (location.File, Shown(Phrases.File(location)));
        if (location.Region is not { } region)
        {
            lines.Add(_shownFile, tone);
            return;
        }

        Span<char> place = stackalloc char[256];
        lines.Add(
            place.TryWrite(CultureInfo.InvariantCulture, $"{_shownFile}:{region.StartLine}:{region.StartColumn}", out var length)
                ? place[..length]
                : string.Create(CultureInfo.InvariantCulture, $"{_shownFile}:{region.StartLine}:{region.StartColumn}"),
            tone);
    }

    /// <summary>A text that may have several lines, those after the first indented. The last one is left open.</summary>
    private void AddLines(string text, int indent)
    {
        var isFirst = true;
        foreach (var line in VisibleText.Visible(VisibleText.WellFormed(text), keepLines: true).AsSpan().Trim('\n').EnumerateLines())
        {
            if (!isFirst)
            {
                lines.End(indent);
                AddMany(' ', indent, Tone.Plain);
            }

            lines.Add(line.TrimEnd());
            isFirst = false;
        }
    }

    private string Tag(string rule)
    {
        if (!_tags.TryGetValue(rule, out var tag)) _tags.Add(rule, tag = $"  [{VisibleText.Visible(rule)}]");
        return tag;
    }

    private void AddMany(char c, int count, Tone tone)
    {
        Span<char> many = stackalloc char[64];
        many.Fill(c);
        for (; count > 0; count -= many.Length) lines.Add(many[..Math.Min(count, many.Length)], tone);
    }

    private static string Shown(string text) => VisibleText.Visible(VisibleText.WellFormed(text));

    private static ReadOnlySpan<char> Shown(ReadOnlySpan<char> text) => text.ContainsAnyExceptInRange(' ', '~') ? Shown(text.ToString()) : text;

    private static ReadOnlySpan<char> Fit(ReadOnlySpan<char> text, int cells)
    {
        if (ReportLines.Cells(text) <= cells) return text;
        var result = new StringBuilder();
        var used = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            used += ReportLines.Cells(rune.ToString());
            if (used > cells) break;
            result.Append(rune);
        }

        return result.Append(cells > 0 ? "…" : "").ToString();
    }

    private static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Error => Tone.Error,
        Severity.Warning => Tone.Warning,
        _ => Tone.Info,
    };

    /// <summary>Findings that say the same, wherever they are.</summary>
    private sealed class SameText : IEqualityComparer<Finding>
    {
        public static SameText Instance { get; } = new();

        public bool Equals(Finding? left, Finding? right) =>
            left!.Severity == right!.Severity && left.Rule == right.Rule && left.Message == right.Message && left.Hint == right.Hint;

        public int GetHashCode(Finding finding) => HashCode.Combine(finding.Rule, finding.Message);
    }
}
