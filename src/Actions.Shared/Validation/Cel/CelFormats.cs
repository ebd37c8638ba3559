using System.Text.RegularExpressions;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Cel;

/// <summary>The named formats of text that Kubernetes adds to the language.</summary>
internal static partial class CelFormats
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix", "dns1123SubdomainPrefix", "dns1035LabelPrefix", "labelValue",
        "uri", "uuid", "byte", "date", "datetime",
    ];

    /// <summary>Whether <paramref name="text"/> follows the format <paramref name="name"/>, one of <see cref="Names"/>.</summary>
    public static bool IsValid(string name, string text) => name switch
    {
        "dns1123Label" => text.Length <= 63 && Label().IsMatch(text),
        "dns1123Subdomain" => text.Length <= 253 && Subdomain().IsMatch(text),
        "dns1035Label" => text.Length <= 63 && OldLabel().IsMatch(text),
        "dns1123LabelPrefix" => WithoutDash(text) is var prefix && prefix.Length <= 63 && Label().IsMatch(prefix),
        "dns1123SubdomainPrefix" => WithoutDash(text) is var prefix && prefix.Length <= 253 && Subdomain().IsMatch(prefix),
        "dns1035LabelPrefix" => WithoutDash(text) is var prefix && prefix.Length <= 63 && OldLabel().IsMatch(prefix),
        "labelValue" => text.Length == 0 || (text.Length <= 63 && NamePart().IsMatch(text)),
        "qualifiedName" => text.Split('/') switch
        {
            [var only] => only.Length <= 63 && NamePart().IsMatch(only),
            [var prefix, var rest] => prefix.Length <= 253 && Subdomain().IsMatch(prefix) && rest.Length <= 63 && NamePart().IsMatch(rest),
            _ => false,
        },
        _ => Formats.IsValid(name, text),
    };

    private static string WithoutDash(string text) => text.EndsWith('-') ? text[..^1] + "a" : text;

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OldLabel();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePart();
}
