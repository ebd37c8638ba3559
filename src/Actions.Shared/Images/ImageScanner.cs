using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>An image that a file names.</summary>
/// <param name="Location">Where: the reference, or of its parts the tag, else the digest, else the name.</param>
/// <param name="Pointer">JSON pointer from the document to the place.</param>
/// <param name="Source">What kind of place it is.</param>
/// <param name="Image">Name, tag and digest as they are written there. A kustomization's entry is what it makes of the images that it means.</param>
/// <param name="Container">Name of the container, where there is one.</param>
public sealed record FoundImage(SourceLocation Location, string Pointer, ImageSource Source, ImageReference Image, string? Container);

/// <summary>Lists the images that files name, by the same knowledge as <see cref="ImageBumper"/>.</summary>
public static class ImageScanner
{
    /// <summary>The images of a file, in its order. What is no reference, a template's expression for example, is left out.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fields">Fields to look at besides those that are known.</param>
    public static IReadOnlyList<FoundImage> Scan(ManifestFile file, IReadOnlyList<FieldPattern>? fields = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new List<FoundImage>();
        var regions = new HashSet<TextRegion>();
        foreach (var document in file.Documents)
        {
            foreach (var slot in ImageLocator.Find(file, document, fields ?? []))
            {
                if ((regions.Add(slot.Shown.Value.Region) || slot.Source != ImageSource.Marker) && slot.Images().FirstOrDefault() is { } image)
                {
                    found.Add(new FoundImage(new SourceLocation(file.Path, slot.Shown.Value.Region), slot.Pointer, slot.Source, image, slot.Container));
                }
            }
        }

        return [.. found.OrderBy(f => f.Location.Region)];
    }

    /// <summary>The images of the files of a workspace, in ordinal order of the paths. Files that cannot be read are passed over.</summary>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="paths">Files, directories and globs, as for <see cref="ManifestDiscovery"/>.</param>
    /// <param name="options">More fields, paths to leave out, bounds; the defaults if null.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="ActionException">A path cannot be used.</exception>
    public static IReadOnlyList<FoundImage> Scan(string workspace, IReadOnlyList<string> paths, ImageBumpOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new ImageBumpOptions();
        var files = ManifestDiscovery.Discover(workspace, paths, options.IgnorePaths, options.Limits, cancellation).Files;
        var found = new IReadOnlyList<FoundImage>[files.Count];
        Parallel.For(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, i =>
        {
            try
            {
                found[i] = Scan(YamlLoader.LoadFile(files[i].FullPath, files[i].Path, options.Limits), options.Fields);
            }
            catch (ActionException)
            {
                found[i] = [];
            }
        });
        return [.. found.SelectMany(f => f)];
    }
}
