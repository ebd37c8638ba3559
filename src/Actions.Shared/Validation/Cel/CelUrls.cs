using System.Buffers;

namespace Actions.Shared.Validation.Cel;

/// <summary>Absolute URLs and absolute paths as Go's url.ParseRequestURI reads them.</summary>
internal static class CelUrls
{
    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&'()*+,;=:[]<>\"%");

    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&'()*+,;=:@/%");

    /// <summary>The parts of a URL; null when it is none.</summary>
    public static CelUrl? Read(string text)
    {
        if (text.Length == 0 || text.Any(c => c < ' ' || c == '\x7f'))
        {
            return null;
        }

        var (scheme, rest) = ("", text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0)
        {
            return null;
        }

        if (colon > 0 && char.IsAsciiLetter(text[0]) && !text.AsSpan(0, colon).ContainsAnyExcept(SchemeCharacters))
        {
            (scheme, rest) = (text[..colon].ToLowerInvariant(), text[(colon + 1)..]);
        }

        var (path, query) = rest.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? (rest[..mark], rest[(mark + 1)..]) : (rest, "");
        if (!path.StartsWith('/'))
        {
            // An opaque part such as in mailto:me@example.com.
            return scheme.Length > 0 && path.Length > 0 ? new CelUrl(scheme, "", "", query) : null;
        }

        var host = "";
        if (path.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !path.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = path.IndexOf('/', 2);
            var authority = slash < 0 ? path[2..] : path[2..slash];
            path = slash < 0 ? "" : path[slash..];
            host = authority[(authority.LastIndexOf('@') + 1)..];
            if (host.AsSpan().ContainsAnyExcept(HostCharacters) || !IsPort(host))
            {
                return null;
            }
        }

        return HasBadEscape(path) ? null : new CelUrl(scheme, host, EscapePath(path), query);
    }

    /// <summary>Host name (without the brackets of IPv6) and port.</summary>
    public static (string Name, string Port) Split(string host)
    {
        var bracket = host.LastIndexOf(']');
        var colon = host.IndexOf(':', bracket + 1);
        var name = colon < 0 ? host : host[..colon];
        var port = colon < 0 ? "" : host[(colon + 1)..];
        return (name.StartsWith('[') && name.EndsWith(']') ? name[1..^1] : name, port);
    }

    /// <summary>The values of each parameter, in the order of the URL.</summary>
    public static CelValue Query(CelBudget budget, CelUrl url)
    {
        budget.Pay(url.Query.Length);
        var values = new Dictionary<string, List<CelValue>>(StringComparer.Ordinal);
        var keys = new List<string>();
        foreach (var part in url.Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..]);
            if (part.Contains(';', StringComparison.Ordinal) || HasBadEscape(part))
            {
                continue;
            }

            name = Decode(name);
            if (!values.TryGetValue(name, out var list))
            {
                values.Add(name, list = []);
                keys.Add(name);
            }

            list.Add(CelValue.Of(Decode(value)));
        }

        var map = new CelDictionary();
        foreach (var key in keys)
        {
            map.TryAdd(CelValue.Of(key), new CelArray(values[key]));
        }

        return map;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static bool IsPort(string host)
    {
        if (host.StartsWith('[') != host.Contains(']', StringComparison.Ordinal))
        {
            return false;
        }

        var (name, port) = Split(host);
        return port.All(char.IsAsciiDigit) && (host.StartsWith('[') || !name.Contains(':', StringComparison.Ordinal));
    }

    private static bool HasBadEscape(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return true;
            }
        }

        return false;
    }

    private static string EscapePath(string path) => path.AsSpan().ContainsAnyExcept(PathCharacters)
        ? string.Concat(CelText.Characters(path).Select(c => PathCharacters.Contains(c[0]) ? c : Uri.EscapeDataString(c)))
        : path;
}
