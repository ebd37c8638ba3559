using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Inventory;

/// <summary>Something that could not be looked at. What depends on it is never called good, and nothing that depends on it is deleted.</summary>
/// <param name="Kind">What could not be listed.</param>
/// <param name="Locality">Where; empty for everywhere.</param>
/// <param name="ParentId">For which resource; empty for all.</param>
/// <param name="Fault">Why.</param>
/// <param name="Reason">One sentence without a full stop; may hold text of the API.</param>
internal sealed record InventoryGap(CloudKind Kind, string Locality, string ParentId, ScalewayFault Fault, string Reason);

/// <summary>Whom the audit trail has seen.</summary>
/// <param name="PrincipalId">A user or an application.</param>
/// <param name="LastSeen">The newest event; null when there was none in the time that was asked for.</param>
internal sealed record PrincipalActivity(string PrincipalId, DateTimeOffset? LastSeen)
{
    /// <summary>The programs of the newest events, as they call themselves (<c>user_agent</c>); in ordinal order.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];
}

/// <summary>Everything that was read of an account, at one time. Immutable; safe for concurrent use.</summary>
internal sealed class AccountInventory
{
    private readonly Dictionary<CloudKind, IReadOnlyList<CloudResource>> _byKind;
    private readonly Dictionary<(CloudKind Kind, string Locality, string Id), CloudResource> _byId;
    private readonly ILookup<(CloudKind Kind, string Locality, string ParentId), CloudResource> _byParent;
    private readonly ILookup<CloudKind, InventoryGap> _gaps;
    private readonly Dictionary<string, PrincipalActivity> _activities;
    private readonly IReadOnlyDictionary<string, decimal>? _givenPrices;

    public AccountInventory(
        string organisation, DateTimeOffset at, IEnumerable<CloudResource> resources, IEnumerable<InventoryGap> gaps, IEnumerable<PrincipalActivity>? activities = null, string accessKey = "", IReadOnlyDictionary<string, decimal>? prices = null)
    {
        (Organisation, At, AccessKey) = (organisation, at, accessKey);
        Resources = [.. resources.OrderBy(r => r.Kind.Id, StringComparer.Ordinal).ThenBy(r => r.Locality, StringComparer.Ordinal).ThenBy(r => r.ParentId, StringComparer.Ordinal).ThenBy(r => r.Id, StringComparer.Ordinal)];
        Gaps = [.. gaps.OrderBy(g => g.Kind.Id, StringComparer.Ordinal).ThenBy(g => g.Locality, StringComparer.Ordinal).ThenBy(g => g.ParentId, StringComparer.Ordinal)];
        _byKind = Resources.GroupBy(r => r.Kind).ToDictionary(g => g.Key, g => (IReadOnlyList<CloudResource>)[.. g]);
        _byId = new(Resources.Count);
        foreach (var resource in Resources)
        {
            _byId.TryAdd((resource.Kind, resource.Locality, resource.Id), resource);
        }

        _byParent = Resources.Where(r => r.ParentId.Length > 0).ToLookup(r => (r.Kind, r.Locality, r.ParentId));
        _gaps = Gaps.ToLookup(g => g.Kind);
        _activities = (activities ?? []).ToDictionary(a => a.PrincipalId, StringComparer.Ordinal);
        _givenPrices = prices;
        Prices = new PriceBook(Of(CloudKinds.Product), Of(CloudKinds.ServerType), prices);
    }

    public string Organisation { get; }

    /// <summary>When it was read: the clock of every rule.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The access key that read it; empty when it is not known.</summary>
    public string AccessKey { get; }

    public IReadOnlyList<CloudResource> Resources { get; }

    public IReadOnlyList<InventoryGap> Gaps { get; }

    /// <summary>Whether everything was read that could be asked for.</summary>
    public bool IsComplete => Gaps.All(g => g.Fault == ScalewayFault.NotAsked);

    public PriceBook Prices { get; }

    /// <summary>The same account, with what others than the API tell of it.</summary>
    public AccountInventory With(IEnumerable<CloudResource> resources, IEnumerable<InventoryGap> gaps) =>
        new(Organisation, At, Resources.Concat(resources), Gaps.Concat(gaps), _activities.Values, AccessKey, _givenPrices);

    public IReadOnlyList<CloudResource> Of(CloudKind kind) => _byKind.GetValueOrDefault(kind) ?? [];

    /// <summary>A resource of the account; null when there is none.</summary>
    public CloudResource? Find(CloudKind kind, string locality, string id) => _byId.GetValueOrDefault((kind, locality, id));

    /// <summary>What was listed for <paramref name="parent"/>.</summary>
    public IEnumerable<CloudResource> ChildrenOf(CloudResource parent, CloudKind kind) => _byParent[(kind, parent.Locality, parent.Id)];

    /// <summary>What the audit trail knows of a principal; null when it was not asked, or gave no answer.</summary>
    public PrincipalActivity? ActivityOf(string principalId) => _activities.GetValueOrDefault(principalId);

    /// <summary>What is missing of <paramref name="kind"/> to judge <paramref name="resource"/>; null when nothing is.</summary>
    public InventoryGap? GapFor(CloudKind kind, CloudResource resource) => _gaps[kind].FirstOrDefault(g =>
        (g.ParentId.Length == 0 || g.ParentId == resource.Id || g.ParentId == resource.ParentId) && Meets(g.Locality, resource.Locality));

    /// <summary>Whether a place lies in the other: a zone in its region, everything in the whole.</summary>
    public static bool Meets(string left, string right) =>
        left.Length == 0 || right.Length == 0 || left == right
        || left.StartsWith(right + "-", StringComparison.Ordinal) || right.StartsWith(left + "-", StringComparison.Ordinal);
}
