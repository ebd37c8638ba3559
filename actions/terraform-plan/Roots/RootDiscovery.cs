using Actions.Shared;
using Actions.Shared.Manifests;
using Actions.Shared.Text;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Actions.TerraformPlanning.Roots;

/// <summary>A directory to plan.</summary>
/// <param name="Path">Relative to the workspace, with forward slashes; <c>.</c> for the workspace itself.</param>
/// <param name="FullPath">Where it is, links resolved.</param>
internal sealed record TerraformRoot(string Path, string FullPath);

/// <summary>Turns paths and globs into the directories to plan, each once, in ordinal order. None is outside the workspace, also not by a link.</summary>
internal static class RootDiscovery
{
    private const int MaxDirectories = 100_000;
    private static readonly HashSet<string> NeverEntered = new(StringComparer.Ordinal) { ".git", ".terraform", ".terragrunt-cache", "node_modules" };

    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="patterns">Directories, globs of directories, and <c>!</c> before either to leave out.</param>
    /// <exception cref="ActionException">One matches nothing, is no directory with a configuration, or leaves the workspace.</exception>
    public static IReadOnlyList<TerraformRoot> Discover(string workspace, IReadOnlyList<string> patterns)
    {
        var real = Real(workspace);
        var excluded = new Matcher(StringComparison.Ordinal);
        foreach (var pattern in patterns.Where(p => p.StartsWith('!')))
        {
            excluded.AddInclude(pattern[1..].Trim().TrimEnd('/'));
        }

        var roots = new SortedDictionary<string, TerraformRoot>(StringComparer.Ordinal);
        IReadOnlyList<string>? all = null;
        foreach (var pattern in patterns.Where(p => !p.StartsWith('!')))
        {
            var isGlob = pattern.AsSpan().IndexOfAny('*', '?') >= 0;
            var found = isGlob ? Matching(pattern, all ??= Directories(real)) : [pattern];
            if (found.Count == 0)
            {
                throw new ActionException(
                    $"No root matches {pattern}", "it matches no directory with .tf files", "Name directories relative to the workspace; `*` stands for one level, `**` for any number.");
            }

            foreach (var path in found)
            {
                var root = Check(path, real);
                if (roots.ContainsKey(root.Path) || (root.Path != "." && excluded.Match(root.Path).HasMatches))
                {
                    continue;
                }

                roots.Add(root.Path, root);
            }
        }

        return roots.Count > 0 ? [.. roots.Values] : throw new ActionException(
            "There is no root to plan", "`root` leaves out everything that it names", "Name at least one directory without `!` that no pattern with `!` matches.");
    }

    /// <summary>Whether a directory holds configuration.</summary>
    private static bool HasConfiguration(string directory) => Directory.EnumerateFiles(directory).Any(f =>
        f.EndsWith(".tf", StringComparison.Ordinal) || f.EndsWith(".tf.json", StringComparison.Ordinal) || f.EndsWith(".tofu", StringComparison.Ordinal) || f.EndsWith(".tofu.json", StringComparison.Ordinal));

    private static TerraformRoot Check(string path, string workspace)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ActionException("A root is not a path", "it holds a zero character", "Name a directory.");
        }

        var full = Path.GetFullPath(path, workspace);
        if (!Directory.Exists(full))
        {
            var near = Suggestions.Closest(path, Directories(workspace));
            throw new ActionException(
                $"Root {path} does not exist", $"there is no directory of that name in {workspace}", near is null ? "Name a directory relative to the workspace." : $"Did you mean {near}?");
        }

        var real = Real(full);
        if (real != workspace && !real.StartsWith(workspace + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ActionException(
                $"Root {path} is outside the workspace", real == full ? $"it is {real}" : $"it leads to {real}", $"Name a directory in {workspace}.");
        }

        return HasConfiguration(real)
            ? new TerraformRoot(Path.GetRelativePath(workspace, real).Replace('\\', '/'), real)
            : throw new ActionException($"Root {path} has no configuration", "it holds no .tf file", "Name the directory whose .tf files are to be planned.");
    }

    private static List<string> Matching(string pattern, IReadOnlyList<string> directories)
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(pattern.Trim().TrimEnd('/').Replace("./", "", StringComparison.Ordinal));
        // A matcher has no path for the workspace itself.
        return [.. directories.Where(d => matcher.Match(d).HasMatches || (d == "." && pattern.Trim() == "**"))];
    }

    /// <summary>Every directory below the workspace that holds configuration. Links are not followed: what they lead to has its own place, or none.</summary>
    private static List<string> Directories(string workspace)
    {
        var result = new List<string>();
        var pending = new Stack<string>([workspace]);
        var seen = 0;
        while (pending.TryPop(out var directory) && ++seen <= MaxDirectories)
        {
            if (HasConfiguration(directory))
            {
                result.Add(Path.GetRelativePath(workspace, directory).Replace('\\', '/'));
            }

            foreach (var child in Directory.EnumerateDirectories(directory))
            {
                if (!NeverEntered.Contains(Path.GetFileName(child)) && new DirectoryInfo(child).LinkTarget is null)
                {
                    pending.Push(child);
                }
            }
        }

        result.Sort(StringComparer.Ordinal);
        return result;
    }

    /// <summary>The path with every link in it resolved.</summary>
    /// <exception cref="ActionException">The links form a loop.</exception>
    internal static string Real(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (IOException e)
        {
            throw new ActionException($"{path} cannot be followed", e.Message, "Correct the symbolic link.", inner: e);
        }
    }
}
