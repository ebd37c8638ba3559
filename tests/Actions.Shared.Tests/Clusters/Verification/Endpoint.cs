using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Verification;

/// <summary>Servers whose health is checked: each request gets the next of their answers, and the last one for ever.</summary>
internal static class Endpoint
{
    public static LoopbackServer Start(params Func<LoopbackRequest, Task>[] answers) => Start(null, answers);

    public static LoopbackServer Start(X509Certificate2? certificate, params Func<LoopbackRequest, Task>[] answers)
    {
        var count = 0;
        return new(
            request => answers[Math.Min(Interlocked.Increment(ref count) - 1, answers.Length - 1)](request),
            certificate is null ? null : new() { ServerCertificate = certificate });
    }

    public static string Url(this LoopbackServer server) => server.Address.ToString().TrimEnd('/');

    public static Func<LoopbackRequest, Task> Answer(int status, string body = "", params string[] headers) => request => request.RespondAsync(status, body, headers);

    public static Task Silence(LoopbackRequest request) => request.HangAsync();

    public static Task Nonsense(LoopbackRequest request) => request.Stream.WriteAsync("nonsense\r\n\r\n"u8.ToArray(), request.ServerEnd).AsTask();

    /// <summary>A certificate that its own key signed, valid for 90 days until <paramref name="end"/>.</summary>
    public static X509Certificate2 Certificate(DateTimeOffset end, string name = "127.0.0.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(end.AddDays(-90), end);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
