using System.Text;

namespace Actions.Shared.Reporting;

/// <summary>Untrusted text as Markdown that shows exactly that text on GitHub: no markup, links, mentions, emoji, HTML or formulas.</summary>
internal static class MarkdownText
{
    // Keeps two characters from being read as one thing, shows nothing and is not copied.
    private const string Break = "<!-- -->";

    /// <summary>
    /// Inline Markdown for <paramref name="text"/>, also good inside a table cell. Hidden characters become visible.
    /// Line breaks become <c>&lt;br&gt;</c> if <paramref name="keepLines"/>, else blanks.
    /// </summary>
    public static string Escape(string text, bool keepLines = false)
    {
        text = Phrases.Visible(Phrases.WellFormed(text), keepLines);
        var result = new StringBuilder(text.Length + (text.Length / 8) + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var next = i + 1 < text.Length ? text[i + 1] : '\0';
            switch (c)
            {
                case '<': result.Append("&lt;"); break;
                case '>': result.Append("&gt;"); break;
                case '&': result.Append("&amp;"); break;
                case '|': result.Append("&#124;"); break;
                case '\n': result.Append("<br>"); break;
                // GitHub's own advice to show a dollar sign next to formulas.
                case '$': result.Append("<span>$</span>"); break;
                case '\\' or '`' or '*' or '_' or '[' or ']' or '~':
                    result.Append('\\').Append(c);
                    break;
                case '@' when char.IsAsciiLetterOrDigit(next):
                case '#' when char.IsAsciiLetterOrDigit(next):
                case ':' when next == '/' || IsEmojiName(text, i + 1):
                case 'w' or 'W' when next == '.' && i >= 2 && text[i - 1] is 'w' or 'W' && text[i - 2] is 'w' or 'W':
                    result.Append(c).Append(Break);
                    break;
                default: result.Append(c); break;
            }
        }

        return result.ToString();
    }

    /// <summary><paramref name="text"/> in a fixed-width font, as inline HTML, which has no trouble with backticks or pipes.</summary>
    public static string Code(string text) => $"<code>{Escape(text)}</code>";

    // ":100:" in "deploy.yaml:100:5" is an emoji to GitHub.
    private static bool IsEmojiName(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '+' or '-')) end++;
        return end > start && end < text.Length && text[end] == ':';
    }
}
