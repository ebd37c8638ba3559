using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>One Kubernetes object in a file; possibly a broken one, for example without a kind.</summary>
/// <param name="Document">The document that it stands in.</param>
/// <param name="Body">The object itself; an item of a List has its own place.</param>
/// <param name="Reference">Its identity, as far as it is given.</param>
public sealed record KubernetesResource(YamlDocument Document, YamlMapping Body, ResourceReference Reference)
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group => Reference.ApiVersion.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? Reference.ApiVersion[..slash] : "";

    /// <summary>Version in the group, for example <c>v1</c>; empty if missing.</summary>
    public string Version => Reference.ApiVersion[(Reference.ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Kind; empty if missing.</summary>
    public string Kind => Reference.Kind;

    /// <summary>Where the object stands.</summary>
    public TextRegion Region => Body.Region;

    /// <summary>JSON pointer from the document to the object, for example <c>/items/3</c>; empty for the document itself.</summary>
    public string Pointer { get; init; } = "";

    /// <summary>Whether SOPS encrypted values of it: it has a <c>sops</c> field, and <c>ENC[…]</c> stands for values of any type.</summary>
    public bool IsEncrypted { get; init; }
}

/// <summary>What a document is.</summary>
public enum DocumentKind
{
    /// <summary>Blank, comments or null.</summary>
    Empty,

    /// <summary>Not well-formed; its problems say why.</summary>
    Broken,

    /// <summary>One or more Kubernetes objects, complete or not.</summary>
    Kubernetes,

    /// <summary>A kustomization file.</summary>
    Kustomization,

    /// <summary>A Helm, Go, Jinja or ERB template that must be rendered first.</summary>
    Template,

    /// <summary>A file of a Helm chart: its description, values or templates.</summary>
    HelmChart,

    /// <summary>YAML of something else.</summary>
    NotKubernetes,
}

/// <summary>Why a file or document was passed over: the reasons of <see cref="SkippedItem"/> that reading gives.</summary>
public static class SkipReasons
{
    /// <summary>The file has no content.</summary>
    public const string Empty = "empty";

    /// <summary>An unrendered template.</summary>
    public const string Template = "template";

    /// <summary><c>Chart.yaml</c> of a Helm chart.</summary>
    public const string HelmChart = "helm-chart";

    /// <summary>Values of a Helm chart.</summary>
    public const string HelmValues = "helm-values";

    /// <summary>A template of a Helm chart.</summary>
    public const string HelmTemplate = "helm-template";

    /// <summary>A kustomization file, which is rendered and not validated itself.</summary>
    public const string Kustomization = "kustomization";

    /// <summary>YAML or JSON that is no Kubernetes object.</summary>
    public const string NotKubernetes = "not-kubernetes";

    /// <summary>A List without items.</summary>
    public const string EmptyList = "empty-list";

    /// <summary>Excluded by ignore-paths.</summary>
    public const string Ignored = "ignored";

    /// <summary>A directory that is never entered, for example <c>.git</c>.</summary>
    public const string Directory = "excluded-directory";

    /// <summary>A symbolic link whose target does not exist.</summary>
    public const string BrokenLink = "broken-link";
}

/// <summary>A document and what it is.</summary>
/// <param name="Document">The document.</param>
/// <param name="Kind">What it is.</param>
/// <param name="SkipReason">Why it is not validated, one of <see cref="SkipReasons"/>; null if it is.</param>
/// <param name="Detail">One sentence for a person; may be empty.</param>
/// <param name="Resources">The objects in it, Lists expanded.</param>
public sealed record ClassifiedDocument(
    YamlDocument Document, DocumentKind Kind, string? SkipReason, string Detail, IReadOnlyList<KubernetesResource> Resources);

/// <summary>What is in a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Documents">Its documents and what they are.</param>
/// <param name="Resources">Its Kubernetes objects in order, Lists expanded.</param>
/// <param name="Skipped">What is not validated, and why; a template is named once for the file, however many documents it spans.</param>
/// <param name="Problems">What is wrong as YAML; without the problems that only come from reading a template or foreign YAML as a manifest.</param>
public sealed record ManifestContents(
    ManifestFile File,
    IReadOnlyList<ClassifiedDocument> Documents,
    IReadOnlyList<KubernetesResource> Resources,
    IReadOnlyList<SkippedItem> Skipped,
    IReadOnlyList<YamlProblem> Problems);
