using System.Collections.Concurrent;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>
/// All objects of a scan, with the look-ups that rules need. Built once, in time linear in the objects (but for sorting them by place).
/// Namespaces: an object that leaves its namespace to the deployment fits every namespace, so that nothing is called missing that may well be there.
/// Units: see docs/adr/0008-deploy-units.md. Safe for concurrent use.
/// </summary>
public sealed class ObjectGraph
{
    private static readonly HashSet<string> QuietGroups = new(StringComparer.Ordinal)
    {
        "cert-manager.io", "acme.cert-manager.io", "gateway.networking.k8s.io", "external-secrets.io", "bitnami.com", "traefik.io", "networking.istio.io",
        "security.istio.io", "telemetry.istio.io", "keda.sh", "cilium.io", "crd.projectcalico.org", "kyverno.io", "source.toolkit.fluxcd.io", "image.toolkit.fluxcd.io",
        "notification.toolkit.fluxcd.io", "autoscaling.k8s.io", "snapshot.storage.k8s.io", "apiextensions.k8s.io", "metrics.k8s.io",
    };

    private static readonly HashSet<string> QuietKinds = new(StringComparer.Ordinal) { "ServiceMonitor", "PodMonitor", "PrometheusRule", "Probe", "ScrapeConfig", "AlertmanagerConfig" };

    private readonly Dictionary<string, List<GraphObject>> _byKind = new(StringComparer.Ordinal);
    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal);
    private readonly PlaceIndex _byName = new();
    private readonly PlaceIndex _podsByLabel = new();
    private readonly PlaceIndex _servicesByLabel = new();
    private readonly PlaceIndex _customByName = new();
    private readonly ConcurrentDictionary<(string Unit, string Folder, string? Namespace, string Selector), IReadOnlyList<GraphObject>> _selected = [];
    private readonly Lazy<HashSet<GraphObject>> _served;
    private readonly Lazy<Dictionary<GraphObject, GraphObject>> _scaled;

    /// <summary>Builds the look-ups.</summary>
    /// <param name="objects">The objects of all units, in any order.</param>
    public ObjectGraph(IEnumerable<GraphObject> objects)
    {
        var all = objects.ToArray();
        Array.Sort(all, ByPlace);
        Objects = all;
        var makers = new List<GraphObject>();
        var families = new UnitFamilies();
        foreach (var item in all)
        {
            if (!_byKind.TryGetValue(item.Kind, out var kind))
            {
                _byKind[item.Kind] = kind = [];
            }

            kind.Add(item);
            _byName.Add(item.Kind, item.Name, item);
            if (item.Pod is { } pod)
            {
                makers.Add(item);
                families.Add(item);
                AddLabels(_podsByLabel, pod.Metadata, item);
            }
            else if (item.IsService)
            {
                AddLabels(_servicesByLabel, item.Body.Mapping("metadata"), item);
            }
            else if (item.Group.Contains('.', StringComparison.Ordinal) && !item.Group.EndsWith(".k8s.io", StringComparison.Ordinal)
                && !QuietGroups.Contains(item.Group) && !QuietKinds.Contains(item.Kind))
            {
                _customByName.Add(item.Name, "", item);
            }

            if (item.Namespace is { } ns && (item.Pod is not null || item.IsService || item.Kind == "ServiceAccount"))
            {
                _namespaces.Add(ns);
            }
        }

        foreach (var item in all)
        {
            item.Family = families.Of(item.Unit);
        }

        PodMakers = makers;
        _served = new(() => [.. OfKind("Service").Where(s => s.IsService).SelectMany(s => PodsWith(s, s.ServiceSelector))]);
        _scaled = new(FindScaled);
    }

    /// <summary>All objects, in the order of their units, files and places.</summary>
    public IReadOnlyList<GraphObject> Objects { get; }

    /// <summary>The objects that are or make pods.</summary>
    public IReadOnlyList<GraphObject> PodMakers { get; }

    /// <summary>Those of <see cref="PodMakers"/> whose pods a Service sends traffic to.</summary>
    internal HashSet<GraphObject> Served => _served.Value;

    /// <summary>The workloads that an autoscaler scales, each with its autoscaler: a HorizontalPodAutoscaler, or a ScaledObject of KEDA.</summary>
    internal Dictionary<GraphObject, GraphObject> Scaled => _scaled.Value;

    /// <summary>The objects of <paramref name="kind"/>, whatever their group.</summary>
    public IReadOnlyList<GraphObject> OfKind(string kind) => _byKind.TryGetValue(kind, out var list) ? list : [];

    /// <summary>The objects of <paramref name="kind"/> with that name, in the namespace of <paramref name="from"/> or possibly so: the nearest of those that it sees.</summary>
    public IReadOnlyList<GraphObject> FindAll(GraphObject from, string kind, string name) => FindAll(from, from.Namespace, kind, name);

    /// <summary>The objects of <paramref name="kind"/> with that name that are in <paramref name="ns"/> or may be: the nearest of those that <paramref name="from"/> sees.</summary>
    public IReadOnlyList<GraphObject> FindAll(GraphObject from, string? ns, string kind, string name) =>
        name.Length == 0 ? [] : _byName.In(ns, kind, name).Nearest(from, static _ => true);

    /// <summary>The first of <see cref="FindAll(GraphObject, string, string)"/>; null when there is none.</summary>
    public GraphObject? Find(GraphObject from, string kind, string name) => Find(from, from.Namespace, kind, name);

    /// <summary>The first of <see cref="FindAll(GraphObject, string?, string, string)"/>; null when there is none.</summary>
    public GraphObject? Find(GraphObject from, string? ns, string kind, string name) => FindAll(from, ns, kind, name) is [var first, ..] ? first : null;

    /// <summary>The objects whose pods have all of <paramref name="labels"/>: the nearest of those that <paramref name="from"/> sees. No labels select nothing.</summary>
    public IReadOnlyList<GraphObject> PodsWith(GraphObject from, YamlMapping? labels)
    {
        PlaceIndex.Candidates? fewest = null;
        foreach (var label in labels ?? Enumerable.Empty<YamlEntry>())
        {
            var candidates = _podsByLabel.In(from.Namespace, label.Key.Value, (label.Value as YamlScalar)?.Value ?? "");
            if (fewest is null || candidates.Count < fewest.Value.Count)
            {
                fewest = candidates;
            }
        }

        return fewest?.Nearest(from, o => HasAll(o.Pod!.Metadata.Mapping("labels"), labels!)) ?? [];
    }

    /// <summary>
    /// The objects whose pods a label selector accepts: the nearest of those that <paramref name="from"/> sees. Null selects nothing, an empty selector everything.
    /// </summary>
    public IReadOnlyList<GraphObject> PodsSelected(GraphObject from, YamlMapping? selector)
    {
        if (selector is null)
        {
            return [];
        }

        var key = (from.Unit, from.Folder, from.Namespace, SelectorText.Of(selector));
        if (!_selected.TryGetValue(key, out var pods))
        {
            _selected[key] = pods = Selected(_podsByLabel, from, from.Namespace, selector, o => LabelSelector.Matches(selector, o.Pod!.Metadata.Mapping("labels")));
        }

        return pods;
    }

    /// <summary>The Services whose labels a selector accepts, in <paramref name="ns"/> or possibly so: the nearest of those that <paramref name="from"/> sees.</summary>
    public IReadOnlyList<GraphObject> ServicesSelected(GraphObject from, string? ns, YamlMapping selector) =>
        Selected(_servicesByLabel, from, ns, selector, o => LabelSelector.Matches(selector, o.Body.Mapping("metadata").Mapping("labels")));

    /// <summary>Whether anything that runs, serves or is an account is said to be in <paramref name="ns"/>: a namespace of which nothing is known comes from elsewhere.</summary>
    public bool Knows(string? ns) => ns is null || _namespaces.Contains(ns);

    /// <summary>
    /// Whether a selector probably means pods that an operator makes: one of its values is the name of a custom resource in the namespace
    /// (<c>strimzi.io/cluster: orders</c> for the Kafka named orders).
    /// </summary>
    internal bool IsMadeByOperator(GraphObject from, YamlMapping? selector) =>
        Terms(selector).Any(t => t.Values.Any(v => v.Length > 0 && _customByName.In(from.Namespace, v, "").Nearest(from, static _ => true).Count > 0));

    /// <summary>How many objects have pods with a label; an empty value counts those with the label whatever its value.</summary>
    internal int CountOfPods(string? ns, string label, string value) => _podsByLabel.In(ns, label, value).Count;

    /// <summary>The demands of a selector, or of plain labels, that name values: each a label and the values of which one must be there.</summary>
    internal static IEnumerable<(string Label, string[] Values)> Terms(YamlMapping? selector)
    {
        var labels = selector?["matchLabels"] is null && selector?["matchExpressions"] is null ? selector : selector.Mapping("matchLabels");
        foreach (var label in labels ?? Enumerable.Empty<YamlEntry>())
        {
            if (label.Value is YamlScalar value)
            {
                yield return (label.Key.Value, [value.Value]);
            }
        }

        foreach (var expression in selector.Mappings("matchExpressions"))
        {
            if (expression.Text("operator") == "In" && expression.Text("key") is { } key && expression.Sequence("values") is { } values)
            {
                yield return (key, [.. values.OfType<YamlScalar>().Select(v => v.Value).Distinct(StringComparer.Ordinal)]);
            }
        }
    }

    /// <summary>Whether two namespaces are the same or may be.</summary>
    internal static bool SameNamespace(string? left, string? right) => left is null || right is null || left == right;

    private static void AddLabels(PlaceIndex index, YamlMapping? metadata, GraphObject item)
    {
        index.Add("", "", item);
        foreach (var label in metadata.Mapping("labels") ?? Enumerable.Empty<YamlEntry>())
        {
            if (label.Value is YamlScalar value)
            {
                index.Add(label.Key.Value, value.Value, item);
            }
        }
    }

    private static IReadOnlyList<GraphObject> Selected(PlaceIndex index, GraphObject from, string? ns, YamlMapping selector, Func<GraphObject, bool> accepts)
    {
        var candidates = index.In(ns, "", "");
        foreach (var (label, values) in Terms(selector))
        {
            var narrower = values.Aggregate(new PlaceIndex.Candidates([]), (all, value) => all + index.In(ns, label, value));
            if (narrower.Count < candidates.Count)
            {
                candidates = narrower;
            }
        }

        return candidates.Nearest(from, accepts);
    }

    private static bool HasAll(YamlMapping? labels, YamlMapping wanted) =>
        wanted.All(w => w.Value is YamlScalar value && labels.Text(w.Key.Value) == value.Value);

    private static int ByPlace(GraphObject left, GraphObject right)
    {
        var order = string.CompareOrdinal(left.Unit, right.Unit);
        order = order != 0 ? order : string.CompareOrdinal(left.File, right.File);
        order = order != 0 ? order : left.Body.Region.CompareTo(right.Body.Region);
        return order != 0 ? order : string.CompareOrdinal(left.Reference.ToString(), right.Reference.ToString());
    }

    private Dictionary<GraphObject, GraphObject> FindScaled()
    {
        var scaled = new Dictionary<GraphObject, GraphObject>();
        foreach (var scaler in OfKind("HorizontalPodAutoscaler").Concat(OfKind("ScaledObject")))
        {
            var target = scaler.Spec.Mapping("scaleTargetRef");
            var kind = target.Text("kind") ?? (scaler.Kind == "ScaledObject" ? "Deployment" : "");
            foreach (var workload in FindAll(scaler, kind, target.Text("name") ?? ""))
            {
                scaled.TryAdd(workload, scaler);
            }
        }

        return scaled;
    }

    /// <summary>
    /// Which units are variants of each other: those that have a workload of the same kind and name in common, directly or through a third (the
    /// overlays of one application; a chart with several values).
    /// </summary>
    private sealed class UnitFamilies
    {
        private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Kind, string Name), string> _first = [];

        public void Add(GraphObject workload)
        {
            if (workload.Unit.Length == 0 || workload.Name.Length == 0)
            {
                return;
            }

            if (!_first.TryAdd((workload.Kind, workload.Name), workload.Unit))
            {
                var (left, right) = (Of(_first[(workload.Kind, workload.Name)]), Of(workload.Unit));
                if (left != right)
                {
                    _parents[right] = left;
                }
            }
        }

        public string Of(string unit)
        {
            var root = unit;
            while (_parents.TryGetValue(root, out var parent))
            {
                root = parent;
            }

            while (_parents.TryGetValue(unit, out var parent))
            {
                _parents[unit] = root;
                unit = parent;
                if (unit == root)
                {
                    break;
                }
            }

            return root;
        }
    }
}
