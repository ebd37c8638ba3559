using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Api;

/// <summary>What one group serves in one version.</summary>
internal sealed class GroupVersionTypes(string group, string version)
{
    public string Group => group;

    public string Version => version;

    public List<ApiResource> Resources { get; } = [];

    public bool IsUnavailable { get; set; }
}

/// <summary>Reads the documents of discovery: the aggregated ones (since 1.26) and those per group and version.</summary>
internal static class DiscoveryDocuments
{
    /// <summary>Reads an <c>APIGroupDiscoveryList</c>, in which a group's preferred version comes first.</summary>
    public static void ReadAggregated(JsonObject list, List<GroupVersionTypes> into)
    {
        foreach (var group in Objects(list, "items"))
        {
            var name = Text(group["metadata"] as JsonObject, "name");
            foreach (var version in Objects(group, "versions"))
            {
                var types = new GroupVersionTypes(name, Text(version, "version")) { IsUnavailable = Text(version, "freshness") == "Stale" };
                foreach (var resource in Objects(version, "resources"))
                {
                    if (Text(resource["responseKind"] as JsonObject, "kind") is not { Length: > 0 } kind)
                        continue;
                    var subresources = new List<string>();
                    foreach (var subresource in Objects(resource, "subresources"))
                        subresources.Add(Text(subresource, "subresource"));
                    types.Resources.Add(
                        new ApiResource(name, types.Version, kind, Text(resource, "resource"), Text(resource, "scope") == "Namespaced", Texts(resource, "verbs"))
                        {
                            Subresources = subresources,
                            ShortNames = Texts(resource, "shortNames"),
                        });
                }

                into.Add(types);
            }
        }
    }

    /// <summary>Reads an <c>APIVersions</c> or an <c>APIGroupList</c>; a group's preferred version comes first.</summary>
    public static IEnumerable<GroupVersionTypes> ReadGroups(JsonObject document)
    {
        if (Text(document, "kind") == "APIVersions")
        {
            foreach (var version in Texts(document, "versions"))
                yield return new GroupVersionTypes("", version);
            yield break;
        }

        foreach (var group in Objects(document, "groups"))
        {
            var name = Text(group, "name");
            var preferred = Text(group["preferredVersion"] as JsonObject, "version");
            if (preferred.Length > 0)
                yield return new GroupVersionTypes(name, preferred);
            foreach (var version in Objects(group, "versions"))
            {
                if (Text(version, "version") is { Length: > 0 } other && other != preferred)
                    yield return new GroupVersionTypes(name, other);
            }
        }
    }

    /// <summary>Reads an <c>APIResourceList</c>.</summary>
    public static void ReadVersion(JsonObject document, GroupVersionTypes into)
    {
        var subresources = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var resource in Objects(document, "resources"))
        {
            var name = Text(resource, "name");
            if (name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
            {
                if (!subresources.TryGetValue(name[..slash], out var known))
                    subresources[name[..slash]] = known = [];
                known.Add(name[(slash + 1)..]);
            }
        }

        foreach (var resource in Objects(document, "resources"))
        {
            var name = Text(resource, "name");
            if (name.Contains('/', StringComparison.Ordinal))
                continue;
            into.Resources.Add(
                new ApiResource(into.Group, into.Version, Text(resource, "kind"), name, Flag(resource, "namespaced"), Texts(resource, "verbs"))
                {
                    Subresources = subresources.GetValueOrDefault(name) ?? [],
                    ShortNames = Texts(resource, "shortNames"),
                });
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonObject node, string key)
    {
        foreach (var item in node[key] as JsonArray ?? [])
        {
            if (item is JsonObject found)
                yield return found;
        }
    }

    private static string Text(JsonObject? node, string key) => node?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static bool Flag(JsonObject node, string key) => node[key] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static string[] Texts(JsonObject node, string key)
    {
        if (node[key] is not JsonArray array)
            return [];
        var texts = new List<string>(array.Count);
        foreach (var item in array)
        {
            if (item is JsonValue value && value.TryGetValue<string>(out var text))
                texts.Add(text);
        }

        return [.. texts];
    }
}
