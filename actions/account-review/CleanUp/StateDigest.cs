using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Actions.AccountReview.CleanUp;

/// <summary>What a resource is like, in a few characters.</summary>
internal static class StateDigest
{
    /// <summary>32 hexadecimal digits over all fields, whatever their order.</summary>
    public static string Of(JsonElement data) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(data)))[..16]);

    /// <summary>
    /// The first field that a list and the resource's own address show differently; null when there is none. A field that only one of them has says
    /// nothing: the two do not always show the same.
    /// </summary>
    public static string? Difference(JsonElement listed, JsonElement own)
    {
        if (listed.ValueKind != JsonValueKind.Object || own.ValueKind != JsonValueKind.Object)
        {
            return "everything";
        }

        foreach (var property in listed.EnumerateObject())
        {
            if (own.TryGetProperty(property.Name, out var other) && Canonical(property.Value) != Canonical(other))
            {
                return property.Name;
            }
        }

        return null;
    }

    private static string Canonical(JsonElement data)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, data);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, JsonElement data)
    {
        switch (data.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in data.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in data.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                data.WriteTo(json);
                break;
        }
    }
}
