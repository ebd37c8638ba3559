using System.Globalization;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>Makes one clear finding of what Helm prints when it cannot render a chart.</summary>
internal static partial class HelmFailure
{
    public static Finding Explain(string errorOutput, ChartRendering chart, SourceFiles sources, string workspace)
    {
        var message = Message(errorOutput).Replace(workspace + "/", "", StringComparison.Ordinal);
        var (location, hint) = Locate(message, chart, sources);
        var with = chart.ValuesFile is null ? "" : $" with {chart.ValuesFile}";
        return new Finding
        {
            Rule = RenderingRules.HelmRender.Id,
            Severity = RenderingRules.HelmRender.Severity,
            Location = location,
            Message = $"helm cannot render {chart.Name}{with}: {Spaces().Replace(message, " ")}",
            Hint = hint,
        };
    }

    private static string Message(string errorOutput)
    {
        var text = errorOutput.ReplaceLineEndings("\n");
        var start = text.StartsWith("Error: ", StringComparison.Ordinal) ? 0 : text.IndexOf("\nError: ", StringComparison.Ordinal) + 1;
        text = text[start..].Trim();
        text = text.StartsWith("Error: ", StringComparison.Ordinal) ? text["Error: ".Length..] : text;
        return text.Replace("Use --debug flag to render out invalid YAML", "", StringComparison.Ordinal).Trim();
    }

    private static (SourceLocation Location, string? Hint) Locate(string message, ChartRendering chart, SourceFiles sources)
    {
        var file = WorkspacePath.Join(chart.Directory, ChartDiscovery.FileName);
        var description = sources.Content(file);
        if (message.Contains("missing in charts/ directory", StringComparison.Ordinal))
        {
            var missing = message[(message.LastIndexOf(':') + 1)..].Split(',').Select(n => n.Trim()).ToArray();
            var entry = Kustomization.Items(description?["dependencies"]).FirstOrDefault(d => missing.Contains(Kustomization.Text(d.Find("name"))));
            return (
                new SourceLocation(file, (entry?.Find("name") ?? description?["dependencies"])?.Region),
                $"Run helm dependency build {chart.Directory} before the check, or commit the charts/ directory: nothing is downloaded here.");
        }

        if (message.Contains("don't meet the specifications of the schema", StringComparison.Ordinal))
        {
            var values = chart.ValuesFile ?? WorkspacePath.Join(chart.Directory, "values.yaml");
            var pointer = SchemaPointer().Match(message).Groups["pointer"].Value;
            var region = sources.Content(values) is { } content && pointer.Length > 0
                ? RenderedPath.Find(content, pointer, default).Steps[^1] is var step && step.Key is not null ? step.Node.Region : (TextRegion?)null
                : null;
            return (new SourceLocation(values, region), "Give values that the chart's values.schema.json accepts.");
        }

        if (chart.ValuesFile is { } test && message.Contains("failed to parse", StringComparison.Ordinal))
            return (new SourceLocation(test, Line(YamlLine().Match(message).Groups["line"].Value, "")), null);
        if (message.Contains("kubeVersion", StringComparison.Ordinal) && description?["kubeVersion"] is { } version)
            return (new SourceLocation(file, version.Region), "Widen kubeVersion, or check for a version that the chart supports.");

        var position = Positions().Matches(message).LastOrDefault(m => m.Groups["started"].Success) ?? Positions().Match(message);
        if (position.Success && HelmSources.ToWorkspace(position.Groups["file"].Value, chart, sources) is { } template)
        {
            var hint = chart.ValuesFile is null && (message.Contains("nil pointer", StringComparison.Ordinal) || message.StartsWith("execution error", StringComparison.Ordinal))
                ? $"Give the value a default, or give the values that the chart needs in {WorkspacePath.Join(chart.Directory, "ci/default-values.yaml")}."
                : null;
            return (new SourceLocation(template, Line(position.Groups["line"].Value, position.Groups["column"].Value)), hint);
        }

        return (new SourceLocation(file), null);
    }

    /// <summary>Helm counts lines from 1 and columns from 0.</summary>
    private static TextRegion? Line(string line, string column)
    {
        if (!int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var row) || row == 0)
            return null;
        var at = int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var c) ? c + 1 : 1;
        return new TextRegion(row, at, row, at);
    }

    [GeneratedRegex(@"(?<started>started at )?(?<file>[\w.-]+/(?:[\w .-]+/)*[\w.-]+\.(?:ya?ml|tpl|txt|json))(?::(?<line>\d+))?(?::(?<column>\d+))?")]
    private static partial Regex Positions();

    [GeneratedRegex(@"at '(?<pointer>/[^']*)'")]
    private static partial Regex SchemaPointer();

    [GeneratedRegex(@"\byaml: line (?<line>\d+)")]
    private static partial Regex YamlLine();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
