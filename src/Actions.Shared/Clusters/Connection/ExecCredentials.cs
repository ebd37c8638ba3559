using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.GitHub;
using Actions.Shared.Processes;

namespace Actions.Shared.Clusters.Connection;

/// <summary>A credential that a plugin printed.</summary>
internal sealed record ExecCredential(string? Token, string? ClientCertificate, string? ClientKey, DateTimeOffset? End);

/// <summary>Runs a credential plugin and keeps what it printed until that expires.</summary>
internal sealed class ExecCredentials(ExecPlugin plugin, KubeconfigCluster cluster, ProcessRunner processes, Action<string> mask, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Where the plugins of the large clouds find their own credentials.</summary>
    private static readonly string[] Inherited =
        ["AWS_*", "AZURE_*", "AAD_*", "ARM_*", "GOOGLE_*", "CLOUDSDK_*", "SCW_*", "DIGITALOCEAN_*", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "USER"];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ExecCredential? _current;

    public void Dispose() => _turn.Dispose();

    /// <inheritdoc cref="TokenSource"/>
    public async ValueTask<string> GetTokenAsync(bool renew, CancellationToken cancellation) =>
        (await GetAsync(renew, cancellation).ConfigureAwait(false)).Token ?? throw Failed("it printed no token this time");

    public async ValueTask<ExecCredential> GetAsync(bool renew, CancellationToken cancellation)
    {
        if (!renew && IsFresh(_current))
            return _current!;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (renew || !IsFresh(_current))
                _current = await RunAsync(cancellation).ConfigureAwait(false);
            return _current!;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads what a plugin prints.</summary>
    internal static ExecCredential? Parse(string output)
    {
        JsonObject? json;
        try
        {
            json = JsonNode.Parse(output) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }

        if (json?["kind"]?.ToString() != "ExecCredential" || json["status"] is not JsonObject status)
            return null;
        var credential = new ExecCredential(
            Text(status, "token"),
            Text(status, "clientCertificateData"),
            Text(status, "clientKeyData"),
            DateTimeOffset.TryParse(Text(status, "expirationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : null);
        return credential.Token is not null || credential is { ClientCertificate: not null, ClientKey: not null } ? credential : null;
    }

    private static string? Text(JsonObject node, string key) =>
        node[key] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private bool IsFresh(ExecCredential? credential) => credential is not null && (credential.End is not { } end || time.GetUtcNow() < end - Margin);

    private async Task<ExecCredential> RunAsync(CancellationToken cancellation)
    {
        var result = await processes.RunAsync(
            new ChildCommand(plugin.Command, plugin.Arguments)
            {
                InheritedVariables = Inherited,
                Variables = new Dictionary<string, string>(plugin.Variables) { ["KUBERNETES_EXEC_INFO"] = Info() },
                Timeout = Limit,
                OutputLimit = 1024 * 1024,
            },
            cancellationToken: cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (result.Outcome == ChildOutcome.TimedOut)
            throw Failed($"it did not end within {Limit.TotalSeconds:0} seconds");
        if (!result.Succeeded)
            throw Failed($"it ended with exit code {result.ExitCode}{Said(result.StandardError)}");

        var credential = Parse(result.StandardOutput) ?? throw Failed("it did not print an ExecCredential with a token, or with a certificate and its key");
        if (credential.Token is not null)
            mask(credential.Token);
        if (credential.ClientKey is not null)
            SecretLines.MaskPem(credential.ClientKey, mask);
        return credential;
    }

    private string Info()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (plugin.ProvideClusterInfo)
        {
            var about = new JsonObject { ["server"] = cluster.Server };
            if (cluster.TlsServerName is not null)
                about["tls-server-name"] = cluster.TlsServerName;
            if (cluster.CertificateAuthority?.Data is { } authority)
                about["certificate-authority-data"] = authority;
            if (cluster.ProxyUrl is not null)
                about["proxy-url"] = cluster.ProxyUrl;
            spec["cluster"] = about;
        }

        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    private static string Said(string error)
    {
        var lines = PlainText.Lines(PlainText.Clean(error));
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (!string.IsNullOrWhiteSpace(lines[i]))
                return $" and said: {PlainText.Shorten(lines[i].Trim(), 300)}";
        }

        return "";
    }

    private ActionException Failed(string why) => new(
        "The credential plugin failed",
        $"{Path.GetFileName(plugin.Command)}: {why}",
        plugin.InstallHint is { } hint ? PlainText.Shorten(PlainText.Clean(hint), 300) : "Run it by hand as the kubeconfig says, in the same environment.",
        exitCode: ExitCode.DependencyUnreachable);
}
