using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ClusterFixture;

/// <summary>Passes connections on to a server, until it is cut: then they break, and new ones are refused, as when the server crashed.</summary>
internal sealed class Relay : IDisposable
{
    private readonly string _host;
    private readonly int _target;
    private CancellationTokenSource _cut = new();
    private readonly ConcurrentBag<Task> _passing = [];
    private TcpListener _listener = new(IPAddress.Loopback, 0);

    public Relay(Uri server)
    {
        (_host, _target) = (server.Host, server.Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener, _cut.Token);
    }

    public int Port { get; }

    /// <summary>Returns when no connection is left.</summary>
    public async Task CutAsync()
    {
        _listener.Stop();
        await _cut.CancelAsync();
        await Task.WhenAll(_passing);
    }

    public void Restore()
    {
        _cut = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener, _cut.Token);
    }

    public void Dispose()
    {
        _listener.Stop();
        _cut.Cancel();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cut)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cut);
                _passing.Add(PassAsync(client, cut));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task PassAsync(TcpClient client, CancellationToken cut)
    {
        using (client)
        {
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(_host, _target, cut);
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), cut), server.GetStream().CopyToAsync(client.GetStream(), cut));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // One side ended, or it was cut.
            }

            client.LingerState = new LingerOption(true, 0);
        }
    }
}
