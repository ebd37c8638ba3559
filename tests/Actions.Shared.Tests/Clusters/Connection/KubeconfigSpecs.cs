using System.Text;
using Actions.Shared.Clusters.Connection;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Connection;

public sealed class KubeconfigSpecs : IDisposable
{
    private const string Plain =
        """
        apiVersion: v1
        kind: Config
        current-context: staging
        clusters:
          - name: c1
            cluster: {server: "https://203.0.113.1:6443"}
          - name: c2
            cluster: {server: "https://203.0.113.2", tls-server-name: inner, proxy-url: "http://user:canary-proxy@proxy.example.com:3128"}
        contexts:
          - name: staging
            context: {cluster: c1, user: u1, namespace: shop}
          - name: production
            context: {cluster: c2, user: u2}
        users:
          - name: u1
            user: {token: canary-token-1}
          - name: u2
            user:
              token: canary-token-2
              as: jane
              as-uid: "7"
              as-groups: [devs, ops]
              as-user-extra:
                example.com/reason: [deploy]
        """;

    private readonly Connecting _test = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task The_current_context_counts()
    {
        var connection = await _test.ConnectAsync(new ConnectionOptions { Kubeconfig = Plain });

        connection.Server.ShouldBe(new Uri("https://203.0.113.1:6443"));
        connection.Namespace.ShouldBe("shop");
        connection.Source.ShouldBe("context staging of the kubeconfig");
        (await connection.Token!(false, Token)).ShouldBe("canary-token-1");
        connection.Impersonation.ShouldBeNull();
        _test.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_context_can_be_named()
    {
        var connection = await _test.ConnectAsync(new ConnectionOptions { Kubeconfig = Plain, Context = "production" });

        connection.Server.Host.ShouldBe("203.0.113.2");
        connection.TlsServerName.ShouldBe("inner");
        connection.Proxy!.Authority.ShouldBe("proxy.example.com:3128");
        connection.Impersonation!.User.ShouldBe("jane");
        connection.Impersonation.Uid.ShouldBe("7");
        connection.Impersonation.Groups.ShouldBe(["devs", "ops"]);
        connection.Impersonation.Extra["example.com/reason"].ShouldBe(["deploy"]);
        _test.Hides("canary-proxy").ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(76)]
    public async Task Base64_is_recognised(int lineLength)
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(Plain));
        if (lineLength > 0)
            text = string.Join('\n', text.Chunk(lineLength).Select(c => new string(c))) + "\n";

        var connection = await _test.ConnectAsync(new ConnectionOptions { Kubeconfig = text });

        connection.Source.ShouldBe("context staging of the kubeconfig");
        _test.Hides(text.Split('\n')[0]).ShouldBeTrue();
    }

    [Fact]
    public async Task JSON_is_YAML_too()
    {
        var connection = await _test.ConnectAsync(new ConnectionOptions
        {
            Kubeconfig =
                """
                {"clusters":[{"name":"c","cluster":{"server":"https://203.0.113.1"}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],
                 "users":[{"name":"u","user":{"token":"canary-json"}}]}
                """,
        });

        connection.Source.ShouldBe("context x of the kubeconfig");
        _test.Hides("canary-json").ShouldBeTrue();
    }

    [Fact]
    public async Task Every_secret_of_every_user_is_masked()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Client("CN=me");
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        await _test.ConnectAsync(new ConnectionOptions
        {
            Kubeconfig = Plain + "\n" +
                $$"""
                  - name: u3
                    user: {client-certificate-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate))}}, client-key-data: {{data}}}
                  - name: u4
                    user: {username: admin, password: canary-password}
                  - name: u5
                    user: {auth-provider: {name: oidc, config: {id-token: canary-id, refresh-token: canary-refresh} } }
                  - name: u6
                    user: {exec: {command: x, env: [{name: MY_SECRET, value: canary-env}]} }
                """,
        });

        foreach (var secret in new[] { "canary-token-1", "canary-token-2", "canary-password", "canary-env", data, key.Split('\n')[1] })
            _test.Hides(secret).ShouldBeTrue(secret);
        _test.Hides("-----BEGIN PRIVATE KEY-----").ShouldBeFalse();
    }

    [Fact]
    public async Task Secrets_are_masked_in_a_text_that_cannot_be_read()
    {
        var thrown = await _test.FailAsync(new ConnectionOptions { Kubeconfig = "users:\n  - name: u\n    user:\n      token: canary-broken\n   bad: [indent\n" });

        thrown.Title.ShouldBe("Not valid YAML");
        thrown.Location!.File.ShouldBe("kubeconfig");
        _test.Hides("canary-broken").ShouldBeTrue();
    }

    [Fact]
    public async Task Several_files_are_merged_and_the_first_counts()
    {
        _test.Write("one", "contexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: \"https://203.0.113.1\"}}]\n");
        _test.Write("two", "current-context: x\nclusters: [{name: c, cluster: {server: \"https://203.0.113.9\"}}]\nusers: [{name: u, user: {token: abcdef}}]\n");
        _test.Variables["KUBECONFIG"] = $"one:{Path.Combine(_test.Folder, "missing")}:two";

        var connection = await _test.ConnectAsync(new ConnectionOptions());

        connection.Server.Host.ShouldBe("203.0.113.1");
        connection.Source.ShouldBe("context x of KUBECONFIG");
        (await connection.Token!(false, Token)).ShouldBe("abcdef");
    }

    [Fact]
    public async Task Files_that_are_named_are_read_only_where_that_is_allowed()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Client("CN=me");
        _test.Write("ca.crt", certificates.AuthorityPem);
        _test.Write("me.crt", certificate);
        _test.Write("me.key", key);
        _test.Write("token", "canary-file\n");
        _test.Write(
            "config",
            """
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://203.0.113.1", certificate-authority: ca.crt}}]
            users: [{name: u, user: {client-certificate: me.crt, client-key: ./me.key, tokenFile: token}}]
            """);
        _test.Variables["KUBECONFIG"] = "config";

        var thrown = await _test.FailAsync(new ConnectionOptions());
        var connection = await _test.ConnectAsync(new ConnectionOptions { AllowFiles = true });

        thrown.Title.ShouldBe("The kubeconfig names a file");
        thrown.Detail.ShouldBe("certificate-authority: ca.crt");
        connection.CertificateAuthorities!.Count.ShouldBe(1);
        connection.ClientCertificate!.HasPrivateKey.ShouldBeTrue();
        (await connection.Token!(false, Token)).ShouldBe("canary-file");
        _test.Hides("canary-file").ShouldBeTrue();
        _test.Hides(key.Split('\n')[1]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_it_was_refused()
    {
        var file = _test.Write("token", "canary-1");
        _test.Write("config", "contexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: \"https://203.0.113.1\"}}]\nusers: [{name: u, user: {tokenFile: token}}]\n");
        _test.Variables["KUBECONFIG"] = "config";
        var connection = await _test.ConnectAsync(new ConnectionOptions { AllowFiles = true });
        (await connection.Token!(false, Token)).ShouldBe("canary-1");

        await File.WriteAllTextAsync(file, "canary-2", Token);

        (await connection.Token!(false, Token)).ShouldBe("canary-1");
        (await connection.Token!(true, Token)).ShouldBe("canary-2");
        await File.WriteAllTextAsync(file, "canary-3", Token);
        _test.Time.Advance(TimeSpan.FromMinutes(2));
        (await connection.Token!(false, Token)).ShouldBe("canary-3");
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "", "The kubeconfig is empty", "kubeconfig" },
        { "/home/me/.kube/config", "Not a kubeconfig", "kubeconfig is neither YAML nor base64 of it" },
        { "aGVsbG8gd29ybGQ=", "Not a kubeconfig", "kubeconfig is neither YAML nor base64 of it" },
        { "kind: Deployment\nspec: {}", "Not a kubeconfig", "kubeconfig is a Deployment" },
        { "kind: canary secret text", "Not a kubeconfig", "kubeconfig is a document of another kind" },
        { "a: b", "Not a kubeconfig", "kubeconfig has no clusters, users and contexts" },
        { "clusters: [x]", "Wrong entry in the kubeconfig", "clusters: an entry needs name and cluster" },
        { "contexts: [{name: a, context: {cluster: c}}, {name: b, context: {cluster: c}}]", "Which context of the kubeconfig?", "the kubeconfig has no current-context; there are: a, b" },
        { "current-context: x\nusers: [{name: u, user: {}}]", "The kubeconfig has no such context", "current-context is x; there are no contexts" },
        { "contexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: d, cluster: {server: x}}]", "The kubeconfig has no such cluster", "context a names the cluster \"c\"; there are: d" },
        { One("{}", user: "other"), "The kubeconfig has no such user", "context x names the user \"other\"; there are: u" },
        { One("{}"), "The kubeconfig holds no credential", "user u has no token, certificate or exec" },
        { One("{token: REDACTED}"), "The kubeconfig is incomplete", "the token of user u is left out (REDACTED)" },
        { One("{username: admin, password: canary}"), "A credential that Kubernetes no longer knows", "user u has username and password" },
        { One("{auth-provider: {name: gcp}}"), "A credential that Kubernetes no longer knows", "user u has auth-provider" },
        { One("{client-certificate-data: YQ==}"), "Half a client certificate", "user u has client-certificate-data only" },
        { One("{client-certificate-data: YQ==, client-key-data: YQ==}"), "The client certificate cannot be used", "user u: certificate and key are not valid PEM, or do not belong together" },
        { One("{tokenFile: /etc/passwd}"), "The kubeconfig names a file", "tokenFile: /etc/passwd" },
        { One("{token: abcd}", "insecure-skip-tls-verify: true"), "The kubeconfig wants an unchecked connection", "cluster c: insecure-skip-tls-verify is true, so anybody on the way could read the credentials" },
        { One("{token: abcd}", "certificate-authority-data: DATA+OMITTED"), "The kubeconfig is incomplete", "certificate-authority-data of cluster c is left out (DATA+OMITTED)" },
        { One("{token: abcd}", "certificate-authority-data: bm9uZQ=="), "Not a certificate", "certificate-authority-data of cluster c is neither PEM nor base64 of it" },
        { One("{token: abcd}", "proxy-url: \"ftp://u:canary@x\""), "Not the address of a proxy", "proxy-url of cluster c" },
        { One("{token: abcd}", server: "http://203.0.113.1"), "The address is not protected", "server of cluster c: http://203.0.113.1" },
        { One("{token: abcd}", server: "https://u:canary@203.0.113.1"), "Not the address of an API server", "server of cluster c" },
        { One("{token: abcd}", server: "203.0.113.1:6443"), "Not the address of an API server", "server of cluster c" },
        { One("{exec: {command: /tmp/evil}}"), "The kubeconfig wants to start a program", "user u gets its credential from /tmp/evil, and a kubeconfig could name any program" },
        { One("{exec: {command: scw, args: [k8s, exec-credential]}}"), "The credential of Scaleway is missing", "the kubeconfig wants scw, which uses the variable SCW_SECRET_KEY, and that is not set" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_said(string text, string title, string detail)
    {
        var thrown = await _test.FailAsync(new ConnectionOptions { Kubeconfig = text });

        (thrown.Title, thrown.Detail).ShouldBe((title, detail));
        thrown.ExitCode.ShouldBe(ExitCode.BadInput);
    }

    [Fact]
    public async Task A_context_that_is_nearly_right_is_suggested()
    {
        var thrown = await _test.FailAsync(new ConnectionOptions { Kubeconfig = Plain, Context = "prodction" });

        thrown.Detail.ShouldBe("context is prodction; there are: staging, production");
        thrown.Hint.ShouldBe("Did you mean production?");
    }

    [Fact]
    public async Task A_file_that_is_not_here_is_explained()
    {
        _test.Variables["KUBECONFIG"] = "/runner/_temp/kubeconfig";

        var thrown = await _test.FailAsync(new ConnectionOptions());

        thrown.Detail.ShouldBe("KUBECONFIG names /runner/_temp/kubeconfig, which does not exist here");
        thrown.Hint.ShouldContain("container action");
    }

    [Fact]
    public async Task An_expired_client_certificate_is_said_before_anything_is_sent()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Client("CN=me", DateTimeOffset.UtcNow.AddDays(-1));

        var thrown = await _test.FailAsync(new ConnectionOptions
        {
            Kubeconfig = One($"{{client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}}}"),
        });

        thrown.Title.ShouldBe("The client certificate has expired");
    }

    [Fact]
    public async Task An_unchecked_connection_needs_an_explicit_word_and_is_warned_of()
    {
        var connection = await _test.ConnectAsync(new ConnectionOptions { Kubeconfig = One("{token: abcd}", "insecure-skip-tls-verify: true"), SkipTlsVerify = true });

        connection.SkipTlsVerify.ShouldBeTrue();
        _test.Warnings.ShouldHaveSingleItem().ShouldContain("203.0.113.1");
    }

    [Fact]
    public async Task Checking_and_not_checking_exclude_each_other()
    {
        using var certificates = new TestCertificates();

        var thrown = await _test.FailAsync(new ConnectionOptions
        {
            Server = "https://203.0.113.1",
            Token = "abcd",
            CertificateAuthority = certificates.AuthorityPem,
            SkipTlsVerify = true,
        });

        thrown.Title.ShouldBe("The certificate is to be checked and not to be checked");
    }

    [Theory]
    [InlineData("{exec: {command: scw, args: [k8s, exec-credential], interactiveMode: Never}}")]
    [InlineData("{exec: {command: /opt/homebrew/bin/scw, args: [k8s, exec-credential]}}")]
    public async Task Kapsule_needs_no_program(string user)
    {
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";

        var connection = await _test.ConnectAsync(new ConnectionOptions { Kubeconfig = One(user, server: "https://abc.api.k8s.fr-par.scw.cloud:6443") });

        (await connection.Token!(false, Token)).ShouldBe("canary-scw");
        _test.Hides("canary-scw").ShouldBeTrue();
        connection.UnreachableHint.ShouldContain("scw k8s acl");
        connection.UnauthorizedHint.ShouldContain("SCW_SECRET_KEY");
    }

    [Theory]
    [InlineData("{token: REDACTED}")]
    [InlineData("{}")]
    public async Task A_redacted_kubeconfig_of_Kapsule_is_enough(string user)
    {
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";

        var connection = await _test.ConnectAsync(new ConnectionOptions { Kubeconfig = One(user, server: "https://abc.api.k8s.fr-par.scw.cloud:6443") });

        (await connection.Token!(false, Token)).ShouldBe("canary-scw");
    }

    [Fact]
    public async Task The_key_of_Scaleway_goes_nowhere_else()
    {
        _test.Variables["SCW_SECRET_KEY"] = "canary-scw";

        (await _test.FailAsync(new ConnectionOptions { Kubeconfig = One("{}", server: "https://scw.cloud.example.com") })).Title.ShouldBe("The kubeconfig holds no credential");
    }

    internal static string One(string body, string cluster = "", string server = "https://203.0.113.1", string user = "u") =>
        $"contexts: [{{name: x, context: {{cluster: c, user: {user}}}}}]\nclusters: [{{name: c, cluster: {{server: \"{server}\"{(cluster.Length > 0 ? ", " + cluster : "")}}}}}]\nusers: [{{name: u, user: {body}}}]\n";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
