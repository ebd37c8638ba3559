using System.Globalization;
using System.Text.Json.Nodes;
using ClusterFixture;

namespace ScalewayStandIn;

/// <summary>An answer that a test gives in place of the server's.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body; empty for none.</param>
/// <param name="Headers">Headers, as <c>Name: value</c>.</param>
public sealed record StandInAnswer(int Status, string Body, params string[] Headers)
{
    /// <summary>What the gateway answers when it is asked too often: nothing but a header.</summary>
    public static StandInAnswer RateLimited { get; } = new(429, "", "X-Envoy-Ratelimited: true");

    public static StandInAnswer Denied(string resource, string action) =>
        new(403, $$"""{"type":"permissions_denied","message":"insufficient permissions","details":[{"resource":"{{resource}}","action":"{{action}}"}]}""");

    public static StandInAnswer BadKey { get; } = new(401, """{"type":"denied_authentication","message":"authentication is denied","method":"api_key","reason":"not_found"}""");

    public static StandInAnswer Broken { get; } = new(503, "upstream connect error or disconnect/reset before headers");
}

/// <summary>
/// Speaks Scaleway's API on the loopback device, with the vendor's paging dialects and error bodies (npm <c>@scaleway/sdk-*</c>). It checks what a real
/// one checks: the key, the organisation, the size of pages.
/// </summary>
public sealed class StandInServer : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["api-keys"] = "api_keys",
        ["private-networks"] = "private_networks",
        ["lbs"] = "lbs",
        ["acls"] = "rules",
        ["backend-stats"] = "backend_servers_stats",
    };

    private static readonly Dictionary<string, string> Items = new()
    {
        ["ips"] = "ip",
        ["volumes"] = "volume",
        ["snapshots"] = "snapshot",
        ["images"] = "image",
        ["security_groups"] = "security_group",
        ["servers"] = "server",
    };

    private readonly LoopbackServer _server;
    private readonly Lock _gate = new();
    private int _requests;

    public StandInServer(StandInAccount account)
    {
        Account = account;
        _server = new LoopbackServer(AnswerAsync);
    }

    public StandInAccount Account { get; }

    public Uri Address => _server.Address;

    /// <summary>Where object storage is, with <c>{region}</c>.</summary>
    public string ObjectStorage => $"{_server.Address.ToString().TrimEnd('/')}{StandInBuckets.Root}{{region}}";

    /// <summary>Answers in place of the server where it gives something; called before every request, one at a time.</summary>
    public Func<LoopbackRequest, StandInAnswer?>? Interfere { get; set; }

    /// <summary>Called after every answer, one at a time.</summary>
    public Action<LoopbackRequest>? Afterwards { get; set; }

    public IReadOnlyList<LoopbackRequest> Requests => _server.Requests;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(LoopbackRequest request)
    {
        StandInAnswer answer;
        lock (_gate)
        {
            answer = Interfere?.Invoke(request) ?? Answer(request);
            Afterwards?.Invoke(request);
        }

        var id = $"X-Request-Id: {Interlocked.Increment(ref _requests):x8}-0000-4000-8000-000000000000";
        await request.RespondAsync(answer.Status, answer.Body, ["Content-Type: application/json", id, .. answer.Headers]);
    }

    private StandInAnswer Answer(LoopbackRequest request)
    {
        var (path, query) = Split(request.Path);
        if (path.StartsWith(StandInBuckets.Root, StringComparison.Ordinal))
        {
            return StandInBuckets.Answer(Account, request, path, query);
        }

        var isPublic = path.StartsWith("/product-catalog/", StringComparison.Ordinal) || path.EndsWith("/products/servers", StringComparison.Ordinal);
        if (!isPublic && request.Headers.GetValueOrDefault("X-Auth-Token") != Account.SecretKey)
        {
            return StandInAnswer.BadKey;
        }

        return request.Method switch
        {
            "GET" => Get(path, query),
            "DELETE" => Delete(path),
            "POST" => Post(path, request.Body),
            _ => NotFound("route", path),
        };
    }

    private StandInAnswer Get(string path, Dictionary<string, string> query)
    {
        if (Account.Singles.TryGetValue(path, out var single))
        {
            return new StandInAnswer(200, single.ToJsonString());
        }

        if (path.EndsWith("/products/servers", StringComparison.Ordinal))
        {
            var types = new JsonObject();
            foreach (var type in Account.Of(path))
            {
                types[type["name"]!.GetValue<string>()] = type.DeepClone();
            }

            return new StandInAnswer(200, new JsonObject { ["servers"] = types }.ToJsonString(), $"X-Total-Count: {types.Count}");
        }

        if (path.Contains("/audit-trail/", StringComparison.Ordinal))
        {
            var events = Account.Of(path).Where(e => !query.TryGetValue("principal_id", out var id) || e["principal"]!["id"]!.GetValue<string>() == id).ToArray();
            return ByCursor(events, query);
        }

        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var place = System.Array.FindIndex(segments, s => s is "zones" or "regions");
        if (place > 0 && (!Account.Places.Contains(segments[place + 1]) || (segments[0] == "lb" && segments[place + 1] == "fr-par-3")))
        {
            return new StandInAnswer(404, """{"message":"404 page not found"}""");
        }

        if (Account.Has(path) || IsList(segments[^1]))
        {
            if (Account.OrganisationOf(path, query) is { } wrong)
            {
                return wrong;
            }

            var items = Account.Of(path).AsEnumerable();
            if (query.TryGetValue("policy_id", out var policy))
            {
                items = items.Where(i => i["policy_id"]!.GetValue<string>() == policy);
            }

            if (path.EndsWith("/consumptions", StringComparison.Ordinal))
            {
                items = items.Where(i => i["period"]!.GetValue<string>() == query.GetValueOrDefault("billing_period"));
            }

            return Page(path, segments[^1], [.. items], query);
        }

        return Account.Find(path) is { } item
            ? new StandInAnswer(200, (path.StartsWith("/instance/", StringComparison.Ordinal) ? new JsonObject { [Items[segments[^2]]] = item.DeepClone() } : item).ToJsonString())
            : NotFound(segments[^2], segments[^1]);
    }

    private static bool IsList(string segment) => segment is "users" or "applications" or "groups" or "policies" or "rules" or "api-keys" or "projects" or "servers" or "ips" or "volumes"
        or "snapshots" or "images" or "security_groups" or "lbs" or "backends" or "frontends" or "certificates" or "clusters" or "pools" or "acls" or "versions" or "namespaces" or "tags"
        or "nodes" or "backend-stats" or "private-networks" or "consumptions" or "discounts" or "budgets" or "products";

    private static StandInAnswer Page(string path, string last, IReadOnlyList<JsonObject> items, Dictionary<string, string> query)
    {
        var key = Keys.GetValueOrDefault(last, last);
        if (path.StartsWith("/k8s/", StringComparison.Ordinal) && last == "versions")
        {
            return new StandInAnswer(200, new JsonObject { [key] = Array(items) }.ToJsonString());
        }

        var isInstance = path.StartsWith("/instance/", StringComparison.Ordinal);
        var sizeName = isInstance ? "per_page" : "page_size";
        var size = int.Parse(query.GetValueOrDefault(sizeName, isInstance ? "50" : "20"), CultureInfo.InvariantCulture);
        var page = int.Parse(query.GetValueOrDefault("page", "1"), CultureInfo.InvariantCulture);
        if (size is < 1 or > 100 || page < 1)
        {
            return new StandInAnswer(400, $$"""{"type":"invalid_arguments","message":"invalid argument(s)","details":[{"argument_name":"{{sizeName}}","reason":"constraint","help_message":"must be from 1 to 100"}]}""");
        }

        var shown = Array(items.Skip((page - 1) * size).Take(size));
        return isInstance
            ? new StandInAnswer(200, new JsonObject { [key] = shown }.ToJsonString(), $"X-Total-Count: {items.Count}")
            : new StandInAnswer(200, new JsonObject { [key] = shown, ["total_count"] = items.Count }.ToJsonString());
    }

    private static StandInAnswer ByCursor(JsonObject[] events, Dictionary<string, string> query)
    {
        var size = int.Parse(query.GetValueOrDefault("page_size", "20"), CultureInfo.InvariantCulture);
        var start = int.Parse(query.GetValueOrDefault("page_token", "0"), CultureInfo.InvariantCulture);
        var body = new JsonObject { ["events"] = Array(events.Skip(start).Take(size)) };
        body["next_page_token"] = start + size < events.Length ? (start + size).ToString(CultureInfo.InvariantCulture) : null;
        return new StandInAnswer(200, body.ToJsonString());
    }

    private StandInAnswer Delete(string path) => Account.Remove(path) ? new StandInAnswer(204, "") : NotFound(path.Split('/')[^2], path.Split('/')[^1]);

    private StandInAnswer Post(string path, string body)
    {
        var item = JsonNode.Parse(body)!.AsObject();
        item["id"] = Guid.NewGuid().ToString();
        var isInstance = path.StartsWith("/instance/", StringComparison.Ordinal);
        item[isInstance ? "state" : "status"] = "available";
        item[isInstance ? "creation_date" : "created_at"] = StandInAccount.At(0);
        item["references"] = new JsonArray();
        Account.Add(path, item);
        return new StandInAnswer(201, (isInstance ? new JsonObject { [Items[path.Split('/')[^1]]] = item.DeepClone() } : item).ToJsonString());
    }

    private static StandInAnswer NotFound(string resource, string id) => new(404, new JsonObject
    {
        ["type"] = "not_found",
        ["message"] = "resource is not found",
        ["resource"] = resource.TrimEnd('s'),
        ["resource_id"] = id,
    }.ToJsonString());

    private static JsonArray Array(IEnumerable<JsonObject> items) => new([.. items.Select(Shown)]);

    // What the server files things by is not what it shows.
    private static JsonNode Shown(JsonObject item)
    {
        var copy = item.DeepClone().AsObject();
        copy.Remove("policy_id");
        copy.Remove("period");
        return copy;
    }

    private static (string Path, Dictionary<string, string> Query) Split(string target)
    {
        var parts = target.Split('?', 2);
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parts.Length == 1 ? [] : parts[1].Split('&'))
        {
            var (name, value) = (pair.Split('=', 2)[0], pair.Split('=', 2)[^1]);
            query[name] = Uri.UnescapeDataString(value);
        }

        return (parts[0], query);
    }
}
