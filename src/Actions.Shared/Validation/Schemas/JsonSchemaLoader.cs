using System.Globalization;
using System.Text.Json;

namespace Actions.Shared.Validation.Schemas;

/// <summary>
/// Turns one JSON Schema document and what it refers to into a <see cref="Schema"/>. References lead inside a document
/// (<c>#/definitions/…</c>) or to documents beside it; a local document never leads to the network.
/// </summary>
internal sealed class JsonSchemaLoader(SchemaFiles files)
{
    private readonly Dictionary<string, Schema> _schemas = new(StringComparer.Ordinal);
    private readonly Queue<Action> _pending = new();
    private readonly List<string> _problems = [];

    /// <summary>The schema in <paramref name="document"/>, or null and why there is none.</summary>
    public (Schema? Schema, string Problem) Load(JsonElement document, string place)
    {
        var schema = Read(document, place);
        while (_pending.TryDequeue(out var work))
        {
            work();
        }

        return _problems.Count == 0 ? (WithMetadata(schema), "") : (null, $"{place} is no usable JSON Schema: {_problems[0]}");
    }

    private Schema Read(JsonElement element, string place)
    {
        var reader = new SchemaReader { IsStructural = false, Resolve = reference => Find(reference, place) };
        var schema = reader.Read(new SchemaSourceValue(element));
        _problems.AddRange(reader.Problems.Select(p => p.Message));
        return schema;
    }

    private Schema? Find(string reference, string place)
    {
        var hash = reference.IndexOf('#');
        var file = hash < 0 ? reference : reference[..hash];
        var pointer = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        var other = file.Length > 0 ? Beside(place, file) : place;
        if (other is null)
        {
            return null;
        }

        var key = $"{other}#{pointer}";
        if (_schemas.TryGetValue(key, out var known))
        {
            return known;
        }

        if (Locate(files.Read(other).Content, pointer) is not { } target)
        {
            return null;
        }

        Schema? content = null;
        var schema = Schema.Deferred(() => content ?? Schema.Anything);
        _schemas[key] = schema;
        _pending.Enqueue(() => content = Read(target, other));
        return schema;
    }

    private static string? Beside(string place, string file)
    {
        if (SchemaFiles.IsAddress(place))
        {
            var from = new Uri(place);
            return Uri.TryCreate(from, file, out var to) && to.Authority == from.Authority && to.Scheme == from.Scheme ? to.AbsoluteUri : null;
        }

        return file.Contains("://", StringComparison.Ordinal) ? null : Path.GetFullPath(file, Path.GetDirectoryName(place)!);
    }

    private static JsonElement? Locate(JsonElement element, string pointer)
    {
        if (element.ValueKind == JsonValueKind.Undefined || (pointer.Length > 0 && pointer[0] != '/'))
        {
            return null;
        }

        foreach (var part in pointer.Split('/').Skip(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child))
            {
                element = child;
            }
            else if (element.ValueKind == JsonValueKind.Array
                && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength())
            {
                element = element[index];
            }
            else
            {
                return null;
            }
        }

        return element;
    }

    // Schemas made from custom resources say of metadata only that it is an object; what it may hold is known.
    private static Schema WithMetadata(Schema schema)
    {
        var root = schema.Resolve();
        if (!root.Properties.TryGetValue("metadata", out var written) || written.Resolve() is not { Type: SchemaType.Object, Properties.Count: 0, AdditionalProperties: null })
        {
            return schema;
        }

        return root with
        {
            Properties = new Dictionary<string, Schema>(root.Properties, StringComparer.Ordinal) { ["metadata"] = EmbeddedSchemas.ObjectMeta },
        };
    }
}
