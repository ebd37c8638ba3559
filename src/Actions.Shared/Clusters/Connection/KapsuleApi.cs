using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Connection;

/// <summary>
/// Gets the kubeconfig of a Kapsule cluster from Scaleway's API (<c>GET /k8s/v1/regions/REGION/clusters/ID/kubeconfig</c>), as the program <c>scw</c> does.
/// The cluster takes the secret key of the same API key as bearer token, so there is nothing to exchange.
/// </summary>
internal sealed class KapsuleApi : IDisposable
{
    /// <summary>Where the API is, unless the variable <c>SCW_API_URL</c> says otherwise.</summary>
    public static readonly Uri DefaultAddress = new("https://api.scaleway.com");

    private const int AnswerLimit = 1024 * 1024;
    private const int Attempts = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly Uri _address;
    private readonly string _secretKey;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
        MaxResponseContentBufferSize = AnswerLimit,
    };

    /// <param name="address">Where the API is.</param>
    /// <param name="secretKey">The secret key of an IAM API key; masked already.</param>
    /// <param name="time">The clock.</param>
    public KapsuleApi(Uri address, string secretKey, TimeProvider time) => (_address, _secretKey, _time) = (address, secretKey, time);

    public void Dispose() => _http.Dispose();

    /// <summary>The kubeconfig of a cluster, without a credential.</summary>
    /// <exception cref="ActionException">Scaleway does not give it, or does not answer.</exception>
    public async Task<string> GetKubeconfigAsync(KapsuleCluster cluster, CancellationToken cancellation)
    {
        var path = $"k8s/v1/regions/{cluster.Region}/clusters/{cluster.Id}/kubeconfig?dl=1&redacted=true";
        for (var attempt = 1; ; attempt++)
        {
            ActionException failure;
            var wait = TimeSpan.FromSeconds(attempt);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, path));
                request.Headers.TryAddWithoutValidation("X-Auth-Token", _secretKey);
                using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
                var body = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                    return body;

                failure = Explain(response.StatusCode, body, cluster);
                if (!CanPass(response.StatusCode))
                    throw failure;
                if (response.Headers.RetryAfter?.Delta is { } asked)
                    wait = asked < LongestWait ? asked : LongestWait;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                failure = new ActionException(
                    "Scaleway's API does not answer", $"{_address.Authority}: {Quoted.Line(e.Message)}", "Run the job again; if it stays, look at Scaleway's status page and at the proxy of the runner.",
                    exitCode: ExitCode.DependencyUnreachable, inner: e);
            }

            if (attempt >= Attempts)
                throw failure;
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
        }
    }

    // A cluster that is being made or changed answers 409 (transient_state) until it is done, which takes minutes: that is for a person to know.
    private static bool CanPass(HttpStatusCode status) => status == HttpStatusCode.TooManyRequests || (int)status >= 500;

    private static ActionException Explain(HttpStatusCode status, string body, KapsuleCluster cluster)
    {
        var said = Parse(body);
        var message = JsonFields.Text(said, "message") is { Length: > 0 } text ? Quoted.Line(text) : $"status {(int)status}";
        return (JsonFields.Text(said, "type"), status) switch
        {
            ("denied_authentication", _) or (_, HttpStatusCode.Unauthorized) => JsonFields.Text(said, "reason") == "expired"
                ? new ActionException("The API key of Scaleway has expired", message, "Make a new API key for the same IAM application, and store its secret key.")
                : new ActionException("Scaleway does not know the API key", message, "Check that scaleway-secret-key (or SCW_SECRET_KEY) holds the secret key, not the access key, of an API key that still exists."),
            ("permissions_denied", _) or (_, HttpStatusCode.Forbidden) => new ActionException(
                "The API key of Scaleway may not read the cluster", $"missing: {Missing(said, message)}",
                "Give its IAM application the permission set KubernetesReadOnly or more for the project of the cluster."),
            ("not_found" or "unknown_resource", _) or (_, HttpStatusCode.NotFound) => new ActionException(
                "There is no such Kapsule cluster", $"{cluster.Id} in region {cluster.Region}: {message}",
                "Check kapsule-cluster-id and kapsule-region; the console shows both on the page of the cluster."),
            ("transient_state", _) => new ActionException(
                "The Kapsule cluster is not ready", $"{cluster.Id} is {Quoted.Line(JsonFields.Text(said, "current_state") ?? "being changed")}", "Deploy when it is ready.",
                exitCode: ExitCode.DependencyUnreachable),
            ("invalid_arguments", _) => new ActionException("Scaleway does not accept the request", Arguments(said, message), "Check kapsule-cluster-id and kapsule-region."),
            _ => new ActionException(
                "Scaleway gave no kubeconfig", $"{cluster.Id} in region {cluster.Region}: {message}", "Run the job again; if it stays, look at Scaleway's status page.",
                exitCode: ExitCode.DependencyUnreachable),
        };
    }

    private static string Missing(JsonObject? said, string message) =>
        Details(said, d => $"{JsonFields.Text(d, "action")} {JsonFields.Text(d, "resource")}") is { Length: > 0 } list ? list : message;

    private static string Arguments(JsonObject? said, string message) =>
        Details(said, d => $"{JsonFields.Text(d, "argument_name")}: {JsonFields.Text(d, "help_message") ?? JsonFields.Text(d, "reason")}") is { Length: > 0 } list ? list : message;

    private static string Details(JsonObject? said, Func<JsonNode?, string> describe) =>
        said?["details"] is JsonArray details ? string.Join(", ", details.Select(d => Quoted.Line(describe(d)))) : "";

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
