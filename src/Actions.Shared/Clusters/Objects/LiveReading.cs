using System.Globalization;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Objects;

/// <summary>Reads fields of JSON whose shape nobody guarantees: a field of another type than asked for counts as missing.</summary>
internal static class LiveReading
{
    public static JsonObject? Object(this JsonNode? node, string key) => (node as JsonObject)?[key] as JsonObject;

    public static string? Text(this JsonNode? node, string key) =>
        (node as JsonObject)?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool IsTrue(this JsonNode? node, string key) =>
        (node as JsonObject)?[key] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static long? Integer(this JsonNode? node, string key) => (node as JsonObject)?[key] is not JsonValue value
        ? null
        : value.TryGetValue<long>(out var number) ? number : value.TryGetValue<int>(out var small) ? small : null;

    /// <summary>The items of a list that are objects; nothing if there is no list.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string key)
    {
        if ((node as JsonObject)?[key] is not JsonArray items)
        {
            yield break;
        }

        foreach (var item in items)
        {
            if (item is JsonObject found)
            {
                yield return found;
            }
        }
    }

    /// <summary>The items of a list that are texts; nothing if there is no list.</summary>
    public static IEnumerable<string> Texts(this JsonNode? node, string key)
    {
        if ((node as JsonObject)?[key] is not JsonArray items)
        {
            yield break;
        }

        foreach (var item in items)
        {
            if (item is JsonValue value && value.TryGetValue<string>(out var text))
            {
                yield return text;
            }
        }
    }

    /// <summary>A time in RFC 3339, as every time of the API is written.</summary>
    public static DateTimeOffset? Time(this JsonNode? node, string key) =>
        node.Text(key) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
