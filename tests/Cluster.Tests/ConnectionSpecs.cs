using System.Text;
using Actions.Shared;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Processes;
using ClusterFixture;

namespace Cluster.Tests;

/// <summary>Every way to a cluster that leads to a real one.</summary>
public sealed class ConnectionSpecs(ControlPlane cluster) : IDisposable
{
    private const int Limit = 300_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connection-");
    private readonly Dictionary<string, string> _variables = [];
    private readonly List<ClusterConnector> _connectors = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _connectors.ForEach(c => c.Dispose());
        _folder.Delete(recursive: true);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kubeconfig_as_text_or_base64(bool asBase64)
    {
        await cluster.ConnectionAsync();
        var text = await File.ReadAllTextAsync(cluster.KubeconfigPath, Token);

        var connection = await ConnectAsync(new ConnectionOptions { Kubeconfig = asBase64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) : text });

        (await VersionAsync(connection)).Major.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task The_Secret_of_a_service_account()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"robot"}}""", Token);
        await ns.CreateAsync(
            """{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token","metadata":{"name":"robot","annotations":{"kubernetes.io/service-account.name":"robot"} } }""",
            Token);
        var secret = (await ns.WaitAsync(KnownResources.Secrets, null, all => all.Any(s => s.Name == "robot" && s.Body["data"]?["token"] is not null), Token)).Single(s => s.Name == "robot");
        var admin = await cluster.ConnectionAsync();

        var connection = await ConnectAsync(new ConnectionOptions { Server = admin.Server.ToString(), ServiceAccountSecret = secret.Body.ToJsonString() });

        connection.Namespace.ShouldBe(ns.Name);
        await ShouldBeAsync(connection, ns, $"system:serviceaccount:{ns.Name}:robot");
    }

    [Fact(Timeout = Limit)]
    public async Task The_account_of_a_Pod()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"runner"}}""", Token);
        var admin = await cluster.ConnectionAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "token"), await ns.TokenAsync("runner", Token), Token);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "ca.crt"), admin.CertificateAuthorities!.ExportCertificatePems(), Token);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "namespace"), ns.Name, Token);
        _variables["KUBERNETES_SERVICE_HOST"] = admin.Server.Host;
        _variables["KUBERNETES_SERVICE_PORT"] = $"{admin.Server.Port}";

        var connection = await ConnectAsync(new ConnectionOptions());

        connection.Namespace.ShouldBe(ns.Name);
        await ShouldBeAsync(connection, ns, $"system:serviceaccount:{ns.Name}:runner");
    }

    [Fact(Timeout = Limit)]
    public async Task Acting_as_somebody_else_has_their_rights()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync(
            """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"readers"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]}]}""", Token);
        await ns.CreateAsync(
            """
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"readers"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"readers"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"readers"}]}
            """,
            Token);
        var admin = await cluster.ConnectionAsync();
        using var client = Client(admin with { Impersonation = new Impersonation("jane", ["readers"], null, new Dictionary<string, IReadOnlyList<string>>()) });

        await client.ListAsync(KnownResources.ConfigMaps, ns.Name, null, Token);
        var thrown = await Should.ThrowAsync<ClusterException>(() => client.ListAsync(KnownResources.Secrets, ns.Name, null, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Forbidden);
        thrown.Detail.ShouldContain("User \"jane\" cannot list resource \"secrets\"");
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_ends_is_renewed_between_two_requests()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"robot"}}""", Token);
        var good = await ns.TokenAsync("robot", Token);
        var current = "not a token";
        var admin = await cluster.ConnectionAsync();

        await ShouldBeAsync(
            admin with { ClientCertificate = null, Token = (renew, _) => ValueTask.FromResult(current = renew ? good : current) }, ns, $"system:serviceaccount:{ns.Name}:robot");
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_token_is_refused()
    {
        var admin = await cluster.ConnectionAsync();
        using var client = Client(admin with { ClientCertificate = null, Token = (_, _) => ValueTask.FromResult("canary-token") });

        var thrown = await Should.ThrowAsync<ClusterException>(() => client.ListAsync(KnownResources.Pods, null, null, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Unauthorized);
        thrown.ExitCode.ShouldBe(ExitCode.BadInput);
        thrown.ToString().ShouldNotContain("canary");
    }

    [Fact(Timeout = Limit)]
    public async Task The_certificate_of_another_cluster_is_not_trusted()
    {
        using var others = new TestCertificates();
        var admin = await cluster.ConnectionAsync();
        using var client = Client(admin with { CertificateAuthorities = others.Bundle });

        (await Should.ThrowAsync<ClusterException>(() => client.GetVersionAsync(Token))).Failure.ShouldBe(ClusterFailure.Tls);
    }

    [Fact(Timeout = Limit)]
    public async Task Another_name_of_the_server_can_be_expected()
    {
        var admin = await cluster.ConnectionAsync();

        (await VersionAsync(admin with { TlsServerName = "kubernetes.default.svc" })).Major.ShouldBe(1);
        using var client = Client(admin with { TlsServerName = "elsewhere.example.com" });
        (await Should.ThrowAsync<ClusterException>(() => client.GetVersionAsync(Token))).Failure.ShouldBe(ClusterFailure.Tls);
    }

    private async Task<ClusterConnection> ConnectAsync(ConnectionOptions options)
    {
        var connector = new ClusterConnector(
            _variables, _folder.FullName, new ProcessRunner(_variables, _folder.FullName, TimeProvider.System), TimeProvider.System, _ => { }, _ => { })
        {
            AccountFolder = _folder.FullName,
        };
        _connectors.Add(connector);
        return await connector.ConnectAsync(options, Token);
    }

    private static ClusterClient Client(ClusterConnection connection) => new(connection, new ClusterClientOptions { UserAgent = "test/1" }, TimeProvider.System);

    private static async Task<ClusterVersion> VersionAsync(ClusterConnection connection)
    {
        using var client = Client(connection);
        return await client.GetVersionAsync(Token);
    }

    /// <summary>Whom the API server takes us for: it says so when it refuses.</summary>
    private static async Task ShouldBeAsync(ClusterConnection connection, TestNamespace ns, string user)
    {
        using var client = Client(connection);
        var thrown = await Should.ThrowAsync<ClusterException>(() => client.ListAsync(KnownResources.Secrets, ns.Name, null, Token));
        thrown.Detail.ShouldContain($"\"{user}\" cannot list");
    }
}
