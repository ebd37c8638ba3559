using System.Text.Json;

namespace Actions.AccountReview.Scaleway;

/// <summary>Why the API did not give what was asked for.</summary>
internal enum ScalewayFault
{
    /// <summary>The key is wrong, expired or deleted.</summary>
    BadCredentials,

    /// <summary>The key may not do it.</summary>
    Denied,

    /// <summary>There is no such resource, or no such zone for the product.</summary>
    NotFound,

    /// <summary>Too many requests, after all repetitions.</summary>
    RateLimited,

    /// <summary>No answer, or an error of the server, after all repetitions.</summary>
    Unavailable,

    /// <summary>The answer is not what is documented.</summary>
    Malformed,

    /// <summary>A list changed each time it was read.</summary>
    Changing,

    /// <summary>The recording has no such answer.</summary>
    NotRecorded,

    /// <summary>The API refused for another reason.</summary>
    Refused,

    /// <summary>It was not asked, for what is needed to ask was not given. Whoever did not give it knows.</summary>
    NotAsked,
}

/// <summary>The API did not give what was asked for.</summary>
/// <param name="fault">Why.</param>
/// <param name="reason">One sentence without a full stop; may hold text of the API.</param>
/// <param name="inner">The cause.</param>
internal sealed class ScalewayException(ScalewayFault fault, string reason, Exception? inner = null) : Exception(reason, inner)
{
    private const int LongestMessage = 300;

    public ScalewayFault Fault { get; } = fault;

    /// <summary>What an answer that is no success means. Bodies may be empty or no JSON.</summary>
    public static ScalewayException Of(ScalewayRequest request, ScalewayAnswer answer)
    {
        var body = Parse(answer.Body);
        var type = body.Text("type") ?? "";
        var said = Said(body, type);
        var fault = (type, answer.Status) switch
        {
            ("denied_authentication", _) or (_, 401) => ScalewayFault.BadCredentials,
            ("permissions_denied", _) or (_, 403) => ScalewayFault.Denied,
            ("not_found" or "unknown_resource", _) or (_, 404) => ScalewayFault.NotFound,
            ("too_many_requests", _) or (_, 429) => ScalewayFault.RateLimited,
            (_, >= 500) => ScalewayFault.Unavailable,
            _ => ScalewayFault.Refused,
        };
        var about = $"{request.Method} {PathOf(request)} answered with status {answer.Status}";
        return new ScalewayException(
            fault, $"{about}{(said.Length == 0 ? "" : $": {said}")}{(answer.RequestId.Length == 0 ? "" : $" (request {answer.RequestId})")}");
    }

    /// <summary>The path without its query, which only makes messages long.</summary>
    public static string PathOf(ScalewayRequest request) => request.Path.Split('?')[0];

    /// <summary>The whole of an error body in a few words; the shapes are those of the vendor's SDKs.</summary>
    private static string Said(JsonElement body, string type)
    {
        var details = type switch
        {
            "permissions_denied" => Details(body, d => $"{d.Text("action")} {d.Text("resource")}".Trim()),
            "invalid_arguments" => Details(body, d => $"{d.Text("argument_name")}: {d.Text("help_message") ?? d.Text("reason")}"),
            "quotas_exceeded" => Details(body, d => $"{d.Text("resource")} {d.Whole("current")} of {d.Whole("quota")}"),
            "precondition_failed" => body.Text("help_message") ?? body.Text("precondition") ?? "",
            "transient_state" => $"{body.Text("resource")} is {body.Text("current_state")}",
            "invalid_request_error" when body.Find("fields") is { ValueKind: JsonValueKind.Object } fields =>
                string.Join(", ", fields.EnumerateObject().Select(f => $"{f.Name}: {string.Join(" ", f.Value.Texts() ?? [])}")),
            _ => body.Text("help_message") ?? "",
        };
        var message = body.Text("message") ?? "";
        var all = string.Join(", ", new[] { message.Length > 0 ? message : type, details }.Where(t => t.Length > 0));
        return all.Length <= LongestMessage ? all : all[..LongestMessage] + "…";
    }

    private static string Details(JsonElement body, Func<JsonElement, string> text) =>
        string.Join(", ", (body.Items("details") ?? []).Select(text).Where(t => t.Length > 0));

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
