using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.Http;
using Polly;
using Polly.Retry;

namespace Actions.Shared.GitHub.Rest;

/// <summary>
/// Sends requests: token, headers, redirects, bounds, rate limits, and repetition where it does no harm. What remains failed is a
/// <see cref="GitHubException"/>.
/// </summary>
internal sealed class GitHubTransport : IDisposable
{
    private const string ApiVersion = "2022-11-28";
    private const int ErrorLimit = 256 * 1024;
    private const int MaxRedirects = 4;

    private static readonly JsonDocumentOptions JsonLimits = new() { MaxDepth = 64 };
    private static readonly TimeSpan FirstContactLimit = TimeSpan.FromSeconds(20);

    /// <summary>What GitHub asks for where it names no time.</summary>
    private static readonly TimeSpan SecondaryLimitWait = TimeSpan.FromMinutes(1);

    private static readonly ResiliencePropertyKey<Attempts> AttemptsKey = new("attempts");

    private readonly GitHubConnection _connection;
    private readonly GitHubClientOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Attempt> _retries;
    private readonly AnswerCache _cache = new();
    private volatile bool _hasAnswered;

    public GitHubTransport(GitHubConnection connection, GitHubClientOptions options, TimeProvider time)
    {
        (_connection, _options, _time) = (connection, options, time);
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectTimeout = options.ConnectTimeout,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.All,
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
                UseProxy = !connection.Api.IsLoopback,
                MaxResponseHeadersLength = 64,
            },
            disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _retries = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = ShouldRepeatAsync,
                DelayGenerator = DelayAsync,
            })
            .Build();
    }

    public TimeProvider Time => _time;

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="GitHubException">It came to nothing.</exception>
    public async Task<GitHubAnswer> SendAsync(GitHubCall call, CancellationToken cancellation) =>
        (await RunAsync(call, null, cancellation).ConfigureAwait(false)).Answer!;

    /// <summary>Sends a request whose answer is a JSON object.</summary>
    /// <exception cref="GitHubException">It came to nothing.</exception>
    public async Task<JsonObject> SendJsonAsync(GitHubCall call, CancellationToken cancellation)
    {
        var answer = await SendAsync(call, cancellation).ConfigureAwait(false);
        return Parse(answer.Body) as JsonObject ?? throw GitHubErrors.Senseless(call, answer.StatusCode, "the answer is not a JSON object");
    }

    /// <summary>Sends a request whose answer may lie on another server, and copies it.</summary>
    /// <exception cref="GitHubException">It came to nothing, or is larger than <see cref="GitHubCall.MaxBytes"/>.</exception>
    public Task DownloadAsync(GitHubCall call, Stream destination, CancellationToken cancellation) => RunAsync(call, destination, cancellation);

    internal static JsonNode? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: JsonLimits);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<Attempt> RunAsync(GitHubCall call, Stream? destination, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(AttemptsKey, new Attempts(call, _time.GetTimestamp()));
        try
        {
            var attempt = await _retries.ExecuteAsync(
                static async (c, state) => await state.This.TryAsync(state.Call, state.Destination, c.CancellationToken).ConfigureAwait(false),
                context,
                (This: this, Call: call, Destination: destination)).ConfigureAwait(false);
            return attempt.Failure is null ? attempt : throw attempt.Failure;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Attempt> TryAsync(GitHubCall call, Stream? destination, CancellationToken cancellation)
    {
        var token = call.Token ?? await _connection.Token(false, cancellation).ConfigureAwait(false);
        var attempt = await TryOnceAsync(call, token, destination, cancellation).ConfigureAwait(false);
        if (attempt.StatusCode != 401 || call.Token is not null)
            return attempt;

        var renewed = await _connection.Token(true, cancellation).ConfigureAwait(false);
        return renewed == token ? attempt : await TryOnceAsync(call, renewed, destination, cancellation).ConfigureAwait(false);
    }

    private async Task<Attempt> TryOnceAsync(GitHubCall call, string token, Stream? destination, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var address = Address(call.Path);
        try
        {
            var known = call.Method == HttpMethod.Get && destination is null ? _cache.Find(call) : null;
            using var response = await FollowAsync(call, address, token, known?.Tag, destination is not null, either.Token).ConfigureAwait(false);
            _hasAnswered = true;
            var status = (int)response.StatusCode;
            if (status == 304 && known is not null)
                return Attempt.Done(known.Answer);
            if (!response.IsSuccessStatusCode)
                return await FailedAsync(call, status, response, either.Token).ConfigureAwait(false);
            if (destination is not null)
            {
                // What has been copied cannot be taken back, so a later failure is not repeated.
                return await CopyAsync(call, response.Content, destination, cancellation).ConfigureAwait(false);
            }

            var (body, isTooLarge) = await HttpBody.ReadAsync(response.Content, call.MaxBytes ?? _options.MaxResponseBytes, either.Token).ConfigureAwait(false);
            if (isTooLarge)
                return Attempt.Failed(GitHubErrors.TooLarge(call, call.MaxBytes ?? _options.MaxResponseBytes));
            var answer = new GitHubAnswer(status, body, Next(call, response.Headers));
            if (call.Method == HttpMethod.Get && response.Headers.ETag is { } tag)
                _cache.Keep(call, tag.ToString(), answer);
            return Attempt.Done(answer);
        }
        catch (GitHubException e)
        {
            return Attempt.Failed(e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return new Attempt(0, null, GitHubErrors.NoAnswer(call, address, _options.RequestTimeout, e), CannotHaveArrived(e), null);
        }
    }

    /// <summary>Follows redirects by hand: a token goes to GitHub and nowhere else, and nothing goes from TLS to plain text.</summary>
    private async Task<HttpResponseMessage> FollowAsync(
        GitHubCall call, Uri address, string token, string? tag, bool mayLeave, CancellationToken cancellation)
    {
        var at = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(call, at, IsGitHub(at) ? token : null, tag);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                return response;

            var status = (int)response.StatusCode;
            response.Dispose();
            at = location.IsAbsoluteUri ? location : new Uri(at, location);
            var isRead = call.Method == HttpMethod.Get;
            if (redirects == MaxRedirects
                || (status is 301 or 302 or 303 && !isRead)
                || (!IsGitHub(at) && !(mayLeave && isRead && (at.Scheme == Uri.UriSchemeHttps || at.IsLoopback && _connection.Api.IsLoopback))))
            {
                throw GitHubErrors.Senseless(call, status, $"it redirects to {PlainText.Clean(at.Host)}, where we must not follow");
            }
        }
    }

    private bool IsGitHub(Uri address) => SameOrigin(address, _connection.Api) || SameOrigin(address, _connection.GraphQl);

    private static bool SameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Port == other.Port
        && one.IdnHost.Equals(other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private HttpRequestMessage Request(GitHubCall call, Uri address, string? token, string? tag)
    {
        var request = new HttpRequestMessage(call.Method, address);
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        if (token is null)
            return request;
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        request.Headers.TryAddWithoutValidation("X-GitHub-Api-Version", ApiVersion);
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(HttpBody.Of(call.Body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private Uri Address(string path) => path.StartsWith('/') ? new(_connection.Api.GetLeftPart(UriPartial.Path).TrimEnd('/') + path) : new(path);

    private async Task<Attempt> FailedAsync(GitHubCall call, int status, HttpResponseMessage response, CancellationToken cancellation)
    {
        var (body, _) = await HttpBody.ReadAsync(response.Content, ErrorLimit, cancellation).ConfigureAwait(false);
        var json = Parse(body) as JsonObject;
        var said = GitHubErrors.Message(json);
        return LimitWait(status, response.Headers, said) is { } limited
            ? new Attempt(status, null, GitHubErrors.RateLimited(call, status, said, limited, _time.GetUtcNow()), true, limited)
            : new Attempt(status, null, GitHubErrors.Refused(call, status, response.Headers, json), false, RetryAfter.Of(response.Headers, _time.GetUtcNow()));
    }

    /// <summary>For how long a rate limit lasts; null if it is none.</summary>
    /// <remarks>
    /// GitHub answers 403 or 429 to both kinds. The primary one has no requests remaining until a given time; a secondary one says how long to wait, or
    /// only that it is one.
    /// </remarks>
    private TimeSpan? LimitWait(int status, HttpResponseHeaders headers, string said)
    {
        if (status is not (403 or 429))
            return null;
        if (RetryAfter.Of(headers, _time.GetUtcNow()) is { } asked)
            return asked;
        if (Number(headers, "x-ratelimit-remaining") == 0 && Number(headers, "x-ratelimit-reset") is { } reset)
        {
            // One second more: GitHub's clock is not ours.
            var wait = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(reset, 0, 253402300799)) - _time.GetUtcNow() + TimeSpan.FromSeconds(1);
            return wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
        }

        return status == 429 || said.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || said.Contains("abuse", StringComparison.OrdinalIgnoreCase)
            ? SecondaryLimitWait
            : null;
    }

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private ValueTask<bool> ShouldRepeatAsync(RetryPredicateArguments<Attempt> arguments)
    {
        if (arguments.Outcome.Result is not { Failure: { } failure } attempt || !arguments.Context.Properties.TryGetValue(AttemptsKey, out var attempts))
            return ValueTask.FromResult(false);

        // A request that a limit turned away, or that never left, has done nothing yet.
        var isSafe = attempt.IsUndone || (attempts.Call.IsRepeatable && !attempts.Call.IsTriedOnce);
        var canPass = failure.Failure switch
        {
            GitHubFailure.RateLimited or GitHubFailure.Unreachable => true,
            GitHubFailure.ServerError => attempt.StatusCode is 502 or 503 or 504 || (attempt.StatusCode == 500 && arguments.AttemptNumber < 2),
            _ => false,
        };
        var next = Delay(attempt, arguments.AttemptNumber);
        var limit = _hasAnswered || _options.RetryLimit < FirstContactLimit ? _options.RetryLimit : FirstContactLimit;
        var repeats = isSafe && canPass && _time.GetElapsedTime(attempts.Started) + next < limit;
        attempts.Next = next;
        if (repeats && next >= TimeSpan.FromSeconds(1))
            _options.OnWait?.Invoke(new GitHubWait(next, failure.Failure == GitHubFailure.RateLimited ? "GitHub limits the rate of requests" : failure.Detail));
        return ValueTask.FromResult(repeats);
    }

    private static ValueTask<TimeSpan?> DelayAsync(RetryDelayGeneratorArguments<Attempt> arguments) => ValueTask.FromResult<TimeSpan?>(
        arguments.Context.Properties.TryGetValue(AttemptsKey, out var attempts) ? attempts.Next : TimeSpan.Zero);

    private static TimeSpan Delay(Attempt attempt, int number) => attempt.RetryAfter ?? Jitter(TimeSpan.FromSeconds(Math.Min(0.5 * Math.Pow(2, Math.Min(number, 8)), 8)));

    /// <summary>Between half of <paramref name="time"/> and all of it.</summary>
    internal static TimeSpan Jitter(TimeSpan time)
    {
#pragma warning disable CA5394 // Spreads requests; it protects nothing.
        return time * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }

    private static bool CannotHaveArrived(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError };

    /// <summary>The next page, if it is where the list is.</summary>
    private string? Next(GitHubCall call, HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Link", out var values) || LinkHeader.Next(string.Join(',', values)) is not { } next)
            return null;
        return Uri.TryCreate(next, UriKind.Absolute, out var address) && SameOrigin(address, _connection.Api)
            ? next
            : throw GitHubErrors.Senseless(call, 200, "the next page of the list is on another server");
    }

    private async Task<Attempt> CopyAsync(GitHubCall call, HttpContent content, Stream destination, CancellationToken cancellation)
    {
        var limit = call.MaxBytes ?? _options.MaxResponseBytes;
        var buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            long copied = 0;
            while (true)
            {
                // Each piece within its time, however many there are.
                using var limited = new CancellationTokenSource(_options.RequestTimeout, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellation);
                var count = await stream.ReadAsync(buffer, either.Token).ConfigureAwait(false);
                if (count == 0)
                    return Attempt.Done(new GitHubAnswer(200, [], null));
                copied += count;
                if (copied > limit)
                    return Attempt.Failed(GitHubErrors.TooLarge(call, limit));
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            var failure = GitHubErrors.NoAnswer(call, _connection.Api, _options.RequestTimeout, e);
            return Attempt.Failed(new GitHubException(GitHubFailure.ServerError, 0, failure.Title, failure.Detail, failure.Hint, inner: e));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What came of one try.</summary>
    /// <param name="StatusCode">Status; 0 for no answer, -1 for one that nothing would change.</param>
    /// <param name="Answer">The answer, if it is one.</param>
    /// <param name="Failure">What went wrong, otherwise.</param>
    /// <param name="IsUndone">Whether the request surely had no effect.</param>
    /// <param name="RetryAfter">How long to wait before the next.</param>
    private sealed record Attempt(int StatusCode, GitHubAnswer? Answer, GitHubException? Failure, bool IsUndone, TimeSpan? RetryAfter)
    {
        public static Attempt Done(GitHubAnswer answer) => new(answer.StatusCode, answer, null, false, null);

        public static Attempt Failed(GitHubException failure) => new(-1, null, failure, false, null);
    }

    private sealed class Attempts(GitHubCall call, long started)
    {
        public GitHubCall Call => call;

        public long Started => started;

        public TimeSpan Next { get; set; }
    }
}
