using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>
/// The objects of one deploy unit, with the look-ups that rules need. Built once in time linear in the objects.
/// Namespaces: an object that leaves its namespace to the deployment fits every namespace, so that nothing is called missing that may well be there.
/// </summary>
public sealed class ObjectGraph
{
    private static readonly IReadOnlyList<GraphObject> None = [];

    private readonly Dictionary<string, List<GraphObject>> _byKind = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Name), List<GraphObject>> _byName = [];
    private readonly Dictionary<(string Key, string Value), List<GraphObject>> _podsByLabel = [];

    /// <summary>Builds the look-ups.</summary>
    /// <param name="objects">The objects of one unit, in a deterministic order.</param>
    public ObjectGraph(IReadOnlyList<GraphObject> objects)
    {
        Objects = objects;
        var makers = new List<GraphObject>();
        foreach (var item in objects)
        {
            Add(_byKind, item.Kind, item);
            Add(_byName, (item.Kind, item.Name), item);
            if (item.Pod is not { } pod)
            {
                continue;
            }

            makers.Add(item);
            foreach (var label in pod.Metadata.Mapping("labels") ?? Enumerable.Empty<YamlEntry>())
            {
                if (label.Value is YamlScalar value)
                {
                    Add(_podsByLabel, (label.Key.Value, value.Value), item);
                }
            }
        }

        PodMakers = makers;
    }

    /// <summary>All objects, in the order they were given.</summary>
    public IReadOnlyList<GraphObject> Objects { get; }

    /// <summary>The objects that are or make pods.</summary>
    public IReadOnlyList<GraphObject> PodMakers { get; }

    /// <summary>The objects of <paramref name="kind"/>, whatever their group.</summary>
    public IReadOnlyList<GraphObject> OfKind(string kind) => _byKind.GetValueOrDefault(kind) ?? None;

    /// <summary>The object of <paramref name="kind"/> with that name that is in <paramref name="ns"/> or may be; null when there is none.</summary>
    public GraphObject? Find(string kind, string? ns, string name) =>
        _byName.GetValueOrDefault((kind, name))?.Find(o => SameNamespace(o.Namespace, ns));

    /// <summary>The objects whose pods have all of <paramref name="labels"/>, in <paramref name="ns"/> or possibly so. No labels select nothing.</summary>
    public IEnumerable<GraphObject> PodsWith(YamlMapping? labels, string? ns)
    {
        List<GraphObject>? fewest = null;
        foreach (var label in labels ?? Enumerable.Empty<YamlEntry>())
        {
            if (label.Value is not YamlScalar value || !_podsByLabel.TryGetValue((label.Key.Value, value.Value), out var candidates))
            {
                return None;
            }

            if (fewest is null || candidates.Count < fewest.Count)
            {
                fewest = candidates;
            }
        }

        return fewest?.Where(o => SameNamespace(o.Namespace, ns) && HasAll(o.Pod!.Metadata.Mapping("labels"), labels!)) ?? None;
    }

    /// <summary>The objects whose pods a label selector accepts, in <paramref name="ns"/> or possibly so; null selects nothing, an empty selector everything.</summary>
    public IEnumerable<GraphObject> PodsSelected(YamlMapping? selector, string? ns)
    {
        if (selector is null)
        {
            return None;
        }

        var candidates = selector.Mapping("matchLabels") is { Count: > 0 } labels ? PodsWith(labels, ns) : PodMakers.Where(o => SameNamespace(o.Namespace, ns));
        return candidates.Where(o => LabelSelector.Matches(selector, o.Pod!.Metadata.Mapping("labels")));
    }

    /// <summary>Whether two namespaces are the same or may be.</summary>
    public static bool SameNamespace(string? left, string? right) => left is null || right is null || left == right;

    private static bool HasAll(YamlMapping? labels, YamlMapping wanted) =>
        wanted.All(w => w.Value is YamlScalar value && labels.Text(w.Key.Value) == value.Value);

    private static void Add<TKey>(Dictionary<TKey, List<GraphObject>> index, TKey key, GraphObject item)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var list))
        {
            index[key] = list = [];
        }

        list.Add(item);
    }
}
