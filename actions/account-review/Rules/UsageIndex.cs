using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;
using Actions.Shared.Text;

namespace Actions.AccountReview.Rules;

/// <summary>How much of a node pods have asked for, on average.</summary>
/// <param name="Processors">Of its processors, from 0 to 1.</param>
/// <param name="Memory">Of its memory, from 0 to 1.</param>
/// <param name="Days">For how long it is known.</param>
internal sealed record NodeUse(double Processors, double Memory, double Days);

/// <summary>A namespace that somebody has given an end.</summary>
/// <param name="Cluster">The id of the cluster.</param>
/// <param name="Name">The namespace.</param>
/// <param name="Expires">Its end, as it is written.</param>
internal sealed record ExpiringNamespace(string Cluster, string Name, string Expires);

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

    /// <summary>The images that each cluster runs, without tag and digest, by its id.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> ImagesOfClusters { get; init; } = new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>The ids of the clusters that were asked.</summary>
    public IReadOnlySet<string> AskedClusters { get; init; } = new HashSet<string>();

    /// <summary>Manifests that could not be read or rendered: what they name is not known.</summary>
    public IReadOnlyList<string> UnreadManifests { get; init; } = [];

    /// <summary>What pods have asked for, by the id of the cluster and the name of the node; only of clusters whose Prometheus was asked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, NodeUse>> NodeUse { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, NodeUse>>();

    /// <summary>The namespaces of the clusters that were asked, as far as they have an end.</summary>
    public IReadOnlyList<ExpiringNamespace> Namespaces { get; init; } = [];

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

    /// <summary>The namespaces that have an end, as things to review.</summary>
    public IEnumerable<CloudResource> NamespacesOf(AccountInventory inventory) => Namespaces.Select(n =>
    {
        var cluster = inventory.Of(CloudKinds.Cluster).FirstOrDefault(c => c.Id == n.Cluster);
        using var data = JsonDocument.Parse(JsonText.Render(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", $"{n.Name} of {cluster?.Name ?? n.Cluster}");
            json.WriteString("expires_at", n.Expires);
            json.WriteString("project_id", cluster?.ProjectId ?? "");
            json.WriteEndObject();
        }));
        return new CloudResource(CloudKinds.ClusterNamespace, $"{n.Cluster}/{n.Name}", cluster?.Locality ?? "", data.RootElement.Clone(), n.Cluster);
    });

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
