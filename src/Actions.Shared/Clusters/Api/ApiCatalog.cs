using System.Collections.Frozen;

namespace Actions.Shared.Clusters.Api;

/// <summary>The types that a cluster serves, as its discovery tells. Immutable.</summary>
public sealed class ApiCatalog
{
    private readonly FrozenDictionary<(string ApiVersion, string Kind), ApiResource> _byKind;
    private readonly FrozenDictionary<(string Group, string Kind), ApiResource> _preferred;

    /// <summary>Creates a catalog.</summary>
    /// <param name="resources">The types; of those that differ in version only, the one that the cluster prefers comes first.</param>
    /// <param name="unavailable">Groups and versions that are announced but could not be read, such as <c>metrics.k8s.io/v1beta1</c>.</param>
    public ApiCatalog(IEnumerable<ApiResource> resources, IEnumerable<string> unavailable)
    {
        Resources = [.. resources];
        Unavailable = [.. unavailable];
        var byKind = new Dictionary<(string, string), ApiResource>();
        var preferred = new Dictionary<(string, string), ApiResource>();
        foreach (var resource in Resources)
        {
            byKind.TryAdd((resource.ApiVersion, resource.Kind), resource);
            preferred.TryAdd((resource.Group, resource.Kind), resource);
        }

        _byKind = byKind.ToFrozenDictionary();
        _preferred = preferred.ToFrozenDictionary();
    }

    /// <summary>Every type in every version, in the cluster's order.</summary>
    public IReadOnlyList<ApiResource> Resources { get; }

    /// <summary>Groups and versions that are announced but could not be read: their types are missing here although they may exist.</summary>
    public IReadOnlyList<string> Unavailable { get; }

    /// <summary>The type of objects with this <c>apiVersion</c> and <c>kind</c>; null if the cluster does not serve it.</summary>
    public ApiResource? Find(string apiVersion, string kind) => _byKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>The type of this group and kind in the version that the cluster prefers; null if it does not serve any.</summary>
    public ApiResource? FindPreferred(string group, string kind) => _preferred.GetValueOrDefault((group, kind));

    /// <summary>The type of this group and plural in the version that the cluster prefers; null if it does not serve any.</summary>
    public ApiResource? FindPlural(string group, string plural)
    {
        foreach (var resource in Resources)
        {
            if (resource.Group == group && resource.Plural == plural)
                return resource;
        }

        return null;
    }
}
