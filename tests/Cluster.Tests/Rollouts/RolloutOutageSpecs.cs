using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Rollouts;
using ClusterFixture;

namespace Cluster.Tests.Rollouts;

public class RolloutOutageSpecs
{
    private const int Limit = 300_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task The_API_server_may_be_away_for_a_moment()
    {
        await using var own = ControlPlane.ThatMayBeStopped();
        var ns = await own.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var target = new RolloutTarget(KnownResources.Deployments.Object(ns.Name, "web"), web);
        var seen = new TaskCompletionSource();
        var remarks = new List<string>();
        var wait = new RolloutWatcher(ns.Client, TimeProvider.System).WaitAsync([target], new() { Timeout = TimeSpan.FromMinutes(2) }, s =>
        {
            if (s.Verdict?.Reason == "0 of 1 replicas ready")
            {
                seen.TrySetResult();
            }

            if (s.Target is null)
            {
                remarks.Add(s.Message);
            }
        }, Cancellation);
        await Task.WhenAny(seen.Task, wait);
        await own.StopServerAsync();
        await own.StartServerAsync();
        await ns.Kubelet.ReadyAsync((await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0], Cancellation);

        (await wait).IsReady.ShouldBeTrue();
        remarks.ShouldContain(r => r.StartsWith("The cluster did not answer for a moment: ", StringComparison.Ordinal));
    }
}
