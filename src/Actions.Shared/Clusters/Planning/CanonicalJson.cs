using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>JSON in one form: keys in ordinal order, no blanks. Equal values give equal text.</summary>
internal static class CanonicalJson
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

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

    /// <summary>Adds the bytes of a value to a hash, in buffers that the thread keeps: thousands of objects are hashed.</summary>
    public static void Append(IncrementalHash hash, JsonNode? node)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        var json = _json ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        Write(json, node);
        json.Flush();
        hash.AppendData(buffer.WrittenSpan);
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
                foreach (var (key, value) in Sorted(map))
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

    /// <summary>API servers write most maps in order, so most need no sorting.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonObject map)
    {
        string? last = null;
        foreach (var (key, _) in map)
        {
            if (last is not null && string.CompareOrdinal(last, key) > 0)
            {
                return map.OrderBy(p => p.Key, StringComparer.Ordinal);
            }

            last = key;
        }

        return map;
    }
}
