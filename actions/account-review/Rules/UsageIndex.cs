using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>
/// What clusters and manifests use. Where a cluster of the account could not be asked, nothing is known to be unused.
/// </summary>
internal sealed record UsageIndex
{
    /// <summary>Ids, addresses and names that objects of clusters name: volumes, services, images; each with who names it.</summary>
    public IReadOnlyDictionary<string, string> NamedByClusters { get; init; } = new Dictionary<string, string>();

    /// <summary>Ids, addresses and images that manifests name; each with the file.</summary>
    public IReadOnlyDictionary<string, string> NamedByManifests { get; init; } = new Dictionary<string, string>();

    /// <summary>Images that are in use, as <c>rg.fr-par.scw.cloud/namespace/name:tag</c> and <c>…@sha256:…</c>.</summary>
    public IReadOnlySet<string> Images { get; init; } = new HashSet<string>();

    /// <summary>The ids of the clusters that were asked.</summary>
    public IReadOnlySet<string> AskedClusters { get; init; } = new HashSet<string>();

    /// <summary>Who uses a resource; null when nobody is known to.</summary>
    public string? UserOf(CloudResource resource)
    {
        foreach (var name in Names(resource))
        {
            if (NamedByClusters.TryGetValue(name, out var user) || NamedByManifests.TryGetValue(name, out user))
            {
                return user;
            }
        }

        return null;
    }

    /// <summary>The clusters of the account that were not asked.</summary>
    public IReadOnlyList<CloudResource> Unasked(AccountInventory inventory) => [.. inventory.Of(CloudKinds.Cluster).Where(c => !AskedClusters.Contains(c.Id))];

    private static IEnumerable<string> Names(CloudResource resource)
    {
        yield return resource.Id;
        foreach (var field in (string[])["address", "ip_address"])
        {
            if (resource.Data.Text(field) is { Length: > 0 } address)
            {
                yield return address.Split('/')[0];
            }
        }

        // The cloud controller names a load balancer after the UID of its Service.
        if (resource.Kind == CloudKinds.LoadBalancer && resource.Data.Text("name") is { Length: > 0 } name)
        {
            yield return name;
        }
    }
}
