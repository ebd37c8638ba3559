using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Actions.Shared.Clusters.Connection;

namespace Actions.Shared.Clusters.Api;

/// <summary>Trust in the server's certificate as the connection says, and the reason when there is none.</summary>
internal sealed class TlsHandshake(ClusterConnection connection)
{
    private volatile string? _failure;

    /// <summary>Why the last certificate that came was not trusted; null if none was refused.</summary>
    public string? Failure => _failure;

    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = Validate,
        };
        if (connection.CertificateAuthorities is { } authorities)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            options.CertificateChainPolicy = policy;
        }

        if (connection.ClientCertificate is { } own)
        {
            options.ClientCertificates = [own];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        return options;
    }

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (connection.SkipTlsVerify)
            return true;
        _failure = Describe(certificate as X509Certificate2, chain, errors);
        return _failure is null;
    }

    private string? Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "the server shows no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            var wanted = connection.TlsServerName ?? connection.Server.Host;
            return $"it is not for {wanted}, but for {Names(certificate)}";
        }

        return errors == SslPolicyErrors.None ? null : Describe(certificate, chain);
    }

    private static string Describe(X509Certificate2 certificate, X509Chain? chain)
    {
        foreach (var status in chain?.ChainStatus ?? [])
        {
            if (status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))
                return $"it is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u} only";
        }

        return $"it was issued by \"{certificate.Issuer}\", which is not among the certificate authorities that are trusted";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension is not X509SubjectAlternativeNameExtension san)
                continue;
            names.AddRange(san.EnumerateDnsNames());
            foreach (var address in san.EnumerateIPAddresses())
                names.Add(address.ToString());
        }

        return names.Count > 0 ? string.Join(", ", names) : certificate.Subject;
    }
}
