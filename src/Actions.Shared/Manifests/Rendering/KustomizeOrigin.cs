namespace Actions.Shared.Manifests.Rendering;

/// <summary>Where kustomize says that an object came from. Paths are relative to the workspace.</summary>
/// <param name="Path">The file with the object, or the file that configures the generator; null when kustomize does not say.</param>
/// <param name="Generator">Kind of the generator, for example <c>ConfigMapGenerator</c>; null for an object from a file.</param>
/// <param name="GeneratorName">The name in the generator's own configuration; null if it has none.</param>
internal sealed record KustomizeOrigin(string? Path, string? Generator = null, string? GeneratorName = null)
{
    public const string Annotation = "config.kubernetes.io/origin";
    public const string TransformationsAnnotation = "alpha.config.kubernetes.io/transformations";

    /// <summary>Reads the annotations of a rendered object.</summary>
    /// <param name="root">The object.</param>
    /// <param name="toWorkspace">Turns a path as kustomize gives it into one relative to the workspace.</param>
    /// <param name="parse">Parses the text of an annotation.</param>
    /// <returns>Its origin, and the files that configured its transformations, first to last, each once at its last place.</returns>
    public static (KustomizeOrigin Origin, IReadOnlyList<string> Transformations) Read(
        YamlMapping root, Func<string, string> toWorkspace, Func<string, YamlNode?> parse)
    {
        var annotations = root.Find("metadata", "annotations") as YamlMapping;
        var origin = Parse<YamlMapping>(Annotation);
        var path = Text(origin?["path"]) ?? Text(origin?["configuredIn"]);
        var files = new List<string>();
        foreach (var transformation in Parse<YamlSequence>(TransformationsAnnotation) ?? Enumerable.Empty<YamlNode>())
        {
            if (Text(transformation.Find("configuredIn")) is not { } file)
                continue;
            file = toWorkspace(file);
            files.Remove(file);
            files.Add(file);
        }

        var by = origin?["configuredBy"];
        return (new KustomizeOrigin(path is null ? null : toWorkspace(path), Text(by?.Find("kind")), Text(by?.Find("name"))), files);

        T? Parse<T>(string annotation)
            where T : YamlNode => annotations?[annotation] is YamlScalar { Value: var text } ? parse(text) as T : null;

        static string? Text(YamlNode? node) => (node as YamlScalar)?.Value;
    }
}
