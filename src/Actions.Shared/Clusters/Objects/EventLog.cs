using Actions.Shared.Clusters.Api;

namespace Actions.Shared.Clusters.Objects;

/// <summary>Events in order of time, found by the object that they are about.</summary>
public sealed class EventLog
{
    private readonly ILookup<string, ClusterEvent> _byUid;
    private readonly ILookup<(string Kind, string Name), ClusterEvent> _byName;

    /// <summary>Sorts and indexes <paramref name="events"/>; their order does not matter.</summary>
    public EventLog(IEnumerable<ClusterEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var sorted = events.OrderBy(e => e.Last).ThenBy(e => e.Reason, StringComparer.Ordinal).ThenBy(e => e.Message, StringComparer.Ordinal).ToList();
        _byUid = sorted.Where(e => e.Uid.Length > 0).ToLookup(e => e.Uid, StringComparer.Ordinal);
        _byName = sorted.Where(e => e.Uid.Length == 0).ToLookup(e => (e.Kind, e.Name));
    }

    /// <summary>No events.</summary>
    public static EventLog None { get; } = new([]);

    /// <summary>What was said of an object from a time on, latest last. Events that do not tell their time count.</summary>
    public IReadOnlyList<ClusterEvent> About(ClusterObject item, DateTimeOffset since)
    {
        ArgumentNullException.ThrowIfNull(item);
        var events = item.Uid is { } uid ? _byUid[uid] : [];
        return [.. events.Concat(_byName[(item.Kind, item.Name)]).Where(e => e.Last is null || e.Last >= since)];
    }
}

/// <summary>What causes need to know of an event.</summary>
internal static class LiveEvent
{
    /// <summary>The container that an event is about; null if it is about the whole object.</summary>
    public static string? Container(this ClusterEvent item) =>
        item.FieldPath.IndexOf('{') is var open and > 0 && item.FieldPath.EndsWith('}') ? item.FieldPath[(open + 1)..^1] : null;
}
