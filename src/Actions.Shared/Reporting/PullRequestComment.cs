using Actions.Shared.Findings;

namespace Actions.Shared.Reporting;

/// <summary>
/// The report as the text of a comment that is posted once to a pull request and replaced by every later run: a hidden marker to find it again by, then
/// what the job summary says, within the size of a comment.
/// </summary>
public static class PullRequestComment
{
    /// <summary>The most characters that GitHub takes in a comment.</summary>
    public const int MaxLength = 65_536;

    /// <summary>The first line of every comment of <paramref name="tool"/>; GitHub does not show it.</summary>
    public static string Marker(string tool) => $"<!-- {tool} -->";

    /// <summary>The Markdown, lines ending in a line feed; same report, same text.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="links">For links to the lines; null for none.</param>
    public static string Render(ScanReport report, SourceLinks? links = null)
    {
        var marker = Marker(report.Tool) + "\n";

        // Bytes of UTF-8 are never fewer than characters.
        return marker + MarkdownSummary.Render(report, links, MaxLength - marker.Length);
    }
}
