using System.Runtime.CompilerServices;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

/// <summary>
/// One walk over a document beside its schema. Nothing is allocated for a node without a problem. While it probes (tries an alternative)
/// it only finds out whether there is a problem, and stops at the first.
/// </summary>
internal sealed partial class SchemaWalk
{
    private readonly FieldPath _path = new();
    private readonly List<StructureProblem> _problems = [];
    private bool _probing;
    private bool _failed;

    public StructureProblem[] Run(YamlNode node, Schema schema, bool strict)
    {
        try
        {
            Descend(node, schema, null, 0, closed: strict);
            if (_exhausted)
            {
                Add(StructureRules.Combination, node is YamlMapping { Count: > 0 } mapping ? mapping[0].Key.Region : node.Region, "The schema's alternatives nest too deeply to check all of them.");
            }

            return _problems.Count == 0 ? [] : [.. _problems];
        }
        finally
        {
            _problems.Clear();
            _path.Clear();
            _active.Clear();
            _unevaluated?.Clear();
            (_probing, _failed, _exhausted, _steps, _ruleSteps) = (false, false, false, 0, StepsOfRules);
        }
    }

    private bool Stopped => _probing && _failed;

    private void Descend(YamlNode node, Schema schema, YamlScalar? key, int index, bool closed)
    {
        schema = schema.Resolve();
        _path.Push(node, schema, key, index);
        var known = _problems.Count;
        Visit(node, schema, closed, null);
        if (schema.Rules.Count > 0 && !_probing)
        {
            CheckRules(node, schema, known);
        }

        _path.Pop();
    }

    /// <param name="node">The node being looked at, the last of the path.</param>
    /// <param name="schema">A resolved schema for it.</param>
    /// <param name="closed">Whether unknown fields are problems here and below.</param>
    /// <param name="owner">The schema that lists <paramref name="schema"/> in its AllOf and answers for unknown fields; null otherwise.</param>
    private void Visit(YamlNode node, Schema schema, bool closed, Schema? owner)
    {
        bool fits;
        if (node is YamlScalar scalar)
        {
            // What JSON cannot say (.inf, .nan) the loader has already refused.
            if (SopsDocument.IsEncryptedValue(scalar.Value) || (scalar.Type == YamlScalarType.Float && scalar.IsBeyondJson()))
            {
                return;
            }

            fits = VisitScalar(scalar, schema);
        }
        else if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            if (!Fail())
            {
                Add(StructureRules.Range, _path.Region(), "The object nests too deeply to be checked from here on.");
            }

            return;
        }
        else
        {
            fits = node is YamlMapping mapping ? VisitMapping(mapping, schema, closed, owner) : VisitSequence((YamlSequence)node, schema, closed);
        }

        if (fits && !Stopped && (schema.AllOf.Count > 0 || schema.AnyOf.Count > 0 || schema.OneOf.Count > 0 || schema.Not is not null))
        {
            Combine(node, schema, closed, owner);
        }
    }

    private bool VisitMapping(YamlMapping mapping, Schema schema, bool closed, Schema? owner)
    {
        if (schema.Type is not (SchemaType.Object or SchemaType.Any))
        {
            WrongType(mapping, schema);
            return false;
        }

        CheckRequired(mapping, schema);
        if (schema.IsEmbeddedResource)
        {
            CheckEmbedded(mapping);
        }

        if (schema.MinProperties is { } least && mapping.Count < least && !Fail())
        {
            Add(StructureRules.Range, _path.Owner(), $"{_path.Name()} needs at least {Count(least, "field")}, but has {mapping.Count}");
        }

        if (schema.MaxProperties is { } most && mapping.Count > most && !Fail())
        {
            Add(StructureRules.Range, _path.Owner(), $"{_path.Name()} takes at most {Count(most, "field")}, but has {mapping.Count}");
        }

        var refusesUnknown = closed && owner is null && IsClosed(schema);
        for (var i = 0; i < mapping.Count && !Stopped; i++)
        {
            var entry = mapping[i];
            var key = entry.Key;
            if (schema.Properties.TryGetValue(key.Value, out var property))
            {
                if (!IsNull(entry.Value))
                {
                    Descend(entry.Value, property, key, 0, closed && (owner is null || !owner.Properties.ContainsKey(key.Value)));
                }
            }
            else if (schema.AdditionalProperties is { } additional)
            {
                if (!IsNull(entry.Value))
                {
                    Descend(entry.Value, additional, key, 0, closed && owner is null);
                }
            }
            else if (refusesUnknown && !IsKnown(schema, key.Value, 0) && !IsSopsMetadata(mapping, key.Value) && !Fail())
            {
                ReportUnknown(mapping, schema, entry);
            }
        }

        return true;
    }

    private bool VisitSequence(YamlSequence sequence, Schema schema, bool closed)
    {
        if (schema.Type is not (SchemaType.Array or SchemaType.Any))
        {
            WrongType(sequence, schema);
            return false;
        }

        if (schema.Items is { } items)
        {
            for (var i = 0; i < sequence.Count && !Stopped; i++)
            {
                Descend(sequence[i], items, null, i, closed);
            }
        }

        if (!Stopped)
        {
            CheckList(sequence, schema);
        }

        return true;
    }

    private void CheckRequired(YamlMapping mapping, Schema schema)
    {
        var required = schema.Required;
        for (var i = 0; i < required.Count && !Stopped; i++)
        {
            var name = required[i];
            if (!mapping.TryGetEntry(name, out var entry))
            {
                if (!Fail())
                {
                    var missing = schema.Properties.TryGetValue(name, out var property) ? Words.Type(property.Resolve()) : "a value";
                    var where = _path.Count == 1 ? "at the top level" : $"under {_path.Name()}";
                    Add(StructureRules.Required, _path.Owner(), $"{Capitalized(_path.Name())} lacks `{name}`", $"Add `{name}` ({missing}) {where}.");
                }
            }
            else if (IsNull(entry.Value) && !(schema.Properties.TryGetValue(name, out var property) && AcceptsNull(property)) && !Fail())
            {
                Add(StructureRules.Required, entry.Key.Region, $"{_path.NameOf(name)} is required, but empty (null)", null, name);
            }
        }
    }

    private void CheckEmbedded(YamlMapping mapping)
    {
        CheckEmbeddedText(mapping, "apiVersion");
        CheckEmbeddedText(mapping, "kind");
        if (mapping.TryGetEntry("metadata", out var metadata) && metadata.Value is not YamlMapping && !IsNull(metadata.Value) && !Fail())
        {
            Add(StructureRules.EmbeddedResource, metadata.Value.Region, $"{_path.NameOf("metadata")} of an embedded object must be an object, but {Words.Reading(metadata.Value)}", null, "metadata");
        }
    }

    private void CheckEmbeddedText(YamlMapping mapping, string name)
    {
        if (!mapping.TryGetEntry(name, out var entry))
        {
            if (!Fail())
            {
                Add(StructureRules.EmbeddedResource, _path.Owner(), $"{Capitalized(_path.Name())} holds a whole Kubernetes object, but lacks `{name}`", $"Add `{name}` under {_path.Name()}.");
            }
        }
        else if (entry.Value is not YamlScalar { Type: YamlScalarType.String, Value.Length: > 0 } && !Fail())
        {
            Add(StructureRules.EmbeddedResource, entry.Value is YamlScalar ? entry.Value.Region : entry.Key.Region, $"{_path.NameOf(name)} of an embedded object must be a string, but {Words.Reading(entry.Value)}", null, name);
        }
    }

    private bool IsSopsMetadata(YamlMapping mapping, string key) => _path.Count == 1 && key == "sops" && SopsDocument.IsEncrypted(mapping);

    private static bool IsNull(YamlNode node) => node is YamlScalar { Type: YamlScalarType.Null };

    private static bool AcceptsNull(Schema schema) => schema.Resolve() is { Nullable: true } or { Type: SchemaType.Any };

    private static bool IsClosed(Schema schema)
    {
        if (schema.PreservesUnknownFields || schema.AdditionalProperties is not null)
        {
            return false;
        }

        if (schema.Type == SchemaType.Object || schema.Properties.Count > 0)
        {
            return true;
        }

        for (var i = 0; i < schema.AllOf.Count; i++)
        {
            var member = schema.AllOf[i].Resolve();
            if (!member.PreservesUnknownFields && member.AdditionalProperties is null && member.Properties.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsKnown(Schema schema, string key, int depth)
    {
        if (schema.Properties.ContainsKey(key) || (schema.IsEmbeddedResource && key is "apiVersion" or "kind" or "metadata"))
        {
            return true;
        }

        if (depth > 0 && (schema.PreservesUnknownFields || schema.AdditionalProperties is not null))
        {
            return true;
        }

        return depth < 6 && (IsKnownToAny(schema.AllOf, key, depth) || IsKnownToAny(schema.AnyOf, key, depth) || IsKnownToAny(schema.OneOf, key, depth));
    }

    private static bool IsKnownToAny(IReadOnlyList<Schema> schemas, string key, int depth)
    {
        for (var i = 0; i < schemas.Count; i++)
        {
            if (IsKnown(schemas[i].Resolve(), key, depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that there is a problem; true when that was all that is wanted, and no message is to be built.</summary>
    private bool Fail()
    {
        _failed = true;
        return _probing;
    }

    private void Add(RuleDescriptor rule, TextRegion region, string message, string? hint = null, string? child = null) =>
        _problems.Add(new StructureProblem(rule, region, _path.Pointer(child), message + (message[^1] is '.' or '?' ? "" : "."), hint));

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Capitalized(string text) => text.StartsWith("the ", StringComparison.Ordinal) ? $"The {text.AsSpan(4)}" : text;
}
