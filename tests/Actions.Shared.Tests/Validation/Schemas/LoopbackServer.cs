using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Actions.Shared.Tests.Validation.Schemas;

/// <summary>A real HTTP server on loopback that answers as told and remembers what it was asked.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, (int Status, string Body)> _answers = [];

    public LoopbackServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>A request that is left without an answer until the server is disposed of.</summary>
    public const int Never = 0;

    public LoopbackServer With(string path, string body, int status = 200)
    {
        _answers[path] = (status, body);
        return this;
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
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var path = context.Request.Url!.AbsolutePath;
            Requests.Enqueue(path);
            var (status, body) = _answers.GetValueOrDefault(path, (404, "not here"));
            if (status == Never)
            {
                continue;
            }

            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }
}
