using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Actions.Shared.Validation.Structure;

/// <summary>
/// The string formats that the API server checks in built-in types and custom resources (apiextensions' supported formats), as leniently
/// as it does. Dashes in the name of a format do not count. Unknown formats accept everything.
/// </summary>
internal static class Formats
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static readonly SearchValues<char> DecimalCharacters = SearchValues.Create("0123456789.");

    private static readonly string[] DurationUnits = ["h", "ms", "m", "s", "us", "µs", "μs", "ns"];

    private static readonly string[] LongDurationUnits =
        ["nano", "micro", "milli", "sec", "min", "hour", "hr", "day", "week", "wk", "ns", "us", "µs", "ms", "s", "m", "h", "d", "w"];

    /// <summary>Whether <paramref name="value"/> follows <paramref name="format"/>.</summary>
    public static bool IsValid(string format, string value) => format switch
    {
        "date-time" or "datetime" => IsDateTime(value),
        "date" => IsDate(value),
        "byte" => IsBase64(value),
        "duration" => IsDuration(value),
        "quantity" => Quantities.IsValid(value.AsSpan().Trim()),
        "uri" => IsUri(value),
        "email" => IsEmail(value),
        "hostname" => IsHostname(value),
        "ipv4" => IsIPv4(value),
        "ipv6" => IsIPv6(value),
        "cidr" => IsCidr(value),
        "mac" => IsMac(value),
        "uuid" or "uuid3" or "uuid4" or "uuid5" => IsUuid(value),
        _ => true,
    };

    /// <summary>What a value of <paramref name="format"/> is called in a message, with an example; <paramref name="format"/> must be one that is checked.</summary>
    public static string Describe(string format) => format switch
    {
        "date-time" or "datetime" => "an RFC 3339 time such as 2026-01-31T12:00:00Z",
        "date" => "a date such as 2026-01-31",
        "byte" => "base64 data",
        "duration" => "a duration such as 1h30m or 500ms",
        "quantity" => "a quantity such as 500m or 1Gi",
        "uri" => "a URI such as https://example.com/path",
        "email" => "an e-mail address",
        "hostname" => "a host name",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "cidr" => "an address range such as 10.0.0.0/16",
        "mac" => "a MAC address",
        _ => "a UUID",
    };

    /// <summary>What to do about a <paramref name="value"/> that does not follow <paramref name="format"/>; null when the message says it all.</summary>
    public static string? Hint(string format, string value) => format switch
    {
        "byte" => "Encode the value with base64, padding included; a Secret also takes plain text under stringData.",
        "duration" when value.Length > 0 && value.All(char.IsAsciiDigit) => $"Add a unit: {value}s.",
        "duration" => "Use the units h, m, s, ms, us and ns, for example 1h30m.",
        "quantity" => Quantities.Hint(value),
        "date-time" or "datetime" when IsDate(value) => $"Add time and zone: {value}T00:00:00Z.",
        "uri" when !value.Contains(':', StringComparison.Ordinal) => "Start it with a scheme such as https://, or with / for a path.",
        "cidr" when IPAddress.TryParse(value, out var ip) => $"Add the prefix length: {value}/{(ip.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)}.",
        _ => null,
    };

    private static bool IsDate(ReadOnlySpan<char> value) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsDateTime(ReadOnlySpan<char> value)
    {
        // yyyy-MM-ddTHH:mm:ss, then an optional fraction, then Z or an offset.
        if (value.Length < 20 || !IsDate(value[..10]) || value[10] is not ('T' or 't') || !IsClock(value[11..16]) || value[16] != ':'
            || !IsBelow(value[17..19], 60))
        {
            return false;
        }

        var rest = value[19..];
        if (rest[0] is '.' or ',')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits < 1)
            {
                return false;
            }

            rest = rest[(digits + 1)..];
        }

        return rest is "Z" or "z" || (rest.Length == 6 && rest[0] is '+' or '-' && IsClock(rest[1..]));
    }

    private static bool IsClock(ReadOnlySpan<char> value) =>
        value.Length == 5 && value[2] == ':' && IsBelow(value[..2], 24) && IsBelow(value[3..], 60);

    private static bool IsBelow(ReadOnlySpan<char> digits, int limit) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < limit;

    private static bool IsBase64(ReadOnlySpan<char> value) => !value.ContainsAny(' ', '\t') && Base64.IsValid(value);

    private static bool IsDuration(string value) => IsGoDuration(value) || IsLongDuration(value);

    /// <summary>Whether <paramref name="value"/> is a duration as Go writes it, for example <c>1h30m</c>.</summary>
    public static bool IsGoDuration(ReadOnlySpan<char> value)
    {
        if (value.Length > 0 && value[0] is '+' or '-')
        {
            value = value[1..];
        }

        if (value is "0")
        {
            return true;
        }

        if (value.IsEmpty)
        {
            return false;
        }

        while (!value.IsEmpty)
        {
            var number = value.IndexOfAnyExcept(DecimalCharacters);
            if (number <= 0 || !value[..number].ContainsAnyInRange('0', '9') || value[..number].Count('.') > 1)
            {
                return false;
            }

            value = value[number..];
            var unit = value.IndexOfAny(DecimalCharacters);
            unit = unit < 0 ? value.Length : unit;
            if (!IsOneOf(value[..unit], DurationUnits))
            {
                return false;
            }

            value = value[unit..];
        }

        return true;
    }

    // Beside Go's own, the API server takes "1 day", "3 weeks" and the like anywhere in the text.
    private static bool IsLongDuration(ReadOnlySpan<char> value)
    {
        for (var i = 1; i < value.Length; i++)
        {
            if (!char.IsAsciiDigit(value[i - 1]) || char.IsAsciiDigit(value[i]))
            {
                continue;
            }

            var rest = value[i..].TrimStart();
            foreach (var unit in LongDurationUnits)
            {
                if (rest.StartsWith(unit, StringComparison.OrdinalIgnoreCase) && (unit.Length > 2 || rest.Length == unit.Length || !char.IsLetter(rest[unit.Length])))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsOneOf(ReadOnlySpan<char> value, string[] words)
    {
        foreach (var word in words)
        {
            if (value.SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUri(string value)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAnyInRange('\0', ' '))
        {
            return false;
        }

        if (value[0] == '/')
        {
            return true;
        }

        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(value[0]) && !value.AsSpan(0, colon).ContainsAnyExcept(SchemeCharacters);
    }

    private static bool IsEmail(string value)
    {
        var at = value.LastIndexOf('@');
        return at > 0 && at < value.Length - 1;
    }

    private static bool IsHostname(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > 254)
        {
            return false;
        }

        value = value.EndsWith(".") ? value[..^1] : value;
        foreach (var part in value.Split('.'))
        {
            var label = value[part];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (c < 0x80 && !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsIPv4(ReadOnlySpan<char> value)
    {
        var parts = 0;
        foreach (var part in value.Split('.'))
        {
            var octet = value[part];
            parts++;
            if (octet.Length is 0 or > 3 || (octet.Length > 1 && octet[0] == '0') || !IsBelow(octet, 256))
            {
                return false;
            }
        }

        return parts == 4;
    }

    private static bool IsIPv6(string value) =>
        value.Contains(':', StringComparison.Ordinal)
        && !value.AsSpan().ContainsAny("[]%/")
        && IPAddress.TryParse(value, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool IsCidr(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && ((IsIPv4(value.AsSpan(0, slash)) && IsBelow(value.AsSpan(slash + 1), 33))
                || (IsIPv6(value[..slash]) && IsBelow(value.AsSpan(slash + 1), 129)));
    }

    private static bool IsMac(ReadOnlySpan<char> value)
    {
        var digits = 0;
        foreach (var c in value)
        {
            if (char.IsAsciiHexDigit(c))
            {
                digits++;
            }
            else if (c is not (':' or '-' or '.'))
            {
                return false;
            }
        }

        return digits is 12 or 16 or 40 && value.Length > digits;
    }

    private static bool IsUuid(ReadOnlySpan<char> value) =>
        Guid.TryParseExact(value, "D", out _) || Guid.TryParseExact(value, "N", out _);
}
