using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>What is done about a field that somebody else manages.</summary>
public enum ConflictDecision
{
    /// <summary>Somebody has to decide; nothing is applied.</summary>
    Unresolved,

    /// <summary>The other keeps the field: an autoscaler or a controller that is meant to set it.</summary>
    Yield,

    /// <summary>The field becomes ours: an earlier tool wrote it from the same manifests.</summary>
    TakeOver,

    /// <summary>The field becomes ours because <c>force-conflicts</c> says so.</summary>
    Force,
}

/// <summary>A field that the manifest sets and somebody else manages.</summary>
/// <param name="Field">The field as Kubernetes writes it, for example <c>spec.replicas</c>.</param>
/// <param name="Manager">Who manages it.</param>
/// <param name="Live">Its value in the cluster, as JSON; <c>***</c> in a Secret, empty when it cannot be told.</param>
/// <param name="Ours">The value of the manifest, likewise.</param>
/// <param name="Decision">What is done about it.</param>
public sealed record FieldConflict(string Field, string Manager, string Live, string Ours, ConflictDecision Decision);

/// <summary>Decides conflicts about fields.</summary>
public static class ConflictPolicy
{
    private static readonly string[] ReplicaOwners = ["kube-controller-manager", "horizontal-pod-autoscaler", "keda", "argo-rollouts", "rollouts-controller", "flagger"];

    /// <summary>Decides about one field.</summary>
    /// <param name="key">The object.</param>
    /// <param name="field">The field, without a dot in front.</param>
    /// <param name="manager">Who manages it.</param>
    /// <param name="forced">What <c>force-conflicts</c> lists.</param>
    public static ConflictDecision Decide(ObjectKey key, string field, string manager, IReadOnlyList<ForcedField> forced)
    {
        if (forced.Any(f => f.Matches(key, field)))
        {
            return ConflictDecision.Force;
        }

        if (ManagedFields.IsClientSide(manager))
        {
            return ConflictDecision.TakeOver;
        }

        return IsAutoscaled(field, manager) || IsInjectedAuthority(field, manager) ? ConflictDecision.Yield : ConflictDecision.Unresolved;
    }

    /// <summary>The object without the fields that others keep.</summary>
    /// <param name="item">The object as the manifest wants it.</param>
    /// <param name="fields">The fields, as Kubernetes writes them.</param>
    public static ClusterObject Without(ClusterObject item, IReadOnlySet<string> fields)
    {
        if (fields.Count == 0)
        {
            return item;
        }

        var body = (JsonObject)item.Body.DeepClone();
        Visit(body, (parent, key, path) =>
        {
            if (fields.Contains(path))
            {
                parent.Remove(key);
            }
        });
        return new ClusterObject(body);
    }

    /// <summary>The value of a field as JSON; null when the object lacks it.</summary>
    /// <param name="item">The object.</param>
    /// <param name="field">The field, as Kubernetes writes it.</param>
    internal static JsonNode? Value(ClusterObject item, string field) => Find(item.Body, field)?.Value;

    /// <summary>JSON pointer to a field; that of its nearest parent when the object lacks it.</summary>
    /// <param name="item">The object.</param>
    /// <param name="field">The field, as Kubernetes writes it.</param>
    public static string Pointer(ClusterObject item, string field)
    {
        var best = "";
        var bestLength = 0;
        Walk(item.Body, "", "", (path, pointer, _) =>
        {
            if (path.Length > bestLength && field.StartsWith(path, StringComparison.Ordinal) && (field.Length == path.Length || field[path.Length] is '.' or '['))
            {
                (best, bestLength) = (pointer, path.Length);
            }
        });
        return best;
    }

    private static (JsonNode? Value, string Pointer)? Find(JsonObject body, string field)
    {
        (JsonNode?, string)? found = null;
        Walk(body, "", "", (path, pointer, value) =>
        {
            if (path == field)
            {
                found ??= (value, pointer);
            }
        });
        return found;
    }

    private static void Visit(JsonObject body, Action<JsonObject, string, string> see)
    {
        var places = new List<(JsonObject Parent, string Key, string Path)>();
        Walk(body, "", "", (path, _, value) =>
        {
            if (value?.Parent is JsonObject parent)
            {
                places.Add((parent, value.GetPropertyName(), path));
            }
        });
        foreach (var (parent, key, path) in places)
        {
            see(parent, key, path);
        }
    }

    private static void Walk(JsonNode? node, string path, string pointer, Action<string, string, JsonNode?> see, string field = "")
    {
        if (path.Length > 0)
        {
            see(path, pointer, node);
        }

        if (node is JsonObject map)
        {
            foreach (var (key, value) in map)
            {
                Walk(value, path.Length == 0 ? key : $"{path}.{key}", $"{pointer}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", see, key);
            }
        }
        else if (node is JsonArray list)
        {
            var keys = ListKeys.Of(field, list);
            for (var i = 0; i < list.Count; i++)
            {
                Walk(list[i], path + (keys is null ? $"[{i}]" : keys[i]), $"{pointer}/{i}", see);
            }
        }
    }

    private static bool IsAutoscaled(string field, string manager) =>
        (field == "spec.replicas" && ReplicaOwners.Any(o => manager.StartsWith(o, StringComparison.Ordinal)))
        || (manager.StartsWith("vpa-", StringComparison.Ordinal) && field.Contains(".resources", StringComparison.Ordinal));

    private static bool IsInjectedAuthority(string field, string manager) =>
        field.EndsWith("caBundle", StringComparison.Ordinal)
        && (manager.Contains("cainjector", StringComparison.Ordinal) || manager.StartsWith("cert-manager", StringComparison.Ordinal));
}

/// <summary>A field that is taken from whoever manages it.</summary>
/// <param name="Kind">Kind of the objects; null for any.</param>
/// <param name="Name">Name of the object; null for any.</param>
/// <param name="Field">The field and everything below it, as Kubernetes writes it; <c>*</c> for all.</param>
public sealed record ForcedField(string? Kind, string? Name, string Field)
{
    /// <summary>Reads <c>field</c>, <c>Kind:field</c> or <c>Kind/name:field</c>.</summary>
    /// <exception cref="FormatException">It is none of these; the message says what to write.</exception>
    public static ForcedField Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (colon >= 0 && bracket >= 0 && bracket < colon)
        {
            colon = -1;
        }

        var field = text[(colon + 1)..].Trim().TrimStart('.');
        var parts = colon < 0 ? [] : text[..colon].Trim().Split('/');
        return field.Length == 0 || parts.Length > 2 || parts.Any(p => p.Length == 0)
            ? throw new FormatException("Write spec.replicas, Deployment:spec.replicas or Deployment/web:spec.replicas; * stands for every field.")
            : new ForcedField(parts.Length > 0 ? parts[0] : null, parts.Length > 1 ? parts[1] : null, field);
    }

    /// <summary>Whether it means <paramref name="field"/> of the object.</summary>
    public bool Matches(ObjectKey key, string field) =>
        (Kind is null || Kind == key.Kind) && (Name is null || Name == key.Name)
        && (Field == "*" || field == Field || (field.StartsWith(Field, StringComparison.Ordinal) && (field[Field.Length] == '.' || field[Field.Length] == '[')));
}
