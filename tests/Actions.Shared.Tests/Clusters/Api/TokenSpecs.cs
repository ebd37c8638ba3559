using Actions.Shared.Clusters.Api;
using static Actions.Shared.Tests.Clusters.Api.StandIn;

namespace Actions.Shared.Tests.Clusters.Api;

public sealed class TokenSpecs
{
    private const int Limit = 60_000;
    private static readonly ObjectAddress Web = KnownResources.ConfigMaps.Object("shop", "web");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task An_expired_token_is_renewed_once_for_all_requests()
    {
        var current = 1;
        var renewals = 0;
        ValueTask<string> Source(bool renew, CancellationToken cancellation)
        {
            if (renew)
            {
                Interlocked.Increment(ref renewals);
                Interlocked.Increment(ref current);
            }

            return ValueTask.FromResult($"token-{current}");
        }

        await using var cluster = new StandIn(
            r => r.Headers["Authorization"] == "Bearer token-2" ? r.RespondAsync(200, ConfigMap("web")) : r.RespondAsync(401, Status(401, "Unauthorized")),
            token: Source);

        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.Client.GetAsync(Web, Token)));

        found.ShouldAllBe(o => o!.Name == "web");
        renewals.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_cannot_be_renewed_is_refused()
    {
        await using var cluster = new StandIn(Answer(401, Status(401, "Unauthorized")), token: (_, _) => ValueTask.FromResult("token-1"));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Unauthorized);
        thrown.Title.ShouldBe("The cluster does not accept the credentials");
        thrown.Detail.ShouldNotContain("token-1");
        cluster.Server.Requests.Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_nobody_gives_any_more_is_a_failure_of_the_cluster()
    {
        await using var cluster = new StandIn(
            Answer(401, Status(401, "Unauthorized")),
            token: (renew, _) => renew ? throw new ActionException("GitHub gave no OIDC token", "it answered 500", "Run the job again.", exitCode: ExitCode.DependencyUnreachable) : ValueTask.FromResult("token-1"));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        (thrown.Failure, thrown.Title, thrown.Detail, thrown.ExitCode).ShouldBe((ClusterFailure.Unauthorized, "GitHub gave no OIDC token", "it answered 500", ExitCode.DependencyUnreachable));
        cluster.Server.Requests.Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_token_that_is_refused_too_ends_it()
    {
        var number = 0;
        await using var cluster = new StandIn(
            Answer(401, Status(401, "Unauthorized")), token: (renew, _) => ValueTask.FromResult($"token-{(renew ? ++number : number)}"));

        await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        cluster.Server.Requests.Select(r => r.Headers["Authorization"]).ShouldBe(["Bearer token-0", "Bearer token-1"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_that_begins_again_uses_the_new_token()
    {
        var number = 1;
        await using var cluster = new StandIn(
            async r =>
            {
                if (r.Headers["Authorization"] != $"Bearer token-{number}")
                {
                    await r.RespondAsync(401, Status(401, "Unauthorized"));
                }
                else if (r.Path.Contains("watch=true", StringComparison.Ordinal))
                {
                    await r.BeginAsync();
                    await r.SendAsync($$"""{"type":"ADDED","object":{{ConfigMap($"after-{number}", $"{number + 10}")}}}""" + "\n");
                    number++;
                    await r.EndAsync();
                }
                else
                {
                    await r.RespondAsync(200, List("1", null));
                }
            },
            token: Stale());

        var names = new List<string>();
        await foreach (var change in cluster.Client.WatchAsync(KnownResources.ConfigMaps, "shop", null, Token))
        {
            if (change.Object is { } item)
                names.Add(item.Name);
            if (names.Count == 2)
                break;
        }

        names.ShouldBe(["after-1", "after-2"]);

        static Shared.Clusters.Connection.TokenSource Stale()
        {
            var known = 1;
            return (renew, _) => ValueTask.FromResult($"token-{(renew ? ++known : known)}");
        }
    }
}
