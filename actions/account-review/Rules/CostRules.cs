using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>What is paid for and not used, or dearer than it has to be.</summary>
internal static class CostRules
{
    private static readonly TimeSpan DiscountNotice = TimeSpan.FromDays(30);

    /// <summary>What goes up by less than this is no news.</summary>
    private const decimal LeastIncrease = 10m;

    /// <summary>Below this a rise of one category in one project is no news.</summary>
    private const decimal LeastPartIncrease = 25m;

    private const decimal Gigabyte = 1_000_000_000m;

    /// <summary>A registry namespace below this is never too large.</summary>
    private const decimal LeastRegistrySize = 10 * Gigabyte;

    /// <summary>What grows by less is no news.</summary>
    private const decimal LeastRegistryGrowth = 5 * Gigabyte;

    /// <summary>How long the bill may take to have something.</summary>
    private static readonly TimeSpan BillDelay = TimeSpan.FromHours(48);

    /// <summary>Over which time it is looked at what the pods of a pool ask for.</summary>
    public static readonly TimeSpan PoolUsePeriod = TimeSpan.FromDays(14);

    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("cost-standby-server", ReviewArea.Cost, ReviewSeverity.Medium,
            "No server stands by for long.",
            "A server in standby (`stopped in place`) keeps its place on the hypervisor, and is paid for as if it ran.",
            "Power the server off, or delete it.",
            CloudKinds.Server, StandbyServer),

        new("cost-stopped-server", ReviewArea.Cost, ReviewSeverity.Low,
            "No server is stopped for long.",
            "A stopped server costs nothing itself, but its volumes and addresses do.",
            "Make an image of the server if it may be needed again, and delete it with its volumes and addresses.",
            CloudKinds.Server, StoppedServer)
        { Needs = [CloudKinds.Volume, CloudKinds.BlockVolume, CloudKinds.Ip] },

        new("cost-retired-server-type", ReviewArea.Cost, ReviewSeverity.Medium,
            "No server is of a type that is no longer sold.",
            "Such types are dearer for what they do, and one day they are switched off.",
            "Move to the type that stands in for it.",
            CloudKinds.Server, RetiredType),

        new("cost-fixed-pool", ReviewArea.Cost, ReviewSeverity.Low,
            "A pool of several nodes grows and shrinks with what runs on it.",
            "Otherwise the nodes for the busiest hour are paid for at night.",
            "Turn on autoscaling with a minimum and a maximum.",
            CloudKinds.Pool, (pool, context) => pool.Data.Flag("autoscaling") is not { } scales || pool.Data.Whole("size") is not { } size ? Verdict.Missing("whether the pool scales, or its size")
                : Verdict.PassIf(scales || size <= 1, $"The pool has {size} nodes{Each(pool, context)} at all times.")),

        new("cost-oversized-pool", ReviewArea.Cost, ReviewSeverity.Medium,
            "Pods ask for a fair part of what the nodes of a pool offer.",
            "A node is paid for whether pods have asked for it or not. What they asked for, of processors and of memory, is taken from Prometheus as the average of two weeks, and the larger of the two counts: below `least-pool-use` the pool could be smaller.",
            "Take smaller nodes or fewer of them, or turn on autoscaling with a lower minimum.",
            CloudKinds.Pool, OversizedPool)
        { Needs = [CloudKinds.Node] },

        new("cost-load-balancer-down", ReviewArea.Cost, ReviewSeverity.Medium,
            "Behind a load balancer is something that answers.",
            "A load balancer of which every server fails its health check is paid for by the hour and serves nobody. Whether it is left over or broken the account does not tell, so that it is never deleted for that.",
            "Repair what is behind it, or delete the load balancer.",
            CloudKinds.LoadBalancer, DeadLoadBalancer)
        { Needs = [CloudKinds.BackendServer] },

        new("cost-registry-growth", ReviewArea.Cost, ReviewSeverity.Low,
            "A registry namespace does not grow without end.",
            "Images are paid for by the gigabyte, and a pipeline pushes one for every commit. The size is compared with that of `previous-report`; the largest images are named.",
            "Delete old tags: `registry-unused-tag` finds those that nothing uses.",
            CloudKinds.RegistryNamespace, RegistryGrowth)
        { Needs = [CloudKinds.RegistryImage] },

        new("cost-dedicated-control-plane", ReviewArea.Cost, ReviewSeverity.Low,
            "Only production has a dedicated control plane.",
            "A shared control plane does for tests, and costs nothing.",
            "Change the type of the cluster to kapsule, or put it on the allow-list. A commitment must have ended first.",
            CloudKinds.Cluster, DedicatedControlPlane),

        new("cost-month-on-month", ReviewArea.Cost, ReviewSeverity.Medium,
            "The bill does not rise by more than `cost-increase-percent`.",
            "A rise that is seen within the month can be stopped within the month.",
            "Look at the categories that rose most, and set a budget with an alert.",
            CloudKinds.Organisation, MonthOnMonth)
        { Needs = [CloudKinds.Consumption, CloudKinds.PreviousConsumption] },

        new("cost-no-budget", ReviewArea.Cost, ReviewSeverity.Medium,
            "The organisation has a budget.",
            "Without one nobody is told before the invoice comes.",
            "Set a budget with an alert at 80 percent.",
            CloudKinds.Organisation, (_, context) => Verdict.PassIf(context.Inventory.Of(CloudKinds.Budget).Count > 0, "The organisation has no budget."))
        { Needs = [CloudKinds.Budget] },

        new("cost-discount-ends", ReviewArea.Cost, ReviewSeverity.Low,
            "No discount lapses unused.",
            "What remains of a discount on its last day is lost.",
            "Use the rest, or ask for a new one.",
            CloudKinds.Discount, (discount, context) => discount.Data.Decimal("value_remaining") is not { } rest ? Verdict.Missing("what remains of the discount")
                : discount.Data.Date("stop_date") is not { } end || end <= context.Now ? Verdict.DoesNotApply
                : Verdict.PassIf(rest == 0 || end - context.Now > DiscountNotice, $"The discount ends on {end:yyyy-MM-dd}, with {rest:0.##} of {discount.Data.Decimal("value") ?? rest:0.##} unused.")),

        new("cost-project-without-owner", ReviewArea.Cost, ReviewSeverity.Low,
            "Every project that costs something has somebody who answers for it.",
            "Nobody saves what nobody pays. A project has no tags: its owner is given by `owners`, or by `owner=name` in its description.",
            "Add the project to `owners`, or `owner=name` to its description.",
            CloudKinds.Project, ProjectWithoutOwner),

        new("cost-billed-without-resource", ReviewArea.Cost, ReviewSeverity.Medium,
            "What is billed is there.",
            "The bill tells amounts by product and project, not by resource. What is billed in a zone in which the project has no such thing was deleted this month, lies in a zone that is not reviewed, or is forgotten where nobody looks.",
            "Look for it in the console, and delete it if nobody needs it.",
            CloudKinds.Consumption, BilledWithoutResource)
        { Needs = [CloudKinds.Server, CloudKinds.Pool, CloudKinds.Cluster, CloudKinds.LoadBalancer, CloudKinds.Ip] },

        new("cost-server-without-bill", ReviewArea.Cost, ReviewSeverity.Low,
            "A server that runs is on the bill.",
            "What runs and is not billed is billed later, to somebody else, or under a name that nobody looks for: a forecast that lacks it is wrong. The bill tells amounts by product and project, so that one line stands for all servers of a type.",
            "Look for it on the bill, and tell the vendor if it is not there.",
            CloudKinds.Server, (server, context) => RunningWithoutBill(server, server.Data.Text("commercial_type"), server.Data.Text("state") is "running" or "stopped in place", server.ProjectId, server.Locality, context))
        { Needs = [CloudKinds.Consumption] },

        new("cost-pool-without-bill", ReviewArea.Cost, ReviewSeverity.Low,
            "The nodes of a pool are on the bill.",
            "As for servers: what runs and is not billed makes every forecast wrong.",
            "Look for it on the bill, and tell the vendor if it is not there.",
            CloudKinds.Pool, (pool, context) => RunningWithoutBill(
                pool, pool.Data.Text("node_type"), pool.Data.Whole("size") > 0, context.Inventory.Find(CloudKinds.Cluster, pool.Locality, pool.ParentId)?.ProjectId ?? "", pool.Data.Text("zone") ?? "", context))
        { Needs = [CloudKinds.Consumption, CloudKinds.Cluster] },

        new("cost-load-balancer-without-bill", ReviewArea.Cost, ReviewSeverity.Low,
            "A load balancer is on the bill.",
            "As for servers: what is there and is not billed makes every forecast wrong.",
            "Look for it on the bill, and tell the vendor if it is not there.",
            CloudKinds.LoadBalancer, (balancer, context) => RunningWithoutBill(balancer, balancer.Data.Text("type"), true, balancer.ProjectId, balancer.Locality, context))
        { Needs = [CloudKinds.Consumption] },
    ];

    /// <summary>What a server costs in a month while it runs, or stands by.</summary>
    private static decimal? PriceOf(CloudResource server, RuleContext context) =>
        server.Data.Text("commercial_type") is { } type ? context.Prices.Monthly(type, server.Locality) : null;

    private static Verdict? StandbyServer(CloudResource server, RuleContext context)
    {
        if (server.Data.Text("state") is not { } state)
        {
            return Verdict.Missing("whether the server runs");
        }

        if (state != "stopped in place")
        {
            return Verdict.Pass;
        }

        return server.ChangedAt is not { } changed ? Verdict.Missing("since when the server stands by")
            : context.Now - changed <= TimeSpan.FromDays(1) ? Verdict.Pass
            : Verdict.Fail($"The server has stood by for {context.DaysSince(changed)} days, and is paid for as if it ran.") with { Saving = PriceOf(server, context) };
    }

    private static Verdict? StoppedServer(CloudResource server, RuleContext context)
    {
        if (server.Data.Text("state") is not { } state)
        {
            return Verdict.Missing("whether the server runs");
        }

        if (state != "stopped")
        {
            return Verdict.Pass;
        }

        if (server.ChangedAt is not { } changed)
        {
            return Verdict.Missing("since when the server is stopped");
        }

        if (context.Now - changed <= context.Settings.StoppedAfter)
        {
            return Verdict.Pass;
        }

        var addresses = server.Data.Items("public_ips")?.Count(i => i.Flag("dynamic") == false) ?? 0;
        decimal? saving = addresses == 0 ? 0 : context.Prices.FlexibleIp(server.Locality) * addresses;
        var volumes = 0;
        if (server.Data.Find("volumes") is { ValueKind: JsonValueKind.Object } attached)
        {
            foreach (var volume in attached.EnumerateObject())
            {
                volumes++;
                var size = volume.Value.Decimal("size") ?? (volume.Value.Text("id") is { } id ? context.Inventory.Find(CloudKinds.BlockVolume, server.Locality, id)?.Data.Decimal("size") : null);
                saving += context.Prices.Volume(size);
            }
        }

        return Verdict.Fail($"The server has been stopped for {context.DaysSince(changed)} days, with {Count(volumes, "volume")} and {Count(addresses, "flexible IP")}.") with { Saving = saving };
    }

    private static Verdict? RetiredType(CloudResource server, RuleContext context)
    {
        if (server.Data.Text("commercial_type") is not { } type)
        {
            return Verdict.Missing("the type of the server");
        }

        var product = context.Prices.Product(type, server.Locality);
        var status = product.Text("status");
        var ends = server.Data.Flag("end_of_service");
        if (ends is null && status is null)
        {
            return Verdict.Missing("whether the type is still sold");
        }

        if (ends != true && status is not ("end_of_sale" or "end_of_support" or "end_of_deployment"))
        {
            return Verdict.Pass;
        }

        var now = context.Prices.Monthly(type, server.Locality);
        var instead = product.Texts("properties", "instance", "recommended_replacement_offer_ids") is [var first, ..] ? first : null;
        var then = instead is null ? null : context.Prices.Monthly(instead, server.Locality);
        var message = $"The type {type} is no longer sold{(instead is null ? "" : $"; {instead} stands in for it{(then is { } t && now is { } n ? $", at {t:0.00} instead of {n:0.00} EUR a month" : "")}")}.";
        return Verdict.Fail(message) with { Saving = now - then is > 0 and var less ? less : null };
    }

    private static Verdict? DedicatedControlPlane(CloudResource cluster, RuleContext context)
    {
        if (cluster.Data.Text("type") is not { } type)
        {
            return Verdict.Missing("the type of the cluster");
        }

        if (!type.Contains("dedicated", StringComparison.Ordinal))
        {
            return Verdict.Pass;
        }

        var words = cluster.Tags.Append(cluster.Name).Append(context.Inventory.Find(CloudKinds.Project, "", cluster.ProjectId)?.Name ?? "");
        if (words.Any(w => w.Contains("prod", StringComparison.OrdinalIgnoreCase) && !w.Contains("non", StringComparison.OrdinalIgnoreCase)))
        {
            return Verdict.Pass;
        }

        return cluster.Data.Date("commitment_ends_at") is { } end && end > context.Now
            ? Verdict.DoesNotApply
            : Verdict.Fail($"The control plane is of the type {type}, and nothing says that the cluster is for production.") with { IsUncertain = true };
    }

    private static Verdict? MonthOnMonth(CloudResource organisation, RuleContext context)
    {
        if (Total(context, CloudKinds.Consumption) is not { } now || Total(context, CloudKinds.PreviousConsumption) is not { } before)
        {
            return Verdict.Manual("The bill has a line without an amount.");
        }

        // What has been spent so far, at the pace so far, until the end of the month.
        var start = new DateTimeOffset(context.Now.Year, context.Now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var elapsed = (decimal)(context.Now - start).TotalHours;
        if (elapsed < 48)
        {
            return Verdict.Manual("The month is too young to tell what it will cost.");
        }

        var forecast = now / elapsed * (decimal)(start.AddMonths(1) - start).TotalHours;
        if (forecast - before < LeastIncrease || forecast <= before * (1 + (context.Settings.IncreasePercent / 100m)))
        {
            return RisenPart(context, (decimal)(start.AddMonths(1) - start).TotalHours / elapsed);
        }

        var risen = ByCategory(context, CloudKinds.Consumption)
            .Select(c => (c.Key, Rise: (c.Value / elapsed * (decimal)(start.AddMonths(1) - start).TotalHours) - ByCategory(context, CloudKinds.PreviousConsumption).GetValueOrDefault(c.Key)))
            .OrderByDescending(c => c.Rise)
            .ThenBy(c => c.Key, StringComparer.Ordinal)
            .Where(c => c.Rise > 0)
            .Take(3)
            .Select(c => $"{c.Key} {c.Rise:+0.00}");
        var percent = before == 0 ? "" : $", {(forecast / before - 1) * 100:+0} percent";
        return Verdict.Fail($"At the pace so far the month will cost {forecast:0.00} EUR, after {before:0.00} EUR the month before{percent}; most of it {string.Join(", ", risen)}.");
    }

    /// <summary>Where the whole does not rise, a part of it may, hidden by what another part saves.</summary>
    private static Verdict RisenPart(RuleContext context, decimal pace)
    {
        Dictionary<(string Project, string Category), decimal> Parts(CloudKind kind) => context.Inventory.Of(kind)
            .GroupBy(c => (c.Data.Text("project_id") ?? "", c.Data.Text("category_name") ?? "?"))
            .ToDictionary(g => g.Key, g => g.Sum(c => Money.Read(c.Data.Find("value"))?.Amount ?? 0));
        var before = Parts(CloudKinds.PreviousConsumption);
        var risen = Parts(CloudKinds.Consumption)
            .Select(p => (p.Key, Forecast: p.Value * pace, Before: before.GetValueOrDefault(p.Key)))
            .Where(p => p.Forecast - p.Before >= LeastPartIncrease && p.Forecast > p.Before * (1 + (context.Settings.IncreasePercent / 100m)))
            .OrderByDescending(p => p.Forecast - p.Before)
            .ThenBy(p => p.Key)
            .Take(3)
            .Select(p => $"{p.Key.Category} of {context.Inventory.Find(CloudKinds.Project, "", p.Key.Project)?.Name ?? "an unknown project"} {p.Forecast:0.00} EUR after {p.Before:0.00}")
            .ToArray();
        return risen.Length == 0 ? Verdict.Pass : Verdict.Fail($"The bill as a whole does not rise, but at the pace so far parts of it do: {string.Join(", ", risen)}.") with { Severity = ReviewSeverity.Low };
    }

    private static Verdict? ProjectWithoutOwner(CloudResource project, RuleContext context)
    {
        if (context.Inventory.GapFor(CloudKinds.Consumption, project) is { } gap)
        {
            return context.Owner(project).Length > 0 ? Verdict.Pass : Verdict.Manual($"Nobody answers for the project, and the bill could not be read: {gap.Reason}.");
        }

        var spent = context.Inventory.Of(CloudKinds.Consumption).Where(c => c.Data.Text("project_id") == project.Id).Sum(c => Money.Read(c.Data.Find("value"))?.Amount ?? 0);
        return spent <= 0 ? Verdict.DoesNotApply
            : Verdict.PassIf(context.Owner(project).Length > 0, $"Nobody answers for the project, which has cost {spent:0.00} EUR this month.");
    }

    private static Verdict? BilledWithoutResource(CloudResource line, RuleContext context)
    {
        if (line.Data.Text("sku") is not { Length: > 0 } sku || line.Data.Text("project_id") is not { } project || Money.Read(line.Data.Find("value")) is not { } value)
        {
            return Verdict.Missing("the product, the project or the amount of a line of the bill");
        }

        // Of products that are sold by an amount, and of those that the inventory does not have, it is not known what they would be there.
        if (value.Amount <= 0 || Sku.Parse(sku) is not { } sold)
        {
            return Verdict.DoesNotApply;
        }

        var found = sold.Family switch
        {
            "compute" => context.Inventory.Of(CloudKinds.Server).Any(s => s.Locality == sold.Zone && s.ProjectId == project && sold.Is(s.Data.Text("commercial_type")))
                || context.Inventory.Of(CloudKinds.Pool).Any(p => p.Data.Text("zone") == sold.Zone && sold.Is(p.Data.Text("node_type"))
                    && context.Inventory.Find(CloudKinds.Cluster, p.Locality, p.ParentId)?.ProjectId == project),
            "network" when sold.Type.StartsWith("LB-", StringComparison.Ordinal) => context.Inventory.Of(CloudKinds.LoadBalancer).Any(b => b.Locality == sold.Zone && b.ProjectId == project && sold.Is(b.Data.Text("type"))),
            "network" when sold.Type == "FLEXIBLE-IP" => context.Inventory.Of(CloudKinds.Ip).Any(i => i.Locality == sold.Zone && i.ProjectId == project),
            _ => (bool?)null,
        };
        return found is null ? Verdict.DoesNotApply
            : found.Value ? Verdict.Pass
            : Verdict.Fail($"{line.Data.Text("product_name") ?? sku} in {sold.Zone} has cost {value.Amount:0.00} EUR this month, and the project has no {sold.Type} there.") with { IsUncertain = true };
    }

    /// <summary>What a line of the bill is for: <c>/compute/dev1_s/run_fr-par-1</c> is a family, a type and a zone.</summary>
    private sealed record Sku(string Family, string Type, string Zone)
    {
        public static Sku? Parse(string sku) =>
            sku.Split('/', StringSplitOptions.RemoveEmptyEntries) is [var family, var type, ['r', 'u', 'n', '_', .. { Length: > 0 } zone]] ? new Sku(family, Name(type), zone) : null;

        public bool Is(string? type) => type is not null && Name(type) == Type;

        private static string Name(string type) => type.Replace('_', '-').ToUpperInvariant();
    }

    /// <summary>Something that costs by the hour, and what the bill of the month has of its kind in its project and zone.</summary>
    private static Verdict? RunningWithoutBill(CloudResource resource, string? type, bool isPaid, string project, string zone, RuleContext context)
    {
        if (type is null || project.Length == 0 || zone.Length == 0 || resource.CreatedAt is not { } created)
        {
            return Verdict.Missing($"the type, the project, the zone or the age of the {resource.Kind.Title}");
        }

        // The bill comes after some hours, and has nothing yet of what is new.
        if (!isPaid || context.Now - created < BillDelay)
        {
            return Verdict.DoesNotApply;
        }

        if (context.Now - MonthOf(context) < BillDelay)
        {
            return Verdict.Manual("The month is too young to tell what is billed.");
        }

        var isBilled = context.BilledSkus.Contains((project, type.Replace('_', '-').ToUpperInvariant(), zone));
        return isBilled ? Verdict.Pass
            : context.Prices.Monthly(type, zone) == 0 ? Verdict.DoesNotApply
            : Verdict.Fail($"The bill of this month has no {type.Replace('_', '-').ToUpperInvariant()} of the project in {zone}.") with { IsUncertain = true };
    }

    /// <summary>Project, type and zone of everything that is billed by the time this month.</summary>
    public static IReadOnlySet<(string Project, string Type, string Zone)> Billed(AccountInventory inventory) => inventory.Of(CloudKinds.Consumption)
        .Select(c => (Project: c.Data.Text("project_id") ?? "", Sku: Sku.Parse(c.Data.Text("sku") ?? "")))
        .Where(c => c.Sku is not null)
        .Select(c => (c.Project, c.Sku!.Type, c.Sku.Zone))
        .ToHashSet();

    private static DateTimeOffset MonthOf(RuleContext context) => new(context.Now.Year, context.Now.Month, 1, 0, 0, 0, TimeSpan.Zero);

    private static Verdict? OversizedPool(CloudResource pool, RuleContext context)
    {
        if (pool.Data.Whole("size") is not { } size)
        {
            return Verdict.Missing("the size of the pool");
        }

        if (size == 0 || pool.CreatedAt is { } created && context.Now - created < PoolUsePeriod)
        {
            return Verdict.DoesNotApply;
        }

        var name = context.Inventory.Find(CloudKinds.Cluster, pool.Locality, pool.ParentId)?.Name ?? "";
        if ((context.Usage.NodeUse.GetValueOrDefault(pool.ParentId) ?? context.Usage.NodeUse.GetValueOrDefault(name)) is not { } cluster)
        {
            return Verdict.Manual("No Prometheus was asked what the pods of the pool ask for: name it in `prometheus`.");
        }

        var nodes = context.Inventory.Of(CloudKinds.Node).Where(n => n.Locality == pool.Locality && n.Data.Text("pool_id") == pool.Id).Select(n => cluster.GetValueOrDefault(n.Name)).OfType<NodeUse>().ToArray();
        if (nodes.Length == 0)
        {
            return Verdict.Manual("Prometheus knows none of the nodes of the pool.");
        }

        var days = nodes.Max(n => n.Days);
        if (days < PoolUsePeriod.TotalDays * 0.9)
        {
            return Verdict.Manual($"Prometheus knows the nodes of the pool for {days:0} days only, and {PoolUsePeriod.TotalDays:0} are needed.");
        }

        var (processors, memory) = (nodes.Average(n => n.Processors) * 100, nodes.Average(n => n.Memory) * 100);
        var used = Math.Max(processors, memory);
        if (used >= context.Settings.LeastPoolUse)
        {
            return Verdict.Pass;
        }

        // So many nodes would do if they were asked for to three quarters.
        var needed = Math.Max(1, (long)Math.Ceiling(size * used / 75));
        var price = pool.Data.Text("node_type") is { } type ? context.Prices.Monthly(type, pool.Data.Text("zone") ?? pool.Locality) : null;
        return Verdict.Fail($"Pods ask for {processors:0} percent of the processors and {memory:0} percent of the memory of the {Count((int)size, "node")}{(needed < size ? $"; {needed} would do" : "")}.") with
        {
            Saving = needed < size ? price * (size - needed) : null,
            IsUncertain = true,
        };
    }

    private static Verdict? DeadLoadBalancer(CloudResource balancer, RuleContext context)
    {
        var servers = context.Inventory.ChildrenOf(balancer, CloudKinds.BackendServer).ToArray();
        if (servers.Length == 0)
        {
            return Verdict.DoesNotApply;
        }

        var states = servers.Select(s => s.Data.Text("last_health_check_status")).ToArray();
        return states.Any(s => s is "passed" or "neutral" or "condpass") ? Verdict.Pass
            : states.Any(s => s is null or "unknown") ? Verdict.Missing("whether the servers behind the load balancer pass their health checks")
            : Verdict.Fail($"{(servers.Length == 1 ? "The only server behind it fails its" : $"All {servers.Length} servers behind it fail their")} health check.") with
            {
                Saving = balancer.Data.Text("type") is { } type ? context.Prices.Monthly(type, balancer.Locality) : null,
                IsUncertain = true,
            };
    }

    private static Verdict? RegistryGrowth(CloudResource space, RuleContext context)
    {
        if (space.Data.Decimal("size") is not { } size)
        {
            return Verdict.Missing("the size of the namespace");
        }

        if (size < LeastRegistrySize)
        {
            return Verdict.Pass;
        }

        if (context.EarlierRegistrySizes is null)
        {
            return Verdict.Manual($"The namespace has {size / Gigabyte:0.#} GB; no `previous-report` tells how much it had before.");
        }

        // A namespace that the report before does not have is as much as it is from nothing.
        var before = context.EarlierRegistrySizes.GetValueOrDefault(space.Key);
        if (size - before < LeastRegistryGrowth || size <= before * (1 + (context.Settings.IncreasePercent / 100m)))
        {
            return Verdict.Pass;
        }

        var largest = context.Inventory.Of(CloudKinds.RegistryImage)
            .Where(i => i.Locality == space.Locality && i.Data.Text("namespace_id") == space.Id)
            .OrderByDescending(i => i.Data.Decimal("size") ?? 0).ThenBy(i => i.Name, StringComparer.Ordinal).Take(3)
            .Select(i => $"{i.Name} {(i.Data.Decimal("size") ?? 0) / Gigabyte:0.#} GB");
        return Verdict.Fail($"The namespace has grown from {before / Gigabyte:0.#} to {size / Gigabyte:0.#} GB; its largest images are {string.Join(", ", largest)}.");
    }

    /// <summary>The sum of a month; null when a line has no amount in EUR.</summary>
    public static decimal? Total(RuleContext context, CloudKind kind)
    {
        var total = 0m;
        foreach (var line in context.Inventory.Of(kind))
        {
            if (Money.Read(line.Data.Find("value")) is not { Currency: "EUR" } value)
            {
                return null;
            }

            total += value.Amount;
        }

        return total;
    }

    private static Dictionary<string, decimal> ByCategory(RuleContext context, CloudKind kind) => context.Inventory.Of(kind)
        .GroupBy(c => c.Data.Text("category_name") ?? "?", StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Sum(c => Money.Read(c.Data.Find("value"))?.Amount ?? 0), StringComparer.Ordinal);

    private static string Each(CloudResource pool, RuleContext context) =>
        pool.Data.Text("node_type") is { } type && context.Prices.Monthly(type, pool.Data.Text("zone") ?? pool.Locality) is { } price ? $" of {price:0.00} EUR a month each" : "";

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";
}
