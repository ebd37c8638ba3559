using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ClusterFixture;

/// <summary>
/// An HTTP/1.1 server on the loopback device that answers as a test says, down to the byte and to the reset of a connection: for what a real API server
/// cannot be brought to do.
/// </summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<LoopbackRequest, Task> _answer;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly CancellationTokenSource _end = new();
    private readonly List<LoopbackRequest> _requests = [];
    private readonly List<Task> _connections = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;

    /// <param name="answer">Answers a request. What it throws breaks the connection.</param>
    /// <param name="tls">TLS, if wanted; otherwise plain HTTP.</param>
    public LoopbackServer(Func<LoopbackRequest, Task> answer, SslServerAuthenticationOptions? tls = null)
    {
        (_answer, _tls) = (answer, tls);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Its address.</summary>
    public Uri Address => new($"{(_tls is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>The requests so far, in order of arrival.</summary>
    public IReadOnlyList<LoopbackRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How many connections were accepted.</summary>
    public int Connections
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
            return;
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_end.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_gate)
            {
                _connections.Add(Task.Run(() => ServeAsync(client)));
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            using var closing = _end.Token.Register(client.Close);
            try
            {
                Stream stream = client.GetStream();
                X509Certificate? peer = null;
                if (_tls is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(_tls, _end.Token);
                    (stream, peer) = (secure, secure.RemoteCertificate);
                }

                while (await LoopbackRequest.ReadAsync(stream, client, peer, _end.Token) is { } request)
                {
                    lock (_gate)
                    {
                        _requests.Add(request);
                    }

                    await _answer(request);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException or InvalidOperationException)
            {
                // The other side left, or the test cut the line.
            }
        }
    }
}

/// <summary>A request to a <see cref="LoopbackServer"/>, and the means to answer it.</summary>
public sealed class LoopbackRequest
{
    private readonly Stream _stream;
    private readonly TcpClient _client;

    private LoopbackRequest(Stream stream, TcpClient client) => (_stream, _client) = (stream, client);

    public string Method { get; private init; } = "";

    /// <summary>Path and query.</summary>
    public string Path { get; private init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; private init; } = new Dictionary<string, string>();

    public string Body { get; private init; } = "";

    /// <summary>The certificate that the client showed; null for none.</summary>
    public X509Certificate? ClientCertificate { get; private init; }

    /// <summary>Fires when the server ends.</summary>
    public CancellationToken ServerEnd { get; private init; }

    /// <summary>The connection, for protocols beyond HTTP.</summary>
    public Stream Stream => _stream;

    /// <summary>Answers with a whole body.</summary>
    public async Task RespondAsync(int status, string body, params string[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        await WriteHeadAsync(status, [$"Content-Length: {bytes.Length}", .. headers]);
        await _stream.WriteAsync(bytes, ServerEnd);
        await _stream.FlushAsync(ServerEnd);
    }

    /// <summary>Begins an answer in pieces.</summary>
    public Task BeginAsync(int status = 200) => WriteHeadAsync(status, ["Transfer-Encoding: chunked"]);

    /// <summary>Sends a piece.</summary>
    public async Task SendAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), ServerEnd);
        await _stream.WriteAsync(bytes, ServerEnd);
        await _stream.WriteAsync("\r\n"u8.ToArray(), ServerEnd);
        await _stream.FlushAsync(ServerEnd);
    }

    /// <summary>Ends an answer in pieces.</summary>
    public async Task EndAsync()
    {
        await _stream.WriteAsync("0\r\n\r\n"u8.ToArray(), ServerEnd);
        await _stream.FlushAsync(ServerEnd);
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        // A server that has ended has closed it already.
        if (_client.Client is { } socket)
        {
            socket.LingerState = new LingerOption(true, 0);
        }

        _client.Close();
    }

    /// <summary>Says nothing more until the server ends.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, ServerEnd);

    internal static async Task<LoopbackRequest?> ReadAsync(Stream stream, TcpClient client, X509Certificate? peer, CancellationToken end)
    {
        var head = await ReadHeadAsync(stream, end);
        if (head.Length == 0)
            return null;
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }

        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, end);
        return new LoopbackRequest(stream, client)
        {
            Method = first[0],
            Path = first[1],
            Headers = headers,
            Body = Encoding.UTF8.GetString(body),
            ClientCertificate = peer,
            ServerEnd = end,
        };
    }

    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken end)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, end) == 1)
        {
            head.Append((char)one[0]);
            if (head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n")
                break;
        }

        return head.ToString();
    }

    private async Task WriteHeadAsync(int status, IEnumerable<string> headers)
    {
        var head = $"HTTP/1.1 {status} Answer\r\n{string.Join("\r\n", headers)}\r\n\r\n";
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(head), ServerEnd);
        await _stream.FlushAsync(ServerEnd);
    }
}
