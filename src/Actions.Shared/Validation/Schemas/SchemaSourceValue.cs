using System.Globalization;
using System.Text.Json;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Schemas;

/// <summary>A value of a document that a schema is read from: YAML of the scanned tree (with its place) or JSON of a schema location.</summary>
internal readonly struct SchemaSourceValue
{
    private readonly YamlNode? _yaml;
    private readonly JsonElement _json;

    public SchemaSourceValue(YamlNode yaml) => _yaml = yaml;

    public SchemaSourceValue(JsonElement json) => _json = json;

    /// <summary>Where it stands; null for JSON.</summary>
    public TextRegion? Region => _yaml?.Region;

    public bool IsObject => _yaml is null ? _json.ValueKind == JsonValueKind.Object : _yaml is YamlMapping;

    public bool IsArray => _yaml is null ? _json.ValueKind == JsonValueKind.Array : _yaml is YamlSequence;

    public bool IsNull => _yaml is null ? _json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined : _yaml is YamlScalar { Type: YamlScalarType.Null };

    public bool IsText => _yaml is null ? _json.ValueKind == JsonValueKind.String : _yaml is YamlScalar { Type: YamlScalarType.String };

    /// <summary>The value of a scalar as text: of a string its content, of anything else as JSON writes it; null for objects, arrays and null.</summary>
    public string? Scalar => _yaml is null
        ? _json.ValueKind switch
        {
            JsonValueKind.String => _json.GetString(),
            JsonValueKind.Number => _json.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        }
        : _yaml is YamlScalar { Type: not YamlScalarType.Null } scalar
            ? scalar.Type == YamlScalarType.Boolean ? (Boolean == true ? "true" : "false") : scalar.Value
            : null;

    public bool? Boolean => _yaml is null
        ? _json.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : _yaml is YamlScalar { Type: YamlScalarType.Boolean } scalar
            ? scalar.Value.ToLowerInvariant() is "true" or "yes" or "on" or "y"
            : null;

    public double? Number
    {
        get
        {
            if (_yaml is null)
            {
                return _json.ValueKind == JsonValueKind.Number && _json.TryGetDouble(out var number) ? number : null;
            }

            return _yaml is YamlScalar { Type: YamlScalarType.Integer or YamlScalarType.Float } scalar
                && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
        }
    }

    /// <summary>The fields of an object, otherwise nothing.</summary>
    public IEnumerable<(string Name, SchemaSourceValue Value)> Fields
    {
        get
        {
            if (_yaml is YamlMapping mapping)
            {
                return mapping.Select(e => (e.Key.Value, new SchemaSourceValue(e.Value)));
            }

            return _yaml is null && _json.ValueKind == JsonValueKind.Object
                ? _json.EnumerateObject().Select(p => (p.Name, new SchemaSourceValue(p.Value)))
                : [];
        }
    }

    /// <summary>The items of an array, otherwise nothing.</summary>
    public IEnumerable<SchemaSourceValue> Items
    {
        get
        {
            if (_yaml is YamlSequence sequence)
            {
                return sequence.Select(n => new SchemaSourceValue(n));
            }

            return _yaml is null && _json.ValueKind == JsonValueKind.Array ? _json.EnumerateArray().Select(e => new SchemaSourceValue(e)) : [];
        }
    }

    /// <summary>The field <paramref name="name"/> of an object, unless it is missing or null.</summary>
    public bool TryGet(string name, out SchemaSourceValue value)
    {
        value = default;
        if (_yaml is YamlMapping mapping)
        {
            if (!mapping.TryGetValue(name, out var node))
            {
                return false;
            }

            value = new SchemaSourceValue(node);
        }
        else if (_yaml is null && _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out var element))
        {
            value = new SchemaSourceValue(element);
        }
        else
        {
            return false;
        }

        return !value.IsNull;
    }

    /// <summary>The value as a node; one from JSON has no place.</summary>
    public YamlNode ToNode() => _yaml ?? FromJson(_json);

    private static YamlNode FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new YamlMapping(default, [.. element.EnumerateObject().Select(p => new YamlEntry(Text(p.Name), FromJson(p.Value), false))]),
        JsonValueKind.Array => new YamlSequence(default, [.. element.EnumerateArray().Select(FromJson)]),
        JsonValueKind.String => Text(element.GetString()!),
        JsonValueKind.Number => new YamlScalar(
            default, element.GetRawText(), YamlScalarStyle.Plain, element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? YamlScalarType.Float : YamlScalarType.Integer),
        JsonValueKind.True or JsonValueKind.False => new YamlScalar(default, element.GetRawText(), YamlScalarStyle.Plain, YamlScalarType.Boolean),
        _ => new YamlScalar(default, "null", YamlScalarStyle.Plain, YamlScalarType.Null),
    };

    private static YamlScalar Text(string value) => new(default, value, YamlScalarStyle.DoubleQuoted, YamlScalarType.String);
}
