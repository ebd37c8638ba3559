using System.Text;
using Actions.Shared.Manifests;
using Actions.Shared.Processes;
using Actions.Shared.Text;

namespace Actions.Shared.Clusters.Connection;

/// <summary>
/// Finds out how a cluster is reached. Everything secret is masked before it is used; nothing is written to disk; nothing is sent to the cluster.
/// Dispose it after the clients of its connections.
/// </summary>
/// <param name="variables">The environment: <c>KUBECONFIG</c>, <c>SCW_SECRET_KEY</c>, <c>SCW_API_URL</c>, GitHub's OIDC variables, a Pod's service address, <c>HTTPS_PROXY</c>.</param>
/// <param name="workingDirectory">Where relative paths in <c>KUBECONFIG</c> start.</param>
/// <param name="processes">Starts credential plugins that are allowed.</param>
/// <param name="time">The clock.</param>
/// <param name="mask">Masks a value, line by line, in everything printed from now on.</param>
/// <param name="warn">Prints a warning.</param>
public sealed class ClusterConnector(
    IReadOnlyDictionary<string, string> variables,
    string workingDirectory,
    ProcessRunner processes,
    TimeProvider time,
    Action<string> mask,
    Action<string> warn) : IDisposable
{
    private const int FileLimit = 4 * 1024 * 1024;
    private const string KapsuleDomain = ".scw.cloud";

    private readonly List<IDisposable> _owned = [];

    /// <summary>Folder of a Pod's account; another one only in tests.</summary>
    internal string AccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var owned in _owned)
            owned.Dispose();
        _owned.Clear();
    }

    /// <summary>Finds out how the cluster is reached, and gets the first credential if that takes a program or a request.</summary>
    /// <exception cref="ActionException">What was told is wrong, contradicts itself, or is not allowed.</exception>
    public async Task<ClusterConnection> ConnectAsync(ConnectionOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var secret in (string?[])[options.Token, options.ScalewaySecretKey])
        {
            if (secret is not null)
                mask(secret);
        }

        CheckSources(options);
        var connection = options switch
        {
            { InCluster: true } => InCluster(),
            { Kapsule: { } cluster } => await OfKapsuleAsync(cluster, options, cancellation).ConfigureAwait(false),
            { ServiceAccountSecret: { } secret } => OfSecret(secret, Required(options.Server)),
            { Server: { } server } => new ClusterConnection { Server = Address(server, "server"), Source = "the server that was given" },
            { Kubeconfig: { } text } => await OfKubeconfigAsync([Reader().Read(text, "kubeconfig", null)], "the kubeconfig", options, cancellation).ConfigureAwait(false),
            _ when variables.GetValueOrDefault("KUBECONFIG") is { Length: > 0 } paths =>
                await OfKubeconfigAsync(ReadFiles(paths), "KUBECONFIG", options, cancellation).ConfigureAwait(false),
            _ when variables.ContainsKey("KUBERNETES_SERVICE_HOST") && File.Exists(Path.Combine(AccountFolder, "token")) => InCluster(),
            _ => throw new ActionException(
                "No cluster is given",
                "there is no kubeconfig, no server, no variable KUBECONFIG, and we do not run in a Pod",
                "Give the content of a kubeconfig (it may be base64), or server with token or oidc-audience."),
        };
        connection = Override(connection, options);
        Check(connection);
        return connection;
    }

    private static void CheckSources(ConnectionOptions options)
    {
        var given = new List<string>();
        if (options.Kubeconfig is not null)
            given.Add("kubeconfig");
        if (options.Server is not null)
            given.Add("server");
        if (options.InCluster)
            given.Add("in-cluster");
        if (options.Kapsule is not null)
            given.Add("kapsule-cluster-id");
        if (given.Count > 1)
            throw new ActionException("The cluster is given twice", $"by {string.Join(" and by ", given)}", "Give one of them.");
        if (options.Context is not null && (options.Server is not null || options.InCluster || options.Kapsule is not null))
            throw new ActionException("A context without a kubeconfig", $"context {options.Context}", "A context is part of a kubeconfig: give that, or leave the context out.");
        if (options is { Token: not null, OidcAudience: not null })
            throw new ActionException("Two credentials are given", "by token and by oidc-audience", "Give one of them.");
        if (options is { CertificateAuthority: not null, Server: null })
            throw new ActionException("A certificate authority without a server", "certificate-authority is given", "Give server too; a kubeconfig holds its own certificate authority.");
    }

    private static string Required(string? server) => server ?? throw new ActionException(
        "The Secret of a service account says nothing of the cluster's address", "server is not given", "Give server: kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'");

    private KubeconfigReader Reader() => new(mask);

    // ---- Where ----

    private ClusterConnection InCluster()
    {
        if (variables.GetValueOrDefault("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host)
            throw new ActionException("We do not run in a Pod", "the variable KUBERNETES_SERVICE_HOST is not set", "Give a kubeconfig, or run on a runner inside of the cluster.");
        var port = variables.GetValueOrDefault("KUBERNETES_SERVICE_PORT") is { Length: > 0 } given ? given : "443";
        var token = Path.Combine(AccountFolder, "token");
        if (!File.Exists(token))
        {
            throw new ActionException(
                "The Pod has no account", $"{token} is not there", "Set automountServiceAccountToken: true for the runner's Pod, and give its service account the rights.");
        }

        return new ClusterConnection
        {
            Server = Address($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}", "KUBERNETES_SERVICE_HOST"),
            Source = "the account of this Pod",
            CertificateAuthorities = Certificates.Authorities(ReadFile(Path.Combine(AccountFolder, "ca.crt")), "the Pod's ca.crt"),
            Token = new FileToken(token, mask, time).GetAsync,
            Namespace = File.Exists(Path.Combine(AccountFolder, "namespace")) ? ReadFile(Path.Combine(AccountFolder, "namespace")).Trim() : null,
        };
    }

    private ClusterConnection OfSecret(string text, string server)
    {
        var root = Reader().Parse(text, "service-account");
        if (root.Find("kind") is not YamlScalar { Value: "Secret" } || root.Find("data") is not YamlMapping data)
        {
            throw new ActionException(
                "Not the Secret of a service account", "kind: Secret with data is needed", "Give the output of: kubectl get secret NAME -o yaml");
        }

        var token = Decode(data, "token");
        mask(token);
        return new ClusterConnection
        {
            Server = Address(server, "server"),
            Source = "the Secret of a service account",
            CertificateAuthorities = Certificates.Authorities(Decode(data, "ca.crt"), "ca.crt of the Secret"),
            Token = (_, _) => ValueTask.FromResult(token),
            Namespace = data.Find("namespace") is null ? null : Decode(data, "namespace"),
        };
    }

    private static string Decode(YamlMapping data, string key)
    {
        try
        {
            if (data[key] is YamlScalar { Value.Length: > 0 } scalar)
                return Encoding.UTF8.GetString(Convert.FromBase64String(scalar.Value));
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new ActionException(
            "Not the Secret of a service account", $"data.{key} is missing or no base64", "Its type is kubernetes.io/service-account-token. Give the output of: kubectl get secret NAME -o yaml");
    }

    private List<Kubeconfig> ReadFiles(string paths)
    {
        var files = new List<Kubeconfig>();
        var missing = new List<string>();
        foreach (var path in paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var full = Path.GetFullPath(path, workingDirectory);
            if (File.Exists(full))
                files.Add(Reader().Read(ReadFile(full), path, Path.GetDirectoryName(full)));
            else
                missing.Add(path);
        }

        if (files.Count > 0)
            return files;
        throw new ActionException(
            "The kubeconfig is not there",
            $"KUBECONFIG names {string.Join(", ", missing)}, which does not exist here",
            "In a container action the files of earlier steps may be at another place, or not there at all: give the content of the kubeconfig as an input instead.");
    }

    private async Task<ClusterConnection> OfKapsuleAsync(KapsuleCluster kapsule, ConnectionOptions options, CancellationToken cancellation)
    {
        if (kapsule.Problem is { } problem)
            throw new ActionException("Not a Kapsule cluster", $"{kapsule.Id} in region {kapsule.Region}: {problem}", "Check kapsule-cluster-id and kapsule-region; the console shows both on the page of the cluster.");
        if (KapsuleToken(options) is not { } secret)
        {
            throw new ActionException(
                "The credential of Scaleway is missing", "kapsule-cluster-id is given, and neither scaleway-secret-key nor the variable SCW_SECRET_KEY",
                "Give the secret key of an IAM API key, from a secret.");
        }

        mask(secret);
        using var api = new KapsuleApi(
            variables.GetValueOrDefault("SCW_API_URL") is { Length: > 0 } address ? Address(address, "SCW_API_URL") : KapsuleApi.DefaultAddress, secret, time);
        var config = Reader().Read(await api.GetKubeconfigAsync(kapsule, cancellation).ConfigureAwait(false), "Scaleway's kubeconfig", null);
        return AtKapsule(Located(config, $"Kapsule cluster {kapsule.Id}", options).Connection, secret);
    }

    // ---- A kubeconfig ----

    private async Task<ClusterConnection> OfKubeconfigAsync(
        IReadOnlyList<Kubeconfig> files, string source, ConnectionOptions options, CancellationToken cancellation)
    {
        var (connection, cluster, user) = Located(Kubeconfig.Merge(files), source, options);
        if (options.Token is not null || options.OidcAudience is not null)
            return connection;
        return await WithCredentialAsync(connection, cluster, user, options, cancellation).ConfigureAwait(false);
    }

    /// <summary>Where the cluster of the context is, and as whom the kubeconfig wants to be there.</summary>
    private (ClusterConnection Connection, KubeconfigCluster Cluster, KubeconfigUser User) Located(Kubeconfig config, string source, ConnectionOptions options)
    {
        var context = Context(config, source, options.Context);
        var cluster = Find(config.Clusters, context.Cluster, c => c.Name) ?? throw Dangling(context, "cluster", context.Cluster, config.Clusters.Select(c => c.Name));
        var user = context.User is null
            ? new KubeconfigUser("")
            : Find(config.Users, context.User, u => u.Name) ?? throw Dangling(context, "user", context.User, config.Users.Select(u => u.Name));

        if (cluster.SkipTlsVerify && !options.SkipTlsVerify)
        {
            throw new ActionException(
                "The kubeconfig wants an unchecked connection",
                $"cluster {cluster.Name}: insecure-skip-tls-verify is true, so anybody on the way could read the credentials",
                "Put the cluster's certificate authority into the kubeconfig (certificate-authority-data) and remove the setting.");
        }

        var connection = new ClusterConnection
        {
            Server = Address(cluster.Server, $"server of cluster {cluster.Name}"),
            Source = $"context {context.Name} of {source}",
            Namespace = context.Namespace,
            TlsServerName = cluster.TlsServerName,
            CertificateAuthorities = cluster.CertificateAuthority is { } authority
                ? Certificates.Authorities(Content(authority, options), $"{authority.Field} of cluster {cluster.Name}")
                : null,
            Proxy = cluster.ProxyUrl is { } proxy ? ProxyAddress(proxy, $"proxy-url of cluster {cluster.Name}") : null,
            Impersonation = user.Impersonation,
        };
        return (connection, cluster, user);
    }

    private static KubeconfigContext Context(Kubeconfig config, string source, string? wanted)
    {
        var names = config.Contexts.Select(c => c.Name).ToArray();
        var list = names.Length == 0 ? "there are no contexts" : $"there are: {string.Join(", ", names)}";
        if (wanted is null && config.CurrentContext is null)
        {
            return names.Length == 1
                ? config.Contexts[0]
                : throw new ActionException("Which context of the kubeconfig?", $"{source} has no current-context; {list}", "Give context.");
        }

        var name = wanted ?? config.CurrentContext!;
        if (Find(config.Contexts, name, c => c.Name) is { } found)
            return found;
        var hint = Suggestions.Closest(name, names) is { } near ? $"Did you mean {near}?" : "Give one of these as context.";
        throw new ActionException(
            "The kubeconfig has no such context", $"{(wanted is null ? "current-context" : "context")} is {name}; {list}", hint);
    }

    private static T? Find<T>(IReadOnlyList<T> items, string name, Func<T, string> nameOf)
        where T : class
    {
        foreach (var item in items)
        {
            if (nameOf(item) == name)
                return item;
        }

        return null;
    }

    private static ActionException Dangling(KubeconfigContext context, string what, string name, IEnumerable<string> known)
    {
        var names = string.Join(", ", known);
        return new ActionException(
            $"The kubeconfig has no such {what}",
            $"context {context.Name} names the {what} \"{name}\"; {(names.Length == 0 ? "there are none" : $"there are: {names}")}",
            "Get a whole kubeconfig: kubectl config view --raw --minify --flatten");
    }

    // ---- As whom ----

    private async Task<ClusterConnection> WithCredentialAsync(
        ClusterConnection connection, KubeconfigCluster cluster, KubeconfigUser user, ConnectionOptions options, CancellationToken cancellation)
    {
        if (user.Dropped is { } dropped)
        {
            throw new ActionException(
                "A credential that Kubernetes no longer knows", $"user {user.Name} has {dropped}", "Use a token, a client certificate, or a credential plugin (exec).");
        }

        if (user is { ClientCertificate: { } certificate, ClientKey: { } key })
        {
            connection = connection with
            {
                ClientCertificate = Certificates.Client(Content(certificate, options), Key(key, options), $"user {user.Name}", time.GetUtcNow()),
            };
        }
        else if ((user.ClientCertificate ?? user.ClientKey) is { } half)
        {
            throw new ActionException("Half a client certificate", $"user {user.Name} has {half.Field} only", "Give certificate and key.");
        }

        if (user.TokenFile is { } file)
        {
            _ = Allowed(file, options);
            return connection with { Token = new FileToken(FullPath(file), mask, time).GetAsync };
        }

        if (user.Token is { } token && token != "REDACTED")
            return connection with { Token = (_, _) => ValueTask.FromResult(token) };
        if (user.Exec is { } plugin)
            return await WithPluginAsync(connection, cluster, user, plugin, options, cancellation).ConfigureAwait(false);
        if (connection.ClientCertificate is not null)
            return connection;
        if (connection.Server.Host.EndsWith(KapsuleDomain, StringComparison.OrdinalIgnoreCase) && KapsuleToken(options) is { } secret)
            return AtKapsule(connection, secret);
        if (user.Token is not null)
        {
            throw new ActionException(
                "The kubeconfig is incomplete", $"the token of user {user.Name} is left out (REDACTED)", "Take the kubeconfig with its secrets: kubectl config view --raw --minify --flatten");
        }

        throw new ActionException(
            "The kubeconfig holds no credential",
            user.Name.Length == 0 ? "the context names no user" : $"user {user.Name} has no token, certificate or exec",
            "Give token or oidc-audience besides, or another kubeconfig.");
    }

    private async Task<ClusterConnection> WithPluginAsync(
        ClusterConnection connection, KubeconfigCluster cluster, KubeconfigUser user, ExecPlugin plugin, ConnectionOptions options, CancellationToken cancellation)
    {
        // "scw k8s exec-credential" prints SCW_SECRET_KEY and does nothing else, so we need neither the program nor trust in one.
        var isKapsule = Path.GetFileName(plugin.Command) == "scw" && plugin.Arguments is ["k8s", "exec-credential", ..];
        if (isKapsule && (plugin.Variables.GetValueOrDefault("SCW_SECRET_KEY") is { Length: > 0 } own ? own : KapsuleToken(options)) is { } secret)
            return AtKapsule(connection, secret);

        if (!options.AllowedExecPlugins.Contains(plugin.Command))
        {
            throw isKapsule
                ? new ActionException(
                    "The credential of Scaleway is missing", "the kubeconfig wants scw, which uses the variable SCW_SECRET_KEY, and that is not set", "Set scaleway-secret-key, or SCW_SECRET_KEY, to the secret key of an IAM API key, from a secret. The program scw is not needed.")
                : new ActionException(
                    "The kubeconfig wants to start a program",
                    $"user {user.Name} gets its credential from {plugin.Command}, and a kubeconfig could name any program",
                    $"If you know it, allow it: allowed-exec-plugins: {plugin.Command}");
        }

        if (plugin.NeedsTerminal)
            throw new ActionException("The credential plugin needs a person", $"{plugin.Command}: interactiveMode is Always", "Use a credential that works without a terminal.");
        if (plugin.ApiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw new ActionException(
                "The credential plugin speaks an unknown version", $"{plugin.Command}: {plugin.ApiVersion}", "Get a new kubeconfig, with client.authentication.k8s.io/v1.");
        }

        var exec = new ExecCredentials(plugin, cluster, processes, mask, time);
        _owned.Add(exec);
        var first = await exec.GetAsync(renew: false, cancellation).ConfigureAwait(false);
        return connection with
        {
            ClientCertificate = first is { ClientCertificate: { } certificate, ClientKey: { } key }
                ? Certificates.Client(certificate, key, $"the certificate of {plugin.Command}", time.GetUtcNow())
                : connection.ClientCertificate,
            Token = first.Token is not null ? exec.GetTokenAsync : null,
        };
    }

    private string? KapsuleToken(ConnectionOptions options) =>
        options.ScalewaySecretKey ?? (variables.GetValueOrDefault("SCW_SECRET_KEY") is { Length: > 0 } key ? key : null);

    private ClusterConnection AtKapsule(ClusterConnection connection, string secret)
    {
        mask(secret);
        return connection with
        {
            Token = (_, _) => ValueTask.FromResult(secret),
            UnauthorizedHint = "The API key of SCW_SECRET_KEY or scaleway-secret-key may have expired, or its IAM policy lacks a Kubernetes permission set.",
        };
    }

    // ---- Afterwards ----

    private ClusterConnection Override(ClusterConnection connection, ConnectionOptions options)
    {
        if (options.CertificateAuthority is { } authority)
            connection = connection with { CertificateAuthorities = Certificates.Authorities(authority, "certificate-authority") };
        if (options.TlsServerName is { } name)
            connection = connection with { TlsServerName = name };
        if (options.ProxyUrl is { } proxy)
            connection = connection with { Proxy = ProxyAddress(proxy, "proxy-url") };
        else if (connection.Proxy is null && EnvironmentProxy.For(variables, connection.Server) is { } usual)
            connection = connection with { Proxy = ProxyAddress(usual, "HTTPS_PROXY") };
        if (options.Token is { } token)
            connection = connection with { Token = (_, _) => ValueTask.FromResult(token) };
        if (options.OidcAudience is { } audience)
        {
            var oidc = new GitHubOidc(variables, audience, mask, time);
            _owned.Add(oidc);
            connection = connection with
            {
                Token = oidc.GetAsync,
                UnauthorizedHint = "The cluster must trust https://token.actions.githubusercontent.com with this audience, and the claims that it requires must fit this repository.",
            };
        }

        if (options.SkipTlsVerify)
        {
            if (connection.CertificateAuthorities is not null)
            {
                throw new ActionException(
                    "The certificate is to be checked and not to be checked", "there is a certificate authority, and skip-tls-verify is true", "Remove skip-tls-verify: with the certificate authority it is not needed.");
            }

            warn($"The certificate of {connection.Server.Authority} is not checked (skip-tls-verify): anybody on the way can read the credentials and change what is deployed.");
            connection = connection with { SkipTlsVerify = true };
        }

        return connection.Server.Host.EndsWith(KapsuleDomain, StringComparison.OrdinalIgnoreCase)
            ? connection with { UnreachableHint = "For Kapsule: scw k8s acl list; runners of GitHub have changing addresses." }
            : connection;
    }

    private static void Check(ClusterConnection connection)
    {
        if (connection.Token is null && connection.ClientCertificate is null)
        {
            throw new ActionException(
                "No credential is given", $"for {connection.Server.Authority}", "Give token, service-account or oidc-audience.");
        }
    }

    private static Uri Address(string text, string what)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0 || address.Scheme is not ("https" or "http")
            || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ActionException("Not the address of an API server", what, "It looks like https://203.0.113.7:6443, without a user, a query or a fragment.");
        }

        if (address.Scheme == "http" && !address.IsLoopback)
            throw new ActionException("The address is not protected", $"{what}: {address.GetLeftPart(UriPartial.Authority)}", "Use https: over http anybody on the way could read the credentials.");
        return address;
    }

    private Uri ProxyAddress(string text, string what)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0 || address.Scheme is not ("http" or "https" or "socks5"))
            throw new ActionException("Not the address of a proxy", what, "It looks like http://proxy.example.com:3128; https and socks5 are known too.");
        if (address.UserInfo.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            mask(address.UserInfo[(colon + 1)..]);
            mask(Uri.UnescapeDataString(address.UserInfo[(colon + 1)..]));
        }

        return address;
    }

    private static string Content(Material material, ConnectionOptions options) => material.Data ?? ReadFile(Allowed(material, options));

    private string Key(Material material, ConnectionOptions options)
    {
        var text = Content(material, options);
        SecretLines.MaskPem(text, mask);
        return text;
    }

    private static string Allowed(Material material, ConnectionOptions options)
    {
        if (options.AllowFiles)
            return FullPath(material);
        throw new ActionException(
            "The kubeconfig names a file",
            $"{material.Field}: {material.File}",
            "Files of another machine are not here, and a kubeconfig may not read files of this one. Put the content into it: kubectl config view --raw --minify --flatten");
    }

    private static string FullPath(Material material) => material.Folder is null ? Path.GetFullPath(material.File!, "/") : Path.GetFullPath(material.File!, material.Folder);

    private static string ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length <= FileLimit ? File.ReadAllText(path) : throw new IOException($"it is larger than {FileLimit / 1024 / 1024} MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ActionException("A file cannot be read", $"{path}: {e.Message}", "Check the path and its permissions.", inner: e);
        }
    }
}
