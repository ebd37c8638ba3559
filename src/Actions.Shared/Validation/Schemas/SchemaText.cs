using System.Globalization;

namespace Actions.Shared.Validation.Schemas;

/// <summary>Reads the type expressions of the embedded data; the grammar is told in <c>eng/schemas/format.mjs</c>, which writes it.</summary>
internal ref struct SchemaText(ReadOnlySpan<char> text, Func<string, Schema> named)
{
    private static readonly Schema Text = new() { Type = SchemaType.String };
    private static readonly Schema Boolean = new() { Type = SchemaType.Boolean };
    private static readonly Schema Int32 = new() { Type = SchemaType.Integer, Format = "int32" };
    private static readonly Schema Int64 = new() { Type = SchemaType.Integer, Format = "int64" };
    private static readonly Schema Number = new() { Type = SchemaType.Number };
    private static readonly Schema Time = new() { Type = SchemaType.String, Format = "date-time" };
    private static readonly Schema Base64 = new() { Type = SchemaType.String, Format = "byte" };
    private static readonly Schema Quantity = new() { Type = SchemaType.Quantity };
    private static readonly Schema IntOrString = new() { Type = SchemaType.IntOrString };
    private static readonly Schema AnyObject = new() { Type = SchemaType.Object, PreservesUnknownFields = true };

    private readonly Func<string, Schema> _named = named;
    private ReadOnlySpan<char> _rest = text;

    /// <summary>Reads the fields of a type: <c>name:type</c> and <c>name!:type</c> for required ones, separated by spaces.</summary>
    public Schema ReadObject()
    {
        var constraints = ReadConstraints();
        var properties = new Dictionary<string, Schema>(StringComparer.Ordinal);
        var required = new List<string>();
        while (true)
        {
            _rest = _rest.TrimStart(' ');
            if (_rest.IsEmpty)
            {
                break;
            }

            var colon = _rest.IndexOf(':');
            var isRequired = _rest[colon - 1] == '!';
            var name = Decode(_rest[..(isRequired ? colon - 1 : colon)]);
            _rest = _rest[(colon + 1)..];
            properties.Add(name, ReadType());
            if (isRequired)
            {
                required.Add(name);
            }
        }

        return new Schema
        {
            Type = SchemaType.Object,
            Properties = properties,
            Required = required,
            PreservesUnknownFields = constraints.Has("preserve"),
            MinProperties = constraints.Whole("minProperties"),
            MaxProperties = constraints.Whole("maxProperties"),
        };
    }

    private Schema ReadType()
    {
        var first = _rest[0];
        if (first == '[')
        {
            var end = _rest.IndexOf(']');
            var keys = _rest[1..end];
            var listType = keys.IsEmpty ? SchemaListType.Atomic : keys is "*" ? SchemaListType.Set : SchemaListType.Map;
            var listKeys = listType == SchemaListType.Map ? keys.ToString().Split(',') : [];
            _rest = _rest[(end + 1)..];
            var limits = ReadConstraints();
            return new Schema
            {
                Type = SchemaType.Array,
                ListType = listType,
                ListMapKeys = listKeys,
                Items = ReadType(),
                MinItems = limits.Whole("minItems"),
                MaxItems = limits.Whole("maxItems"),
                UniqueItems = limits.Has("unique"),
                Nullable = limits.Has("nullable"),
            };
        }

        if (first == '{')
        {
            _rest = _rest[2..];
            var limits = ReadConstraints();
            return new Schema
            {
                Type = SchemaType.Object,
                AdditionalProperties = ReadType(),
                MinProperties = limits.Whole("minProperties"),
                MaxProperties = limits.Whole("maxProperties"),
                Nullable = limits.Has("nullable"),
            };
        }

        if (char.IsAsciiLetterUpper(first) || first == '@')
        {
            var end = _rest.IndexOfAny(' ', '<');
            var name = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? [] : _rest[end..];
            return _named(name.ToString());
        }

        _rest = _rest[1..];
        var plain = first switch
        {
            's' => Text,
            'b' => Boolean,
            'i' => Int32,
            'l' => Int64,
            'n' => Number,
            't' or 'u' => Time,
            'y' => Base64,
            'q' => Quantity,
            'x' => IntOrString,
            'o' => AnyObject,
            '*' => Schema.Anything,
            _ => throw new FormatException($"'{first}' starts no type"),
        };
        var constraints = ReadConstraints();
        return constraints.IsEmpty ? plain : new Schema
        {
            Type = plain.Type,
            Format = constraints.Text("format") ?? plain.Format,
            PreservesUnknownFields = plain.PreservesUnknownFields,
            Nullable = constraints.Has("nullable"),
            Enum = constraints.Words("enum"),
            Pattern = constraints.Text("pattern"),
            Minimum = constraints.Real("min"),
            Maximum = constraints.Real("max"),
            ExclusiveMinimum = constraints.Has("above"),
            ExclusiveMaximum = constraints.Has("below"),
            MultipleOf = constraints.Real("multipleOf"),
            MinLength = constraints.Whole("minLength"),
            MaxLength = constraints.Whole("maxLength"),
            MinProperties = constraints.Whole("minProperties"),
            MaxProperties = constraints.Whole("maxProperties"),
        };
    }

    private Constraints ReadConstraints()
    {
        if (_rest.IsEmpty || _rest[0] != '<')
        {
            return default;
        }

        var end = _rest.IndexOf('>');
        var constraints = new Constraints(_rest[1..end]);
        _rest = _rest[(end + 1)..];
        return constraints;
    }

    private static string Decode(ReadOnlySpan<char> word)
    {
        var percent = word.IndexOf('%');
        return percent < 0 ? word.ToString() : Uri.UnescapeDataString(word.ToString());
    }

    private readonly ref struct Constraints(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;

        public bool IsEmpty => _text.IsEmpty;

        public bool Has(string key) => TryFind(key, out _);

        public string? Text(string key) => TryFind(key, out var value) ? Decode(value) : null;

        public int? Whole(string key) => TryFind(key, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : null;

        public double? Real(string key) => TryFind(key, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : null;

        public string[]? Words(string key) =>
            TryFind(key, out var value) ? [.. value.ToString().Split(',').Select(word => Decode(word))] : null;

        private bool TryFind(string key, out ReadOnlySpan<char> value)
        {
            foreach (var range in _text.Split(';'))
            {
                var part = _text[range];
                if (part.StartsWith(key, StringComparison.Ordinal) && (part.Length == key.Length || part[key.Length] == '='))
                {
                    value = part.Length == key.Length ? [] : part[(key.Length + 1)..];
                    return true;
                }
            }

            value = [];
            return false;
        }
    }
}
