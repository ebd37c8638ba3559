using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Schemas;

/// <summary>What a CustomResourceDefinition says about the objects that it defines.</summary>
public sealed record CustomResourceDefinition
{
    /// <summary>Where the definition stands.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The API group, for example <c>cert-manager.io</c>; empty when the definition does not say.</summary>
    public required string Group { get; init; }

    /// <summary>The kind of one object; empty when the definition does not say.</summary>
    public required string Kind { get; init; }

    /// <summary>The kind of a list of objects.</summary>
    public required string ListKind { get; init; }

    /// <summary>Whether the objects live in a namespace.</summary>
    public required bool IsNamespaced { get; init; }

    /// <summary>The versions with their schemas, in the order of the file; those that could not be read are missing.</summary>
    public required IReadOnlyList<CustomResourceVersion> Versions { get; init; }

    /// <summary>What could not be understood, in the order of the file; empty for a good definition.</summary>
    public required IReadOnlyList<SchemaProblem> Problems { get; init; }
}

/// <summary>One version of a custom resource.</summary>
/// <param name="Name">For example <c>v1beta1</c>.</param>
/// <param name="IsServed">Whether the API server accepts objects of this version.</param>
/// <param name="DeprecationWarning">What the API server warns of when the version is used; null when it is not deprecated.</param>
/// <param name="Schema">The schema of an object, with <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</param>
public sealed record CustomResourceVersion(string Name, bool IsServed, string? DeprecationWarning, Schema Schema);
