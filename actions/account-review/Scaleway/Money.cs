using System.Text.Json;

namespace Actions.AccountReview.Scaleway;

/// <summary>An amount as Scaleway writes it: whole units and billionths, both of one sign. Read into a decimal, never into a float.</summary>
/// <param name="Amount">The amount.</param>
/// <param name="Currency">Three letters, <c>EUR</c> for every account so far.</param>
internal readonly record struct Money(decimal Amount, string Currency)
{
    private const decimal Nano = 1_000_000_000m;

    /// <summary>Reads <c>{"currency_code":"EUR","units":12,"nanos":340000000}</c>; null when it is something else. A missing part counts as zero.</summary>
    public static Money? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var units = Part(value, "units");
        var nanos = Part(value, "nanos");
        return units is null && nanos is null ? null : new Money((units ?? 0) + ((nanos ?? 0) / Nano), value.Text("currency_code") ?? "EUR");
    }

    // Some encoders of 64-bit numbers write them as strings.
    private static decimal? Part(JsonElement value, string name) =>
        !value.TryGetProperty(name, out var part) ? null
        : part.ValueKind == JsonValueKind.Number && part.TryGetDecimal(out var number) ? number
        : part.ValueKind == JsonValueKind.String && long.TryParse(part.GetString(), out var whole) ? whole
        : null;
}
