using System.Globalization;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Cel;

/// <summary>
/// Values of documents as rules see them: typed by their schema, with its defaults filled in, and without the fields that the API server prunes. Without a schema
/// they have the types of the API server's decoder.
/// </summary>
internal static class CelNodes
{
    /// <summary>The value of a node. What does not fit its schema, or is encrypted, is <see cref="CelErrorKind.Unknown"/>.</summary>
    public static CelValue From(YamlNode node, Schema? schema = null)
    {
        schema = schema?.Resolve();
        return node switch
        {
            YamlMapping mapping => schema is null or { Type: SchemaType.Object or SchemaType.Any } ? new CelNodeMap(mapping, schema) : Unfit(schema),
            YamlSequence sequence => schema is null or { Type: SchemaType.Array or SchemaType.Any } ? new CelNodeList(sequence, schema) : Unfit(schema),
            YamlScalar scalar => FromScalar(scalar, schema),
            _ => CelValue.Null,
        };
    }

    private static CelValue FromScalar(YamlScalar scalar, Schema? schema)
    {
        if (SopsDocument.IsEncryptedValue(scalar.Value))
        {
            return CelError.Unknown("a value is encrypted");
        }

        if (scalar.Type == YamlScalarType.Null)
        {
            return CelValue.Null;
        }

        switch (schema?.Type)
        {
            case null or SchemaType.Any or SchemaType.IntOrString or SchemaType.Quantity:
                return FromUntyped(scalar);
            case SchemaType.String when scalar.Type == YamlScalarType.String:
                return FromText(scalar.Value, schema.Format);
            case SchemaType.Boolean when scalar.Type == YamlScalarType.Boolean:
                return Boolean(scalar);
            case SchemaType.Integer when YamlNumbers.TryReadInteger(scalar, out var number) && number >= long.MinValue && number <= long.MaxValue:
                return CelValue.Of((long)number);
            case SchemaType.Number when YamlNumbers.TryReadNumber(scalar, out var number):
                return CelValue.Of(number);
            default:
                return Unfit(schema);
        }
    }

    private static CelValue FromUntyped(YamlScalar scalar)
    {
        switch (scalar.Type)
        {
            case YamlScalarType.String:
                return CelValue.Of(scalar.Value);
            case YamlScalarType.Boolean:
                return Boolean(scalar);
            default:
                return YamlNumbers.TryReadInteger(scalar, out var whole) && whole >= long.MinValue && whole <= long.MaxValue ? CelValue.Of((long)whole)
                    : YamlNumbers.TryReadNumber(scalar, out var number) ? CelValue.Of(number)
                    : CelError.Unknown("a number is beyond what can be read");
        }
    }

    private static CelValue FromText(string text, string? format)
    {
        switch (format)
        {
            case "byte":
                var bytes = new byte[text.Length];
                return Convert.TryFromBase64String(text, bytes, out var length) ? new CelBytes(bytes[..length]) : CelError.Unknown("a value is no base64 data");
            case "duration":
                return CelTimes.TryReadDuration(text, out var span) ? CelTimes.Duration(span) : CelError.Unknown("a value is no duration that is understood here");
            case "date":
                return CelTimes.TryReadTimestamp(text, out var date, isDate: true) ? CelTimes.Timestamp(date) : CelError.Unknown("a value is no date");
            case "date-time":
                return CelTimes.TryReadTimestamp(text, out var time) ? CelTimes.Timestamp(time) : CelError.Unknown("a value is no time");
            default:
                return CelValue.Of(text);
        }
    }

    private static CelValue Boolean(YamlScalar scalar) => CelValue.Of(Words.ReadBoolean(scalar.Value) == "true");

    private static CelError Unfit(Schema schema) => CelError.Unknown(string.Create(CultureInfo.InvariantCulture, $"a value is not {Words.Type(schema)}"));

    private sealed class CelNodeList(YamlSequence sequence, Schema? schema) : CelList
    {
        public override int Count => sequence.Count;

        public override SchemaListType ListType => schema?.ListType ?? SchemaListType.Atomic;

        public override IReadOnlyList<string> Keys => schema?.ListMapKeys ?? [];

        public override CelValue this[int index] => From(sequence[index], schema?.Items);
    }

    private sealed class CelNodeMap(YamlMapping mapping, Schema? schema) : CelMap
    {
        private List<CelValue>? _keys;

        protected override int Size => mapping.Count + (schema?.Properties.Count ?? 0);

        protected override IReadOnlyList<CelValue> Keys => _keys ??= ListKeys();

        public override CelValue? Find(CelValue key) => key is CelString text ? Find(text.Value) : null;

        public override CelValue? FindField(string name)
        {
            if (schema is null || schema.Properties.Count == 0)
            {
                return Find(name);
            }

            var plain = CelNames.Unescape(name);
            return schema.Properties.ContainsKey(plain) ? Find(plain) : Find(name);
        }

        private CelValue? Find(string name)
        {
            var value = mapping[name];
            if (schema is null)
            {
                return value is null ? null : From(value);
            }

            if (schema.Properties.TryGetValue(name, out var property))
            {
                property = property.Resolve();
                value = value is null or YamlScalar { Type: YamlScalarType.Null } && !(value is not null && property.Nullable) ? property.Default : value;
                return value is null ? null : From(value, property);
            }

            return value is null || IsPruned(value) ? null : From(value, schema.AdditionalProperties);
        }

        // The API server drops what the schema does not know, and null where a value is wanted.
        private bool IsPruned(YamlNode value) => schema!.AdditionalProperties is { } additional
            ? value is YamlScalar { Type: YamlScalarType.Null } && additional.Resolve() is { Nullable: false, Type: not SchemaType.Any }
            : !schema.PreservesUnknownFields && schema.Type == SchemaType.Object;

        private List<CelValue> ListKeys()
        {
            var keys = new List<CelValue>(mapping.Count);
            foreach (var entry in mapping)
            {
                if (schema is null || Find(entry.Key.Value) is not null)
                {
                    keys.Add(CelValue.Of(entry.Key.Value));
                }
            }

            foreach (var (name, property) in schema?.Properties ?? new Dictionary<string, Schema>())
            {
                if (!mapping.TryGetValue(name, out _) && property.Resolve().Default is not null)
                {
                    keys.Add(CelValue.Of(name));
                }
            }

            return keys;
        }
    }
}
