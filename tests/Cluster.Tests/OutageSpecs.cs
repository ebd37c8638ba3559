using Actions.Shared.Clusters.Api;
using ClusterFixture;

namespace Cluster.Tests;

/// <summary>The API server crashes and comes back. It has a control plane of its own, so that no other test is disturbed.</summary>
public sealed class OutageSpecs : IAsyncDisposable
{
    private const int Limit = 300_000;

    private readonly ControlPlane _cluster = ControlPlane.ThatMayBeStopped();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact(Timeout = Limit)]
    public async Task A_crash_loses_no_event_and_no_write_and_is_said_when_it_lasts()
    {
        var ns = await _cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync(WatchSpecs.Settings("before"), Token);
        var interruptions = new List<string>();
        await using var watch = WatchSpecs.Watch(ns, new WatchOptions { MaxOutage = TimeSpan.FromMinutes(5), OnInterrupted = e => interruptions.Add(e.Title) });
        (await WatchSpecs.NextAsync(watch)).ShouldBe("Added before");
        (await WatchSpecs.NextAsync(watch)).ShouldBe("Synced");

        await _cluster.StopServerAsync();
        var write = ns.Client.ApplyAsync(
            KnownResources.ConfigMaps.Object(ns.Name, "during"), Json.Object(WatchSpecs.Settings("during")), new ApplyOptions { FieldManager = "test" }, Token);
        var change = WatchSpecs.NextChangeAsync(watch);
        await _cluster.StartServerAsync();

        (await write).IsCreated.ShouldBeTrue();
        (await change).ShouldBe("Added during");
        interruptions.ShouldNotBeEmpty();

        await _cluster.StopServerAsync();
        var impatient = _cluster.NewClient(await _cluster.ConnectionAsync(), new ClusterClientOptions { UserAgent = "test/1", RetryLimit = TimeSpan.Zero });
        var thrown = await Should.ThrowAsync<ClusterException>(() => impatient.GetVersionAsync(Token));
        thrown.Title.ShouldBe("The cluster refuses the connection");
    }
}
