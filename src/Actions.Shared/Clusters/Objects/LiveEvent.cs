using Actions.Shared.Clusters.Api;

namespace Actions.Shared.Clusters.Objects;

/// <summary>What causes need to know of events.</summary>
internal static class LiveEvent
{
    /// <summary>The container that an event is about; null if it is about the whole object.</summary>
    public static string? Container(this ClusterEvent item) =>
        item.FieldPath.IndexOf('{') is var open and > 0 && item.FieldPath.EndsWith('}') ? item.FieldPath[(open + 1)..^1] : null;

    public static bool IsAbout(this ClusterEvent item, ClusterObject subject) =>
        item.Uid.Length > 0 && subject.Uid is { } uid ? item.Uid == uid : item.Kind == subject.Kind && item.Name == subject.Name;
}
