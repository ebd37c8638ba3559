using System.Net;
using System.Net.Sockets;
using Actions.Shared.Clusters.Api;
using ClusterFixture;
using static Actions.Shared.Tests.Clusters.Api.StandIn;

namespace Actions.Shared.Tests.Clusters.Api;

public sealed class RepetitionSpecs
{
    private const int Limit = 60_000;
    private static readonly ObjectAddress Web = KnownResources.ConfigMaps.Object("shop", "web");
    private static readonly Func<LoopbackRequest, Task> Good = Answer(200, ConfigMap("web"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_server_that_cannot_just_now_is_asked_again(int status)
    {
        await using var cluster = new StandIn(Steps(Answer(status, Status(status, "")), Good));

        var found = await cluster.Client.GetAsync(Web, Token);

        found!.Name.ShouldBe("web");
        cluster.Client.Requests.ByVerb.ShouldBe([new("get", 2)]);
        cluster.Client.Requests.Repeated.ShouldBe(1);
        cluster.Client.Requests.TurnedAway.ShouldBe(status == 429 ? 1 : 0);
    }

    [Theory(Timeout = Limit)]
    [InlineData(400, ClusterFailure.Invalid)]
    [InlineData(401, ClusterFailure.Unauthorized)]
    [InlineData(403, ClusterFailure.Forbidden)]
    [InlineData(409, ClusterFailure.Conflict)]
    [InlineData(410, ClusterFailure.Expired)]
    [InlineData(413, ClusterFailure.Invalid)]
    [InlineData(422, ClusterFailure.Invalid)]
    [InlineData(302, ClusterFailure.ServerError)]
    public async Task A_no_is_a_no(int status, ClusterFailure failure)
    {
        await using var cluster = new StandIn(Answer(status, Status(status, "")));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Failure.ShouldBe(failure);
        cluster.Server.Requests.Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Retry_after_is_waited_for_to_the_second()
    {
        await using var cluster = new StandIn(Steps(
            Answer(429, Status(429, "TooManyRequests"), "Retry-After: 7"),
            Answer(503, Status(503, "ServiceUnavailable", details: """{"retryAfterSeconds":11}""")),
            Good));

        await cluster.Client.GetAsync(Web, Token);

        cluster.Time.Waits.ShouldBe([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(11)]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_wait_beyond_the_limit_is_not_begun()
    {
        await using var cluster = new StandIn(Answer(429, Status(429, "TooManyRequests", "too many"), "Retry-After: 61"));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Failure.ShouldBe(ClusterFailure.TooManyRequests);
        thrown.Title.ShouldBe("The cluster is overloaded");
        thrown.ExitCode.ShouldBe(ExitCode.DependencyUnreachable);
        cluster.Time.Waits.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_storm_of_429_ends_after_the_limit_and_not_before()
    {
        await using var cluster = new StandIn(Answer(429, Status(429, "TooManyRequests"), "Retry-After: 1"));

        await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        cluster.Time.Waits.Count.ShouldBeInRange(40, 59);
        cluster.Client.Requests.TurnedAway.ShouldBe(cluster.Server.Requests.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task A_hundred_requests_pass_through_a_storm()
    {
        var count = 0;
        await using var cluster = new StandIn(
            request => Interlocked.Increment(ref count) % 3 == 0 ? Good(request) : request.RespondAsync(429, Status(429, ""), "Retry-After: 1"),
            Options with { RetryLimit = TimeSpan.FromHours(1) });

        var found = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cluster.Client.GetAsync(Web, Token)));

        found.ShouldAllBe(o => o!.Name == "web");
        cluster.Client.Requests.Total.ShouldBe(cluster.Server.Requests.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task An_internal_error_is_asked_for_three_times_at_most()
    {
        await using var cluster = new StandIn(Answer(500, Status(500, "InternalError", "failed calling webhook")));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Failure.ShouldBe(ClusterFailure.ServerError);
        thrown.Detail.ShouldContain("failed calling webhook");
        cluster.Server.Requests.Count.ShouldBe(3);
    }

    [Fact(Timeout = Limit)]
    public async Task A_broken_connection_is_made_again_for_what_can_be_repeated()
    {
        await using var cluster = new StandIn(Steps(
            Good,
            r => { r.Reset(); return Task.CompletedTask; },
            async r => { await r.BeginAsync(); await r.SendAsync("""{"kind":"""); r.Reset(); },
            Good));
        await cluster.Client.GetAsync(Web, Token);

        var result = await cluster.Client.ApplyAsync(Web, Body("web"), new ApplyOptions { FieldManager = "test" }, Token);

        result.Object.Name.ShouldBe("web");
        cluster.Client.Requests.ByVerb.ShouldBe([new("apply", 3), new("get", 1)]);
    }

    [Fact(Timeout = Limit)]
    public async Task Creating_is_not_repeated_when_it_may_have_arrived()
    {
        await using var cluster = new StandIn(Steps(Good, r => { r.Reset(); return Task.CompletedTask; }));
        await cluster.Client.GetAsync(Web, Token);

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.CreateAsync(KnownResources.ConfigMaps, "shop", Body("web"), null, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Unreachable);
        cluster.Server.Requests.Count(r => r.Method == "POST").ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Creating_is_repeated_when_it_was_turned_away()
    {
        await using var cluster = new StandIn(Steps(Answer(429, Status(429, ""), "Retry-After: 1"), Answer(201, ConfigMap("web"))));

        var result = await cluster.Client.CreateAsync(KnownResources.ConfigMaps, "shop", Body("web"), null, Token);

        result.IsCreated.ShouldBeTrue();
    }

    public static TheoryData<string, bool> Writes => new()
    {
        { "patch", true }, { "patch with version", false }, { "json patch", false }, { "replace with version", false }, { "delete with uid", true }, { "delete", false }, { "dry run", true },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Writes))]
    public async Task Writes_are_repeated_only_where_twice_is_like_once(string write, bool isRepeated)
    {
        await using var cluster = new StandIn(Steps(Answer(503, Status(503, "")), Good));
        var versioned = Json.Object("""{"metadata":{"resourceVersion":"1"}}""");
        var client = cluster.Client;

        Task Act() => write switch
        {
            "patch" => client.MergePatchAsync(Web, Json.Object("""{"data":{"a":"b"}}"""), null, Token),
            "patch with version" => client.MergePatchAsync(Web, versioned, null, Token),
            "json patch" => client.JsonPatchAsync(Web, [], null, Token),
            "replace with version" => client.ReplaceAsync(Web, versioned, null, Token),
            "delete with uid" => client.DeleteAsync(Web, new DeleteOptions { Uid = "u" }, Token),
            "delete" => client.DeleteAsync(Web, null, Token),
            _ => client.CreateAsync(KnownResources.ConfigMaps, "shop", Body("web"), new WriteOptions { DryRun = true }, Token),
        };

        if (isRepeated)
            await Act();
        else
            await Should.ThrowAsync<ClusterException>(Act);
        cluster.Server.Requests.Count.ShouldBe(isRepeated ? 2 : 1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_address_is_said_within_seconds()
    {
        await using var cluster = new StandIn(Good);
        await cluster.Server.DisposeAsync();

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetVersionAsync(Token));

        thrown.Failure.ShouldBe(ClusterFailure.Unreachable);
        thrown.Title.ShouldBe("The cluster refuses the connection");
        thrown.Detail.ShouldBe($"nothing listens at 127.0.0.1:{cluster.Server.Port}");
        cluster.Time.Waits.Aggregate(TimeSpan.Zero, (a, b) => a + b).ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_never_answers_is_a_firewall_or_an_access_list()
    {
        using var blackHole = await BlackHole.OpenAsync(Token);
        var connection = new Shared.Clusters.Connection.ClusterConnection
        {
            Server = new Uri($"https://127.0.0.1:{blackHole.Port}"),
            Source = "a test",
            UnreachableHint = "For Kapsule: scw k8s acl list.",
        };
        using var client = new ClusterClient(connection, Options with { ConnectTimeout = TimeSpan.FromMilliseconds(300), RetryLimit = TimeSpan.Zero }, TimeProvider.System);

        var thrown = await Should.ThrowAsync<ClusterException>(() => client.GetVersionAsync(Token));

        thrown.Failure.ShouldBe(ClusterFailure.Unreachable);
        thrown.Title.ShouldBe("The cluster does not answer");
        thrown.Detail.ShouldBe($"no connection to 127.0.0.1:{blackHole.Port} within 0.3 seconds");
        thrown.Hint.ShouldContain("ACL");
        thrown.Hint.ShouldEndWith("For Kapsule: scw k8s acl list.");
        thrown.ExitCode.ShouldBe(ExitCode.DependencyUnreachable);
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_that_nobody_knows_is_said()
    {
        var connection = new Shared.Clusters.Connection.ClusterConnection { Server = new Uri("https://cluster.invalid:6443"), Source = "a test" };
        using var client = new ClusterClient(connection, Options with { RetryLimit = TimeSpan.Zero }, TimeProvider.System);

        var thrown = await Should.ThrowAsync<ClusterException>(() => client.GetVersionAsync(Token));

        thrown.Title.ShouldBe("The cluster's address is unknown");
        thrown.Detail.ShouldBe("no address for cluster.invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_that_takes_too_long_is_given_up()
    {
        await using var cluster = new StandIn(r => r.HangAsync(), Options with { RequestTimeout = TimeSpan.FromMilliseconds(100), RetryLimit = TimeSpan.Zero });

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Title.ShouldBe("The cluster took too long to answer");
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_is_no_failure_of_the_cluster()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var cluster = new StandIn(async r =>
        {
            await cancel.CancelAsync();
            await r.HangAsync();
        });

        await Should.ThrowAsync<OperationCanceledException>(() => cluster.Client.GetAsync(Web, cancel.Token));
    }

    [Fact(Timeout = Limit)]
    public async Task Without_priority_and_fairness_the_client_holds_back()
    {
        await using var cluster = new StandIn(Good, time: new SkippingTime(isFrozen: true));
        for (var i = 0; i < 304; i++)
            await cluster.Client.GetAsync(Web, Token);

        cluster.Time.Waits.ShouldBe(Enumerable.Repeat(TimeSpan.FromMilliseconds(20), 3));
    }

    /// <summary>A port whose queue is full: further connections get no answer at all.</summary>
    private sealed class BlackHole : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public int Port { get; private set; }

        public static async Task<BlackHole> OpenAsync(CancellationToken cancellation)
        {
            var hole = new BlackHole();
            var listener = hole.Add();
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            hole.Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            while (true)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(300);
                try
                {
                    await hole.Add().ConnectAsync(IPAddress.Loopback, hole.Port, limit.Token);
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    return hole;
                }
            }
        }

        public void Dispose() => _sockets.ForEach(s => s.Dispose());

        private Socket Add()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            return socket;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task With_priority_and_fairness_the_server_decides()
    {
        await using var cluster = new StandIn(Answer(200, ConfigMap("web"), "X-Kubernetes-PF-FlowSchema-UID: 1"));
        for (var i = 0; i < 320; i++)
            await cluster.Client.GetAsync(Web, Token);

        cluster.Time.Waits.ShouldBeEmpty();
    }
}
