using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Configuration;

internal sealed partial class ConfigurationReader
{
    private const int DeepestSchema = 32;

    private static readonly string[] SchemaKeywords =
    [
        "$comment", "additionalProperties", "allOf", "anyOf", "const", "description", "enum", "examples", "exclusiveMaximum", "exclusiveMinimum", "format", "items",
        "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not", "nullable", "oneOf", "pattern",
        "properties", "required", "title", "type", "uniqueItems", "x-kubernetes-int-or-string",
    ];

    private List<ObjectRule> ReadCustomRules(YamlMapping mapping)
    {
        var rules = new List<ObjectRule>();
        foreach (var entry in Items(mapping, "custom-rules", "a list of rules"))
        {
            CheckKeys(entry, CustomRuleKeys, "a custom rule");
            var id = Required(entry, "id");
            var message = Required(entry, "message");
            var severity = ReadSeverity(entry) ?? Severity.Warning;
            var kinds = ReadKinds(entry);
            var path = ReadPath(entry);
            var schema = ReadSchema(entry);
            if (id is null || message is null || path is null || schema is null || !IsFree(id, rules))
            {
                continue;
            }

            var hint = Text(entry, "hint")?.Value ?? "";
            rules.Add(CustomRule.Create(
                new RuleDescriptor(id.Value, severity, message.Value, $"A rule of this repository, written in {file}.", hint),
                kinds, path, schema));
        }

        return rules;
    }

    private YamlScalar? Required(YamlMapping entry, string key)
    {
        if (TryGet(entry, key, out _))
        {
            return Text(entry, key);
        }

        Report(FirstKey(entry), "Missing key", $"a custom rule needs `{key}`",
            key == "id" ? "Write a name of your own, such as our-team-label." : "Say what is wrong, one sentence.");
        return null;
    }

    private bool IsFree(YamlScalar id, List<ObjectRule> rules)
    {
        if (!RuleId().IsMatch(id.Value) || id.Value.Length > 63)
        {
            Report(id, "Wrong rule id", Words.Quote(id.Value), "Use at most 63 lower-case letters, digits and hyphens, starting with a letter.");
            return false;
        }

        if (id.Value == RuleIndex.All || _builtIn.Find(id.Value) is not null)
        {
            Report(id, "The id of a custom rule is taken", $"`{id.Value}` is a rule of the program", "Choose another id, for example with the name of your team in front.");
            return false;
        }

        if (rules.Exists(r => r.Descriptor.Id == id.Value))
        {
            Report(id, "The id of a custom rule is taken", $"`{id.Value}` is used twice", "Give each rule an id of its own.");
            return false;
        }

        return true;
    }

    private FragmentPath? ReadPath(YamlMapping entry)
    {
        if (!TryGet(entry, "path", out var node) || node is YamlScalar { Value: "" })
        {
            return FragmentPath.Parse("");
        }

        if (Text(entry, "path") is not { } written)
        {
            return null;
        }

        try
        {
            return FragmentPath.Parse(written.Value);
        }
        catch (FormatException e)
        {
            Report(written, "Wrong path", $"{Words.Quote(written.Value)}: {e.Message}",
                "Write it like spec.template.spec.containers[].image or /spec/template/spec/containers/*/image.");
            return null;
        }
    }

    private Schema? ReadSchema(YamlMapping entry)
    {
        if (!TryGet(entry, "schema", out var node))
        {
            Report(FirstKey(entry), "Missing key", "a custom rule needs `schema`", "Write the JSON Schema that the values at `path` must fit.");
            return null;
        }

        var before = _problems.Count;
        CheckKeywords(node, 0);
        if (_problems.Count > before)
        {
            return null;
        }

        var reader = new SchemaReader { IsStructural = false, Resolve = static _ => null };
        var schema = reader.Read(new SchemaSourceValue(node));
        foreach (var problem in reader.Problems)
        {
            Report(problem.Region ?? node.Region, "Wrong schema", problem.Message, "");
        }

        return reader.Problems.Count == 0 ? schema : null;
    }

    /// <summary>A keyword that is not known would be passed over in silence, and the rule would find less than its author thinks.</summary>
    private void CheckKeywords(YamlNode node, int depth)
    {
        if (node is not YamlMapping schema)
        {
            if (node is not YamlScalar { Type: YamlScalarType.Boolean })
            {
                Report(node, "Wrong schema", $"a schema must be a mapping, but {Words.Reading(node)}", "");
            }

            return;
        }

        if (depth > DeepestSchema)
        {
            Report(node, "Wrong schema", $"it nests more than {DeepestSchema} levels deep", "Split the rule.");
            return;
        }

        CheckKeys(schema, SchemaKeywords, "a schema");
        if (schema.TryGetEntry("additionalProperties", out var additional) && additional.Value is YamlScalar { Type: YamlScalarType.Boolean } allowed
            && Words.ReadBoolean(allowed.Value) == "false" && schema["type"] is null && schema["properties"] is null)
        {
            Report(additional.Key, "Wrong schema", "`additionalProperties: false` needs a type beside it", "Write type: object.");
        }

        foreach (var (key, value, _) in schema)
        {
            switch (key.Value)
            {
                case "properties" when value is YamlMapping properties:
                    foreach (var property in properties)
                    {
                        CheckKeywords(property.Value, depth + 1);
                    }

                    break;
                case "items" or "not" or "additionalProperties":
                    CheckKeywords(value, depth + 1);
                    break;
                case "allOf" or "anyOf" or "oneOf" when value is YamlSequence alternatives:
                    foreach (var alternative in alternatives)
                    {
                        CheckKeywords(alternative, depth + 1);
                    }

                    break;
                case "enum" when value is YamlSequence values && values.Any(v => v is not YamlScalar):
                case "const" when value is not YamlScalar:
                    Report(value, "Wrong schema", $"`{key.Value}` can only compare texts, numbers and booleans",
                        "Describe lists and mappings with items and properties.");
                    break;
                case "pattern" when value is YamlScalar pattern:
                    CheckSchemaPattern(pattern);
                    break;
            }
        }
    }

    private void CheckSchemaPattern(YamlScalar pattern)
    {
        try
        {
            _ = new Regex(Patterns.Translate(pattern.Value), RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            Report(pattern, "Wrong regular expression", $"{Words.Quote(pattern.Value)}: {e.Message.TrimEnd('.')}", "");
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RuleId();
}
