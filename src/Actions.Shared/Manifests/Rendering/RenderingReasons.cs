namespace Actions.Shared.Manifests.Rendering;

/// <summary>Why a file or a tree is not checked as it stands; the keys under which reports count it.</summary>
public static class RenderingReasons
{
    /// <summary>A kustomization file: an instruction to kustomize, not an object of the cluster.</summary>
    public const string Kustomization = "kustomization";

    /// <summary>A patch: part of an object, whole only after kustomize has applied it.</summary>
    public const string KustomizePatch = "kustomize-patch";

    /// <summary>Configuration of a kustomize transformer, generator, validator or replacement.</summary>
    public const string KustomizeConfig = "kustomize-config";

    /// <summary>Content for a generated ConfigMap or Secret.</summary>
    public const string KustomizeGeneratorInput = "kustomize-generator-input";

    /// <summary>A component that nothing in the scanned tree uses: it cannot be rendered alone.</summary>
    public const string KustomizeComponent = "kustomize-component";

    /// <summary>A kustomization that needs something from the network, which rendering never uses.</summary>
    public const string KustomizeRemote = "kustomize-remote";

    /// <summary>A kustomization with Helm charts, which are off or which the programs at hand cannot inflate.</summary>
    public const string KustomizeHelm = "kustomize-helm";

    /// <summary>A kustomization with a plugin or function, which rendering never runs.</summary>
    public const string KustomizePlugin = "kustomize-plugin";

    /// <summary>A kustomization, but neither <c>kustomize</c> nor <c>kubectl</c> is installed.</summary>
    public const string KustomizeToolMissing = "kustomize-tool-missing";

    /// <summary>A file under <c>templates/</c> of a Helm chart.</summary>
    public const string HelmTemplate = "helm-template";

    /// <summary>A Helm chart's description.</summary>
    public const string HelmChart = "helm-chart";

    /// <summary>Values of a Helm chart.</summary>
    public const string HelmValues = "helm-values";

    /// <summary>A library chart: it has nothing to install.</summary>
    public const string HelmLibrary = "helm-library";

    /// <summary>A Helm chart, but <c>helm</c> is not installed.</summary>
    public const string HelmToolMissing = "helm-tool-missing";
}
