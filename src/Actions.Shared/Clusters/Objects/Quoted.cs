using Actions.Shared.GitHub;

namespace Actions.Shared.Clusters.Objects;

/// <summary>Text of the cluster inside of our sentences: one line, bounded, without control characters and without its full stop.</summary>
internal static class Quoted
{
    private const int Limit = 400;

    public static string Line(string text, int limit = Limit)
    {
        // What is far beyond the limit is not looked at: an event is at most 1 KiB, a termination message 4 KiB.
        var start = PlainText.Clean(text.Length > 16 * limit ? text[..(16 * limit)] : text);
        var line = string.Join(' ', start.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
        return PlainText.Shorten(line, limit);
    }
}
