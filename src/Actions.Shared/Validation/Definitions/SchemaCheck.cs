using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Cel;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Definitions;

/// <summary>Checks that the schema of a version is structural, as the API server demands it, and that its defaults, patterns and rules hold up.</summary>
internal sealed class SchemaCheck(DefinitionProblems problems)
{
    private const int DeepestSchema = 200;

    private static readonly string[] Types = ["object", "array", "string", "integer", "number", "boolean"];
    private static readonly string[] Unsupported = ["$ref", "id", "definitions", "patternProperties", "dependencies", "additionalItems"];
    private static readonly string[] Reasons = ["FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate"];
    private static readonly string[] NotNested =
    [
        "type", "additionalProperties", "default", "title", "description", "nullable", "externalDocs", "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-map-type",
        "x-kubernetes-validations",
    ];

    private enum Level
    {
        Root,
        Item,
        Field,
    }

    /// <summary>Checks the schema of a whole object.</summary>
    public void Check(DefinitionPart root)
    {
        var schema = new SchemaReader { IsStructural = true }.Read(new SchemaSourceValue(root.Node));
        Check(root, schema, Level.Root, "the object", isCorrelatable: true, 0);
    }

    private void Check(DefinitionPart part, Schema schema, Level level, string name, bool isCorrelatable, int depth)
    {
        if (depth > DeepestSchema)
        {
            return;
        }

        CheckKeywords(part, name);
        CheckType(part, level, name);
        CheckList(part, name);
        CheckPattern(part, name);
        CheckValues(part, schema, name);
        CheckRules(part, schema, level == Level.Root, isCorrelatable, name);
        foreach (var keyword in (ReadOnlySpan<string>)["allOf", "anyOf", "oneOf"])
        {
            foreach (var (alternative, i) in part.Items(keyword).Select((a, i) => (a, i)))
            {
                CheckNested(alternative, part, name, keyword == "anyOf" && IsIntOrString(part), keyword == "allOf" && i == 0 && IsIntOrString(alternative), depth + 1);
            }
        }

        if (part.Child("not") is { } excluded)
        {
            CheckNested(excluded, part, name, false, false, depth + 1);
        }

        var fieldsCorrelate = isCorrelatable && part.Text("x-kubernetes-map-type") is null or "granular";
        foreach (var (key, property) in part.Entries("properties"))
        {
            var path = level == Level.Root ? key.Value : $"{name}.{key.Value}";
            var field = schema.Properties.GetValueOrDefault(key.Value)?.Resolve() ?? Schema.Anything;
            if (level == Level.Root && key.Value is "metadata")
            {
                CheckMetadata(property);
            }
            else
            {
                Check(property, field, Level.Field, path, fieldsCorrelate, depth + 1);
            }

            if ((level == Level.Root || part.IsTrue("x-kubernetes-embedded-resource")) && key.Value is "apiVersion" or "kind" && property.Has("type") && property.Text("type") != "string")
            {
                problems.AddValue(property, "type", $"`{key.Value}` must be of the type string");
            }
        }

        if (part.Child("additionalProperties") is { } additional)
        {
            Check(additional, schema.AdditionalProperties?.Resolve() ?? Schema.Anything, Level.Field, $"{name}.*", fieldsCorrelate, depth + 1);
        }

        if (part.Child("items") is { } items)
        {
            Check(items, schema.Items?.Resolve() ?? Schema.Anything, Level.Item, $"{name}[]", isCorrelatable && schema.ListType == SchemaListType.Map, depth + 1);
        }
    }

    private void CheckKeywords(DefinitionPart part, string name)
    {
        foreach (var keyword in Unsupported)
        {
            if (part.Has(keyword))
            {
                problems.AddKey(part, keyword, $"`{keyword}` is not supported in the schema of a custom resource", "Write out what it stands for.");
            }
        }

        if (part.IsTrue("uniqueItems"))
        {
            problems.AddKey(part, "uniqueItems", "`uniqueItems` must not be true in the schema of a custom resource", "Use x-kubernetes-list-type: set.");
        }

        if (part.Has("properties") && part.Has("additionalProperties"))
        {
            problems.AddKey(part, "additionalProperties", $"`properties` and `additionalProperties` exclude each other, but the schema of {Shown(name)} has both");
        }
        else if (part.Node["additionalProperties"] is YamlScalar { Type: YamlScalarType.Boolean } && !part.IsTrue("additionalProperties"))
        {
            problems.AddValue(part, "additionalProperties", "`additionalProperties` must not be false in the schema of a custom resource", "Leave it out: fields that are not listed are dropped anyway.");
        }

        if (part.Node["items"] is YamlSequence)
        {
            problems.AddKey(part, "items", "`items` must be one schema, not a list of them");
        }

        if (part.Has("x-kubernetes-preserve-unknown-fields") && !part.IsTrue("x-kubernetes-preserve-unknown-fields"))
        {
            problems.AddValue(part, "x-kubernetes-preserve-unknown-fields", "`x-kubernetes-preserve-unknown-fields` must be true or left out");
        }

        if (part.IsTrue("x-kubernetes-int-or-string"))
        {
            foreach (var keyword in (ReadOnlySpan<string>)["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"])
            {
                if (part.IsTrue(keyword))
                {
                    problems.AddKey(part, keyword, $"`{keyword}` must not be set beside x-kubernetes-int-or-string");
                }
            }
        }

        if (part.IsTrue("x-kubernetes-embedded-resource"))
        {
            if (part.Has("additionalProperties"))
            {
                problems.AddKey(part, "additionalProperties", "`additionalProperties` must not be set beside x-kubernetes-embedded-resource");
            }
            else if (!part.IsTrue("x-kubernetes-preserve-unknown-fields") && part.Child("properties") is null or { Node.Count: 0 })
            {
                problems.AddMissing(part, $"The schema of {Shown(name)} embeds an object of which it neither lists nor keeps the fields", "Add properties, or x-kubernetes-preserve-unknown-fields: true.");
            }
        }
    }

    private void CheckType(DefinitionPart part, Level level, string name)
    {
        var type = part.Text("type");
        if (type is { Length: > 0 } && !Types.Contains(type, StringComparer.Ordinal))
        {
            problems.AddValue(part, "type", $"{Words.Quote(type)} is no type: it must be {Words.Join(Types, "or")}", type == "null" ? "Use nullable: true." : null);
        }
        else if (part.IsTrue("x-kubernetes-embedded-resource") && type != "object")
        {
            if (type is null)
            {
                problems.AddMissing(part, $"The schema of {Shown(name)} must have the type object, because it embeds one", "Add type: object.");
            }
            else
            {
                problems.AddValue(part, "type", $"The schema of {Shown(name)} must have the type object, because it embeds one");
            }
        }
        else if (string.IsNullOrEmpty(type) && !part.IsTrue("x-kubernetes-int-or-string") && !part.IsTrue("x-kubernetes-preserve-unknown-fields"))
        {
            problems.AddMissing(part, $"The schema of {Shown(name)} has no type", level == Level.Root ? "Add type: object." : "Add a type, or x-kubernetes-preserve-unknown-fields: true if anything goes.");
        }
        else if (level == Level.Root && type is not (null or "object"))
        {
            problems.AddValue(part, "type", "The schema of a whole object must have the type object");
        }

        if (level == Level.Root && part.Has("additionalProperties") && !part.Has("properties"))
        {
            problems.AddKey(part, "additionalProperties", "`additionalProperties` must not be used for the whole object");
        }

        if (level == Level.Root && part.IsTrue("nullable"))
        {
            problems.AddKey(part, "nullable", "The whole object must not be nullable");
        }

        if (type == "array" && !part.Has("items"))
        {
            problems.AddMissing(part, $"The schema of the list {Shown(name)} has no items", "Add items with the schema of one item.");
        }
    }

    private void CheckList(DefinitionPart part, string name)
    {
        if (part.Text("x-kubernetes-map-type") is { } mapType)
        {
            if (mapType is not ("granular" or "atomic"))
            {
                problems.AddValue(part, "x-kubernetes-map-type", $"`x-kubernetes-map-type` must be `granular` or `atomic`, but is {Words.Quote(mapType)}");
            }
            else if (part.Text("type") is { } type and not "object")
            {
                problems.AddKey(part, "x-kubernetes-map-type", $"`x-kubernetes-map-type` is only for objects, but {Shown(name)} is of the type {Words.Quote(type)}");
            }
        }

        var listType = part.Text("x-kubernetes-list-type");
        if (listType is null)
        {
            if (part.Has("x-kubernetes-list-map-keys"))
            {
                problems.AddKey(part, "x-kubernetes-list-map-keys", "`x-kubernetes-list-map-keys` needs x-kubernetes-list-type: map beside it");
            }

            return;
        }

        if (listType is not ("atomic" or "set" or "map"))
        {
            problems.AddValue(part, "x-kubernetes-list-type", $"`x-kubernetes-list-type` must be `atomic`, `set` or `map`, but is {Words.Quote(listType)}");
            return;
        }

        if (part.Text("type") is { } other and not "array")
        {
            problems.AddKey(part, "x-kubernetes-list-type", $"`x-kubernetes-list-type` is only for lists, but {Shown(name)} is of the type {Words.Quote(other)}");
            return;
        }

        if (listType == "map")
        {
            CheckListKeys(part, name);
        }
        else if (part.Has("x-kubernetes-list-map-keys"))
        {
            problems.AddKey(part, "x-kubernetes-list-map-keys", $"`x-kubernetes-list-map-keys` is only for lists of the type map, but {Shown(name)} is a list of the type {Words.Quote(listType)}");
        }
        else if (listType == "set" && part.Child("items") is { } items)
        {
            var isAtomic = items.Text("type") switch
            {
                "object" => items.Text("x-kubernetes-map-type") == "atomic",
                "array" => items.Text("x-kubernetes-list-type") is null or "atomic",
                _ => true,
            };
            if (!isAtomic || items.IsTrue("nullable"))
            {
                problems.AddMissing(items, isAtomic ? $"Items of the set {Shown(name)} must not be nullable" : $"Items of the set {Shown(name)} must be scalars, or atomic", isAtomic ? null : "Make the list a map, or its items atomic with x-kubernetes-map-type.");
            }
        }
    }

    private void CheckListKeys(DefinitionPart part, string name)
    {
        if (part.Node["x-kubernetes-list-map-keys"] is not YamlSequence { Count: > 0 } keys)
        {
            problems.AddKey(part, "x-kubernetes-list-type", $"The list {Shown(name)} is a map without x-kubernetes-list-map-keys", "Name the fields that identify an item.");
            return;
        }

        var items = part.Child("items");
        if (items is null)
        {
            return;
        }

        if (items.Text("type") is { } type and not "object")
        {
            problems.AddValue(items, "type", $"Items of the list {Shown(name)} must be objects, because it is a map");
            return;
        }

        var properties = items.Entries("properties").ToDictionary(e => e.Name.Value, e => e.Part, StringComparer.Ordinal);
        var required = items.Node["required"] is YamlSequence list ? list.OfType<YamlScalar>().Select(s => s.Value).ToHashSet(StringComparer.Ordinal) : [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] is not YamlScalar key)
            {
                continue;
            }

            var pointer = $"{part.PointerTo("x-kubernetes-list-map-keys")}/{i}";
            if (!seen.Add(key.Value))
            {
                problems.Add(key.Region, pointer, $"The key {Words.Quote(key.Value)} is there twice");
            }
            else if (!properties.TryGetValue(key.Value, out var property))
            {
                problems.Add(key.Region, pointer, $"Items of {Shown(name)} have no field {Words.Quote(key.Value)} that could identify them", "Add it to their properties, or correct the key.");
            }
            else if (property.Text("type") is "object" or "array")
            {
                problems.Add(key.Region, pointer, $"The key {Words.Quote(key.Value)} must be a scalar, but is of the type {Words.Quote(property.Text("type")!)}");
            }
            else if (!required.Contains(key.Value) && !property.Has("default"))
            {
                problems.Add(key.Region, pointer, $"The key {Words.Quote(key.Value)} must be required in the items of {Shown(name)}, or have a default", $"Add it to their required fields.");
            }
            else if (property.IsTrue("nullable"))
            {
                problems.AddKey(property, "nullable", $"The key {Words.Quote(key.Value)} of {Shown(name)} must not be nullable");
            }
        }
    }

    private void CheckPattern(DefinitionPart part, string name)
    {
        if (part.Text("pattern") is { Length: > 0 } pattern && PatternProblem(pattern) is { } problem)
        {
            problems.AddValue(part, "pattern", $"The pattern of {Shown(name)} is no regular expression that Kubernetes understands: {problem}");
        }
    }

    // Only what is wrong in every dialect, or known to be missing from RE2.
    private static string? PatternProblem(string pattern)
    {
        try
        {
            _ = new Regex(Patterns.Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (RegexParseException e)
        {
            return e.Error switch
            {
                RegexParseError.InsufficientClosingParentheses => "a parenthesis is not closed",
                RegexParseError.InsufficientOpeningParentheses => "a parenthesis is closed that was never opened",
                RegexParseError.UnterminatedBracket => "a bracket is not closed",
                RegexParseError.QuantifierAfterNothing => "there is nothing to repeat",
                RegexParseError.ReversedCharacterRange or RegexParseError.ReversedQuantifierRange => "a range ends before it starts",
                _ => null,
            };
        }
        catch (NotSupportedException)
        {
            return pattern.Contains("(?=", StringComparison.Ordinal) || pattern.Contains("(?!", StringComparison.Ordinal)
                || pattern.Contains("(?<=", StringComparison.Ordinal) || pattern.Contains("(?<!", StringComparison.Ordinal)
                ? "it looks ahead or behind, which RE2 cannot do"
                : null;
        }
    }

    private void CheckValues(DefinitionPart part, Schema schema, string name)
    {
        if (part.Has("default"))
        {
            foreach (var problem in StructureValidator.Validate(part.Node["default"]!, schema with { Rules = [] }))
            {
                if (problem.Rule.Severity == Severity.Error)
                {
                    problems.Add(problem.Region, part.PointerTo("default") + problem.Field, $"The default of {Shown(name)} does not fit its own schema: {AboutDefault(problem.Message)}", problem.Hint);
                }
            }
        }

        if (part.Node["enum"] is YamlSequence values && schema.Type is SchemaType.String or SchemaType.Boolean or SchemaType.Integer or SchemaType.Number)
        {
            var type = new Schema { Type = schema.Type, Nullable = true };
            for (var i = 0; i < values.Count; i++)
            {
                if (StructureValidator.Validate(values[i], type).FirstOrDefault(p => p.Rule == StructureRules.Type) is { } problem)
                {
                    problems.Add(values[i].Region, $"{part.PointerTo("enum")}/{i}", $"No value of {Shown(name)} can be {Words.Quote((values[i] as YamlScalar)?.Value ?? "this")}: it must be {Words.Type(type)}, but {Words.Reading(values[i])}", problem.Hint);
                }
            }
        }
    }

    // To the validator the default is a whole object.
    private static string AboutDefault(string message) =>
        message.StartsWith("the object ", StringComparison.OrdinalIgnoreCase) ? $"it {message.AsSpan(11).TrimEnd('.')}" : message.TrimEnd('.');

    private void CheckRules(DefinitionPart part, Schema schema, bool isRoot, bool isCorrelatable, string name)
    {
        foreach (var rule in part.Items("x-kubernetes-validations"))
        {
            var self = CelType.From(schema, isRoot || schema.IsEmbeddedResource) ?? CelType.Dyn;
            var variables = new CelEnvironment([("self", self), ("oldSelf", rule.IsTrue("optionalOldSelf") ? CelType.Of(CelKind.Optional, self) : self)]);
            if (Compile(rule, "rule", variables, CelKind.Bool, "true or false") is { } program && program.Mentions("oldSelf") && !isCorrelatable)
            {
                problems.AddValue(rule, "rule", $"The rule mentions `oldSelf`, but what {Shown(name)} was before cannot be told", "Give the list around it x-kubernetes-list-type: map, or move the rule further up.");
            }

            Compile(rule, "messageExpression", variables, CelKind.String, "a string");
            if (rule.Text("message") is { } message && message.TrimEnd().AsSpan().ContainsAny('\n', '\r'))
            {
                problems.AddKey(rule, "message", "The message of a rule must be a single line", "Write it as a folded scalar with >-.");
            }

            if (rule.Text("reason") is { Length: > 0 } reason && !Reasons.Contains(reason, StringComparer.Ordinal))
            {
                problems.AddValue(rule, "reason", $"The reason must be {Words.Join(Reasons, "or")}, but is {Words.Quote(reason)}");
            }

            CheckFieldPath(rule, schema, name);
        }
    }

    private CelProgram? Compile(DefinitionPart rule, string key, CelEnvironment variables, CelKind wanted, string shown)
    {
        if (rule.Node[key] is not YamlScalar { Type: YamlScalarType.String, Value.Length: > 0 } scalar)
        {
            return null;
        }

        if (!CelProgram.TryCompile(scalar.Value, variables, out var program, out var problem))
        {
            if (problem.IsUnsupported)
            {
                problems.Add(StructureRules.CelRuleSkipped, Place(scalar, problem.Position), rule.PointerTo(key), $"The expression is not evaluated: {problem.Message}", "Check objects of the kind with a dry run against a cluster.");
            }
            else
            {
                problems.Add(Place(scalar, problem.Position), rule.PointerTo(key), $"The expression cannot be compiled: {problem.Message}");
            }

            return null;
        }

        if (program.Type.Kind != CelKind.Dyn && program.Type.Kind != wanted)
        {
            problems.AddValue(rule, key, $"The expression must give {shown}, but gives a value of the type {program.Type}");
        }

        return program;
    }

    /// <summary>The place in the file of a position in an expression; the whole scalar when it is not written character by character on one line.</summary>
    private static TextRegion Place(YamlScalar scalar, int position)
    {
        var region = scalar.Region;
        var quotes = scalar.Style is YamlScalarStyle.SingleQuoted or YamlScalarStyle.DoubleQuoted ? 1 : 0;
        var isVerbatim = region.StartLine == region.EndLine && region.EndColumn - region.StartColumn == scalar.Value.Length + (2 * quotes)
            && scalar.Style is not (YamlScalarStyle.Literal or YamlScalarStyle.Folded);
        return isVerbatim ? region with { StartColumn = region.StartColumn + quotes + Math.Min(position, scalar.Value.Length - 1), EndColumn = region.EndColumn - quotes } : region;
    }

    private void CheckFieldPath(DefinitionPart rule, Schema schema, string name)
    {
        if (rule.Text("fieldPath") is not { Length: > 0 } path)
        {
            return;
        }

        var at = schema;
        foreach (var field in SchemaWalk.FieldNames(path))
        {
            if (!at.Properties.TryGetValue(field, out var next))
            {
                if (at.AdditionalProperties is null && !at.PreservesUnknownFields)
                {
                    problems.AddValue(rule, "fieldPath", $"The path {Words.Quote(path)} leads nowhere: there is no field {Words.Quote(field)} in the schema of {Shown(name)}");
                }

                return;
            }

            at = next.Resolve();
        }
    }

    private void CheckMetadata(DefinitionPart metadata)
    {
        if (metadata.Has("type") && metadata.Text("type") != "object")
        {
            problems.AddValue(metadata, "type", "`metadata` must be of the type object");
        }

        foreach (var entry in metadata.Node)
        {
            if (entry.Key.Value is not ("type" or "description" or "title" or "properties" or "default" or "externalDocs" or "example"))
            {
                problems.AddKey(metadata, entry.Key.Value, "Of `metadata` only name and generateName can be restricted, the rest is given");
            }
        }

        foreach (var (key, property) in metadata.Entries("properties"))
        {
            if (key.Value is not ("name" or "generateName"))
            {
                problems.Add(key.Region, property.Pointer, $"Of `metadata` only name and generateName can be restricted, not {Words.Quote(key.Value)}", "Remove it.");
            }
        }
    }

    // Alternatives only restrict what the schema around them declares.
    private void CheckNested(DefinitionPart part, DefinitionPart outer, string name, bool mayHaveType, bool firstMayHaveTypes, int depth)
    {
        if (depth > DeepestSchema)
        {
            return;
        }

        foreach (var keyword in NotNested)
        {
            if (part.Has(keyword) && !(keyword == "type" && mayHaveType) && !(keyword is "nullable" or "x-kubernetes-preserve-unknown-fields" or "x-kubernetes-embedded-resource" or "x-kubernetes-int-or-string" && !part.IsTrue(keyword)))
            {
                problems.AddKey(part, keyword, $"`{keyword}` must not stand in an alternative (allOf, anyOf, oneOf, not) of {Shown(name)}", "Move it to the schema around the alternatives.");
            }
        }

        CheckPattern(part, name);
        foreach (var keyword in (ReadOnlySpan<string>)["allOf", "anyOf", "oneOf"])
        {
            foreach (var alternative in part.Items(keyword))
            {
                CheckNested(alternative, outer, name, keyword == "anyOf" && firstMayHaveTypes, false, depth + 1);
            }
        }

        if (part.Child("not") is { } excluded)
        {
            CheckNested(excluded, outer, name, false, false, depth + 1);
        }

        foreach (var (key, property) in part.Entries("properties"))
        {
            if (key.Value == "metadata")
            {
                problems.Add(key.Region, property.Pointer, "`metadata` must not stand in an alternative (allOf, anyOf, oneOf, not)");
            }
            else if (outer.Child("properties")?.Child(key.Value) is { } declared)
            {
                CheckNested(property, declared, name == "the object" ? key.Value : $"{name}.{key.Value}", false, false, depth + 1);
            }
            else
            {
                problems.Add(key.Region, property.Pointer, $"The alternative restricts {Words.Quote(key.Value)}, which {Shown(name)} does not declare", "Add it to the properties around the alternatives.");
            }
        }

        if (part.Child("items") is { } items)
        {
            if (outer.Child("items") is { } declared)
            {
                CheckNested(items, declared, $"{name}[]", false, false, depth + 1);
            }
            else
            {
                problems.AddKey(part, "items", $"The alternative restricts items that {Shown(name)} does not declare");
            }
        }
    }

    private static bool IsIntOrString(DefinitionPart part)
    {
        var alternatives = part.Items("anyOf").ToArray();
        return alternatives is [{ Node.Count: 1 } first, { Node.Count: 1 } second] && first.Text("type") == "integer" && second.Text("type") == "string";
    }

    private static string Shown(string name) => name == "the object" ? name : $"`{name}`";
}
