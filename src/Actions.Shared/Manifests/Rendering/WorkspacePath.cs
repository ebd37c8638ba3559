namespace Actions.Shared.Manifests.Rendering;

/// <summary>Arithmetic on paths relative to the workspace: forward slashes, <c>.</c> for the workspace itself, <c>..</c> only at the start.</summary>
internal static class WorkspacePath
{
    public static string Join(string directory, string path)
    {
        var parts = new List<string>();
        foreach (var part in $"{directory}/{path}".Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else
                parts.Add(part);
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    public static string DirectoryOf(string file)
    {
        var slash = file.LastIndexOf('/');
        return slash < 0 ? "." : file[..slash];
    }

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Whether <paramref name="path"/> is below <paramref name="directory"/>, and how it goes on from there.</summary>
    public static bool IsBelow(string path, string directory, out string rest)
    {
        if (directory == ".")
        {
            rest = path;
            return path != "." && path != ".." && !path.StartsWith("../", StringComparison.Ordinal);
        }

        var isBelow = path.Length > directory.Length + 1 && path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/';
        rest = isBelow ? path[(directory.Length + 1)..] : "";
        return isBelow;
    }
}
