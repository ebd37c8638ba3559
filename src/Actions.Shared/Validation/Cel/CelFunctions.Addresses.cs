using System.Net;
using System.Net.Sockets;

namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static void AddAddresses(Action<string, string, CelFunction> add)
    {
        add("isIP", "s>b", (_, a) => CelValue.Of(CelAddresses.Read(S(a[0])) is not null));
        add("ip", "s>I", (_, a) => CelAddresses.Read(S(a[0])) is { } address ? new CelIp(address) : new CelError($"IP Address '{S(a[0])}' parse error"));
        add("ip.isCanonical", "s>b", (_, a) => CelAddresses.Read(S(a[0])) is { } address ? CelValue.Of(address.ToString() == S(a[0])) : new CelError($"IP Address '{S(a[0])}' parse error"));
        add("family", "I.>i", (_, a) => CelValue.Of(Ip(a[0]).AddressFamily == AddressFamily.InterNetwork ? 4L : 6L));
        add("isUnspecified", "I.>b", (_, a) => CelValue.Of(CelAddresses.IsUnspecified(Ip(a[0]))));
        add("isLoopback", "I.>b", (_, a) => CelValue.Of(IPAddress.IsLoopback(Ip(a[0]))));
        add("isLinkLocalMulticast", "I.>b", (_, a) => CelValue.Of(CelAddresses.IsLinkLocalMulticast(Ip(a[0]))));
        add("isLinkLocalUnicast", "I.>b", (_, a) => CelValue.Of(CelAddresses.IsLinkLocalUnicast(Ip(a[0]))));
        add("isGlobalUnicast", "I.>b", (_, a) => CelValue.Of(CelAddresses.IsGlobalUnicast(Ip(a[0]))));

        add("isCIDR", "s>b", (_, a) => CelValue.Of(CelAddresses.ReadRange(S(a[0])) is not null));
        add("cidr", "s>C", (_, a) => (CelValue?)CelAddresses.ReadRange(S(a[0])) ?? BadRange(a[0]));
        add("containsIP", "C.I>b", (_, a) => CelValue.Of(CelAddresses.Contains((CelCidr)a[0], Ip(a[1]))));
        add("containsIP", "C.s>b", (_, a) => CelAddresses.Read(S(a[1])) is { } address ? CelValue.Of(CelAddresses.Contains((CelCidr)a[0], address)) : new CelError($"IP Address '{S(a[1])}' parse error"));
        add("containsCIDR", "C.C>b", (_, a) => CelValue.Of(CelAddresses.Contains((CelCidr)a[0], (CelCidr)a[1])));
        add("containsCIDR", "C.s>b", (_, a) => CelAddresses.ReadRange(S(a[1])) is { } range ? CelValue.Of(CelAddresses.Contains((CelCidr)a[0], range)) : BadRange(a[1]));
        add("ip", "C.>I", (_, a) => new CelIp(((CelCidr)a[0]).Address));
        add("masked", "C.>C", (_, a) => new CelCidr(CelAddresses.Mask((CelCidr)a[0]), ((CelCidr)a[0]).PrefixLength));
        add("prefixLength", "C.>i", (_, a) => CelValue.Of((long)((CelCidr)a[0]).PrefixLength));
    }

    private static IPAddress Ip(CelValue value) => ((CelIp)value).Value;

    private static CelError BadRange(CelValue text) => new($"network address '{S(text)}' parse error");

    private static void AddUrls(Action<string, string, CelFunction> add)
    {
        add("isURL", "s>b", (budget, a) =>
        {
            budget.PayText(S(a[0]).Length);
            return CelValue.Of(CelUrls.Read(S(a[0])) is not null);
        });
        add("url", "s>U", (budget, a) =>
        {
            budget.PayText(S(a[0]).Length);
            return (CelValue?)CelUrls.Read(S(a[0])) ?? new CelError($"URL parse error: '{S(a[0])}'");
        });
        add("getScheme", "U.>s", (_, a) => CelValue.Of(((CelUrl)a[0]).Scheme));
        add("getHost", "U.>s", (_, a) => CelValue.Of(((CelUrl)a[0]).Host));
        add("getHostname", "U.>s", (_, a) => CelValue.Of(CelUrls.Split(((CelUrl)a[0]).Host).Name));
        add("getPort", "U.>s", (_, a) => CelValue.Of(CelUrls.Split(((CelUrl)a[0]).Host).Port));
        add("getEscapedPath", "U.>s", (_, a) => CelValue.Of(((CelUrl)a[0]).EscapedPath));
        add("getQuery", "U.>mls", (budget, a) => CelUrls.Query(budget, (CelUrl)a[0]));
    }
}
