using System.Globalization;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>One step into a document: the node reached and, inside a mapping, the key that led to it.</summary>
internal readonly record struct NodeStep(YamlNode Node, YamlScalar? Key);

/// <summary>
/// A place in a rendered object: the way to it and whether the key or the value is meant. It can be followed in another document
/// of the same shape.
/// </summary>
internal sealed class RenderedPath
{
    /// <summary>
    /// Fields that tell the items of a list apart, most telling first: the merge keys of Kubernetes' own types.
    /// </summary>
    private static readonly string[] ItemKeys =
        ["name", "containerPort", "mountPath", "devicePath", "port", "topologyKey", "ip", "key", "host", "path", "type"];

    private RenderedPath(IReadOnlyList<NodeStep> steps, bool isKey)
    {
        Steps = steps;
        IsKey = isKey;
    }

    /// <summary>From the root of the object to the place, both included.</summary>
    public IReadOnlyList<NodeStep> Steps { get; }

    /// <summary>Whether the key of the last step is meant rather than its value.</summary>
    public bool IsKey { get; }

    public YamlNode Target => Steps[^1].Node;

    /// <summary>The names of mapping keys on the way; null for items of lists.</summary>
    public IEnumerable<string?> Keys => Steps.Skip(1).Select(s => s.Key?.Value);

    /// <summary>The way to what holds the place; null at the root.</summary>
    public RenderedPath? Parent => Steps.Count == 1 ? null : new RenderedPath([.. Steps.Take(Steps.Count - 1)], isKey: Steps[^2].Key is not null);

    /// <summary>Finds what <paramref name="region"/> covers on the way that <paramref name="pointer"/> describes, or near it.</summary>
    public static RenderedPath Find(YamlNode root, string pointer, TextRegion region)
    {
        var steps = new List<NodeStep> { new(root, null) };
        foreach (var step in JsonPointer.Parse(pointer))
        {
            if (Child(steps[^1].Node, step) is not { } next)
                break;
            steps.Add(next);
        }

        for (var length = steps.Count; length > 0; length--)
        {
            if (steps[length - 1].Key is { } key && key.Region == region)
                return new RenderedPath([.. steps.Take(length)], isKey: true);
            if (steps[length - 1].Node.Region == region)
                return new RenderedPath([.. steps.Take(length)], isKey: false);
        }

        while (Children(steps[^1].Node).FirstOrDefault(c => Contains(c.Node.Region, region) || c.Key?.Region == region) is { Node: not null } inner)
        {
            steps.Add(inner);
            if (inner.Key?.Region == region)
                return new RenderedPath(steps, isKey: true);
            if (inner.Node.Region == region)
                break;
        }

        return new RenderedPath(steps, isKey: steps[^1].Key is not null && !Contains(steps[^1].Node.Region, region));
    }

    /// <summary>The way in another document, as far as it exists there; at least its root.</summary>
    public IReadOnlyList<NodeStep> Follow(YamlNode other, int from = 0)
    {
        var found = new List<NodeStep> { new(other, null) };
        for (var i = from + 1; i < Steps.Count; i++)
        {
            NodeStep? next = Steps[i].Key is { } key
                ? found[^1].Node is YamlMapping mapping && mapping.TryGetEntry(key.Value, out var entry) ? new NodeStep(entry.Value, entry.Key) : null
                : Item(Steps[i - 1].Node, Steps[i].Node, found[^1].Node);
            if (next is null)
                break;
            found.Add(next.Value);
        }

        return found;
    }

    /// <summary>Whether two nodes hold the same, however they are written.</summary>
    public static bool AreEqual(YamlNode a, YamlNode b) => (a, b) switch
    {
        (YamlScalar x, YamlScalar y) => x.Value == y.Value || (x.Type == YamlScalarType.Null && y.Type == YamlScalarType.Null),
        (YamlSequence x, YamlSequence y) => x.Count == y.Count && x.Zip(y).All(p => AreEqual(p.First, p.Second)),
        (YamlMapping x, YamlMapping y) => x.Count == y.Count && x.All(e => y.TryGetValue(e.Key.Value, out var value) && AreEqual(e.Value, value)),
        _ => false,
    };

    /// <summary>The item of another list that stands for <paramref name="item"/>: by its name or other merge key, by content, by place.</summary>
    private static NodeStep? Item(YamlNode list, YamlNode item, YamlNode other)
    {
        if (other is not YamlSequence candidates || list is not YamlSequence own)
            return null;
        var index = IndexOf(own, item);
        var hasOwnName = false;
        foreach (var key in item is YamlMapping ? ItemKeys : [])
        {
            if (item.Find(key) is not YamlScalar { Value: var value })
                continue;
            var matches = candidates.Where(c => IsText(c.Find(key), value)).Take(2).ToArray();
            if (matches.Length == 1)
                return new NodeStep(matches[0], null);

            // It may have been renamed on the way; then nothing else in the rendered list has the name at its place.
            hasOwnName |= matches.Length == 0 && index < candidates.Count
                && candidates[index].Find(key) is YamlScalar { Value: var theirs } && own.Any(o => IsText(o.Find(key), theirs));
        }

        if (index < candidates.Count && AreEqual(candidates[index], item))
            return new NodeStep(candidates[index], null);
        if (candidates.FirstOrDefault(c => AreEqual(c, item)) is { } equal)
            return new NodeStep(equal, null);
        return !hasOwnName && candidates.Count == own.Count ? new NodeStep(candidates[index], null) : null;
    }

    private static bool IsText(YamlNode? node, string value) => node is YamlScalar scalar && scalar.Value == value;

    private static int IndexOf(YamlSequence list, YamlNode item)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (ReferenceEquals(list[i], item))
                return i;
        }

        return int.MaxValue;
    }

    private static NodeStep? Child(YamlNode node, string step) => node switch
    {
        YamlMapping mapping when mapping.TryGetEntry(step, out var entry) => new NodeStep(entry.Value, entry.Key),
        YamlSequence list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < list.Count => new NodeStep(list[i], null),
        _ => null,
    };

    private static IEnumerable<NodeStep> Children(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Select(e => new NodeStep(e.Value, e.Key)),
        YamlSequence list => list.Select(i => new NodeStep(i, null)),
        _ => [],
    };

    private static bool Contains(TextRegion outer, TextRegion inner) =>
        (outer.StartLine, outer.StartColumn).CompareTo((inner.StartLine, inner.StartColumn)) <= 0
        && (outer.EndLine, outer.EndColumn).CompareTo((inner.EndLine, inner.EndColumn)) >= 0;
}
