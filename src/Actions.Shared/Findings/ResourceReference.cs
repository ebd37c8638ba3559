namespace Actions.Shared.Findings;

/// <summary>Which Kubernetes object a finding is about.</summary>
/// <param name="ApiVersion"><c>apiVersion</c> as written, for example <c>apps/v1</c>; empty if missing.</param>
/// <param name="Kind"><c>kind</c> as written; empty if missing.</param>
/// <param name="Namespace"><c>metadata.namespace</c>; null if not given.</param>
/// <param name="Name"><c>metadata.name</c>, or <c>metadata.generateName</c> followed by <c>*</c>; null if not given.</param>
public sealed record ResourceReference(string ApiVersion, string Kind, string? Namespace, string? Name)
{
    /// <summary><c>Kind namespace/name</c>, without the parts that are not given.</summary>
    public override string ToString() => (Namespace, Name) switch
    {
        (null, null) => Kind,
        (null, _) => $"{Kind} {Name}".TrimStart(),
        (_, null) => $"{Kind} {Namespace}/?".TrimStart(),
        _ => $"{Kind} {Namespace}/{Name}".TrimStart(),
    };
}
