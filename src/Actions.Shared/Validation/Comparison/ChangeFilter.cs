using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Comparison;

/// <summary>
/// Tells the findings that a change is answerable for from those that were there before. A finding belongs to the change when
/// <list type="bullet">
/// <item>one of its lines was added or changed;</item>
/// <item>or lines were taken out of the block that starts at its line: what is missing there may have been among them;</item>
/// <item>or it is about a whole file that has changed.</item>
/// </list>
/// A change can also break an object that it does not touch (a Service loses its pods): only a comparison with a <see cref="Baseline"/> finds that.
/// </summary>
/// <param name="changes">What has changed.</param>
/// <param name="readLine">A line of a file of the workspace (path, number from 1) without its end; null when there is none. Asked only where lines were taken out.</param>
public sealed class ChangeFilter(ChangedLines changes, Func<string, int, string?> readLine)
{
    /// <summary>Whether the change is answerable for <paramref name="finding"/>.</summary>
    public bool Concerns(Finding finding)
    {
        var file = finding.Location.File;
        if (finding.Location.Region is not { } region)
        {
            return changes.Contains(file);
        }

        return changes.Touches(file, region)
            || (changes.HasRemovals(file) && changes.HasRemovals(file, region.StartLine, LastLineOfBlock(file, region.StartLine)));
    }

    /// <summary>The last line that is indented more than the one at which a block starts; of a list item that starts there, its last line.</summary>
    private int LastLineOfBlock(string file, int line)
    {
        if (readLine(file, line) is not { } first)
        {
            return line;
        }

        var indent = Indent(first);
        var opensBlock = first.AsSpan().TrimEnd().EndsWith(":");
        var last = line;
        for (var next = line + 1; readLine(file, next) is { } text; next++)
        {
            var content = text.AsSpan().Trim();
            if (content.IsEmpty || content[0] == '#')
            {
                continue;
            }

            // The items of a list may stand in the column of their key.
            var belongs = Indent(text) > indent || (opensBlock && Indent(text) == indent && content[0] == '-' && !content.StartsWith("---"));
            if (!belongs)
            {
                break;
            }

            last = next;
        }

        return last;
    }

    private static int Indent(string line) => line.AsSpan().IndexOfAnyExcept(' ') is var indent and >= 0 ? indent : line.Length;
}
