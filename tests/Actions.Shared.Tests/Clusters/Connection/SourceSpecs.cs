using System.Text;
using Actions.Shared.Clusters.Connection;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Connection;

/// <summary>Where a cluster comes from besides a kubeconfig.</summary>
public sealed class SourceSpecs : IDisposable
{
    private readonly Connecting _test = new();
    private readonly TestCertificates _certificates = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _test.Dispose();
        _certificates.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_with_token_and_authority(bool asBase64)
    {
        var connection = await _test.ConnectAsync(new ConnectionOptions
        {
            Server = "https://203.0.113.1:6443",
            Token = "canary-token",
            CertificateAuthority = asBase64 ? Base64(_certificates.AuthorityPem) : _certificates.AuthorityPem,
            TlsServerName = "inner",
            ProxyUrl = "socks5://proxy.example.com:1080",
        });

        connection.CertificateAuthorities![0].Thumbprint.ShouldBe(_certificates.Authority.Thumbprint);
        (connection.TlsServerName, connection.Proxy!.Scheme).ShouldBe(("inner", "socks5"));
        (await connection.Token!(false, Token)).ShouldBe("canary-token");
        _test.Hides("canary-token").ShouldBeTrue();
    }

    [Fact]
    public async Task The_Secret_of_a_service_account()
    {
        var connection = await _test.ConnectAsync(new ConnectionOptions { Server = "https://203.0.113.1", ServiceAccountSecret = Secret() });

        connection.CertificateAuthorities!.Count.ShouldBe(1);
        connection.Namespace.ShouldBe("shop");
        (await connection.Token!(false, Token)).ShouldBe("canary-account");
        _test.Hides("canary-account").ShouldBeTrue();
        _test.Hides(Base64("canary-account")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_account_of_a_Pod()
    {
        Pod();

        var connection = await _test.ConnectAsync(new ConnectionOptions());

        connection.Server.ShouldBe(new Uri("https://10.96.0.1:443"));
        connection.Source.ShouldBe("the account of this Pod");
        connection.Namespace.ShouldBe("shop");
        (await connection.Token!(false, Token)).ShouldBe("canary-pod");
        _test.Hides("canary-pod").ShouldBeTrue();
    }

    [Fact]
    public async Task A_Pod_at_an_IPv6_address()
    {
        Pod();
        _test.Variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";

        (await _test.ConnectAsync(new ConnectionOptions { InCluster = true })).Server.ShouldBe(new Uri("https://[fd00::1]"));
    }

    [Fact]
    public async Task A_token_replaces_the_credentials_of_a_kubeconfig()
    {
        var connection = await _test.ConnectAsync(new ConnectionOptions { Kubeconfig = KubeconfigSpecs.One("{exec: {command: evil}}"), Token = "mine" });

        (await connection.Token!(false, Token)).ShouldBe("mine");
    }

    public static TheoryData<ConnectionOptions, string> Wrong => new()
    {
        { new ConnectionOptions(), "No cluster is given" },
        { new ConnectionOptions { Kubeconfig = "a: b", Server = "https://203.0.113.1" }, "The cluster is given twice" },
        { new ConnectionOptions { InCluster = true, Server = "https://203.0.113.1" }, "The cluster is given twice" },
        { new ConnectionOptions { InCluster = true }, "We do not run in a Pod" },
        { new ConnectionOptions { Server = "https://203.0.113.1" }, "No credential is given" },
        { new ConnectionOptions { Server = "https://203.0.113.1", Token = "abcd", Context = "x" }, "A context without a kubeconfig" },
        { new ConnectionOptions { Server = "https://203.0.113.1", Token = "abcd", OidcAudience = "x" }, "Two credentials are given" },
        { new ConnectionOptions { Kubeconfig = "a: b", CertificateAuthority = "x" }, "A certificate authority without a server" },
        { new ConnectionOptions { Server = "https://203.0.113.1", Token = "abcd", CertificateAuthority = "x" }, "Not a certificate" },
        { new ConnectionOptions { Server = "https://203.0.113.1", OidcAudience = "x" }, "This job may not ask for an OIDC token" },
        { new ConnectionOptions { ServiceAccountSecret = "kind: Secret" }, "The Secret of a service account says nothing of the cluster's address" },
        { new ConnectionOptions { Server = "https://203.0.113.1", ServiceAccountSecret = "kind: ConfigMap" }, "Not the Secret of a service account" },
        { new ConnectionOptions { Server = "https://203.0.113.1", ServiceAccountSecret = "kind: Secret\ndata: {token: '***'}" }, "Not the Secret of a service account" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task What_is_wrong_is_said(ConnectionOptions options, string title) => (await _test.FailAsync(options)).Title.ShouldBe(title);

    private void Pod()
    {
        Directory.CreateDirectory(Path.Combine(_test.Folder, "account"));
        _test.Write("account/token", "canary-pod\n");
        _test.Write("account/ca.crt", _certificates.AuthorityPem);
        _test.Write("account/namespace", "shop");
        _test.Variables["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
        _test.Variables["KUBERNETES_SERVICE_PORT"] = "443";
    }

    private string Secret() =>
        $"""
        apiVersion: v1
        kind: Secret
        type: kubernetes.io/service-account-token
        data:
          ca.crt: {Base64(_certificates.AuthorityPem)}
          namespace: {Base64("shop")}
          token: {Base64("canary-account")}
        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
