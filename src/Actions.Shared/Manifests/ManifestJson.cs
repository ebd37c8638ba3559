using System.Text.Json.Nodes;

namespace Actions.Shared.Manifests;

/// <summary>Makes JSON of YAML as Kubernetes' decoder does.</summary>
public static class ManifestJson
{
    /// <summary>The JSON of an object: numbers, booleans and nulls by YAML 1.1, everything else as text.</summary>
    public static JsonObject From(YamlMapping mapping)
    {
        var result = new JsonObject();
        foreach (var entry in mapping)
        {
            result[ScalarTyping.KeyText(entry.Key.Value, entry.Key.Type) ?? entry.Key.Value] = From(entry.Value);
        }

        return result;
    }

    private static JsonNode? From(YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                return From(mapping);
            case YamlSequence sequence:
                var array = new JsonArray();
                foreach (var item in sequence)
                {
                    array.Add(From(item));
                }

                return array;
            default:
                return From((YamlScalar)node);
        }
    }

    private static JsonValue? From(YamlScalar scalar) => scalar.Type switch
    {
        YamlScalarType.Null => null,
        YamlScalarType.Boolean when scalar.TryGetBoolean(out var value) => JsonValue.Create(value),
        YamlScalarType.Integer when scalar.TryGetInt64(out var value) => JsonValue.Create(value),
        YamlScalarType.Integer or YamlScalarType.Float when scalar.TryGetDouble(out var value) && double.IsFinite(value) => JsonValue.Create(value),
        _ => JsonValue.Create(scalar.Value),
    };
}
