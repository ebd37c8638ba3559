using Actions.Shared.Findings;
using Actions.Shared.Text;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Actions.Shared.Manifests;

/// <summary>A file to be read.</summary>
/// <param name="Path">Relative to the workspace, with forward slashes; starts with <c>../</c> for one outside that was named explicitly.</param>
/// <param name="FullPath">Where it is.</param>
public sealed record DiscoveredFile(string Path, string FullPath);

/// <summary>What discovery found.</summary>
/// <param name="Files">The files, each once, in ordinal order of their paths.</param>
/// <param name="Skipped">What was passed over, in ordinal order of its path; the reasons are those of <see cref="SkipReasons"/>.</param>
/// <param name="ChartDirectories">Directories at or above the files that hold a <c>Chart.yaml</c>, relative to the workspace (which is empty).</param>
/// <param name="ReadsStandardInput">Whether <c>-</c> was among the paths.</param>
public sealed record DiscoveredFiles(
    IReadOnlyList<DiscoveredFile> Files, IReadOnlyList<SkippedItem> Skipped, IReadOnlySet<string> ChartDirectories, bool ReadsStandardInput);

/// <summary>
/// Turns paths, directories and globs into the list of files to read. No file's content is read.
/// Relative paths start at the workspace. A path outside it is taken only if it is named explicitly and is not itself a link;
/// links may lead anywhere inside the workspace, and each directory is entered once, under its real place if that is in the search.
/// </summary>
public static class ManifestDiscovery
{
    /// <summary>Finds the files.</summary>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="paths">
    /// Files (taken whatever their extension), directories (searched for .yaml, .yml and .json), globs with <c>*</c> and <c>**</c>, and <c>-</c>.
    /// A glob gives files with those extensions, or with the one that it ends in.
    /// </param>
    /// <param name="ignorePaths">Globs or paths to leave out; one without a slash applies at every depth, one of a directory to all in it.</param>
    /// <param name="limits">Bounds; the defaults if null.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="ActionException">A path cannot be used: it is missing, matches nothing, holds no manifests, leaves the workspace, and so on.</exception>
    public static DiscoveredFiles Discover(
        string workspace,
        IReadOnlyList<string> paths,
        IReadOnlyList<string>? ignorePaths = null,
        ManifestLimits? limits = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(paths);
        var search = new Search(workspace, ignorePaths ?? [], limits ?? ManifestLimits.Default, cancellation);
        foreach (var path in paths)
        {
            if (path != "-")
            {
                search.Add(path);
            }
        }

        return search.Result(paths.Contains("-"));
    }

    private sealed class Search
    {
        private static readonly HashSet<string> NeverEntered =
            new(StringComparer.Ordinal) { ".git", ".hg", ".svn", ".bzr", ".jj", "CVS", "node_modules", ".terraform", ".terragrunt-cache" };

        private readonly string _workspace;
        private readonly string _realWorkspace;
        private readonly Matcher? _ignored;
        private readonly ManifestLimits _limits;
        private readonly CancellationToken _cancellation;
        private readonly Dictionary<string, DiscoveredFile> _files = new(StringComparer.Ordinal);
        private readonly HashSet<string> _realFiles = new(StringComparer.Ordinal);
        private readonly Dictionary<string, SkippedItem> _skipped = new(StringComparer.Ordinal);

        public Search(string workspace, IReadOnlyList<string> ignorePaths, ManifestLimits limits, CancellationToken cancellation)
        {
            _workspace = Path.TrimEndingDirectorySeparator(Path.GetFullPath(workspace));
            _limits = limits;
            _cancellation = cancellation;
            if (!Directory.Exists(_workspace))
            {
                throw new ActionException("Workspace does not exist", _workspace, "Check the working directory.");
            }

            _realWorkspace = RealPath.Of(_workspace);
            if (ignorePaths.Count > 0)
            {
                _ignored = new Matcher(StringComparison.Ordinal);
                foreach (var pattern in ignorePaths.Select(p => Normalize(p.Trim())).Where(p => p.Length > 0))
                {
                    var anywhere = pattern.Contains('/', StringComparison.Ordinal) ? "" : "**/";
                    _ignored.AddInclude(anywhere + pattern);
                    _ignored.AddInclude(anywhere + pattern + "/**");
                }
            }
        }

        public DiscoveredFiles Result(bool readsStandardInput) =>
            new(
                [.. _files.Values.OrderBy(f => f.Path, StringComparer.Ordinal)],
                [.. _skipped.Values.OrderBy(s => s.Location.File, StringComparer.Ordinal)],
                ChartDirectories(),
                readsStandardInput);

        public void Add(string path)
        {
            if (path.Trim().Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            {
                throw new ActionException("Path is empty or not a path", $"\"{path}\"", "Name files, directories or globs.");
            }

            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, _workspace));
            if (!Exists(full) && path.AsSpan().IndexOfAny("*?[{") >= 0)
            {
                AddGlob(path);
                return;
            }

            Guard(path, () => AddNamed(path, full));
        }

        private void AddNamed(string path, string full)
        {
            if (!Exists(full))
            {
                throw Missing(path, full);
            }

            var real = Real(full, path);
            var inside = IsUnder(full, _workspace);
            if (inside ? !IsUnder(real, _realWorkspace) : new FileInfo(full).LinkTarget is not null)
            {
                throw Leaves(path, real);
            }

            if (Directory.Exists(full))
            {
                var walk = Walk(full, inside ? _realWorkspace : real, IsManifest);
                if (walk.Matches == 0)
                {
                    throw new ActionException(
                        "No manifests found",
                        $"the directory {path} holds no .yaml, .yml or .json file{(walk.Ignored > 0 ? $" that ignore-paths leaves ({walk.Ignored} left out)" : "")}",
                        "Check the path, or name the files.");
                }

                return;
            }

            if (FileType.IsSpecial(full))
            {
                throw Special(path);
            }

            if (IsIgnored(Relative(full)))
            {
                Skip(Relative(full), SkipReasons.Ignored, "left out by ignore-paths");
                return;
            }

            Take(full, real);
        }

        private void AddGlob(string pattern)
        {
            var normalized = Normalize(pattern);
            if (!normalized.Contains('*', StringComparison.Ordinal))
            {
                throw new ActionException(
                    "Path does not exist", pattern, "Of glob characters only * and ** are understood; write ? [ ] { } only as part of a real name.");
            }

            if (Path.IsPathRooted(normalized) || normalized.StartsWith("../", StringComparison.Ordinal))
            {
                throw new ActionException(
                    "Path leaves the workspace", $"the glob {pattern} reaches outside of {_workspace}", "Outside of the workspace, name files or directories.");
            }

            var segments = normalized.Split('/');
            var fixedCount = Array.FindIndex(segments, s => s.Contains('*', StringComparison.Ordinal));
            var from = string.Join('/', segments.Take(fixedCount));
            var start = Path.Combine(_workspace, from);
            var name = segments[^1];
            var extension = name[(name.LastIndexOf('*') + 1)..];
            var matcher = new Matcher(StringComparison.Ordinal).AddInclude(normalized);
            var matches = 0;
            Guard(pattern, () =>
            {
                if (!Directory.Exists(start))
                {
                    throw Missing(from, start);
                }

                var real = Real(start, from.Length == 0 ? "." : from);
                if (!IsUnder(real, _realWorkspace))
                {
                    throw Leaves(from, real);
                }

                matches = Walk(
                    start,
                    _realWorkspace,
                    file => (extension.Contains('.', StringComparison.Ordinal) ? file.EndsWith(extension, StringComparison.Ordinal) : IsManifest(file))
                        && matcher.Match(Relative(Path.GetFullPath(file))).HasMatches).Matches;
            });
            if (matches == 0)
            {
                throw new ActionException(
                    "Glob matches nothing",
                    $"no file in the workspace matches {pattern}",
                    "Check the pattern: * stays inside one directory, ** crosses directories, and case matters.");
            }
        }

        /// <summary>Walks real directories first and links last, so that a file is known by its real place if that is part of the walk.</summary>
        private (int Matches, int Ignored) Walk(string start, string realRoot, Func<string, bool> wanted)
        {
            var matches = 0;
            var ignored = 0;
            var visited = new HashSet<string>(StringComparer.Ordinal);
            var pending = new Stack<(string Path, string Real)>();
            var links = new SortedList<string, string>(StringComparer.Ordinal);
            pending.Push((start, Real(start, Relative(start))));
            while (true)
            {
                if (!pending.TryPop(out var directory))
                {
                    if (links.Count == 0)
                    {
                        return (matches, ignored);
                    }

                    var (link, target) = (links.Keys[0], links.Values[0]);
                    links.RemoveAt(0);
                    if (Directory.Exists(target))
                    {
                        pending.Push((link, target));
                    }
                    else if (Take(link, target))
                    {
                        matches++;
                    }

                    continue;
                }

                _cancellation.ThrowIfCancellationRequested();
                if (!visited.Add(directory.Real))
                {
                    continue;
                }

                var entries = new DirectoryInfo(directory.Path).GetFileSystemInfos();
                Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
                foreach (var entry in entries)
                {
                    var relative = Relative(entry.FullName);
                    if (entry.LinkTarget is null && entry is DirectoryInfo)
                    {
                        if (NeverEntered.Contains(entry.Name))
                        {
                            Skip(relative, SkipReasons.Directory, "never entered");
                        }
                        else if (IsIgnored(relative))
                        {
                            ignored++;
                            Skip(relative, SkipReasons.Ignored, "left out by ignore-paths");
                        }
                        else
                        {
                            pending.Push((entry.FullName, Path.Combine(directory.Real, entry.Name)));
                        }

                        continue;
                    }

                    var isWanted = wanted(entry.FullName);
                    if (entry.LinkTarget is not null)
                    {
                        if (IsIgnored(relative) || NeverEntered.Contains(entry.Name))
                        {
                            ignored++;
                            Skip(relative, SkipReasons.Ignored, "left out by ignore-paths");
                        }
                        else if (!Exists(entry.FullName) && !isWanted && !RealPath.IsLoop(entry.FullName))
                        {
                            Skip(relative, SkipReasons.BrokenLink, "a link to nothing");
                        }
                        else
                        {
                            var target = Real(entry.FullName, relative);
                            var isDirectory = Directory.Exists(target);
                            if (isDirectory || isWanted)
                            {
                                if (!Exists(target))
                                {
                                    throw new ActionException("Link leads nowhere", $"{relative} points to {entry.LinkTarget}, which does not exist", "Correct or delete the link.", new SourceLocation(relative));
                                }

                                if (!IsUnder(target, realRoot) && !IsUnder(target, _realWorkspace))
                                {
                                    throw Leaves(relative, target);
                                }

                                if (isDirectory && IsUnder(directory.Real, target))
                                {
                                    throw Loop(relative);
                                }

                                links.TryAdd(entry.FullName, target);
                            }
                        }

                        continue;
                    }

                    if (!isWanted)
                    {
                        continue;
                    }

                    if (IsIgnored(relative))
                    {
                        ignored++;
                        Skip(relative, SkipReasons.Ignored, "left out by ignore-paths");
                    }
                    else if (entry is FileInfo { Length: 0 } && FileType.IsSpecial(entry.FullName))
                    {
                        throw Special(relative);
                    }
                    else
                    {
                        Take(entry.FullName, Path.Combine(directory.Real, entry.Name));
                        matches++;
                    }
                }
            }
        }

        private bool Take(string full, string real)
        {
            if (!_realFiles.Add(real))
            {
                return true;
            }

            if (_files.Count >= _limits.MaxFiles)
            {
                throw new ActionException("Too many files", $"more than {_limits.MaxFiles:N0}, the limit", "Narrow the paths, or leave directories out with ignore-paths.");
            }

            var relative = Relative(full);
            _files[relative] = new DiscoveredFile(relative, full);
            return true;
        }

        private HashSet<string> ChartDirectories()
        {
            var known = new Dictionary<string, bool>(StringComparer.Ordinal);
            foreach (var file in _files.Keys.Where(f => !f.StartsWith("../", StringComparison.Ordinal)))
            {
                for (var at = file.LastIndexOf('/'); ; at = at <= 0 ? -1 : file.LastIndexOf('/', at - 1))
                {
                    var directory = at < 0 ? "" : file[..at];
                    if (!known.TryAdd(directory, false))
                    {
                        break;
                    }

                    known[directory] = File.Exists(Path.Combine(_workspace, directory, "Chart.yaml"));
                    if (at < 0)
                    {
                        break;
                    }
                }
            }

            return [.. known.Where(k => k.Value).Select(k => k.Key)];
        }

        private void Skip(string path, string reason, string detail) => _skipped.TryAdd(path, new SkippedItem(new SourceLocation(path), reason, detail));

        private bool IsIgnored(string relative) => _ignored is not null && _ignored.Match(relative).HasMatches;

        private string Relative(string full)
        {
            var relative = Path.GetRelativePath(_workspace, full).Replace('\\', '/');
            return relative == "." ? "" : relative;
        }

        private string Normalize(string pattern)
        {
            var normalized = pattern.Replace('\\', '/');
            if (normalized.StartsWith(_workspace + "/", StringComparison.Ordinal))
            {
                normalized = normalized[(_workspace.Length + 1)..];
            }

            while (normalized.StartsWith("./", StringComparison.Ordinal))
            {
                normalized = normalized[2..];
            }

            return normalized.Length > 1 ? normalized.TrimEnd('/') : normalized;
        }

        private static string Real(string full, string shown)
        {
            try
            {
                return RealPath.Of(full);
            }
            catch (IOException) when (RealPath.IsLoop(full))
            {
                throw Loop(shown);
            }
        }

        private static void Guard(string path, Action action)
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ActionException("Path cannot be read", $"{path}: {e.Message}", "Check its permissions.", inner: e);
            }
        }

        private ActionException Missing(string path, string full)
        {
            var parent = Path.GetDirectoryName(full);
            var child = Path.GetFileName(full);
            while (parent is not null && !Directory.Exists(parent))
            {
                child = Path.GetFileName(parent);
                parent = Path.GetDirectoryName(parent);
            }

            string? near = null;
            if (parent is not null && (IsUnder(parent, _workspace) || IsUnder(_workspace, parent)))
            {
                try
                {
                    near = Suggestions.Closest(child, Directory.EnumerateFileSystemEntries(parent).Select(e => Path.GetFileName(e)!).Take(10_000));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    near = null;
                }
            }

            var hint = near is null
                ? $"Paths start at the workspace, {_workspace}."
                : $"Did you mean {Relative(Path.Combine(parent!, near))}?";
            return new ActionException("Path does not exist", path, hint);
        }

        private static ActionException Leaves(string path, string real) => new(
            "Link leaves the workspace", $"{path} leads to {real}", "Copy the files into the workspace, or leave the link out with ignore-paths.", new SourceLocation(path));

        private static ActionException Loop(string path) => new(
            "Symbolic links form a loop", $"{path} leads back to itself or to a directory that it stands in", "Delete the link, or leave it out with ignore-paths.", new SourceLocation(path));

        private static ActionException Special(string path) => new(
            "Not a regular file", $"{path} is a device, pipe or socket", "Name regular files; use - for standard input.", new SourceLocation(path));

        /// <summary>Whether there is something at the end of all links; a loop counts, to be told apart later.</summary>
        private static bool Exists(string full) => RealPath.IsLoop(full) || Path.Exists(RealPath.Of(full));

        private static bool IsManifest(string file) =>
            file.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            || Path.GetFileName(file) == "Kustomization";

        private static bool IsUnder(string path, string directory) =>
            path.Equals(directory, StringComparison.Ordinal)
            || directory == "/"
            || (path.Length > directory.Length && path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == Path.DirectorySeparatorChar);
    }
}
