using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Actions.Shared.Tests.Clusters.Verification;

/// <summary>An HTTP server on a free loopback port, with TLS if it has a certificate, that answers each request with the next of its answers and the last one for ever.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2? _certificate;
    private readonly string[] _answers;
    private readonly Task _loop;
    private int _count;

    /// <summary>The answer that never comes.</summary>
    public const string Silence = "";

    /// <param name="certificate">For TLS; null for plain HTTP.</param>
    /// <param name="answers">Whole answers, status line and all; <see cref="Silence"/> for none.</param>
    public LoopbackServer(X509Certificate2? certificate, params string[] answers)
    {
        (_certificate, _answers) = (certificate, answers);
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    public int Requests => Volatile.Read(ref _count);

    public string Url => $"{(_certificate is null ? "http" : "https")}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public static string Answer(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}";

    public static X509Certificate2 Certificate(DateTimeOffset end, string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(end.AddDays(-90), end);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _loop;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (_end.IsCancellationRequested && e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
                    stream = tls;
                }

                await using (stream)
                {
                    await ReadRequestAsync(stream);
                    var answer = _answers[Math.Min(Interlocked.Increment(ref _count) - 1, _answers.Length - 1)];
                    if (answer == Silence)
                    {
                        await Task.Delay(Timeout.Infinite, _end.Token);
                    }

                    await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _end.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, or does not trust us: that is what a test is about.
            }
        }
    }

    private async Task ReadRequestAsync(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        int read;
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && (read = await stream.ReadAsync(buffer, _end.Token)) > 0)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }
}
