using Actions.Shared.Findings;

namespace Actions.Shared.Validation;

/// <summary>Rules about whether an object's kind is served, wanted and known.</summary>
public static class ValidationRules
{
    /// <summary><c>api-removed</c></summary>
    public static RuleDescriptor ApiRemoved { get; } = new(
        "api-removed",
        Severity.Error,
        "An object must use an API version that the target Kubernetes versions serve.",
        "Kubernetes removes old API versions. The API server of such a version answers `no matches for kind`, and the deployment fails.",
        "Use the API version that replaces it.")
    {
        Aliases = ["pluto:removed", "kube-score:stable-version", "kube-linter:no-extensions-v1beta"],
    };

    /// <summary><c>api-deprecated</c></summary>
    public static RuleDescriptor ApiDeprecated { get; } = new(
        "api-deprecated",
        Severity.Warning,
        "An object should use an API version that is not about to be removed.",
        "A deprecated API version still works, and stops working in a later release of Kubernetes that is already planned or only decided in principle.",
        "Use the API version that replaces it.")
    {
        Aliases = ["pluto:deprecated", "kube-score:stable-version"],
    };

    /// <summary><c>schema-not-found</c></summary>
    public static RuleDescriptor SchemaNotFound { get; } = new(
        "schema-not-found",
        Severity.Warning,
        "The kind of an object must be known, or it cannot be checked.",
        "A kind of Kubernetes itself that is not known does not exist in that version. A custom resource needs its CustomResourceDefinition in the scanned "
        + "tree, or a schema location.",
        "Correct `kind` and `apiVersion`, scan the folder with the CustomResourceDefinition too, or name a schema location.")
    {
        Aliases = ["kubeconform:could not find schema"],
    };

    /// <summary><c>kind-rejected</c></summary>
    public static RuleDescriptor KindRejected { get; } = new(
        "kind-rejected",
        Severity.Error,
        "Objects of a kind that was ruled out must not occur.",
        "The configuration of this run lists the kind under `reject`.",
        "Remove the object, or take its kind off the list.")
    {
        Aliases = ["kubeconform:prohibited resource kind", "kube-linter:disallowed-api-obj"],
    };

    /// <summary><c>crd-definition</c></summary>
    public static RuleDescriptor CrdDefinition { get; } = new(
        "crd-definition",
        Severity.Error,
        "A CustomResourceDefinition must be one that the API server accepts: consistent names, one storage version, structural schemas, rules that compile.",
        "The API server refuses definitions whose schemas are not structural: every field needs a type, alternatives may only restrict what is declared around "
        + "them, and keys of lists, defaults, patterns and rules must hold up. Without its definition no object of the kind can be created.",
        "Correct the definition where the message points.");

    /// <summary>All of them, in ordinal order of their ids.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } = [ApiDeprecated, ApiRemoved, CrdDefinition, KindRejected, SchemaNotFound];
}
