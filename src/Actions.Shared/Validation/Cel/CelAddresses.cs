using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Actions.Shared.Validation.Cel;

/// <summary>IP addresses and ranges as Go's netip reads them: no zones, no leading zeros, no IPv4 in IPv6.</summary>
internal static class CelAddresses
{
    public static IPAddress? Read(string text)
    {
        if (text.Contains('%', StringComparison.Ordinal) || text.Contains('[', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return IsPlain(text) ? address : null;
        }

        return address.IsIPv4MappedToIPv6 ? null : address;
    }

    public static CelCidr? ReadRange(string text)
    {
        var slash = text.LastIndexOf('/');
        if (slash < 0 || Read(text[..slash]) is not { } address)
        {
            return null;
        }

        var length = text.AsSpan(slash + 1);
        return length.Length is 1 or 2 or 3 && (length[0] != '0' || length.Length == 1)
            && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits <= Bits(address)
            ? new CelCidr(address, bits)
            : null;
    }

    public static string Text(CelCidr range) => $"{range.Address}/{range.PrefixLength.ToString(CultureInfo.InvariantCulture)}";

    public static IPAddress Mask(CelCidr range)
    {
        var bytes = range.Address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(range.PrefixLength - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff00 >> kept);
        }

        return new IPAddress(bytes);
    }

    public static bool Contains(CelCidr range, IPAddress address) =>
        address.AddressFamily == range.Address.AddressFamily && Mask(new CelCidr(address, range.PrefixLength)).Equals(Mask(range));

    public static bool Contains(CelCidr range, CelCidr other) => other.PrefixLength >= range.PrefixLength && Contains(range, other.Address);

    public static bool IsUnspecified(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    public static bool IsLinkLocalUnicast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6LinkLocal : address.GetAddressBytes() is [169, 254, _, _];

    public static bool IsMulticast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6Multicast : address.GetAddressBytes()[0] is >= 224 and <= 239;

    public static bool IsLinkLocalMulticast(IPAddress address) => address.GetAddressBytes() switch
    {
        [224, 0, 0, _] => true,
        [0xff, var scope, ..] => (scope & 0x0f) == 2,
        _ => false,
    };

    public static bool IsGlobalUnicast(IPAddress address) =>
        !IsUnspecified(address) && !IPAddress.IsLoopback(address) && !IsMulticast(address) && !IsLinkLocalUnicast(address) && !address.Equals(IPAddress.Broadcast);

    private static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    // .NET also takes 1, 0x7f.1 and 010.0.0.1.
    private static bool IsPlain(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit) && (p.Length == 1 || p[0] != '0'));
    }
}
