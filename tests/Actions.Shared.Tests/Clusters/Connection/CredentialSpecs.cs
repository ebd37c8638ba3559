using System.Buffers.Text;
using System.Text;
using Actions.Shared.Clusters.Connection;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Connection;

/// <summary>Credentials that take a program or a request.</summary>
public sealed class CredentialSpecs : IDisposable
{
    private const int Limit = 60_000;

    private readonly Connecting _test = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact(Timeout = Limit)]
    public async Task An_allowed_plugin_gives_a_token_until_it_expires()
    {
        var plugin = Plugin("""
            count=$(( $(cat count 2>/dev/null || echo 0) + 1 )); echo $count >count
            env | sort >environment
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"canary-%s-%s","expirationTimestamp":"2999-01-01T00:00:00Z"}}' "$1" "$count"
            """);
        _test.Variables["AWS_PROFILE"] = "mine";
        _test.Variables["GITHUB_TOKEN"] = "not-yours";
        _test.Variables["INPUT_SECRET"] = "not-yours";

        var connection = await _test.ConnectAsync(Options(plugin, $"{{exec: {{command: {plugin}, args: [a b], env: [{{name: EXTRA, value: x}}], provideClusterInfo: true}}}}"));

        (await connection.Token!(false, Token)).ShouldBe("canary-a b-1");
        (await connection.Token!(false, Token)).ShouldBe("canary-a b-1");
        (await connection.Token!(true, Token)).ShouldBe("canary-a b-2");
        _test.Hides("canary-a b-2").ShouldBeTrue();
        var environment = await File.ReadAllTextAsync(Path.Combine(_test.Folder, "environment"), Token);
        environment.ShouldContain("EXTRA=x\n");
        environment.ShouldContain("AWS_PROFILE=mine\n");
        environment.ShouldContain("""KUBERNETES_EXEC_INFO={"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://203.0.113.1"}}}""");
        environment.ShouldNotContain("not-yours");
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_expired_is_asked_for_again()
    {
        var plugin = Plugin("""
            count=$(( $(cat count 2>/dev/null || echo 0) + 1 )); echo $count >count
            printf '{"kind":"ExecCredential","status":{"token":"canary-%s","expirationTimestamp":"%s"}}' "$count" "$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)"
            """);
        var connection = await _test.ConnectAsync(Options(plugin));

        (await connection.Token!(false, Token)).ShouldBe("canary-1");
        _test.Time.Advance(TimeSpan.FromMinutes(61));

        (await connection.Token!(false, Token)).ShouldBe("canary-2");
    }

    [Fact(Timeout = Limit)]
    public async Task A_plugin_may_give_a_certificate()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Client("CN=me");
        var json = new System.Text.Json.Nodes.JsonObject
        {
            ["kind"] = "ExecCredential",
            ["status"] = new System.Text.Json.Nodes.JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key },
        };
        _test.Write("credential", json.ToJsonString());
        var plugin = Plugin("cat credential");

        var connection = await _test.ConnectAsync(Options(plugin));

        connection.Token.ShouldBeNull();
        connection.ClientCertificate!.HasPrivateKey.ShouldBeTrue();
        _test.Hides(key.Split('\n')[1]).ShouldBeTrue();
    }

    [Theory(Timeout = Limit)]
    [InlineData("echo 'please \u001b[31mlog in' >&2; exit 3", "plugin: it ended with exit code 3 and said: please log in")]
    [InlineData("echo canary", "plugin: it did not print an ExecCredential with a token, or with a certificate and its key")]
    [InlineData("""echo '{"kind":"ExecCredential","status":{}}'""", "plugin: it did not print an ExecCredential with a token, or with a certificate and its key")]
    public async Task A_plugin_that_fails_says_why(string script, string detail)
    {
        var plugin = Plugin(script);

        var thrown = await _test.FailAsync(Options(plugin, $"{{exec: {{command: {plugin}, installHint: Install it.}}}}"));

        (thrown.Title, thrown.Detail, thrown.Hint, thrown.ExitCode).ShouldBe(("The credential plugin failed", detail, "Install it.", ExitCode.DependencyUnreachable));
    }

    [Fact(Timeout = Limit)]
    public async Task A_plugin_is_allowed_by_its_very_name()
    {
        var plugin = Plugin("touch started");

        (await _test.FailAsync(Options("plugin", $"{{exec: {{command: {plugin}}}}}"))).Title.ShouldBe("The kubeconfig wants to start a program");
        File.Exists(Path.Combine(_test.Folder, "started")).ShouldBeFalse();
    }

    [Theory(Timeout = Limit)]
    [InlineData("interactiveMode: Always", "The credential plugin needs a person")]
    [InlineData("apiVersion: client.authentication.k8s.io/v1alpha1", "The credential plugin speaks an unknown version")]
    public async Task A_plugin_that_cannot_work_is_not_started(string setting, string title)
    {
        var plugin = Plugin("touch started");

        (await _test.FailAsync(Options(plugin, $"{{exec: {{command: {plugin}, {setting}}}}}"))).Title.ShouldBe(title);
        File.Exists(Path.Combine(_test.Folder, "started")).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task GitHub_gives_a_token_for_the_audience_and_a_new_one_in_time()
    {
        var number = 0;
        await using var github = new LoopbackServer(r => r.RespondAsync(200, $$"""{"value":"{{Jwt(_test.Time.GetUtcNow().AddMinutes(5), ++number)}}"}"""));
        AllowOidc(github);

        var connection = await _test.ConnectAsync(new ConnectionOptions { Server = "https://203.0.113.1", OidcAudience = "https://my cluster" });
        var first = await connection.Token!(false, Token);

        (await connection.Token!(false, Token)).ShouldBe(first);
        (await connection.Token!(true, Token)).ShouldNotBe(first);
        var second = await connection.Token!(false, Token);
        _test.Time.Advance(TimeSpan.FromMinutes(4.8));
        (await connection.Token!(false, Token)).ShouldNotBe(second);
        github.Requests.Count.ShouldBe(3);
        github.Requests[0].Path.ShouldBe("/token?api-version=2.0&audience=https%3A%2F%2Fmy%20cluster");
        github.Requests[0].Headers["Authorization"].ShouldBe("Bearer canary-request");
        _test.Hides(first).ShouldBeTrue();
        connection.UnauthorizedHint.ShouldContain("token.actions.githubusercontent.com");
    }

    [Theory(Timeout = Limit)]
    [InlineData(403, "{}", 1, "127.0.0.1: it answered 403")]
    [InlineData(500, "{}", 3, "127.0.0.1: it answered 500")]
    [InlineData(200, "{}", 3, "127.0.0.1: it answered 200 without a token")]
    [InlineData(200, "canary", 3, "127.0.0.1: it answered 200 without a token")]
    public async Task GitHub_that_gives_no_token_is_said(int status, string body, int requests, string detail)
    {
        await using var github = new LoopbackServer(r => r.RespondAsync(status, body));
        AllowOidc(github);
        var connection = await _test.ConnectAsync(new ConnectionOptions { Server = "https://203.0.113.1", OidcAudience = "x" });

        var thrown = await Should.ThrowAsync<ActionException>(async () => await connection.Token!(false, Token));

        (thrown.Title, thrown.Detail, thrown.ExitCode).ShouldBe(("GitHub gave no OIDC token", detail, ExitCode.DependencyUnreachable));
        github.Requests.Count.ShouldBe(requests);
    }

    [Theory]
    [InlineData("no token")]
    [InlineData("a.!.c")]
    [InlineData("a.e30.c")]
    [InlineData("a.W10.c")]
    public void A_token_without_an_end_has_none(string token) => GitHubOidc.Expiry(token).ShouldBeNull();

    private void AllowOidc(LoopbackServer github)
    {
        _test.Variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = $"{github.Address}token?api-version=2.0";
        _test.Variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "canary-request";
    }

    private static string Jwt(DateTimeOffset end, int number) =>
        $"canary{number}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"exp\":{end.ToUnixTimeSeconds()}}}"))}.signature";

    private static ConnectionOptions Options(string allowed, string? user = null) =>
        new() { Kubeconfig = KubeconfigSpecs.One(user ?? $"{{exec: {{command: {allowed}}}}}"), AllowedExecPlugins = [allowed] };

    private string Plugin(string script) => _test.WriteProgram("plugin", $"#!/bin/sh\n{script}\n");
}
