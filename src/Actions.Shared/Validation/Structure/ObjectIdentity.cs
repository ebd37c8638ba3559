using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Structure;

/// <summary>What every Kubernetes object needs whatever its type: <c>apiVersion</c>, <c>kind</c> and a name.</summary>
public static class ObjectIdentity
{
    private static readonly string[] NamelessKinds =
        ["List", "DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions", "ListOptions", "GetOptions", "Status", "TokenRequest", "ExecCredential", "WatchEvent", "APIGroup", "APIVersions"];

    private static readonly string[] NamelessGroups =
        ["kustomize.config.k8s.io", "kubeadm.k8s.io", "audit.k8s.io", "kind.x-k8s.io", "authentication.k8s.io", "authorization.k8s.io", "admission.k8s.io"];

    /// <summary>Missing or unusable <c>apiVersion</c>, <c>kind</c> and <c>metadata.name</c> (or <c>generateName</c>) of <paramref name="document"/>; empty when all is there.</summary>
    public static IReadOnlyList<StructureProblem> Check(YamlMapping document)
    {
        List<StructureProblem>? problems = null;
        var apiVersion = CheckText(document, "apiVersion", StructureRules.MissingApiVersion, "for example apiVersion: apps/v1", ref problems);
        var kind = CheckText(document, "kind", StructureRules.MissingKind, "for example kind: Deployment", ref problems);
        if (apiVersion is not null && kind is not null && NeedsName(document, apiVersion, kind) && CheckName(document, kind) is { } problem)
        {
            (problems ??= []).Add(problem);
        }

        return problems is null ? [] : problems;
    }

    /// <summary>Whether objects of this kind are stored under a name; Lists, reviews and configuration files for programs are not.</summary>
    private static bool NeedsName(YamlMapping document, string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion[..slash];
        return !(kind.EndsWith("List", StringComparison.Ordinal) && document.TryGetValue("items", out _))
            && !NamelessKinds.Contains(kind)
            && !NamelessGroups.Contains(group)
            && !group.EndsWith(".config.k8s.io", StringComparison.Ordinal)
            && !(group == "apiextensions.k8s.io" && kind == "ConversionReview")
            && !(group == "" && kind == "Config");
    }

    private static StructureProblem? CheckName(YamlMapping document, string kind)
    {
        if (!document.TryGetEntry("metadata", out var metadata))
        {
            return new StructureProblem(StructureRules.MissingName, Start(document), "", $"{Words.Quote(kind)} lacks `metadata.name`.", "Add metadata with a name.");
        }

        if (metadata.Value is YamlMapping fields)
        {
            if (HasValue(fields, "name") || HasValue(fields, "generateName"))
            {
                return null;
            }
        }
        else if (metadata.Value is not YamlScalar { Type: YamlScalarType.Null })
        {
            // Of the wrong type altogether, which the schema says better.
            return null;
        }

        return new StructureProblem(StructureRules.MissingName, metadata.Key.Region, "/metadata", $"`metadata` of {kind} lacks `name`.", "Add name, or generateName to let the API server choose one.");
    }

    private static bool HasValue(YamlMapping mapping, string key) =>
        mapping.TryGetValue(key, out var value) && value is not YamlScalar { Type: YamlScalarType.Null } and not YamlScalar { Value: "" };

    private static string? CheckText(YamlMapping document, string key, RuleDescriptor rule, string example, ref List<StructureProblem>? problems)
    {
        if (!document.TryGetEntry(key, out var entry))
        {
            var similar = Similar(document, key);
            (problems ??= []).Add(similar is { } other
                ? new StructureProblem(rule, other.Key.Region, "", $"The object has {Words.Quote(other.Key.Value)}, but no `{key}`.", $"Write it as `{key}`: case matters.")
                : new StructureProblem(rule, Start(document), "", $"The object lacks `{key}`.", $"Add {key}, {example}."));
            return null;
        }

        if (entry.Value is YamlScalar { Type: YamlScalarType.String, Value.Length: > 0 } text)
        {
            return text.Value;
        }

        var region = entry.Value is YamlScalar { Value.Length: > 0 } ? entry.Value.Region : entry.Key.Region;
        var hint = entry.Value is YamlScalar { Type: not (YamlScalarType.Null or YamlScalarType.String) } scalar ? $"Quote it: \"{scalar.Value}\"." : $"Write text, {example}.";
        (problems ??= []).Add(new StructureProblem(rule, region, $"/{key}", $"`{key}` must be a string, but {Words.Reading(entry.Value)}.", hint));
        return null;
    }

    private static YamlEntry? Similar(YamlMapping document, string key)
    {
        foreach (var entry in document)
        {
            if (string.Equals(entry.Key.Value, key, StringComparison.OrdinalIgnoreCase))
            {
                return entry;
            }
        }

        return null;
    }

    private static TextRegion Start(YamlMapping document)
    {
        foreach (var entry in document)
        {
            if (!entry.IsMerged)
            {
                return entry.Key.Region;
            }
        }

        return document.Region;
    }
}
