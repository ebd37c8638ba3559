using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>What a bump does to a tree of files. Made by <see cref="Make"/>; nothing is written before <see cref="Apply"/>.</summary>
public sealed record BumpPlan
{
    private BumpPlan(IReadOnlyList<FileBump> files, int filesRead, IReadOnlyList<ImageChange> unmatched)
    {
        Files = files;
        FilesRead = filesRead;
        Unmatched = unmatched;
    }

    /// <summary>The files that name one of the images, in ordinal order of their paths.</summary>
    public IReadOnlyList<FileBump> Files { get; }

    /// <summary>How many files were looked at.</summary>
    public int FilesRead { get; }

    /// <summary>The changes whose image was found nowhere that could be read.</summary>
    public IReadOnlyList<ImageChange> Unmatched { get; }

    /// <summary>The files that get other bytes.</summary>
    public IEnumerable<FileBump> Changed => Files.Where(f => f.IsChanged);

    /// <summary>The fields that are set, in the order of the files.</summary>
    public IEnumerable<ImageEdit> Edits => Files.SelectMany(f => f.Edits);

    /// <summary>The places that are left alone, in the order of the files.</summary>
    public IEnumerable<BumpRefusal> Refusals => Files.SelectMany(f => f.Refusals);

    /// <summary>Plans the changes to the files of a workspace.</summary>
    /// <param name="workspace">Full path of the workspace. Nothing outside of it is ever written.</param>
    /// <param name="paths">Files, directories and globs, as for <see cref="ManifestDiscovery"/>; not standard input.</param>
    /// <param name="changes">What is wanted; where two mean the same place, the first holds.</param>
    /// <param name="options">More fields, paths to leave out, bounds; the defaults if null.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="ActionException">A path cannot be used, or leads out of the workspace.</exception>
    public static BumpPlan Make(
        string workspace, IReadOnlyList<string> paths, IReadOnlyList<ImageChange> changes, ImageBumpOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        options ??= new ImageBumpOptions();
        var found = ManifestDiscovery.Discover(workspace, paths, options.IgnorePaths, options.Limits, cancellation);
        if (found.Files.FirstOrDefault(f => f.Path.StartsWith("../", StringComparison.Ordinal)) is { } outside)
        {
            throw new ActionException(
                "Path leaves the workspace", outside.Path, "Only files in the workspace are changed: name those, or choose another working directory.", new SourceLocation(outside.Path));
        }

        var search = new ImageSearch(changes);
        var bumps = new FileBump?[found.Files.Count];
        Parallel.For(0, bumps.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, i =>
            bumps[i] = Read(found.Files[i], changes, search, options));
        var files = bumps.OfType<FileBump>().Where(f => f.Matched.Count > 0 || f.Refusals.Count > 0).Select(OnlyOneKustomization).ToList();
        var matched = files.SelectMany(f => f.Matched).Concat(files.SelectMany(f => f.Refusals.Where(r => r.Reason != BumpRefusals.Unreadable).Select(r => r.Change))).ToHashSet();
        return new BumpPlan(files, bumps.Length, [.. changes.Where(c => !matched.Contains(c))]);
    }

    /// <summary>
    /// Writes the changed files, each at once: a reader sees the old or the new content, never a part. The mode of a file is kept.
    /// Before the first is written, all are read again.
    /// </summary>
    /// <returns>How many files were written.</returns>
    /// <exception cref="ActionException">A file is no longer what the plan was made from, or cannot be written.</exception>
    public int Apply()
    {
        var changed = Changed.ToList();
        foreach (var file in changed)
        {
            if (!ImageFile.Holds(file))
            {
                throw new ActionException(
                    "File changed meanwhile", "its content is no longer what the plan was made from, so nothing was written", "Run again.", new SourceLocation(file.Path));
            }
        }

        foreach (var file in changed)
        {
            ImageFile.Replace(file);
        }

        return changed.Count;
    }

    /// <summary>The changes as a unified diff, with paths as git writes them; empty if there are none.</summary>
    public string Diff() => string.Concat(Changed.Select(UnifiedDiff.Of));

    private static FileBump? Read(DiscoveredFile file, IReadOnlyList<ImageChange> changes, ImageSearch search, ImageBumpOptions options)
    {
        try
        {
            return search.MayName(file, options.Limits ?? ManifestLimits.Default)
                ? ImageBumper.Plan(YamlLoader.LoadFile(file.FullPath, file.Path, options.Limits), RealPath.Of(file.FullPath), changes, options)
                : null;
        }
        catch (ActionException e)
        {
            var place = e.Location ?? new SourceLocation(file.Path);
            return new FileBump(file.Path, file.FullPath, false, "")
            {
                Refusals = [.. changes.Select(c => new BumpRefusal(place, "", BumpRefusals.Unreadable, e.Message, e.Hint, c))],
            };
        }
    }

    private static FileBump OnlyOneKustomization(FileBump file)
    {
        var name = Path.GetFileName(file.Path);
        if (!file.IsChanged || !ImageLocator.IsKustomizationName(file.Path))
        {
            return file;
        }

        var others = Kustomizations.Where(n => n != name && File.Exists(Path.Combine(Path.GetDirectoryName(file.FullPath)!, n))).ToList();
        return others.Count == 0 ? file : new FileBump(file.Path, file.FullPath, file.HasByteOrderMark, file.OldText)
        {
            Matched = file.Matched,
            Refusals = [.. file.Refusals, .. file.Edits.Select(e => new BumpRefusal(
                e.Location, e.Pointer, BumpRefusals.TwoKustomizations, $"{others[0]} stands in the same directory, and kustomize refuses two", "Delete one of them.", e.Change))],
        };
    }

    private static readonly string[] Kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
}
