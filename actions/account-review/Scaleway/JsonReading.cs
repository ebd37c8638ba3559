using System.Globalization;
using System.Text.Json;

namespace Actions.AccountReview.Scaleway;

/// <summary>Reads fields that may be missing or be something else: both give null, so that no rule takes missing data for good news.</summary>
internal static class JsonReading
{
    /// <summary>The value at the end of <paramref name="path"/>; undefined when a step is missing.</summary>
    public static JsonElement Find(this JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return default;
            }
        }

        return value;
    }

    /// <summary>Whether a field is there, be it null.</summary>
    public static bool Has(this JsonElement value, params ReadOnlySpan<string> path) => value.Find(path).ValueKind != JsonValueKind.Undefined;

    public static string? Text(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Find(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool? Flag(this JsonElement value, params ReadOnlySpan<string> path) => value.Find(path).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static long? Whole(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Find(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole) ? whole : null;

    public static decimal? Decimal(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Find(path) switch
        {
            { ValueKind: JsonValueKind.Number } number when number.TryGetDecimal(out var whole) => whole,
            { ValueKind: JsonValueKind.String } text when decimal.TryParse(text.GetString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => null,
        };

    public static DateTimeOffset? Date(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Text(path) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>A duration as the API writes it: <c>"3600s"</c>.</summary>
    public static TimeSpan? Span(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Text(path) is [.. var digits, 's'] && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e10m
            ? TimeSpan.FromSeconds((double)seconds)
            : null;

    /// <summary>The items of an array; null when there is none.</summary>
    public static IReadOnlyList<JsonElement>? Items(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Find(path) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : null;

    /// <summary>The texts of an array; null when there is no array.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Items(path)?.Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!).ToArray();
}
