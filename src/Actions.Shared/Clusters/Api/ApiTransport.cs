using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Http;
using Polly;
using Polly.Retry;

namespace Actions.Shared.Clusters.Api;

/// <summary>
/// Sends requests: connections, credentials, bounds, and repetition where it does no harm. What remains failed is a <see cref="ClusterException"/>.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    /// <summary>Bytes of a JSON request body and of error answers are small beside this.</summary>
    private const int ErrorLimit = 1024 * 1024;

    private static readonly JsonDocumentOptions JsonLimits = new() { MaxDepth = 256 };
    private static readonly TimeSpan FirstContactLimit = TimeSpan.FromSeconds(3);
    private static readonly ResiliencePropertyKey<Attempts> AttemptsKey = new("attempts");

    private readonly ClusterConnection _connection;
    private readonly ClusterClientOptions _options;
    private readonly TimeProvider _time;
    private readonly TlsHandshake _tls;
    private readonly HttpClient _http;
    private readonly TokenHolder? _tokens;
    private readonly RequestThrottle _throttle;
    private readonly ResiliencePipeline<Attempt> _retries;
    private readonly ClusterErrors _errors;
    private volatile bool _hasAnswered;
    private volatile bool _isFair;

    public ApiTransport(ClusterConnection connection, ClusterClientOptions options, TimeProvider time)
    {
        (_connection, _options, _time) = (connection, options, time);
        _tls = new TlsHandshake(connection);
        _errors = new ClusterErrors(connection, options, _tls);
        _tokens = connection.Token is { } source ? new TokenHolder(source) : null;

        // What kubectl allows itself towards servers without priority and fairness.
        _throttle = new RequestThrottle(perSecond: 50, burst: 300, time);
        _http = new HttpClient(Handler(connection, options, _tls), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _retries = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = ShouldRepeatAsync,
                DelayGenerator = DelayAsync,
                OnRetry = OnRetry,
            })
            .Build();
    }

    public RequestCounter Requests { get; } = new();

    public TimeProvider Time => _time;

    public void Dispose()
    {
        _http.Dispose();
        _tokens?.Dispose();
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<ApiAnswer> SendAsync(ApiCall call, CancellationToken cancellation)
    {
        var attempt = await RunAsync(call, cancellation).ConfigureAwait(false);
        return attempt.Answer!;
    }

    /// <summary>Sends a request whose answer is JSON.</summary>
    public async Task<JsonObject> SendJsonAsync(ApiCall call, CancellationToken cancellation)
    {
        var answer = await SendAsync(call, cancellation).ConfigureAwait(false);
        return ParseJson(call, answer);
    }

    /// <summary>The JSON of an answer.</summary>
    public JsonObject ParseJson(ApiCall call, ApiAnswer answer) =>
        TryParse(answer.Body) ?? throw _errors.NotJson(call, answer.StatusCode);

    /// <summary>Sends a request whose answer comes bit by bit. The caller disposes the response.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiCall call, CancellationToken cancellation)
    {
        var attempt = await RunAsync(call, cancellation).ConfigureAwait(false);
        return attempt.Response!;
    }

    /// <summary>What a failure while reading a stream means.</summary>
    public ClusterException Explain(ApiCall call, Exception e) => _errors.NoAnswer(call, e);

    /// <summary>What a <c>Status</c> inside of a stream means.</summary>
    public ClusterException Explain(ApiCall call, ClusterStatus status) => _errors.Refused(call, status.Code, status);

    internal static JsonObject? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: JsonLimits) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<Attempt> RunAsync(ApiCall call, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(AttemptsKey, new Attempts(call, _time.GetTimestamp()));
        try
        {
            var attempt = await _retries.ExecuteAsync(
                static async (c, state) => await state.This.TryAsync(state.Call, c.CancellationToken).ConfigureAwait(false),
                context,
                (This: this, Call: call)).ConfigureAwait(false);
            return attempt.Failure is null ? attempt : throw attempt.Failure;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Attempt> TryAsync(ApiCall call, CancellationToken cancellation)
    {
        if (!_isFair && _hasAnswered)
            await _throttle.WaitAsync(cancellation).ConfigureAwait(false);

        try
        {
            var token = _tokens is null ? null : await _tokens.GetAsync(cancellation).ConfigureAwait(false);
            var attempt = await TryOnceAsync(call, token, cancellation).ConfigureAwait(false);
            if (attempt.StatusCode != 401 || token is null)
                return attempt;

            var renewed = await _tokens!.RenewAsync(token, cancellation).ConfigureAwait(false);
            return renewed == token ? attempt : await TryOnceAsync(call, renewed, cancellation).ConfigureAwait(false);
        }
        catch (ActionException e) when (e is not ClusterException)
        {
            // Whoever gives tokens gave none: to those who wait for the cluster that is a failure like any other of it.
            return Attempt.Failed(new ClusterException(ClusterFailure.Unauthorized, e.Title, e.Detail, e.Hint, null, e.ExitCode, e));
        }
    }

    private async Task<Attempt> TryOnceAsync(ApiCall call, string? token, CancellationToken cancellation)
    {
        Requests.Count(call.Verb);
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        HttpResponseMessage? response = null;
        try
        {
            using var request = Request(call, token);
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            _hasAnswered = true;
            _isFair |= response.Headers.Contains("X-Kubernetes-PF-FlowSchema-UID");
            var status = (int)response.StatusCode;
            if (call.IsStream && response.IsSuccessStatusCode)
            {
                var streaming = response;
                response = null;
                return new Attempt(status, streaming, null, null, null, false);
            }

            var isError = !response.IsSuccessStatusCode && !call.AnyStatus;
            var bound = isError ? ErrorLimit : call.MaxBytes ?? _options.MaxResponseBytes;
            var (body, isTruncated) = await HttpBody.ReadAsync(response.Content, bound, either.Token).ConfigureAwait(false);
            if (!isError)
            {
                return isTruncated && !call.CutBody
                    ? Attempt.Failed(ClusterErrors.TooLarge(call, bound))
                    : new Attempt(status, null, new ApiAnswer(status, body, isTruncated, Warnings(response.Headers)), null, null, false);
            }

            var said = ClusterStatus.Read(TryParse(body), call.IsSensitive);
            if (call is { IsSensitive: true, Body: JsonObject secret })
                said = said?.WithoutValuesOf(secret);
            if (status == 429)
                Requests.CountTurnedAway();
            return new Attempt(status, null, null, _errors.Refused(call, status, said), AskedToWait(response.Headers, said), false);
        }
        catch (Exception e) when (IsNoAnswer(e) && !cancellation.IsCancellationRequested)
        {
            return new Attempt(0, null, null, _errors.NoAnswer(call, e), null, CannotHaveArrived(e));
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static bool IsNoAnswer(Exception e) => e is HttpRequestException or IOException or OperationCanceledException;

    /// <summary>Whether the connection failed before anything could be sent.</summary>
    private static bool CannotHaveArrived(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError };

    private ValueTask<bool> ShouldRepeatAsync(RetryPredicateArguments<Attempt> arguments)
    {
        if (arguments.Outcome.Result is not { Failure: not null } attempt
            || !arguments.Context.Properties.TryGetValue(AttemptsKey, out var attempts)
            || attempts.Call.IsTriedOnce)
        {
            return ValueTask.FromResult(false);
        }

        var isSafe = attempts.Call.IsRepeatable || attempt.StatusCode == 429 || attempt.IsUnsent;
        var canPass = attempt.StatusCode switch
        {
            0 => attempt.Failure.Failure == ClusterFailure.Unreachable,
            429 => true,
            502 or 503 or 504 => !attempts.Call.IsOptional || arguments.AttemptNumber < 2,

            // A webhook that failed, most of all; it may be starting.
            500 => arguments.AttemptNumber < 2,
            _ => false,
        };
        var limit = _hasAnswered ? _options.RetryLimit : TimeSpan.FromTicks(Math.Min(_options.RetryLimit.Ticks, FirstContactLimit.Ticks));
        var next = Delay(attempt, arguments.AttemptNumber);
        attempts.Next = next;
        return ValueTask.FromResult(isSafe && canPass && _time.GetElapsedTime(attempts.Started) + next < limit);
    }

    private static ValueTask<TimeSpan?> DelayAsync(RetryDelayGeneratorArguments<Attempt> arguments) => ValueTask.FromResult<TimeSpan?>(
        arguments.Context.Properties.TryGetValue(AttemptsKey, out var attempts) ? attempts.Next : TimeSpan.Zero);

    private static TimeSpan Delay(Attempt attempt, int number)
    {
        if (attempt.RetryAfter is { } asked)
            return asked;
        var seconds = Math.Min(0.2 * Math.Pow(2, Math.Min(number, 10)), 5);
#pragma warning disable CA5394 // Spreads requests; it protects nothing.
        return TimeSpan.FromSeconds(seconds * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }

    private ValueTask OnRetry(OnRetryArguments<Attempt> arguments)
    {
        Requests.CountRepeated();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Request(ApiCall call, string? token)
    {
        var request = new HttpRequestMessage(call.Method, Address(call.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        if (_connection.TlsServerName is { } name)
            request.Headers.Host = name; // what the handler takes for SNI and for the certificate's name
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (_connection.Impersonation is { } who)
            Impersonate(request.Headers, who);
        if (call.Body is not null)
        {
            var content = new ByteArrayContent(HttpBody.Of(call.Body));
            content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
            request.Content = content;
        }

        return request;
    }

    private Uri Address(string path) => new(_connection.Server.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);

    private static void Impersonate(HttpRequestHeaders headers, Impersonation who)
    {
        headers.TryAddWithoutValidation("Impersonate-User", who.User);
        if (who.Uid is not null)
            headers.TryAddWithoutValidation("Impersonate-Uid", who.Uid);
        headers.TryAddWithoutValidation("Impersonate-Group", who.Groups);

        // Header names cannot hold everything that a key can; servers unescape them since 1.11.
        foreach (var (key, values) in who.Extra)
            headers.TryAddWithoutValidation($"Impersonate-Extra-{Uri.EscapeDataString(key)}", values);
    }

    private TimeSpan? AskedToWait(HttpResponseHeaders headers, ClusterStatus? said) =>
        RetryAfter.Of(headers, _time.GetUtcNow()) ?? (said?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null);

    /// <summary>RFC 7234 warnings: <c>299 - "text"</c>.</summary>
    private static string[] Warnings(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Warning", out var values))
            return [];
        var texts = new List<string>();
        foreach (var value in values)
        {
            if (WarningHeaderValue.TryParse(value, out var warning))
                texts.Add(warning.Text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal));
        }

        return [.. texts];
    }

    private static SocketsHttpHandler Handler(ClusterConnection connection, ClusterClientOptions options, TlsHandshake tls)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            SslOptions = tls.Options(),
            UseCookies = false,
            AllowAutoRedirect = false,

            // On one machine packing costs more than it saves.
            AutomaticDecompression = connection.Server.IsLoopback ? DecompressionMethods.None : DecompressionMethods.GZip,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            EnableMultipleHttp2Connections = true,

            // A connection that died without a word is found out by these, watches included.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            InitialHttp2StreamWindowSize = 1024 * 1024,
            UseProxy = connection.Proxy is not null,
            MaxResponseHeadersLength = 64,
        };
        if (connection.Proxy is { } proxy)
            handler.Proxy = new WebProxy(proxy) { Credentials = Credentials(proxy) };
        return handler;
    }

    private static NetworkCredential? Credentials(Uri proxy)
    {
        var parts = proxy.UserInfo.Split(':', 2);
        return parts[0].Length == 0 ? null : new(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    /// <summary>What came of one try: an answer, a response that streams, or a failure.</summary>
    private sealed record Attempt(
        int StatusCode, HttpResponseMessage? Response, ApiAnswer? Answer, ClusterException? Failure, TimeSpan? RetryAfter, bool IsUnsent)
    {
        public static Attempt Failed(ClusterException failure) => new(-1, null, null, failure, null, false);
    }

    private sealed class Attempts(ApiCall call, long started)
    {
        public ApiCall Call => call;

        public long Started => started;

        public TimeSpan Next { get; set; }
    }
}
