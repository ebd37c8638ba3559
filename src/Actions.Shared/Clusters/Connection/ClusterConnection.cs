using System.Security.Cryptography.X509Certificates;

namespace Actions.Shared.Clusters.Connection;

/// <summary>How a cluster is reached and who we are there. Whatever is secret in it has been masked.</summary>
public sealed record ClusterConnection
{
    /// <summary>Address of the API server, <c>https://</c> with an optional path.</summary>
    public required Uri Server { get; init; }

    /// <summary>Where the connection comes from, for messages: <c>context staging of the kubeconfig</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The certificate authorities that the server's certificate may come from; null for those of the machine.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>The name that the server's certificate must have; null for the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether the server's certificate is taken as it is. The default is false.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Our certificate with its private key; null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Gives the bearer token; null for none.</summary>
    public TokenSource? Token { get; init; }

    /// <summary>Whom we act as; null for ourselves.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>An <c>http</c>, <c>https</c> or <c>socks5</c> proxy; null for a direct connection.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The namespace that the context names; null for none.</summary>
    public string? Namespace { get; init; }

    /// <summary>What to check when the cluster does not answer, beyond the usual; empty for nothing.</summary>
    public string UnreachableHint { get; init; } = "";

    /// <summary>What to check when the cluster does not accept the credentials, beyond the usual; empty for nothing.</summary>
    public string UnauthorizedHint { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => Source;
}
