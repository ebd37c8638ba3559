using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Actions.Shared.Clusters.Connection;

namespace ClusterFixture;

/// <summary>
/// Stands between a program and a real API server, at an address of its own, and passes requests on as an administrator. A test answers some of them
/// itself, or breaks them: with that, a real server is overloaded, forgets a token or drops a watch at the moment that the test wants.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    private static readonly string[] Passed = ["X-Kubernetes-PF-FlowSchema-UID", "Warning", "Retry-After"];

    private readonly ClusterConnection _target;
    private readonly Func<LoopbackRequest, Task<bool>> _intercept;
    private readonly HttpClient _http;
    private readonly LoopbackServer _server;

    /// <param name="target">The cluster, as an administrator.</param>
    /// <param name="intercept">Sees every request first. Returns whether it has dealt with it.</param>
    public Gateway(ClusterConnection target, Func<LoopbackRequest, Task<bool>> intercept)
    {
        (_target, _intercept) = (target, intercept);
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.ClientCertificates = target.ClientCertificate is { } certificate ? [certificate] : [];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (target.CertificateAuthorities is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _server = new LoopbackServer(AnswerAsync);
    }

    /// <summary>Its address, plain HTTP.</summary>
    public Uri Address => _server.Address;

    /// <summary>The requests so far, in order of arrival.</summary>
    public IReadOnlyList<LoopbackRequest> Requests => _server.Requests;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(LoopbackRequest request)
    {
        if (!await _intercept(request))
            await PassOnAsync(request);
    }

    private async Task PassOnAsync(LoopbackRequest request)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_target.Server, request.Path));
        foreach (var name in (string[])["Accept", "User-Agent"])
        {
            if (request.Headers.TryGetValue(name, out var value))
                message.Headers.TryAddWithoutValidation(name, value);
        }

        if (_target.Token is { } token)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(false, request.ServerEnd));
        if (request.Headers.TryGetValue("Content-Type", out var type))
        {
            message.Content = new StringContent(request.Body);
            message.Content.Headers.Remove("Content-Type");
            message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, request.ServerEnd);
        if (response.StatusCode == HttpStatusCode.OK && request.Path.Contains("watch=true", StringComparison.Ordinal))
        {
            await request.BeginAsync();
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(request.ServerEnd));
            while (await lines.ReadLineAsync(request.ServerEnd) is { } line)
                await request.SendAsync($"{line}\n");
            await request.EndAsync();
            return;
        }

        var headers = Passed.Where(n => response.Headers.Contains(n)).Select(n => $"{n}: {string.Join(", ", response.Headers.GetValues(n))}");
        await request.RespondAsync((int)response.StatusCode, await response.Content.ReadAsStringAsync(request.ServerEnd), [$"Content-Type: {response.Content.Headers.ContentType}", .. headers]);
    }
}
