using Actions.Shared.Clusters.Connection;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Connection;

/// <summary>A Kapsule cluster by its id, from a stand-in for Scaleway's API that answers in the forms of Scaleway's SDK.</summary>
public sealed class KapsuleSpecs : IAsyncDisposable
{
    private const int Limit = 60_000;
    private const string Id = "11111111-2222-3333-4444-555555555555";
    private const string Server = "https://abc.api.k8s.nl-ams.scw.cloud:6443";

    private readonly Connecting _test = new();
    private readonly List<LoopbackServer> _servers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _test.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    [Theory(Timeout = Limit)]
    [InlineData("{token: REDACTED}")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1, command: scw, args: [k8s, exec-credential]}}")]
    [InlineData("{token: legacy-admin-token}")]
    public async Task The_address_comes_from_the_API_and_the_key_is_the_token(string user)
    {
        var api = Serve(r => r.RespondAsync(200, KubeconfigSpecs.One(user, server: Server)));

        var connection = await _test.ConnectAsync(Options with { ScalewaySecretKey = "canary-input" });

        connection.Server.ShouldBe(new Uri(Server));
        connection.Source.ShouldBe($"context x of Kapsule cluster {Id}");
        (await connection.Token!(false, Token)).ShouldBe("canary-input");
        _test.Hides("canary-input").ShouldBeTrue();
        connection.UnreachableHint.ShouldContain("scw k8s acl");
        var request = api.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path, request.Headers["X-Auth-Token"]).ShouldBe(("GET", $"/k8s/v1/regions/nl-ams/clusters/{Id}/kubeconfig?dl=1&redacted=true", "canary-input"));
    }

    [Fact(Timeout = Limit)]
    public async Task The_key_may_come_from_the_environment_and_another_token_replaces_it()
    {
        Serve(r => r.RespondAsync(200, KubeconfigSpecs.One("{token: REDACTED}", server: Server)));
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";

        (await (await _test.ConnectAsync(Options)).Token!(false, Token)).ShouldBe("canary-scw");
        (await (await _test.ConnectAsync(Options with { Token = "mine" })).Token!(false, Token)).ShouldBe("mine");
    }

    [Theory(Timeout = Limit)]
    [InlineData(
        401, """{"type":"denied_authentication","method":"api_key","reason":"expired","message":"authentication is denied"}""",
        "The API key of Scaleway has expired", "authentication is denied", ExitCode.BadInput)]
    [InlineData(
        401, """{"type":"denied_authentication","method":"api_key","reason":"not_found","message":"authentication is denied"}""",
        "Scaleway does not know the API key", "authentication is denied", ExitCode.BadInput)]
    [InlineData(
        403, """{"type":"permissions_denied","details":[{"resource":"cluster","action":"read"}],"message":"insufficient permissions"}""",
        "The API key of Scaleway may not read the cluster", "missing: read cluster", ExitCode.BadInput)]
    [InlineData(
        404, $$"""{"type":"not_found","resource":"cluster","resource_id":"{{Id}}","message":"resource is not found"}""",
        "There is no such Kapsule cluster", $"{Id} in region nl-ams: resource is not found", ExitCode.BadInput)]
    [InlineData(
        400, """{"type":"invalid_arguments","details":[{"argument_name":"cluster_id","reason":"format","help_message":"must be a UUID"}],"message":"invalid argument(s)"}""",
        "Scaleway does not accept the request", "cluster_id: must be a UUID", ExitCode.BadInput)]
    [InlineData(
        409, $$"""{"type":"transient_state","resource":"cluster","resource_id":"{{Id}}","current_state":"creating","message":"resource is in a transient state"}""",
        "The Kapsule cluster is not ready", $"{Id} is creating", ExitCode.DependencyUnreachable)]
    [InlineData(418, "<html>\u001b[31mno</html>", "Scaleway gave no kubeconfig", $"{Id} in region nl-ams: status 418", ExitCode.DependencyUnreachable)]
    public async Task What_the_API_refuses_is_told_and_not_asked_again(int status, string body, string title, string detail, ExitCode exitCode)
    {
        var api = Serve(r => r.RespondAsync(status, body));
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";

        var thrown = await _test.FailAsync(Options);

        (thrown.Title, thrown.Detail, thrown.ExitCode).ShouldBe((title, detail, exitCode));
        api.Requests.Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task An_API_that_is_busy_is_asked_again()
    {
        var answers = new Queue<Func<LoopbackRequest, Task>>(
        [
            r => r.RespondAsync(429, """{"type":"too_many_requests","message":"too many requests"}""", "Retry-After: 2"),
            r => r.RespondAsync(503, ""),
            r => r.RespondAsync(200, KubeconfigSpecs.One("{token: REDACTED}", server: Server)),
        ]);
        Serve(r => answers.Dequeue()(r));
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";

        (await _test.ConnectAsync(Options)).Server.ShouldBe(new Uri(Server));
    }

    [Fact(Timeout = Limit)]
    public async Task An_API_that_does_not_answer_is_given_up()
    {
        Serve(r =>
        {
            r.Reset();
            return Task.CompletedTask;
        });
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";

        var thrown = await _test.FailAsync(Options);

        (thrown.Title, thrown.ExitCode).ShouldBe(("Scaleway's API does not answer", ExitCode.DependencyUnreachable));
        _test.Time.Waits.Select(w => w.TotalSeconds).ShouldBe([1, 2, 3]);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_key_nothing_is_asked()
    {
        var api = Serve(r => r.RespondAsync(200, ""));

        (await _test.FailAsync(Options)).Title.ShouldBe("The credential of Scaleway is missing");
        api.Requests.ShouldBeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("../../other", "fr-par")]
    [InlineData(Id, "fr-par/../nl")]
    [InlineData(Id, "")]
    public async Task What_is_no_cluster_is_refused_before_anything_is_asked(string id, string region)
    {
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";
        _test.Variables["SCW_API_URL"] = "https://203.0.113.1";

        (await _test.FailAsync(new ConnectionOptions { Kapsule = new KapsuleCluster(id, region) })).Title.ShouldBe("Not a Kapsule cluster");
    }

    [Fact(Timeout = Limit)]
    public async Task The_key_is_sent_to_nobody_without_protection()
    {
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";
        _test.Variables["SCW_API_URL"] = "http://api.example.com";

        (await _test.FailAsync(Options)).Title.ShouldBe("The address is not protected");
    }

    private static ConnectionOptions Options { get; } = new() { Kapsule = new KapsuleCluster(Id, "nl-ams") };

    private LoopbackServer Serve(Func<LoopbackRequest, Task> answer)
    {
        var server = new LoopbackServer(answer);
        _servers.Add(server);
        _test.Variables["SCW_API_URL"] = server.Address.ToString();
        return server;
    }
}
