namespace Actions.Shared.Manifests.Rendering;

/// <summary>Reads what <c>helm template</c> printed.</summary>
internal static class HelmOutput
{
    public static RenderingResult Read(string output, ChartRendering chart, SourceFiles sources, CancellationToken cancellationToken)
    {
        var description = WorkspacePath.Join(chart.Directory, ChartDiscovery.FileName);
        var file = YamlLoader.Load(description, output, cancellation: cancellationToken);
        var lines = file.Text.ReplaceLineEndings("\n").Split('\n');
        var resources = SourceFiles.Objects(file).Select(r => new RenderedResource(r, Map(r.Body)));
        var findings = file.Problems.Select(problem => problem.ToFinding(description) with
        {
            Location = HelmSourceMap.LocateLine(sources, TemplateAt(problem.Region.StartLine), lines, problem.Region.StartLine),
        });
        return new RenderingResult([.. resources], [.. findings], []);

        HelmSourceMap Map(YamlMapping body) => new(sources, body, TemplateAt(body.Span.StartLine), lines);

        string TemplateAt(int line) =>
            HelmSources.Of(lines, line) is { } source && HelmSources.ToWorkspace(source, chart, sources) is { } template ? template : description;
    }
}
