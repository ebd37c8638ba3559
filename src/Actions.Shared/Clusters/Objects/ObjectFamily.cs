using System.Globalization;

namespace Actions.Shared.Clusters.Objects;

/// <summary>
/// The objects around an applied one, as far as they were read: what it owns (ReplicaSets, Pods), what these use (claims, storage classes), who
/// scales it. Nothing in it is required; what is missing makes verdicts less exact, not wrong.
/// </summary>
public sealed class ObjectFamily
{
    private const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    private const string TemplateGenerationAnnotation = "deprecated.daemonset.template.generation";
    private const string TemplateGenerationLabel = "pod-template-generation";
    private const string RevisionHashLabel = "controller-revision-hash";

    private readonly Dictionary<string, List<ClusterObject>> _owned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ClusterObject>> _kinds = new(StringComparer.Ordinal);

    /// <summary>Indexes <paramref name="objects"/> by their owners; the order does not matter.</summary>
    public ObjectFamily(IEnumerable<ClusterObject> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        foreach (var item in objects.OrderBy(static o => $"{o.Kind}/{o.Namespace}/{o.Name}", StringComparer.Ordinal))
        {
            (_kinds.TryGetValue(item.Kind, out var same) ? same : _kinds[item.Kind] = []).Add(item);
            if (ControllerOf(item) is { } owner)
            {
                (_owned.TryGetValue(owner, out var list) ? list : _owned[owner] = []).Add(item);
            }
        }
    }

    /// <summary>Nothing was read.</summary>
    public static ObjectFamily None { get; } = new([]);

    /// <summary>The UID of the controller that owns <paramref name="item"/>; null if nobody does.</summary>
    public static string? ControllerOf(ClusterObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        foreach (var owner in item.Metadata.Objects("ownerReferences"))
        {
            if (owner.IsTrue("controller"))
            {
                return owner.Text("uid");
            }
        }

        return null;
    }

    /// <summary>The object of a kind by its name; null if it was not read.</summary>
    public ClusterObject? Find(string kind, string? ns, string name) =>
        _kinds.GetValueOrDefault(kind)?.Find(o => o.Name == name && o.Namespace == ns);

    /// <summary>All objects of a kind.</summary>
    internal IReadOnlyList<ClusterObject> OfKind(string kind) => _kinds.TryGetValue(kind, out var list) ? list : [];

    /// <summary>What <paramref name="owner"/> controls directly, of a kind, in order of names.</summary>
    internal IReadOnlyList<ClusterObject> Owned(ClusterObject owner, string kind) =>
        owner.Uid is { } uid && _owned.TryGetValue(uid, out var list) ? list.FindAll(o => o.Kind == kind) : [];

    /// <summary>
    /// The ReplicaSet of a Deployment's current template: the one of the revision that the Deployment names, else the one with the highest. Null if it was
    /// not read: that of an earlier revision says nothing about the current one.
    /// </summary>
    internal ClusterObject? NewestReplicaSet(ClusterObject deployment)
    {
        ClusterObject? newest = null;
        var highest = Revision(deployment) - 1;
        foreach (var candidate in Owned(deployment, "ReplicaSet"))
        {
            if (Revision(candidate) is var revision && revision > highest)
            {
                (newest, highest) = (candidate, revision);
            }
        }

        return newest;
    }

    /// <summary>The pods that run the current template of a workload, those being deleted left out; for a Pod itself.</summary>
    internal IReadOnlyList<ClusterObject> CurrentPods(ClusterObject workload)
    {
        IEnumerable<ClusterObject> pods = workload.Kind switch
        {
            "Pod" => [workload],
            "Deployment" => NewestReplicaSet(workload) is { } replicaSet ? Owned(replicaSet, "Pod") : [],
            "StatefulSet" => Owned(workload, "Pod").Where(p => IsOfRevision(p, workload)),
            "DaemonSet" => Owned(workload, "Pod").Where(p => IsOfTemplateGeneration(p, workload)),
            _ => Owned(workload, "Pod"),
        };
        return [.. pods.Where(p => p.Metadata.Text("deletionTimestamp") is null)];
    }

    /// <summary>Pods of a StatefulSet that still run an earlier template.</summary>
    internal IReadOnlyList<ClusterObject> EarlierPods(ClusterObject statefulSet) =>
        [.. Owned(statefulSet, "Pod").Where(p => !IsOfRevision(p, statefulSet) && p.Metadata.Text("deletionTimestamp") is null)];

    private static long Revision(ClusterObject item) =>
        long.TryParse(item.Metadata.Object("annotations").Text(RevisionAnnotation), CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    private static bool IsOfRevision(ClusterObject pod, ClusterObject statefulSet) =>
        statefulSet.Status.Text("updateRevision") is not { } revision || pod.Metadata.Object("labels").Text(RevisionHashLabel) is not { } hash || hash == revision;

    private static bool IsOfTemplateGeneration(ClusterObject pod, ClusterObject daemonSet) =>
        daemonSet.Metadata.Object("annotations").Text(TemplateGenerationAnnotation) is not { } generation
        || pod.Metadata.Object("labels").Text(TemplateGenerationLabel) is not { } label
        || label == generation;
}
