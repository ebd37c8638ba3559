using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ClusterFixture;

/// <summary>A certificate authority of a test, and what it issues.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificates(string name = "test-ca")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
    }

    public X509Certificate2 Authority { get; }

    /// <summary>The authority as PEM.</summary>
    public string AuthorityPem => Authority.ExportCertificatePem();

    public X509Certificate2Collection Bundle => [Authority];

    /// <summary>A certificate for a server with these names; IP addresses are recognised.</summary>
    public X509Certificate2 Server(params string[] names) => Issue("CN=server", names, DateTimeOffset.UtcNow.AddDays(1));

    /// <summary>A certificate for a server that has expired.</summary>
    public X509Certificate2 ExpiredServer(params string[] names) => Issue("CN=server", names, DateTimeOffset.UtcNow.AddDays(-1));

    /// <summary>Certificate and key of a client, as PEM.</summary>
    public (string Certificate, string Key) Client(string subject, DateTimeOffset? end = null)
    {
        using var client = Issue(subject, [], end ?? DateTimeOffset.UtcNow.AddDays(1));
        return (client.ExportCertificatePem(), client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(string subject, string[] names, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        if (names.Length > 0)
            request.CertificateExtensions.Add(alternatives.Build());
        using var bare = request.Create(Authority, DateTimeOffset.UtcNow.AddDays(-9), end, RandomNumberGenerator.GetBytes(8));
        using var both = bare.CopyWithPrivateKey(key);

        // SslStream wants a key that is not ephemeral on some platforms.
        return X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pkcs12), null);
    }
}
