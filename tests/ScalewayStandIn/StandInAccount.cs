using System.Globalization;
using System.Text.Json.Nodes;

namespace ScalewayStandIn;

/// <summary>What the stand-in holds: items by the path of their list. Not safe for concurrent use; the server asks one at a time.</summary>
public sealed class StandInAccount
{
    public const string Organisation = "11111111-1111-4111-8111-111111111111";

    /// <summary>The day of every sample.</summary>
    public static readonly DateTimeOffset Today = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, List<JsonObject>> _lists = new(StringComparer.Ordinal);

    public string SecretKey { get; init; } = "CANARY-7d1c2f0e-secret-of-the-account-CANARY";

    public HashSet<string> Places { get; } = ["fr-par-1", "fr-par-2", "fr-par-3", "nl-ams-1", "nl-ams-2", "nl-ams-3", "pl-waw-1", "pl-waw-2", "pl-waw-3", "fr-par", "nl-ams", "pl-waw"];

    public Dictionary<string, JsonObject> Singles { get; } = new(StringComparer.Ordinal);

    /// <summary>A time before <see cref="Today"/>, as the API writes it.</summary>
    public static string At(double daysAgo) => Today.AddDays(-daysAgo).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An id that is always the same for the same text.</summary>
    public static string Id(string text) => new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 16)).ToString();

    public void Add(string path, JsonObject item)
    {
        if (!_lists.TryGetValue(path, out var list))
        {
            _lists[path] = list = [];
        }

        list.Add(item);
    }

    public void Add(string path, string json) => Add(path, JsonNode.Parse(json)!.AsObject());

    public bool Has(string path) => _lists.ContainsKey(path);

    public IReadOnlyList<JsonObject> Of(string path) => _lists.TryGetValue(path, out var list) ? list : [];

    public void Clear(string path) => _lists.Remove(path);

    /// <summary>The item of a path such as <c>/lb/v1/zones/fr-par-1/ips/id</c>; null when there is none.</summary>
    public JsonObject? Find(string path)
    {
        var (list, id) = (path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..]);
        return Lists(list).SelectMany(l => l).FirstOrDefault(i => IdOf(i) == id);
    }

    public bool Remove(string path)
    {
        var (list, id) = (path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..]);
        return Lists(list).Sum(l => l.RemoveAll(i => IdOf(i) == id)) > 0;
    }

    /// <summary>A refusal when a list of the organisation is asked for without it.</summary>
    internal StandInAnswer? OrganisationOf(string path, Dictionary<string, string> query)
    {
        var isOfParent = path.Count(c => c == '/') > (path.Contains("zones", StringComparison.Ordinal) || path.Contains("regions", StringComparison.Ordinal) ? 5 : 3)
            || path.EndsWith("/rules", StringComparison.Ordinal) || path.EndsWith("/versions", StringComparison.Ordinal) || path.Contains("/public-catalog/", StringComparison.Ordinal);
        var name = path.StartsWith("/instance/", StringComparison.Ordinal) ? "organization" : "organization_id";
        return isOfParent || query.GetValueOrDefault(name) == Organisation
            ? null
            : new StandInAnswer(400, $$"""{"type":"invalid_arguments","message":"invalid argument(s)","details":[{"argument_name":"{{name}}","reason":"required"}]}""");
    }

    // Tags are listed for their image, but each has a path of its own.
    private IEnumerable<List<JsonObject>> Lists(string path) =>
        path.StartsWith("/registry/", StringComparison.Ordinal) && path.EndsWith("/tags", StringComparison.Ordinal)
            ? _lists.Where(l => l.Key.StartsWith(path[..^"tags".Length] + "images/", StringComparison.Ordinal)).Select(l => l.Value)
            : _lists.TryGetValue(path, out var list) ? [list] : [];

    private static string IdOf(JsonObject item) => (item["id"] ?? item["access_key"])?.GetValue<string>() ?? "";
}
