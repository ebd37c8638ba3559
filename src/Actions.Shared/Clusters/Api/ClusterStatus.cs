using System.Text;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Api;

/// <summary>
/// What an API server says of a request that it did not do (<c>v1 Status</c>). Its texts are untrusted, and for Secrets they are left out where they could
/// repeat what was sent.
/// </summary>
/// <param name="Code">HTTP status code.</param>
/// <param name="Reason">A word such as <c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>; empty if unknown.</param>
/// <param name="Message">A sentence or more.</param>
/// <param name="Causes">The single reasons, such as one per wrong field or per conflict.</param>
/// <param name="RetryAfterSeconds">When to ask again; null if nothing was said.</param>
public sealed record ClusterStatus(int Code, string Reason, string Message, IReadOnlyList<ClusterStatusCause> Causes, int? RetryAfterSeconds)
{
    /// <summary>Reasons whose texts name the request and the rule, never the content.</summary>
    private static readonly string[] HarmlessReasons =
        ["NotFound", "AlreadyExists", "Forbidden", "Unauthorized", "Conflict", "Expired", "Gone", "TooManyRequests", "ServiceUnavailable", "Timeout"];

    private const int ShortestSecret = 4;

    /// <summary>Reads a <c>Status</c>; null if <paramref name="node"/> is none.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="isSensitive">Whether the request was about content that must not be shown.</param>
    internal static ClusterStatus? Read(JsonObject? node, bool isSensitive = false)
    {
        if (node is null || Text(node, "kind") != "Status")
            return null;
        var details = node["details"] as JsonObject;
        var reason = Text(node, "reason");
        var hide = isSensitive && Array.IndexOf(HarmlessReasons, reason) < 0;
        var causes = new List<ClusterStatusCause>();
        foreach (var cause in details?["causes"] as JsonArray ?? [])
        {
            if (cause is JsonObject c)
                causes.Add(new ClusterStatusCause(Text(c, "reason"), hide ? "" : Text(c, "message"), Text(c, "field")));
        }

        return new ClusterStatus(
            Number(node, "code") ?? 0,
            reason,
            hide ? "the message is not shown because it may repeat the content of the Secret" : Text(node, "message"),
            causes,
            Number(details, "retryAfterSeconds"));
    }

    /// <summary>The same without the values of the Secret that was sent: a webhook may have quoted them.</summary>
    internal ClusterStatus WithoutValuesOf(JsonObject secret)
    {
        var values = Values(secret);
        return values.Length == 0 ? this : this with { Message = Hide(Message, values), Causes = [.. Causes.Select(c => c with { Message = Hide(c.Message, values) })] };
    }

    private static string Hide(string text, string[] values) => values.Aggregate(text, static (rest, value) => rest.Replace(value, "***", StringComparison.Ordinal));

    /// <summary>The values in both forms, the longest first, so that none is left of which another is a part. Of the shortest nobody learns anything.</summary>
    private static string[] Values(JsonObject secret)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, value) in ((string[])["data", "stringData"]).SelectMany(f => secret[f] as JsonObject ?? []))
        {
            if (value is JsonValue scalar && scalar.TryGetValue<string>(out var text))
            {
                values.Add(text);
                var bytes = new byte[text.Length];
                if (Convert.TryFromBase64String(text, bytes, out var length))
                    values.Add(Encoding.UTF8.GetString(bytes.AsSpan(0, length)));
            }
        }

        return [.. values.SelectMany(v => v.Split('\n').Append(v)).Where(v => v.Trim().Length >= ShortestSecret).Distinct().OrderByDescending(v => v.Length).ThenBy(v => v, StringComparer.Ordinal)];
    }

    private static string Text(JsonObject node, string key) => node[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static int? Number(JsonObject? node, string key) =>
        node?[key] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}

/// <summary>One reason of a <see cref="ClusterStatus"/>.</summary>
/// <param name="Reason">A word such as <c>FieldValueInvalid</c> or <c>FieldManagerConflict</c>; empty if unknown.</param>
/// <param name="Message">A sentence; untrusted.</param>
/// <param name="Field">The field, such as <c>spec.replicas</c> (<c>.spec.replicas</c> for conflicts); empty if none.</param>
public sealed record ClusterStatusCause(string Reason, string Message, string Field);
