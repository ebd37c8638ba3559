using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Actions.AccountReview.Rules;
using ClusterFixture;

namespace Actions.AccountReview.Tests;

/// <summary>What a real Prometheus answers about two weeks that were written into it.</summary>
public sealed class PrometheusUsageSpecs : IDisposable
{
    private const int Limit = 120_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prometheus-usage-specs-");
    private readonly List<string> _warnings = [];
    private Process? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server?.Kill();
        _server?.WaitForExit();
        _server?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = Limit)]
    public async Task Prometheus_tells_what_pods_have_asked_of_each_node_on_average()
    {
        var address = await StartAsync();

        var nodes = (await AskAsync(null, new PrometheusToAsk("shop", address))).NodeUse["shop"];

        _warnings.ShouldBeEmpty();
        nodes.Keys.Order().ShouldBe(["node-a", "node-b"]);
        // Half of the time it asked for one of four processors, and half of the time for three.
        nodes["node-a"].Processors.ShouldBe(0.5, 0.02);
        nodes["node-a"].Memory.ShouldBe(0.25, 0.001);
        nodes["node-a"].Days.ShouldBe(14, 0.1);
        nodes["node-b"].ShouldSatisfyAllConditions(n => n.Processors.ShouldBe(0.25, 0.001), n => n.Days.ShouldBe(3, 0.1));
    }

    [Theory(Timeout = Limit)]
    [InlineData(503, "down", "status 503")]
    [InlineData(200, "<html>", "invalid start of a value")]
    [InlineData(200, """{"status":"success","data":{"resultType":"scalar","result":1}}""", "something else than a vector")]
    public async Task An_answer_that_is_none_is_told(int status, string body, string said)
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(status, body, []));

        var index = await AskAsync(null, new PrometheusToAsk("shop", server.Address));

        index.NodeUse.ShouldBeEmpty();
        _warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(w => w.ShouldContain("The Prometheus of shop could not be asked"), w => w.ShouldContain(said));
    }

    [Fact(Timeout = Limit)]
    public async Task The_token_goes_only_where_it_cannot_be_read()
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(200, """{"status":"success","data":{"resultType":"vector","result":[]}}""", []));

        await AskAsync("CANARY-token", new PrometheusToAsk("here", server.Address));
        await AskAsync("CANARY-token", new PrometheusToAsk("there", new Uri("http://prometheus.example")));

        server.Requests.ShouldAllBe(r => r.Headers["Authorization"] == "Bearer CANARY-token");
        _warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(w => w.ShouldContain("The token is not sent"), w => w.ShouldNotContain("CANARY"));
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("shop=prometheus")]
    [InlineData("shop=file:///etc/passwd")]
    [InlineData("shop=https://user:password@prometheus.example")]
    public void Something_else_than_a_cluster_and_an_address_is_refused(string text) => Should.Throw<FormatException>(() => PrometheusToAsk.Parse(text));

    private async Task<UsageIndex> AskAsync(string? token, params PrometheusToAsk[] servers)
    {
        var usage = new UsageBuilder();
        using var prometheus = new PrometheusUsage(token, "tests/1", _warnings.Add);
        await prometheus.AddAsync(usage, servers, Token);
        return usage.Build();
    }

    /// <summary>Writes samples into the store of a Prometheus, one an hour until now, and starts it.</summary>
    private async Task<Uri> StartAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var text = new StringBuilder();
        void Series(string name, string labels, int days, Func<int, double> value)
        {
            for (var hour = (days * 24) - 1; hour >= 0; hour--)
                text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value(hour)} {now - (hour * 3600L) - 60}\n");
        }

        text.Append("# TYPE kube_node_status_allocatable gauge\n");
        Series("kube_node_status_allocatable", "node=\"node-a\",resource=\"cpu\"", 14, _ => 4);
        Series("kube_node_status_allocatable", "node=\"node-a\",resource=\"memory\"", 14, _ => 8e9);
        Series("kube_node_status_allocatable", "node=\"node-b\",resource=\"cpu\"", 3, _ => 4);
        Series("kube_node_status_allocatable", "node=\"node-b\",resource=\"memory\"", 3, _ => 8e9);
        text.Append("# TYPE kube_pod_container_resource_requests gauge\n");
        Series("kube_pod_container_resource_requests", "node=\"node-a\",pod=\"p\",container=\"a\",resource=\"cpu\"", 14, h => h < 7 * 24 ? 0.5 : 2.5);
        Series("kube_pod_container_resource_requests", "node=\"node-a\",pod=\"p\",container=\"b\",resource=\"cpu\"", 14, _ => 0.5);
        Series("kube_pod_container_resource_requests", "node=\"node-a\",pod=\"p\",container=\"a\",resource=\"memory\"", 14, _ => 2e9);
        Series("kube_pod_container_resource_requests", "node=\"node-b\",pod=\"q\",container=\"a\",resource=\"cpu\"", 3, _ => 1);
        Series("kube_pod_container_resource_requests", "node=\"node-b\",pod=\"q\",container=\"a\",resource=\"memory\"", 3, _ => 2e9);
        text.Append("# EOF\n");
        var samples = Path.Combine(_folder.FullName, "samples.om");
        var data = Path.Combine(_folder.FullName, "data");
        await File.WriteAllTextAsync(samples, text.ToString(), Token);
        await RunAsync("promtool", "tsdb", "create-blocks-from", "openmetrics", samples, data);
        var configuration = Path.Combine(_folder.FullName, "prometheus.yml");
        // Samples an hour apart would be stale after five minutes otherwise.
        await File.WriteAllTextAsync(configuration, "global: {}\n", Token);
        var port = FreePort();
        _server = Process.Start(new ProcessStartInfo("prometheus", [$"--config.file={configuration}", $"--storage.tsdb.path={data}", $"--web.listen-address=127.0.0.1:{port}", "--query.lookback-delta=1h"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var isReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new StringBuilder();
        _server.ErrorDataReceived += (_, line) =>
        {
            log.AppendLine(line.Data);
            if (line.Data is null)
                isReady.TrySetException(new InvalidOperationException($"prometheus ended: {log}"));
            else if (line.Data.Contains("ready to receive web requests", StringComparison.Ordinal))
                isReady.TrySetResult();
        };
        _server.BeginErrorReadLine();
        await isReady.Task.WaitAsync(Token);
        return new Uri($"http://127.0.0.1:{port}");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await output;
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(0, error);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
