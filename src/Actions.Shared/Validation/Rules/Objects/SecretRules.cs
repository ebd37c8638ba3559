using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Rules.Objects;

/// <summary>Rules about secrets and configuration: what must not be in Git, and what the API server refuses.</summary>
internal static partial class SecretRules
{
    private const int GreatestData = 1024 * 1024;
    private const int GreatestObject = 1536 * 1024;

    private static readonly RuleParameter Names = new(
        "names", "Regular expression of names that hold secrets.", "(?i)(secret|passw(or)?d|passphrase|token|api[_-]?key|private[_-]?key|access[_-]?key|credential)") { Type = RuleParameterType.Pattern };

    private static readonly RuleParameter AllowedNames = new(
        "allowed-names", "Regular expression of names that look as if they held secrets, but do not.",
        "(?i)(_file|_path|_name|_ref|_url|_uri|_host|_port|_ttl|_type|_issuer|_audience|_expir\\w*|_timeout|_interval|_length|_enabled|_header|_dir)$") { Type = RuleParameterType.Pattern };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "secret-in-env-literal",
                Severity.Error,
                "Secrets must not be written into environment variables as text.",
                "The manifest is in Git, and everyone who may read the Deployment reads the secret.",
                "Move the value into a Secret and use `valueFrom.secretKeyRef`, or mount it as a file.")
            {
                Aliases = ["kube-linter:env-var-secret", "polaris:sensitiveContainerEnvVar"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    foreach (var variable in container.Body.Mappings("env"))
                    {
                        if (variable.Scalar("value") is { Value.Length: > 0 } value && IsSecret(x, variable.Text("name") ?? "", value.Value))
                        {
                            x.Report(value, $"the variable {variable.Text("name")} of {container} holds a secret in clear text");
                        }
                    }
                }
            })
        { Parameters = [Names, AllowedNames] },

        new(
            new(
                "sensitive-configmap",
                Severity.Error,
                "A ConfigMap must not hold secrets.",
                "ConfigMaps are readable by far more people and programs than Secrets, and are not encrypted at rest.",
                "Move the value into a Secret.")
            {
                Aliases = ["polaris:sensitiveConfigmapContent"],
            },
            RuleTarget.Kinds("ConfigMap"),
            static x =>
            {
                foreach (var entry in x.Body.Mapping("data") ?? Enumerable.Empty<YamlEntry>())
                {
                    if (entry.Value is YamlScalar { Value.Length: > 0 } value && IsSecret(x, entry.Key.Value, value.Value))
                    {
                        x.Report(entry.Key, $"the key `{entry.Key.Value}` holds a secret in clear text");
                    }
                }
            })
        { Parameters = [Names, AllowedNames] },

        new(
            new(
                "plaintext-secret",
                Severity.Warning,
                "A Secret in Git must be encrypted.",
                "Base64 is not encryption: everyone who may read the repository, now or later, has the secret.",
                "Encrypt the file with SOPS, or use a SealedSecret or an ExternalSecret."),
            RuleTarget.Kinds("Secret"),
            static x =>
            {
                if (SopsDocument.IsEncrypted(x.Body))
                {
                    return;
                }

                foreach (var map in (ReadOnlySpan<string>)["data", "stringData"])
                {
                    if (x.Body.Mapping(map) is { } data && data.Any(e => e.Value is YamlScalar v && v.Value.Length > 0 && !IsPlaceholder(v.Value)))
                    {
                        x.Report(data, $"the Secret's `{map}` is in clear text");
                        return;
                    }
                }
            }),

        new(
            new(
                "secret-data-base64",
                Severity.Error,
                "The `data` of a Secret must be base64.",
                "The API server refuses other values.",
                "Encode the value, or put it under `stringData` as it is."),
            RuleTarget.Kinds("Secret"),
            static x =>
            {
                if (SopsDocument.IsEncrypted(x.Body))
                {
                    return;
                }

                foreach (var entry in x.Body.Mapping("data") ?? Enumerable.Empty<YamlEntry>())
                {
                    if (entry.Value is YamlScalar { Type: YamlScalarType.String } value && !IsPlaceholder(value.Value) && !Base64.IsValid(value.Value))
                    {
                        x.Report(value, $"the value of `{entry.Key.Value}` is not base64");
                    }
                }
            }),

        new(
            new(
                "secret-env-ref",
                Severity.Info,
                "Secrets should be mounted as files, not put into environment variables.",
                "Environment variables are inherited by every child process and end up in crash reports and logs.",
                "Mount the Secret as a volume.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:read-secret-from-env-var", "CKV_K8S_35"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    foreach (var variable in container.Body.Mappings("env"))
                    {
                        if (variable.Mapping("valueFrom")?["secretKeyRef"] is { } reference)
                        {
                            x.Report(reference, $"the variable {variable.Text("name")} of {container} holds a secret");
                        }
                    }

                    foreach (var source in container.Body.Mappings("envFrom"))
                    {
                        if (source["secretRef"] is { } reference)
                        {
                            x.Report(reference, $"{container} takes all keys of a Secret as variables");
                        }
                    }
                }
            }),

        new(
            new(
                "object-too-large",
                Severity.Error,
                "An object must fit into etcd: 1 MiB of data in a ConfigMap or Secret, 1.5 MiB otherwise.",
                "The API server refuses larger objects.",
                "Split it, or ship the data in an image or a volume."),
            RuleTarget.Any,
            static x =>
            {
                if (x is { Group: "", Kind: "ConfigMap" or "Secret" })
                {
                    var size = Size(x.Body.Mapping("data"), x.Kind == "Secret") + Size(x.Body.Mapping("binaryData"), true) + Size(x.Body.Mapping("stringData"), false);
                    if (size > GreatestData)
                    {
                        x.Report(x.Body, $"the data of the {x.Kind} has {size / 1024} KiB, more than 1024");
                    }
                }
                else if (x.Body.Span.EndOffset - x.Body.Span.StartOffset > GreatestObject * 2)
                {
                    // Written YAML is larger than what is stored: only what is far too large is certain.
                    x.Report(x.Body, $"the object has {(x.Body.Span.EndOffset - x.Body.Span.StartOffset) / 1024} KiB as written");
                }
            }),
    ];

    private static bool IsSecret(ObjectInspection x, string name, string value)
    {
        if (PrivateKey().IsMatch(value))
        {
            return true;
        }

        return !IsPlaceholder(value) && value.Length >= 4 && !value.Contains("$(", StringComparison.Ordinal)
            && Regex.IsMatch(name, x.Values(Names)[0], RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)
            && !Regex.IsMatch(name, x.Values(AllowedNames)[0], RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)
            && value is not ("true" or "false") && !value.StartsWith('/');
    }

    private static bool IsPlaceholder(string value) =>
        value.StartsWith("ENC[", StringComparison.Ordinal) || value.StartsWith("${", StringComparison.Ordinal) || value.StartsWith("{{", StringComparison.Ordinal);

    private static long Size(YamlMapping? data, bool isBase64) =>
        data?.Sum(e => e.Value is YamlScalar v ? (isBase64 ? v.Value.Length / 4L * 3 : Encoding.UTF8.GetByteCount(v.Value)) : 0) ?? 0;

    [GeneratedRegex("-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();
}
