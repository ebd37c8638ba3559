namespace Actions.Shared.Clusters.Connection;

/// <summary>
/// What somebody told about the cluster. One of <see cref="Kubeconfig"/>, <see cref="Server"/>, <see cref="ServiceAccountSecret"/>, <see cref="Kapsule"/> and
/// <see cref="InCluster"/> says where it is; without any of them the variable <c>KUBECONFIG</c> does, and then a Pod's own account.
/// </summary>
public sealed record ConnectionOptions
{
    /// <summary>The content of a kubeconfig, as YAML or as base64 of it; null if not given.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The context of the kubeconfig; null for its <c>current-context</c>.</summary>
    public string? Context { get; init; }

    /// <summary>Address of the API server; null if not given.</summary>
    public string? Server { get; init; }

    /// <summary>Bearer token; null if not given. With a kubeconfig it replaces the user's credentials.</summary>
    public string? Token { get; init; }

    /// <summary>The certificate authority of <see cref="Server"/>, as PEM or as base64 of it; null for those of the machine.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>The name that the server's certificate must have; null for what the kubeconfig says, or the host of the address.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Address of a proxy; null for what the kubeconfig says, else the variables <c>HTTPS_PROXY</c> and <c>NO_PROXY</c>.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>The YAML of a Secret of type <c>kubernetes.io/service-account-token</c>, for <see cref="Server"/>; null if not given.</summary>
    public string? ServiceAccountSecret { get; init; }

    /// <summary>A cluster of Scaleway, whose kubeconfig its API gives; null if not given.</summary>
    public KapsuleCluster? Kapsule { get; init; }

    /// <summary>The secret key of an IAM API key of Scaleway; null for the variable <c>SCW_SECRET_KEY</c>.</summary>
    public string? ScalewaySecretKey { get; init; }

    /// <summary>Whether the account of the Pod that we run in is used. The default is false.</summary>
    public bool InCluster { get; init; }

    /// <summary>The audience of a token of GitHub's OIDC provider, which then is the credential; null for another credential.</summary>
    public string? OidcAudience { get; init; }

    /// <summary>Credential plugins that a kubeconfig may start: the command as it is written there. The default is none.</summary>
    public IReadOnlyList<string> AllowedExecPlugins { get; init; } = [];

    /// <summary>Whether the server's certificate is taken as it is, whatever the kubeconfig says. The default is false.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>
    /// Whether a kubeconfig may name files of this machine for certificates, keys and tokens: right for a person's own, wrong for one that was handed
    /// to a pipeline. The default is false.
    /// </summary>
    public bool AllowFiles { get; init; }
}
