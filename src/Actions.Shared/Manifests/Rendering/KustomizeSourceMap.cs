using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>
/// Follows an object that kustomize rendered back through what changed it, last change first: replica counts, images, labels and
/// namespace of each kustomization, its patches, and in the end the file or the generator that the object came from.
/// </summary>
/// <param name="sources">Opens the workspace's files.</param>
/// <param name="root">The rendered object.</param>
/// <param name="origin">Where kustomize says that it came from.</param>
/// <param name="kustomizations">The kustomization files that changed it, first to last; relative to the workspace.</param>
/// <param name="fallback">The kustomization that was rendered.</param>
internal sealed class KustomizeSourceMap(
    SourceFiles sources, YamlMapping root, KustomizeOrigin origin, IReadOnlyList<string> kustomizations, string fallback) : SourceMap
{
    private readonly string _kind = Kustomization.Text(root["kind"]) ?? "";
    private readonly string _name = Kustomization.Text(root.Find("metadata", "name")) ?? "";

    public override SourceLocation Locate(string pointer, TextRegion renderedRegion)
    {
        var whole = RenderedPath.Find(root, pointer, renderedRegion);
        var source = SourceObject();
        for (var path = whole; path is not null; path = path.Parent)
        {
            if (At(path, source) is { } location)
                return location;
        }

        return origin.Generator is null ? new SourceLocation(origin.Path ?? fallback) : Generated(whole);
    }

    private SourceLocation? At(RenderedPath path, YamlMapping? source)
    {
        var sourceName = Kustomization.Text(source?.Find("metadata", "name")) ?? _name;
        var atSource = source is null ? null : path.Follow(source);
        var isInSource = atSource?.Count == path.Steps.Count;
        foreach (var file in kustomizations.Reverse())
        {
            if (path.Parent is null || sources.Kustomization(file) is not { } kustomization)
                continue;
            if (Setting(kustomization, path, source, sourceName) is { } setting)
                return new SourceLocation(file, setting);
            foreach (var patch in KustomizePatches.Of(kustomization, sources).Reverse().Where(p => p.Targets(_kind, sourceName, _name)))
            {
                foreach (var found in patch.Find(path))
                {
                    if (path.Target is YamlScalar ? RenderedPath.AreEqual(found.Node, path.Target) : !isInSource)
                        return new SourceLocation(patch.File, patch.Region(found, path.IsKey));
                }
            }
        }

        return isInSource ? new SourceLocation(origin.Path!, Region(atSource![^1], path.IsKey)) : null;
    }

    private static TextRegion Region(NodeStep step, bool isKey) => isKey && step.Key is { } key ? key.Region : step.Node.Region;

    /// <summary>The object in the file that it came from: of the same kind, and with the name from which this one's was made.</summary>
    private YamlMapping? SourceObject()
    {
        if (origin.Path is null || origin.Generator is not null || sources.Open(origin.Path) is not { } file)
            return null;
        var objects = SourceFiles.Objects(file).Select(o => o.Body).ToArray();
        var group = Group(root);
        var alike = objects.Where(o => Kustomization.Text(o["kind"]) == _kind && Group(o) == group).ToArray();
        return Named(alike, o => Kustomization.Text(o.Find("metadata", "name")))
            ?? (alike.Length == 1 ? alike[0] : objects.Length == 1 ? objects[0] : null);
    }

    private T? Named<T>(IEnumerable<T> candidates, Func<T, string?> nameOf)
        where T : class => candidates
            .Where(c => nameOf(c) is { Length: > 0 } name && _name.Contains(name, StringComparison.Ordinal))
            .OrderByDescending(c => nameOf(c)!.Length)
            .FirstOrDefault();

    private static string Group(YamlMapping node) => Kustomization.Text(node["apiVersion"]) is { } version && version.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0
        ? version[..slash]
        : "";

    /// <summary>The setting of a kustomization that gave the field its value.</summary>
    private TextRegion? Setting(Kustomization kustomization, RenderedPath path, YamlMapping? source, string sourceName)
    {
        if (kustomization.Content is not { } content || path.Target is not YamlScalar { Value: var value })
            return null;
        string?[] keys = [.. path.Keys];
        switch (keys)
        {
            case ["spec", "replicas"]:
                var counts = Kustomization.Items(content["replicas"]).OfType<YamlMapping>();
                return counts.Where(c => Is(c["name"], sourceName) || Is(c["name"], _name))
                    .Select(c => c["count"]).FirstOrDefault(c => Is(c, value))?.Region;
            case ["metadata", "namespace"]:
                return Is(content["namespace"], value) && Kustomization.Text(source?.Find("metadata", "namespace")) != value
                    ? content["namespace"]!.Region
                    : null;
            case [.., "image"]:
                return Image(content, value);
            case [.., "labels" or "matchLabels" or "selector", { } label]:
                return Pair(content["commonLabels"], label, value)
                    ?? Kustomization.Items(content["labels"]).Select(l => Pair(l.Find("pairs"), label, value)).FirstOrDefault(r => r is not null);
            case [.., "annotations", { } annotation]:
                return Pair(content["commonAnnotations"], annotation, value);
            case ["data" or "stringData" or "binaryData", { } key] when origin.Generator is not null:
                return Generators(content, _kind + "Generator").Where(g => g["name"] is YamlScalar s && _name.Contains(s.Value, StringComparison.Ordinal))
                    .Select(g => Datum(g, key)).FirstOrDefault(r => r is not null);
            default:
                return null;
        }

        TextRegion? Pair(YamlNode? pairs, string key, string text) =>
            (pairs as YamlMapping)?.TryGetEntry(key, out var entry) == true && Is(entry.Value, text)
                ? path.IsKey ? entry.Key.Region : entry.Value.Region
                : null;
    }

    private static TextRegion? Image(YamlMapping content, string value)
    {
        foreach (var image in Kustomization.Items(content["images"]).OfType<YamlMapping>().Reverse())
        {
            var result = Kustomization.Text(image["newName"]) ?? Kustomization.Text(image["name"]);
            if (result is null || !value.StartsWith(result, StringComparison.Ordinal) || (value.Length > result.Length && value[result.Length] is not (':' or '@')))
                continue;
            foreach (var field in new[] { "digest", "newTag", "tagSuffix" })
            {
                if (image[field] is YamlScalar setting && value.EndsWith(setting.Value, StringComparison.Ordinal))
                    return setting.Region;
            }

            if (image["newName"] is { } name)
                return name.Region;
        }

        return null;
    }

    private SourceLocation Generated(RenderedPath path)
    {
        var file = origin.Path!;
        if (sources.Kustomization(file)?.Content is { } content)
        {
            if (origin.Generator == "HelmChartInflationGenerator")
            {
                var charts = Kustomization.Items(content["helmCharts"]).OfType<YamlMapping>().ToArray();
                var chart = Named(charts, c => Kustomization.Text(c["releaseName"]) ?? Kustomization.Text(c["name"])) ?? charts.FirstOrDefault();
                return new SourceLocation(file, (chart?["name"] ?? content["helmChartInflationGenerator"])?.Region);
            }

            var field = origin.Generator == "SecretGenerator" ? "secretGenerator" : "configMapGenerator";
            var generator = Named(Generators(content, field), g => Kustomization.Text(g["name"]));
            if (generator is not null)
            {
                string?[] keys = [.. path.Keys];
                var datum = keys is ["data" or "stringData" or "binaryData", { } key, ..] ? Datum(generator, key) : null;
                return new SourceLocation(file, datum ?? generator["name"]!.Region);
            }

            var inline = Kustomization.Items(content["generators"]).OfType<YamlScalar>()
                .FirstOrDefault(g => origin.GeneratorName is { Length: > 0 } name && g.Value.Contains(name, StringComparison.Ordinal));
            return new SourceLocation(file, inline?.Region);
        }

        var config = sources.Open(file) is { } opened
            ? SourceFiles.Objects(opened).Select(o => o.Body).FirstOrDefault(o => Is(o["kind"], origin.Generator!) && Is(o.Find("metadata", "name"), origin.GeneratorName ?? ""))
            : null;
        return new SourceLocation(file, config?.Find("metadata", "name")?.Region);
    }

    private static IEnumerable<YamlMapping> Generators(YamlMapping content, string field) => Kustomization.Items(
        content.FirstOrDefault(e => string.Equals(e.Key.Value, field, StringComparison.OrdinalIgnoreCase)).Value).OfType<YamlMapping>();

    private static TextRegion? Datum(YamlMapping generator, string key)
    {
        var literals = Kustomization.Items(generator["literals"]).OfType<YamlScalar>().Where(l => l.Value.StartsWith(key + "=", StringComparison.Ordinal));
        var files = Kustomization.Items(generator["files"]).OfType<YamlScalar>()
            .Where(f => f.Value.StartsWith(key + "=", StringComparison.Ordinal) || WorkspacePath.NameOf(f.Value) == key);
        var envs = Kustomization.Items(generator["envs"]).Append(generator["env"]).OfType<YamlScalar>();
        return literals.Concat(files).Concat(envs).FirstOrDefault()?.Region;
    }

    private static bool Is(YamlNode? node, string value) => node is YamlScalar scalar && scalar.Value == value;
}
