using Actions.Shared.Findings;
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
    public static void Write(ScanReport report, TextWriter writer, Func<string, int, string?>? source = null) =>
        new TextLayout(report, source, new PlainLines(writer)).Write();

    /// <summary>Writes for a terminal: in colour if it has any, wrapped at its width between words. Nothing in the report is read as markup.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="console">Where to.</param>
    /// <param name="source">As for the plain text.</param>
    public static void Write(ScanReport report, IAnsiConsole console, Func<string, int, string?>? source = null) =>
        new TextLayout(report, source, new TerminalLines(console)).Write();
}
