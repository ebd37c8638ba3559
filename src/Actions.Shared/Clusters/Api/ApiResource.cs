namespace Actions.Shared.Clusters.Api;

/// <summary>A type of object as a cluster serves it.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version, for example <c>v1</c>.</param>
/// <param name="Kind">Kind, for example <c>Deployment</c>.</param>
/// <param name="Plural">Name in addresses and in RBAC, for example <c>deployments</c>.</param>
/// <param name="IsNamespaced">Whether its objects live in namespaces.</param>
/// <param name="Verbs">What can be done with it, for example <c>patch</c>.</param>
public sealed record ApiResource(string Group, string Version, string Kind, string Plural, bool IsNamespaced, IReadOnlyList<string> Verbs)
{
    /// <summary>Names of its subresources, for example <c>status</c> and <c>scale</c>.</summary>
    public IReadOnlyList<string> Subresources { get; init; } = [];

    /// <summary>Abbreviations such as <c>deploy</c>.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Group and version as objects write them: <c>apps/v1</c>, <c>v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The plural with its group as RBAC and kubectl write it: <c>deployments.apps</c>, <c>pods</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Whether <paramref name="verb"/> can be done with it.</summary>
    public bool Supports(string verb) => Verbs.Contains(verb);

    /// <summary>Whether two stand for the same type in the same version, whatever else was learnt of them.</summary>
    public bool Equals(ApiResource? other) =>
        other is not null && Group == other.Group && Version == other.Version && Kind == other.Kind && Plural == other.Plural;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Group, Version, Plural);

    /// <inheritdoc />
    public override string ToString() => $"{ApiVersion} {Kind}";

    /// <summary>The address of one object of this type.</summary>
    /// <param name="ns">Its namespace; null for a type outside of namespaces.</param>
    /// <param name="name">Its name.</param>
    public ObjectAddress Object(string? ns, string name) => new(this, ns, name);

    internal string CollectionPath(string? ns)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Escape(Group)}/{Escape(Version)}";
        return IsNamespaced && ns is not null ? $"{root}/namespaces/{Escape(ns)}/{Plural}" : $"{root}/{Plural}";
    }

    private static string Escape(string part) => Uri.EscapeDataString(part);
}

/// <summary>Which object of a cluster is meant.</summary>
/// <param name="Resource">Its type.</param>
/// <param name="Namespace">Its namespace; null for a type outside of namespaces.</param>
/// <param name="Name">Its name.</param>
public sealed record ObjectAddress(ApiResource Resource, string? Namespace, string Name)
{
    /// <inheritdoc />
    public override string ToString() => Resource.IsNamespaced ? $"{Resource.Kind} {Namespace}/{Name}" : $"{Resource.Kind} {Name}";

    internal string Path
    {
        get
        {
            if (Name.Length == 0 || Name is "." or "..")
                throw new ArgumentException($"\"{Name}\" is no name of an object.");
            if (Resource.IsNamespaced && string.IsNullOrEmpty(Namespace))
                throw new ArgumentException($"{Resource.Kind} {Name} needs a namespace.");
            return $"{Resource.CollectionPath(Namespace)}/{Uri.EscapeDataString(Name)}";
        }
    }
}

/// <summary>Types that every cluster has served in these versions since 1.16, for use without discovery.</summary>
public static class KnownResources
{
    private static readonly string[] All = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary><c>v1 Namespace</c>.</summary>
    public static ApiResource Namespaces { get; } = new("", "v1", "Namespace", "namespaces", false, All);

    /// <summary><c>v1 Pod</c>.</summary>
    public static ApiResource Pods { get; } = new("", "v1", "Pod", "pods", true, All);

    /// <summary><c>v1 Event</c>.</summary>
    public static ApiResource Events { get; } = new("", "v1", "Event", "events", true, All);

    /// <summary><c>v1 ConfigMap</c>.</summary>
    public static ApiResource ConfigMaps { get; } = new("", "v1", "ConfigMap", "configmaps", true, All);

    /// <summary><c>v1 Secret</c>.</summary>
    public static ApiResource Secrets { get; } = new("", "v1", "Secret", "secrets", true, All);

    /// <summary><c>apps/v1 Deployment</c>.</summary>
    public static ApiResource Deployments { get; } = new("apps", "v1", "Deployment", "deployments", true, All);

    /// <summary><c>apps/v1 ReplicaSet</c>.</summary>
    public static ApiResource ReplicaSets { get; } = new("apps", "v1", "ReplicaSet", "replicasets", true, All);

    /// <summary><c>coordination.k8s.io/v1 Lease</c>.</summary>
    public static ApiResource Leases { get; } = new("coordination.k8s.io", "v1", "Lease", "leases", true, All);
}
