using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.Shared;

namespace Actions.AccountReview;

/// <summary>A Prometheus to ask.</summary>
/// <param name="Cluster">The id or the name of the Kapsule cluster that it watches.</param>
/// <param name="Address">Where it is; the paths of its API follow.</param>
internal sealed record PrometheusToAsk(string Cluster, Uri Address)
{
    /// <summary>Reads <c>cluster=address</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static PrometheusToAsk Parse(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } cluster, var address] && Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0
            ? new PrometheusToAsk(cluster.Trim(), uri)
            : throw new FormatException("Write the id or the name of the cluster, an equals sign and an address.");
}

/// <summary>
/// Asks Prometheus what pods have asked of their nodes, from what kube-state-metrics tells. One that does not answer is told, and what needs it is MANUAL.
/// </summary>
/// <param name="token">Sent to it; null for none.</param>
/// <param name="userAgent">Sent as <c>User-Agent</c>.</param>
/// <param name="warn">Told what could not be had.</param>
internal sealed class PrometheusUsage(string? token, string userAgent, Action<string> warn) : IDisposable
{
    private const int MaxBytes = 16 * 1024 * 1024;

    private static readonly string Period = $"[{CostRules.PoolUsePeriod.TotalDays:0}d:1h]";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = TimeSpan.FromSeconds(60),
        MaxResponseContentBufferSize = MaxBytes,
    };

    public void Dispose() => _http.Dispose();

    /// <summary>Asks each, one after another.</summary>
    public async Task AddAsync(UsageBuilder usage, IReadOnlyList<PrometheusToAsk> servers, CancellationToken cancellation)
    {
        foreach (var server in servers)
        {
            try
            {
                usage.AddNodes(server.Cluster, await NodesAsync(server.Address, cancellation));
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException or ScalewayException or ActionException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                warn($"The Prometheus of {server.Cluster} could not be asked: {(e is OperationCanceledException ? "it gave no answer in time" : e.InnerException?.Message ?? e.Message)}. How much its pools are used is not known.");
            }
        }
    }

    /// <summary>What is asked of each node, by its name.</summary>
    private async Task<IReadOnlyDictionary<string, NodeUse>> NodesAsync(Uri address, CancellationToken cancellation)
    {
        var processors = await AskAsync(address, Share("cpu"), cancellation);
        var memory = await AskAsync(address, Share("memory"), cancellation);
        var hours = await AskAsync(address, $"count_over_time(sum by (node) (kube_node_status_allocatable{{resource=\"cpu\"}}){Period})", cancellation);
        return hours
            .Where(h => processors.ContainsKey(h.Key) && memory.ContainsKey(h.Key))
            .ToDictionary(h => h.Key, h => new NodeUse(processors[h.Key], memory[h.Key], h.Value / 24), StringComparer.Ordinal);
    }

    /// <summary>What pods ask for, as a part of what the node offers, on average.</summary>
    private static string Share(string resource) =>
        $"avg_over_time(sum by (node) (kube_pod_container_resource_requests{{resource=\"{resource}\"}}){Period}) / on (node) avg_over_time(sum by (node) (kube_node_status_allocatable{{resource=\"{resource}\"}}){Period})";

    private async Task<Dictionary<string, double>> AskAsync(Uri address, string query, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.AbsoluteUri.TrimEnd('/')}/api/v1/query?query={Uri.EscapeDataString(query)}"));
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (token is not null)
        {
            if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
            {
                throw new ActionException("The token is not sent", "the address does not begin with https://", "Use https, or leave `prometheus-token` out.");
            }

            // Cockpit has a header of its own.
            if (address.Host.EndsWith(".scw.cloud", StringComparison.Ordinal))
            {
                request.Headers.TryAddWithoutValidation("X-Token", token);
            }
            else
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }
        }

        using var response = await _http.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new ScalewayException(ScalewayFault.Refused, $"it answered with status {(int)response.StatusCode}");
        }

        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation), new JsonDocumentOptions { MaxDepth = 16 });
        var results = body.RootElement.Items("data", "result") ?? throw new ScalewayException(ScalewayFault.Malformed, "it answered with something else than a vector");
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var result in results)
        {
            if (result.Text("metric", "node") is { Length: > 0 } node
                && result.Items("value") is [_, { ValueKind: JsonValueKind.String } text]
                && double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            {
                values[node] = value;
            }
        }

        return values;
    }
}
