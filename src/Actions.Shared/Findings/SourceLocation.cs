namespace Actions.Shared.Findings;

/// <summary>A stretch of a text file. Lines and columns count from 1; a column counts UTF-16 code units; the end is exclusive.</summary>
/// <param name="StartLine">First line, from 1.</param>
/// <param name="StartColumn">Column of the first character, from 1.</param>
/// <param name="EndLine">Line of the end, from 1.</param>
/// <param name="EndColumn">Column just after the last character, from 1.</param>
public readonly record struct TextRegion(int StartLine, int StartColumn, int EndLine, int EndColumn) : IComparable<TextRegion>
{
    /// <summary>Orders by start, then by end.</summary>
    public int CompareTo(TextRegion other) =>
        StartLine != other.StartLine ? StartLine.CompareTo(other.StartLine)
        : StartColumn != other.StartColumn ? StartColumn.CompareTo(other.StartColumn)
        : EndLine != other.EndLine ? EndLine.CompareTo(other.EndLine)
        : EndColumn.CompareTo(other.EndColumn);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(TextRegion left, TextRegion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(TextRegion left, TextRegion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/> or equals it.</summary>
    public static bool operator <=(TextRegion left, TextRegion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/> or equals it.</summary>
    public static bool operator >=(TextRegion left, TextRegion right) => left.CompareTo(right) >= 0;
}

/// <summary>A file and, where known, the stretch of it that is meant.</summary>
/// <param name="File">Path relative to the workspace, with forward slashes; <c>-</c> for standard input.</param>
/// <param name="Region">The stretch; null when the whole file is meant.</param>
public sealed record SourceLocation(string File, TextRegion? Region = null)
{
    /// <summary><c>file:line:column</c>, or just the file.</summary>
    public override string ToString() => Region is { } region ? $"{File}:{region.StartLine}:{region.StartColumn}" : File;
}
