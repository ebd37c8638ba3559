using System.Security.Cryptography;
using System.Text;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Inventory;

/// <summary>
/// The marks by which kubectl (KEP-3659) recognises a set of objects that are applied together: an id over its parent object, a label on each member,
/// annotations on the parent.
/// </summary>
public static class ApplySet
{
    /// <summary>Label of the parent: its id.</summary>
    public const string IdLabel = "applyset.kubernetes.io/id";

    /// <summary>Label of each member: the id of its set.</summary>
    public const string MemberLabel = "applyset.kubernetes.io/part-of";

    /// <summary>Annotation of the parent: which tool writes it, so that others leave the set alone.</summary>
    public const string ToolingAnnotation = "applyset.kubernetes.io/tooling";

    /// <summary>Annotation of the parent: the kinds of the members.</summary>
    public const string KindsAnnotation = "applyset.kubernetes.io/contains-group-kinds";

    /// <summary>Annotation of the parent: the namespaces of the members, without its own.</summary>
    public const string NamespacesAnnotation = "applyset.kubernetes.io/additional-namespaces";

    /// <summary>The id of the set whose parent is <paramref name="parent"/>.</summary>
    public static string IdOf(ObjectKey parent)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{parent.Name}.{parent.Namespace}.{parent.Kind}.{parent.Group}"));
        return $"applyset-{Convert.ToBase64String(hash).TrimEnd('=').Replace('+', '-').Replace('/', '_')}-v1";
    }

    /// <summary>The value of <see cref="KindsAnnotation"/>: <c>ConfigMap,Deployment.apps</c>, in ordinal order.</summary>
    public static string Kinds(IEnumerable<ObjectKey> members) =>
        string.Join(',', members.Select(m => m.Group.Length == 0 ? m.Kind : $"{m.Kind}.{m.Group}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>The value of <see cref="NamespacesAnnotation"/>, in ordinal order.</summary>
    public static string Namespaces(IEnumerable<ObjectKey> members, string own) =>
        string.Join(',', members.Select(m => m.Namespace).OfType<string>().Where(n => n != own).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
