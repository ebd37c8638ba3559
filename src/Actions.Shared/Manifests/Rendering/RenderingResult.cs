using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>An object that was rendered.</summary>
/// <param name="Resource">The object; its places are places in the rendered text.</param>
/// <param name="Map">Leads from those to the files of the workspace.</param>
public sealed record RenderedResource(KubernetesResource Resource, SourceMap Map);

/// <summary>What came of a rendering: objects, or why there are none.</summary>
/// <param name="Resources">The objects in the order in which they were printed.</param>
/// <param name="Findings">What is wrong with the tree or chart; its locations are in the workspace's files.</param>
/// <param name="Skipped">Why nothing was rendered, when that is nobody's mistake.</param>
public sealed record RenderingResult(
    IReadOnlyList<RenderedResource> Resources, IReadOnlyList<Finding> Findings, IReadOnlyList<SkippedItem> Skipped)
{
    internal static RenderingResult Failed(Finding finding) => new([], [finding], []);

    internal static RenderingResult Passed(SkippedItem item) => new([], [], [item]);
}
