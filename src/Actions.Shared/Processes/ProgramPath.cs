namespace Actions.Shared.Processes;

/// <summary>Finds programs the way a shell does, but never in the current directory: the workspace is not trusted.</summary>
public static class ProgramPath
{
    /// <summary>
    /// The full path of the first executable file called <paramref name="program"/> in <c>PATH</c> of <paramref name="environment"/>;
    /// null if there is none. Empty and relative entries of <c>PATH</c> are passed over.
    /// </summary>
    /// <param name="program">A file name without a directory.</param>
    /// <param name="environment">The environment whose <c>PATH</c> counts; without <c>PATH</c> nothing is found.</param>
    public static string? FindOnPath(string program, IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("PATH", "")
            .Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(directory => Candidates(Path.Combine(directory, program)))
            .FirstOrDefault(IsExecutable);

    /// <summary>Resolves a program name on <c>PATH</c>, and a path (anything with a slash) against <paramref name="workingDirectory"/>; null if it is not there.</summary>
    internal static string? Resolve(string program, string workingDirectory, IReadOnlyDictionary<string, string> environment)
    {
        if (!program.Contains('/') && !program.Contains(Path.DirectorySeparatorChar))
            return FindOnPath(program, environment);

        return Candidates(Path.GetFullPath(program, workingDirectory)).FirstOrDefault(IsExecutable);
    }

    private static IEnumerable<string> Candidates(string path) => OperatingSystem.IsWindows() ? [path, path + ".exe"] : [path];

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0);
    }
}
