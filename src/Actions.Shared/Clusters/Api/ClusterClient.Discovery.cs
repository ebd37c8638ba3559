namespace Actions.Shared.Clusters.Api;

public sealed partial class ClusterClient
{
    private const int DiscoveryParallelism = 8;

    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    /// <summary>The types that the cluster serves: asked for once, by two requests where the cluster can tell them so, else by one per group and version.</summary>
    /// <exception cref="ClusterException">The cluster did not tell its groups.</exception>
    public Task<ApiCatalog> DiscoverAsync(CancellationToken cancellation) =>
        Volatile.Read(ref _catalog) is { } known ? Task.FromResult(known) : DiscoverAsync(stale: null, cancellation);

    /// <summary>Asks anew, for example after a CustomResourceDefinition was added.</summary>
    /// <inheritdoc cref="DiscoverAsync(CancellationToken)"/>
    public Task<ApiCatalog> RediscoverAsync(CancellationToken cancellation) => DiscoverAsync(Volatile.Read(ref _catalog), cancellation);

    private async Task<ApiCatalog> DiscoverAsync(ApiCatalog? stale, CancellationToken cancellation)
    {
        await _discovery.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_catalog is { } known && known != stale)
                return known;
            var builder = new CatalogBuilder();
            await Task.WhenAll(
                DiscoverAsync("/api", builder.Core, cancellation),
                DiscoverAsync("/apis", builder.Groups, cancellation)).ConfigureAwait(false);
            var catalog = builder.Build();
            Volatile.Write(ref _catalog, catalog);
            return catalog;
        }
        finally
        {
            _discovery.Release();
        }
    }

    private async Task DiscoverAsync(string root, List<GroupVersionTypes> into, CancellationToken cancellation)
    {
        var call = new ApiCall(HttpMethod.Get, root, "discovery", root) { Accept = Aggregated };
        var answer = await _transport.SendJsonAsync(call, cancellation).ConfigureAwait(false);
        if (Text(answer, "kind") == "APIGroupDiscoveryList")
        {
            DiscoveryDocuments.ReadAggregated(answer, into);
            return;
        }

        into.AddRange(DiscoveryDocuments.ReadGroups(answer));
        using var turns = new SemaphoreSlim(DiscoveryParallelism);
        await Task.WhenAll(into.ConvertAll(version => ReadVersionAsync(version, turns, cancellation))).ConfigureAwait(false);
    }

    private async Task ReadVersionAsync(GroupVersionTypes version, SemaphoreSlim turns, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var path = version.Group.Length == 0 ? $"/api/{version.Version}" : $"/apis/{version.Group}/{version.Version}";

            // What an extension serves may be away for long, and must not keep us.
            var call = new ApiCall(HttpMethod.Get, path, "discovery", path) { IsOptional = version.Group.Length > 0 };
            DiscoveryDocuments.ReadVersion(await _transport.SendJsonAsync(call, cancellation).ConfigureAwait(false), version);
        }
        catch (ClusterException e) when (version.Group.Length > 0 && e.Failure is ClusterFailure.ServerError or ClusterFailure.NotFound)
        {
            version.IsUnavailable = true;
        }
        finally
        {
            turns.Release();
        }
    }

    private sealed class CatalogBuilder
    {
        public List<GroupVersionTypes> Core { get; } = [];

        public List<GroupVersionTypes> Groups { get; } = [];

        public ApiCatalog Build()
        {
            var resources = new List<ApiResource>();
            var unavailable = new List<string>();
            foreach (var version in (IEnumerable<GroupVersionTypes>)[.. Core, .. Groups])
            {
                resources.AddRange(version.Resources);
                if (version.IsUnavailable)
                    unavailable.Add($"{version.Group}/{version.Version}");
            }

            return new ApiCatalog(resources, unavailable);
        }
    }
}
