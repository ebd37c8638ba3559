using System.Text.Json;
using System.Text.RegularExpressions;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Terraform;

/// <summary>Tells which outputs of a state look like secrets. Values are looked at and not kept.</summary>
internal static partial class StateSecrets
{
    private const int MaxDepth = 16;
    private const int ShortestSecret = 8;

    private static readonly string[] Words = ["password", "passwd", "secret", "token", "private_key", "kubeconfig", "credential", "api_key"];

    /// <summary>What says that a name is about a secret without being one.</summary>
    private static readonly string[] Harmless = ["_id", "_name", "_arn", "_url", "_path", "_version", "_expires_at", "_namespace", "_count"];

    /// <summary>The outputs, in the order of the state; none when it has none.</summary>
    public static IReadOnlyList<StateOutput> Outputs(JsonElement outputs) => outputs.ValueKind != JsonValueKind.Object
        ? []
        : [.. outputs.EnumerateObject().Select(o => new StateOutput(o.Name, o.Value.Flag("sensitive") == true, LooksLike(o.Name, o.Value.Find("value"), 0)))];

    private static string LooksLike(string name, JsonElement value, int depth)
    {
        if (depth > MaxDepth)
        {
            return "";
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return value.EnumerateObject().Select(p => LooksLike(p.Name, p.Value, depth + 1)).FirstOrDefault(l => l.Length > 0) ?? "";
            case JsonValueKind.Array:
                return value.EnumerateArray().Select(i => LooksLike(name, i, depth + 1)).FirstOrDefault(l => l.Length > 0) ?? "";
            case JsonValueKind.String:
                var text = value.GetString()!;
                return Shape(text) is { Length: > 0 } shape ? shape : Named(name, text);
            default:
                return "";
        }
    }

    private static string Shape(string text) =>
        text.Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? "a private key"
        : text.Contains("client-key-data:", StringComparison.Ordinal) || (text.Contains("kind: Config", StringComparison.Ordinal) && text.Contains("token:", StringComparison.Ordinal)) ? "a kubeconfig"
        : Prefixed().IsMatch(text) ? "a token"
        : Jwt().IsMatch(text) ? "a signed token"
        : Userinfo().IsMatch(text) ? "an address with a password"
        : "";

    private static string Named(string name, string text)
    {
        var lower = name.ToLowerInvariant();
        return text.Length >= ShortestSecret && !text.Any(char.IsWhiteSpace) && !Harmless.Any(h => lower.EndsWith(h, StringComparison.Ordinal))
            ? Words.FirstOrDefault(w => lower.Contains(w, StringComparison.Ordinal)) is { } word ? $"named {word}" : ""
            : "";
    }

    /// <summary>Beginnings that vendors give to their keys: GitHub, GitLab, Slack, AWS.</summary>
    [GeneratedRegex(@"\b(gh[opsu]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abp]-[\w-]{20,}|AKIA[0-9A-Z]{16})")]
    private static partial Regex Prefixed();

    [GeneratedRegex(@"^eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+$")]
    private static partial Regex Jwt();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex Userinfo();
}
