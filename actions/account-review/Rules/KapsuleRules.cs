using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;
using Actions.Shared.Validation.Schemas;

namespace Actions.AccountReview.Rules;

/// <summary>Kubernetes clusters.</summary>
internal static class KapsuleRules
{
    private static readonly TimeSpan EndOfLifeNotice = TimeSpan.FromDays(30);

    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("kapsule-open-api", ReviewArea.Security, ReviewSeverity.High,
            "The API server of a cluster answers only to known addresses.",
            "Without a list of allowed addresses the whole internet can try its credentials, and every flaw of the API server.",
            "Allow the addresses of the office and of the runners. Setting the list replaces all of it.",
            CloudKinds.Cluster, OpenApi)
        { Needs = [CloudKinds.ClusterAcl] },

        new("kapsule-version-ends", ReviewArea.Security, ReviewSeverity.High,
            "The version of a cluster is supported, and will be for a while.",
            "A version that is deprecated gets no more fixes, and at its end of life Scaleway upgrades the cluster when it suits them.",
            "Upgrade to the next minor version; `mode: upgrade-plan` shows the way.",
            CloudKinds.Cluster, VersionEnds)
        { Needs = [CloudKinds.ClusterVersion] },

        new("kapsule-no-auto-upgrade", ReviewArea.Security, ReviewSeverity.Medium,
            "A cluster gets patches by itself.",
            "Patches close holes that everybody can read about from the day they come out.",
            "Turn on automatic upgrades with a maintenance window.",
            CloudKinds.Cluster, (cluster, _) => cluster.Data.Flag("auto_upgrade", "enabled") is not { } on ? Verdict.Missing("whether patches come by themselves")
                : Verdict.PassIf(on, "Patches have to be installed by hand.")),

        new("kapsule-pool-behind", ReviewArea.Security, ReviewSeverity.Medium,
            "The nodes of a cluster have its version.",
            "Nodes that stay behind miss the fixes, and hold up the next upgrade.",
            "Upgrade the pool.",
            CloudKinds.Pool, PoolBehind)
        { Needs = [CloudKinds.Cluster] },

        new("kapsule-public-nodes", ReviewArea.Security, ReviewSeverity.Medium,
            "Nodes have no public address.",
            "A node with a public address can be reached past every load balancer and policy.",
            "Make a pool with `public_ip_disabled` behind a public gateway, move the pods there and delete this one.",
            CloudKinds.Pool, (pool, _) => pool.Data.Flag("public_ip_disabled") is not { } disabled ? Verdict.Missing("whether the nodes have public addresses")
                : Verdict.PassIf(disabled, "Every node of the pool has a public address.")),

        new("kapsule-no-single-sign-on", ReviewArea.Security, ReviewSeverity.Low,
            "People reach a cluster as themselves.",
            "Without OpenID Connect, or roles bound to IAM groups, everybody uses the same token, and nobody can tell who did what. Roles bound to IAM groups are in the cluster, where this review does not look.",
            "Set up OpenID Connect, or bind roles to IAM groups, then reset the administrator's token.",
            CloudKinds.Cluster, (cluster, _) => !cluster.Data.Has("open_id_connect_config") ? Verdict.Missing("whether the cluster has single sign-on")
                : cluster.Data.Text("open_id_connect_config", "issuer_url") is { Length: > 0 } ? Verdict.Pass
                : Verdict.Manual("The cluster has no OpenID Connect: check that its roles are bound to IAM groups.")),

        new("kapsule-no-healing", ReviewArea.Security, ReviewSeverity.Low,
            "A pool replaces nodes that fail.",
            "Otherwise a node that hangs keeps its pods until somebody looks.",
            "Turn on autohealing.",
            CloudKinds.Pool, (pool, _) => pool.Data.Flag("autohealing") is not { } on ? Verdict.Missing("whether nodes that fail are replaced")
                : Verdict.PassIf(on, "Nodes that fail are not replaced.")),

        new("kapsule-single-zone", ReviewArea.Security, ReviewSeverity.Low,
            "The nodes of a cluster are in more than one zone.",
            "When the zone of all nodes fails, everything in the cluster does. A cluster for tests may live with that.",
            "Add a pool in another zone of the region, or put the cluster on the allow-list.",
            CloudKinds.Cluster, (cluster, context) =>
            {
                var pools = context.Inventory.ChildrenOf(cluster, CloudKinds.Pool).ToArray();
                var zones = pools.Select(p => p.Data.Text("zone")).Distinct(StringComparer.Ordinal).ToArray();
                return pools.Length == 0 ? Verdict.DoesNotApply
                    : zones.Contains(null) ? Verdict.Missing("the zone of a pool")
                    : Verdict.PassIf(zones.Length > 1, $"{(pools.Length == 1 ? "The only pool is" : $"All {pools.Length} pools are")} in {zones[0]}.");
            })
        { Needs = [CloudKinds.Pool] },

        new("kapsule-retired-ingress", ReviewArea.Security, ReviewSeverity.High,
            "No cluster is entered through ingress-nginx.",
            "ingress-nginx was retired in March 2026, with version 1.15.1 as its last: it stands where everybody can reach it, and what is found in it from then on stays open.",
            "Move to the Gateway API, with Envoy Gateway for example, or to Traefik, which reads the annotations of ingress-nginx.",
            CloudKinds.Cluster, (cluster, context) => !context.Usage.AskedClusters.Contains(cluster.Id) ? Verdict.Manual("The cluster was not asked what it runs: name it in `clusters`.")
                : Verdict.PassIf(
                    context.Usage.ImagesOfClusters.GetValueOrDefault(cluster.Id)?.Any(i => i.EndsWith("ingress-nginx/controller", StringComparison.Ordinal)) != true,
                    "The cluster runs the controller of ingress-nginx.")),

        new("kapsule-no-network-policy", ReviewArea.Security, ReviewSeverity.High,
            "The network of a cluster can keep pods apart.",
            "With no network plugin, or with flannel, NetworkPolicies are accepted and do nothing.",
            "Make a new cluster with cilium or calico: the plugin cannot be changed.",
            CloudKinds.Cluster, (cluster, _) => cluster.Data.Text("cni") switch
            {
                null or "unknown_cni" => Verdict.Missing("the network plugin"),
                "none" or "flannel" => Verdict.Fail($"The network plugin {cluster.Data.Text("cni")} enforces no NetworkPolicy."),
                _ => Verdict.Pass,
            }),
    ];

    private static Verdict? OpenApi(CloudResource cluster, RuleContext context)
    {
        if (cluster.Data.Flag("acl_available") == false)
        {
            return Verdict.Manual("The cluster cannot have a list of allowed addresses.");
        }

        var rules = context.Inventory.ChildrenOf(cluster, CloudKinds.ClusterAcl).ToArray();
        if (rules.Length == 0)
        {
            return Verdict.Fail("The cluster has no list of allowed addresses.");
        }

        return Verdict.PassIf(!rules.Any(r => r.Data.Text("ip") is "0.0.0.0/0" or "::/0"), "The list of allowed addresses allows everybody.");
    }

    private static Verdict? VersionEnds(CloudResource cluster, RuleContext context)
    {
        if (cluster.Data.Text("version") is not { Length: > 0 } name)
        {
            return Verdict.Missing("the version of the cluster");
        }

        // A patch that is no longer offered is looked up by its minor release.
        var offered = context.Inventory.Of(CloudKinds.ClusterVersion).Where(v => v.Locality == cluster.Locality).ToArray();
        if ((offered.FirstOrDefault(v => v.Id == name) ?? offered.FirstOrDefault(v => SameRelease(v.Id, name))) is not { } version)
        {
            return offered.Length > 0
                ? Verdict.Fail($"Kubernetes {name} is not offered any more.") with { Severity = ReviewSeverity.Critical }
                : Verdict.Missing("which versions are offered");
        }

        if (version.Data.Date("end_of_life_at") is { } end && end - context.Now <= EndOfLifeNotice)
        {
            return Verdict.Fail(end <= context.Now
                ? $"Kubernetes {name} reached its end of life on {end:yyyy-MM-dd}: the cluster may be upgraded at any time."
                : $"Kubernetes {name} reaches its end of life on {end:yyyy-MM-dd}.") with
            { Severity = ReviewSeverity.Critical };
        }

        return version.Data.Date("deprecated_at") switch
        {
            { } deprecated => Verdict.PassIf(deprecated > context.Now, $"Kubernetes {name} has been deprecated since {deprecated:yyyy-MM-dd}."),
            null when version.Data.Has("deprecated_at") => Verdict.Pass,
            null => Verdict.Missing("until when the version is supported"),
        };
    }

    private static Verdict? PoolBehind(CloudResource pool, RuleContext context)
    {
        if (context.Inventory.Find(CloudKinds.Cluster, pool.Locality, pool.ParentId)?.Data.Text("version") is not { } wanted
            || !KubernetesVersion.TryParse(wanted, out var cluster)
            || pool.Data.Text("version") is not { } given
            || !KubernetesVersion.TryParse(given, out var nodes))
        {
            return Verdict.Missing("the version of the pool, or of its cluster");
        }

        return Verdict.PassIf(nodes >= cluster, $"The nodes have {given}, the cluster has {wanted}.");
    }

    private static bool SameRelease(string left, string right) =>
        KubernetesVersion.TryParse(left, out var l) && KubernetesVersion.TryParse(right, out var r) && l.SameRelease(r);
}
