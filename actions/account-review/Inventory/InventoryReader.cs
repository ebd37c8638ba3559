using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Actions.AccountReview.Scaleway;
using Actions.Shared;

namespace Actions.AccountReview.Inventory;

/// <summary>What to read.</summary>
internal sealed record InventoryScope
{
    /// <summary>The organisation.</summary>
    public required string Organisation { get; init; }

    /// <summary>The access key that reads; empty when it is not known.</summary>
    public string AccessKey { get; init; } = "";

    public IReadOnlyList<string> Zones { get; init; } = DefaultZones;

    public IReadOnlyList<string> Regions { get; init; } = DefaultRegions;

    /// <summary>Regions that have an audit trail.</summary>
    public IReadOnlyList<string> AuditRegions { get; init; } = ["fr-par", "nl-ams"];

    /// <summary>For how long a principal may be silent; zero to not ask.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The kinds that are read; null for all. The others are missing for whatever needs them.</summary>
    public IReadOnlySet<CloudKind>? Kinds { get; init; }

    /// <summary>Prices that go before those of the catalogue.</summary>
    public IReadOnlyDictionary<string, decimal> Prices { get; init; } = new Dictionary<string, decimal>();

    public static IReadOnlyList<string> DefaultRegions { get; } = ["fr-par", "nl-ams", "pl-waw"];

    public static IReadOnlyList<string> DefaultZones { get; } = ["fr-par-1", "fr-par-2", "fr-par-3", "nl-ams-1", "nl-ams-2", "nl-ams-3", "pl-waw-1", "pl-waw-2", "pl-waw-3"];
}

/// <summary>
/// Reads an account: every kind in every place, one call for the whole organisation where the API allows it. What cannot be read becomes a gap;
/// only wrong credentials, and an organisation of which nothing can be read, end the reading.
/// </summary>
internal sealed class InventoryReader(ScalewayClient client, InventoryScope scope, TimeProvider time)
{
    /// <summary>So many events tell with which programs somebody works.</summary>
    private const string EventsOfPrincipal = "20";

    private readonly ConcurrentBag<CloudResource> _resources = [];
    private readonly ConcurrentBag<InventoryGap> _gaps = [];

    /// <exception cref="ActionException">The key is refused, or may not read anything.</exception>
    public async Task<AccountInventory> ReadAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        try
        {
            // Alone and first: with a wrong key there is one refusal instead of a hundred.
            await ListAsync(CloudKinds.User, "", null, now, cancellation).ConfigureAwait(false);
            var lists = CloudKinds.All.Where(k => k is { Parent: null, Path.Length: > 0 } && k != CloudKinds.User).SelectMany(k => PlacesOf(k).Select(p => ListAsync(k, p, null, now, cancellation)));
            await Task.WhenAll(lists).ConfigureAwait(false);
            await ChildrenAsync(k => k.Parent is { Parent: null }, now, cancellation).ConfigureAwait(false);
            await ChildrenAsync(k => k.Parent is { Parent: not null }, now, cancellation).ConfigureAwait(false);
            AddGapsOfChildren();
            var activities = await ActivitiesAsync(now, cancellation).ConfigureAwait(false);
            if (_resources.All(r => r.Kind.Role == KindRole.Reference) && _gaps.FirstOrDefault(g => g.Kind.Role != KindRole.Reference && g.Fault != ScalewayFault.NotAsked) is { } gap)
            {
                throw Nothing(gap);
            }

            return new AccountInventory(scope.Organisation, now, _resources, _gaps, activities, scope.AccessKey, scope.Prices);
        }
        catch (ScalewayException e) when (e.Fault == ScalewayFault.BadCredentials)
        {
            throw new ActionException(
                "The API key is refused",
                e.Message,
                "Check that secret-key is the secret of a key that has not expired and was not deleted, and that organization is the organisation it belongs to.",
                exitCode: ExitCode.DependencyUnreachable,
                inner: e);
        }
    }

    private static ActionException Nothing(InventoryGap gap) => gap.Fault switch
    {
        ScalewayFault.Denied => new ActionException(
            "The API key may not read the account",
            gap.Reason,
            "Give its application the permission sets IAMReadOnly, OrganizationReadOnly, ProjectReadOnly and BillingReadOnly on the organisation and AllProductsReadOnly on the projects.",
            exitCode: ExitCode.DependencyUnreachable),
        ScalewayFault.NotRecorded => new ActionException("The recording holds nothing of an account", gap.Reason, "Give `replay` a file that `record` wrote."),
        _ => new ActionException("The account cannot be read", gap.Reason, "Check the network and the state of the API, or try again later.", exitCode: ExitCode.DependencyUnreachable),
    };

    private Task ChildrenAsync(Func<CloudKind, bool> isMeant, DateTimeOffset now, CancellationToken cancellation)
    {
        var parents = _resources.ToArray();
        return Task.WhenAll(CloudKinds.All.Where(isMeant).SelectMany(k => parents
            .Where(p => p.Kind == k.Parent && k.HasChildren(p))
            .SelectMany(p => (p.Locality.Length > 0 ? [p.Locality] : PlacesOf(k)).Select(place => ListAsync(k, place, p, now, cancellation)))));
    }

    private IReadOnlyList<string> PlacesOf(CloudKind kind) => kind.Scope switch
    {
        KindScope.Zone => [.. scope.Zones.Except(kind.NotOfferedIn, StringComparer.Ordinal)],
        KindScope.Region => scope.Regions,
        _ => [""],
    };

    /// <summary>Where the parents could not be listed, their children are missing as well.</summary>
    private void AddGapsOfChildren()
    {
        foreach (var kind in CloudKinds.All.Where(k => k.Parent is not null))
        {
            foreach (var gap in _gaps.Where(g => g.Kind == kind.Parent).ToArray())
            {
                _gaps.Add(gap with { Kind = kind });
            }
        }
    }

    private async Task ListAsync(CloudKind kind, string locality, CloudResource? parent, DateTimeOffset now, CancellationToken cancellation)
    {
        if (scope.Kinds?.Contains(kind) == false)
        {
            _gaps.Add(new InventoryGap(kind, locality, parent?.Id ?? "", ScalewayFault.NotAsked, $"{kind.Title} was not asked for"));
            return;
        }

        if (kind.IsOfObjectStorage && scope.AccessKey.Length == 0)
        {
            _gaps.Add(new InventoryGap(kind, locality, parent?.Id ?? "", ScalewayFault.NotAsked, "object storage takes `access-key` as well, which was not given"));
            return;
        }

        var path = kind.Path
            .Replace("{locality}", locality, StringComparison.Ordinal)
            .Replace("{organization}", Uri.EscapeDataString(scope.Organisation), StringComparison.Ordinal)
            .Replace("{parent}", Uri.EscapeDataString(parent?.Id ?? ""), StringComparison.Ordinal)
            .Replace("{grandparent}", Uri.EscapeDataString(parent?.ParentId ?? ""), StringComparison.Ordinal)
            .Replace("{period}", Period(now), StringComparison.Ordinal)
            .Replace("{previous}", Period(now.AddDays(1 - now.Day).AddDays(-1)), StringComparison.Ordinal);
        try
        {
            IReadOnlyList<JsonElement> items = kind.Key.Length == 0
                ? [await client.GetAsync(path, cancellation).ConfigureAwait(false)]
                : await client.ListAsync(new ListCall(path, kind.Key, kind.Paging, kind.IdField), cancellation).ConfigureAwait(false);
            foreach (var (index, item) in items.Index())
            {
                var id = kind.IdField.Length == 0 ? index.ToString(CultureInfo.InvariantCulture) : item.Text(kind.IdField);
                if (string.IsNullOrEmpty(id))
                {
                    throw new ScalewayException(ScalewayFault.Malformed, $"GET {path.Split('?')[0]} answered with an item that has no {kind.IdField}");
                }

                _resources.Add(new CloudResource(kind, id, locality, item, parent?.Id ?? ""));
            }
        }
        catch (ScalewayException e) when (e.Fault == ScalewayFault.NotFound && parent is not null)
        {
            // The parent went away between the two lists: whoever depends on it has to know that it was not looked into.
            _gaps.Add(new InventoryGap(kind, locality, parent.Id, e.Fault, e.Message));
        }
        catch (ScalewayException e) when (e.Fault != ScalewayFault.BadCredentials)
        {
            _gaps.Add(new InventoryGap(kind, locality, parent?.Id ?? "", e.Fault, e.Message));
        }
    }

    /// <summary>The newest events of every principal that has keys. One page each: the trail of a year is not read to find the silent ones.</summary>
    private async Task<IReadOnlyList<PrincipalActivity>> ActivitiesAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        if (scope.SilentAfter == TimeSpan.Zero)
        {
            return [];
        }

        var principals = _resources
            .Where(r => r.Kind == CloudKinds.ApiKey)
            .Select(k => k.Data.Text("user_id") ?? k.Data.Text("application_id"))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        var answers = await Task.WhenAll(principals.Select(p => ActivityAsync(p, now, cancellation))).ConfigureAwait(false);
        return [.. answers.OfType<PrincipalActivity>()];
    }

    private async Task<PrincipalActivity?> ActivityAsync(string principal, DateTimeOffset now, CancellationToken cancellation)
    {
        DateTimeOffset? last = null;
        var programs = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var region in scope.AuditRegions.Where(r => scope.Regions.Contains(r)))
        {
            var path = $"/audit-trail/v1alpha1/regions/{region}/events?organization_id={Uri.EscapeDataString(scope.Organisation)}";
            path = ScalewayClient.With(path, "principal_id", principal);
            path = ScalewayClient.With(path, "recorded_after", (now - scope.SilentAfter).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            path = ScalewayClient.With(path, "order_by", "recorded_at_desc");
            path = ScalewayClient.With(path, "page_size", EventsOfPrincipal);
            try
            {
                var body = await client.GetAsync(path, cancellation).ConfigureAwait(false);
                if (body.Items("events") is not { } events)
                {
                    return null;
                }

                var seen = events.Count > 0 ? events[0].Date("recorded_at") : null;
                last = last is null || seen > last ? seen ?? last : last;
                programs.UnionWith(events.Select(e => e.Text("user_agent") ?? "").Where(p => p.Length > 0));
            }
            catch (ScalewayException e) when (e.Fault != ScalewayFault.BadCredentials)
            {
                // Silence in one region proves nothing while another one does not answer.
                return null;
            }
        }

        return new PrincipalActivity(principal, last) { Programs = [.. programs] };
    }

    private static string Period(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
