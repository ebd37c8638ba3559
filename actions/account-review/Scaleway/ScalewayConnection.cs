using System.Globalization;
using System.Net;
using System.Text;
using Polly;
using Polly.Retry;

namespace Actions.AccountReview.Scaleway;

/// <summary>
/// The API itself: bounded concurrency, size and time, and repetition of what was turned away, not answered or not permitted yet.
/// Requests that change something are repeated only when they were turned away before anything happened.
/// </summary>
internal sealed class ScalewayConnection : IScalewayTransport
{
    private static readonly ResiliencePropertyKey<ScalewayRequest> RequestKey = new("request");
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    private readonly ScalewayOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _slots;
    private readonly ResiliencePipeline<Attempt> _retries;

    public ScalewayConnection(ScalewayOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _slots = new SemaphoreSlim(options.Parallelism);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = options.Parallelism,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _retries = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = a => ValueTask.FromResult(ShouldRepeat(a)),
                DelayGenerator = a => ValueTask.FromResult<TimeSpan?>(Wait(a)),
                OnRetry = _ =>
                {
                    Calls.CountRepeated();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    public CallCounter Calls { get; } = new();

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    public async Task<ScalewayAnswer> SendAsync(ScalewayRequest request, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(RequestKey, request);
        try
        {
            var attempt = await _retries.ExecuteAsync(
                static async (c, state) => await state.This.TryAsync(state.Request, c.CancellationToken).ConfigureAwait(false),
                context,
                (This: this, Request: request)).ConfigureAwait(false);
            return attempt.Answer ?? throw attempt.Failure!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Attempt> TryAsync(ScalewayRequest request, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            Calls.Count();
            using var limit = new CancellationTokenSource(_options.Timeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                return await TryOnceAsync(request, either.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                var why = e is OperationCanceledException ? $"gave no complete answer within {_options.Timeout.TotalSeconds:N0} s" : e.InnerException?.Message ?? e.Message;
                return new Attempt(null, null, new ScalewayException(ScalewayFault.Unavailable, $"{_options.Address.Authority} cannot be reached: {why}", e));
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<Attempt> TryOnceAsync(ScalewayRequest request, CancellationToken cancellation)
    {
        var isStorage = ObjectStorage.IsPath(request.Path);
        using var message = isStorage ? ObjectStorage.Request(request.Path, _options, _time.GetUtcNow()) : Message(request);
        message.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            Calls.CountTurnedAway();
        }

        var bytes = await BodyAsync(response, cancellation).ConfigureAwait(false);
        if (bytes is null)
        {
            return new Attempt(null, null, new ScalewayException(
                ScalewayFault.Malformed, $"{request.Method} {ScalewayException.PathOf(request)} answered with more than {_options.MaxBytes:N0} bytes"));
        }

        var answer = new ScalewayAnswer(
            (int)response.StatusCode,
            bytes,
            long.TryParse(Header(response, "X-Total-Count"), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : null,
            Header(response, isStorage ? "x-amz-request-id" : "X-Request-Id"));
        return new Attempt(isStorage ? ObjectStorage.Translate(request.Path, answer) : answer, response.Headers.RetryAfter?.Delta, null);
    }

    private HttpRequestMessage Message(ScalewayRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_options.Address, request.Path));
        message.Headers.TryAddWithoutValidation("X-Auth-Token", _options.SecretKey);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (request.Body is { } body)
        {
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return message;
    }

    private async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream((int)Math.Clamp(response.Content.Headers.ContentLength ?? 0, 0, _options.MaxBytes));
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                if (content.Length + read > _options.MaxBytes)
                {
                    return null;
                }

                content.Write(buffer, 0, read);
            }

            return content.Length == content.Capacity ? content.GetBuffer() : content.ToArray();
        }
    }

    private bool ShouldRepeat(RetryPredicateArguments<Attempt> arguments)
    {
        if (arguments.Outcome.Result is not { } attempt || !arguments.Context.Properties.TryGetValue(RequestKey, out var request))
        {
            return false;
        }

        var sent = arguments.AttemptNumber + 1;
        var reads = request.Method == "GET";
        return attempt.Answer?.Status switch
        {
            429 => sent < _options.Attempts,
            403 => sent < _options.DeniedAttempts,
            >= 500 => reads && sent < _options.Attempts,
            null => reads && attempt.Failure!.Fault == ScalewayFault.Unavailable && sent < _options.Attempts,
            _ => false,
        };
    }

    /// <summary>Twice as long each time, shortened by up to a half at random, so that those turned away together do not come back together.</summary>
    private TimeSpan Wait(RetryDelayGeneratorArguments<Attempt> arguments)
    {
        var wait = arguments.Outcome.Result?.RetryAfter
#pragma warning disable CA5394 // Nothing secret hangs on it.
            ?? FirstWait * Math.Pow(2, Math.Min(arguments.AttemptNumber, 16)) * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
        return wait < _options.LongestWait ? wait : _options.LongestWait;
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() ?? "" : "";

    private sealed record Attempt(ScalewayAnswer? Answer, TimeSpan? RetryAfter, ScalewayException? Failure);
}
