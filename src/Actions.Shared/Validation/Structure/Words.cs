using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

/// <summary>How messages name values and types.</summary>
internal static class Words
{
    private const int LongestQuote = 60;

    /// <summary><paramref name="text"/> in backticks, cut after its first line or 60 characters.</summary>
    public static string Quote(string text)
    {
        var line = text.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        var length = line.Length <= LongestQuote ? line.Length : char.IsHighSurrogate(line[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote;
        return length == text.Length ? $"`{text}`" : $"`{line[..length]}…`";
    }

    /// <summary>A type as in "must be …".</summary>
    public static string Type(Schema schema) => schema.Type switch
    {
        SchemaType.Object => "an object",
        SchemaType.Array => "a list",
        SchemaType.String => "a string",
        SchemaType.Integer => "an integer",
        SchemaType.Number => "a number",
        SchemaType.Boolean => "true or false",
        SchemaType.IntOrString => "an integer or a string",
        SchemaType.Quantity => "a quantity",
        _ => "a value",
    };

    /// <summary>What a node is, as in "but …"; says what Kubernetes reads when that is not what is written.</summary>
    public static string Reading(YamlNode node) => node switch
    {
        YamlMapping => "it is an object",
        YamlSequence => "it is a list",
        YamlScalar { Type: YamlScalarType.Null } => "it is empty (null)",
        YamlScalar { Type: YamlScalarType.Boolean } boolean => ReadBoolean(boolean.Value) is var value && boolean.Value == value
            ? $"`{value}` is a boolean"
            : $"{Quote(boolean.Value)} is the boolean {value} in YAML 1.1",
        YamlScalar { Type: YamlScalarType.Integer or YamlScalarType.Float } number =>
            YamlNumbers.Canonical(number) is var value && number.Value == value ? $"{Quote(value)} is a number" : $"{Quote(number.Value)} is the number {value}",
        YamlScalar { Value: "" } => "it is the empty string",
        YamlScalar text => $"{Quote(text.Value)} is a string",
        _ => "it is something else",
    };

    /// <summary><c>true</c> or <c>false</c> for a boolean in any of YAML 1.1's spellings.</summary>
    public static string ReadBoolean(string text) => text.Length > 0 && text[0] is 'y' or 'Y' or 't' or 'T' || text is "on" or "On" or "ON" ? "true" : "false";

    /// <summary>The names with commas and a last "or" or "and".</summary>
    public static string Join(IReadOnlyList<string> names, string last) => names.Count switch
    {
        0 => "",
        1 => $"`{names[0]}`",
        _ => $"{string.Join(", ", names.Take(names.Count - 1).Select(n => $"`{n}`"))} {last} `{names[^1]}`",
    };
}
