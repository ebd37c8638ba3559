using System.Text;
using Spectre.Console;

namespace Actions.Shared.Reporting;

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

/// <summary>Takes the lines of the text report piece by piece, whatever they are written to. The pieces are visible text without line ends.</summary>
internal abstract class ReportLines
{
    /// <summary>Columns of a line; null when lines may be of any length.</summary>
    public abstract int? Width { get; }

    /// <summary>Adds a piece to the line.</summary>
    public abstract void Add(ReadOnlySpan<char> text, Tone tone = Tone.Plain);

    /// <summary>Ends the line.</summary>
    /// <param name="indent">Blanks before what does not fit into the width and goes to further lines, broken between words; null for a line that is not to be broken.</param>
    public abstract void End(int? indent = null);

    /// <summary>How many columns <paramref name="text"/> takes in a terminal.</summary>
    public static int Cells(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange(' ', '~') ? text.Length : Spectre.Console.Rendering.Segment.CellCount([new(text.ToString())]);
}

/// <summary>Lines for logs and files: never wrapped, without colour.</summary>
internal sealed class PlainLines(TextWriter writer) : ReportLines
{
    public override int? Width => null;

    public override void Add(ReadOnlySpan<char> text, Tone tone = Tone.Plain) => writer.Write(text);

    public override void End(int? indent = null) => writer.Write('\n');
}

/// <summary>Lines for a terminal: in colour if it has any, wrapped at its width. Nothing in them is read as markup.</summary>
internal sealed class TerminalLines(IAnsiConsole console) : ReportLines
{
    private readonly int _columns = Math.Max(console.Profile.Width, 40);
    private readonly List<Span> _line = [];

    public override int? Width => _columns;

    public override void Add(ReadOnlySpan<char> text, Tone tone = Tone.Plain) => _line.Add(new(text.ToString(), tone));

    public override void End(int? indent = null)
    {
        foreach (var line in indent is { } blanks ? Wrap(blanks) : [_line])
        {
            var paragraph = new Paragraph { Overflow = Overflow.Fold };
            foreach (var span in line) paragraph.Append(span.Text, StyleOf(span.Tone));
            console.Write(paragraph);
            console.WriteLine();
        }

        _line.Clear();
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

    // Breaks between words, and inside a word only if it is longer than a line.
    private IEnumerable<List<Span>> Wrap(int indent)
    {
        if (_line.Sum(s => Cells(s.Text)) <= _columns)
        {
            yield return _line;
            yield break;
        }

        var line = new List<Span>();
        var used = 0;
        foreach (var (word, tone) in _line.SelectMany(Words).SelectMany(word => Pieces(word, _columns - indent)))
        {
            var blank = word.AsSpan().Trim().IsEmpty;
            if (used + Cells(word.TrimEnd()) > _columns && used > indent)
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

    /// <summary>A piece of a line.</summary>
    private readonly record struct Span(string Text, Tone Tone = Tone.Plain);
}
