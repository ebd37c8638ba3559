using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>
/// Finds Helm charts by their <c>Chart.yaml</c>. As in chart-testing, a chart with files <c>ci/*-values.yaml</c> is rendered once
/// with each, and one without is rendered with its own values.
/// </summary>
internal static class ChartDiscovery
{
    public const string FileName = "Chart.yaml";

    private static readonly string[] TemplateExtensions = [".yaml", ".yml", ".json", ".tpl", ".txt"];

    public static (IReadOnlyList<ChartRendering> Charts, IReadOnlyList<ExcludedFile> Excluded, IReadOnlyList<SkippedItem> Skipped) Plan(
        IReadOnlyCollection<string> scanned, Func<string, YamlMapping?> open, RenderingOptions options)
    {
        var directories = scanned.Where(f => WorkspacePath.NameOf(f) == FileName).Select(WorkspacePath.DirectoryOf)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (directories.Length == 0)
            return ([], [], []);

        var charts = new List<ChartRendering>();
        var skipped = new List<SkippedItem>();
        var rendered = new List<string>();
        foreach (var directory in options.Helm ? directories.Where(d => !directories.Any(parent => IsSubchart(d, parent))) : [])
        {
            var file = WorkspacePath.Join(directory, FileName);
            var chart = open(file);
            if (chart?["type"] is YamlScalar { Value: "library" } type)
            {
                skipped.Add(new SkippedItem(
                    new SourceLocation(file, type.Region), RenderingReasons.HelmLibrary, "A library chart has nothing to render by itself."));
                continue;
            }

            rendered.Add(directory);
            var name = (chart?["name"] as YamlScalar)?.Value is { Length: > 0 } given ? given : WorkspacePath.NameOf(directory);
            var values = scanned.Where(f => IsTestValues(f, directory)).Order(StringComparer.Ordinal).ToArray();
            charts.AddRange(values.Length == 0
                ? [new ChartRendering(directory, name, null)]
                : values.Select(v => new ChartRendering(directory, name, v)));
        }

        var excluded = scanned
            .Select(file => (File: file, Reason: directories.Select(d => ReasonIn(d, file)).FirstOrDefault(r => r is not null)))
            .Where(x => x.Reason is not null)
            .Select(x => new ExcludedFile(x.File, x.Reason!, rendered.Any(d => WorkspacePath.IsBelow(x.File, d, out _))));
        return (charts, [.. excluded], skipped);
    }

    private static bool IsSubchart(string directory, string parent) =>
        WorkspacePath.IsBelow(directory, parent, out var rest) && rest.StartsWith("charts/", StringComparison.Ordinal);

    private static bool IsTestValues(string file, string directory) =>
        WorkspacePath.IsBelow(file, directory, out var rest)
        && rest.StartsWith("ci/", StringComparison.Ordinal)
        && rest.IndexOf('/', 3) < 0
        && rest.EndsWith("-values.yaml", StringComparison.Ordinal);

    private static string? ReasonIn(string directory, string file)
    {
        if (!WorkspacePath.IsBelow(file, directory, out var rest))
            return null;
        if (rest.StartsWith("templates/", StringComparison.Ordinal))
            return TemplateExtensions.Contains(Path.GetExtension(rest), StringComparer.OrdinalIgnoreCase) ? RenderingReasons.HelmTemplate : null;
        if (rest is FileName or "Chart.lock" or "requirements.yaml" or "requirements.lock" or "values.schema.json")
            return RenderingReasons.HelmChart;
        var isValues = rest.StartsWith("ci/", StringComparison.Ordinal)
            ? rest.Contains("values", StringComparison.Ordinal)
            : !rest.Contains('/') && rest.StartsWith("values", StringComparison.Ordinal);
        return isValues ? RenderingReasons.HelmValues : null;
    }
}
