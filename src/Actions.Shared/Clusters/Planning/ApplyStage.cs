namespace Actions.Shared.Clusters.Planning;

/// <summary>The order in which objects are applied, first to last; deletions go the other way round.</summary>
public enum ApplyStage
{
    /// <summary>What others are made of or live in: namespaces, CustomResourceDefinitions, classes.</summary>
    Foundation,

    /// <summary>What limits and lets in: service accounts, roles and bindings, quotas, limits, network policies.</summary>
    Access,

    /// <summary>What workloads read, mount and are reached by: config maps, secrets, volumes, services.</summary>
    Configuration,

    /// <summary>Custom resources of kinds that the cluster has already.</summary>
    CustomResources,

    /// <summary>Workloads, and everything that is not named elsewhere.</summary>
    Workloads,

    /// <summary>Custom resources of kinds that this set defines: their controller comes with it and runs by now.</summary>
    OwnCustomResources,

    /// <summary>What stands in the way of every request: webhooks, admission policies, aggregated APIs.</summary>
    Admission,
}

/// <summary>Decides the stage of each object.</summary>
public static class ApplyStages
{
    /// <summary>The stage of an object.</summary>
    /// <param name="group">API group; empty for the core group.</param>
    /// <param name="kind">Kind.</param>
    /// <param name="isDefinedHere">Whether a CustomResourceDefinition of the same set defines the kind.</param>
    public static ApplyStage Of(string group, string kind, bool isDefinedHere = false) => (group, kind) switch
    {
        ("", "Namespace") => ApplyStage.Foundation,
        ("apiextensions.k8s.io", _) => ApplyStage.Foundation,
        ("scheduling.k8s.io" or "storage.k8s.io" or "node.k8s.io", _) => ApplyStage.Foundation,
        ("networking.k8s.io", "IngressClass") => ApplyStage.Foundation,
        ("", "ServiceAccount" or "ResourceQuota" or "LimitRange") => ApplyStage.Access,
        ("rbac.authorization.k8s.io", _) => ApplyStage.Access,
        ("networking.k8s.io", "NetworkPolicy") => ApplyStage.Access,
        ("", "ConfigMap" or "Secret" or "PersistentVolume" or "PersistentVolumeClaim" or "Service") => ApplyStage.Configuration,
        ("admissionregistration.k8s.io" or "apiregistration.k8s.io", _) => ApplyStage.Admission,
        _ when isDefinedHere => ApplyStage.OwnCustomResources,
        _ when IsCustom(group) => ApplyStage.CustomResources,
        _ => ApplyStage.Workloads,
    };

    /// <summary>Whether objects of the group come from a CustomResourceDefinition: every group that Kubernetes itself does not have.</summary>
    public static bool IsCustom(string group) =>
        group.Contains('.', StringComparison.Ordinal) && !(group.EndsWith(".k8s.io", StringComparison.Ordinal) && !group.EndsWith(".x-k8s.io", StringComparison.Ordinal) && group != "gateway.networking.k8s.io");

    /// <summary>The kinds that the CustomResourceDefinitions among <paramref name="objects"/> define.</summary>
    public static IReadOnlySet<(string Group, string Kind)> DefinedKinds(IEnumerable<ClusterObject> objects)
    {
        var kinds = new HashSet<(string, string)>();
        foreach (var definition in objects)
        {
            if (definition is { Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition", Spec: { } spec }
                && JsonFields.Text(spec, "group") is { } group && JsonFields.Text(spec, "names", "kind") is { } kind)
            {
                kinds.Add((group, kind));
            }
        }

        return kinds;
    }

    /// <summary>The objects by stage, first stage first, each stage in the order of <see cref="ObjectKey"/>; stages without objects are left out.</summary>
    public static IReadOnlyList<(ApplyStage Stage, IReadOnlyList<T> Items)> Group<T>(IEnumerable<T> items, Func<T, ObjectKey> key, IReadOnlySet<(string Group, string Kind)> definedKinds) =>
        [.. items
            .GroupBy(i => Of(key(i).Group, key(i).Kind, definedKinds.Contains((key(i).Group, key(i).Kind))))
            .OrderBy(g => g.Key)
            .Select(g => (g.Key, (IReadOnlyList<T>)[.. g.OrderBy(key)]))];
}
