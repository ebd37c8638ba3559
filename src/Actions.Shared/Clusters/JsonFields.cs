using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters;

/// <summary>Reads fields of JSON objects that may lack them or hold something else.</summary>
internal static class JsonFields
{
    /// <summary>The node at the end of <paramref name="path"/>; null when a step is missing.</summary>
    public static JsonNode? Find(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = (node as JsonObject)?[key];
        }

        return node;
    }

    /// <summary>The text at the end of <paramref name="path"/>; null when a step is missing or there is something else.</summary>
    public static string? Text(JsonNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number at the end of <paramref name="path"/>; null when a step is missing or there is something else.</summary>
    public static long? Number(JsonNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>The object under <paramref name="key"/>, made when it is missing.</summary>
    public static JsonObject Child(JsonObject node, string key)
    {
        if (node[key] is JsonObject child)
        {
            return child;
        }

        child = [];
        node[key] = child;
        return child;
    }
}
