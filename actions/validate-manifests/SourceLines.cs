namespace Actions.ValidateManifests;

/// <summary>
/// Reads single lines of scanned files again, for excerpts beside findings. Keeps the file that was asked for last.
/// Unless told otherwise nothing is shown of a file that holds a Secret, whatever the finding is about.
/// </summary>
internal sealed class SourceLines(string workspace, bool hidesSecrets = true)
{
    private const int GreatestFile = 8 * 1024 * 1024;

    private string? _path;
    private string[] _lines = [];

    /// <summary>A line of a file.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="line">From 1.</param>
    /// <returns>The line without its end; null when it cannot be read.</returns>
    public string? Read(string path, int line)
    {
        if (path != _path)
        {
            _path = path;
            _lines = Load(Path.Combine(workspace, path));
        }

        return line >= 1 && line <= _lines.Length ? _lines[line - 1] : null;
    }

    private string[] Load(string fullPath)
    {
        try
        {
            var lines = new FileInfo(fullPath) is { Exists: true, Length: <= GreatestFile } ? File.ReadAllLines(fullPath) : [];
            return hidesSecrets && lines.Any(HoldsSecret) ? [] : lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool HoldsSecret(string line) =>
        line.Contains("kind", StringComparison.Ordinal) && line.AsSpan(line.IndexOf("kind", StringComparison.Ordinal) + 4).TrimStart("\" :'").StartsWith("Secret", StringComparison.Ordinal);
}
