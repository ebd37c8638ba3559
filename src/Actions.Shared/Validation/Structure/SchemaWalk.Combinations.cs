using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

internal sealed partial class SchemaWalk
{
    // Alternatives tried per document. Schemas that people write need a few hundred; more is a schema made to blow up.
    private const int MostSteps = 100_000;

    private readonly List<(YamlNode Node, Schema Schema)> _active = [];
    private int _steps;
    private bool _exhausted;

    private void Combine(YamlNode node, Schema schema, bool closed, Schema? owner)
    {
        // A schema that leads back to itself at the same node asks nothing new.
        if (_active.Contains((node, schema)))
        {
            return;
        }

        if (++_steps > MostSteps || _active.Count > 200)
        {
            _exhausted = true;
            return;
        }

        _active.Add((node, schema));
        for (var i = 0; i < schema.AllOf.Count && !Stopped; i++)
        {
            Visit(node, schema.AllOf[i].Resolve(), closed, owner ?? schema);
        }

        if (schema.AnyOf.Count > 0 && !Stopped && !AcceptedByAny(node, schema.AnyOf))
        {
            ReportNone(node, schema.AnyOf);
        }

        if (schema.OneOf.Count > 0 && !Stopped)
        {
            CheckOne(node, schema.OneOf);
        }

        if (schema.Not is { } excluded && !Stopped && Accepts(node, excluded) && !Fail())
        {
            ReportExcluded(node, excluded.Resolve());
        }

        _active.RemoveAt(_active.Count - 1);
    }

    private bool Accepts(YamlNode node, Schema schema)
    {
        var (probing, failed) = (_probing, _failed);
        (_probing, _failed) = (true, false);
        Visit(node, schema.Resolve(), closed: false, null);
        var accepted = !_failed;
        (_probing, _failed) = (probing, failed);
        return accepted;
    }

    private bool AcceptedByAny(YamlNode node, IReadOnlyList<Schema> schemas)
    {
        for (var i = 0; i < schemas.Count; i++)
        {
            if (Accepts(node, schemas[i]))
            {
                return true;
            }
        }

        return false;
    }

    private void CheckOne(YamlNode node, IReadOnlyList<Schema> schemas)
    {
        var (first, second) = (-1, -1);
        for (var i = 0; i < schemas.Count && second < 0; i++)
        {
            if (Accepts(node, schemas[i]))
            {
                (first, second) = first < 0 ? (i, -1) : (first, i);
            }
        }

        if (first < 0)
        {
            ReportNone(node, schemas);
        }
        else if (second >= 0 && !Fail())
        {
            var alternatives = FieldAlternatives(schemas);
            var present = node is YamlMapping mapping ? alternatives.Where(a => mapping.TryGetValue(a, out _)).ToArray() : [];
            if (present.Length > 1)
            {
                ((YamlMapping)node).TryGetEntry(present[1], out var entry);
                Add(StructureRules.Combination, entry.Key.Region, $"{Capitalized(_path.Name())} has {Words.Join(present, "and")}, of which only one is allowed", "Remove all but one of them.", present[1]);
            }
            else
            {
                Add(StructureRules.Combination, _path.Region(), $"{Capitalized(_path.Name())} fits several alternatives of its schema, but must fit exactly one");
            }
        }
    }

    /// <summary>No alternative accepts the node: says what the nearest one misses.</summary>
    private void ReportNone(YamlNode node, IReadOnlyList<Schema> schemas)
    {
        if (Fail() || _exhausted)
        {
            return;
        }

        var fields = FieldAlternatives(schemas);
        if (fields.Count == schemas.Count && node is YamlMapping)
        {
            Add(StructureRules.Combination, _path.Owner(), $"{Capitalized(_path.Name())} needs {(fields.Count == 1 ? "" : "one of ")}{Words.Join(fields, "or")}, but has none of them", $"Add {(fields.Count == 1 ? "it" : "one of them")} under {_path.Name()}.");
            return;
        }

        var types = schemas.Select(s => Words.Type(s.Resolve())).Distinct().ToArray();
        if (!schemas.Any(s => Suits(s.Resolve(), node)) && !types.Contains("a value"))
        {
            Add(StructureRules.Type, _path.Region(), $"{_path.Name()} must be {string.Join(" or ", types)}, but {Words.Reading(node)}", types.Length == 1 ? TypeHint(node, schemas[0].Resolve().Type) : null);
            return;
        }

        var start = _problems.Count;
        List<StructureProblem>? nearest = null;
        var least = int.MaxValue;
        foreach (var schema in schemas)
        {
            Visit(node, schema.Resolve(), closed: false, null);
            var found = _problems.GetRange(start, _problems.Count - start);
            _problems.RemoveRange(start, found.Count);
            var distance = found.Sum(p => p.Rule == StructureRules.Enum ? 3 : 1) + (Suits(schema.Resolve(), node) ? 0 : 1000);
            if (found.Count > 0 && distance < least)
            {
                (nearest, least) = (found, distance);
            }
        }

        if (nearest is null)
        {
            Add(StructureRules.Combination, _path.Region(), $"{Capitalized(_path.Name())} fits none of the alternatives of its schema");
            return;
        }

        _problems.AddRange(nearest.Select(p => p with { Hint = p.Hint ?? (schemas.Count > 1 ? $"This is the nearest of {schemas.Count} alternatives." : null) }));
    }

    private void ReportExcluded(YamlNode node, Schema excluded)
    {
        if (node is YamlMapping mapping && excluded.Required.Count > 0)
        {
            mapping.TryGetEntry(excluded.Required[^1], out var entry);
            var message = excluded.Required.Count == 1
                ? $"`{excluded.Required[0]}` is not allowed in {_path.Name()} as it stands"
                : $"{Capitalized(_path.Name())} must not have {Words.Join(excluded.Required, "and")} together";
            Add(StructureRules.Combination, entry.Key?.Region ?? _path.Owner(), message, null, excluded.Required[^1]);
            return;
        }

        Add(StructureRules.Combination, _path.Region(), excluded.Enum is { Count: > 0 } values && node is YamlScalar
            ? $"{_path.Name()} must not be {Words.Join(values, "or")}"
            : $"{Capitalized(_path.Name())} has a value that its schema rules out");
    }

    /// <summary>The fields of alternatives that only ask for one field each (<c>oneOf: [{required: [a]}, {required: [b]}]</c>).</summary>
    private static List<string> FieldAlternatives(IReadOnlyList<Schema> schemas)
    {
        var fields = new List<string>();
        foreach (var schema in schemas)
        {
            var alternative = schema.Resolve();
            if (alternative is { Required.Count: 1, AllOf.Count: 0, AnyOf.Count: 0, OneOf.Count: 0 })
            {
                fields.Add(alternative.Required[0]);
            }
        }

        return fields;
    }

    private static bool Suits(Schema schema, YamlNode node) => (schema.Type, node) switch
    {
        (SchemaType.Any, _) => true,
        (SchemaType.Object, YamlMapping) => true,
        (SchemaType.Array, YamlSequence) => true,
        (SchemaType.String, YamlScalar { Type: YamlScalarType.String }) => true,
        (SchemaType.Integer, YamlScalar scalar) => YamlNumbers.TryReadInteger(scalar, out _),
        (SchemaType.Number, YamlScalar scalar) => YamlNumbers.TryReadNumber(scalar, out _),
        (SchemaType.Boolean, YamlScalar { Type: YamlScalarType.Boolean }) => true,
        (SchemaType.IntOrString or SchemaType.Quantity, YamlScalar { Type: not (YamlScalarType.Boolean or YamlScalarType.Null) }) => true,
        _ => false,
    };
}
