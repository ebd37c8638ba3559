using System.Text.RegularExpressions;

namespace Actions.TerraformPlanning.Running;

/// <summary>
/// Which of our variables the tool and its providers get: the documented credentials of providers and backends, and the tool's own settings save those
/// that change what is planned, where it is kept, or what is printed. Never what belongs to the runner or to this action.
/// </summary>
internal static partial class TerraformEnvironment
{
    /// <summary>
    /// Prefixes and names that are handed down. <c>TF_*</c> is not among them as a whole: <c>TF_CLI_ARGS</c> and <c>TF_WORKSPACE</c> change what is done,
    /// <c>TF_LOG</c> prints secrets, <c>TF_REATTACH_PROVIDERS</c> replaces providers, <c>TF_DATA_DIR</c> and <c>TF_CLI_CONFIG_FILE</c> are ours.
    /// </summary>
    public static IReadOnlyList<string> Inherited { get; } =
    [
        // The tool: variables, tokens of registries, the http and remote backends, state encryption.
        "TF_VAR_*", "TF_TOKEN_*", "TF_HTTP_*", "TF_CLOUD_*", "TF_ENCRYPTION", "TF_REGISTRY_DISCOVERY_RETRY", "TF_REGISTRY_CLIENT_TIMEOUT", "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE",
        // Clouds and services, each as its provider documents it.
        "AWS_*", "GOOGLE_*", "GCLOUD_*", "CLOUDSDK_*", "ARM_*", "AZURE_*", "SCW_*", "OVH_*", "OS_*", "DIGITALOCEAN_*", "SPACES_*", "HCLOUD_*", "LINODE_*", "EXOSCALE_*",
        "ALICLOUD_*", "OCI_*", "IBMCLOUD_*", "IC_*", "CLOUDFLARE_*", "FASTLY_*", "VAULT_*", "CONSUL_*", "NOMAD_*", "BOUNDARY_*", "KUBE_*", "KUBECONFIG", "HELM_*",
        "DATADOG_*", "DD_*", "GRAFANA_*", "PAGERDUTY_*", "SENTRY_*", "NEW_RELIC_*", "PG*", "ARTIFACTORY_*", "GITLAB_*", "BITBUCKET_*",
        // Modules from git over ssh.
        "SSH_AUTH_SOCK", "GIT_SSH_COMMAND",
    ];

    /// <summary>The values, of all variables that are handed down, whose name says that they are secret.</summary>
    public static IEnumerable<string> Secrets(IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> inherited) => variables
        .Where(v => inherited.Any(p => p.EndsWith('*') ? v.Key.StartsWith(p[..^1], StringComparison.Ordinal) : v.Key == p) && IsSecret(v.Key, v.Value))
        .Select(v => v.Value);

    /// <summary>Whether a name says that its value is secret, and the value can be: neither a path nor a word that stands everywhere.</summary>
    public static bool IsSecret(string name, string value) =>
        SecretName().IsMatch(name) && !value.StartsWith('/') && !value.StartsWith("http", StringComparison.Ordinal) && !PlainValue().IsMatch(value);

    [GeneratedRegex("TOKEN|SECRET|PASSW|PASSPHRASE|PRIVATE|CREDENTIAL|_KEY|KEY_ID|APIKEY|ENCRYPTION|^PGPASS", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^(true|false|null|none|default|[0-9]{1,5}|)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PlainValue();
}
