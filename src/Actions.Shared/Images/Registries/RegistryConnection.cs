using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actions.Shared.Images.Registries;

/// <summary>An answer that was read to its end.</summary>
internal sealed record RegistryAnswer(HttpStatusCode Status, Uri Address, byte[] Body, string? MediaType, string? Digest, string? Link);

/// <summary>Speaks to one repository: authentication, redirects, retries and bounds.</summary>
internal sealed partial class RegistryConnection(HttpClient http, ImageReference image, RegistryOptions options, TimeProvider time) : IDisposable
{
    private const int MaxRedirects = 5;
    private const int MaxTokenBytes = 256 * 1024;
    private static readonly TimeSpan TokenMargin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestTokenLife = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _login = new(1, 1);
    private AuthenticationHeaderValue? _authorization;
    private DateTimeOffset _expires = DateTimeOffset.MaxValue;

    /// <summary>Registry and path, for messages.</summary>
    public string Name => image.NormalizedName;

    private string Host => image.NormalizedRegistry;

    private bool IsPlain => IsLoopback(Host) || options.PlainHttp.Contains(Host);

    public void Dispose() => _login.Dispose();

    /// <summary>Where an endpoint of the repository is.</summary>
    public Uri Address(string rest)
    {
        var path = image.NormalizedName[(Host.Length + 1)..];
        return new Uri($"{(IsPlain ? "http" : "https")}://{(Host == "docker.io" ? "registry-1.docker.io" : Host)}/v2/{path}/{rest}");
    }

    /// <summary>Asks, logs in where that is asked for, and waits where the registry says so.</summary>
    /// <exception cref="ActionException">There is no answer, or one that no other attempt would change.</exception>
    public async Task<RegistryAnswer> AskAsync(HttpMethod method, Uri address, string? accept, CancellationToken cancellation)
    {
        var attempt = 0;
        while (true)
        {
            attempt++;
            var (answer, wait, failure) = await AttemptAsync(method, address, accept, attempt, cancellation).ConfigureAwait(false);
            if (answer is not null)
            {
                return answer;
            }

            if (attempt >= options.Attempts || wait > options.LongestWait)
            {
                throw failure!;
            }

            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A failure of this repository.</summary>
    public ActionException Failure(string title, string detail, string hint, Exception? inner = null, ExitCode exitCode = ExitCode.DependencyUnreachable) =>
        new(title, $"{Name}: {detail}", hint, exitCode: exitCode, inner: inner);

    private async Task<(RegistryAnswer? Answer, TimeSpan Wait, ActionException? Failure)> AttemptAsync(
        HttpMethod method, Uri address, string? accept, int attempt, CancellationToken cancellation)
    {
        var backoff = TimeSpan.FromMilliseconds(500 * Math.Pow(2, attempt - 1));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Timeout);
        try
        {
            using var response = await SendAsync(method, address, accept, limit.Token).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            {
                var wait = WaitOf(response) ?? backoff;
                var busy = response.StatusCode == HttpStatusCode.TooManyRequests;
                return (null, wait, Failure(
                    busy ? "Registry limits the rate of requests" : "Registry is not available",
                    $"{address.Host} answered with status {(int)response.StatusCode} and asks to wait {wait.TotalSeconds:N0} s",
                    busy ? "Wait, or give credentials: most registries allow more to those who log in." : "Try again later."));
            }

            return (await ReadAsync(method, response, limit.Token).ConfigureAwait(false), default, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, backoff, Failure("Registry does not answer", $"{address.Host} gave no complete answer within {options.Timeout.TotalSeconds:N0} s", "Check the network, or try again later."));
        }
        catch (HttpRequestException e)
        {
            return (null, backoff, Failure(
                "Registry cannot be reached",
                $"{address.GetLeftPart(UriPartial.Authority)}: {e.InnerException?.Message ?? e.Message}",
                "Check the name of the registry, the network and the proxy.", e));
        }
        catch (IOException e)
        {
            return (null, backoff, Failure("Registry cannot be reached", $"{address.Host} broke off its answer: {e.Message}", "Check the network, or try again later.", e));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, string? accept, CancellationToken cancellation)
    {
        var authorization = await CurrentAsync(cancellation).ConfigureAwait(false);
        var response = await FollowAsync(method, address, accept, authorization, cancellation).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || response.RequestMessage?.RequestUri is not { } asked || !SameOrigin(asked, address))
        {
            return response;
        }

        var challenge = AuthChallenge.Read(response.Headers.WwwAuthenticate.Select(h => h.ToString()));
        response.Dispose();
        authorization = await LogInAsync(challenge, authorization, cancellation).ConfigureAwait(false);
        return authorization is null
            ? throw Refused(HttpStatusCode.Unauthorized)
            : await FollowAsync(method, address, accept, authorization, cancellation).ConfigureAwait(false);
    }

    /// <summary>Follows redirects by hand: what authorises at the registry goes nowhere else, and never from TLS to plain text.</summary>
    private async Task<HttpResponseMessage> FollowAsync(HttpMethod method, Uri address, string? accept, AuthenticationHeaderValue? authorization, CancellationToken cancellation)
    {
        var at = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, at);
            if (accept is not null)
            {
                request.Headers.TryAddWithoutValidation("Accept", accept);
            }

            request.Headers.Authorization = SameOrigin(at, address) ? authorization : null;
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            var next = location.IsAbsoluteUri ? location : new Uri(at, location);
            if (redirects == MaxRedirects || next.Scheme is not ("http" or "https") || (next.Scheme == "http" && !(IsPlain && at.Scheme == "http")))
            {
                throw Failure(
                    "Registry redirects to where it must not", redirects == MaxRedirects ? $"more than {MaxRedirects} redirects" : $"to {next.Scheme}://{next.Host}, which is not protected by TLS", "Ask those who run the registry.");
            }

            at = next;
        }
    }

    private async Task<RegistryAnswer> ReadAsync(HttpMethod method, HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw Refused(response.StatusCode);
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
        {
            var code = method == HttpMethod.Head ? null : await ErrorCodeAsync(response, cancellation).ConfigureAwait(false);
            throw Failure(
                "Registry answers with an error",
                $"{response.RequestMessage!.RequestUri!.Host} answered with status {(int)response.StatusCode}{(code is null ? "" : $" ({code})")}",
                "Check the name of the image and the state of the registry.");
        }

        var body = method == HttpMethod.Head || response.StatusCode != HttpStatusCode.OK ? [] : await BodyAsync(response, options.MaxBytes, cancellation).ConfigureAwait(false);
        return new RegistryAnswer(
            response.StatusCode,
            response.RequestMessage!.RequestUri!,
            body,
            response.Content.Headers.ContentType?.MediaType,
            First(response, "Docker-Content-Digest"),
            First(response, "Link"));
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                if (content.Length + read > limit)
                {
                    throw Failure("Registry answers with too much", $"more than {limit:N0} bytes", "Check the name of the image.");
                }

                content.Write(buffer, 0, read);
            }

            return content.ToArray();
        }
    }

    private async Task<AuthenticationHeaderValue?> CurrentAsync(CancellationToken cancellation)
    {
        await _login.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _expires > time.GetUtcNow() ? _authorization : null;
        }
        finally
        {
            _login.Release();
        }
    }

    private async Task<AuthenticationHeaderValue?> LogInAsync(AuthChallenge? challenge, AuthenticationHeaderValue? refused, CancellationToken cancellation)
    {
        await _login.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_authorization is not null && !ReferenceEquals(_authorization, refused) && _expires > time.GetUtcNow())
            {
                return _authorization;
            }

            var login = options.Credentials.For(Host);
            (_authorization, _expires) = challenge switch
            {
                { Scheme: "bearer" } when login?.RegistryToken is { } token => (new AuthenticationHeaderValue("Bearer", token), DateTimeOffset.MaxValue),
                { Scheme: "bearer" } => await TokenAsync(challenge, login, cancellation).ConfigureAwait(false),
                { Scheme: "basic" } when login?.Basic is { } basic => (new AuthenticationHeaderValue("Basic", basic), DateTimeOffset.MaxValue),
                _ => (null, DateTimeOffset.MaxValue),
            };
            return _authorization;
        }
        finally
        {
            _login.Release();
        }
    }

    private async Task<(AuthenticationHeaderValue? Authorization, DateTimeOffset Expires)> TokenAsync(AuthChallenge challenge, RegistryLogin? login, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm)
            || !(realm.Scheme == Uri.UriSchemeHttps || (realm.Scheme == Uri.UriSchemeHttp && IsPlain))
            || realm.UserInfo.Length > 0)
        {
            throw Failure("Registry asks to log in where it must not", "the address for tokens is missing or not protected by TLS", "Ask those who run the registry.");
        }

        var scope = challenge.Scope ?? $"repository:{image.NormalizedName[(Host.Length + 1)..]}:pull";
        using var request = Request(realm, challenge.Service, scope, login);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw (int)response.StatusCode is >= 400 and < 500 and not 429
                ? Refused(response.StatusCode)
                : new HttpRequestException($"{realm.Host} answered with status {(int)response.StatusCode}");
        }

        var body = await BodyAsync(response, MaxTokenBytes, cancellation).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            var root = json.RootElement;
            var token = Text(root, "token") ?? Text(root, "access_token");
            if (token is null || !Token().IsMatch(token))
            {
                throw Failure("Registry gives no token", $"{realm.Host} answered without one", "Check the credentials.");
            }

            var life = root.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var value) && value > 0 ? TimeSpan.FromSeconds(value) : ShortestTokenLife;
            return (new AuthenticationHeaderValue("Bearer", token), time.GetUtcNow() + life - (life > TokenMargin * 2 ? TokenMargin : TimeSpan.Zero));
        }
        catch (JsonException e)
        {
            throw Failure("Registry gives no token", $"{realm.Host} answered with something else than JSON", "Check the credentials.", e);
        }
    }

    private static HttpRequestMessage Request(Uri realm, string? service, string scope, RegistryLogin? login)
    {
        if (login?.IdentityToken is { } identity)
        {
            var form = new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["service"] = service ?? "",
                ["scope"] = scope,
                ["client_id"] = "platform-actions",
                ["refresh_token"] = identity,
            };
            return new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
        }

        var query = new StringBuilder(realm.Query.Length > 1 ? realm.Query + "&" : "?");
        if (service is not null)
        {
            query.Append("service=").Append(Uri.EscapeDataString(service)).Append('&');
        }

        // One scope may be several, with blanks between them.
        query.AppendJoin('&', scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => "scope=" + Uri.EscapeDataString(s)));
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        if (login?.Basic is { } basic)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        }

        return request;
    }

    private ActionException Refused(HttpStatusCode status) => Failure(
        "Registry refuses access",
        $"status {(int)status} {(options.Credentials.For(Host) is null ? "without credentials" : "with the credentials that were given")}",
        options.Credentials.For(Host) is null
            ? $"Give credentials for {Host}, or check the name: many registries refuse what does not exist."
            : "Check that the credentials may pull this image, and the name: many registries refuse what does not exist.",
        exitCode: ExitCode.BadInput);

    private TimeSpan? WaitOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>The code of an error, which is a word of the standard's; free text of the registry is not repeated.</summary>
    private async Task<string?> ErrorCodeAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            using var json = JsonDocument.Parse(await BodyAsync(response, MaxTokenBytes, cancellation).ConfigureAwait(false), new JsonDocumentOptions { MaxDepth = 16 });
            return json.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
                && Text(errors[0], "code") is { } code && ErrorCode().IsMatch(code) ? code : null;
        }
        catch (Exception e) when (e is JsonException or ActionException or InvalidOperationException)
        {
            return null;
        }
    }

    internal static bool SameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Host == other.Host && one.Port == other.Port;

    /// <summary>Whether a registry, written with or without a port, is on this machine.</summary>
    internal static bool IsLoopback(string registry)
    {
        var end = registry.EndsWith(']') ? -1 : registry.LastIndexOf(':');
        var host = end < 0 ? registry : registry[..end];
        return host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6) == host.StartsWith('['));
    }

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? First(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    [GeneratedRegex(@"^[A-Z_]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"^[\x21-\x7e]{1,65536}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
