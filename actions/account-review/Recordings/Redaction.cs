using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actions.AccountReview.Recordings;

/// <summary>
/// Takes out of answers what must not leave the account, so that a recording can be shown to others and still be reviewed: what was equal stays
/// equal. Ids, access keys, addresses of mail and of the public network become others of the same form, secrets and personal data become <c>***</c>.
/// Names, tags, amounts and dates stay.
/// </summary>
/// <param name="key">Makes the replacements; 32 random bytes that nobody keeps.</param>
/// <param name="isSecret">Values that must not appear at all.</param>
internal sealed partial class Redaction(byte[] key, IReadOnlyList<string> isSecret)
{
    private const string Hidden = "***";

    private static readonly HashSet<string> HiddenFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "secret_key", "secret", "token", "password", "private_key", "public_key", "certificate", "cloud_init", "user_data", "kubeconfig", "content",
        "phone_number", "first_name", "last_name", "username", "mac_address", "fingerprint", "request_body", "coupon", "code",
        "admin_password_encrypted_value", "reverse", "hostname", "export_uri",
    };

    /// <summary>A text with everything in it replaced that must be.</summary>
    public string Text(string text)
    {
        foreach (var secret in isSecret.Where(s => s.Length > 0))
        {
            text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        }

        text = Uuid().Replace(text, m => Id(m.Value));
        text = AccessKey().Replace(text, m => "SCW" + Convert.ToHexString(Digest(m.Value))[..17]);
        text = MailAddress().Replace(text, m => $"user-{Convert.ToHexStringLower(Digest(m.Value))[..8]}@example.com");
        text = Ipv4().Replace(text, m => Address(m.Value));
        return IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IPv6Any.Equals(address)
            ? "2001:db8::" + Convert.ToHexStringLower(Digest(text))[..4]
            : text;
    }

    /// <summary>A body, compact, with everything in it replaced that must be.</summary>
    public void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject())
                {
                    json.WritePropertyName(Text(property.Name));
                    if (HiddenFields.Contains(property.Name) && property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array && IsHeld(property))
                    {
                        json.WriteStringValue(Hidden);
                    }
                    else if (property.Name == "user_agent" && property.Value.ValueKind == JsonValueKind.String)
                    {
                        // Which program it was matters to the rules; the rest tells of a person's machine.
                        json.WriteStringValue(Text(property.Value.GetString()!.Split(' ', '(')[0]));
                    }
                    else
                    {
                        Write(json, property.Value);
                    }
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(Text(value.GetString()!));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    /// <summary>An id of the same form: equal ids give equal ones.</summary>
    public string Id(string id) => new Guid(Digest(id.ToLowerInvariant()).AsSpan(0, 16), bigEndian: true).ToString("D", CultureInfo.InvariantCulture);

    private static bool IsHeld(JsonProperty property) =>
        HiddenFields.Contains(property.Name) && !(property.Value.ValueKind == JsonValueKind.String && property.Value.GetString()!.Length == 0)
        // A load balancer's frontend holds its certificate as an object, whose dates the rules need.
        && !(property.Value.ValueKind == JsonValueKind.Object && property.Name == "certificate");

    /// <summary>Public addresses become those for benchmarks (RFC 2544); those of private networks, and all of them together, stay.</summary>
    private string Address(string text)
    {
        if (!IPAddress.TryParse(text, out var address))
        {
            return text;
        }

        var b = address.GetAddressBytes();
        if (b[0] is 0 or 10 or 127 || (b[0] == 172 && b[1] is >= 16 and < 32) || (b[0] == 192 && b[1] == 168) || (b[0] == 100 && b[1] is >= 64 and < 128))
        {
            return text;
        }

        var digest = Digest(text);
        return $"198.{18 + (digest[0] & 1)}.{digest[1]}.{digest[2]}";
    }

    private byte[] Digest(string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    [GeneratedRegex(@"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\bSCW[0-9A-Z]{17}\b")]
    private static partial Regex AccessKey();

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")]
    private static partial Regex MailAddress();

    [GeneratedRegex(@"(?<![\d.])(\d{1,3}\.){3}\d{1,3}(?![\d.])")]
    private static partial Regex Ipv4();
}
