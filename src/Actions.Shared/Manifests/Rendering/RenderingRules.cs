using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>The rules about rendering itself.</summary>
public static class RenderingRules
{
    /// <summary>A kustomization must build.</summary>
    public static RuleDescriptor KustomizeBuild { get; } = new(
        "kustomize-build",
        Severity.Error,
        "A kustomization must build.",
        "Nothing of a tree that kustomize refuses to build can be applied: not by kubectl, and not by Flux or Argo CD, "
            + "which then keep the last state that did build without saying so where it is noticed.",
        "Correct the entry that kustomize names.");

    /// <summary>A Helm chart must render.</summary>
    public static RuleDescriptor HelmRender { get; } = new(
        "helm-render",
        Severity.Error,
        "A Helm chart must render with its own values, or with each file of values under ci/.",
        "A chart that does not render cannot be installed or upgraded. Charts that need values which only their users can give "
            + "carry files ci/*-values.yaml with examples of them, so that they can be checked.",
        "Correct the template that Helm names, or give the values that it needs in ci/default-values.yaml.");

    /// <summary>All of them, in ordinal order of their identifiers.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } = [HelmRender, KustomizeBuild];
}
