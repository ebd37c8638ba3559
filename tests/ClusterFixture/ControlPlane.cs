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
    private readonly string? _given = Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } path ? path : null;

    public ControlPlane()
    {
        _started = new(StartAsync);
        _client = new(async () => NewClient(await _started.Value));
    }

    /// <summary>Whether the control plane is our own, so that its API server may be stopped. Every test then has it for itself, or restarts nothing.</summary>
    public bool IsOwn => _given is null;

    /// <summary>Path of a kubeconfig of an administrator; only after something was asked of the cluster.</summary>
    public string KubeconfigPath => _given ?? Path.Combine(_folder.FullName, "kubeconfig");

    /// <summary>The connection of an administrator. Starts the cluster if it does not run.</summary>
    public Task<ClusterConnection> ConnectionAsync() => _started.Value;

    /// <summary>A client of an administrator, shared by all tests; count requests with a <see cref="NewClient"/>.</summary>
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

    /// <summary>Ends the API server at once, as a crash does. Only for a fixture that no other test uses.</summary>
    public Task StopServerAsync() => ScriptAsync("stop-server");

    /// <summary>Starts the API server again, at the same address, and waits until it is ready.</summary>
    public Task StartServerAsync() => ScriptAsync("start-server");

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

    private async Task<ClusterConnection> StartAsync()
    {
        await ScriptAsync("up");
        var variables = new Dictionary<string, string> { ["KUBECONFIG"] = KubeconfigPath };
        var processes = new ProcessRunner(variables, _folder.FullName, TimeProvider.System);
        var connector = Own(new ClusterConnector(variables, _folder.FullName, processes, TimeProvider.System, static _ => { }, static _ => { }));
        return await connector.ConnectAsync(new ConnectionOptions { AllowFiles = true }, CancellationToken.None);
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
