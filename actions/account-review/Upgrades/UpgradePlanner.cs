using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;
using Actions.Shared.Validation.Schemas;

namespace Actions.AccountReview.Upgrades;

/// <summary>An object of the manifests, as far as an upgrade minds.</summary>
/// <param name="ApiVersion"><c>apiVersion</c>.</param>
/// <param name="Kind"><c>kind</c>.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="Location">Where it starts.</param>
internal sealed record ManifestObject(string ApiVersion, string Kind, string Name, Shared.Findings.SourceLocation Location)
{
    /// <summary>The images that its pods run, as it writes them.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];
}

/// <summary>
/// Finds the way of a Kapsule cluster to the newest version. Pure. Kubernetes goes one minor release at a time, first the control plane, then the pools;
/// every step names what is in the way: pools that stay behind, a network plugin that the version does not have, APIs that the manifests use and the
/// version does not serve.
/// </summary>
internal static class UpgradePlanner
{
    /// <summary>Nodes may be this many minor releases behind the control plane (version skew policy of Kubernetes).</summary>
    private const int MaxSkew = 3;

    /// <summary>The kinds that a plan is made from.</summary>
    public static IReadOnlySet<CloudKind> Kinds { get; } = new HashSet<CloudKind> { CloudKinds.Cluster, CloudKinds.Pool, CloudKinds.ClusterVersion, CloudKinds.ServerType, CloudKinds.Product };

    /// <summary>The plan of each cluster, in the order of region and name.</summary>
    /// <param name="inventory">The account.</param>
    /// <param name="manifests">What runs there.</param>
    /// <param name="target">The release to end at; null for the newest.</param>
    public static IReadOnlyList<UpgradePlan> Plan(AccountInventory inventory, ManifestObjects manifests, KubernetesVersion? target = null) =>
        [.. inventory.Of(CloudKinds.Cluster).OrderBy(c => c.Locality, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal).Select(c => Plan(c, inventory, manifests, target))];

    /// <summary>Whether manifests can be applied to a version, whatever cluster it is.</summary>
    public static UpgradePlan Check(ManifestObjects manifests, KubernetesVersion target) => new()
    {
        ClusterId = "",
        Cluster = "manifests",
        Region = "",
        Version = "",
        Hops =
        [
            new UpgradeHop(target.ToString(), null, null, [.. manifests.Objects
                .Select(o => (Object: o, Fate: ApiLifecycle.Find(o.ApiVersion, o.Kind)))
                .Where(o => o.Fate?.IsRemovedIn(target) == true)
                .Select(o => NotServed(o.Object, o.Fate!, target))
                .Concat(manifests.Unread)]),
        ],
        Pools = [],
        Notes = manifests.Objects.Count == 0 ? ["The manifests hold no object."]
            : target > KubernetesVersion.Latest && !target.SameRelease(KubernetesVersion.Latest) ? [$"Which APIs {target} does not serve is known up to {KubernetesVersion.Latest} only."]
            : [],
    };

    private static UpgradePlan Plan(CloudResource cluster, AccountInventory inventory, ManifestObjects manifests, KubernetesVersion? target)
    {
        var notes = new List<string>();
        var offered = inventory.Of(CloudKinds.ClusterVersion)
            .Where(v => v.Locality == cluster.Locality)
            .Select(v => (Data: v, Parsed: KubernetesVersion.TryParse(v.Id, out var parsed) ? parsed : (KubernetesVersion?)null))
            .Where(v => v.Parsed is not null)
            .Select(v => (v.Data, Version: v.Parsed!.Value))
            .ToArray();
        var name = cluster.Data.Text("version") ?? "";
        if (!KubernetesVersion.TryParse(name, out var current))
        {
            notes.Add("The API does not tell the version of the cluster: no way can be planned.");
        }

        foreach (var kind in (CloudKind[])[CloudKinds.ClusterVersion, CloudKinds.Pool])
        {
            if (inventory.GapFor(kind, cluster) is { } gap)
            {
                notes.Add($"The list of each {kind.Title} could not be read, so that the plan is not complete: {gap.Reason}.");
            }
        }

        var pools = inventory.ChildrenOf(cluster, CloudKinds.Pool).OrderBy(p => p.Name, StringComparer.Ordinal).ToArray();
        var hops = new List<UpgradeHop>();
        var before = current;
        while (name.Length > 0 && (target is not { } last || before.Minor < last.Minor) && offered.Where(v => v.Version.Major == before.Major && v.Version.Minor == before.Minor + 1).OrderByDescending(v => v.Version).FirstOrDefault() is { Data: { } data } next)
        {
            hops.Add(new UpgradeHop(data.Id, data.Data.Date("deprecated_at"), data.Data.Date("end_of_life_at"), Blockers(cluster, pools, data, next.Version, before, isFirst: hops.Count == 0, manifests)));
            before = next.Version;
        }

        if (offered.Where(v => v.Version.SameRelease(current) && v.Version > current).OrderByDescending(v => v.Version).FirstOrDefault() is { Data: { } patch })
        {
            notes.Add($"The patch {patch.Id} can be installed at once.");
        }

        if (cluster.Data.Flag("auto_upgrade", "enabled") == true)
        {
            notes.Add($"Patches come by themselves, from {cluster.Data.Whole("auto_upgrade", "maintenance_window", "start_hour"):00}:00 UTC on {cluster.Data.Text("auto_upgrade", "maintenance_window", "day") ?? "any"} day: keep out of that window.");
        }

        var own = offered.OrderBy(v => v.Version == current ? 0 : 1).FirstOrDefault(v => v.Version.SameRelease(current)).Data;
        return new UpgradePlan
        {
            ClusterId = cluster.Id,
            Cluster = cluster.Name,
            Region = cluster.Locality,
            Version = name,
            DeprecatedAt = own?.Data.Date("deprecated_at"),
            EndOfLifeAt = own?.Data.Date("end_of_life_at"),
            Hops = hops,
            Pools = [.. pools.Select(p => PoolOf(p, inventory))],
            Notes = notes,
        };
    }

    private static List<UpgradeBlocker> Blockers(
        CloudResource cluster, CloudResource[] pools, CloudResource target, KubernetesVersion version, KubernetesVersion before, bool isFirst, ManifestObjects manifests)
    {
        var blockers = new List<UpgradeBlocker>();
        if (isFirst && cluster.Data.Text("status") is { } status and not ("ready" or "pool_required"))
        {
            blockers.Add(new UpgradeBlocker($"The cluster is {status}: wait until it is ready."));
        }

        if (cluster.Data.Text("cni") is { } cni && target.Data.Texts("available_cnis") is { } available && !available.Contains(cni))
        {
            blockers.Add(new UpgradeBlocker($"The network plugin {cni} is not available in {target.Id}."));
        }

        // After the steps before, pools are taken to be where the plan brings them; only what they are now can be in the way of the first.
        foreach (var pool in isFirst ? pools : [])
        {
            if (KubernetesVersion.TryParse(pool.Data.Text("version") ?? "", out var nodes) && version.Minor - nodes.Minor > MaxSkew)
            {
                blockers.Add(new UpgradeBlocker($"The pool {pool.Name} has {pool.Data.Text("version")}, more than {MaxSkew} releases behind: upgrade it to {before} first."));
            }
        }

        foreach (var item in manifests.Objects)
        {
            if (ApiLifecycle.Find(item.ApiVersion, item.Kind) is not { } fate || !fate.IsRemovedIn(version))
            {
                continue;
            }

            if (!fate.IsRemovedIn(before))
            {
                blockers.Add(NotServed(item, fate, version));
            }
            else if (isFirst)
            {
                blockers.Add(new UpgradeBlocker($"{item.Name} uses {item.ApiVersion}, which not even {before} serves{Instead(fate)}.", item.Location));
            }
        }

        if (isFirst)
        {
            blockers.AddRange(manifests.Unread);
        }

        return blockers;
    }

    private static UpgradeBlocker NotServed(ManifestObject item, ApiLifecycle fate, KubernetesVersion version) =>
        new($"{item.Name} uses {item.ApiVersion}, which {version} does not serve{Instead(fate)}.", item.Location);

    private static string Instead(ApiLifecycle fate) => fate.Replacement is { } other ? $": use {other}" : "";

    private static PoolUpgrade PoolOf(CloudResource pool, AccountInventory inventory)
    {
        var nodes = pool.Data.Whole("size") ?? 0;
        var surge = Math.Min(pool.Data.Whole("upgrade_policy", "max_surge") ?? 0, nodes);
        var price = pool.Data.Text("node_type") is { } type ? inventory.Prices.Monthly(type, pool.Data.Text("zone") ?? pool.Locality) : null;
        return new PoolUpgrade(pool.Name, pool.Data.Text("version") ?? "", nodes, surge, price / PriceBook.HoursPerMonth * surge);
    }
}
