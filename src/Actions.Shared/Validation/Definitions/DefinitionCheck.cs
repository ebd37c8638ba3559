using Actions.Shared.Manifests;
using Actions.Shared.Validation.Cel;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Definitions;

/// <summary>
/// Says what the API server would refuse in a CustomResourceDefinition beyond the types of its fields: names, versions,
/// structural schemas, defaults and rules. Pure and safe for concurrent use.
/// </summary>
internal static class DefinitionCheck
{
    private static readonly string[] ColumnTypes = ["integer", "number", "string", "boolean", "date"];

    /// <summary>
    /// The problems in the order in which they are met; none for objects that are no definition. Missing fields and fields of the wrong type are left to the
    /// schema of definitions. Of v1beta1, which is no longer served, only what cannot be read is told.
    /// </summary>
    public static IReadOnlyList<StructureProblem> Check(YamlMapping definition, string apiVersion, string kind)
    {
        if (!CustomResourceSchemas.IsDefinition(apiVersion, kind))
        {
            return [];
        }

        if (apiVersion != "apiextensions.k8s.io/v1")
        {
            return
            [
                .. CustomResourceSchemas.FromDefinition(definition, "").Problems
                    .Select(p => new StructureProblem(ValidationRules.CrdDefinition, p.Region ?? definition.Region, "", p.Message + ".")),
            ];
        }

        var problems = new DefinitionProblems();
        var root = new DefinitionPart(definition, definition.Count > 0 ? definition[0].Key.Region : definition.Region, "");
        if (root.Child("spec") is { } spec)
        {
            CheckNames(root, spec, problems);
            CheckConversion(spec, problems);
            CheckVersions(spec, problems);
            if (spec.IsTrue("preserveUnknownFields"))
            {
                problems.AddValue(spec, "preserveUnknownFields", "`spec.preserveUnknownFields` must be false in v1", "Remove it, and set x-kubernetes-preserve-unknown-fields in the schema where fields must be kept.");
            }
        }

        return problems.All;
    }

    private static void CheckNames(DefinitionPart root, DefinitionPart spec, DefinitionProblems problems)
    {
        var group = spec.Text("group") ?? "";
        var isGroup = CelFormats.IsValid("dns1123Subdomain", group) && group.Contains('.', StringComparison.Ordinal);
        if (group.Length > 0 && !isGroup)
        {
            problems.AddValue(spec, "group", $"{Words.Quote(group)} is no API group: it must be a lower-case domain with at least one dot", "Use a domain that is yours, for example widgets.example.com.");
        }

        if (spec.Child("names") is not { } names)
        {
            return;
        }

        CheckName(names, "plural", lower: false, problems);
        CheckName(names, "singular", lower: false, problems);
        CheckName(names, "kind", lower: true, problems);
        CheckName(names, "listKind", lower: true, problems);
        foreach (var list in (ReadOnlySpan<string>)["shortNames", "categories"])
        {
            if (names.Node[list] is YamlSequence items)
            {
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is YamlScalar { Type: YamlScalarType.String } item && !CelFormats.IsValid("dns1035Label", item.Value))
                    {
                        problems.Add(item.Region, $"{names.PointerTo(list)}/{i}", BadName(item.Value));
                    }
                }
            }
        }

        if (names.Text("kind") is { Length: > 0 } kind && names.Text("listKind") == kind)
        {
            problems.AddValue(names, "listKind", "`kind` and `listKind` must differ", $"Write {kind}List, or leave `listKind` out.");
        }

        var plural = names.Text("plural");
        if (isGroup && plural is { Length: > 0 } && root.Child("metadata") is { } metadata && metadata.Text("name") is { Length: > 0 } name && name != $"{plural}.{group}")
        {
            problems.AddValue(metadata, "name", $"The definition is named {Words.Quote(name)}, but must be named after its plural and group", $"Name it {plural}.{group}.");
        }
    }

    private static void CheckName(DefinitionPart names, string key, bool lower, DefinitionProblems problems)
    {
        if (names.Text(key) is { Length: > 0 } name && !CelFormats.IsValid("dns1035Label", lower ? name.ToLowerInvariant() : name))
        {
            problems.AddValue(names, key, BadName(name));
        }
    }

    private static string BadName(string name) => $"{Words.Quote(name)} is no name for a resource: it must start with a letter, and hold at most 63 {(name.Any(char.IsAsciiLetterUpper) ? "lower-case " : "")}letters, digits and dashes";

    private static void CheckConversion(DefinitionPart spec, DefinitionProblems problems)
    {
        if (spec.Child("conversion") is not { } conversion)
        {
            return;
        }

        var strategy = conversion.Text("strategy");
        if (strategy is not (null or "" or "None" or "Webhook"))
        {
            problems.AddValue(conversion, "strategy", $"The conversion strategy must be `None` or `Webhook`, but is {Words.Quote(strategy)}");
        }
        else if (strategy == "Webhook" && conversion.Child("webhook")?.Has("clientConfig") != true)
        {
            problems.AddMissing(conversion.Child("webhook") ?? conversion, "Conversion by webhook needs `webhook.clientConfig`", "Name the service or URL of the webhook.");
        }
        else if (strategy == "None" && conversion.Has("webhook"))
        {
            problems.AddKey(conversion, "webhook", "`webhook` is only allowed with the conversion strategy `Webhook`");
        }
    }

    private static void CheckVersions(DefinitionPart spec, DefinitionProblems problems)
    {
        if (spec.Node["versions"] is not YamlSequence list)
        {
            return;
        }

        var versions = spec.Items("versions").ToArray();
        if (list.Count == 0)
        {
            problems.AddValue(spec, "versions", "`spec.versions` names no version");
            return;
        }

        if (versions.Length == list.Count)
        {
            CheckStorage(spec, versions, problems);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            var name = version.Text("name");
            if (name is { Length: > 0 } && !CelFormats.IsValid("dns1035Label", name))
            {
                problems.AddValue(version, "name", $"{Words.Quote(name)} is no name for a version", "Use names such as v1 and v1beta1.");
            }
            else if (name is not null && !seen.Add(name))
            {
                problems.AddValue(version, "name", $"The version {Words.Quote(name)} is there twice");
            }

            if (version.Has("deprecationWarning") && !version.IsTrue("deprecated"))
            {
                problems.AddKey(version, "deprecationWarning", "`deprecationWarning` is only allowed for a deprecated version", "Set deprecated: true, or remove the warning.");
            }

            CheckColumns(version, problems);
            CheckScale(version, problems);
            if (version.Child("schema")?.Child("openAPIV3Schema") is { } schema)
            {
                new SchemaCheck(problems).Check(schema);
            }
            else if (!version.Has("schema") || version.Child("schema") is { } empty && !empty.Has("openAPIV3Schema"))
            {
                problems.AddMissing(version.Child("schema") ?? version, $"The version {Words.Quote(name ?? "")} has no `schema.openAPIV3Schema`", "Describe its objects; type: object with x-kubernetes-preserve-unknown-fields: true accepts everything.");
            }
        }
    }

    private static void CheckStorage(DefinitionPart spec, DefinitionPart[] versions, DefinitionProblems problems)
    {
        var stored = Array.FindAll(versions, v => v.IsTrue("storage"));
        if (stored.Length == 0)
        {
            spec.Node.TryGetEntry("versions", out var entry);
            problems.Add(entry.Key.Region, spec.PointerTo("versions"), "No version is the storage version", "Set storage: true in exactly one version.");
        }

        for (var i = 1; i < stored.Length; i++)
        {
            problems.AddValue(stored[i], "storage", $"More than one version is the storage version, the first is {Words.Quote(stored[0].Text("name") ?? "")}", "Set storage: true in exactly one version.");
        }
    }

    private static void CheckColumns(DefinitionPart version, DefinitionProblems problems)
    {
        foreach (var column in version.Items("additionalPrinterColumns"))
        {
            if (column.Text("type") is { Length: > 0 } type && !ColumnTypes.Contains(type, StringComparer.Ordinal))
            {
                problems.AddValue(column, "type", $"The type of a column must be {Words.Join(ColumnTypes, "or")}, but is {Words.Quote(type)}");
            }

            if (column.Text("jsonPath") is { Length: > 0 } path && path[0] is not ('.' or '['))
            {
                problems.AddValue(column, "jsonPath", $"A JSON path starts with a dot, but this one is {Words.Quote(path)}", $"Write .{path.TrimStart('$', '{', '.')}.");
            }
        }
    }

    private static void CheckScale(DefinitionPart version, DefinitionProblems problems)
    {
        if (version.Child("subresources")?.Child("scale") is not { } scale)
        {
            return;
        }

        CheckPath(scale, "specReplicasPath", [".spec."], problems);
        CheckPath(scale, "statusReplicasPath", [".status."], problems);
        CheckPath(scale, "labelSelectorPath", [".status.", ".spec."], problems);
    }

    private static void CheckPath(DefinitionPart scale, string key, string[] prefixes, DefinitionProblems problems)
    {
        if (scale.Text(key) is { Length: > 0 } path && !Array.Exists(prefixes, p => path.StartsWith(p, StringComparison.Ordinal)))
        {
            problems.AddValue(scale, key, $"`{key}` must be a path under {Words.Join([.. prefixes.Select(p => p.TrimEnd('.'))], "or")}, but is {Words.Quote(path)}");
        }
    }
}
