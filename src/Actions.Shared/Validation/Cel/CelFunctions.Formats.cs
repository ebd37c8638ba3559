using System.Text.RegularExpressions;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static readonly string[] NamedFormats =
    [
        "dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix", "dns1123SubdomainPrefix", "dns1035LabelPrefix", "labelValue",
        "uri", "uuid", "byte", "date", "datetime",
    ];

    private static void AddFormats(Action<string, string, CelFunction> add)
    {
        add("format.named", "s>oF", (_, a) => NamedFormats.Contains(S(a[0]), StringComparer.Ordinal) ? new CelOptional(new CelFormat(S(a[0]))) : CelOptional.None);
        foreach (var name in NamedFormats)
        {
            var format = new CelFormat(name);
            add($"format.{name}", ">F", (_, _) => format);
        }

        // The texts of the messages are Kubernetes' own affair; rules ask whether there are any.
        add("validate", "F.s>ols", (budget, a) =>
        {
            budget.PayText(S(a[1]).Length);
            var name = ((CelFormat)a[0]).Name;
            return FollowsFormat(name, S(a[1])) ? CelOptional.None : new CelOptional(new CelArray([CelValue.Of($"must be a valid {name}")]));
        });
    }

    private static bool FollowsFormat(string name, string text) => name switch
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
