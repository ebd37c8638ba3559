using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>A tree for kustomize to build. Paths are relative to the workspace, with forward slashes.</summary>
/// <param name="Directory">The directory of its kustomization file; <c>.</c> for the workspace itself.</param>
/// <param name="File">Its kustomization file.</param>
/// <param name="ResourceFiles">The files that it renders, those of its bases and components included, in ordinal order.</param>
/// <param name="UsesHelm">Whether a Helm chart is inflated in it.</param>
public sealed record KustomizationRoot(string Directory, string File, IReadOnlyList<string> ResourceFiles, bool UsesHelm = false);

/// <summary>A Helm chart to render with one set of values. Paths are relative to the workspace, with forward slashes.</summary>
/// <param name="Directory">The directory of its <c>Chart.yaml</c>; <c>.</c> for the workspace itself.</param>
/// <param name="Name">The chart's name; that of its directory when <c>Chart.yaml</c> gives none.</param>
/// <param name="ValuesFile">A file of values laid over the chart's own; null for those alone.</param>
public sealed record ChartRendering(string Directory, string Name, string? ValuesFile)
{
    /// <summary>Name of the release, from which charts make names of objects. The default is <c>release</c>.</summary>
    public string ReleaseName { get; init; } = "release";

    /// <summary>Namespace of the release; null for Helm's default, which is the default.</summary>
    public string? Namespace { get; init; }
}

/// <summary>A scanned file that is no whole object by itself, so that it must not be checked as one.</summary>
/// <param name="File">Path relative to the workspace.</param>
/// <param name="Reason">One of <see cref="RenderingReasons"/>.</param>
/// <param name="IsRendered">
/// Whether a rendering in the plan uses it, so that its content is checked there; false when it goes unchecked altogether.
/// </param>
public sealed record ExcludedFile(string File, string Reason, bool IsRendered);

/// <summary>What is to be rendered, and which files are thereby not to be checked as they stand.</summary>
/// <param name="Roots">Kustomizations to build, in ordinal order of their directories.</param>
/// <param name="Charts">Charts to render, in ordinal order of their directories and values files.</param>
/// <param name="Excluded">The files that are no objects by themselves, by path.</param>
/// <param name="Skipped">Trees that are not rendered, each with its reason, in order of file.</param>
public sealed record RenderingPlan(
    IReadOnlyList<KustomizationRoot> Roots,
    IReadOnlyList<ChartRendering> Charts,
    IReadOnlyDictionary<string, ExcludedFile> Excluded,
    IReadOnlyList<SkippedItem> Skipped);
