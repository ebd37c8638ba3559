namespace Actions.Shared.Manifests.Rendering;

/// <summary>What is rendered before it is checked.</summary>
public sealed record RenderingOptions
{
    /// <summary>Whether kustomizations are rendered. The default is true.</summary>
    public bool Kustomize { get; init; } = true;

    /// <summary>Whether Helm charts are rendered, and Helm charts inside kustomizations. The default is false.</summary>
    public bool Helm { get; init; }

    /// <summary>
    /// The Kubernetes version that charts are told to render for, for example <c>1.36</c>; null for the Helm program's own default,
    /// which is the default.
    /// </summary>
    public string? KubernetesVersion { get; init; }
}
