using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Apply;

/// <summary>How objects are compared with a cluster and applied to it.</summary>
public sealed record ApplySettings
{
    /// <summary>Who owns the fields that are applied. The default is <c>deploy-k8s</c>.</summary>
    public string FieldManager { get; init; } = "deploy-k8s";

    /// <summary>Id of the ApplySet that every object is labelled with.</summary>
    public required string SetId { get; init; }

    /// <summary>Fields that are taken from whoever manages them; none by default.</summary>
    public IReadOnlyList<ForcedField> Forced { get; init; } = [];

    /// <summary>Kinds whose objects are deleted and made again when a field cannot be changed. The default is <c>Job</c>.</summary>
    public IReadOnlyList<string> Recreated { get; init; } = ["Job"];

    /// <summary>
    /// Whether a dry run is spared where it cannot tell anything that matters (ADR 13). The default is false: every object is sent as a dry run.
    /// </summary>
    public bool SparesDryRuns { get; init; }

    /// <summary>Most requests at a time. The default is 16.</summary>
    public int Parallelism { get; init; } = 16;
}
