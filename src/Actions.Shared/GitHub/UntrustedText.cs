namespace Actions.Shared.GitHub;

/// <summary>
/// Makes text harmless for the runner, which looks for commands in every line of a step's output in two ways: <c>::name …::</c> at the
/// start of a line (blanks before it do not matter), and the older <c>##[name …]</c> anywhere in it. A bare <c>\r</c> ends a line too.
/// </summary>
public static class UntrustedText
{
    /// <summary>
    /// The lines of <paramref name="text"/>, none of which the runner takes for a command: <c>::</c> at the start becomes <c>: :</c>,
    /// every <c>##[</c> becomes <c>## [</c>; escape sequences are gone and control characters visible.
    /// </summary>
    public static IReadOnlyList<string> Neutralize(string text) => [.. PlainText.Lines(text).Select(NeutralizeLine)];

    /// <summary>At the very start of the output it is swallowed by the runner's reader.</summary>
    private const char ByteOrderMark = '\uFEFF';

    private static string NeutralizeLine(string line)
    {
        // First the control characters: what remains after an escape sequence was removed may be a command.
        var clean = PlainText.Clean(line).Replace("##[", "## [", StringComparison.Ordinal);
        var start = 0;
        while (start < clean.Length && (char.IsWhiteSpace(clean[start]) || clean[start] == ByteOrderMark))
            start++;
        return clean.AsSpan(start).StartsWith("::") ? $"{clean.AsSpan(0, start)}: :{clean.AsSpan(start + 2)}" : clean;
    }
}
