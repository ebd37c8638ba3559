namespace Actions.Shared.Manifests;

/// <summary>Where a block scalar ends: its last line break, and blank lines that are not part of its value, are left out.</summary>
internal static class BlockScalarSpan
{
    /// <param name="text">The whole text.</param>
    /// <param name="start">Where the scalar's header starts.</param>
    /// <param name="end">Where the next line of something else starts.</param>
    /// <param name="value">What the scalar says.</param>
    public static int End(string text, int start, int end, string value)
    {
        var span = text.AsSpan(start, end - start);
        var header = span.IndexOfAny('\n', '\r');
        if (header < 0)
        {
            return end;
        }

        if (span[..header].Contains('+'))
        {
            return end - LineBreakLength(span);
        }

        return start + (value.AsSpan().TrimEnd('\n') is [.., ' ' or '\t'] ? span.TrimEnd("\r\n") : span.TrimEnd()).Length;
    }

    private static int LineBreakLength(ReadOnlySpan<char> text) => text switch
    {
        [.., '\r', '\n'] => 2,
        [.., '\n' or '\r'] => 1,
        _ => 0,
    };
}
