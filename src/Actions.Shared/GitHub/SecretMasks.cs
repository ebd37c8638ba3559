namespace Actions.Shared.GitHub;

/// <summary>
/// Knows which values must never be read in any output. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The runner masks a value line by line and whatever its length: a line <c>{</c> would blank out every brace of the job's log. So
/// values are cut into lines here, and lines shorter than <see cref="ShortestLine"/> are passed over.
/// </remarks>
public sealed class SecretMasks
{
    /// <summary>The shortest line that is masked, in UTF-16 units after trimming.</summary>
    public const int ShortestLine = 4;

    private readonly Lock _lock = new();
    private string[] _lines = [];

    /// <summary>Whether nothing has to be masked.</summary>
    public bool IsEmpty => _lines.Length == 0;

    /// <summary>Adds a secret value and returns those of its lines that were not known, for <c>add-mask</c> commands.</summary>
    public IReadOnlyList<string> Add(string value)
    {
        lock (_lock)
        {
            var added = Split(value).Except(_lines, StringComparer.Ordinal).ToArray();

            // Longest first: a secret that contains another one is replaced as a whole.
            _lines = [.. _lines.Concat(added).OrderByDescending(l => l.Length).ThenBy(l => l, StringComparer.Ordinal)];
            return added;
        }
    }

    /// <summary>Replaces every masked value in <paramref name="text"/> by <c>***</c>.</summary>
    public string Redact(string text)
    {
        var result = text;
        foreach (var line in _lines)
            result = result.Replace(line, "***", StringComparison.Ordinal);
        return result;
    }

    internal static IReadOnlyList<string> Split(string value) =>
        [.. PlainText.Lines(value).Select(l => l.Trim()).Where(l => l.Length >= ShortestLine).Distinct(StringComparer.Ordinal)];
}
