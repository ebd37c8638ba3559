using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>JSON in one form: keys in ordinal order, no blanks, numbers in their shortest form. Equal values give equal bytes.</summary>
internal static class CanonicalPlanJson
{
    public static ReadOnlyMemory<byte> Of(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, value);
        return buffer.WrittenMemory;
    }

    public static void Write(Utf8JsonWriter json, PlanJson value)
    {
        if (value.Value is { } element)
            Write(json, element);
        else
            json.WriteNullValue();
    }

    public static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(json, item);
                json.WriteEndArray();
                break;
            case JsonValueKind.Number:
                json.WriteRawValue(Number(value));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    /// <summary>Whether two values are the same, whatever the order of their keys and the form of their numbers.</summary>
    public static bool AreEqual(JsonElement left, JsonElement right) =>
        left.ValueKind == right.ValueKind && (JsonElement.DeepEquals(left, right) || (left.ValueKind is JsonValueKind.Number && Number(left) == Number(right)));

    // 1.0, 1.00 and 1 are one number. What no decimal can hold keeps its digits.
    private static string Number(JsonElement value)
    {
        var raw = value.GetRawText();
        return raw.Length <= 28 && !raw.AsSpan().ContainsAny('e', 'E') && decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("0.############################", CultureInfo.InvariantCulture)
            : raw;
    }
}
