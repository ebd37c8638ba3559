using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actions.Shared.GitHub;

namespace Actions.Shared.Plans;

/// <summary>Writes values on one line, as in Terraform's language, without their secrets.</summary>
internal sealed class ValueText(PlanRedactor redactor)
{
    public const string Unknown = "(known after apply)";
    private const int LongestString = 300;
    private const int LongestValue = 1_000;

    /// <summary>The value; <c>null</c> for none.</summary>
    /// <param name="name">The attribute or key that it stands under; tells whether it is secret.</param>
    /// <param name="value">The value.</param>
    /// <param name="sensitive">What of it is marked.</param>
    /// <param name="unknown">What of it is not known yet.</param>
    public string Of(string name, JsonElement? value, MarkTree sensitive = default, MarkTree unknown = default)
    {
        var text = new StringBuilder();
        Append(text, name, value, sensitive, unknown);
        return text.Length > LongestValue ? PlainText.Shorten(text.ToString(), LongestValue) : text.ToString();
    }

    /// <summary>The name that says whether <paramref name="key"/> of <paramref name="parent"/> is secret: in a pair of name and value that name.</summary>
    public static string NameOf(JsonElement? parent, string key) =>
        key is "value" or "Value" or "content" && parent is { ValueKind: JsonValueKind.Object } map
            && (map.TryGetProperty("name", out var name) || map.TryGetProperty("Name", out name) || map.TryGetProperty("key", out name)) && name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : key;

    public static string Key(string name) => AttributePath.IsIdentifier(name) ? name : Quoted(name);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private void Append(StringBuilder text, string name, JsonElement? value, MarkTree sensitive, MarkTree unknown)
    {
        if (text.Length > LongestValue)
            return;
        if (sensitive.Whole)
        {
            text.Append(PlanRedactor.Marked);
            return;
        }

        if (unknown.Whole)
        {
            text.Append(Unknown);
            return;
        }

        switch (value?.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value.Value, sensitive, unknown);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var index = 0;
                foreach (var item in value.Value.EnumerateArray())
                {
                    text.Append(index > 0 ? ", " : "");
                    Append(text, name, item, sensitive[index], unknown[index]);
                    index++;
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                var shown = redactor.Value(name, value.Value.GetString()!);
                text.Append(shown is PlanRedactor.Suspected or PlanRedactor.Marked ? shown : Quoted(PlainText.Shorten(shown, LongestString)));
                break;
            case JsonValueKind.Number:
                text.Append(redactor.Value(name, value.Value.GetRawText()));
                break;
            default:
                text.Append(value is { } plain ? plain.GetRawText() : "null");
                break;
        }
    }

    private void AppendObject(StringBuilder text, JsonElement value, MarkTree sensitive, MarkTree unknown)
    {
        var names = value.EnumerateObject().Select(p => p.Name).Union(unknown.Names, StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
        {
            text.Append("{}");
            return;
        }

        text.Append("{ ");
        for (var i = 0; i < names.Length; i++)
        {
            text.Append(i > 0 ? ", " : "").Append(Key(redactor.Text(names[i]))).Append(" = ");
            JsonElement? item = value.TryGetProperty(names[i], out var found) ? found : null;
            Append(text, NameOf(value, names[i]), item, sensitive[names[i]], unknown[names[i]]);
        }

        text.Append(" }");
    }
}
