using System.Text;

namespace Actions.Shared.GitHub;

/// <summary>
/// Appends Markdown to the job summary of a step and keeps it within GitHub's limit: of a longer one GitHub shows nothing at all.
/// </summary>
/// <param name="path">The file that <c>GITHUB_STEP_SUMMARY</c> names; what it already holds counts.</param>
/// <param name="limit">Most bytes the file may have; GitHub's own 1 MiB unless told.</param>
public sealed class StepSummary(string path, int limit = StepSummary.Limit)
{
    /// <summary>GitHub's limit: 1 MiB.</summary>
    public const int Limit = 1024 * 1024;

    private const string Footer =
        "\n\n> **This summary was cut here**, because GitHub shows no more than 1 MiB. The log and the report files hold everything.\n";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private bool _isCut;

    /// <summary>
    /// Appends a block, two line ends before it so that HTML above does not swallow it. When there is no room for it, the block is cut
    /// at a line, what is open there (code fence, <c>&lt;details&gt;</c>) is closed, a footer says so, and later blocks are dropped.
    /// </summary>
    /// <returns>Whether the whole block is there.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public bool Append(string markdown)
    {
        if (_isCut)
            return false;

        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        var block = $"\n\n{markdown.ReplaceLineEndings("\n").TrimEnd('\n')}\n";

        // Room for the footer is kept free as long as a later block may need it.
        var room = limit - file.Position - Utf8.GetByteCount(Footer);
        _isCut = Utf8.GetByteCount(block) > room;
        if (room > 0)
            file.Write(Utf8.GetBytes(_isCut ? MarkdownCut.At(block, (int)room) + Footer : block));
        return !_isCut;
    }
}
