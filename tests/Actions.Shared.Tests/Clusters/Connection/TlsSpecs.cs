using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Connection;

/// <summary>Whom the client trusts, and by which way it goes, with real TLS.</summary>
public sealed class TlsSpecs : IDisposable
{
    private const int Limit = 60_000;
    private const string Version = """{"major":"1","minor":"36","gitVersion":"v1.36.0"}""";

    private readonly TestCertificates _ours = new();
    private readonly TestCertificates _others = new();
    private readonly List<string> _names = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ours.Dispose();
        _others.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_of_the_authority_is_trusted()
    {
        await using var server = Server(_ours.Server("127.0.0.1"));

        (await AskAsync(Connection(server))).ShouldBe("v1.36.0");
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_of_another_authority_of_the_same_name_is_not()
    {
        await using var server = Server(_others.Server("127.0.0.1"));

        var thrown = await FailAsync(Connection(server));

        thrown.Title.ShouldBe("The cluster's certificate is not trusted");
        thrown.Detail.ShouldBe($"127.0.0.1:{server.Port}: it was issued by \"CN=test-ca\", which is not among the certificate authorities that are trusted");
        server.Requests.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_for_another_name_is_not()
    {
        await using var server = Server(_ours.Server("kubernetes.default.svc", "10.96.0.1"));

        var thrown = await FailAsync(Connection(server));

        thrown.Failure.ShouldBe(ClusterFailure.Tls);
        thrown.Detail.ShouldBe($"127.0.0.1:{server.Port}: it is not for 127.0.0.1, but for kubernetes.default.svc, 10.96.0.1");
        thrown.Hint.ShouldContain("tls-server-name");
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_that_has_expired_is_not()
    {
        await using var server = Server(_ours.ExpiredServer("127.0.0.1"));

        (await FailAsync(Connection(server))).Detail.ShouldContain("it is valid from");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_an_authority_those_of_the_machine_count()
    {
        await using var server = Server(_ours.Server("127.0.0.1"));

        (await FailAsync(Connection(server) with { CertificateAuthorities = null })).Failure.ShouldBe(ClusterFailure.Tls);
    }

    [Fact(Timeout = Limit)]
    public async Task The_name_of_the_certificate_can_be_given_and_is_sent()
    {
        await using var server = Server(_ours.Server("inner.example.com"));

        (await AskAsync(Connection(server) with { TlsServerName = "inner.example.com" })).ShouldBe("v1.36.0");

        _names.ShouldBe(["inner.example.com"]);
        (await FailAsync(Connection(server) with { TlsServerName = "other.example.com" })).Detail.ShouldEndWith("it is not for other.example.com, but for inner.example.com");
    }

    [Fact(Timeout = Limit)]
    public async Task Anything_goes_when_nothing_is_checked()
    {
        await using var server = Server(_others.ExpiredServer("elsewhere"));

        (await AskAsync(Connection(server) with { CertificateAuthorities = null, SkipTlsVerify = true })).ShouldBe("v1.36.0");
    }

    [Fact(Timeout = Limit)]
    public async Task Our_certificate_is_shown()
    {
        await using var server = Server(_ours.Server("127.0.0.1"), wantsCertificate: true);
        var (certificate, key) = _ours.Client("CN=me");

        await AskAsync(Connection(server) with { ClientCertificate = Certificates.Client(certificate, key, "test", DateTimeOffset.UtcNow) });

        server.Requests[0].ClientCertificate!.Subject.ShouldBe("CN=me");
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_speaks_no_TLS_is_said()
    {
        using var server = new TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var answering = AnswerPlainlyAsync(server);

        var thrown = await FailAsync(new ClusterConnection { Server = new Uri($"https://{server.LocalEndpoint}"), Source = "test" });

        server.Stop();
        await answering;
        thrown.Failure.ShouldBe(ClusterFailure.Tls);
        thrown.Title.ShouldBe("No secure connection to the cluster");
    }

    [Fact(Timeout = Limit)]
    public async Task A_proxy_is_used_and_does_not_see_what_is_said()
    {
        await using var server = Server(_ours.Server("127.0.0.1"));
        await using var proxy = new LoopbackServer(TunnelAsync);

        (await AskAsync(Connection(server) with { Proxy = new Uri($"http://user:pass%20word@127.0.0.1:{proxy.Port}") })).ShouldBe("v1.36.0");

        proxy.Requests.ShouldAllBe(r => r.Method == "CONNECT" && r.Path == $"127.0.0.1:{server.Port}");
        proxy.Requests[^1].Headers["Proxy-Authorization"].ShouldBe($"Basic {Convert.ToBase64String("user:pass word"u8)}");
    }

    [Fact(Timeout = Limit)]
    public async Task A_proxy_that_refuses_is_said()
    {
        await using var proxy = new LoopbackServer(r => r.RespondAsync(403, "no"));

        var thrown = await FailAsync(new ClusterConnection { Server = new Uri("https://203.0.113.1:6443"), Source = "test", Proxy = proxy.Address });

        thrown.Title.ShouldBe("The proxy does not let us through to the cluster");
        thrown.Detail.ShouldStartWith($"127.0.0.1:{proxy.Port} to 203.0.113.1:6443");
    }

    [Fact(Timeout = Limit)]
    public async Task Whom_we_act_as_is_said_with_every_request()
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(200, Version));
        var who = new Impersonation("jane", ["devs", "ops"], "7", new Dictionary<string, IReadOnlyList<string>> { ["example.com/reason"] = ["deploy"] });

        await AskAsync(new ClusterConnection { Server = server.Address, Source = "test", Impersonation = who });

        var headers = server.Requests[0].Headers;
        headers["Impersonate-User"].ShouldBe("jane");
        headers["Impersonate-Group"].ShouldBe("devs, ops");
        headers["Impersonate-Uid"].ShouldBe("7");
        headers["Impersonate-Extra-example.com%2Freason"].ShouldBe("deploy");
    }

    private LoopbackServer Server(X509Certificate2 certificate, bool wantsCertificate = false) => new(
        r => r.RespondAsync(200, Version),
        new SslServerAuthenticationOptions
        {
            ServerCertificateSelectionCallback = (_, name) =>
            {
                lock (_names)
                {
                    if (name is { Length: > 0 } && !_names.Contains(name))
                        _names.Add(name);
                }

                return certificate;
            },
            ClientCertificateRequired = wantsCertificate,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => !wantsCertificate || certificate is not null,
        });

    private ClusterConnection Connection(LoopbackServer server) => new() { Server = server.Address, Source = "test", CertificateAuthorities = _ours.Bundle };

    private static async Task<string> AskAsync(ClusterConnection connection)
    {
        using var client = new ClusterClient(connection, new ClusterClientOptions { UserAgent = "test/1" }, TimeProvider.System);
        return (await client.GetVersionAsync(Token)).GitVersion;
    }

    private static Task<ClusterException> FailAsync(ClusterConnection connection) => Should.ThrowAsync<ClusterException>(() => AskAsync(connection));

    /// <summary>What a web server without TLS says to a client that begins with it.</summary>
    private static async Task AnswerPlainlyAsync(TcpListener server)
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync(Token);
                _ = await client.GetStream().ReadAtLeastAsync(new byte[1024], 1, throwOnEndOfStream: false, Token);
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Token);
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private static async Task TunnelAsync(LoopbackRequest request)
    {
        if (!request.Headers.ContainsKey("Proxy-Authorization"))
        {
            await request.RespondAsync(407, "", "Proxy-Authenticate: Basic realm=\"test\"");
            return;
        }

        using var target = new TcpClient();
        await target.ConnectAsync("127.0.0.1", int.Parse(request.Path.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture), request.ServerEnd);
        await request.RespondAsync(200, "");
        await Task.WhenAny(
            request.Stream.CopyToAsync(target.GetStream(), request.ServerEnd),
            target.GetStream().CopyToAsync(request.Stream, request.ServerEnd));
        request.Reset();
    }
}
