using System.Collections.Concurrent;
using Actions.Shared.Clusters.Api;

namespace Actions.Shared.Clusters.Preflight;

/// <summary>Asks the cluster for rights before anything depends on them.</summary>
public static class AccessCheck
{
    private const int Parallelism = 16;

    /// <summary>The rights among <paramref name="needs"/> that we do not have, in their order.</summary>
    /// <exception cref="ClusterException">The cluster did not tell.</exception>
    public static async Task<IReadOnlyList<AccessRequest>> MissingAsync(ClusterClient client, IReadOnlyList<AccessRequest> needs, CancellationToken cancellation)
    {
        // Whoever may do everything is asked once.
        if ((await client.CheckAccessAsync(new AccessRequest("*", "*", "*"), cancellation).ConfigureAwait(false)).IsAllowed)
        {
            return [];
        }

        var denied = new ConcurrentDictionary<AccessRequest, bool>();
        await Parallel.ForEachAsync(
            needs.Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation },
            async (need, stop) => denied[need] = !(await client.CheckAccessAsync(need, stop).ConfigureAwait(false)).IsAllowed).ConfigureAwait(false);
        return [.. needs.Distinct().Where(n => denied[n])];
    }

    /// <summary>Makes sure that we have all of <paramref name="needs"/>.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="needs">The rights.</param>
    /// <param name="application">Name of the application, for the name of the roles.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ActionException">Some are missing; the hint holds the roles that grant them.</exception>
    /// <exception cref="ClusterException">The cluster did not tell.</exception>
    public static async Task DemandAsync(ClusterClient client, IReadOnlyList<AccessRequest> needs, string application, CancellationToken cancellation)
    {
        var missing = await MissingAsync(client, needs, cancellation).ConfigureAwait(false);
        if (missing.Count == 0)
        {
            return;
        }

        var lines = missing
            .GroupBy(m => (m.Namespace, m.Group, m.Resource))
            .Select(g => $"{string.Join(", ", g.Select(m => m.Verb))} {(g.Key.Group.Length == 0 ? g.Key.Resource : $"{g.Key.Resource}.{g.Key.Group}")}{(g.Key.Namespace is { } ns ? $" in namespace {ns}" : "")}");
        throw new ActionException(
            "The account may not do what this deployment needs; nothing was changed",
            $"Missing:\n{string.Join('\n', lines)}\n\nThese roles grant it:\n{AccessNeeds.Roles(missing, $"deploy-{application}")}",
            "Have somebody who may apply the roles above, with the name of the account in place of WHOEVER-DEPLOYS.",
            exitCode: ExitCode.Findings);
    }
}
