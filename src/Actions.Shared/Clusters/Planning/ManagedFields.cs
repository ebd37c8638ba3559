using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>
/// Works with <c>metadata.managedFields</c>: sets of fields as trees whose keys are <c>f:name</c>, <c>k:{…}</c> (an item of a list that is a map),
/// <c>v:…</c> (an item of a set), <c>i:0</c> (by position) and <c>.</c> (the thing itself).
/// </summary>
public static class ManagedFields
{
    private const string Itself = ".";

    private static readonly HashSet<string> ClientSide = new(StringComparer.Ordinal)
    {
        "kubectl-client-side-apply", "before-first-apply", "kubectl-create", "kubectl-replace",
    };

    /// <summary>Whether fields of this manager are ours to take: earlier tools wrote them from the same manifests, before server-side apply.</summary>
    public static bool IsClientSide(string manager) => ClientSide.Contains(manager);

    /// <summary>The fields that <paramref name="manager"/> applied; null when it applied none.</summary>
    public static JsonObject? AppliedBy(ClusterObject item, string manager) =>
        Entries(item).Where(e => IsApply(e) && IsMain(e) && JsonFields.Text(e, "manager") == manager).Select(Fields).FirstOrDefault();

    /// <summary>Whether <paramref name="manager"/> has applied the same fields to two versions of an object. Others, such as controllers, write between two looks.</summary>
    public static bool AreEqual(ClusterObject left, ClusterObject right, string manager) =>
        CanonicalJson.Write(AppliedBy(left, manager)) == CanonicalJson.Write(AppliedBy(right, manager));

    /// <summary>Whether earlier tools manage fields that are ours to take.</summary>
    public static bool HasClientSide(ClusterObject item) => Entries(item).Any(IsTakeable);

    /// <summary>
    /// The managers with what client-side tools own handed to <paramref name="manager"/>, so that a field which the manifest no longer has goes away;
    /// null when there is nothing to hand over.
    /// </summary>
    public static JsonArray? TakenOver(ClusterObject item, string manager)
    {
        var entries = Entries(item);
        var theirs = entries.Where(IsTakeable).ToArray();
        if (theirs.Length == 0)
        {
            return null;
        }

        var own = entries.FirstOrDefault(e => IsApply(e) && IsMain(e) && JsonFields.Text(e, "manager") == manager);
        var fields = theirs.Select(Fields).Aggregate(own is null ? [] : Fields(own), Union);
        var result = new JsonArray();
        var entry = (JsonObject)(own ?? theirs[^1]).DeepClone();
        entry["manager"] = manager;
        entry["operation"] = "Apply";
        entry["fieldsV1"] = fields;
        result.Add((JsonNode)entry);
        foreach (var other in entries)
        {
            if (other != own && !theirs.Contains(other))
            {
                result.Add(other.DeepClone());
            }
        }

        return result;
    }

    /// <summary>
    /// What an object will be once client-side tools' fields are taken over: the result of a dry run without the fields that only such tools own.
    /// </summary>
    /// <param name="live">The object as it is.</param>
    /// <param name="dryRun">The object after a dry run of our apply, its managers included.</param>
    public static ClusterObject WithoutAbandoned(ClusterObject live, ClusterObject dryRun)
    {
        var abandoned = Entries(live).Where(IsTakeable).Select(Fields).Aggregate(new JsonObject(), Union);
        if (abandoned.Count == 0)
        {
            return dryRun;
        }

        foreach (var entry in Entries(dryRun).Where(e => !IsTakeable(e)))
        {
            abandoned = Subtract(abandoned, Fields(entry));
        }

        var body = (JsonObject)dryRun.Body.DeepClone();
        Remove(body, abandoned);
        return new ClusterObject(body);
    }

    /// <summary>The fields of both.</summary>
    public static JsonObject Union(JsonObject left, JsonObject right)
    {
        var result = (JsonObject)left.DeepClone();
        foreach (var (key, value) in right)
        {
            result[key] = result[key] is JsonObject own && value is JsonObject other ? Union(own, other) : value?.DeepClone() ?? new JsonObject();
        }

        return result;
    }

    /// <summary>The fields of <paramref name="left"/> that are not in <paramref name="right"/>, nor inside or around one that is.</summary>
    public static JsonObject Subtract(JsonObject left, JsonObject right)
    {
        var result = new JsonObject();
        foreach (var (key, value) in left)
        {
            if (right[key] is not JsonObject other)
            {
                result[key] = value?.DeepClone() ?? new JsonObject();
            }
            else if (value is JsonObject { Count: > 0 } own && other.Count > 0 && Subtract(own, other) is { Count: > 0 } rest)
            {
                result[key] = rest;
            }
        }

        return result;
    }

    /// <summary>
    /// The part of an object that a set of fields names, with its identity: what an apply has to send so that these fields get these values.
    /// Fields that the object lacks are left out.
    /// </summary>
    public static ClusterObject Extract(ClusterObject item, JsonObject fields)
    {
        var body = ExtractMap(item.Body, fields);
        body["apiVersion"] = item.ApiVersion;
        body["kind"] = item.Kind;
        var metadata = JsonFields.Child(body, "metadata");
        metadata["name"] = item.Name;
        if (item.Namespace is { } name)
        {
            metadata["namespace"] = name;
        }

        return new ClusterObject(body);
    }

    private static JsonObject ExtractMap(JsonObject source, JsonObject fields)
    {
        var result = new JsonObject();
        foreach (var (key, inner) in fields)
        {
            if (key.StartsWith("f:", StringComparison.Ordinal) && source.TryGetPropertyValue(key[2..], out var value) && inner is JsonObject tree)
            {
                result[key[2..]] = ExtractValue(value, tree);
            }
        }

        return result;
    }

    private static JsonNode? ExtractValue(JsonNode? value, JsonObject fields)
    {
        var inner = fields.Where(p => p.Key != Itself).ToArray();
        if (inner.Length == 0)
        {
            // The thing itself of a map whose entries others own is an empty map; a leaf is the whole value.
            return fields.Count == 0 ? value?.DeepClone() : value is JsonObject ? new JsonObject() : value is JsonArray ? new JsonArray() : value?.DeepClone();
        }

        if (value is JsonObject map)
        {
            return ExtractMap(map, fields);
        }

        if (value is not JsonArray list)
        {
            return value?.DeepClone();
        }

        var result = new JsonArray();
        for (var i = 0; i < list.Count; i++)
        {
            foreach (var (key, tree) in inner)
            {
                if (Matches(key, list[i], i))
                {
                    result.Add(key.StartsWith("k:", StringComparison.Ordinal) && list[i] is JsonObject item ? WithKeys(ExtractMap(item, (JsonObject)tree!), key) : list[i]?.DeepClone());
                    break;
                }
            }
        }

        return result;
    }

    private static void Remove(JsonObject target, JsonObject fields)
    {
        foreach (var (key, inner) in fields)
        {
            if (!key.StartsWith("f:", StringComparison.Ordinal) || inner is not JsonObject tree)
            {
                continue;
            }

            var name = key[2..];
            if (tree.Count == 0)
            {
                target.Remove(name);
            }
            else if (target[name] is JsonObject map)
            {
                Remove(map, tree);
            }
            else if (target[name] is JsonArray list)
            {
                Remove(list, tree);
            }
        }
    }

    private static void Remove(JsonArray list, JsonObject fields)
    {
        for (var i = list.Count - 1; i >= 0; i--)
        {
            foreach (var (key, inner) in fields)
            {
                if (key == Itself || !Matches(key, list[i], i))
                {
                    continue;
                }

                if (inner is JsonObject { Count: > 0 } tree && !tree.ContainsKey(Itself) && list[i] is JsonObject item)
                {
                    Remove(item, tree);
                }
                else
                {
                    list.RemoveAt(i);
                }

                break;
            }
        }
    }

    private static bool Matches(string key, JsonNode? item, int index)
    {
        if (key.StartsWith("k:", StringComparison.Ordinal))
        {
            return item is JsonObject map && JsonNode.Parse(key[2..]) is JsonObject keys && keys.All(k => CanonicalJson.AreEqual(map[k.Key], k.Value) || IsDefault(map, k));
        }

        return key.StartsWith("v:", StringComparison.Ordinal) ? CanonicalJson.AreEqual(item, JsonNode.Parse(key[2..])) : key == $"i:{index}";

        static bool IsDefault(JsonObject map, KeyValuePair<string, JsonNode?> key) => map[key.Key] is null && key.Key == "protocol" && JsonFields.Text(key.Value) == "TCP";
    }

    private static JsonObject WithKeys(JsonObject item, string key)
    {
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(key[2..])!)
        {
            item[name] ??= value?.DeepClone();
        }

        return item;
    }

    private static JsonObject[] Entries(ClusterObject item) => item.Metadata?["managedFields"] is JsonArray entries ? [.. entries.OfType<JsonObject>()] : [];

    private static JsonObject Fields(JsonObject entry) => entry["fieldsV1"] as JsonObject ?? [];

    private static bool IsApply(JsonObject entry) => JsonFields.Text(entry, "operation") == "Apply";

    private static bool IsMain(JsonObject entry) => JsonFields.Text(entry, "subresource") is null or "";

    private static bool IsTakeable(JsonObject entry) => !IsApply(entry) && IsMain(entry) && IsClientSide(JsonFields.Text(entry, "manager") ?? "");
}
