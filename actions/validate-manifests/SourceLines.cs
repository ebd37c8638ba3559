using System.Text;

namespace Actions.ValidateManifests;

/// <summary>
/// Reads single lines of scanned files again, for excerpts beside findings. Keeps the file that was asked for last.
/// Unless told otherwise nothing is shown of a file that holds a Secret, whatever the finding is about.
/// </summary>
internal sealed class SourceLines(string workspace, bool hidesSecrets = true)
{
    private const int GreatestFile = 8 * 1024 * 1024;

    private readonly List<int> _starts = [];
    private string? _path;
    private byte[] _bytes = [];

    /// <summary>A line of a file.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="line">From 1.</param>
    /// <returns>The line without its end; null when it cannot be read.</returns>
    public string? Read(string path, int line)
    {
        if (path != _path)
        {
            _path = path;
            _bytes = Load(Path.Combine(workspace, path));
            FindLines();
        }

        if (line < 1 || line > _starts.Count)
        {
            return null;
        }

        var bytes = _bytes.AsSpan(_starts[line - 1]..(line < _starts.Count ? _starts[line] : _bytes.Length));
        return Encoding.UTF8.GetString(bytes.TrimEnd("\r\n"u8));
    }

    private byte[] Load(string fullPath)
    {
        try
        {
            var bytes = new FileInfo(fullPath) is { Exists: true, Length: <= GreatestFile } ? File.ReadAllBytes(fullPath) : [];
            return hidesSecrets && HoldsSecret(bytes) ? [] : bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void FindLines()
    {
        _starts.Clear();
        _starts.EnsureCapacity(_bytes.AsSpan().Count((byte)'\n') + 1);
        var mark = _bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        for (var start = mark; start < _bytes.Length;)
        {
            _starts.Add(start);
            var end = _bytes.AsSpan(start).IndexOfAny((byte)'\r', (byte)'\n');
            start = end < 0 ? _bytes.Length : start + end + (_bytes.AsSpan(start + end).StartsWith("\r\n"u8) ? 2 : 1);
        }
    }

    private static bool HoldsSecret(ReadOnlySpan<byte> bytes)
    {
        for (int found; (found = bytes.IndexOf("kind"u8)) >= 0;)
        {
            bytes = bytes[(found + 4)..];
            if (bytes.TrimStart("\" :'"u8).StartsWith("Secret"u8))
            {
                return true;
            }
        }

        return false;
    }
}
