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
        { Needs = [CloudKinds.Server, CloudKinds.Pool, CloudKinds.Cluster] },
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
            return Verdict.Pass;
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

        // /compute/dev1_s/run_fr-par-1: the kind of thing, its type, and the zone. Of other products it is not known what they would be in the inventory.
        var parts = sku.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (value.Amount <= 0 || parts.Length != 3 || parts[0] != "compute" || !parts[2].StartsWith("run_", StringComparison.Ordinal))
        {
            return Verdict.DoesNotApply;
        }

        var (type, zone) = (parts[1].Replace('_', '-'), parts[2]["run_".Length..]);
        var servers = context.Inventory.Of(CloudKinds.Server).Any(s => s.Locality == zone && s.ProjectId == project && Same(s.Data.Text("commercial_type"), type));
        var nodes = context.Inventory.Of(CloudKinds.Pool).Any(p => (p.Data.Text("zone") ?? "") == zone && Same(p.Data.Text("node_type"), type)
            && context.Inventory.Find(CloudKinds.Cluster, p.Locality, p.ParentId)?.ProjectId == project);
        return servers || nodes
            ? Verdict.Pass
            : Verdict.Fail($"{line.Data.Text("product_name") ?? sku} in {zone} has cost {value.Amount:0.00} EUR this month, and the project has no {type.ToUpperInvariant()} there.") with { IsUncertain = true };
    }

    private static bool Same(string? left, string right) => left is not null && string.Equals(left.Replace('_', '-'), right, StringComparison.OrdinalIgnoreCase);

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
