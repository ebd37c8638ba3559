namespace Integration.Tests.Harness;

/// <summary>Reads the files that GITHUB_OUTPUT, GITHUB_STATE and GITHUB_ENV name, as the runner reads them after a step.</summary>
internal static class FileCommands
{
    /// <summary>The largest summary that is shown, in bytes.</summary>
    public const long MaximumSummary = 1024 * 1024;

    /// <summary>Reads <c>NAME=VALUE</c> lines and <c>NAME&lt;&lt;DELIMITER</c> blocks. Only a line feed ends a line; the last write of a name wins.</summary>
    /// <exception cref="FormatException">The file is malformed, which fails the step.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var index = 0;
        while (ReadLine(text, ref index) is { } line)
        {
            if (line.Length == 0) continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var heredoc = line.IndexOf("<<", StringComparison.Ordinal);
            if (equals >= 0 && (heredoc < 0 || equals < heredoc))
            {
                if (equals == 0) throw new FormatException($"Invalid format '{line}'. Name must not be empty");
                pairs[line[..equals]] = line[(equals + 1)..];
            }
            else if (heredoc >= 0)
            {
                var name = line[..heredoc];
                var delimiter = line[(heredoc + 2)..];
                if (name.Length == 0 || delimiter.Length == 0)
                    throw new FormatException($"Invalid format '{line}'. Name must not be empty and delimiter must not be empty");
                pairs[name] = ReadBlock(text, delimiter, ref index);
            }
            else
            {
                throw new FormatException($"Invalid format '{line}'");
            }
        }

        return pairs;
    }

    private static string ReadBlock(string text, string delimiter, ref int index)
    {
        var start = index;
        while (true)
        {
            var lineStart = index;
            var line = ReadLine(text, ref index) ?? throw new FormatException($"Invalid value. Matching delimiter not found '{delimiter}'");
            if (line == delimiter) return lineStart == start ? "" : text[start..(lineStart - 1)];
        }
    }

    private static string? ReadLine(string text, ref int index)
    {
        if (index >= text.Length) return null;
        var start = index;
        var end = text.IndexOf('\n', start);
        index = end < 0 ? text.Length : end + 1;
        return end < 0 ? text[start..] : text[start..end];
    }
}
