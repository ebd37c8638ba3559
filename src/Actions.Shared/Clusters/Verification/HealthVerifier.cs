using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Verification;

/// <summary>
/// Asks addresses until they answer as expected or the time is over. All are asked at the same time, each on a new connection, so that a change of DNS or
/// of a certificate is seen. Redirects are answers, not followed.
/// </summary>
/// <param name="cluster">For Services; null if there are none among the checks.</param>
/// <param name="time">The clock.</param>
public sealed class HealthVerifier(ClusterClient? cluster, TimeProvider time)
{
    private const int BodyLimit = 64 * 1024;

    /// <summary>Time between two tries.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Certificates that are trusted in place of the system's; null for the system's.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>Runs all checks until each has passed or the time is over. Each is tried at least once.</summary>
    /// <param name="checks">The checks; none is fine.</param>
    /// <param name="limit">How long they may take together.</param>
    /// <param name="progress">Told the result of each try, from any thread.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>One result for each check, in their order.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<IReadOnlyList<HealthCheckResult>> VerifyAsync(
        IReadOnlyList<HealthCheck> checks, TimeSpan limit, Action<HealthCheckResult>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return await Task.WhenAll(checks.Select(c => VerifyAsync(c, limit, progress, cancellation))).ConfigureAwait(false);
    }

    private async Task<HealthCheckResult> VerifyAsync(HealthCheck check, TimeSpan limit, Action<HealthCheckResult>? progress, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var (passed, message) = await TryAsync(check, cancellation).ConfigureAwait(false);
            var result = new HealthCheckResult(check, passed, $"{check} {message}", attempt, time.GetElapsedTime(start));
            progress?.Invoke(result);
            if (passed || time.GetElapsedTime(start) + Interval >= limit)
            {
                return result;
            }

            await Task.Delay(Interval, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(bool Passed, string Message)> TryAsync(HealthCheck check, CancellationToken cancellation)
    {
        using var tooLong = new CancellationTokenSource(check.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancellation);
        try
        {
            return check.Service is { } service
                ? await AskServiceAsync(check, service, either.Token).ConfigureAwait(false)
                : await AskUrlAsync(check, check.Url!, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, string.Create(CultureInfo.InvariantCulture, $"did not answer within {check.Timeout.TotalSeconds:0.#} s"));
        }
        catch (ClusterException e)
        {
            return (false, $"could not be asked: {Quoted.Line(e.Detail.Length > 0 ? e.Detail : e.Title, 300)}");
        }
    }

    private async Task<(bool Passed, string Message)> AskServiceAsync(HealthCheck check, ServiceEndpoint service, CancellationToken cancellation)
    {
        if (cluster is null)
        {
            throw new InvalidOperationException("A check asks a Service, but there is no cluster.");
        }

        var answer = await cluster.GetFromServiceAsync(service.Namespace, service.ProxyName, check.Path, BodyLimit, cancellation).ConfigureAwait(false);
        return ApiServerSays(answer) is { } refusal ? (false, $"could not be asked: {refusal}") : Judge(check, answer.StatusCode, answer.Body, location: null);
    }

    /// <summary>The API server answers for a Service that it cannot ask; such an answer is a Status object.</summary>
    private static string? ApiServerSays(ProxyResponse answer)
    {
        if (answer.StatusCode < 400 || answer.IsTruncated || !answer.Body.StartsWith('{'))
        {
            return null;
        }

        try
        {
            var status = JsonNode.Parse(answer.Body, documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
            return status.Text("kind") == "Status" && status.Text("apiVersion") == "v1" ? $"the API server says '{Quoted.Line(status.Text("message") ?? "", 300)}'" : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<(bool Passed, string Message)> AskUrlAsync(HealthCheck check, Uri url, CancellationToken cancellation)
    {
        var tls = new TlsCheck(CertificateAuthorities);
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = check.Timeout,
            MaxResponseHeadersLength = 64,
            SslOptions = tls.Options(),
        };
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.ParseAdd("health-check");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            var body = await ReadAsync(response, cancellation).ConfigureAwait(false);
            var (passed, message) = Judge(check, (int)response.StatusCode, body, response.Headers.Location);
            return passed && check.CertificateDays is { } days && tls.ValidUntil is { } end ? Judge(message, days, end) : (passed, message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return (false, tls.Problem is { } problem ? $"shows a certificate that is not trusted: {problem}" : $"cannot be reached: {Quoted.Line(Innermost(e).Message, 200)}");
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[BodyLimit];
        var count = await stream.ReadAtLeastAsync(buffer, BodyLimit, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    private static (bool Passed, string Message) Judge(HealthCheck check, int status, string body, Uri? location)
    {
        if (!check.Statuses.Any(r => status >= r.First && status <= r.Last))
        {
            var target = location is null ? "" : $" and sends to {Quoted.Line(location.OriginalString.Split('?', '#')[0], 150)}";
            return (false, $"answered {status}{target}; expected {string.Join(", ", check.Statuses)}");
        }

        if (check.Body is { } text && !body.Contains(text, StringComparison.Ordinal))
        {
            return (false, $"answered {status}, but without '{Quoted.Line(text, 100)}' in its body, which starts with '{Quoted.Line(body, 100)}'");
        }

        try
        {
            if (check.Pattern is { } pattern && !pattern.IsMatch(body))
            {
                return (false, $"answered {status}, but its body does not match '{Quoted.Line(pattern.ToString(), 100)}'; it starts with '{Quoted.Line(body, 100)}'");
            }
        }
        catch (RegexMatchTimeoutException)
        {
            return (false, $"answered {status}, but matching '{Quoted.Line(check.Pattern!.ToString(), 100)}' takes longer than a second; use a simpler expression");
        }

        return (true, $"answered {status}");
    }

    private (bool Passed, string Message) Judge(string message, int days, DateTimeOffset end)
    {
        var left = (int)Math.Floor((end - time.GetUtcNow()).TotalDays);
        return left >= days
            ? (true, $"{message}; its certificate is valid for {left} more days")
            : (false, string.Create(CultureInfo.InvariantCulture, $"{message}, but its certificate ends on {end.UtcDateTime:yyyy-MM-dd}, in {left} days; expected {days} at least"));
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }

    /// <summary>What is found out about a certificate while the connection is made.</summary>
    private sealed class TlsCheck(X509Certificate2Collection? authorities)
    {
        public DateTimeOffset? ValidUntil { get; private set; }

        public string? Problem { get; private set; }

        public SslClientAuthenticationOptions Options()
        {
            var options = new SslClientAuthenticationOptions
            {
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Validate(certificate as X509Certificate2, chain, errors),
            };
            if (authorities is not null)
            {
                options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
            }

            return options;
        }

        private bool Validate(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            ValidUntil = certificate is null ? null : new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
            Problem = errors switch
            {
                SslPolicyErrors.None => null,
                _ when certificate is null => "there is none",
                _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => $"it is for {Quoted.Line(certificate.GetNameInfo(X509NameType.DnsName, false), 100)}",
                _ when chain?.ChainStatus.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) == true =>
                    string.Create(CultureInfo.InvariantCulture, $"it is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"),
                _ => $"its issuer is not known as trustworthy ({Quoted.Line(certificate.Issuer, 100)})",
            };
            return Problem is null;
        }
    }
}
