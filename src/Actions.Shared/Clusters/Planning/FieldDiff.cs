using System.Globalization;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>What became of a field.</summary>
public enum FieldChangeKind
{
    /// <summary>It was not there.</summary>
    Added,

    /// <summary>It is there no longer.</summary>
    Removed,

    /// <summary>It has another value.</summary>
    Changed,

    /// <summary>A list has the same items in another order.</summary>
    Reordered,
}

/// <summary>A difference in one field.</summary>
/// <param name="Field">The field as Kubernetes writes it, for example <c>spec.template.spec.containers[name="web"].image</c>.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Before">The value before; null when there was none, or when it is secret.</param>
/// <param name="After">The value after; null when there is none, or when it is secret.</param>
public sealed record FieldChange(string Field, FieldChangeKind Kind, JsonNode? Before, JsonNode? After)
{
    /// <summary>Whether the value belongs to a Secret, so that neither value is here.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The values of a secret field before and after, for the digest only; never printed.</summary>
    internal (JsonNode? Before, JsonNode? After) Sealed { get; init; }
}

/// <summary>Tells what differs between two versions of an object, field by field.</summary>
public static class FieldDiff
{
    /// <summary>The annotation in which client-side apply keeps a copy of the whole object, secrets included.</summary>
    internal const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private static readonly HashSet<string> ServerMetadata = new(StringComparer.Ordinal)
    {
        "managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink",
    };

    private static readonly HashSet<string> ServerAnnotations = new(StringComparer.Ordinal)
    {
        LastApplied, "deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation",
    };

    /// <summary>
    /// The differences in order of field. What only a server writes (status, managedFields, resourceVersion, …) is left out, items of lists that are
    /// maps are compared by their keys, and values of Secrets are withheld.
    /// </summary>
    /// <param name="before">The earlier version; null for none.</param>
    /// <param name="after">The later version; null for none.</param>
    public static IReadOnlyList<FieldChange> Between(ClusterObject? before, ClusterObject? after)
    {
        var changes = new List<FieldChange>();
        var isSecret = (after ?? before)?.Kind == "Secret" && (after ?? before)?.Group == "";
        Compare("", "", before?.Body, after?.Body, isSecret, changes);
        changes.Sort((a, b) => string.CompareOrdinal(a.Field, b.Field));
        return changes;
    }

    private static void Compare(string path, string field, JsonNode? before, JsonNode? after, bool isSecret, List<FieldChange> changes)
    {
        switch (before, after)
        {
            case (JsonObject left, JsonObject right):
                foreach (var key in left.Select(p => p.Key).Union(right.Select(p => p.Key), StringComparer.Ordinal))
                {
                    if (!IsServers(path, key))
                    {
                        Compare(path.Length == 0 ? key : $"{path}.{key}", key, left[key], right[key], isSecret, changes);
                    }
                }

                break;
            case (null, JsonObject right) when path.Length == 0 || IsTransparent(path):
                Compare(path, field, new JsonObject(), right, isSecret, changes);
                break;
            case (JsonObject left, null) when path.Length == 0 || IsTransparent(path):
                Compare(path, field, left, new JsonObject(), isSecret, changes);
                break;
            case (JsonArray left, JsonArray right):
                CompareLists(path, field, left, right, isSecret, changes);
                break;
            default:
                if (!CanonicalJson.AreEqual(before, after))
                {
                    Add(path, before, after, isSecret, changes);
                }

                break;
        }
    }

    private static void CompareLists(string path, string field, JsonArray before, JsonArray after, bool isSecret, List<FieldChange> changes)
    {
        if (CanonicalJson.AreEqual(before, after))
        {
            return;
        }

        if (ListKeys.Of(field, before) is { } left && ListKeys.Of(field, after) is { } right && SameForm(left, right))
        {
            foreach (var key in left.Union(right, StringComparer.Ordinal))
            {
                Compare(path + key, "", Item(before, left, key), Item(after, right, key), isSecret, changes);
            }

            var common = left.Intersect(right, StringComparer.Ordinal);
            if (!common.SequenceEqual(right.Intersect(left, StringComparer.Ordinal), StringComparer.Ordinal))
            {
                changes.Add(new FieldChange(path, FieldChangeKind.Reordered, Names(left), Names(right)));
            }

            return;
        }

        if (before.Concat(after).All(i => i is JsonObject) && before.Count > 0 && after.Count > 0)
        {
            for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
            {
                Compare(
                    string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), "",
                    i < before.Count ? before[i] : null, i < after.Count ? after[i] : null, isSecret, changes);
            }

            return;
        }

        Add(path, before, after, isSecret, changes);
    }

    // A list may be a map by one key before and by another after; then its items cannot be matched.
    private static bool SameForm(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        left.Count == 0 || right.Count == 0 || left[0].AsSpan(0, left[0].IndexOf('=', StringComparison.Ordinal)).SequenceEqual(right[0].AsSpan(0, right[0].IndexOf('=', StringComparison.Ordinal)));

    private static JsonNode? Item(JsonArray list, IReadOnlyList<string> keys, string key)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] == key)
            {
                return list[i];
            }
        }

        return null;
    }

    private static JsonArray Names(IReadOnlyList<string> keys)
    {
        var names = new JsonArray();
        foreach (var key in keys)
        {
            names.Add((JsonNode?)JsonValue.Create(key));
        }

        return names;
    }

    private static bool IsServers(string path, string key) => path switch
    {
        "" => key is "status",
        "metadata" => ServerMetadata.Contains(key),
        "metadata.annotations" => ServerAnnotations.Contains(key),
        _ => false,
    };

    // Of these every entry is a change of its own, also when the first one comes or the last one goes.
    private static bool IsTransparent(string path) =>
        path is "metadata" or "metadata.labels" or "metadata.annotations" or "data" or "stringData" or "binaryData";

    private static void Add(string path, JsonNode? before, JsonNode? after, bool isSecret, List<FieldChange> changes)
    {
        var kind = before is null ? FieldChangeKind.Added : after is null ? FieldChangeKind.Removed : FieldChangeKind.Changed;
        var withheld = isSecret && (path.StartsWith("data", StringComparison.Ordinal) || path.StartsWith("stringData", StringComparison.Ordinal));
        changes.Add(withheld
            ? new FieldChange(path, kind, null, null) { IsSecret = true, Sealed = (before, after) }
            : new FieldChange(path, kind, before, after));
    }
}
