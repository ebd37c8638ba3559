namespace Actions.Shared.Manifests.Rendering;

/// <summary>Finds the files that Helm names: it calls them by the names of charts, not of directories.</summary>
internal static class HelmSources
{
    private const string Comment = "# Source: ";

    /// <summary>
    /// The file of the workspace that Helm calls <paramref name="source"/>, for example <c>shop/charts/cache/templates/service.yaml</c>;
    /// for a file inside a packed subchart the <c>Chart.yaml</c> that asks for it; null when it is none of the chart's.
    /// </summary>
    public static string? ToWorkspace(string source, ChartRendering chart, SourceFiles sources)
    {
        if (!source.StartsWith(chart.Name + "/", StringComparison.Ordinal) || source.Split('/').Contains(".."))
            return null;
        var directory = chart.Directory;
        var rest = source[(chart.Name.Length + 1)..];
        while (rest.StartsWith("charts/", StringComparison.Ordinal) && rest.Split('/', 3) is [_, var name, var inner])
        {
            var charts = WorkspacePath.Join(directory, "charts");
            var plain = WorkspacePath.Join(charts, name);
            var at = sources.Open(WorkspacePath.Join(plain, ChartDiscovery.FileName)) is null ? Unpacked(charts, name, sources) : plain;
            if (at is null)
                return WorkspacePath.Join(chart.Directory, ChartDiscovery.FileName);
            (directory, rest) = (at, inner);
        }

        return WorkspacePath.Join(directory, rest);
    }

    /// <summary>The name that Helm gives in the comment above the document that starts at <paramref name="line"/> (from 1); null if there is none.</summary>
    public static string? Of(string[] lines, int line)
    {
        for (var i = Math.Min(line, lines.Length) - 1; i > 0; i--)
        {
            if (lines[i].StartsWith(Comment, StringComparison.Ordinal) && lines[i - 1] == "---")
                return lines[i][Comment.Length..].Trim();
        }

        return null;
    }

    private static string? Unpacked(string charts, string name, SourceFiles sources)
    {
        var full = Path.Combine(sources.Workspace, charts);
        return Directory.Exists(full)
            ? Directory.EnumerateDirectories(full).Select(d => WorkspacePath.Join(charts, Path.GetFileName(d))).Order(StringComparer.Ordinal)
                .FirstOrDefault(d => sources.Content(WorkspacePath.Join(d, ChartDiscovery.FileName))?["name"] is YamlScalar scalar && scalar.Value == name)
            : null;
    }
}
