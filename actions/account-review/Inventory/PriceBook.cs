using System.Text.Json;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Inventory;

/// <summary>
/// List prices, in EUR a month, before discounts. A price is taken only where the catalogue leaves no choice: what is not found, is sold by an amount
/// without a time, or is found twice at different prices, is unknown, and no saving is made up for it. Prices that were given go before all others.
/// </summary>
internal sealed class PriceBook
{
    /// <summary>Hours of an average month: 365 days of 24 hours in 12 months.</summary>
    public const decimal HoursPerMonth = 730m;

    /// <summary>The name under which the price of a flexible IPv4 address may be given.</summary>
    public const string FlexibleIpName = "flexible-ip";

    /// <summary>The name under which the price of a gigabyte of block storage may be given.</summary>
    public const string VolumeName = "volume-gigabyte";

    /// <summary>The name under which the price of a gigabyte of snapshots may be given.</summary>
    public const string SnapshotName = "snapshot-gigabyte";

    private const decimal Gigabyte = 1_000_000_000m;

    private readonly IReadOnlyDictionary<string, decimal> _given;
    private readonly Dictionary<(string Offer, string Locality), decimal?> _offers = [];
    private readonly Dictionary<(string Offer, string Locality), JsonElement> _products = [];
    private readonly Dictionary<string, decimal?> _addresses = new(StringComparer.Ordinal);

    /// <param name="products">Products of the public catalogue.</param>
    /// <param name="serverTypes">The types of servers, which tell their price by the hour as well.</param>
    /// <param name="given">Prices by <see cref="FlexibleIpName"/> and so on, or by commercial type.</param>
    public PriceBook(IReadOnlyList<CloudResource> products, IReadOnlyList<CloudResource> serverTypes, IReadOnlyDictionary<string, decimal>? given = null)
    {
        _given = given ?? new Dictionary<string, decimal>();
        foreach (var product in products)
        {
            if (MonthlyOf(product.Data) is not { } monthly)
            {
                continue;
            }

            if (OfferOf(product.Data) is { } offer)
            {
                var key = (offer, LocalityOf(product.Data));
                _offers[key] = _offers.TryGetValue(key, out var other) && other != monthly ? null : monthly;
                _products[key] = product.Data;
            }
            else if (IsAddress(product))
            {
                var place = LocalityOf(product.Data);
                _addresses[place] = _addresses.TryGetValue(place, out var other) && other != monthly ? null : monthly;
            }
        }

        foreach (var type in serverTypes)
        {
            if (type.Data.Decimal("hourly_price") is { } hourly)
            {
                _offers.TryAdd((type.Id, type.Locality), hourly * HoursPerMonth);
            }
        }
    }

    /// <summary>What a server, a node or a load balancer of this type costs in a month.</summary>
    /// <param name="offer">The commercial type, such as <c>DEV1-M</c>.</param>
    /// <param name="locality">Its zone.</param>
    public decimal? Monthly(string offer, string locality)
    {
        // Node and load balancer types are written as dev1_m and lb_s where the catalogue has DEV1-M and LB-S.
        foreach (var name in (ReadOnlySpan<string>)[offer, offer.Replace('_', '-').ToUpperInvariant()])
        {
            if (_given.TryGetValue(name, out var given))
            {
                return given;
            }

            foreach (var place in (ReadOnlySpan<string>)[locality, RegionOf(locality), ""])
            {
                if (_offers.TryGetValue((name, place), out var price))
                {
                    return price;
                }
            }
        }

        return null;
    }

    /// <summary>What the catalogue says of a commercial type; undefined when it is not in it.</summary>
    public JsonElement Product(string offer, string locality) =>
        _products.TryGetValue((offer, locality), out var product) || _products.TryGetValue((offer, RegionOf(locality)), out product) || _products.TryGetValue((offer, ""), out product)
            ? product
            : default;

    /// <summary>What a flexible IPv4 address costs in a month.</summary>
    public decimal? FlexibleIp(string zone) =>
        _given.TryGetValue(FlexibleIpName, out var given) ? given
        : _addresses.TryGetValue(zone, out var price) || _addresses.TryGetValue(RegionOf(zone), out price) || _addresses.TryGetValue("", out price) ? price
        : null;

    /// <summary>What a volume costs in a month. The catalogue has its price by the gigabyte, without a time: it must be given.</summary>
    /// <param name="bytes">Its size.</param>
    public decimal? Volume(decimal? bytes) => OfSize(VolumeName, bytes);

    /// <summary>What a snapshot costs in a month; must be given as well.</summary>
    public decimal? Snapshot(decimal? bytes) => OfSize(SnapshotName, bytes);

    /// <summary>The region of a zone: <c>fr-par</c> of <c>fr-par-1</c>.</summary>
    public static string RegionOf(string zone) => zone.Length > 2 && char.IsAsciiDigit(zone[^1]) && zone[^2] == '-' ? zone[..^2] : zone;

    private decimal? OfSize(string name, decimal? bytes) => bytes is { } size && _given.TryGetValue(name, out var price) ? decimal.Round(price * size / Gigabyte, 4) : null;

    private static string LocalityOf(JsonElement product) => product.Text("locality", "zone") ?? product.Text("locality", "region") ?? "";

    private static bool IsAddress(CloudResource product)
    {
        var text = $"{product.Data.Text("product")} {product.Data.Text("variant")} {product.Id}";
        return text.Contains("flexible ip", StringComparison.OrdinalIgnoreCase) || text.Contains("flexible_ip", StringComparison.OrdinalIgnoreCase) || text.Contains("flexible-ip", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The <c>offer_id</c> of whatever kind of properties the product has.</summary>
    private static string? OfferOf(JsonElement product)
    {
        if (product.Find("properties") is not { ValueKind: JsonValueKind.Object } properties)
        {
            return null;
        }

        foreach (var property in properties.EnumerateObject())
        {
            if (property.Value.Text("offer_id") is { Length: > 0 } offer)
            {
                return offer;
            }

            if (property.Value.Text("node", "offer_id") is { Length: > 0 } node)
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>The price of one for a month; null for what is sold without a time, by the gigabyte or the request for example.</summary>
    private static decimal? MonthlyOf(JsonElement product)
    {
        if (Money.Read(product.Find("price", "retail_price")) is not { Currency: "EUR" } price)
        {
            return null;
        }

        var size = product.Decimal("unit_of_measure", "size") is > 0 and var given ? given : 1;
        return product.Text("unit_of_measure", "unit") switch
        {
            "second" => price.Amount / size * HoursPerMonth * 3600,
            "minute" => price.Amount / size * HoursPerMonth * 60,
            "hour" => price.Amount / size * HoursPerMonth,
            "day" => price.Amount / size * HoursPerMonth / 24,
            "month" => price.Amount / size,
            "year" => price.Amount / size / 12,
            _ => null,
        };
    }
}
