using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;

namespace Actions.Shared.Clusters.Planning;

/// <summary>Which namespaces a deployment may touch.</summary>
/// <param name="Default">Given to objects that name none; null when every object must name its own.</param>
/// <param name="Allowed">Other namespaces that objects may name; <c>*</c> stands for any run of characters. Without any, only <paramref name="Default"/> may be named; without that either, all may.</param>
public sealed record NamespacePolicy(string? Default, IReadOnlyList<string> Allowed)
{
    /// <summary>Whether objects may be in <paramref name="name"/>.</summary>
    public bool Allows(string name) =>
        name == Default || (Default is null && Allowed.Count == 0)
        || Allowed.Any(pattern => Regex.IsMatch(name, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));

    /// <summary>The object in its namespace: a missing one is filled in, one outside of namespaces has its own removed.</summary>
    /// <param name="item">The object.</param>
    /// <param name="isNamespaced">Whether its kind lives in namespaces.</param>
    /// <param name="source">Where its manifest starts.</param>
    /// <exception cref="ActionException">It names a namespace that is not allowed, or none and there is no default.</exception>
    public ClusterObject Place(ClusterObject item, bool isNamespaced, SourceLocation source)
    {
        if (!isNamespaced)
        {
            return item.Namespace is null ? item : With(item, null);
        }

        if (item.Namespace is not { Length: > 0 } name)
        {
            return Default is not null
                ? With(item, Default)
                : throw new ActionException(
                    $"{item.Kind} {item.Name} has no namespace",
                    "The manifest names none, and no default is given.",
                    "Set `namespace`, or write metadata.namespace into the manifest.",
                    source);
        }

        return Allows(name)
            ? item
            : throw new ActionException(
                $"{item} is outside of the namespaces of this deployment",
                $"Allowed: {string.Join(", ", Allowed.Prepend(Default).OfType<string>())}.",
                "Correct the manifest, or add the namespace to `allowed-namespaces`.",
                source);
    }

    private static ClusterObject With(ClusterObject item, string? name)
    {
        var body = (JsonObject)item.Body.DeepClone();
        var metadata = JsonFields.Child(body, "metadata");
        if (name is null)
        {
            metadata.Remove("namespace");
        }
        else
        {
            metadata["namespace"] = name;
        }

        return new ClusterObject(body);
    }
}
