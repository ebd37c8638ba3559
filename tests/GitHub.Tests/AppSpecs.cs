using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared;
using Actions.Shared.GitHub.Rest;
using ClusterFixture;
using GitHubFixture;
using static GitHub.Tests.Clients;

namespace GitHub.Tests;

public sealed class AppSpecs : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly WaitlessTime _time = new();
    private readonly List<string> _masked = [];

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void The_proof_is_signed_and_lives_for_less_than_ten_minutes(bool isPkcs8, bool isOnOneLine)
    {
        var pem = isPkcs8 ? _key.ExportPkcs8PrivateKeyPem() : _key.ExportRSAPrivateKeyPem();
        using var app = App(new Uri("http://127.0.0.1:1"), isOnOneLine ? pem.Replace("\n", "\\n", StringComparison.Ordinal) : pem);
        var parts = app.Proof().Split('.');
        _key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])).ShouldBe("""{"alg":"RS256","typ":"JWT"}""");
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["iss"]!.ToString().ShouldBe("Iv23client");
        ((long)claims["iat"]!).ShouldBe(WaitlessTime.Start.ToUnixTimeSeconds() - 60);
        ((long)claims["exp"]!).ShouldBe(WaitlessTime.Start.ToUnixTimeSeconds() + 540);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----")]
    public void A_key_that_cannot_be_read_is_refused_without_quoting_it(string pem)
    {
        var failure = Should.Throw<ActionException>(() => App(new Uri("http://127.0.0.1:1"), pem));
        failure.Title.ShouldBe("The private key of the GitHub App cannot be read");
        failure.ToString().ShouldNotContain("c2VjcmV0");
    }

    [Fact]
    public void A_public_key_is_no_key() =>
        Should.Throw<ActionException>(() => App(new Uri("http://127.0.0.1:1"), _key.ExportRSAPublicKeyPem()));

    [Fact]
    public async Task A_token_is_used_until_shortly_before_its_end_and_masked_before_anybody_gets_it()
    {
        var minted = 0;
        await using var server = new LoopbackServer(r =>
        {
            minted++;
            var end = (_time.GetUtcNow() + TimeSpan.FromHours(1)).ToString("O");
            return r.RespondAsync(201, $$"""{"token":"ghs_minted{{minted}}","expires_at":"{{end}}"}""");
        });
        using var app = App(server.Address, _key.ExportRSAPrivateKeyPem());
        var tokens = app.Tokens(42, new InstallationScope
        {
            Repositories = ["shop"],
            Permissions = new Dictionary<string, string> { ["pull_requests"] = "write", ["contents"] = "write" },
        });
        (await tokens(false, TestContext.Current.CancellationToken)).ShouldBe("ghs_minted1");
        _time.Advance(TimeSpan.FromMinutes(54));
        (await tokens(false, TestContext.Current.CancellationToken)).ShouldBe("ghs_minted1");
        _time.Advance(TimeSpan.FromMinutes(1));
        (await tokens(false, TestContext.Current.CancellationToken)).ShouldBe("ghs_minted2");
        (await tokens(true, TestContext.Current.CancellationToken)).ShouldBe("ghs_minted3");
        _masked.ShouldBe(["ghs_minted1", "ghs_minted2", "ghs_minted3"]);
        var request = server.Requests[0];
        request.Path.ShouldBe("/app/installations/42/access_tokens");
        request.Body.ShouldBe("""{"repositories":["shop"],"permissions":{"contents":"write","pull_requests":"write"}}""");
        request.Headers["Authorization"].ShouldNotContain("t0ken");
    }

    [Fact]
    public async Task An_app_that_is_not_installed_is_told_what_to_do()
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(404, """{"message":"Not Found"}"""));
        using var app = App(server.Address, _key.ExportRSAPrivateKeyPem());
        var failure = await Should.ThrowAsync<GitHubException>(app.FindInstallationAsync(Repository, TestContext.Current.CancellationToken));
        failure.Title.ShouldBe("Could not find the App's installation in octo/shop");
        failure.Hint.ShouldStartWith("Install the App in the repository");
    }

    private GitHubApp App(Uri server, string pem) => new("Iv23client", pem, Connection(server), Options, _masked.Add, _time);
}
