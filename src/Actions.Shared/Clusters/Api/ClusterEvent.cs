using System.Globalization;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Api;

/// <summary>Something that a controller, a scheduler or a kubelet said of an object, read from <c>v1</c> or <c>events.k8s.io/v1</c>. Its texts are untrusted.</summary>
/// <param name="IsWarning">Whether its type is <c>Warning</c>.</param>
/// <param name="Reason">A word such as <c>FailedScheduling</c>.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Count">How often it happened, at least 1.</param>
/// <param name="Last">When it happened last; null if unknown.</param>
/// <param name="Source">Who said it, such as <c>kubelet</c>; empty if unknown.</param>
public sealed record ClusterEvent(bool IsWarning, string Reason, string Message, int Count, DateTimeOffset? Last, string Source)
{
    /// <summary>Kind of the object that it is about.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Name of the object that it is about.</summary>
    public string Name { get; init; } = "";

    /// <summary>UID of the object that it is about; empty if unknown.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The part of the object that it is about, such as <c>spec.containers{web}</c>; empty for the whole.</summary>
    public string FieldPath { get; init; } = "";

    /// <summary>Reads an event of either API.</summary>
    public static ClusterEvent Read(ClusterObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var body = item.Body;
        var about = body["involvedObject"] as JsonObject ?? body["regarding"] as JsonObject;
        var series = body["series"] as JsonObject;
        var source = body["source"] as JsonObject ?? body["deprecatedSource"] as JsonObject;
        return new ClusterEvent(
            Text(body, "type") == "Warning",
            Text(body, "reason"),
            Text(body, "message") is { Length: > 0 } message ? message : Text(body, "note"),
            Math.Max(1, Number(series, "count") ?? Number(body, "count") ?? Number(body, "deprecatedCount") ?? 1),
            Time(series, "lastObservedTime") ?? Time(body, "lastTimestamp") ?? Time(body, "deprecatedLastTimestamp")
                ?? Time(body, "eventTime") ?? Time(item.Metadata, "creationTimestamp"),
            Text(source, "component") is { Length: > 0 } component ? component
                : Text(body, "reportingComponent") is { Length: > 0 } reporting ? reporting : Text(body, "reportingController"))
        {
            Kind = Text(about, "kind"),
            Name = Text(about, "name"),
            Uid = Text(about, "uid"),
            FieldPath = Text(about, "fieldPath"),
        };
    }

    private static string Text(JsonObject? node, string key) => node?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static int? Number(JsonObject? node, string key) =>
        node?[key] is JsonValue value && value.TryGetValue<int>(out var number) && number > 0 ? number : null;

    private static DateTimeOffset? Time(JsonObject? node, string key) =>
        DateTimeOffset.TryParse(Text(node, key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
