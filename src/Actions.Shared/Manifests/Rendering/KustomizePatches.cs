using System.Text.RegularExpressions;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>One patch of a kustomization: a partial object or a list of JSON patch operations (RFC 6902).</summary>
/// <param name="File">The file that it is written in.</param>
/// <param name="Content">What it holds; a mapping, or a sequence of operations.</param>
/// <param name="Target">The selector beside it; null if there is none.</param>
/// <param name="Inline">The scalar that it is written in, inside a kustomization file; null for a file of its own.</param>
/// <param name="Indent">Columns that the lines of <paramref name="Inline"/> are indented by; null when its lines are not lines of the file.</param>
internal sealed record KustomizePatch(string File, YamlNode Content, YamlMapping? Target, YamlScalar? Inline, int? Indent)
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether it may have been applied to an object with this kind and either of these names, before and after rendering.</summary>
    public bool Targets(string kind, string sourceName, string renderedName)
    {
        if (Target is not null)
            return Selects("kind", kind) && (Selects("name", sourceName) || Selects("name", renderedName));
        if (Content is not YamlMapping)
            return false;
        var ownName = Text(Content.Find("metadata", "name"));
        return Text(Content.Find("kind")) == kind && (ownName == sourceName || ownName == renderedName);
    }

    /// <summary>The places in the patch that may have given a rendered field its value, the last one first.</summary>
    public IEnumerable<NodeStep> Find(RenderedPath path)
    {
        if (Content is not YamlSequence operations)
        {
            var found = path.Follow(Content);
            return found.Count == path.Steps.Count ? [found[^1]] : [];
        }

        return operations.Reverse().Select(o => Find(path, o)).OfType<NodeStep>();
    }

    /// <summary>Where a place found in it stands in <see cref="File"/>.</summary>
    public TextRegion Region(NodeStep step, bool isKey)
    {
        var region = isKey && step.Key is { } key ? key.Region : step.Node.Region;
        if (Inline is null)
            return region;
        if (Indent is not { } indent)
            return Inline.Region;
        var line = Inline.Span.StartLine;
        return new TextRegion(region.StartLine + line, region.StartColumn + indent, region.EndLine + line, region.EndColumn + indent);
    }

    private static NodeStep? Find(RenderedPath path, YamlNode operation)
    {
        if (Text(operation.Find("op")) is not ("add" or "replace") || operation.Find("value") is not { } value || operation.Find("path") is not YamlScalar to)
            return null;
        var steps = JsonPointer.Parse(to.Value);
        if (!Leads(steps, path))
            return null;
        var found = path.Follow(value, steps.Length);
        if (found.Count != path.Steps.Count - steps.Length)
            return null;

        // The key of what an operation sets is the end of its path.
        return found.Count == 1 ? new NodeStep(value, to) : found[^1];
    }

    /// <summary>Whether a JSON patch path goes the same way; the numbers of items may have changed since.</summary>
    private static bool Leads(string[] steps, RenderedPath path) =>
        steps.Length < path.Steps.Count
        && steps.Zip(path.Keys).All(p => p.Second is null ? JsonPointer.IsIndex(p.First) : p.First == p.Second);

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.Value;

    private bool Selects(string field, string value)
    {
        if (Text(Target?[field]) is not { Length: > 0 } pattern)
            return true;
        try
        {
            return Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.CultureInvariant, PatternLimit);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return pattern == value;
        }
    }
}

/// <summary>Reads the patches of a kustomization, in the order in which kustomize applies them.</summary>
internal static class KustomizePatches
{
    public static IEnumerable<KustomizePatch> Of(Kustomization kustomization, SourceFiles sources)
    {
        var content = kustomization.Content;
        var entries = Kustomization.Items(content?["patchesStrategicMerge"]).Select(e => (Path: e, Text: e, Target: (YamlMapping?)null))
            .Concat(Kustomization.Items(content?["patches"]).Concat(Kustomization.Items(content?["patchesJson6902"]))
                .OfType<YamlMapping>().Select(e => (Path: e["path"]!, Text: e["patch"]!, Target: e["target"] as YamlMapping)));
        foreach (var (path, text, target) in entries)
        {
            if (path is YamlScalar file && !file.Value.Contains('\n') && sources.Open(WorkspacePath.Join(kustomization.Directory, file.Value)) is { } opened)
            {
                foreach (var document in opened.Documents)
                {
                    if (document.Root is { } root)
                        yield return new KustomizePatch(opened.Path, root, target, null, null);
                }
            }
            else if (text is YamlScalar inline && SourceFiles.Parse(inline.Value) is { } patch)
            {
                foreach (var document in patch.Documents)
                {
                    if (document.Root is { } root)
                        yield return new KustomizePatch(kustomization.File, root, target, inline, sources.IndentOf(kustomization.File, inline));
                }
            }
        }
    }
}
