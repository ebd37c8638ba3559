using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation;

/// <summary>What becomes of an object whose kind has no schema.</summary>
public enum MissingSchemas
{
    /// <summary>It is an error.</summary>
    Error,

    /// <summary>It is a warning, and the object counts as skipped.</summary>
    Warn,

    /// <summary>The object counts as skipped.</summary>
    Ignore,
}

/// <summary>What objects are checked against.</summary>
public sealed record ValidationSettings
{
    /// <summary>The target versions, ascending and distinct.</summary>
    public required IReadOnlyList<KubernetesVersion> Versions { get; init; }

    /// <summary>Whether a field that the schema does not know is an error. The default is true.</summary>
    public bool Strict { get; init; } = true;

    /// <summary>What becomes of objects without a schema. The default is <see cref="MissingSchemas.Warn"/>.</summary>
    public MissingSchemas MissingSchemas { get; init; } = MissingSchemas.Warn;

    /// <summary>Kinds that are not checked; empty by default. Skipping wins over rejecting.</summary>
    public IReadOnlyList<KindPattern> Skip { get; init; } = [];

    /// <summary>Kinds that must not occur; empty by default.</summary>
    public IReadOnlyList<KindPattern> Reject { get; init; } = [];
}
