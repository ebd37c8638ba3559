using System.Collections.Frozen;

namespace Actions.Shared.Processes;

/// <summary>
/// Decides which environment a child gets: an empty one plus an allow-list, because a container action's own environment holds
/// tokens (<c>ACTIONS_RUNTIME_TOKEN</c>, OIDC request tokens), secrets (<c>INPUT_*</c>) and the runner's command files.
/// </summary>
public static class ChildEnvironment
{
    /// <summary>What every child inherits: where programs and files are, the locale, proxies and certificates.</summary>
    public static IReadOnlySet<string> AlwaysInherited { get; } = new[]
    {
        "PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "TZ",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Prefixes of the runner's own variables: handed down only when named exactly, never by a pattern.</summary>
    private static readonly string[] GuardedPrefixes = ["ACTIONS_", "INPUT_", "STATE_", "GITHUB_", "RUNNER_"];

    /// <summary>Builds a child's environment.</summary>
    /// <param name="own">Our own environment.</param>
    /// <param name="inherited">Names, or prefixes ending in <c>*</c>, to hand down beyond <see cref="AlwaysInherited"/> and <c>LC_*</c>.</param>
    /// <param name="variables">Variables to set; they win over inherited ones.</param>
    public static IReadOnlyDictionary<string, string> Build(
        IReadOnlyDictionary<string, string> own,
        IReadOnlyList<string> inherited,
        IReadOnlyDictionary<string, string> variables)
    {
        var result = own
            .Where(v => IsInherited(v.Key, inherited))
            .ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            result[name] = value;
        }

        return result;
    }

    private static bool IsInherited(string name, IReadOnlyList<string> inherited) =>
        AlwaysInherited.Contains(name)
        || name.StartsWith("LC_", StringComparison.Ordinal)
        || inherited.Any(pattern => Matches(name, pattern));

    private static bool Matches(string name, string pattern) => pattern.EndsWith('*')
        ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
            && !GuardedPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase))
        : string.Equals(name, pattern, StringComparison.Ordinal);
}
