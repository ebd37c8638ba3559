using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Clusters.Connection;

/// <summary>
/// Reads kubeconfig files. Everything secret in them is masked first, and no message repeats a value that could be secret.
/// </summary>
internal sealed class KubeconfigReader(Action<string> mask)
{
    private static readonly ManifestLimits Limits = ManifestLimits.Default with { MaxFileBytes = 4 * 1024 * 1024, MaxDocuments = 4, MaxAliasNodes = 10_000, MaxDepth = 50 };

    /// <summary>Reads a kubeconfig.</summary>
    /// <param name="text">YAML or JSON, or base64 of it.</param>
    /// <param name="source">How messages call it.</param>
    /// <param name="folder">The folder of its file; null if it is none.</param>
    /// <exception cref="ActionException">It is no kubeconfig.</exception>
    public Kubeconfig Read(string text, string source, string? folder)
    {
        var root = Parse(text, source);
        if (root.Find("kind") is YamlScalar { Value: not "Config" and var kind })
        {
            throw new ActionException(
                "Not a kubeconfig", $"{source} is a {PlainWord(kind)}", "Give the file that kubectl uses: kubectl config view --raw --minify --flatten", At(source, root));
        }

        var result = new Kubeconfig(
            Text(root, "current-context"),
            [.. Named(root, "clusters", "cluster", source).Select(c => Cluster(c.Name, c.Body, folder))],
            [.. Named(root, "users", "user", source).Select(u => User(u.Name, u.Body, folder))],
            [.. Named(root, "contexts", "context", source).Select(c => new KubeconfigContext(c.Name, Text(c.Body, "cluster") ?? "", Text(c.Body, "user"), Text(c.Body, "namespace")))]);
        if (result is { Clusters: [], Contexts: [], Users: [] })
        {
            throw new ActionException(
                "Not a kubeconfig", $"{source} has no clusters, users and contexts", "Give the file that kubectl uses: kubectl config view --raw --minify --flatten", At(source, root));
        }

        return result;
    }

    /// <summary>The one mapping that a text holds, plain or as base64.</summary>
    internal YamlMapping Parse(string text, string source)
    {
        var plain = Decode(text, source);
        SecretLines.Mask(plain, mask);
        var file = YamlLoader.Load(source, plain, Limits);
        foreach (var document in file.Documents)
        {
            if (document.IsBroken)
            {
                var region = document.Problems[0].Region;
                throw new ActionException(
                    "Not valid YAML",
                    $"{source}, line {region.StartLine}, column {region.StartColumn}; the text is not shown because it may hold secrets",
                    "Check that it was copied as a whole, with its line breaks. As one line it can be given as base64: base64 -w0 FILE",
                    new SourceLocation(source, region));
            }

            if (document.Root is YamlMapping mapping)
                return mapping;
        }

        throw new ActionException("Not a kubeconfig", $"{source} holds no mapping", "Give YAML, or base64 of it.");
    }

    private string Decode(string text, string source)
    {
        var trimmed = text.Trim().TrimStart('\uFEFF');
        if (trimmed.Length == 0)
            throw new ActionException("The kubeconfig is empty", source, "Check that the secret exists here: GitHub gives an empty value for one that does not.");

        // A colon or a brace is in every kubeconfig and in no base64.
        if (trimmed.AsSpan().ContainsAny(':', '{'))
            return text;
        try
        {
            var plain = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(trimmed));
            if (plain.AsSpan().ContainsAny(':', '{'))
            {
                mask(trimmed);
                return plain;
            }
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            // Said below.
        }

        throw new ActionException("Not a kubeconfig", $"{source} is neither YAML nor base64 of it", "Give the content of the file, not its path, plain or as base64: base64 -w0 FILE");
    }

    private static IEnumerable<(string Name, YamlMapping Body)> Named(YamlMapping root, string list, string item, string source)
    {
        if (root[list] is not YamlSequence entries)
            yield break;
        foreach (var entry in entries)
        {
            if (entry is not YamlMapping mapping || Text(mapping, "name") is not { } name || mapping[item] is not YamlMapping body)
            {
                throw new ActionException(
                    "Wrong entry in the kubeconfig", $"{list}: an entry needs name and {item}", "Correct it, or get a new kubeconfig.", At(source, entry));
            }

            yield return (name, body);
        }
    }

    private static KubeconfigCluster Cluster(string name, YamlMapping body, string? folder) => new(name, Text(body, "server") ?? "")
    {
        CertificateAuthority = Material(body, "certificate-authority", folder),
        TlsServerName = Text(body, "tls-server-name"),
        ProxyUrl = Text(body, "proxy-url"),
        SkipTlsVerify = Flag(body, "insecure-skip-tls-verify"),
    };

    private KubeconfigUser User(string name, YamlMapping body, string? folder)
    {
        var user = new KubeconfigUser(name)
        {
            Token = Text(body, "token"),
            TokenFile = Text(body, "tokenFile") is { } file ? new Material("tokenFile", null, file, folder) : null,
            ClientCertificate = Material(body, "client-certificate", folder),
            ClientKey = Material(body, "client-key", folder),
            Exec = body["exec"] is YamlMapping exec ? Exec(exec) : null,
            Dropped = body["auth-provider"] is not null ? "auth-provider" : body["username"] is not null ? "username and password" : null,
            Impersonation = Impersonate(body),
        };
        foreach (var secret in (string?[])[user.Token, user.ClientKey?.Data, Text(body, "password")])
        {
            if (secret is not null)
                mask(secret);
        }

        if (user.ClientKey?.Data is { } key && TryDecode(key) is { } pem)
            SecretLines.MaskPem(pem, mask);
        foreach (var (variable, value) in user.Exec?.Variables ?? new Dictionary<string, string>())
        {
            if (IsSecretName(variable))
                mask(value);
        }

        return user;
    }

    private static ExecPlugin Exec(YamlMapping exec)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in exec["env"] as IEnumerable<YamlNode> ?? [])
        {
            if (item is YamlMapping variable && Text(variable, "name") is { } name)
                variables[name] = Text(variable, "value") ?? "";
        }

        return new ExecPlugin(Text(exec, "command") ?? "", Texts(exec["args"]), variables)
        {
            ApiVersion = Text(exec, "apiVersion") ?? "client.authentication.k8s.io/v1",
            InstallHint = Text(exec, "installHint"),
            ProvideClusterInfo = Flag(exec, "provideClusterInfo"),
            NeedsTerminal = Text(exec, "interactiveMode") == "Always",
        };
    }

    private static Impersonation? Impersonate(YamlMapping user)
    {
        if (Text(user, "as") is not { Length: > 0 } name)
            return null;
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var entry in user["as-user-extra"] as IEnumerable<YamlEntry> ?? [])
            extra[entry.Key.Value] = Texts(entry.Value);
        return new Impersonation(name, Texts(user["as-groups"]), Text(user, "as-uid"), extra);
    }

    private static Material? Material(YamlMapping body, string field, string? folder) =>
        Text(body, field + "-data") is { Length: > 0 } data ? new Material(field + "-data", data, null, folder)
        : Text(body, field) is { Length: > 0 } file ? new Material(field, null, file, folder)
        : null;

    private static bool IsSecretName(string variable) =>
        variable.Contains("TOKEN", StringComparison.OrdinalIgnoreCase) || variable.Contains("SECRET", StringComparison.OrdinalIgnoreCase)
        || variable.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase) || variable.Contains("KEY", StringComparison.OrdinalIgnoreCase);

    private static string? TryDecode(string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A word that may stand in a message: one that looks like a kind, and nothing else.</summary>
    private static string PlainWord(string text) => text.Length is > 0 and < 64 && text.All(char.IsAsciiLetterOrDigit) ? text : "document of another kind";

    private static string? Text(YamlMapping mapping, string key) =>
        mapping[key] is YamlScalar { Type: not YamlScalarType.Null } scalar && scalar.Value.Length > 0 ? scalar.Value : null;

    private static bool Flag(YamlMapping mapping, string key) => mapping[key] is YamlScalar scalar && scalar.TryGetBoolean(out var flag) && flag;

    private static string[] Texts(YamlNode? node)
    {
        var texts = new List<string>();
        foreach (var item in node as IEnumerable<YamlNode> ?? [])
        {
            if (item is YamlScalar scalar)
                texts.Add(scalar.Value);
        }

        return [.. texts];
    }

    private static SourceLocation At(string source, YamlNode node) => new(source, node.Region);
}
