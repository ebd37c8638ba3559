using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.AccountReview.Terraform;

namespace Actions.AccountReview.CleanUp;

/// <summary>Limits of a clean-up.</summary>
internal sealed record CleanUpSettings
{
    /// <summary>From the mark of a leftover to its deletion.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(14);

    /// <summary>The most that one plan may delete; with more, nothing of it is done.</summary>
    public int MaxDeletions { get; init; } = 10;

    /// <summary>The most of a kind that one plan may delete, in percent of all of the kind; with more, nothing of it is done.</summary>
    public int MaxPercent { get; init; } = 20;

    /// <summary>Whether a snapshot of a volume is taken before it is deleted.</summary>
    public bool SnapshotFirst { get; init; } = true;

    /// <summary>How old a plan may be when it is applied.</summary>
    public TimeSpan PlanMaxAge { get; init; } = TimeSpan.FromDays(14);
}

/// <summary>
/// Decides what may be deleted. Pure. Every leftover walks the guards in one order, and the first that objects holds it back: the allow-list; what
/// protects it in the account; Terraform's states; clusters and manifests; its time. Then the brakes look at the plan as a whole.
/// </summary>
internal static class CleanUpPlanner
{
    /// <summary>Tag that a person may set to put a deletion off, with a date.</summary>
    public const string PostponeTag = "cleanup-after";

    /// <summary>From this many of a kind on, the percentage is looked at: one of two is half of them.</summary>
    private const int LeastForPercent = 10;

    /// <summary>Kinds that clusters use without the account telling.</summary>
    private static readonly CloudKind[] OfClusters =
    [
        CloudKinds.Volume, CloudKinds.BlockVolume, CloudKinds.BlockSnapshot, CloudKinds.LoadBalancer, CloudKinds.LoadBalancerIp, CloudKinds.RegistryTag, CloudKinds.RegistryNamespace,
    ];

    /// <summary>The key and rule of every leftover, for the ledger.</summary>
    public static IEnumerable<(string Key, string Rule)> Candidates(ReviewResult result) =>
        Leftovers(result).Where(f => f.Status == ReviewStatus.Fail).Select(f => (f.Resource!.Key, f.Rule.Id));

    public static CleanUpPlan Plan(ReviewResult result, RuleContext context, TerraformState states, Ledger ledger, CleanUpSettings settings)
    {
        var deletions = new List<PlannedDeletion>();
        var held = new List<HeldBack>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var finding in Leftovers(result).OrderBy(f => Order(f.Resource!.Kind)).ThenBy(f => f.Resource!.Key, StringComparer.Ordinal).ThenBy(f => f.Rule.Id, StringComparer.Ordinal))
        {
            var resource = finding.Resource!;
            if (!seen.Add(resource.Key))
            {
                continue;
            }

            if (Objection(finding, context, states, ledger) is { } objection)
            {
                held.Add(new HeldBack(resource.Key, resource.Name, finding.Rule.Id, objection.Guard, objection.Reason));
                continue;
            }

            deletions.Add(new PlannedDeletion(
                resource.Key, resource.Name, resource.ProjectId, finding.Rule.Id, finding.Message, PathOf(resource), StateDigest.Of(resource.Data),
                settings.SnapshotFirst && (resource.Kind == CloudKinds.Volume || resource.Kind == CloudKinds.BlockVolume), finding.Saving));
        }

        return new CleanUpPlan
        {
            Organisation = context.Inventory.Organisation,
            MadeAt = context.Now,
            Deletions = deletions,
            HeldBack = held,
            Brake = Brake(deletions, context.Inventory, settings),
        };
    }

    /// <summary>The path of a resource, without the query of its deletion.</summary>
    public static string PathOf(CloudResource resource) => resource.Kind.ItemPath
        .Replace("{locality}", resource.Locality, StringComparison.Ordinal)
        .Replace("{id}", Uri.EscapeDataString(resource.Id), StringComparison.Ordinal);

    /// <summary>The first list of resources or permissions that could not be read; null when all could.</summary>
    public static InventoryGap? Unread(AccountInventory inventory) => inventory.Gaps.FirstOrDefault(g => g.Kind.Role != KindRole.Reference && g.Fault != ScalewayFault.NotAsked);

    private static IEnumerable<ReviewFinding> Leftovers(ReviewResult result) =>
        result.Findings.Where(f => f is { Rule.CleansUp: true, Resource: not null, Status: ReviewStatus.Fail or ReviewStatus.Muted });

    /// <summary>What depends on others goes first: a load balancer before its address, an image before its snapshots.</summary>
    private static int Order(CloudKind kind) =>
        kind == CloudKinds.LoadBalancer ? 0 : kind == CloudKinds.Image ? 1 : kind == CloudKinds.RegistryTag ? 2 : kind == CloudKinds.RegistryNamespace ? 3 : kind == CloudKinds.PrivateNetwork ? 9 : 5;

    private static (string Guard, string Reason)? Objection(ReviewFinding finding, RuleContext context, TerraformState states, Ledger ledger)
    {
        var resource = finding.Resource!;
        if (finding.Status == ReviewStatus.Muted)
        {
            return ("allow-list", $"The allow-list accepts it until {finding.Exception!.Expires:yyyy-MM-dd}: {finding.Exception.Reason}.");
        }

        if (resource.Data.Flag("protected") == true || resource.Data.Flag("deletable") == false || resource.Data.Flag("managed") == true)
        {
            return ("protected", "The account protects it.");
        }

        var keep = context.Settings.KeepTag;
        if (resource.Tags.FirstOrDefault(t => t == keep || (t.Length > keep.Length && t.StartsWith(keep, StringComparison.Ordinal) && t[keep.Length] is '=' or ':')) is { } kept)
        {
            return ("protected", $"It has the tag {kept}.");
        }

        if (states.Find(resource) is { } managed)
        {
            return ("terraform", $"Terraform manages it as {managed.Address} in {managed.State}: delete it there.");
        }

        if (context.Usage.UserOf(resource) is { } user)
        {
            return ("in-use", $"It is used by {user}.");
        }

        if (OfClusters.Contains(resource.Kind) && context.Usage.Unasked(context.Inventory) is { Count: > 0 } unasked)
        {
            return ("in-use", $"The cluster {unasked[0].Name} was not asked whether it uses it.");
        }

        if (OfClusters.Contains(resource.Kind) && context.Usage.UnreadManifests is [var manifest, ..])
        {
            return ("in-use", $"It is not known what {manifest} uses, for it could not be rendered.");
        }

        if (resource.Tag(PostponeTag) is { } until && (!DateTimeOffset.TryParse(until, out var date) || date > context.Now))
        {
            return ("age", $"Its tag {PostponeTag} puts it off to {until}.");
        }

        return ledger.Find(resource.Key, finding.Rule.Id) switch
        {
            null => ("age", "It is found for the first time, and marked."),
            { } entry when entry.DeleteAfter > context.Now => ("age", $"It was marked on {entry.FirstSeen:yyyy-MM-dd}, and may be deleted after {entry.DeleteAfter:yyyy-MM-dd}."),
            _ => null,
        };
    }

    private static string Brake(List<PlannedDeletion> deletions, AccountInventory inventory, CleanUpSettings settings)
    {
        if (Unread(inventory) is { } gap)
        {
            return $"The account was not read completely ({gap.Kind.Title}{(gap.Locality.Length == 0 ? "" : $" in {gap.Locality}")}): nothing is deleted.";
        }

        if (deletions.Count > settings.MaxDeletions)
        {
            return $"The plan deletes {deletions.Count}, and max-deletions allows {settings.MaxDeletions}: nothing is deleted.";
        }

        foreach (var kind in deletions.GroupBy(d => d.Key.Split('/')[0], StringComparer.Ordinal))
        {
            var all = inventory.Of(CloudKinds.Find(kind.Key)!).Count;
            if (all >= LeastForPercent && kind.Count() * 100 > all * settings.MaxPercent)
            {
                return $"The plan deletes {kind.Count()} of {all} of the kind {kind.Key}, and max-percent allows {settings.MaxPercent} percent: nothing is deleted.";
            }
        }

        return "";
    }
}
