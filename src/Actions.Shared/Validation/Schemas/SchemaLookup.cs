using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Schemas;

/// <summary>Where a schema came from.</summary>
public enum SchemaSourceKind
{
    /// <summary>The models of a Kubernetes release, part of the program.</summary>
    KubernetesRelease,

    /// <summary>The custom resources of a well-known project, part of the program.</summary>
    CustomResourcePack,

    /// <summary>A CustomResourceDefinition in the scanned tree.</summary>
    Definition,

    /// <summary>A configured schema location.</summary>
    Location,
}

/// <summary>Where a schema came from, for reports.</summary>
/// <param name="Kind">What sort of source it is.</param>
/// <param name="Name">Its name: <c>Kubernetes 1.36</c>, <c>cert-manager v1.19.1</c>, the name of the definition, or the path or URL of the file.</param>
/// <param name="Location">The place of the CustomResourceDefinition in the scanned tree; otherwise null.</param>
public sealed record SchemaSource(SchemaSourceKind Kind, string Name, SourceLocation? Location = null);

/// <summary>The answer to "what may an object of this kind hold?".</summary>
public sealed record SchemaLookup
{
    /// <summary>The schema, the same instance for all versions in which it is the same; null when there is none.</summary>
    public Schema? Schema { get; init; }

    /// <summary>Where <see cref="Schema"/> came from; null when there is none.</summary>
    public SchemaSource? Source { get; init; }

    /// <summary>Why there is no schema, one sentence without a full stop; empty when there is one.</summary>
    public string Problem { get; init; } = "";

    /// <summary>What was probably meant, one sentence; null when nothing comes near.</summary>
    public string? Hint { get; init; }

    /// <summary>Whether a location could not be asked (network, server error), so that the answer is not certain.</summary>
    public bool IsUncertain { get; init; }
}
