namespace Actions.Shared.Clusters.Connection;

/// <summary>
/// Gives the bearer token for the next request. It is asked for every request, so it keeps what it has until that expires; safe for concurrent use.
/// </summary>
/// <param name="renew">Whether the cluster refused the last one with 401, so that another one is needed.</param>
/// <param name="cancellation">Stops waiting for it.</param>
/// <returns>The token, already masked.</returns>
public delegate ValueTask<string> TokenSource(bool renew, CancellationToken cancellation);
