using System.Diagnostics;
using System.Globalization;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Processes;

namespace ClusterFixture;

/// <summary>
/// A real control plane for the tests of one assembly: started by <c>eng/cluster.sh</c> when the first test asks for it, gone with the test program
/// however that ends. With <c>KUBECONFIG</c> set it is that cluster. There are no nodes: tests play the kubelet (<see cref="Kubelet"/>).
/// Use it as <c>[assembly: AssemblyFixture(typeof(ControlPlane))]</c>.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-");
    private readonly Lazy<Task<ClusterConnection>> _started;
    private readonly Lazy<Task<ClusterClient>> _client;
    private readonly List<IDisposable> _owned = [];
    private readonly Lock _gate = new();
    private Relay? _relay;
    private readonly string? _given = Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } path ? path : null;

    /// <summary>The control plane of an assembly.</summary>
    public ControlPlane()
        : this(mayBeStopped: false)
    {
    }

    private ControlPlane(bool mayBeStopped)
    {
        _started = new(() => StartAsync(mayBeStopped));
        _client = new(async () => NewClient(await _started.Value, new ClusterClientOptions { UserAgent = "cluster-tests/1", RetryLimit = TimeSpan.FromMinutes(5) }));
    }

    /// <summary>A control plane of a test's own, whose API server may be stopped.</summary>
    public static ControlPlane ThatMayBeStopped() => new(mayBeStopped: true);

    /// <summary>Path of a kubeconfig of an administrator; only after something was asked of the cluster.</summary>
    public string KubeconfigPath => _given ?? Path.Combine(_folder.FullName, "kubeconfig");

    /// <summary>The connection of an administrator. Starts the cluster if it does not run.</summary>
    public Task<ClusterConnection> ConnectionAsync() => _started.Value;

    /// <summary>A client of an administrator, shared by all tests and patient with a busy machine; count requests with a <see cref="NewClient"/>.</summary>
    public Task<ClusterClient> ClientAsync() => _client.Value;

    /// <summary>A client of its own, disposed with the cluster.</summary>
    public ClusterClient NewClient(ClusterConnection connection, ClusterClientOptions? options = null) =>
        Own(new ClusterClient(connection, options ?? new ClusterClientOptions { UserAgent = "cluster-tests/1" }, TimeProvider.System));

    /// <summary>Creates a namespace of its own for a test. It is deleted with the cluster.</summary>
    public async Task<TestNamespace> CreateNamespaceAsync(CancellationToken cancellation)
    {
        var client = await ClientAsync();
        var name = $"test-{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..12]}";
        await client.CreateAsync(KnownResources.Namespaces, null, Json.Object($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}"""), null, cancellation);
        return new TestNamespace(this, client, name);
    }

    /// <summary>
    /// Ends the API server at once, as a crash does; a cluster that is not our own is only cut off. Only for a control plane of a test's own.
    /// </summary>
    public async Task StopServerAsync()
    {
        if (_relay is not null)
            await _relay.CutAsync();
        await ScriptAsync("stop-server");
    }

    /// <summary>Starts the API server again, at the same address, and waits until it is ready.</summary>
    public async Task StartServerAsync()
    {
        await ScriptAsync("start-server");
        _relay?.Restore();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            foreach (var owned in _owned)
                owned.Dispose();
            _owned.Clear();
        }

        if (_started.IsValueCreated)
            await ScriptAsync("down");
        _folder.Delete(recursive: true);
    }

    internal T Own<T>(T item)
        where T : IDisposable
    {
        lock (_gate)
        {
            _owned.Add(item);
        }

        return item;
    }

    private async Task<ClusterConnection> StartAsync(bool mayBeStopped)
    {
        await ScriptAsync("up");
        var variables = new Dictionary<string, string> { ["KUBECONFIG"] = KubeconfigPath };
        var processes = new ProcessRunner(variables, _folder.FullName, TimeProvider.System);
        using var connector = new ClusterConnector(variables, _folder.FullName, processes, TimeProvider.System, static _ => { }, static _ => { });
        var connection = await connector.ConnectAsync(new ConnectionOptions { AllowFiles = true }, CancellationToken.None);
        if (IsOwn || !mayBeStopped)
            return connection;

        _relay = Own(new Relay(connection.Server));
        return connection with { Server = new Uri($"https://127.0.0.1:{_relay.Port}"), TlsServerName = connection.TlsServerName ?? connection.Server.Host };
    }

    private async Task ScriptAsync(string command)
    {
        if (!IsOwn)
            return;
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot(), "eng", "cluster.sh"), [command, _folder.FullName]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["CLUSTER_OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync();
        var error = await script.StandardError.ReadToEndAsync();
        await output;
        await script.WaitForExitAsync();
        if (script.ExitCode != 0)
            throw new InvalidOperationException($"cluster.sh {command} failed:\n{error}");
    }

    private bool IsOwn => _given is null;

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Actions.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the test program holds Actions.sln.");
    }
}
