using System.Globalization;
using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>What nothing uses any more. What these rules find may be deleted by an approved plan.</summary>
internal static class CleanUpRules
{
    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("unused-flexible-ip", ReviewArea.CleanUp, ReviewSeverity.Low,
            "Every flexible IP is attached to a server.",
            "An address is paid for whether it is used or not. The API does not tell since when one is free: the ledger remembers when it was first seen so.",
            "Delete the address, or attach it.",
            CloudKinds.Ip, (ip, context) => !ip.Data.Has("server") ? Verdict.Missing("whether the address is attached")
                : ip.Data.Find("server").ValueKind == JsonValueKind.Object ? Verdict.Pass
                : ip.Data.Text("state") is not ("detached" or null) ? Verdict.DoesNotApply
                : Verdict.Fail($"The address {ip.Data.Text("address") ?? ip.Data.Text("prefix")} is attached to nothing.") with { Saving = IsIpv6(ip) ? 0 : context.Prices.FlexibleIp(ip.Locality) })
        { CleansUp = true, Aliases = ["steampipe:scaleway_instance_ip"] },

        new("unused-volume", ReviewArea.CleanUp, ReviewSeverity.Low,
            "Every volume is attached to a server.",
            "A volume is paid for by its size, used or not.",
            "Take a snapshot if the data may be needed, and delete the volume.",
            CloudKinds.Volume, (volume, context) => !volume.Data.Has("server") || volume.ChangedAt is not { } changed ? Verdict.Missing("whether the volume is attached, or since when it is not")
                : volume.Data.Find("server").ValueKind == JsonValueKind.Object ? Verdict.Pass
                : Verdict.PassIf(context.Now - changed < context.Settings.UnusedAfter, $"The volume of {Size(volume)} has been attached to nothing for {context.DaysSince(changed)} days.") with { Saving = context.Prices.Volume(volume.Data.Decimal("size")) })
        { CleansUp = true, Aliases = ["steampipe:scaleway_instance_volume"] },

        new("unused-block-volume", ReviewArea.CleanUp, ReviewSeverity.Low,
            "Every block volume is attached to something.",
            "A volume is paid for by its size and speed, used or not.",
            "Take a snapshot if the data may be needed, and delete the volume.",
            CloudKinds.BlockVolume, UnusedBlockVolume)
        { CleansUp = true },

        new("old-snapshot", ReviewArea.CleanUp, ReviewSeverity.Low,
            "No snapshot is older than `snapshot-max-age`.",
            "Snapshots are made in a minute and paid for until somebody deletes them. One that an image is made of is in use.",
            "Delete the snapshot, or tag it to be kept.",
            CloudKinds.Snapshot, (snapshot, context) => snapshot.CreatedAt is not { } created ? Verdict.Missing("when the snapshot was made")
                : context.UsedSnapshots.Contains(snapshot.Id) ? Verdict.DoesNotApply
                : Verdict.PassIf(context.Now - created < context.Settings.SnapshotMaxAge, $"The snapshot of {Size(snapshot)} is {context.DaysSince(created)} days old{Orphan(snapshot.Data.Find("base_volume"))}.") with { Saving = context.Prices.Snapshot(snapshot.Data.Decimal("size")) })
        { CleansUp = true, Needs = [CloudKinds.Image] },

        new("old-block-snapshot", ReviewArea.CleanUp, ReviewSeverity.Low,
            "No block snapshot is older than `snapshot-max-age`.",
            "Snapshots are made in a minute and paid for until somebody deletes them. One that an image or a volume refers to is in use.",
            "Delete the snapshot, or tag it to be kept.",
            CloudKinds.BlockSnapshot, (snapshot, context) => snapshot.CreatedAt is not { } created || snapshot.Data.Items("references") is not { } references ? Verdict.Missing("when the snapshot was made, or what refers to it")
                : references.Count > 0 || context.UsedSnapshots.Contains(snapshot.Id) ? Verdict.DoesNotApply
                : Verdict.PassIf(context.Now - created < context.Settings.SnapshotMaxAge, $"The snapshot of {Size(snapshot)} is {context.DaysSince(created)} days old{Orphan(snapshot.Data.Find("parent_volume"))}.") with { Saving = context.Prices.Snapshot(snapshot.Data.Decimal("size")) })
        { CleansUp = true, Needs = [CloudKinds.Image] },

        new("unused-load-balancer", ReviewArea.CleanUp, ReviewSeverity.Medium,
            "Every load balancer leads somewhere.",
            "A load balancer without a backend, or whose backends have no server, answers nobody and is paid for by the hour.",
            "Delete the load balancer. One that belongs to a Service of a cluster goes away with the Service.",
            CloudKinds.LoadBalancer, UnusedLoadBalancer)
        { CleansUp = true, Needs = [CloudKinds.Backend, CloudKinds.Cluster] },

        new("unused-load-balancer-ip", ReviewArea.CleanUp, ReviewSeverity.Low,
            "Every address of load balancers belongs to one.",
            "An address is paid for whether it is used or not. The API does not tell when it was made: the ledger remembers when it was first seen unused.",
            "Delete the address.",
            CloudKinds.LoadBalancerIp, (ip, context) => !ip.Data.Has("lb_id") ? Verdict.Missing("whether the address belongs to a load balancer")
                : Verdict.PassIf(ip.Data.Text("lb_id") is { Length: > 0 }, $"The address {ip.Data.Text("ip_address")} belongs to no load balancer.") with { Saving = context.Prices.FlexibleIp(ip.Locality) })
        { CleansUp = true, Needs = [CloudKinds.LoadBalancer] },

        new("unused-security-group", ReviewArea.CleanUp, ReviewSeverity.Info,
            "Every security group protects something.",
            "An unused group costs nothing, but it is one more that somebody may pick by mistake. Groups that a cluster's pools use have servers only while there are nodes.",
            "Delete the group.",
            CloudKinds.SecurityGroup, (group, context) => group.Data.Items("servers") is not { } servers || group.Data.Flag("project_default") is not { } isDefault || group.ChangedAt is not { } changed
                    ? Verdict.Missing("whom the group protects")
                : isDefault || context.Inventory.Of(CloudKinds.Pool).Any(p => p.Data.Text("security_group_id") == group.Id) ? Verdict.DoesNotApply
                : Verdict.PassIf(servers.Count > 0 || context.Now - changed < context.Settings.UnusedAfter, "The group has no server."))
        { CleansUp = true, Needs = [CloudKinds.Pool, CloudKinds.Server] },

        new("unused-image", ReviewArea.CleanUp, ReviewSeverity.Low,
            "Every private image is used by a server.",
            "An image costs nothing itself, but it keeps the snapshots that it is made of, which do.",
            "Delete the image, then its snapshots.",
            CloudKinds.Image, (image, context) => image.CreatedAt is not { } created ? Verdict.Missing("when the image was made")
                : Verdict.PassIf(
                    context.Now - created < context.Settings.SnapshotMaxAge || context.Inventory.Of(CloudKinds.Server).Any(s => s.Data.Text("image", "id") == image.Id),
                    $"No server is made of the image, which is {context.DaysSince(created)} days old."))
        { CleansUp = true, Needs = [CloudKinds.Server] },

        new("unused-private-network", ReviewArea.CleanUp, ReviewSeverity.Info,
            "Every private network has somebody in it.",
            "An empty network costs nothing, but its addresses may be those that the next one needs.",
            "Delete the network.",
            CloudKinds.PrivateNetwork, (network, context) => network.ChangedAt is not { } changed ? Verdict.Missing("when the network was made")
                : context.Inventory.Of(CloudKinds.Cluster).Any(c => c.Data.Text("private_network_id") == network.Id) ? Verdict.Pass
                : Verdict.PassIf(context.AttachedAddresses[network.Id].Any() || context.Now - changed < context.Settings.UnusedAfter, "No address of the network is attached to anything."))
        { CleansUp = true, Needs = [CloudKinds.IpamIp, CloudKinds.Cluster] },

        new("expired-namespace", ReviewArea.CleanUp, ReviewSeverity.Low,
            "No namespace of a cluster outlives its end.",
            "A preview environment gets a namespace with a label or annotation `expires-at`, a day or a time. Past that it only takes room, and has load balancers, volumes and addresses that are paid for. The review holds no key that could delete it.",
            "Delete the namespace, or give it a later end.",
            CloudKinds.ClusterNamespace, (space, context) => space.Data.Text("expires_at") is not { } text || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
                ? Verdict.Manual("The end of the namespace is no date: expected a day such as 2027-01-31.")
                // A day lasts until its end.
                : Verdict.PassIf(context.Now < (text.Length <= "2027-01-31".Length ? end.AddDays(1) : end), $"The namespace should have been gone on {end:yyyy-MM-dd}, {context.DaysSince(end)} days ago.")),
    ];

    private static Verdict? UnusedBlockVolume(CloudResource volume, RuleContext context)
    {
        if (volume.Data.Text("status") is not { } status || volume.Data.Items("references") is not { } references)
        {
            return Verdict.Missing("whether the volume is attached");
        }

        if (status != "available" || references.Count > 0)
        {
            return Verdict.Pass;
        }

        if ((volume.Data.Date("last_detached_at") ?? volume.ChangedAt) is not { } since)
        {
            return Verdict.Missing("since when the volume is attached to nothing");
        }

        if (context.Now - since < context.Settings.UnusedAfter)
        {
            return Verdict.Pass;
        }

        var ofCluster = volume.Name.StartsWith("pvc-", StringComparison.Ordinal);
        return context.Usage.UserOf(volume) is not null
            ? Verdict.Pass
            : ofCluster && context.Usage.Unasked(context.Inventory) is { Count: > 0 } unasked
                ? Verdict.Manual($"The volume has the name of one that Kubernetes made, and the cluster {unasked[0].Name} was not asked whether it uses it.")
            : Verdict.Fail($"The volume of {Size(volume)} has been attached to nothing for {context.DaysSince(since)} days{(ofCluster ? ", and no cluster knows it" : "")}.") with { Saving = context.Prices.Volume(volume.Data.Decimal("size")) };
    }

    private static Verdict? UnusedLoadBalancer(CloudResource balancer, RuleContext context)
    {
        if (balancer.CreatedAt is not { } created)
        {
            return Verdict.Missing("when the load balancer was made");
        }

        var backends = context.Inventory.ChildrenOf(balancer, CloudKinds.Backend).ToArray();
        if (backends.Any(b => b.Data.Items("pool") is null))
        {
            return Verdict.Missing("where the load balancer leads");
        }

        if (backends.Any(b => b.Data.Items("pool")!.Count > 0) || context.Now - created < context.Settings.UnusedAfter)
        {
            return Verdict.Pass;
        }

        var saving = balancer.Data.Text("type") is { } type ? context.Prices.Monthly(type, balancer.Locality) : null;
        if (balancer.Tags.Contains("managed-by-scaleway-cloud-controller-manager"))
        {
            if (context.Usage.UserOf(balancer) is not null)
            {
                return Verdict.Fail("None of the backends of the load balancer has a server; it belongs to a Service of a cluster.") with { Saving = saving };
            }

            if (context.Usage.Unasked(context.Inventory) is { Count: > 0 } unasked)
            {
                return Verdict.Manual($"A cluster made the load balancer, and the cluster {unasked[0].Name} was not asked whether it uses it.");
            }
        }

        return Verdict.Fail(backends.Length == 0 ? "The load balancer has no backend." : "None of the backends of the load balancer has a server.") with { Saving = saving };
    }

    private static bool IsIpv6(CloudResource ip) => ip.Data.Text("type") == "routed_ipv6";

    private static string Orphan(JsonElement parent) => parent.ValueKind == JsonValueKind.Object ? "" : ", and its volume is gone";

    private static string Size(CloudResource resource) => resource.Data.Decimal("size") is { } bytes ? $"{bytes / 1_000_000_000m:0.#} GB" : "unknown size";
}
