namespace Actions.Shared.Manifests.Rendering;

/// <summary>Reads what kustomize printed.</summary>
internal static class KustomizeOutput
{
    public static RenderingResult Read(
        string output, KustomizationRoot root, SourceFiles sources, Func<string, string> toWorkspace, CancellationToken cancellationToken)
    {
        var wanted = Kustomization.Items(sources.Content(root.File)?["buildMetadata"]).OfType<YamlScalar>().Select(s => s.Value).ToArray();
        string[] ours =
        [
            .. wanted.Contains("originAnnotations") ? Array.Empty<string>() : [KustomizeOrigin.Annotation],
            .. wanted.Contains("transformerAnnotations") ? Array.Empty<string>() : [KustomizeOrigin.TransformationsAnnotation],
        ];

        var file = YamlLoader.Load(root.File, output, cancellation: cancellationToken);
        var resources = SourceFiles.Objects(file).Select(rendered =>
        {
            var (origin, changedBy) = KustomizeOrigin.Read(rendered.Body, toWorkspace, ParseAnnotation);
            var body = Without(rendered.Body, ours);
            return new RenderedResource(rendered with { Body = body }, new KustomizeSourceMap(sources, body, origin, changedBy, root.File));
        });
        return new RenderingResult([.. resources], [], []);
    }

    private static YamlNode? ParseAnnotation(string text) => SourceFiles.Parse(text)?.Documents is [var only, ..] ? only.Root : null;

    /// <summary>The object without some annotations, and without the field when none is left.</summary>
    private static YamlMapping Without(YamlMapping root, string[] annotations)
    {
        if (root["metadata"] is not YamlMapping metadata || metadata["annotations"] is not YamlMapping all)
            return root;
        YamlEntry[] kept = [.. all.Where(a => !annotations.Contains(a.Key.Value))];
        return Replace(root, "metadata", Replace(metadata, "annotations", kept.Length == 0 ? null : new YamlMapping(all.Span, kept, all.Tag)));
    }

    private static YamlMapping Replace(YamlMapping mapping, string key, YamlNode? value) => new(
        mapping.Span,
        [.. mapping.Where(e => e.Key.Value != key || value is not null).Select(e => e.Key.Value == key ? e with { Value = value! } : e)],
        mapping.Tag);
}
