using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Rollouts;

/// <summary>A stream of changes: the objects of one type in one namespace, or one of them.</summary>
internal sealed record WatchSource(ApiResource Resource, string? Namespace, string? Name)
{
    public WatchOptions Options(Action<ClusterException> interrupted) => new()
    {
        FieldSelector = Name is { } name ? $"metadata.name={name}" : Resource == KnownResources.Events ? "type=Warning" : null,
        OnInterrupted = interrupted,
    };

    public bool Covers(ObjectAddress address) =>
        Resource == address.Resource && (Namespace is null || Namespace == address.Namespace) && (Name is null || Name == address.Name);

    public override string ToString() => $"{Resource.QualifiedName}{(Namespace is null ? "" : $" in namespace {Namespace}")}";
}

/// <summary>What has been seen of a cluster: the objects that are watched, and those that were fetched for a cause.</summary>
internal sealed class LiveStore
{
    private readonly Dictionary<(string ApiVersion, string Kind, string? Namespace, string Name), ClusterObject> _objects = [];
    private readonly Dictionary<(string Kind, string? Namespace, string Name), ClusterObject> _fetched = [];
    private readonly Dictionary<(string? Namespace, string Name), ClusterEvent> _events = [];
    private readonly Dictionary<string, IReadOnlyList<ClusterEvent>> _fetchedEvents = new(StringComparer.Ordinal);
    private readonly HashSet<WatchSource> _synced = [];
    private ObjectFamily? _family;
    private EventLog? _log;

    public ObjectFamily Family => _family ??= new(_objects.Values.Concat(_fetched.Values));

    public EventLog Events => _log ??= new(_events.Values.Concat(_fetchedEvents.Values.SelectMany(static e => e)).Distinct());

    public void Take(WatchSource source, WatchEvent change)
    {
        if (change.Object is not { } item)
        {
            _synced.Add(source);
            return;
        }

        if (source.Resource == KnownResources.Events)
        {
            _log = null;
            if (change.Type == WatchEventType.Deleted)
            {
                // The server forgets events; what they told has still happened.
                return;
            }

            _events[(item.Namespace, item.Name)] = ClusterEvent.Read(item);
            return;
        }

        _family = null;
        var key = (item.ApiVersion, item.Kind, item.Namespace, item.Name);
        if (change.Type == WatchEventType.Deleted)
        {
            _objects.Remove(key);
        }
        else
        {
            _objects[key] = item;
        }
    }

    public bool IsSynced(WatchSource source) => _synced.Contains(source);

    public ClusterObject? Find(ObjectAddress address) =>
        _objects.GetValueOrDefault((address.Resource.ApiVersion, address.Resource.Kind, address.Namespace, address.Name));

    public void AddFetched(ClusterObject item)
    {
        _family = null;
        _fetched[(item.Kind, item.Namespace, item.Name)] = item;
    }

    public void AddFetched(string uid, IReadOnlyList<ClusterEvent> events)
    {
        _log = null;
        _fetchedEvents[uid] = events;
    }
}
