using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters;

/// <summary>
/// An object as a cluster gives it or is asked for it: its JSON, read without a model of its kind. Treat <see cref="Body"/> as immutable; to change it,
/// clone it first.
/// </summary>
/// <param name="Body">The whole object.</param>
public sealed record ClusterObject(JsonObject Body)
{
    /// <summary><c>apiVersion</c>, for example <c>apps/v1</c>; empty if missing.</summary>
    public string ApiVersion => Text(Body, "apiVersion") ?? "";

    /// <summary><c>kind</c>; empty if missing.</summary>
    public string Kind => Text(Body, "kind") ?? "";

    /// <summary>API group; empty for the core group.</summary>
    public string Group => ApiVersion.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? ApiVersion[..slash] : "";

    /// <summary><c>metadata</c>; null if missing.</summary>
    public JsonObject? Metadata => Body["metadata"] as JsonObject;

    /// <summary><c>spec</c>; null if missing.</summary>
    public JsonObject? Spec => Body["spec"] as JsonObject;

    /// <summary><c>status</c>; null if missing.</summary>
    public JsonObject? Status => Body["status"] as JsonObject;

    /// <summary><c>metadata.name</c>; empty if missing.</summary>
    public string Name => Text(Metadata, "name") ?? "";

    /// <summary><c>metadata.namespace</c>; null for objects outside of namespaces.</summary>
    public string? Namespace => Text(Metadata, "namespace");

    /// <summary><c>metadata.uid</c>; null for an object that no server has seen.</summary>
    public string? Uid => Text(Metadata, "uid");

    /// <summary><c>metadata.resourceVersion</c>; null for an object that no server has seen.</summary>
    public string? ResourceVersion => Text(Metadata, "resourceVersion");

    /// <summary><c>metadata.generation</c>; null if the kind has none.</summary>
    public long? Generation => Metadata?["generation"] is JsonValue value && value.TryGetValue<long>(out var generation) ? generation : null;

    /// <inheritdoc />
    public override string ToString() => Namespace is { } ns ? $"{Kind} {ns}/{Name}" : $"{Kind} {Name}";

    private static string? Text(JsonObject? node, string key) => node?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
