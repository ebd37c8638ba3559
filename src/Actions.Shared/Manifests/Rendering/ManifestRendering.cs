namespace Actions.Shared.Manifests.Rendering;

/// <summary>Decides what of a scanned tree has to be rendered before it can be checked.</summary>
public static class ManifestRendering
{
    /// <summary>
    /// Finds the kustomizations and charts among <paramref name="files"/>. Reads kustomization files and <c>Chart.yaml</c>s,
    /// also those outside <paramref name="files"/> that the former refer to; runs nothing.
    /// </summary>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="files">All scanned files, relative to the workspace, with forward slashes.</param>
    /// <param name="options">What is to be rendered.</param>
    public static RenderingPlan Plan(string workspace, IReadOnlyCollection<string> files, RenderingOptions options)
    {
        var sources = new SourceFiles(workspace);
        var (roots, excluded, skipped) = KustomizationGraph.Plan(files, sources.Content, options);
        var (charts, chartFiles, skippedCharts) = ChartDiscovery.Plan(files, sources.Content, options);
        var all = new Dictionary<string, ExcludedFile>(StringComparer.Ordinal);
        foreach (var file in chartFiles.Concat(excluded))
            all[file.File] = file;
        return new RenderingPlan(
            roots, charts, all, [.. skipped.Concat(skippedCharts).OrderBy(s => s.Location.File, StringComparer.Ordinal)]);
    }
}
