using System.Text;

namespace Actions.Shared.GitHub;

/// <summary>
/// Appends to one of the files through which a step speaks to the runner: <c>GITHUB_OUTPUT</c>, <c>GITHUB_STATE</c>,
/// <c>GITHUB_ENV</c> (name and value) and <c>GITHUB_PATH</c> (a directory a line).
/// </summary>
/// <remarks>The runner reads the file after the step, in UTF-8 with <c>\n</c>; what it cannot parse fails the step.</remarks>
/// <param name="path">The file, which the runner has created empty.</param>
public sealed class FileCommand(string path)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Appends a name and its value, which may hold any text. The last value of a name wins.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds <c>=</c>, <c>&lt;&lt;</c> or a line end.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Set(string name, string value) => Append(Format(name, value, $"ghadelimiter_{Guid.NewGuid()}"));

    /// <summary>Appends a directory that goes to the front of <c>PATH</c> in later steps.</summary>
    /// <exception cref="ArgumentException">The directory holds a line end.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void AddPath(string directory)
    {
        if (directory.AsSpan().ContainsAny('\r', '\n'))
            throw new ArgumentException("A directory for PATH must not hold a line end.", nameof(directory));
        Append(directory + "\n");
    }

    /// <summary>One entry in the form with a delimiter, the only one that holds any value.</summary>
    internal static string Format(string name, string value, string delimiter)
    {
        if (name.Length == 0 || name.Contains('=') || name.Contains("<<", StringComparison.Ordinal) || name.AsSpan().ContainsAny('\r', '\n'))
            throw new ArgumentException("The name must not be empty nor hold '=', '<<' or a line end.", nameof(name));
        if (name.Contains(delimiter, StringComparison.Ordinal) || value.Contains(delimiter, StringComparison.Ordinal))
            throw new ArgumentException("The name and the value must not hold the delimiter.", nameof(value));
        return $"{name}<<{delimiter}\n{value}\n{delimiter}\n";
    }

    private void Append(string text)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(Utf8.GetBytes(EndsInsideLine() ? "\n" + text : text));
    }

    // Somebody may have appended without a line end; our entry would continue theirs.
    private bool EndsInsideLine()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }
}
