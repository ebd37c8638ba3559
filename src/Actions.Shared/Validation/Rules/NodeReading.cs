using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules;

/// <summary>Reading fields of an object the way the API server would, for rules: a missing mapping, a wrong type and a null all read as "not set".</summary>
public static class NodeReading
{
    /// <summary>The mapping under <paramref name="key"/>; null when not set or not a mapping.</summary>
    public static YamlMapping? Mapping(this YamlMapping? mapping, string key) => mapping?[key] as YamlMapping;

    /// <summary>The sequence under <paramref name="key"/>; null when not set or not a sequence.</summary>
    public static YamlSequence? Sequence(this YamlMapping? mapping, string key) => mapping?[key] as YamlSequence;

    /// <summary>The items under <paramref name="key"/> that are mappings; empty when not set.</summary>
    public static IEnumerable<YamlMapping> Mappings(this YamlMapping? mapping, string key) => mapping.Sequence(key)?.OfType<YamlMapping>() ?? [];

    /// <summary>The items under <paramref name="key"/> that are scalars; empty when not set.</summary>
    public static IEnumerable<YamlScalar> Scalars(this YamlMapping? mapping, string key) => mapping.Sequence(key)?.OfType<YamlScalar>() ?? [];

    /// <summary>The entries of the mapping under <paramref name="key"/>; empty when not set.</summary>
    public static IReadOnlyList<YamlEntry> Entries(this YamlMapping? mapping, string key) => mapping.Mapping(key) ?? (IReadOnlyList<YamlEntry>)[];

    /// <summary>The scalar under <paramref name="key"/>; null when not set, null or not a scalar.</summary>
    public static YamlScalar? Scalar(this YamlMapping? mapping, string key) =>
        mapping?[key] is YamlScalar { Type: not YamlScalarType.Null } scalar ? scalar : null;

    /// <summary>The text under <paramref name="key"/>; null when not set. Numbers and booleans read as their text.</summary>
    public static string? Text(this YamlMapping? mapping, string key) => mapping.Scalar(key)?.Value;

    /// <summary>The boolean under <paramref name="key"/>; null when not set or not a boolean: unset and false are different things.</summary>
    public static bool? Boolean(this YamlMapping? mapping, string key) =>
        mapping.Scalar(key) is { } scalar && scalar.TryGetBoolean(out var value) ? value : null;

    /// <summary>The whole number under <paramref name="key"/>; null when not set, not a whole number or beyond 64 bits.</summary>
    public static long? Integer(this YamlMapping? mapping, string key) =>
        mapping.Scalar(key) is { } scalar && scalar.TryGetInt64(out var value) ? value : null;
}
