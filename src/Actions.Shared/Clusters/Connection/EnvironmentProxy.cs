using System.Net;

namespace Actions.Shared.Clusters.Connection;

/// <summary>The proxy that the environment names for a server, by the rules that kubectl follows.</summary>
internal static class EnvironmentProxy
{
    /// <summary>The value of <c>HTTPS_PROXY</c> (<c>HTTP_PROXY</c> for <c>http</c>); null if there is none, or <c>NO_PROXY</c> excepts the server.</summary>
    /// <param name="variables">The environment; of a name in capitals and one in small letters the first counts.</param>
    /// <param name="server">The server. One on this machine is never asked through a proxy.</param>
    public static string? For(IReadOnlyDictionary<string, string> variables, Uri server)
    {
        var proxy = Read(variables, server.Scheme == "http" ? "HTTP_PROXY" : "HTTPS_PROXY");
        if (proxy is null || server.IsLoopback || IsExcepted(Read(variables, "NO_PROXY") ?? "", server.IdnHost.Trim('[', ']'), server.Port))
            return null;
        return proxy.Contains("://", StringComparison.Ordinal) ? proxy : $"http://{proxy}";
    }

    /// <summary>Whether a list names a host: <c>*</c>, an address, a range such as <c>10.0.0.0/8</c>, or a domain, with or without a port.</summary>
    internal static bool IsExcepted(string list, string host, int port)
    {
        var isAddress = IPAddress.TryParse(host, out var address);
        foreach (var entry in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry == "*")
                return true;
            if (isAddress && IPNetwork.TryParse(entry, out var range))
            {
                if (range.Contains(address!))
                    return true;
                continue;
            }

            var (name, only) = Split(entry);
            if (only is not null && only != port)
                continue;
            if (isAddress ? IPAddress.TryParse(name.Trim('[', ']'), out var excepted) && excepted.Equals(address) : IsDomain(name, host))
                return true;
        }

        return false;
    }

    /// <summary><c>example.com</c> is the host and everything below it, <c>.example.com</c> and <c>*.example.com</c> only what is below.</summary>
    private static bool IsDomain(string entry, string host)
    {
        var name = entry.StartsWith("*.", StringComparison.Ordinal) ? entry[1..] : entry;
        return name.StartsWith('.')
            ? host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            : host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase);
    }

    private static (string Name, int? Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        var isPort = colon > 0 && (entry.IndexOf(':', StringComparison.Ordinal) == colon || entry[colon - 1] == ']');
        return isPort && int.TryParse(entry.AsSpan(colon + 1), out var port) ? (entry[..colon], port) : (entry, null);
    }

    private static string? Read(IReadOnlyDictionary<string, string> variables, string name) =>
        variables.GetValueOrDefault(name) is { Length: > 0 } value ? value
        : variables.GetValueOrDefault(name.ToLowerInvariant()) is { Length: > 0 } small ? small
        : null;
}
