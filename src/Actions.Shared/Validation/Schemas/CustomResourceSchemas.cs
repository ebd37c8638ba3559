using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Schemas;

/// <summary>Reads CustomResourceDefinitions.</summary>
public static class CustomResourceSchemas
{
    private static readonly Schema Text = new() { Type = SchemaType.String };

    /// <summary>Whether an object is a CustomResourceDefinition that <see cref="FromDefinition"/> reads.</summary>
    public static bool IsDefinition(string apiVersion, string kind) =>
        kind == "CustomResourceDefinition" && apiVersion is "apiextensions.k8s.io/v1" or "apiextensions.k8s.io/v1beta1";

    /// <summary>
    /// Reads a definition of <c>apiextensions.k8s.io/v1</c> or <c>v1beta1</c>. It never throws for what the definition says: what cannot be
    /// understood is told in <see cref="CustomResourceDefinition.Problems"/>, and everything else can be used.
    /// </summary>
    /// <param name="definition">The whole object.</param>
    /// <param name="file">Its file, relative to the workspace.</param>
    public static CustomResourceDefinition FromDefinition(YamlMapping definition, string file)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(file);
        var problems = new List<SchemaProblem>();
        var isBeta = (definition["apiVersion"] as YamlScalar)?.Value == "apiextensions.k8s.io/v1beta1";
        var spec = definition["spec"] as YamlMapping;
        if (spec is null)
        {
            problems.Add(new SchemaProblem("spec is missing", definition.Region));
        }

        var kind = RequiredText(spec, problems, "names", "kind");
        var group = RequiredText(spec, problems, "group");
        return new CustomResourceDefinition
        {
            Location = new SourceLocation(file, definition.Region),
            Group = group,
            Kind = kind,
            ListKind = OptionalText(spec, "names", "listKind") ?? kind + "List",
            IsNamespaced = OptionalText(spec, "scope") != "Cluster",
            Versions = spec is null ? [] : [.. ReadVersions(spec, isBeta, problems)],
            Problems = problems,
        };
    }

    private static IEnumerable<CustomResourceVersion> ReadVersions(YamlMapping spec, bool isBeta, List<SchemaProblem> problems)
    {
        // Only v1beta1 knows spec.version, a schema for all versions, and keeping unknown fields (which is its default).
        var shared = isBeta ? spec.Find("validation", "openAPIV3Schema") : null;
        var keepsUnknown = isBeta && (spec["preserveUnknownFields"] is not { } keep || new SchemaSourceValue(keep).Boolean != false);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (spec["versions"] is YamlSequence { Count: > 0 } versions)
        {
            foreach (var item in versions)
            {
                if (item is not YamlMapping version || OptionalText(version, "name") is not { } name)
                {
                    problems.Add(new SchemaProblem("a version must be an object with a name", item.Region));
                    continue;
                }

                if (!seen.Add(name))
                {
                    problems.Add(new SchemaProblem($"version {name} is there twice", item.Region));
                    continue;
                }

                var schema = version.Find("schema", "openAPIV3Schema") ?? shared;
                if (schema is null && !isBeta)
                {
                    problems.Add(new SchemaProblem($"version {name} has no schema.openAPIV3Schema", item.Region));
                }

                var isDeprecated = version["deprecated"] is { } deprecated && new SchemaSourceValue(deprecated).Boolean == true;
                yield return new CustomResourceVersion(
                    name,
                    version["served"] is not { } served || new SchemaSourceValue(served).Boolean != false,
                    isDeprecated ? OptionalText(version, "deprecationWarning") ?? $"{name} is deprecated" : null,
                    ReadSchema(schema, keepsUnknown, problems));
            }
        }
        else if (isBeta && OptionalText(spec, "version") is { } only)
        {
            yield return new CustomResourceVersion(only, true, null, ReadSchema(shared, keepsUnknown, problems));
        }
        else
        {
            problems.Add(new SchemaProblem("spec.versions names no version", (spec["versions"] ?? spec).Region));
        }
    }

    private static Schema ReadSchema(YamlNode? written, bool keepsUnknown, List<SchemaProblem> problems)
    {
        if (written is null)
        {
            return AsRoot(Schema.Anything, keepsUnknown: true);
        }

        var reader = new SchemaReader { IsStructural = true, KeepsUnknownFields = keepsUnknown };
        var schema = reader.Read(new SchemaSourceValue(written));
        problems.AddRange(reader.Problems);
        return AsRoot(schema, keepsUnknown);
    }

    // What the API server adds to every schema: apiVersion, kind, and metadata as every object has it.
    private static Schema AsRoot(Schema schema, bool keepsUnknown)
    {
        var properties = new Dictionary<string, Schema>(schema.Properties, StringComparer.Ordinal)
        {
            ["apiVersion"] = Text,
            ["kind"] = Text,
            ["metadata"] = schema.Properties.TryGetValue("metadata", out var metadata) && Restricts(metadata)
                ? Combine(EmbeddedSchemas.ObjectMeta, metadata)
                : EmbeddedSchemas.ObjectMeta,
        };
        return schema with
        {
            Type = SchemaType.Object,
            Properties = properties,
            PreservesUnknownFields = keepsUnknown || schema.PreservesUnknownFields,
        };
    }

    private static bool Restricts(Schema metadata) => metadata.Properties.Count > 0 || metadata.Required.Count > 0;

    private static Schema Combine(Schema metadata, Schema restriction)
    {
        return metadata.Resolve() with
        {
            Required = restriction.Required,
            AllOf = [new Schema { Type = SchemaType.Object, Properties = restriction.Properties }],
        };
    }

    private static string RequiredText(YamlMapping? spec, List<SchemaProblem> problems, params ReadOnlySpan<string> path)
    {
        if (spec is null)
        {
            return "";
        }

        if (spec.Find(path) is YamlScalar { Value.Length: > 0 } scalar)
        {
            return scalar.Value;
        }

        problems.Add(new SchemaProblem($"spec.{string.Join('.', path)} is missing", spec.Region));
        return "";
    }

    private static string? OptionalText(YamlMapping? mapping, params ReadOnlySpan<string> path) =>
        mapping?.Find(path) is YamlScalar { Value.Length: > 0 } scalar ? scalar.Value : null;
}
