using System.Text.RegularExpressions;

namespace Actions.Shared.Clusters.Connection;

/// <summary>A cluster of Scaleway Kapsule.</summary>
/// <param name="Id">Its id, a UUID.</param>
/// <param name="Region">Its region, for example <c>fr-par</c>.</param>
public sealed partial record KapsuleCluster(string Id, string Region)
{
    /// <summary>The region of Scaleway's own tools when none is told.</summary>
    public const string DefaultRegion = "fr-par";

    /// <summary>Why it cannot be one; null if it can.</summary>
    public string? Problem =>
        !Guid.TryParseExact(Id, "D", out _) ? "the id is no UUID, as 11111111-2222-3333-4444-555555555555"
        : !RegionName().IsMatch(Region) ? "the region is none, as fr-par, nl-ams or pl-waw"
        : null;

    [GeneratedRegex(@"\A[a-z]{2}-[a-z]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();
}
