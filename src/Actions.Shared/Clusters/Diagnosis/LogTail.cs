using Actions.Shared.Clusters.Objects;
using Actions.Shared.GitHub;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What the last lines of a container's log add to a cause.</summary>
public static class LogTail
{
    private static readonly string[] Marks =
        ["panic:", "fatal", "unhandled exception", "exception in thread", "exception:", "traceback", "error:", "error ", "[error]", "\"error\"", "level=error", "failed", "cannot ", "could not "];

    /// <summary>
    /// The cause made exact by the log: a port that is taken, a wrong processor, a read-only file system; of any other crash the line that seems to say
    /// why is added to the sentence.
    /// </summary>
    /// <param name="cause">The cause that was found without the log.</param>
    /// <param name="lines">The last lines of the log that <see cref="Cause.Log"/> names, in order.</param>
    public static Cause Refine(Cause cause, IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(cause);
        ArgumentNullException.ThrowIfNull(lines);
        if (cause.Kind is not (CauseKind.ContainerCrashed or CauseKind.InitContainerCrashed) || KeyLine(lines) is not { } key)
        {
            return cause;
        }

        var line = Quoted.Line(key, 200);
        var (kind, hint) = (cause.Kind, cause.Hint);
        if (Any(lines, "address already in use", "EADDRINUSE", "Only one usage of each socket address", "port is already allocated"))
        {
            (kind, hint) = (CauseKind.PortInUse, "Two containers of the pod, or two parts of the program, listen on the same port; with hostNetwork also every other program of the node.");
        }
        else if (Any(lines, "exec format error"))
        {
            (kind, hint) = (CauseKind.ImagePlatformMismatch, ContainerStartMessages.PlatformMismatch.Hint);
        }
        else if (Any(lines, "read-only file system", "EROFS"))
        {
            (kind, hint) = (CauseKind.FileSystemReadOnly, "Mount an emptyDir where the program writes, or let it write to a volume (readOnlyRootFilesystem is set).");
        }

        return cause with { Kind = kind, Hint = hint, Message = cause.Message.Contains(line, StringComparison.Ordinal) ? cause.Message : $"{cause.Message}; its log says: {line}" };
    }

    /// <summary>The line that seems to say what went wrong: the last one that looks like an error, else the last one that is not blank; null if there is none.</summary>
    public static string? KeyLine(IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        string? last = null;
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var line = PlainText.Clean(lines[i].Length > 4096 ? lines[i][..4096] : lines[i]).Trim();
            if (line.Length == 0 || IsFrame(line))
            {
                continue;
            }

            last ??= line;
            if (line.EndsWith("error", StringComparison.OrdinalIgnoreCase) || Array.Exists(Marks, m => line.Contains(m, StringComparison.OrdinalIgnoreCase)))
            {
                return line;
            }
        }

        return last;
    }

    // Frames of stack traces name methods such as HandleError().
    private static bool IsFrame(string line) => line.StartsWith("at ", StringComparison.Ordinal) || line.StartsWith("File \"", StringComparison.Ordinal) || line.StartsWith("goroutine ", StringComparison.Ordinal);

    private static bool Any(IReadOnlyList<string> lines, params ReadOnlySpan<string> words)
    {
        foreach (var line in lines)
        {
            foreach (var word in words)
            {
                if (line.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
