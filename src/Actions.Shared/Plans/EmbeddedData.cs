using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Actions.Shared.Plans;

/// <summary>Reads JSON and YAML that is the value of a string, so that two of them can be compared by what they say.</summary>
internal static class EmbeddedData
{
    private const int Longest = 256 * 1024;
    private const int MaxDepth = 64;
    private const int MaxNodes = 50_000;

    /// <summary>The object or list that <paramref name="text"/> is as JSON; null when it is something else.</summary>
    public static JsonElement? Json(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length is < 2 or > Longest || !(trimmed[0] == '{' && trimmed[^1] == '}' || trimmed[0] == '[' && trimmed[^1] == ']'))
            return null;
        try
        {
            return JsonElement.Parse(trimmed, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The mapping or list that <paramref name="text"/> is as one YAML document without aliases and tags; null when it is something else.</summary>
    public static JsonElement? Yaml(string text)
    {
        // A text of one line, or without a single key or item, is prose.
        if (text.Length > Longest || !text.Contains('\n', StringComparison.Ordinal) || !text.Contains(':', StringComparison.Ordinal) && !text.Contains("- ", StringComparison.Ordinal))
            return null;
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (!parser.Accept<DocumentStart>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var left = MaxNodes;
            var node = Node(parser, 0, ref left);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _) && node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } ? JsonElement.Parse(node.ToJsonString()) : null;
        }
        catch (Exception error) when (error is YamlException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonNode? Node(Parser parser, int depth, ref int left)
    {
        if (depth > MaxDepth || --left < 0)
            throw new FormatException();
        if (parser.TryConsume<Scalar>(out var scalar))
            return scalar.Tag.IsEmpty ? Value(scalar) : throw new FormatException();
        if (parser.TryConsume<MappingStart>(out var mapping))
        {
            if (!mapping.Tag.IsEmpty)
                throw new FormatException();
            var map = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>().Value;
                map.Add(key, Node(parser, depth + 1, ref left));
            }

            return map;
        }

        if (!parser.TryConsume<SequenceStart>(out var sequence) || !sequence.Tag.IsEmpty)
            throw new FormatException();
        var list = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
            list.Add(Node(parser, depth + 1, ref left));
        return list;
    }

    private static JsonValue? Value(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain)
            return JsonValue.Create(scalar.Value);
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == text => JsonValue.Create(number),
            var text => JsonValue.Create(text),
        };
    }
}
