namespace Actions.Shared.Manifests;

/// <summary>Bounds on what is read, so that a hostile or mistaken file costs neither memory nor time. Breaking one is an <see cref="ActionException"/>.</summary>
public sealed record ManifestLimits
{
    /// <summary>The documented defaults.</summary>
    public static ManifestLimits Default { get; } = new();

    /// <summary>Largest file, in bytes. The default is 64 MiB: forty times what etcd takes as one request, enough for a whole rendered platform.</summary>
    public long MaxFileBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Deepest nesting of mappings and sequences, aliases followed. The default is 200: Go's decoder stops at 10,000, but the deepest
    /// object that Kubernetes serves (a CustomResourceDefinition's schema) stays below 100, and a reader may recurse over 200 levels safely.
    /// </summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>Most nodes that aliases may add to one file when they are followed. The default is 1,000,000.</summary>
    public int MaxAliasNodes { get; init; } = 1_000_000;

    /// <summary>Most documents in one file, empty ones included. The default is 100,000.</summary>
    public int MaxDocuments { get; init; } = 100_000;

    /// <summary>Most files found by one discovery. The default is 200,000.</summary>
    public int MaxFiles { get; init; } = 200_000;
}
