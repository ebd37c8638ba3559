using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>What kind of place names an image.</summary>
public enum ImageSource
{
    /// <summary><c>image</c> of a container, init container or ephemeral container, in any kind of object.</summary>
    Container,

    /// <summary><c>volumes[].image.reference</c>.</summary>
    Volume,

    /// <summary>An entry of <c>images</c> in a kustomization, or of <c>spec.images</c> in one of Flux.</summary>
    Kustomization,

    /// <summary>Values of a Helm chart, in a file of their own or in a HelmRelease of Flux.</summary>
    HelmValues,

    /// <summary>A field that the caller pointed at.</summary>
    Path,

    /// <summary>A field with the marker of a Flux image policy.</summary>
    Marker,
}

/// <summary>Which part of a reference the marker of a Flux image policy stands behind.</summary>
internal enum MarkerPart
{
    Whole,
    Name,
    Tag,
    Digest,
}

/// <summary>A scalar that says a part of an image, and its key; no key for an item of a sequence.</summary>
internal readonly record struct ImageField(YamlScalar? Key, YamlScalar Value, string Pointer)
{
    /// <summary>What it says; null for nothing.</summary>
    public string? Text => Value.Type == YamlScalarType.Null || Value.Value.Length == 0 ? null : Value.Value;
}

/// <summary>A place that names an image: one scalar with the whole reference, or fields with its parts.</summary>
internal sealed record ImageSlot(ImageSource Source, string Pointer, YamlNode Owner)
{
    /// <summary>The scalar with the whole reference, or with the name when <see cref="Tag"/> stands beside it.</summary>
    public ImageField? Reference { get; init; }

    public ImageField? Registry { get; init; }

    public ImageField? Name { get; init; }

    public ImageField? NewName { get; init; }

    public ImageField? Tag { get; init; }

    public ImageField? Digest { get; init; }

    public string? Container { get; init; }

    /// <summary><c>global.imageRegistry</c> of Helm values.</summary>
    public string? GlobalRegistry { get; init; }

    /// <summary>Whether <c>tagSuffix</c> of a kustomization stands beside.</summary>
    public bool HasTagSuffix { get; init; }

    public string? Policy { get; init; }

    public MarkerPart Part { get; init; }

    /// <summary>The field that shows the place to a reader.</summary>
    public ImageField Shown => Reference ?? Tag ?? Digest ?? NewName ?? Name!.Value;

    /// <summary>What the place says, tag and digest included; several where it depends on the chart, none where it is no reference.</summary>
    public IEnumerable<ImageReference> Images()
    {
        if (Reference is { } whole)
        {
            if (Part == MarkerPart.Whole && ImageReference.TryParse(whole.Value.Value, out var reference))
            {
                yield return Tag is null ? reference : Complete(reference);
            }

            yield break;
        }

        if ((NewName ?? Name)?.Text is not { } name)
        {
            yield break;
        }

        // Which of the two a chart takes is the chart's business.
        var registries = new List<string?>();
        if (GlobalRegistry is not null)
        {
            registries.Add(GlobalRegistry);
        }

        if (Registry?.Text is { } own && own != GlobalRegistry)
        {
            registries.Add(own);
        }
        else if (Registry?.Text is null)
        {
            registries.Add(null);
        }

        foreach (var registry in registries)
        {
            if (ImageReference.TryParse(registry is null ? name : $"{registry.TrimEnd('/')}/{name}", out var reference))
            {
                yield return Complete(reference);
            }
        }
    }

    private ImageReference Complete(ImageReference name)
    {
        var (tag, digest) = Split(Tag?.Text);
        return name.With(tag ?? name.Tag, Digest?.Text is { } own && ImageReference.IsDigest(own) ? own : digest ?? name.Digest);
    }

    /// <summary>Tag and digest out of a field that may hold <c>tag@digest</c>.</summary>
    public static (string? Tag, string? Digest) Split(string? text)
    {
        var at = text?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        var tag = at < 0 ? text : text![..at];
        var digest = at < 0 ? null : text![(at + 1)..];
        return (tag is not null && ImageReference.IsTag(tag) ? tag : null, digest is not null && ImageReference.IsDigest(digest) ? digest : null);
    }
}
