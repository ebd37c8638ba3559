using System.Text;

namespace Actions.Shared.GitHub.Rest;

/// <summary>Bodies of comments, issues and pull requests within GitHub's limit.</summary>
internal static class BodyText
{
    private const string Footer = "\n> **This was cut here**, because GitHub takes no more. The job summary and the log say more.\n";

    /// <summary>
    /// <paramref name="markdown"/> if it fits; else as many of its lines as do, with what is open there closed and a line that says so. Counted in bytes
    /// of UTF-8, of which there are never fewer than characters.
    /// </summary>
    public static string Fit(string markdown, int limit = IssueComment.MaxLength)
    {
        if (Encoding.UTF8.GetByteCount(markdown) <= limit)
            return markdown;
        return limit <= Footer.Length ? MarkdownCut.At(markdown, limit) : MarkdownCut.At(markdown, limit - Footer.Length) + Footer;
    }
}
