using System.Buffers;
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

    private const string SecretNames = "(?i)(secret|passw(or)?d|passphrase|token|api[_-]?key|private[_-]?key|access[_-]?key|credential)";

    private const string HarmlessNames =
        "(?i)([_.-]?(files?|path|dir|name|ref|url|uri|host|port|endpoint|ttl|type|issuer|audience|expir\\w*|timeout|interval|length|size|count|limit|policy|enabled|header)"
        + "|[_.-]id|(max|min|num)\\w*tokens?)$";

    private static readonly RuleParameter Names = new("names", "Regular expression of names that hold secrets.", SecretNames) { Type = RuleParameterType.Pattern };

    private static readonly RuleParameter AllowedNames = new(
        "allowed-names", "Regular expression of names that look as if they held secrets, but do not.", HarmlessNames)
    {
        Type = RuleParameterType.Pattern,
    };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "secret-in-env-literal",
                Severity.Error,
                "Secrets must not be written into environment variables as text.",
                "The manifest is in Git, and everyone who may read the Deployment reads the secret. A value is taken for a secret by the name of its variable, or because it is "
                + "a private key, an access token of a known form or an address with a password in it.",
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
                "ConfigMaps are readable by far more people and programs than Secrets, and are not encrypted at rest. A value of several lines is judged by its content only: "
                + "private keys, access tokens of a known form, addresses with a password in them.",
                "Move the value into a Secret.")
            {
                Aliases = ["polaris:sensitiveConfigmapContent"],
            },
            RuleTarget.Kinds("ConfigMap"),
            static x =>
            {
                foreach (var entry in x.Body.Entries("data"))
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
                    if (x.Body.Mapping(map) is { } data && data.Any(e => e.Value is YamlScalar { Type: not YamlScalarType.Null, Value.Length: > 0 } v && !IsPlaceholder(v.Value)))
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

                foreach (var entry in x.Body.Entries("data"))
                {
                    if (entry.Value is YamlScalar { Type: YamlScalarType.String } value && !IsPlaceholder(value.Value) && !IsBase64(value.Value))
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
                    var size = Size(x.Body.Entries("data"), x.Kind == "Secret") + Size(x.Body.Entries("binaryData"), true) + Size(x.Body.Entries("stringData"), false);
                    if (size > GreatestData)
                    {
                        x.Report(
                            x.Body["data"] ?? x.Body["binaryData"] ?? x.Body["stringData"]!, $"the data of the {x.Kind} has {(size + 1023) / 1024} KiB, more than {GreatestData / 1024}");
                    }
                }
                else if (x.Body.Span.EndOffset - x.Body.Span.StartOffset > GreatestObject && Size(x.Body) is > GreatestObject and var size)
                {
                    x.Report(x.Body, $"the values of the {x.Kind} have {(size + 1023) / 1024} KiB, more than {GreatestObject / 1024}");
                }
            }),
    ];

    private static bool IsSecret(ObjectInspection x, string name, string value)
    {
        if (IsPlaceholder(value))
        {
            return false;
        }

        return KnownSecrets.IsIn(value)
            || (value.Length >= 4 && value is not ("true" or "false" or "null" or "none") && !value.StartsWith('/') && !value.Contains('\n', StringComparison.Ordinal)
                && !value.Contains("$(", StringComparison.Ordinal) && HasSecretName(x, name));
    }

    private static bool HasSecretName(ObjectInspection x, string name)
    {
        var (names, allowed) = (x.Text(Names), x.Text(AllowedNames));
        return (names == SecretNames ? SecretName().IsMatch(name) : RulePattern.IsIn(name, names))
            && !(allowed == HarmlessNames ? HarmlessName().IsMatch(name) : RulePattern.IsIn(name, allowed));
    }

    /// <summary>Whether a value is filled in later: by SOPS, a template, a variable or a person.</summary>
    private static bool IsPlaceholder(string value) =>
        SopsDocument.IsEncryptedValue(value) || value.StartsWith("${", StringComparison.Ordinal) || value.StartsWith("{{", StringComparison.Ordinal)
        || (value.StartsWith('<') && value.EndsWith('>'));

    /// <summary>Base64 as Go reads it: with padding, line breaks let through and other white space refused.</summary>
    private static bool IsBase64(string value) => value.AsSpan().IndexOfAny(' ', '\t') < 0 && Base64.IsValid(value);

    private static long Size(IReadOnlyList<YamlEntry> data, bool isBase64)
    {
        var size = 0L;
        foreach (var entry in data)
        {
            if (entry.Value is YamlScalar value)
            {
                size += isBase64 && Base64.IsValid(value.Value, out var decoded) ? decoded : Encoding.UTF8.GetByteCount(value.Value);
            }
        }

        return size;
    }

    /// <summary>The bytes of all values below a node: less than what is stored, since names and structure come on top.</summary>
    private static long Size(YamlNode node) => node switch
    {
        YamlScalar scalar => Encoding.UTF8.GetByteCount(scalar.Value),
        YamlSequence sequence => sequence.Sum(Size),
        YamlMapping mapping => mapping.Sum(e => Size(e.Value)),
        _ => 0,
    };

    [GeneratedRegex(SecretNames, RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(HarmlessNames, RegexOptions.CultureInvariant)]
    private static partial Regex HarmlessName();

    /// <summary>Values that are secrets by their form: private keys; access tokens of AWS, GitHub, GitLab, Slack, Google and Stripe; addresses with a password.</summary>
    private static partial class KnownSecrets
    {
        private static readonly SearchValues<string> Marks = SearchValues.Create(
            ["PRIVATE KEY-----", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "AIza", "k_live_", "://"], StringComparison.Ordinal);

        public static bool IsIn(string value) => value.AsSpan().ContainsAny(Marks) && Form().IsMatch(value);

        [GeneratedRegex(
            "-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b|\\bgh[pousr]_[A-Za-z0-9]{36}|\\bgithub_pat_[A-Za-z0-9_]{60}|\\bglpat-[A-Za-z0-9_-]{20}"
            + "|\\bxox[abprs]-[0-9A-Za-z-]{10}|\\bAIza[0-9A-Za-z_-]{35}|\\b[rs]k_live_[0-9A-Za-z]{16}|://[^\\s/:@$<{]*:[^\\s/:@$<{]+@",
            RegexOptions.CultureInvariant)]
        private static partial Regex Form();
    }
}
