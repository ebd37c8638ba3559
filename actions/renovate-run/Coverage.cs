using System.Text.RegularExpressions;
using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.Shared.Images;

namespace Actions.RenovateRun;

/// <summary>An image in the workspace that Renovate did not extract.</summary>
/// <param name="Image">What our own scanner found.</param>
/// <param name="Remedy">The setting or the change that makes Renovate see it.</param>
internal sealed record BlindSpot(FoundImage Image, string Remedy);

/// <summary>Compares the images that a workspace names with those that Renovate extracted.</summary>
internal static class Coverage
{
    /// <summary>The images that Renovate did not see, in the order of the files. One that it extracted and skipped is none: that is told elsewhere.</summary>
    /// <param name="images">The images of the workspace.</param>
    /// <param name="dependencies">What Renovate extracted.</param>
    /// <param name="isTracked">Whether git knows a file; Renovate sees no other.</param>
    public static IReadOnlyList<BlindSpot> Find(IReadOnlyList<FoundImage> images, IReadOnlyList<Dependency> dependencies, Func<string, bool> isTracked)
    {
        var byFile = dependencies.ToLookup(d => d.File, StringComparer.Ordinal);
        return [.. images.Where(image => !byFile[image.Location.File].Any(d => Means(d, image.Image))).Select(image => new BlindSpot(image, Remedy(image, byFile, isTracked)))];
    }

    /// <summary>What is said of it.</summary>
    public static Remark Remark(BlindSpot spot) =>
        new(RunState.BlindSpot, $"Renovate does not see the image {spot.Image.Image}", spot.Remedy) { File = spot.Image.Location.File, Region = spot.Image.Location.Region };

    private static bool Means(Dependency dependency, ImageReference image) =>
        IsName(dependency.Name, image) || IsName(dependency.PackageName, image)
            ? dependency.CurrentValue is null || image.Tag is null || dependency.CurrentValue == image.Tag || dependency.CurrentValue.StartsWith(image.Tag + "@", StringComparison.Ordinal)
            : false;

    private static bool IsName(string name, ImageReference image) => ImageReference.TryParse(name, out var parsed) && parsed.NormalizedName == image.NormalizedName;

    private static string Remedy(FoundImage image, ILookup<string, Dependency> byFile, Func<string, bool> isTracked)
    {
        var file = image.Location.File;
        if (!isTracked(file))
        {
            return $"Renovate reads only files that git tracks: git add {file}";
        }

        var manager = image.Source switch
        {
            ImageSource.Kustomization => "kustomize",
            ImageSource.HelmValues => "helm-values",
            _ => "kubernetes",
        };
        if (byFile[file].Any(d => d.Manager == manager))
        {
            return manager == "kubernetes"
                ? "The kubernetes manager searches lines for \"image: name:tag\": write it so, without quotes around the key, anchors, tags or braces, or add a custom manager."
                : $"The {manager} manager reads the file but not this field: write it in the usual form (repository and tag beside each other), or add a custom manager.";
        }

        return $"Add to the configuration: \"{manager}\": {{\"managerFilePatterns\": [\"{Pattern(image, manager)}\"]}}";
    }

    /// <summary>A pattern for the file and its like, as JSON writes it.</summary>
    private static string Pattern(FoundImage image, string manager)
    {
        var folder = Path.GetDirectoryName(image.Location.File)?.Replace('\\', '/') ?? "";
        var name = Path.GetFileName(image.Location.File);
        var expression = manager == "kubernetes"
            ? (folder.Length > 0 ? $"/^{Regex.Escape(folder.Split('/')[0])}\\/.+\\.ya?ml$/" : $"/^{Regex.Escape(name)}$/")
            : $"/(^|\\/){Regex.Escape(name)}$/";
        return expression.Replace("\\", "\\\\", StringComparison.Ordinal);
    }
}
