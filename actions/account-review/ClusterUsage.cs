using Actions.AccountReview.Rules;
using Actions.Shared;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;

namespace Actions.AccountReview;

/// <summary>A cluster to ask.</summary>
/// <param name="Context">The context of the kubeconfig; empty for its current one.</param>
/// <param name="Id">The id of the Kapsule cluster; empty to take it from the address of the server.</param>
internal sealed record ClusterToAsk(string Context, string Id)
{
    /// <summary>Reads <c>context</c> or <c>context=id</c>.</summary>
    public static ClusterToAsk Parse(string text) => text.Split('=', 2) is [var context, var id] ? new(context.Trim(), id.Trim()) : new(text, "");
}

/// <summary>Asks clusters what they use. One that does not tell all of it is told, and then nothing that it might use is deleted.</summary>
/// <param name="connector">Reaches clusters.</param>
/// <param name="allowFiles">Whether a kubeconfig may name files of this machine.</param>
/// <param name="userAgent">Sent as <c>User-Agent</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="warn">Told which clusters could not be asked.</param>
internal sealed class ClusterUsage(ClusterConnector connector, bool allowFiles, string userAgent, TimeProvider time, Action<string> warn)
{
    /// <summary>Types that use something of the account, those that make pods, and those that have an end.</summary>
    private static readonly (string Group, string Kind)[] Types =
    [
        ("", "Namespace"), ("", "PersistentVolume"), ("", "Service"), ("", "Pod"), ("apps", "ReplicaSet"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "Deployment"), ("batch", "CronJob"), ("batch", "Job"),
    ];

    /// <summary>Asks each cluster, one after another.</summary>
    public async Task AddAsync(UsageBuilder usage, string? kubeconfig, IReadOnlyList<ClusterToAsk> clusters, CancellationToken cancellation)
    {
        foreach (var cluster in clusters)
        {
            try
            {
                var connection = await connector.ConnectAsync(new ConnectionOptions { Kubeconfig = kubeconfig, Context = cluster.Context.Length == 0 ? null : cluster.Context, AllowFiles = allowFiles }, cancellation);
                // Kapsule's servers are id.api.k8s.region.scw.cloud.
                var id = cluster.Id.Length > 0 ? cluster.Id : connection.Server.Host.Split('.')[0];
                using var client = new ClusterClient(connection, new ClusterClientOptions { UserAgent = userAgent }, time);
                var catalog = await client.DiscoverAsync(cancellation);
                foreach (var (group, kind) in Types)
                {
                    if (catalog.FindPreferred(group, kind) is not { } resource || !resource.Supports("list"))
                    {
                        throw new ActionException($"it does not list any {kind}", "", "");
                    }

                    foreach (var item in (await client.ListAsync(resource, null, null, cancellation)).Items)
                    {
                        usage.AddObject(id, item);
                    }
                }

                usage.AddCluster(id);
            }
            catch (ActionException e)
            {
                warn($"The cluster {(cluster.Context.Length == 0 ? cluster.Id : cluster.Context)} could not be asked what it uses: {e.Message}. Nothing that it might use is deleted.");
            }
        }
    }
}
