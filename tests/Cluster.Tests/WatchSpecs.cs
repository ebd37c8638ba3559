using Actions.Shared.Clusters.Api;
using ClusterFixture;

namespace Cluster.Tests;

/// <summary>Watches of a real API server.</summary>
public sealed class WatchSpecs(ControlPlane cluster)
{
    private const int Limit = 300_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Everything_that_happens_is_told_in_order()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync(Settings("a"), Token);
        await using var watch = Watch(ns);

        (await NextAsync(watch)).ShouldBe("Added a");
        (await NextAsync(watch)).ShouldBe("Synced");
        await ns.CreateAsync(Settings("b"), Token);
        (await NextAsync(watch)).ShouldBe("Added b");
        await ns.Client.MergePatchAsync(KnownResources.ConfigMaps.Object(ns.Name, "a"), Json.Object("""{"data":{"x":"y"}}"""), null, Token);
        (await NextAsync(watch)).ShouldBe("Modified a");
        await ns.Client.DeleteAsync(KnownResources.ConfigMaps.Object(ns.Name, "b"), null, Token);
        (await NextAsync(watch)).ShouldBe("Deleted b");
    }

    [Fact(Timeout = Limit)]
    public async Task An_object_that_leaves_the_selector_is_gone()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync(Settings("a"), Token);
        await using var watch = Watch(ns);
        await NextAsync(watch);
        await NextAsync(watch);

        await ns.Client.MergePatchAsync(KnownResources.ConfigMaps.Object(ns.Name, "a"), Json.Object("""{"metadata":{"labels":{"set":"other"}}}"""), null, Token);

        (await NextAsync(watch)).ShouldBe("Deleted a");
    }

    internal static string Settings(string name) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"set":"a"} } }""";

    internal static IAsyncEnumerator<WatchEvent> Watch(TestNamespace ns, WatchOptions? options = null) => ns.Client
        .WatchAsync(KnownResources.ConfigMaps, ns.Name, (options ?? new WatchOptions()) with { LabelSelector = "set=a" }, Token)
        .GetAsyncEnumerator(Token);

    internal static async Task<string> NextAsync(IAsyncEnumerator<WatchEvent> watch)
    {
        (await watch.MoveNextAsync()).ShouldBeTrue();
        return watch.Current.Object is { } item ? $"{watch.Current.Type} {item.Name}" : $"{watch.Current.Type}";
    }

    /// <summary>The next event that is about an object: a server that has forgotten where we were makes the watch list anew, which may tell nothing.</summary>
    internal static async Task<string> NextChangeAsync(IAsyncEnumerator<WatchEvent> watch)
    {
        while (true)
        {
            var next = await NextAsync(watch);
            if (next != "Synced")
            {
                return next;
            }
        }
    }
}
