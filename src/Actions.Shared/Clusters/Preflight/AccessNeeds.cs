using System.Text;
using Actions.Shared.Clusters.Api;

namespace Actions.Shared.Clusters.Preflight;

/// <summary>The rights that a deployment needs, and how to grant them.</summary>
public static class AccessNeeds
{
    private static readonly string[] ForApplying = ["get", "create", "patch"];
    private static readonly string[] ForSecrets = ["get", "list", "create", "patch", "delete"];
    private static readonly string[] ForLeases = ["get", "create", "update", "delete"];

    /// <summary>The rights for applying objects of these types: each to read, create and patch, and to delete where asked for.</summary>
    /// <param name="types">Types with the namespaces in which their objects are; null outside of namespaces.</param>
    /// <param name="deletes">Whether objects of a type may have to be deleted, by a rollback or by pruning.</param>
    public static IReadOnlyList<AccessRequest> ForObjects(IEnumerable<(ApiResource Resource, string? Namespace)> types, Func<ApiResource, string?, bool> deletes)
    {
        var needs = new List<AccessRequest>();
        foreach (var (resource, ns) in types.Distinct())
        {
            foreach (var verb in ForApplying)
            {
                needs.Add(Of(verb, resource, ns));
            }

            if (deletes(resource, ns))
            {
                needs.Add(Of("delete", resource, ns));
            }
        }

        return needs;
    }

    /// <summary>The rights for what is kept of the application in its namespace: its state and releases, and its lock.</summary>
    public static IReadOnlyList<AccessRequest> ForInventory(string ns) =>
    [
        .. ForSecrets.Select(v => Of(v, KnownResources.Secrets, ns)),
        .. ForLeases.Select(v => Of(v, KnownResources.Leases, ns)),
    ];

    /// <summary>The smallest roles that grant rights, as YAML, with a binding for each.</summary>
    /// <param name="missing">The rights.</param>
    /// <param name="name">Name of the roles.</param>
    public static string Roles(IEnumerable<AccessRequest> missing, string name)
    {
        var text = new StringBuilder();
        foreach (var scope in missing.GroupBy(m => m.Namespace).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var prefix = scope.Key is null ? "Cluster" : "";
            Head(text, $"{prefix}Role", name, scope.Key);
            text.Append("rules:\n");
            var resources = scope
                .GroupBy(m => (m.Group, Resource: m.Subresource.Length == 0 ? m.Resource : $"{m.Resource}/{m.Subresource}"))
                .Select(g => (g.Key.Group, g.Key.Resource, Verbs: string.Join(", ", g.Select(m => m.Verb).Distinct().Order(StringComparer.Ordinal))));
            foreach (var rule in resources.GroupBy(r => (r.Group, r.Verbs)).OrderBy(g => g.Key.Group, StringComparer.Ordinal).ThenBy(g => g.Key.Verbs, StringComparer.Ordinal))
            {
                text.Append($"  - apiGroups: [\"{rule.Key.Group}\"]\n");
                text.Append($"    resources: [{string.Join(", ", rule.Select(r => r.Resource).Order(StringComparer.Ordinal))}]\n");
                text.Append($"    verbs: [{rule.Key.Verbs}]\n");
            }

            Head(text, $"{prefix}RoleBinding", name, scope.Key);
            text.Append($"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {prefix}Role, name: {name}}}\n");
            text.Append("subjects:\n  - {apiGroup: rbac.authorization.k8s.io, kind: User, name: WHOEVER-DEPLOYS}\n");
        }

        return text.ToString();
    }

    private static AccessRequest Of(string verb, ApiResource resource, string? ns) => new(verb, resource.Group, resource.Plural, Namespace: resource.IsNamespaced ? ns : null);

    private static void Head(StringBuilder text, string kind, string name, string? ns)
    {
        text.Append(text.Length > 0 ? "---\n" : "").Append($"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: {name}\n");
        if (ns is not null)
        {
            text.Append($"  namespace: {ns}\n");
        }
    }
}
