namespace Actions.Shared.Manifests.Rendering;

/// <summary>What a kustomization does with something that it refers to.</summary>
internal enum KustomizeRole
{
    /// <summary>Renders it.</summary>
    Resource,

    /// <summary>Applies it as a component.</summary>
    Component,

    /// <summary>Merges it into an object.</summary>
    Patch,

    /// <summary>Reads how to transform, generate, validate or replace from it, or from the objects that it renders to.</summary>
    Config,

    /// <summary>Puts its content into a ConfigMap or Secret.</summary>
    GeneratorInput,
}

/// <summary>An entry of a kustomization file that names a file or directory.</summary>
/// <param name="Entry">Where it stands.</param>
/// <param name="Path">The path or address in it, as written.</param>
/// <param name="Role">What for.</param>
internal sealed record KustomizeReference(YamlScalar Entry, string Path, KustomizeRole Role);

/// <summary>A kustomization file. <see href="https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/"/></summary>
internal sealed record Kustomization(string File, string Directory, YamlMapping? Content)
{
    /// <summary>The names that kustomize looks for, in its order.</summary>
    public static readonly string[] FileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    public bool IsComponent { get; } = Text(Content?["kind"]) == "Component";

    public IReadOnlyList<KustomizeReference> References { get; } = Content is null ? [] : [.. ReadReferences(Content)];

    public bool UsesHelm { get; } = Content?["helmCharts"] is not null || Content?["helmChartInflationGenerator"] is not null;

    public static bool IsFileName(string name) => FileNames.Contains(name, StringComparer.Ordinal);

    /// <summary>
    /// Whether a file with the right name is kustomize's: Flux calls a custom resource Kustomization too, and people keep it in
    /// a file of that name.
    /// </summary>
    public static bool IsKustomization(YamlMapping? content) =>
        Text(content?["apiVersion"]) is not { Length: > 0 } version || version.StartsWith("kustomize.config.k8s.io/", StringComparison.Ordinal);

    /// <summary>
    /// Whether kustomize would fetch it: an address with a scheme, an scp-like <c>user@host:path</c>, one of the short forms
    /// of GitHub, or a repository by its <c>.git</c> or <c>?ref=</c>.
    /// </summary>
    public static bool IsRemote(string path) =>
        path.Contains("://", StringComparison.Ordinal)
        || path.Contains("::", StringComparison.Ordinal)
        || path.StartsWith("gh:", StringComparison.OrdinalIgnoreCase)
        || path.StartsWith("github.com/", StringComparison.OrdinalIgnoreCase)
        || path.StartsWith("github.com:", StringComparison.OrdinalIgnoreCase)
        || path.Contains("?ref=", StringComparison.Ordinal)
        || path.Contains("?version=", StringComparison.Ordinal)
        || (!path.StartsWith('.') && path.Contains(".git/", StringComparison.Ordinal))
        || (!path.StartsWith('.') && path.EndsWith(".git", StringComparison.Ordinal))
        || IsScpLike(path);

    /// <summary>The charts that it inflates: directory of the chart if it is at hand, and where the entry stands.</summary>
    public IEnumerable<(string Directory, YamlNode Entry)> Charts()
    {
        var home = Text(Content?.Find("helmGlobals", "chartHome")) ?? "charts";
        foreach (var chart in Items(Content?["helmCharts"]).OfType<YamlMapping>())
            yield return (WorkspacePath.Join(Directory, $"{home}/{Text(chart["name"])}"), chart);
        foreach (var chart in Items(Content?["helmChartInflationGenerator"]).OfType<YamlMapping>())
            yield return (WorkspacePath.Join(Directory, $"{Text(chart["chartHome"]) ?? home}/{Text(chart["chartName"])}"), chart);
    }

    internal static IEnumerable<YamlNode> Items(YamlNode? node) => node as YamlSequence ?? Enumerable.Empty<YamlNode>();

    internal static string? Text(YamlNode? node) => (node as YamlScalar)?.Value;

    private static bool IsScpLike(string path)
    {
        var at = path.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && path.IndexOf('/', StringComparison.Ordinal) is var slash
            && (slash < 0 || slash > at) && path.IndexOf(':', at) > at;
    }

    private static IEnumerable<KustomizeReference> ReadReferences(YamlMapping content)
    {
        var direct = new (string Field, KustomizeRole Role)[]
        {
            ("resources", KustomizeRole.Resource),
            ("bases", KustomizeRole.Resource),
            ("components", KustomizeRole.Component),
            ("patchesStrategicMerge", KustomizeRole.Patch),
            ("configurations", KustomizeRole.Config),
            ("crds", KustomizeRole.Config),
            ("generators", KustomizeRole.Config),
            ("transformers", KustomizeRole.Config),
            ("validators", KustomizeRole.Config),
        };
        var nested = new (string Field, string[] Keys, KustomizeRole Role)[]
        {
            ("patches", ["path"], KustomizeRole.Patch),
            ("patchesJson6902", ["path"], KustomizeRole.Patch),
            ("replacements", ["path"], KustomizeRole.Config),
            ("helmCharts", ["valuesFile", "additionalValuesFiles"], KustomizeRole.Config),
            ("helmChartInflationGenerator", ["values"], KustomizeRole.Config),
            ("configMapGenerator", ["files", "envs", "env"], KustomizeRole.GeneratorInput),
            ("secretGenerator", ["files", "envs", "env"], KustomizeRole.GeneratorInput),
        };

        var entries = new List<(YamlNode? Entry, KustomizeRole Role)>();
        foreach (var (field, role) in direct)
            entries.AddRange(Items(content[field]).Select(e => ((YamlNode?)e, role)));
        foreach (var (field, keys, role) in nested)
        {
            foreach (var value in Items(content[field]).SelectMany(item => keys.Select(key => item.Find(key))))
                entries.AddRange(value is YamlSequence list ? list.Select(e => ((YamlNode?)e, role)) : [(value, role)]);
        }

        entries.Add((content.Find("openapi", "path"), KustomizeRole.Config));
        foreach (var (entry, role) in entries)
        {
            if (entry is not YamlScalar { Value.Length: > 0 } scalar || IsInline(scalar.Value))
                continue;
            var path = scalar.Value;
            if (role == KustomizeRole.GeneratorInput && path.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 && !IsRemote(path))
                path = path[(equals + 1)..];
            yield return new KustomizeReference(scalar, path, role);
        }
    }

    /// <summary>Patches, generators and transformers may be written out in place of a path.</summary>
    private static bool IsInline(string value) => value.Contains('\n') || value.AsSpan().TrimStart() is ['{' or '[', ..];
}
