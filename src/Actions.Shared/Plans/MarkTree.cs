using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>
/// One of the trees that stand parallel to a value and say <c>true</c> where something holds: that it is not known yet, or that it is secret. What holds of a
/// value holds of everything in it. Objects and lists without any <c>true</c> mean the same as nothing.
/// </summary>
internal readonly struct MarkTree
{
    private readonly JsonElement _node;

    private MarkTree(JsonElement node) => _node = node;

    /// <summary>Whether it holds of the whole value.</summary>
    public bool Whole => _node.ValueKind == JsonValueKind.True;

    /// <summary>Whether it holds of the value or of anything in it.</summary>
    public bool Any => AnyIn(_node);

    public static MarkTree Of(PlanJson json) => json.Value is { } value ? new MarkTree(value) : default;

    public static MarkTree Of(JsonElement value) => new(value);

    public MarkTree this[string name] => Whole ? this : _node.ValueKind == JsonValueKind.Object && _node.TryGetProperty(name, out var value) ? new MarkTree(value) : default;

    public MarkTree this[int index] => Whole ? this : _node.ValueKind == JsonValueKind.Array && index < _node.GetArrayLength() ? new MarkTree(_node[index]) : default;

    /// <summary>The names of what is marked, if the value is an object.</summary>
    public IEnumerable<string> Names => _node.ValueKind == JsonValueKind.Object ? _node.EnumerateObject().Where(p => AnyIn(p.Value)).Select(p => p.Name) : [];

    /// <summary>How many items the marks speak of, if the value is a list.</summary>
    public int Length => _node.ValueKind == JsonValueKind.Array ? _node.GetArrayLength() : 0;

    /// <summary>Writes the tree without what marks nothing.</summary>
    public void Write(Utf8JsonWriter json)
    {
        switch (_node.ValueKind)
        {
            case JsonValueKind.True:
                json.WriteBooleanValue(true);
                break;
            case JsonValueKind.Object when Any:
                json.WriteStartObject();
                foreach (var property in _node.EnumerateObject().Where(p => AnyIn(p.Value)).OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(property.Name);
                    new MarkTree(property.Value).Write(json);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array when Any:
                json.WriteStartArray();
                foreach (var item in _node.EnumerateArray())
                    new MarkTree(item).Write(json);
                json.WriteEndArray();
                break;
            default:
                json.WriteBooleanValue(false);
                break;
        }
    }

    private static bool AnyIn(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Object => node.EnumerateObject().Any(p => AnyIn(p.Value)),
        JsonValueKind.Array => node.EnumerateArray().Any(AnyIn),
        _ => false,
    };
}
