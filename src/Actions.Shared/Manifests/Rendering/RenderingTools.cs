using Actions.Shared.Processes;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>The programs that render. Full paths; null for one that is not installed.</summary>
/// <param name="Kustomize">The standalone <c>kustomize</c>.</param>
/// <param name="Kubectl"><c>kubectl</c>, which has kustomize built in; used when there is no <paramref name="Kustomize"/>.</param>
/// <param name="Helm"><c>helm</c>, version 3 or 4.</param>
public sealed record RenderingTools(string? Kustomize, string? Kubectl, string? Helm)
{
    /// <summary>Looks for them on <c>PATH</c>.</summary>
    public static RenderingTools Find(ProcessRunner processes) =>
        new(processes.FindOnPath("kustomize"), processes.FindOnPath("kubectl"), processes.FindOnPath("helm"));
}
