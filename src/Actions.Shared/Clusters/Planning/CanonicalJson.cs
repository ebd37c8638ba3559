using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>JSON in one form: keys in ordinal order, no blanks. Equal values give equal text.</summary>
internal static class CanonicalJson
{
    public static string Write(JsonNode? node) => Encoding.UTF8.GetString(Bytes(node).Span);

    public static ReadOnlyMemory<byte> Bytes(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, node);
        }

        return buffer.WrittenMemory;
    }

    public static bool AreEqual(JsonNode? left, JsonNode? right) =>
        ReferenceEquals(left, right) || JsonNode.DeepEquals(left, right) || SameNumber(left, right);

    private static bool SameNumber(JsonNode? left, JsonNode? right) =>
        left is JsonValue a && right is JsonValue b && a.GetValueKind() == JsonValueKind.Number && b.GetValueKind() == JsonValueKind.Number
        && double.TryParse(a.ToJsonString(), out var x) && double.TryParse(b.ToJsonString(), out var y) && x.Equals(y);

    private static void Write(Utf8JsonWriter json, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                json.WriteStartObject();
                foreach (var (key, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(key);
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case JsonArray list:
                json.WriteStartArray();
                foreach (var item in list)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case null:
                json.WriteNullValue();
                break;
            default:
                node.WriteTo(json);
                break;
        }
    }
}
