using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Cel;

/// <summary>What is known of a value before evaluation. <see cref="Dyn"/> is anything.</summary>
internal sealed class CelType
{
    private const int DeepestSchema = 32;

    private readonly Schema? _schema;
    private readonly bool _isObject;

    private CelType(CelKind kind, CelType? element = null, Schema? schema = null, bool isObject = false)
    {
        Kind = kind;
        Element = element;
        _schema = schema;
        _isObject = isObject;
    }

    public static CelType Dyn { get; } = new(CelKind.Dyn);

    public CelKind Kind { get; }

    /// <summary>Of a list the items, of a map the values, of an optional the value; null when that is not known.</summary>
    public CelType? Element { get; }

    public static CelType Of(CelKind kind, CelType? element = null) => kind == CelKind.Dyn ? Dyn : new CelType(kind, element);

    /// <summary>
    /// What rules at <paramref name="schema"/> see, as the API server declares it; null for values that they cannot see because their type is not known.
    /// </summary>
    /// <param name="schema">A schema of a CustomResourceDefinition.</param>
    /// <param name="isObject">Whether it describes a whole Kubernetes object, of which a rule sees name and generateName of the metadata.</param>
    public static CelType? From(Schema schema, bool isObject = false) => From(schema, isObject, 0);

    /// <summary>The type of the field that an expression calls <paramref name="name"/>; null when an object has no such field.</summary>
    public CelType? Field(string name)
    {
        switch (Kind)
        {
            case CelKind.Dyn:
                return Dyn;
            case CelKind.Map:
                return Element ?? Dyn;
            case CelKind.Object when _isObject && name == "metadata":
                return ObjectMeta;
            case CelKind.Object when _isObject && name is "apiVersion" or "kind":
                return Of(CelKind.String);
            case CelKind.Object:
                return _schema!.Properties.TryGetValue(CelNames.Unescape(name), out var field) && CelNames.Escape(CelNames.Unescape(name)) == name
                    ? From(field.Resolve(), field.Resolve().IsEmbeddedResource, 0)
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The names of the fields of an object as expressions call them.</summary>
    public IEnumerable<string> FieldNames => Kind == CelKind.Object ? _schema!.Properties.Keys.Select(CelNames.Escape).OfType<string>() : [];

    /// <summary>The type as a message names it.</summary>
    public override string ToString() => Kind switch
    {
        CelKind.List when Element is not null => $"list({Element})",
        CelKind.Map when Element is not null => $"map({Element})",
        CelKind.Optional when Element is not null => $"optional({Element})",
        _ => CelNames.Of(Kind),
    };

    private static CelType ObjectMeta { get; } = new(CelKind.Object, schema: new Schema
    {
        Type = SchemaType.Object,
        Properties = new Dictionary<string, Schema>(StringComparer.Ordinal)
        {
            ["name"] = new() { Type = SchemaType.String },
            ["generateName"] = new() { Type = SchemaType.String },
        },
    });

    private static CelType? From(Schema schema, bool isObject, int depth)
    {
        schema = schema.Resolve();
        if (depth > DeepestSchema)
        {
            return Dyn;
        }

        switch (schema.Type)
        {
            case SchemaType.Array:
                return schema.Items is { } items && From(items, items.Resolve().IsEmbeddedResource, depth + 1) is { } item ? Of(CelKind.List, item) : null;
            case SchemaType.Object when schema.AdditionalProperties is { } additional:
                return From(additional, additional.Resolve().IsEmbeddedResource, depth + 1) is { } value ? Of(CelKind.Map, value) : null;
            case SchemaType.Object:
                return new CelType(CelKind.Object, null, schema, isObject || schema.IsEmbeddedResource);
            case SchemaType.String:
                return Of(schema.Format switch
                {
                    "byte" => CelKind.Bytes,
                    "duration" => CelKind.Duration,
                    "date" or "date-time" => CelKind.Timestamp,
                    _ => CelKind.String,
                });
            case SchemaType.Boolean:
                return Of(CelKind.Bool);
            case SchemaType.Number:
                return Of(CelKind.Double);
            case SchemaType.Integer:
                return Of(CelKind.Int);
            case SchemaType.IntOrString or SchemaType.Quantity:
                return Dyn;
            default:
                return null;
        }
    }
}
