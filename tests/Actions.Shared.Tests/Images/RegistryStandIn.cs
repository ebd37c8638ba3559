using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Actions.Shared.Images;

namespace Actions.Shared.Tests.Images;

/// <summary>A server on loopback that answers as a test wants, for what a real registry does not do on demand.</summary>
internal sealed class RegistryStandIn : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerRequest, StandInAnswer> _answer;

    public RegistryStandIn(Func<HttpListenerRequest, StandInAnswer> answer)
    {
        _answer = answer;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Host = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Host { get; }

    /// <summary>Method, address and authorisation of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public ImageReference Image(string rest)
    {
        ImageReference.TryParse($"{Host}/{rest}", out var image).ShouldBeTrue();
        return image!;
    }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var request = context.Request;
            using (var reader = new StreamReader(request.InputStream))
            {
                var body = await reader.ReadToEndAsync();
                Requests.Enqueue($"{request.HttpMethod} {request.RawUrl} {request.Headers["Authorization"] ?? "-"}{(body.Length > 0 ? " " + body : "")}");
            }

            var answer = _answer(request);
            context.Response.StatusCode = answer.Status;
            foreach (var (name, value) in answer.Headers)
            {
                context.Response.AddHeader(name, value);
            }

            if (request.HttpMethod != "HEAD")
            {
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
            }

            context.Response.Close();
        }
    }
}

/// <summary>What a <see cref="RegistryStandIn"/> answers.</summary>
internal sealed record StandInAnswer(int Status, string Body = "", params (string Name, string Value)[] Headers);
