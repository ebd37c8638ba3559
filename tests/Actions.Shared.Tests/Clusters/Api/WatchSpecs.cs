using Actions.Shared.Clusters.Api;
using ClusterFixture;
using static Actions.Shared.Tests.Clusters.Api.StandIn;

namespace Actions.Shared.Tests.Clusters.Api;

public sealed class WatchSpecs
{
    private const int Limit = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task What_is_there_comes_first_then_what_happens()
    {
        await using var cluster = Watching(List("5", null, ConfigMap("a", "3")), [Event("ADDED", "b", "6") + Event("MODIFIED", "a", "7") + Event("DELETED", "b", "8")]);

        (await TakeAsync(cluster, 5)).ShouldBe(["Added a", "Synced", "Added b", "Modified a", "Deleted b"]);
        cluster.Server.Requests[1].Path.ShouldBe(
            "/api/v1/namespaces/shop/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=300&labelSelector=app%3Dweb");
    }

    [Fact(Timeout = Limit)]
    public async Task A_normal_close_is_followed_by_a_new_watch_from_there()
    {
        await using var cluster = Watching(List("5", null), [Event("ADDED", "a", "6"), Event("BOOKMARK", "", "9"), Event("ADDED", "b", "10")]);

        (await TakeAsync(cluster, 3)).ShouldBe(["Synced", "Added a", "Added b"]);
        Versions(cluster).ShouldBe(["5", "6", "9"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"na""")]
    [InlineData("")]
    public async Task A_line_that_breaks_off_is_read_again(string rest)
    {
        var interruptions = new List<string>();
        await using var cluster = new StandIn(Steps(
            Answer(200, List("5", null)),
            async r =>
            {
                await r.BeginAsync();
                await r.SendAsync(Event("ADDED", "a", "6") + rest);
                r.Reset();
            },
            Stream(Event("ADDED", "b", "7"))));

        (await TakeAsync(cluster, 3, new WatchOptions { LabelSelector = "app=web", OnInterrupted = e => interruptions.Add(e.Title) })).ShouldBe(["Synced", "Added a", "Added b"]);
        Versions(cluster).ShouldBe(["5", "6"]);
        interruptions.ShouldBe(["The connection to the cluster broke"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_forgotten_version_is_followed_by_the_difference()
    {
        await using var cluster = new StandIn(Steps(
            Answer(200, List("5", null, ConfigMap("same", "1"), ConfigMap("changed", "2"), ConfigMap("gone", "3"), ConfigMap("replaced", "4", "u1"))),
            Stream($$"""{"type":"ERROR","object":{{Status(410, "Expired")}}}""" + "\n"),
            Answer(200, List("20", null, ConfigMap("same", "1"), ConfigMap("changed", "12"), ConfigMap("new", "13"), ConfigMap("replaced", "14", "u2"))),
            Stream(Event("ADDED", "later", "21"))));

        (await TakeAsync(cluster, 12)).ShouldBe(
        [
            "Added same", "Added changed", "Added gone", "Added replaced", "Synced",
            "Modified changed", "Added new", "Deleted replaced", "Added replaced", "Deleted gone", "Synced", "Added later",
        ]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_that_is_answered_with_410_begins_anew()
    {
        await using var cluster = new StandIn(Steps(
            Answer(200, List("5", null)), Answer(410, Status(410, "Expired")), Answer(200, List("9", null, ConfigMap("a", "7"))), Stream(Event("ADDED", "b", "10"))));

        (await TakeAsync(cluster, 4)).ShouldBe(["Synced", "Added a", "Synced", "Added b"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_away_too_long_ends_the_watch()
    {
        var isFirst = true;
        var times = 0;
        await using var cluster = new StandIn(r =>
        {
            if (!isFirst)
                return r.RespondAsync(503, Status(503, "ServiceUnavailable", "restarting"));
            isFirst = false;
            return r.RespondAsync(200, List("5", null));
        });

        var thrown = await Should.ThrowAsync<ClusterException>(() => TakeAsync(cluster, 2, new WatchOptions { MaxOutage = TimeSpan.FromSeconds(30), OnInterrupted = _ => times++ }));

        thrown.Detail.ShouldContain("restarting");
        times.ShouldBe(1);
        cluster.Time.Waits.Aggregate(TimeSpan.Zero, (a, b) => a + b).ShouldBeInRange(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(35));
    }

    [Fact(Timeout = Limit)]
    public async Task A_quiet_watch_that_something_on_the_way_cuts_again_and_again_goes_on()
    {
        const int Cuts = 6;
        var count = 0;
        var time = new SkippingTime();
        await using var cluster = new StandIn(
            async r =>
            {
                if (!r.Path.Contains("watch=true", StringComparison.Ordinal))
                {
                    await r.RespondAsync(200, List("5", null));
                }
                else if (Interlocked.Increment(ref count) > Cuts)
                {
                    await Stream(Event("ADDED", "a", "6"))(r);
                }
                else
                {
                    await r.BeginAsync();
                    time.Advance(TimeSpan.FromSeconds(31));
                    r.Reset();
                }
            },
            time: time);

        (await TakeAsync(cluster, 2, new WatchOptions { MaxOutage = TimeSpan.FromMinutes(2) })).ShouldBe(["Synced", "Added a"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_that_is_forbidden_ends_at_once()
    {
        await using var cluster = new StandIn(Steps(Answer(200, List("5", null)), Answer(403, Status(403, "Forbidden", "cannot watch"))));

        var thrown = await Should.ThrowAsync<ClusterException>(() => TakeAsync(cluster, 2));

        thrown.Failure.ShouldBe(ClusterFailure.Forbidden);
        cluster.Server.Requests.Count.ShouldBe(2);
    }

    [Theory(Timeout = Limit)]
    [InlineData("not JSON\n")]
    [InlineData("""{"type":"ADDED"}""" + "\n")]
    [InlineData("""{"type":"PURPLE","object":{}}""" + "\n")]
    public async Task Lines_that_make_no_sense_are_an_interruption(string line)
    {
        var interruptions = new List<ClusterException>();
        await using var cluster = new StandIn(Steps(Answer(200, List("5", null)), Stream(line), Stream(Event("ADDED", "a", "6"))));

        (await TakeAsync(cluster, 2, new WatchOptions { OnInterrupted = interruptions.Add })).ShouldBe(["Synced", "Added a"]);
        interruptions.Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_closes_at_once_is_not_asked_in_a_busy_loop()
    {
        var count = 0;
        await using var cluster = new StandIn(r =>
        {
            if (!r.Path.Contains("watch=true", StringComparison.Ordinal))
                return r.RespondAsync(200, List("5", null));
            return Stream(Interlocked.Increment(ref count) == 5 ? Event("ADDED", "a", "6") : "")(r);
        });

        await TakeAsync(cluster, 2);

        cluster.Time.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)]);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_ends_it()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var cluster = new StandIn(Steps(Answer(200, List("5", null)), async r =>
        {
            await r.BeginAsync();
            await cancel.CancelAsync();
            await r.HangAsync();
        }));

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in cluster.Client.WatchAsync(KnownResources.ConfigMaps, "shop", null, cancel.Token))
            {
            }
        });
    }

    private static StandIn Watching(string list, string[] streams) => new(Steps([Answer(200, list), .. streams.Select(Stream)]));

    private static Func<LoopbackRequest, Task> Stream(string text) => async request =>
    {
        await request.BeginAsync();
        if (text.Length > 0)
            await request.SendAsync(text);
        await request.EndAsync();
    };

    private static string Event(string type, string name, string version) => $$"""{"type":"{{type}}","object":{{ConfigMap(name, version)}}}""" + "\n";

    private static async Task<List<string>> TakeAsync(StandIn cluster, int count, WatchOptions? options = null)
    {
        var told = new List<string>();
        await foreach (var change in cluster.Client.WatchAsync(KnownResources.ConfigMaps, "shop", options ?? new WatchOptions { LabelSelector = "app=web" }, Token))
        {
            told.Add(change.Object is { } item ? $"{change.Type} {item.Name}" : $"{change.Type}");
            if (told.Count == count)
                break;
        }

        return told;
    }

    private static List<string> Versions(StandIn cluster)
    {
        var versions = new List<string>();
        foreach (var request in cluster.Server.Requests.Where(r => r.Path.Contains("watch=true", StringComparison.Ordinal)))
            versions.Add(request.Path.Split("resourceVersion=")[1].Split('&')[0]);
        return versions;
    }
}
