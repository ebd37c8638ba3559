using Actions.Shared.Findings;

namespace Actions.AccountReview.Upgrades;

/// <summary>What stands in the way of an upgrade.</summary>
/// <param name="Text">One sentence.</param>
/// <param name="Location">The line of a manifest; null when it is about the cluster.</param>
internal sealed record UpgradeBlocker(string Text, SourceLocation? Location = null);

/// <summary>One step of the way: a cluster goes only to the next minor release.</summary>
/// <param name="Version">The version to go to, the newest patch of its release.</param>
/// <param name="DeprecatedAt">From when on it gets no more fixes; null when that is not known.</param>
/// <param name="EndOfLifeAt">From when on Scaleway upgrades clusters by force; null when that is not known.</param>
/// <param name="Blockers">What must be done before.</param>
internal sealed record UpgradeHop(string Version, DateTimeOffset? DeprecatedAt, DateTimeOffset? EndOfLifeAt, IReadOnlyList<UpgradeBlocker> Blockers);

/// <summary>What an upgrade of a pool takes.</summary>
/// <param name="Name">The pool.</param>
/// <param name="Version">The version of its nodes.</param>
/// <param name="Nodes">How many nodes it has.</param>
/// <param name="Surge">How many more there are meanwhile.</param>
/// <param name="HourlySurge">EUR an hour for those; null when the price is not known.</param>
internal sealed record PoolUpgrade(string Name, string Version, long Nodes, long Surge, decimal? HourlySurge);

/// <summary>The way of a cluster to the newest version.</summary>
internal sealed record UpgradePlan
{
    public required string ClusterId { get; init; }

    public required string Cluster { get; init; }

    public required string Region { get; init; }

    public required string Version { get; init; }

    /// <summary>From when on its version gets no more fixes; null when that is not known.</summary>
    public DateTimeOffset? DeprecatedAt { get; init; }

    /// <summary>From when on Scaleway upgrades it by force; null when that is not known.</summary>
    public DateTimeOffset? EndOfLifeAt { get; init; }

    /// <summary>The steps, in order; none when it has the newest version.</summary>
    public required IReadOnlyList<UpgradeHop> Hops { get; init; }

    public required IReadOnlyList<PoolUpgrade> Pools { get; init; }

    /// <summary>What is worth knowing besides.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether the next step can be taken.</summary>
    public bool IsBlocked => Hops.Count > 0 && Hops[0].Blockers.Count > 0;
}
