using System.Text.RegularExpressions;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>Finds the places of a document that name images.</summary>
internal sealed partial class ImageLocator
{
    private readonly ManifestFile _file;
    private readonly IReadOnlyList<FieldPattern> _patterns;
    private readonly List<ImageSlot> _slots = [];
    private readonly HashSet<YamlNode> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> _path = [];
    private string? _globalRegistry;

    private ImageLocator(ManifestFile file, IReadOnlyList<FieldPattern> patterns)
    {
        _file = file;
        _patterns = patterns;
    }

    /// <summary>The places in the order in which they are met; each scalar once.</summary>
    public static IReadOnlyList<ImageSlot> Find(ManifestFile file, YamlDocument document, IReadOnlyList<FieldPattern> patterns)
    {
        if (document.Root is not YamlMapping root)
        {
            return [];
        }

        var locator = new ImageLocator(file, patterns);
        locator.Document(root);
        locator.Markers(document, root);
        return locator.Distinct();
    }

    /// <summary>The paths that lead to each of some scalars: more than one where an alias or a merge key repeats it. At most a hundred are listed.</summary>
    public static IReadOnlyDictionary<YamlNode, List<string>> PathsTo(IEnumerable<YamlScalar> wanted, YamlNode root)
    {
        var found = new Dictionary<YamlNode, List<string>>(ReferenceEqualityComparer.Instance);
        foreach (var scalar in wanted)
        {
            found[scalar] = [];
        }

        Visit(root, "", found);
        return found;

        static void Visit(YamlNode node, string pointer, Dictionary<YamlNode, List<string>> found)
        {
            switch (node)
            {
                case YamlScalar when found.TryGetValue(node, out var paths) && paths.Count < MaxUsers:
                    paths.Add(pointer);
                    break;
                case YamlMapping mapping:
                    foreach (var entry in mapping)
                    {
                        Visit(entry.Value, Child(pointer, entry.Key.Value), found);
                    }

                    break;
                case YamlSequence sequence:
                    for (var i = 0; i < sequence.Count; i++)
                    {
                        Visit(sequence[i], $"{pointer}/{i}", found);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private const int MaxUsers = 100;

    /// <summary>Whether kustomize takes the document for one of its own.</summary>
    public static bool IsKustomization(string path, YamlMapping root)
    {
        var (group, kind) = (Text(root["apiVersion"]), Text(root["kind"]));
        return (kind is "Kustomization" or "Component" && group.StartsWith("kustomize.config.k8s.io/", StringComparison.Ordinal))
            || (IsKustomizationName(path) && kind is "" or "Kustomization" && group.Length == 0);
    }

    public static bool IsKustomizationName(string path) => path[(path.LastIndexOf('/') + 1)..] is "kustomization.yaml" or "kustomization.yml" or "Kustomization";

    public static bool IsEncrypted(YamlMapping root) => root["sops"] is YamlMapping sops && (sops["mac"] ?? sops["lastmodified"] ?? sops["version"]) is not null;

    private void Document(YamlMapping root)
    {
        var (version, kind) = (Text(root["apiVersion"]), Text(root["kind"]));
        if (IsKustomization(_file.Path, root))
        {
            Kustomization(root["images"], "/images");
        }
        else if (version.Length > 0 && kind.Length > 0)
        {
            Object(root, "");
        }
        else if (ValuesFile().IsMatch(_file.Path))
        {
            Values(root, "");
        }

        if (_patterns.Count > 0 && kind != "CustomResourceDefinition")
        {
            _seen.Clear();
            Patterns(root, "");
        }
    }

    private void Object(YamlMapping body, string pointer)
    {
        var (version, kind) = (Text(body["apiVersion"]), Text(body["kind"]));
        if (kind == "CustomResourceDefinition")
        {
            return;
        }

        if (kind.EndsWith("List", StringComparison.Ordinal) && body["items"] is YamlSequence items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (items[i] is YamlMapping item)
                {
                    Object(item, $"{pointer}/items/{i}");
                }
            }

            return;
        }

        if (kind == "HelmRelease" && version.StartsWith("helm.toolkit.fluxcd.io/", StringComparison.Ordinal) && body.Find("spec", "values") is YamlMapping values)
        {
            Values(values, pointer + "/spec/values");
        }
        else if (kind == "Kustomization" && version.StartsWith("kustomize.toolkit.fluxcd.io/", StringComparison.Ordinal))
        {
            Kustomization(body.Find("spec", "images"), pointer + "/spec/images");
        }

        Containers(body, pointer);
    }

    /// <summary>By the names of lists, as kustomize does it: so the pods in objects of unknown kinds are found too.</summary>
    private void Containers(YamlNode node, string pointer)
    {
        if (node is YamlSequence sequence && _seen.Add(sequence))
        {
            for (var i = 0; i < sequence.Count; i++)
            {
                Containers(sequence[i], $"{pointer}/{i}");
            }
        }

        if (node is not YamlMapping mapping || !_seen.Add(mapping))
        {
            return;
        }

        foreach (var entry in mapping)
        {
            var place = Child(pointer, entry.Key.Value);
            if (entry.Value is YamlSequence items && entry.Key.Value is "containers" or "initContainers" or "ephemeralContainers" or "volumes")
            {
                for (var i = 0; i < items.Count; i++)
                {
                    Item(entry.Key.Value, items[i], $"{place}/{i}");
                }
            }

            if (entry.Value is not YamlScalar)
            {
                Containers(entry.Value, place);
            }
        }
    }

    private void Item(string list, YamlNode item, string pointer)
    {
        if (item is not YamlMapping mapping || !mapping.TryGetEntry("image", out var image))
        {
            return;
        }

        if (list != "volumes" && image.Value is YamlScalar scalar)
        {
            _slots.Add(new ImageSlot(ImageSource.Container, pointer, mapping)
            {
                Reference = new ImageField(image.Key, scalar, pointer + "/image"),
                Container = Text(mapping["name"]),
            });
        }
        else if (list == "volumes" && image.Value is YamlMapping volume && Field(volume, "reference", pointer + "/image") is { } reference)
        {
            _slots.Add(new ImageSlot(ImageSource.Volume, pointer, volume) { Reference = reference });
        }
    }

    private void Kustomization(YamlNode? images, string pointer)
    {
        if (images is not YamlSequence sequence)
        {
            return;
        }

        for (var i = 0; i < sequence.Count; i++)
        {
            var place = $"{pointer}/{i}";
            if (sequence[i] is YamlMapping entry && Field(entry, "name", place) is { } name)
            {
                _slots.Add(new ImageSlot(ImageSource.Kustomization, place, entry)
                {
                    Name = name,
                    NewName = Field(entry, "newName", place),
                    Tag = Field(entry, "newTag", place),
                    Digest = Field(entry, "digest", place),
                    HasTagSuffix = entry["tagSuffix"] is not null,
                });
            }
        }
    }

    private void Values(YamlMapping root, string pointer)
    {
        _globalRegistry = root.Find("global", "imageRegistry") is YamlScalar { Type: not YamlScalarType.Null, Value.Length: > 0 } registry ? registry.Value : null;
        Values(root, pointer, "");
        _globalRegistry = null;
        _seen.Clear();
    }

    private void Values(YamlNode node, string pointer, string key)
    {
        if (node is YamlSequence sequence && _seen.Add(sequence))
        {
            for (var i = 0; i < sequence.Count; i++)
            {
                Values(sequence[i], $"{pointer}/{i}", "");
            }
        }

        if (node is not YamlMapping mapping || !_seen.Add(mapping))
        {
            return;
        }

        var isImage = IsImageKey(key);
        if (Parts(mapping, pointer, isImage) is { } parts)
        {
            _slots.Add(parts);
        }

        foreach (var entry in mapping)
        {
            var place = Child(pointer, entry.Key.Value);
            if (entry.Value is not YamlScalar scalar)
            {
                Values(entry.Value, place, entry.Key.Value);
            }
            else if (IsImageKey(entry.Key.Value))
            {
                var hasOwnTag = ImageReference.TryParse(scalar.Value, out var reference) && (reference.Tag ?? reference.Digest) is not null;
                _slots.Add(new ImageSlot(ImageSource.HelmValues, pointer, mapping)
                {
                    Reference = new ImageField(entry.Key, scalar, place),
                    Tag = hasOwnTag || entry.Key.Value != "image" ? null : Field(mapping, "tag", pointer) ?? Field(mapping, "version", pointer),
                    Container = mapping["name"] is YamlScalar name ? name.Value : null,
                });
            }
        }
    }

    private ImageSlot? Parts(YamlMapping mapping, string pointer, bool isImage)
    {
        var tag = Field(mapping, "tag", pointer) ?? Field(mapping, "version", pointer);
        var digest = Field(mapping, "digest", pointer);
        var registry = Field(mapping, "registry", pointer);
        var name = Field(mapping, "repository", pointer) ?? (isImage && (tag ?? digest) is not null ? Field(mapping, "name", pointer) : null);
        return name is null || (!isImage && (tag ?? digest) is null)
            ? null
            : new ImageSlot(ImageSource.HelmValues, pointer, mapping)
            {
                Name = name,
                Registry = registry,
                Tag = tag,
                Digest = digest,
                GlobalRegistry = _globalRegistry,
            };
    }

    private void Patterns(YamlNode node, string pointer)
    {
        if (_patterns.Any(p => p.Matches(_path)))
        {
            if (node is YamlScalar scalar)
            {
                _slots.Add(new ImageSlot(ImageSource.Path, pointer, scalar) { Reference = new ImageField(null, scalar, pointer) });
            }
            else if (node is YamlMapping parts && Parts(parts, pointer, isImage: true) is { } slot)
            {
                _slots.Add(slot with { Source = ImageSource.Path });
            }
        }

        // A collection is entered once for each place, as patterns speak of places; the loader bounds what aliases add.
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping)
                {
                    _path.Add(entry.Key.Value);
                    Patterns(entry.Value, Child(pointer, entry.Key.Value));
                    _path.RemoveAt(_path.Count - 1);
                }

                break;
            case YamlSequence sequence:
                for (var i = 0; i < sequence.Count; i++)
                {
                    _path.Add(i.ToString());
                    Patterns(sequence[i], $"{pointer}/{i}");
                    _path.RemoveAt(_path.Count - 1);
                }

                break;
            default:
                break;
        }
    }

    private void Markers(YamlDocument document, YamlMapping root)
    {
        var text = _file.Text.AsSpan(document.Span.StartOffset, document.Span.EndOffset - document.Span.StartOffset);
        if (!text.Contains("$imagepolicy", StringComparison.Ordinal) || Text(root["kind"]) == "CustomResourceDefinition")
        {
            return;
        }

        var lines = new Dictionary<int, ImageField>();
        _seen.Clear();
        Collect(root, "", lines);
        foreach (var field in lines.OrderBy(l => l.Key).Select(l => l.Value))
        {
            var rest = _file.Text.AsSpan(field.Value.Span.EndOffset);
            var end = rest.IndexOfAny('\n', '\r');
            var match = Marker().Match(new string(end < 0 ? rest : rest[..end]));
            if (match.Success)
            {
                var part = match.Groups["part"].Value switch
                {
                    "name" => MarkerPart.Name,
                    "tag" => MarkerPart.Tag,
                    "digest" => MarkerPart.Digest,
                    _ => MarkerPart.Whole,
                };
                _slots.Add(new ImageSlot(ImageSource.Marker, field.Pointer, field.Value)
                {
                    Reference = field,
                    Policy = match.Groups["policy"].Value,
                    Part = part,
                });
            }
        }
    }

    /// <summary>The last scalar of each line; a block scalar ends before its comment could stand, so it is none.</summary>
    private void Collect(YamlNode node, string pointer, Dictionary<int, ImageField> lines, YamlScalar? key = null)
    {
        switch (node)
        {
            case YamlScalar scalar when scalar.Style is not (YamlScalarStyle.Literal or YamlScalarStyle.Folded):
                var line = scalar.Span.EndLine;
                if (!lines.TryGetValue(line, out var other) || other.Value.Span.EndOffset < scalar.Span.EndOffset)
                {
                    lines[line] = new ImageField(key, scalar, pointer);
                }

                break;
            case YamlMapping mapping when _seen.Add(mapping):
                foreach (var entry in mapping)
                {
                    Collect(entry.Value, Child(pointer, entry.Key.Value), lines, entry.Key);
                }

                break;
            case YamlSequence sequence when _seen.Add(sequence):
                for (var i = 0; i < sequence.Count; i++)
                {
                    Collect(sequence[i], $"{pointer}/{i}", lines);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>A place may be found twice: through an alias, or because a pattern or marker names what is known anyway. Markers stay beside.</summary>
    private List<ImageSlot> Distinct()
    {
        var known = new HashSet<(YamlNode?, YamlNode?, bool)>();
        return [.. _slots.Where(s => known.Add(((s.Reference ?? s.Name)?.Value, s.Tag?.Value, s.Policy is not null)))];
    }

    private static ImageField? Field(YamlMapping mapping, string key, string pointer) =>
        mapping.TryGetEntry(key, out var entry) && entry.Value is YamlScalar scalar ? new ImageField(entry.Key, scalar, $"{pointer}/{key}") : null;

    private static bool IsImageKey(string key) => key.EndsWith("image", StringComparison.OrdinalIgnoreCase);

    /// <summary>A key as a step of a JSON pointer.</summary>
    public static string Step(string key) =>
        key.AsSpan().ContainsAny('~', '/') ? key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : key;

    private static string Child(string pointer, string key) => $"{pointer}/{Step(key)}";

    private static string Text(YamlNode? node) => node is YamlScalar { Type: not YamlScalarType.Null } scalar ? scalar.Value : "";

    [GeneratedRegex(@"(?:^|[/.\-_])values(?:[.\-_][^/]*)?\.(?:ya?ml|json)\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValuesFile();

    [GeneratedRegex(@"^[ \t,\]}]*#[ \t]*\{[ \t]*""\$imagepolicy""[ \t]*:[ \t]*""(?<policy>[a-z0-9.-]+:[a-z0-9.-]+)(?::(?<part>name|tag|digest))?""[ \t]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
