using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Schemas;

/// <summary>Something in a schema that could not be understood.</summary>
/// <param name="Message">What is wrong, one sentence without a full stop.</param>
/// <param name="Region">Where in the file; null for a file that is not of the scanned tree.</param>
public sealed record SchemaProblem(string Message, TextRegion? Region);

/// <summary>
/// Turns a written schema into a <see cref="Schema"/>: OpenAPI v3 as CustomResourceDefinitions use it (fields that are not named are
/// unknown), or JSON Schema drafts 4 to 7 (fields that are not named are accepted).
/// What it does not know is left out, what is malformed is left out and reported.
/// </summary>
internal sealed class SchemaReader
{
    private const int DepthLimit = 256;

    private readonly List<SchemaProblem> _problems = [];

    /// <summary>Whether the schema is one of a CustomResourceDefinition; otherwise it is JSON Schema.</summary>
    public required bool IsStructural { get; init; }

    /// <summary>Whether a CustomResourceDefinition keeps all unknown fields (<c>spec.preserveUnknownFields</c>, only v1beta1).</summary>
    public bool KeepsUnknownFields { get; init; }

    /// <summary>What a reference (<c>$ref</c>) points at; null when it points nowhere. Not asked for structural schemas, which have none.</summary>
    public Func<string, Schema?>? Resolve { get; init; }

    /// <summary>What was found to be wrong so far, in the order of the document.</summary>
    public IReadOnlyList<SchemaProblem> Problems => _problems;

    /// <summary>Reads a schema.</summary>
    public Schema Read(SchemaSourceValue value) => Read(value, "", 0, isAlternative: false);

    private Schema Read(SchemaSourceValue value, string path, int depth, bool isAlternative)
    {
        if (!IsStructural && value.Boolean is { } always)
        {
            return always ? Schema.Anything : new Schema { Not = Schema.Anything };
        }

        if (!value.IsObject)
        {
            Report(value, path, "is not a schema but must be an object");
            return Schema.Anything;
        }

        if (depth > DepthLimit)
        {
            Report(value, path, $"is nested more than {DepthLimit} levels deep");
            return Schema.Anything;
        }

        if (value.TryGet("$ref", out var reference))
        {
            return ReadReference(reference, path);
        }

        var (type, nullable, types) = ReadType(value, path);
        if (types.Count > 1)
        {
            return new Schema { Nullable = nullable, PreservesUnknownFields = true, AnyOf = [.. types.Select(t => Build(value, path, depth, t, nullable, isAlternative))] };
        }

        return Build(value, path, depth, type, nullable, isAlternative);
    }

    private Schema Build(SchemaSourceValue value, string path, int depth, SchemaType type, bool nullable, bool isAlternative)
    {
        var isIntOrString = type == SchemaType.IntOrString;
        var additional = ReadAdditional(value, path, depth, out var isOpen);
        var listType = ReadListType(value, path);
        var (minimum, aboveMinimum) = ReadLimit(value, path, "minimum", "exclusiveMinimum");
        var (maximum, belowMaximum) = ReadLimit(value, path, "maximum", "exclusiveMaximum");
        var isEmbedded = Flag(value, "x-kubernetes-embedded-resource");
        var properties = ReadProperties(value, path, depth);
        var required = ReadTexts(value, path, "required");
        if (isEmbedded)
        {
            properties.TryAdd("apiVersion", Text);
            properties.TryAdd("kind", Text);
            properties.TryAdd("metadata", EmbeddedSchemas.ObjectMeta);
            required = [.. required.Union(["apiVersion", "kind"])];
        }

        return new Schema
        {
            Type = type,
            Nullable = nullable,
            Properties = properties,
            Required = required,
            AdditionalProperties = additional,
            // An alternative that does not say so neither forbids fields nor opens the schema that it stands in.
            PreservesUnknownFields = isOpen ?? (!isAlternative && (!IsStructural || (type == SchemaType.Any && properties.Count == 0))),
            Items = ReadItems(value, path, depth),
            ListType = listType,
            ListMapKeys = listType == SchemaListType.Map ? ReadTexts(value, path, "x-kubernetes-list-map-keys") : [],
            Format = ReadText(value, path, "format"),
            Enum = ReadEnum(value, path),
            Pattern = ReadPattern(value, path),
            Minimum = minimum,
            Maximum = maximum,
            ExclusiveMinimum = aboveMinimum,
            ExclusiveMaximum = belowMaximum,
            MultipleOf = ReadNumber(value, path, "multipleOf"),
            MinLength = ReadCount(value, path, "minLength"),
            MaxLength = ReadCount(value, path, "maxLength"),
            MinItems = ReadCount(value, path, "minItems"),
            MaxItems = ReadCount(value, path, "maxItems"),
            UniqueItems = Flag(value, "uniqueItems"),
            MinProperties = ReadCount(value, path, "minProperties"),
            MaxProperties = ReadCount(value, path, "maxProperties"),
            IsEmbeddedResource = isEmbedded,
            Default = value.TryGet("default", out var standard) ? standard.ToNode() : null,
            Rules = isAlternative ? [] : ReadRules(value),
            AllOf = ReadSchemas(value, path, depth, "allOf", isIntOrString),
            AnyOf = ReadSchemas(value, path, depth, "anyOf", isIntOrString),
            OneOf = ReadSchemas(value, path, depth, "oneOf", skipTypes: false),
            Not = value.TryGet("not", out var not) ? Read(not, $"{path}/not", depth + 1, isAlternative: true) : null,
        };
    }

    private static SchemaRule[] ReadRules(SchemaSourceValue value)
    {
        if (!value.TryGet("x-kubernetes-validations", out var written))
        {
            return [];
        }

        var rules = new List<SchemaRule>();
        foreach (var item in written.Items)
        {
            // What is missing or malformed the API server's own schema of definitions tells.
            if (Scalar(item, "rule") is { Length: > 0 } expression)
            {
                rules.Add(new SchemaRule(expression)
                {
                    Message = Scalar(item, "message"),
                    MessageExpression = Scalar(item, "messageExpression"),
                    FieldPath = Scalar(item, "fieldPath"),
                    OptionalOldSelf = Flag(item, "optionalOldSelf"),
                    Region = item.Region,
                });
            }
        }

        return [.. rules];
    }

    private static string? Scalar(SchemaSourceValue value, string keyword) => value.TryGet(keyword, out var written) ? written.Scalar : null;

    private static Schema Text { get; } = new() { Type = SchemaType.String };

    private Schema ReadReference(SchemaSourceValue reference, string path)
    {
        if (IsStructural || reference.Scalar is not { } target)
        {
            Report(reference, path + "/$ref", "is not allowed here");
            return Schema.Anything;
        }

        if (Resolve?.Invoke(target) is { } schema)
        {
            return schema;
        }

        Report(reference, path + "/$ref", $"points at '{target}', which is not there");
        return Schema.Anything;
    }

    private (SchemaType Type, bool Nullable, List<SchemaType> Types) ReadType(SchemaSourceValue value, string path)
    {
        var nullable = Flag(value, "nullable");
        if (Flag(value, "x-kubernetes-int-or-string"))
        {
            return (SchemaType.IntOrString, nullable, []);
        }

        if (!value.TryGet("type", out var written))
        {
            return (ReadText(value, path, "format") == "int-or-string" ? SchemaType.IntOrString : SchemaType.Any, nullable, []);
        }

        var types = new List<SchemaType>();
        foreach (var item in written.IsArray ? written.Items : [written])
        {
            switch (item.IsNull ? "null" : item.Scalar)
            {
                case "null":
                    nullable = true;
                    break;
                case "object":
                    types.Add(SchemaType.Object);
                    break;
                case "array":
                    types.Add(SchemaType.Array);
                    break;
                case "string":
                    types.Add(SchemaType.String);
                    break;
                case "integer":
                    types.Add(SchemaType.Integer);
                    break;
                case "number":
                    types.Add(SchemaType.Number);
                    break;
                case "boolean":
                    types.Add(SchemaType.Boolean);
                    break;
                case var other:
                    Report(item, path + "/type", $"is '{other}', which is no type");
                    break;
            }
        }

        if (types.Count == 2 && types.Contains(SchemaType.Integer) && types.Contains(SchemaType.String))
        {
            return (SchemaType.IntOrString, nullable, []);
        }

        return (types.Count == 1 ? types[0] : SchemaType.Any, nullable, types);
    }

    private Dictionary<string, Schema> ReadProperties(SchemaSourceValue value, string path, int depth)
    {
        var properties = new Dictionary<string, Schema>(StringComparer.Ordinal);
        if (!value.TryGet("properties", out var written))
        {
            return properties;
        }

        if (!written.IsObject)
        {
            Report(written, path + "/properties", "must be an object");
        }

        foreach (var (name, property) in written.Fields)
        {
            properties.TryAdd(name, Read(property, $"{path}/properties/{name}", depth + 1, isAlternative: false));
        }

        return properties;
    }

    // Whether unknown fields are accepted: null when the schema does not say.
    private Schema? ReadAdditional(SchemaSourceValue value, string path, int depth, out bool? isOpen)
    {
        isOpen = KeepsUnknownFields || Flag(value, "x-kubernetes-preserve-unknown-fields") || (!IsStructural && value.TryGet("patternProperties", out _)) ? true : null;
        if (!value.TryGet("additionalProperties", out var written))
        {
            return null;
        }

        if (written.Boolean is { } allowed)
        {
            isOpen ??= allowed;
            return null;
        }

        isOpen ??= false;
        return Read(written, path + "/additionalProperties", depth + 1, isAlternative: false);
    }

    private Schema? ReadItems(SchemaSourceValue value, string path, int depth)
    {
        // A list of schemas (one per place, drafts 4 to 7) says nothing that Kubernetes knows.
        return value.TryGet("items", out var written) && !written.IsArray
            ? Read(written, path + "/items", depth + 1, isAlternative: false)
            : null;
    }

    private List<Schema> ReadSchemas(SchemaSourceValue value, string path, int depth, string keyword, bool skipTypes)
    {
        var schemas = new List<Schema>();
        if (!value.TryGet(keyword, out var written))
        {
            return schemas;
        }

        if (!written.IsArray)
        {
            Report(written, $"{path}/{keyword}", "must be a list of schemas");
            return schemas;
        }

        var index = 0;
        foreach (var item in written.Items)
        {
            schemas.Add(Read(item, $"{path}/{keyword}/{index++}", depth + 1, isAlternative: true));
        }

        // "Integer or string" is often spelled out beside x-kubernetes-int-or-string, which has said it already.
        return skipTypes && schemas.TrueForAll(s => s.Type is SchemaType.Integer or SchemaType.String && s.Pattern is null) ? [] : schemas;
    }

    private SchemaListType ReadListType(SchemaSourceValue value, string path)
    {
        if (!value.TryGet("x-kubernetes-list-type", out var written))
        {
            return SchemaListType.Atomic;
        }

        switch (written.Scalar)
        {
            case "map" when ReadTexts(value, path, "x-kubernetes-list-map-keys").Count > 0:
                return SchemaListType.Map;
            case "map":
                Report(written, path + "/x-kubernetes-list-type", "is 'map' but x-kubernetes-list-map-keys names no field");
                return SchemaListType.Atomic;
            case "set":
                return SchemaListType.Set;
            case "atomic":
                return SchemaListType.Atomic;
            case var other:
                Report(written, path + "/x-kubernetes-list-type", $"is '{other}' but must be atomic, set or map");
                return SchemaListType.Atomic;
        }
    }

    private (double? Limit, bool IsExclusive) ReadLimit(SchemaSourceValue value, string path, string keyword, string exclusive)
    {
        var limit = ReadNumber(value, path, keyword);
        if (!value.TryGet(exclusive, out var written))
        {
            return (limit, false);
        }

        // Draft 4 and OpenAPI: a flag beside the limit. Draft 6 and 7: a limit of its own.
        return written.Number is { } own ? (own, true) : (limit, written.Boolean == true);
    }

    private List<string>? ReadEnum(SchemaSourceValue value, string path)
    {
        if (value.TryGet("const", out var constant) && !IsStructural)
        {
            return constant.Scalar is { } only ? [only] : null;
        }

        if (!value.TryGet("enum", out var written))
        {
            return null;
        }

        if (!written.IsArray)
        {
            Report(written, path + "/enum", "must be a list");
            return null;
        }

        var values = new List<string>();
        foreach (var item in written.Items)
        {
            if (item.Scalar is { } text)
            {
                values.Add(text);
            }
            else if (!item.IsNull)
            {
                // Objects and lists as values: comparing them is beyond what the schema can say.
                return null;
            }
        }

        return values;
    }

    private string? ReadPattern(SchemaSourceValue value, string path)
    {
        var pattern = ReadText(value, path, "pattern");
        return string.IsNullOrEmpty(pattern) ? null : pattern;
    }

    private string? ReadText(SchemaSourceValue value, string path, string keyword)
    {
        if (!value.TryGet(keyword, out var written))
        {
            return null;
        }

        if (written.Scalar is { } text)
        {
            return text;
        }

        Report(written, $"{path}/{keyword}", "must be text");
        return null;
    }

    private IReadOnlyList<string> ReadTexts(SchemaSourceValue value, string path, string keyword)
    {
        // Draft 3 had required as a flag of the property.
        if (!value.TryGet(keyword, out var written) || (written.Boolean is not null && !IsStructural))
        {
            return [];
        }

        if (!written.IsArray || written.Items.Any(i => i.Scalar is null))
        {
            Report(written, $"{path}/{keyword}", "must be a list of names");
            return [];
        }

        return [.. written.Items.Select(i => i.Scalar!)];
    }

    private double? ReadNumber(SchemaSourceValue value, string path, string keyword)
    {
        if (!value.TryGet(keyword, out var written))
        {
            return null;
        }

        if (written.Number is { } number)
        {
            return number;
        }

        Report(written, $"{path}/{keyword}", "must be a number");
        return null;
    }

    private int? ReadCount(SchemaSourceValue value, string path, string keyword)
    {
        if (ReadNumber(value, path, keyword) is not { } number)
        {
            return null;
        }

        if (number >= 0 && number == Math.Floor(number))
        {
            return (int)Math.Min(number, int.MaxValue);
        }

        Report(value, $"{path}/{keyword}", "must be a whole number that is not negative");
        return null;
    }

    private static bool Flag(SchemaSourceValue value, string keyword) => value.TryGet(keyword, out var written) && written.Boolean == true;

    private void Report(SchemaSourceValue value, string path, string what) =>
        _problems.Add(new SchemaProblem($"{(path.Length == 0 ? "the schema" : path)} {what}", value.Region));
}
