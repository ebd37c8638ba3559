using System.Runtime.CompilerServices;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Schemas;

/// <summary>The JSON type that a schema asks for, with Kubernetes' two additions.</summary>
public enum SchemaType
{
    /// <summary>Anything goes.</summary>
    Any,

    /// <summary>A mapping.</summary>
    Object,

    /// <summary>A sequence.</summary>
    Array,

    /// <summary>Text.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number or text (<c>x-kubernetes-int-or-string</c>).</summary>
    IntOrString,

    /// <summary>A quantity: text or number in the grammar of apimachinery's resource.Quantity.</summary>
    Quantity,
}

/// <summary>How a list merges and what must be unique in it (<c>x-kubernetes-list-type</c>).</summary>
public enum SchemaListType
{
    /// <summary>Replaced as a whole; repeats are allowed.</summary>
    Atomic,

    /// <summary>Scalar items, each at most once.</summary>
    Set,

    /// <summary>Objects, each combination of <see cref="Schema.ListMapKeys"/> at most once.</summary>
    Map,
}

/// <summary>
/// What a field may hold: the subset of JSON Schema and of Kubernetes' extensions that the embedded models,
/// CustomResourceDefinitions and kubeconform-style schemas use. Immutable to its readers and safe for concurrent use;
/// the content of a named type is loaded at first use, so recursive types are fine. Two schemas are equal only if they are one.
/// </summary>
public sealed record Schema
{
    private static readonly IReadOnlyDictionary<string, Schema> NoProperties = new Dictionary<string, Schema>();

    private Func<Schema>? _load;
    private Schema? _loaded;

    /// <summary>A schema that accepts everything.</summary>
    public static Schema Anything { get; } = new() { PreservesUnknownFields = true };

    /// <summary>A schema whose content is made by <paramref name="load"/> at first use.</summary>
    public static Schema Deferred(Func<Schema> load) => new() { _load = load };

    /// <summary>This schema with its content present. Readers call it once before they look at members, and before they copy it with other members.</summary>
    public Schema Resolve()
    {
        if (_load is null)
        {
            return this;
        }

        return _loaded ??= _load().Resolve();
    }

    /// <inheritdoc />
    public bool Equals(Schema? other) => ReferenceEquals(this, other);

    /// <inheritdoc />
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    // Members may lead back here.
    /// <inheritdoc />
    public override string ToString() => $"schema of {Type}";

    /// <summary>The type asked for. The default is <see cref="SchemaType.Any"/>.</summary>
    public SchemaType Type { get; init; }

    /// <summary>Whether null is accepted beside <see cref="Type"/>. The default is false; a validator may treat null as absent where Kubernetes does.</summary>
    public bool Nullable { get; init; }

    /// <summary>Known fields by name; empty by default.</summary>
    public IReadOnlyDictionary<string, Schema> Properties { get; init; } = NoProperties;

    /// <summary>Names of fields that must be there; empty by default.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Schema of fields that are not in <see cref="Properties"/>; null when there is none.</summary>
    public Schema? AdditionalProperties { get; init; }

    /// <summary>Whether fields that are not in <see cref="Properties"/> are accepted and kept. The default is false.</summary>
    public bool PreservesUnknownFields { get; init; }

    /// <summary>Schema of the items of an array; null when anything goes.</summary>
    public Schema? Items { get; init; }

    /// <summary>How the list merges. The default is <see cref="SchemaListType.Atomic"/>.</summary>
    public SchemaListType ListType { get; init; }

    /// <summary>The fields that identify an item when <see cref="ListType"/> is <see cref="SchemaListType.Map"/>.</summary>
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary>Format of a string or number as OpenAPI names it (<c>date-time</c>, <c>int32</c>, <c>byte</c>, <c>duration</c>, …); null when there is none.</summary>
    public string? Format { get; init; }

    /// <summary>Accepted values as text; null when every value of the type is accepted. The empty string is always accepted where Kubernetes defaults it.</summary>
    public IReadOnlyList<string>? Enum { get; init; }

    /// <summary>ECMA regular expression that a string must match somewhere; null when there is none.</summary>
    public string? Pattern { get; init; }

    /// <summary>Least number; null when there is none.</summary>
    public double? Minimum { get; init; }

    /// <summary>Greatest number; null when there is none.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether <see cref="Minimum"/> itself is refused.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>Whether <see cref="Maximum"/> itself is refused.</summary>
    public bool ExclusiveMaximum { get; init; }

    /// <summary>A number must be a multiple of this; null when there is none.</summary>
    public double? MultipleOf { get; init; }

    /// <summary>Least length in Unicode code points; null when there is none.</summary>
    public int? MinLength { get; init; }

    /// <summary>Greatest length in Unicode code points; null when there is none.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Least number of items; null when there is none.</summary>
    public int? MinItems { get; init; }

    /// <summary>Greatest number of items; null when there is none.</summary>
    public int? MaxItems { get; init; }

    /// <summary>Whether all items must differ.</summary>
    public bool UniqueItems { get; init; }

    /// <summary>Least number of fields; null when there is none.</summary>
    public int? MinProperties { get; init; }

    /// <summary>Greatest number of fields; null when there is none.</summary>
    public int? MaxProperties { get; init; }

    /// <summary>Whether the value is itself a Kubernetes object (<c>x-kubernetes-embedded-resource</c>).</summary>
    public bool IsEmbeddedResource { get; init; }

    /// <summary>What the API server sets a field to that is missing; null when it leaves it missing.</summary>
    public YamlNode? Default { get; init; }

    /// <summary>Rules in the Common Expression Language that the value must keep (<c>x-kubernetes-validations</c>); empty by default.</summary>
    public IReadOnlyList<SchemaRule> Rules { get; init; } = [];

    /// <summary>Schemas that must all accept the value; empty by default.</summary>
    public IReadOnlyList<Schema> AllOf { get; init; } = [];

    /// <summary>Schemas of which at least one must accept the value; empty when there is no such condition.</summary>
    public IReadOnlyList<Schema> AnyOf { get; init; } = [];

    /// <summary>Schemas of which exactly one must accept the value; empty when there is no such condition.</summary>
    public IReadOnlyList<Schema> OneOf { get; init; } = [];

    /// <summary>A schema that must not accept the value; null when there is none.</summary>
    public Schema? Not { get; init; }
}
