using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>
/// Answers of a pod which objects (policies, budgets) select it. Each is filed under the label of its selector that the fewest pods have, and objects with the same
/// selector are filed once, so that many objects with many pods cost their sum and not their product.
/// </summary>
internal sealed class SelectorIndex
{
    private const string Everywhere = "*";

    private readonly ObjectGraph _graph;
    private readonly Dictionary<(string Namespace, string Label, string Value), List<GraphObject>> _filed = [];

    /// <param name="graph">The objects.</param>
    /// <param name="owners">The objects that select.</param>
    /// <param name="selectorOf">The selector of one; null selects every pod.</param>
    /// <param name="sameness">What else must be equal for two objects with equal selectors to be filed once.</param>
    public SelectorIndex(ObjectGraph graph, IEnumerable<GraphObject> owners, Func<GraphObject, YamlMapping?> selectorOf, Func<GraphObject, string> sameness)
    {
        _graph = graph;
        var known = new HashSet<(string, string?, string, string)>();
        foreach (var owner in owners)
        {
            var selector = selectorOf(owner);
            if (!known.Add((owner.Unit, owner.Namespace, sameness(owner), SelectorText.Of(selector))))
            {
                continue;
            }

            foreach (var (label, value) in Narrowest(selector, owner.Namespace))
            {
                File(owner.Namespace ?? "", label, value, owner);
                File(Everywhere, label, value, owner);
            }
        }
    }

    /// <summary>The objects that may select <paramref name="pod"/> and whose places it sees; whether they do select it is for the caller to ask.</summary>
    public IEnumerable<GraphObject> Candidates(GraphObject pod)
    {
        foreach (var label in (pod.Pod?.Metadata.Mapping("labels") ?? Enumerable.Empty<YamlEntry>()).Select(l => (l.Key.Value, (l.Value as YamlScalar)?.Value ?? "")).Append(("", "")))
        {
            foreach (var ns in pod.Namespace is { } own ? (string[])[own, ""] : [Everywhere])
            {
                foreach (var owner in _filed.GetValueOrDefault((ns, label.Item1, label.Item2)) ?? [])
                {
                    if (pod.Sees(owner))
                    {
                        yield return owner;
                    }
                }
            }
        }
    }

    private void File(string ns, string label, string value, GraphObject owner)
    {
        if (!_filed.TryGetValue((ns, label, value), out var list))
        {
            _filed[(ns, label, value)] = list = [];
        }

        list.Add(owner);
    }

    /// <summary>The labels of which a pod must have one to be selected, those that the fewest pods have; the empty label when any pod may be selected.</summary>
    private IEnumerable<(string Label, string Value)> Narrowest(YamlMapping? selector, string? ns) =>
        ObjectGraph.Terms(selector)
            .OrderBy(term => term.Values.Sum(v => _graph.CountOfPods(ns, term.Label, v)))
            .Select(term => term.Values.Select(v => (term.Label, v)))
            .FirstOrDefault() ?? [("", "")];
}
