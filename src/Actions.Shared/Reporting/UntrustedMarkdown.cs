using System.Text.RegularExpressions;
using Actions.Shared.GitHub;
using Actions.Shared.Text;

namespace Actions.Shared.Reporting;

/// <summary>
/// Text from scanned files as Markdown on top of <see cref="MarkdownText"/>: hidden characters are shown, and what GitHub makes of plain
/// text after it has read the Markdown (mentions, addresses, references, emoji) stays plain text.
/// </summary>
public static partial class UntrustedMarkdown
{
    // Keeps two characters from being read as one thing, shows nothing and is not copied.
    private const string Break = "<!-- -->";

    /// <summary>For a paragraph or a table cell; line ends become blanks.</summary>
    public static string Inline(string text) => Broken(VisibleText.Visible(VisibleText.WellFormed(text)));

    /// <summary>For a paragraph or a table cell; line ends become <c>&lt;br&gt;</c>.</summary>
    public static string Lines(string text) =>
        string.Join("<br>", VisibleText.Visible(VisibleText.WellFormed(text), keepLines: true).Split('\n').Select(Broken));

    /// <summary>In code style for a paragraph or a table cell; line ends become blanks.</summary>
    public static string Code(string text) => MarkdownText.Code(VisibleText.Visible(VisibleText.WellFormed(text)));

    private static string Broken(string line) => string.Join(Break, BreakPoints().Split(line).Select(MarkdownText.Escape));

    // After the at sign of "@name" and "me@example.com", the number sign of "#12", and the colon of ":100:", which is an emoji even in
    // "deploy.yaml:100:5". What is on both sides is never a blank, which escaping the parts would drop.
    [GeneratedRegex("(?<=[@#])(?=[A-Za-z0-9])|(?<=:)(?=[A-Za-z0-9_+-]+:)")]
    private static partial Regex BreakPoints();
}
