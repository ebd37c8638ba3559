using ClusterFixture;

namespace Integration.Tests.EndToEnd;

/// <summary>Clusters that are busy, forget tokens or drop watches in the middle of a deployment.</summary>
public sealed class DeployK8sStormSpecs(ControlPlane cluster) : DeployK8sTrial(cluster)
{
    [Fact(Timeout = Limit)]
    public async Task A_storm_of_429_slows_a_deployment_down_and_loses_nothing()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write([Web, .. Numbered(Many)]);
        var turnedAway = 0;
        var gateway = await GatewayAsync(async request =>
        {
            // Every other write, at first.
            if (request.Method != "PATCH" || Volatile.Read(ref turnedAway) >= Many || Interlocked.Increment(ref turnedAway) % 2 == 0) return false;
            await request.RespondAsync(429, Status(429, "TooManyRequests", "too many requests, please try again later"), "Content-Type: application/json", "Retry-After: 1");
            return true;
        });

        var result = await RunThroughAsync(gateway, ns, null, ("wait", "false"), ("report-file", "report.json"));

        (result.Outputs["result"], result.Outputs["created"]).ShouldBe(("deployed", $"{Many + 1}"), string.Join('\n', result.Log));
        (await CountAsync(ns)).ShouldBe(Many);
        turnedAway.ShouldBe(Many);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_ends_in_mid_deploy_is_fetched_anew()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write([.. Numbered(Many)]);
        var tokens = 0;
        var issuer = Own(new LoopbackServer(r => r.RespondAsync(200, $$"""{"value":"canary-oidc-{{Interlocked.Increment(ref tokens)}}"}""")));
        var gateway = await GatewayAsync(ForgettingAsync("canary-oidc-1"));

        var result = await RunThroughAsync(
            gateway, ns, r => r with { IdToken = true, IdTokenUrl = $"{issuer.Address}token?v=1", With = new Dictionary<string, string>(r.With) { ["token"] = "", ["oidc-audience"] = "kubernetes" } });

        (result.Outputs["result"], tokens).ShouldBe(("deployed", 2), string.Join('\n', result.Log));
        (await CountAsync(ns)).ShouldBe(Many);
        result.Masks.Where(m => m.StartsWith("canary-oidc", StringComparison.Ordinal)).ShouldBe(["canary-oidc-1", "canary-oidc-2"], ignoreOrder: true);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_ends_in_mid_deploy_and_cannot_be_fetched_anew_is_told_with_what_is_left()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write([.. Numbered(Many)]);
        var gateway = await GatewayAsync(ForgettingAsync("canary-fixed-token"));

        var result = await RunThroughAsync(gateway, ns, r => r with { With = new Dictionary<string, string>(r.With) { ["token"] = "canary-fixed-token" }, Secrets = ["canary-fixed-token"] });

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "rollback-failed", "apply-failed"), string.Join('\n', result.Log));
        result.Annotations.ShouldContain(a => a.Message.Contains(" was not applied: Unauthorized"), "What failed first is shown, however much could not be changed back.");
        result.Log.ShouldContain(l => l.Contains("could not be changed back"));
        result.Log.ShouldContain(l => l.Contains("its inventory says that it still runs"));
    }

    [Fact(Timeout = Limit)]
    public async Task Watches_that_are_dropped_are_taken_up_again()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Web);
        const int Drops = 6;
        var dropped = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gateway = await GatewayAsync(async request =>
        {
            if (!request.Path.Contains("watch=true", StringComparison.Ordinal)) return false;
            var count = Interlocked.Increment(ref dropped);
            if (count > Drops) return false;

            // Some before their answer, some in the middle of a line.
            if (count % 2 == 0)
            {
                await request.BeginAsync();
                await request.SendAsync("{\"type\":\"MODIF");
            }

            request.Reset();
            if (count == Drops) enough.TrySetResult();
            return true;
        });

        var running = RunThroughAsync(gateway, ns);
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await enough.Task.WaitAsync(Cancellation);
        await ns.Kubelet.ReadyAsync(pod, Cancellation);

        (await running).Outputs["result"].ShouldBe("deployed");
    }
}
