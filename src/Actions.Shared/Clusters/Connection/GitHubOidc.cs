using System.Net.Http.Headers;
using System.Text.Json;

namespace Actions.Shared.Clusters.Connection;

/// <summary>Tokens of GitHub's OIDC provider for this job, as the bearer of a cluster that trusts it. They live for minutes.</summary>
internal sealed class GitHubOidc : IDisposable
{
    private const int AnswerLimit = 64 * 1024;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly Uri _address;
    private readonly string _requestToken;
    private readonly Action<string> _mask;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20), MaxResponseContentBufferSize = AnswerLimit };
    private (string Token, DateTimeOffset End)? _current;

    /// <param name="variables">The environment, with what GitHub gives to jobs that may ask.</param>
    /// <param name="audience">Whom the token is for.</param>
    /// <param name="mask">Masks each token.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ActionException">The job may not ask.</exception>
    public GitHubOidc(IReadOnlyDictionary<string, string> variables, string audience, Action<string> mask, TimeProvider time)
    {
        (_mask, _time) = (mask, time);
        if (variables.GetValueOrDefault("ACTIONS_ID_TOKEN_REQUEST_URL") is not { Length: > 0 } url
            || variables.GetValueOrDefault("ACTIONS_ID_TOKEN_REQUEST_TOKEN") is not { Length: > 0 } token)
        {
            throw new ActionException(
                "This job may not ask for an OIDC token",
                "the variables ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set",
                "Give the job \"permissions: id-token: write\". Pull requests from forks never have it.");
        }

        // The runner hides it already, and to mask it would be to print it.
        _requestToken = token;
        _address = new Uri($"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}audience={Uri.EscapeDataString(audience)}");
    }

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    /// <inheritdoc cref="TokenSource"/>
    public async ValueTask<string> GetAsync(bool renew, CancellationToken cancellation)
    {
        if (!renew && _current is { } known && _time.GetUtcNow() < known.End)
            return known.Token;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!renew && _current is { } fresh && _time.GetUtcNow() < fresh.End)
                return fresh.Token;
            var token = await FetchAsync(cancellation).ConfigureAwait(false);
            _current = (token, Expiry(token) - Margin ?? DateTimeOffset.MaxValue);
            return token;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>When a JSON Web Token ends; null if it does not say so.</summary>
    internal static DateTimeOffset? Expiry(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            using var payload = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
            return payload.RootElement.ValueKind == JsonValueKind.Object && payload.RootElement.TryGetProperty("exp", out var end) && end.TryGetInt64(out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentOutOfRangeException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<string> FetchAsync(CancellationToken cancellation)
    {
        const int Attempts = 3;
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, _address);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _requestToken);
                request.Headers.TryAddWithoutValidation("Accept", "application/json; api-version=2.0");
                using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
                var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
                if (response.IsSuccessStatusCode && Value(body) is { } token)
                {
                    _mask(token);
                    return token;
                }

                problem = $"it answered {(int)response.StatusCode}{(response.IsSuccessStatusCode ? " without a token" : "")}";
                if ((int)response.StatusCode is >= 400 and < 500 and not 429)
                    attempt = Attempts;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                problem = e.Message;
            }

            if (attempt >= Attempts)
            {
                throw new ActionException(
                    "GitHub gave no OIDC token",
                    $"{_address.Host}: {problem}",
                    "Run the job again; if it stays, look at GitHub's status page.",
                    exitCode: ExitCode.DependencyUnreachable);
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt), _time, cancellation).ConfigureAwait(false);
        }
    }

    private static string? Value(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("value", out var value)
                && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } token
                    ? token
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
