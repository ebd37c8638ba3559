using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GitHub.Tests;

/// <summary>
/// GitHub's own description of its REST API, served by Prism (tests/tools/github-api): it answers with GitHub's examples, and refuses every request that
/// the description does not allow.
/// </summary>
public sealed class DescribedApi : IAsyncLifetime
{
    private readonly StringBuilder _output = new();
    private Process? _server;

    public Uri? Address { get; private set; }

    /// <summary>The address; a test that needs it is skipped where the tools are not installed, except in CI.</summary>
    public Uri Require()
    {
        if (Address is null)
        {
            const string Missing = "GitHub's description is not installed: run eng/tools.sh";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Missing);
            Assert.Fail(Missing);
        }

        return Address;
    }

    public async ValueTask InitializeAsync()
    {
        var tool = Path.Combine(Root(), "tests", "tools", "github-api");
        var description = Path.Combine(tool, "dist", "github.json");
        if (!File.Exists(description))
            return;
        var port = FreePort();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            Path.Combine(tool, "node_modules", "@stoplight", "prism-cli", "dist", "index.js"), "mock", description,
            "--errors", "--host", "127.0.0.1", "--port", $"{port}",
        })
        {
            start.ArgumentList.Add(argument);
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server = new Process { StartInfo = start, EnableRaisingEvents = true };
        _server.OutputDataReceived += (_, e) => Read(e.Data);
        _server.ErrorDataReceived += (_, e) => Read(e.Data);
        _server.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"Prism ended:\n{_output}"));
        _server.Start();
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
        Address = new Uri($"http://127.0.0.1:{port}");

        void Read(string? line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }

            if (line?.Contains("Prism is listening", StringComparison.Ordinal) == true)
                ready.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        if (!_server.HasExited)
            _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Actions.sln")))
            directory = directory.Parent!;
        return directory.FullName;
    }
}
