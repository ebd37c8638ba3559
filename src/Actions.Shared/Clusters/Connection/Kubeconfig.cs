namespace Actions.Shared.Clusters.Connection;

/// <summary>What one or several kubeconfig files say; of equal names the first counts, as for kubectl.</summary>
internal sealed record Kubeconfig(
    string? CurrentContext,
    IReadOnlyList<KubeconfigCluster> Clusters,
    IReadOnlyList<KubeconfigUser> Users,
    IReadOnlyList<KubeconfigContext> Contexts)
{
    public static Kubeconfig Merge(IReadOnlyList<Kubeconfig> files)
    {
        string? current = null;
        var clusters = new List<KubeconfigCluster>();
        var users = new List<KubeconfigUser>();
        var contexts = new List<KubeconfigContext>();
        foreach (var file in files)
        {
            current ??= file.CurrentContext;
            AddNew(clusters, file.Clusters, static c => c.Name);
            AddNew(users, file.Users, static u => u.Name);
            AddNew(contexts, file.Contexts, static c => c.Name);
        }

        return new Kubeconfig(current, clusters, users, contexts);
    }

    private static void AddNew<T>(List<T> all, IReadOnlyList<T> more, Func<T, string> name)
    {
        foreach (var item in more)
        {
            if (!all.Exists(known => name(known) == name(item)))
                all.Add(item);
        }
    }
}

/// <summary>Which cluster, as whom, in which namespace.</summary>
internal sealed record KubeconfigContext(string Name, string Cluster, string? User, string? Namespace);

/// <summary>Where a cluster is.</summary>
internal sealed record KubeconfigCluster(string Name, string Server)
{
    public Material? CertificateAuthority { get; init; }

    public string? TlsServerName { get; init; }

    public string? ProxyUrl { get; init; }

    public bool SkipTlsVerify { get; init; }
}

/// <summary>Who we are at a cluster.</summary>
internal sealed record KubeconfigUser(string Name)
{
    public string? Token { get; init; }

    public Material? TokenFile { get; init; }

    public Material? ClientCertificate { get; init; }

    public Material? ClientKey { get; init; }

    public ExecPlugin? Exec { get; init; }

    /// <summary>A way to authenticate that Kubernetes has dropped: <c>auth-provider</c>, <c>username</c>.</summary>
    public string? Dropped { get; init; }

    public Impersonation? Impersonation { get; init; }
}

/// <summary>A program that prints a credential.</summary>
internal sealed record ExecPlugin(string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables)
{
    public string ApiVersion { get; init; } = "client.authentication.k8s.io/v1";

    public string? InstallHint { get; init; }

    public bool ProvideClusterInfo { get; init; }

    public bool NeedsTerminal { get; init; }
}

/// <summary>Something that stands in the kubeconfig, or in a file that it names.</summary>
/// <param name="Field">The field that it came from, for messages.</param>
/// <param name="Data">The base64 text in the kubeconfig; null if there is a file.</param>
/// <param name="File">The file; null if there is data.</param>
/// <param name="Folder">The folder that a relative file name starts from; null if the kubeconfig is no file.</param>
internal sealed record Material(string Field, string? Data, string? File, string? Folder);
