using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.Text;

namespace Actions.RenovateRun.Starting;

/// <summary>
/// Renovate's <c>hostRules</c>: credentials and settings by host. Renovate passes over what it cannot read without a word, so they are checked
/// before it starts.
/// </summary>
internal sealed class HostRules
{
    /// <summary>Where the rules of the environment are read from.</summary>
    public const string Variable = "RENOVATE_HOST_RULES";

    private const int MaxLength = 1024 * 1024;

    // The fields of Renovate 44's hostRules.
    private static readonly string[] Fields =
    [
        "abortIgnoreStatusCodes", "abortOnError", "allowInternal", "artifactAuth", "authType", "concurrentRequestLimit", "description", "dnsCache", "enableHttp2",
        "enabled", "encrypted", "headers", "hostType", "httpsCertificate", "httpsCertificateAuthority", "httpsPrivateKey", "insecureRegistry", "keepAlive",
        "matchHost", "maxRequestsPerSecond", "maxRetryAfter", "newLogLevel", "password", "readOnly", "timeout", "token", "username",
    ];

    private static readonly string[] SecretFields = ["token", "password", "httpsPrivateKey"];

    private readonly JsonArray _rules;

    private HostRules(JsonArray rules) => _rules = rules;

    /// <summary>No rules.</summary>
    public static HostRules None => new([]);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>The values that no output may show: tokens, passwords, private keys and headers.</summary>
    public IEnumerable<string> Secrets =>
        from rule in _rules.OfType<JsonObject>()
        from entry in rule
        from secret in Array.IndexOf(SecretFields, entry.Key) >= 0 ? [entry.Value] : entry.Key == "headers" ? ((JsonObject)entry.Value!).Select(h => h.Value) : []
        select secret!.GetValue<string>();

    /// <summary>Reads an array of rules; comments and commas at the end are allowed.</summary>
    /// <exception cref="FormatException">It is something else; the message says what and where, and quotes no value.</exception>
    public static HostRules Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new FormatException("It is longer than 1 MiB.");
        }

        JsonNode? node;
        try
        {
            node = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false, MaxDepth = 8 });
        }
        catch (JsonException e)
        {
            throw new FormatException(e.LineNumber is { } line ? $"It is no JSON: line {line + 1} is wrong." : "It says a field twice.");
        }

        if (node is not JsonArray array)
        {
            throw new FormatException("Write a JSON array of rules, [{\"matchHost\": …}], even for one.");
        }

        for (var i = 0; i < array.Count; i++)
        {
            Check(array[i] as JsonObject ?? throw new FormatException($"Rule {i + 1} is no JSON object."), i + 1);
        }

        return new HostRules(array);
    }

    /// <summary>A rule for a registry in the own network, which Renovate only asks if a rule names it.</summary>
    /// <param name="text">Its host, with <c>http://</c> before it if it has no TLS; a port is passed over.</param>
    /// <exception cref="FormatException">It is no host.</exception>
    public static HostRules Internal(string text)
    {
        var isPlain = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https") || address.Host.Length == 0 || address.PathAndQuery != "/" || address.UserInfo.Length > 0)
        {
            throw new FormatException("Write the host alone, or http:// and the host.");
        }

        // With a port Renovate takes it for the beginning of an https address.
        var rule = new JsonObject { ["hostType"] = "docker", ["matchHost"] = address.Host, ["allowInternal"] = true };
        if (isPlain)
        {
            rule["insecureRegistry"] = true;
        }

        return new HostRules(new JsonArray((JsonNode)rule));
    }

    /// <summary>These rules, then others; of two that match, Renovate lets the later one win.</summary>
    public HostRules Then(HostRules others) => new([.. _rules.Select(r => r!.DeepClone()), .. others._rules.Select(r => r!.DeepClone())]);

    /// <summary>The rules as Renovate takes them.</summary>
    public string ToJson() => _rules.ToJsonString();

    private static void Check(JsonObject rule, int number)
    {
        foreach (var (name, value) in rule)
        {
            if (Array.IndexOf(Fields, name) < 0)
            {
                throw new FormatException($"Rule {number} has an unknown field{(Suggestions.Closest(name, Fields) is { } near ? $"; did you mean {near}" : "")}.");
            }

            var isText = value is JsonValue text && text.GetValueKind() == JsonValueKind.String;
            var fits = name switch
            {
                "headers" => value is JsonObject headers && headers.All(h => h.Value?.GetValueKind() == JsonValueKind.String),
                "abortIgnoreStatusCodes" or "artifactAuth" or "description" or "encrypted" or "newLogLevel" => true,
                "abortOnError" or "allowInternal" or "dnsCache" or "enableHttp2" or "enabled" or "insecureRegistry" or "keepAlive" or "readOnly" =>
                    value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
                "concurrentRequestLimit" or "maxRequestsPerSecond" or "maxRetryAfter" or "timeout" => value?.GetValueKind() == JsonValueKind.Number,
                _ => isText,
            };
            if (!fits)
            {
                throw new FormatException($"Rule {number}: {name} has the wrong type.");
            }
        }

        if (rule["matchHost"]?.GetValue<string>() is { } host && rule["insecureRegistry"]?.GetValue<bool>() == true
            && !host.Contains("://", StringComparison.Ordinal) && host.Contains(':', StringComparison.Ordinal))
        {
            throw new FormatException($"Rule {number}: matchHost has a port, so Renovate takes it for an https address and insecureRegistry has no effect; leave the port out.");
        }
    }
}
