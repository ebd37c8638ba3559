using System.Globalization;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>Reads fields of answers; what is missing or of another type is empty.</summary>
internal static class JsonRead
{
    public static string Text(this JsonObject? node, string key) => node?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    public static string? TextOrNull(this JsonObject? node, string key) => node.Text(key) is { Length: > 0 } text ? text : null;

    public static long Number(this JsonObject? node, string key) => node?[key] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;

    public static bool Flag(this JsonObject? node, string key) => node?[key] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static JsonObject? Object(this JsonObject? node, string key) => node?[key] as JsonObject;

    public static JsonArray List(this JsonObject? node, string key) => node?[key] as JsonArray ?? [];

    public static DateTimeOffset? Time(this JsonObject? node, string key) =>
        DateTimeOffset.TryParse(node.Text(key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
