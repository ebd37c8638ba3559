using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Rules.Objects;

/// <summary>Rules about names, labels and annotations: what the API server checks on every object, and what teams agree on.</summary>
internal static partial class MetadataRules
{
    private const int LongestSubdomain = 253;
    private const int LongestLabel = 63;
    private const int LongestCronJobName = 52;
    private const int GreatestAnnotations = 256 * 1024;

    private static readonly RuleParameter RequiredLabels = new("labels", "Labels that every object must have; `name=regex` also asks for a value.") { Type = RuleParameterType.NameList, IsRequired = true };
    private static readonly RuleParameter RequiredAnnotations = new("annotations", "Annotations that every object must have; `name=regex` also asks for a value.")
    {
        Type = RuleParameterType.NameList,
        IsRequired = true,
    };

    private static readonly RuleParameter ForbiddenAnnotations = new("annotations", "Annotations that no object may have; `name=regex` forbids only such a value.")
    {
        Type = RuleParameterType.NameList,
        IsRequired = true,
    };

    private static readonly RuleParameter Recommended = new(
        "labels", "Labels that objects should have.", "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/part-of")
    {
        Type = RuleParameterType.NameList,
    };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "name-syntax",
                Severity.Error,
                "The name must follow the rules of its kind.",
                "Most names are DNS subdomains (RFC 1123): at most 253 lower-case letters, digits, hyphens and dots. Namespaces, Services and StatefulSets are DNS labels of at most "
                + "63 characters; a CronJob's name has at most 52, because its Jobs add eleven; roles and bindings may hold anything but `/` and `%`.",
                "Use lower-case letters, digits and hyphens, starting and ending with a letter or digit."),
            RuleTarget.Any,
            static x =>
            {
                var metadata = x.Body.Mapping("metadata");
                if (metadata.Scalar("name") is { Type: YamlScalarType.String, Value.Length: > 0 } name)
                {
                    if (NameProblem(x.Group, x.Kind, name.Value) is { } problem)
                    {
                        x.Report(name, $"the name `{name.Value}` {problem}");
                    }
                }
                else if (metadata.Scalar("generateName") is { Type: YamlScalarType.String, Value.Length: > 0 } prefix
                    && NameProblem(x.Group, x.Kind, prefix.Value.EndsWith('-') ? prefix.Value[..^1] + "x" : prefix.Value) is { } problem)
                {
                    x.Report(prefix, $"the start of the name `{prefix.Value}` {problem}");
                }
            }),

        new(
            new(
                "namespace-syntax",
                Severity.Error,
                "The namespace must be a DNS label: at most 63 lower-case letters, digits and hyphens.",
                "The API server refuses the object; no such namespace can exist.",
                "Correct `metadata.namespace`."),
            RuleTarget.Any,
            static x =>
            {
                if (x.Body.Mapping("metadata").Scalar("namespace") is { Type: YamlScalarType.String, Value.Length: > 0 } ns && LabelProblem(ns.Value) is { } problem)
                {
                    x.Report(ns, $"the namespace `{ns.Value}` {problem}");
                }
            }),

        new(
            new(
                "label-key",
                Severity.Error,
                "A label key must be a qualified name: an optional DNS prefix and `/`, then at most 63 letters, digits, `-`, `_` and `.`.",
                "The API server refuses the object.",
                "Correct the key."),
            RuleTarget.Any,
            static x => CheckKeys(x, "labels", ignoreCaseOfPrefix: false)),

        new(
            new(
                "label-value",
                Severity.Error,
                "A label value must have at most 63 letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit.",
                "The API server refuses the object.",
                "Correct the value; put free text into an annotation.")
            {
                Aliases = ["kube-score:label-values"],
            },
            RuleTarget.Any,
            static x =>
            {
                foreach (var metadata in Metadata(x))
                {
                    foreach (var entry in metadata.Entries("labels"))
                    {
                        if (entry.Value is YamlScalar { Type: YamlScalarType.String } value && (value.Value.Length > LongestLabel || (value.Value.Length > 0 && !QualifiedName().IsMatch(value.Value))))
                        {
                            x.Report(
                                value,
                                value.Value.Length > LongestLabel
                                    ? $"the value of label `{entry.Key.Value}` has {value.Value.Length} characters, more than 63"
                                    : $"the label `{entry.Key.Value}` cannot have the value `{value.Value}`");
                        }
                    }
                }
            }),

        new(
            new(
                "annotation-key",
                Severity.Error,
                "An annotation key must be a qualified name: an optional DNS prefix and `/`, then at most 63 letters, digits, `-`, `_` and `.`.",
                "The API server refuses the object.",
                "Correct the key."),
            RuleTarget.Any,
            static x => CheckKeys(x, "annotations", ignoreCaseOfPrefix: true)),

        new(
            new(
                "annotations-size",
                Severity.Error,
                "All annotations of an object together must not exceed 256 KiB.",
                "The API server refuses the object. Client-side apply runs into the same limit, because it keeps a copy of the object in an annotation.",
                "Move large data into a ConfigMap; use server-side apply."),
            RuleTarget.Any,
            static x =>
            {
                foreach (var metadata in Metadata(x))
                {
                    if (metadata.Mapping("annotations") is { } annotations)
                    {
                        var size = 0L;
                        foreach (var entry in annotations)
                        {
                            size += Encoding.UTF8.GetByteCount(entry.Key.Value) + (entry.Value is YamlScalar value ? Encoding.UTF8.GetByteCount(value.Value) : 0);
                        }

                        if (size > GreatestAnnotations)
                        {
                            x.Report(annotations, $"the annotations have {(size + 1023) / 1024} KiB, more than {GreatestAnnotations / 1024}");
                        }
                    }
                }
            }),

        new(
            new(
                "encrypted-manifest",
                Severity.Info,
                "Values that SOPS has encrypted cannot be checked.",
                "Only the shape of such an object is checked, and the values that are in clear text. What it really holds shows when it is decrypted, usually in the cluster.",
                "Nothing to do; to have the values checked, decrypt the file first and scan the result."),
            RuleTarget.Any,
            static x =>
            {
                if (SopsDocument.IsEncrypted(x.Body) && x.Body.TryGetEntry("sops", out var sops))
                {
                    x.Report(sops.Key, $"the {x.Kind} is encrypted by SOPS: its encrypted values were not checked");
                }
            }),

        new(
            new(
                "default-namespace",
                Severity.Info,
                "Objects should not go into the namespace `default`.",
                "Quotas, network policies and rights are set per namespace; in `default` everything shares them. An object without a namespace is not reported: "
                + "Kustomize, Helm or `kubectl -n` usually gives it one.",
                "Set `metadata.namespace`, or the namespace in the kustomization.")
            {
                Aliases = ["kube-linter:use-namespace", "CKV_K8S_21"],
            },
            RuleTarget.Any,
            static x =>
            {
                if (x.Body.Mapping("metadata").Scalar("namespace") is { Value: "default" } ns && !(x.Kind == "Service" && x.Body.Mapping("metadata").Text("name") == "kubernetes"))
                {
                    x.Report(ns, $"the {x.Kind} goes into the namespace `default`");
                }
            }),

        new(
            new(
                "required-label",
                Severity.Warning,
                "Objects must have the labels that the team has agreed on.",
                "Costs, alerts and ownership are found by labels; an object without them is nobody's.",
                "Add the label.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:required-label-owner"],
            },
            RuleTarget.Any,
            static x => CheckRequired(x, "labels", x.Values(RequiredLabels)))
        { Parameters = [RequiredLabels] },

        new(
            new(
                "required-annotation",
                Severity.Warning,
                "Objects must have the annotations that the team has agreed on.",
                "Tools and people look for them, for example for whom to call.",
                "Add the annotation.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:required-annotation-email"],
            },
            RuleTarget.Any,
            static x => CheckRequired(x, "annotations", x.Values(RequiredAnnotations)))
        { Parameters = [RequiredAnnotations] },

        new(
            new(
                "forbidden-annotation",
                Severity.Warning,
                "Objects must not have the annotations that the team has ruled out.",
                "Some annotations switch protections off or change what a controller does.",
                "Remove the annotation.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:forbidden-annotation"],
            },
            RuleTarget.Any,
            static x =>
            {
                foreach (var (name, pattern) in x.Values(ForbiddenAnnotations).Select(RulePattern.Split))
                {
                    foreach (var metadata in Metadata(x))
                    {
                        if (metadata.Mapping("annotations").Scalar(name) is { } value && (pattern is null || RulePattern.IsAllOf(value.Value, pattern)))
                        {
                            x.Report(value, $"the annotation `{name}` is not allowed" + (pattern is null ? "" : " to have this value"));
                        }
                    }
                }
            })
        { Parameters = [ForbiddenAnnotations] },

        new(
            new(
                "recommended-labels",
                Severity.Info,
                "Objects should have the labels that Kubernetes recommends.",
                "Dashboards and tools group objects by the app.kubernetes.io labels.",
                "Add the labels, for example through `labels` in the kustomization.")
            {
                OnByDefault = false,
            },
            RuleTarget.Any,
            static x => CheckRequired(x, "labels", x.Values(Recommended)))
        { Parameters = [Recommended] },

        new(
            new(
                "instance-label-mismatch",
                Severity.Warning,
                "The label app.kubernetes.io/instance must be the object's name.",
                "Tools that follow this convention cannot find the object by its instance otherwise.",
                "Set the label to the name.")
            {
                OnByDefault = false,
                Aliases = ["polaris:metadataAndInstanceMismatched"],
            },
            RuleTarget.Pods,
            static x =>
            {
                var metadata = x.Body.Mapping("metadata");
                if (metadata.Mapping("labels").Scalar("app.kubernetes.io/instance") is { } instance && metadata.Text("name") is { } name && instance.Value != name)
                {
                    x.Report(instance, $"the instance is `{instance.Value}`, but the name is `{name}`");
                }
            }),
    ];

    private static IEnumerable<YamlMapping> Metadata(ObjectInspection x)
    {
        if (x.Body.Mapping("metadata") is { } own)
        {
            yield return own;
        }

        if (x.Pod?.Metadata is { } pod && !ReferenceEquals(pod, x.Body.Mapping("metadata")))
        {
            yield return pod;
        }

        if (x.Kind == "CronJob" && x.Body.Mapping("spec").Mapping("jobTemplate").Mapping("metadata") is { } job)
        {
            yield return job;
        }
    }

    private static string? NameProblem(string group, string kind, string name) => (group, kind) switch
    {
        ("rbac.authorization.k8s.io", _) => PathSegmentProblem(name),
        ("certificates.k8s.io", "ClusterTrustBundle") or ("networking.k8s.io", "IPAddress") => null,
        _ when group.EndsWith(".openshift.io", StringComparison.Ordinal) => PathSegmentProblem(name),
        ("", "Namespace") => LabelProblem(name),
        ("", "Service") => LabelProblem(name) ?? (char.IsAsciiLetter(name[0]) ? null : "starts with a digit, which a Service's name must not"),
        ("batch", "CronJob") when name.Length > LongestCronJobName => $"has {name.Length} characters, more than a CronJob's 52",
        ("apps", "StatefulSet") => LabelProblem(name),
        _ => SubdomainProblem(name),
    };

    private static string? PathSegmentProblem(string name) => name is "." or ".." || name.AsSpan().IndexOfAny('/', '%') >= 0 ? "is no path segment" : null;

    private static string? SubdomainProblem(string name) =>
        name.Length > LongestSubdomain ? $"has {name.Length} characters, more than {LongestSubdomain}" : Subdomain().IsMatch(name) ? null : "is no DNS subdomain";

    private static string? LabelProblem(string name) =>
        name.Length > LongestLabel ? $"has {name.Length} characters, more than {LongestLabel}" : DnsLabel().IsMatch(name) ? null : "is no DNS label";

    private static void CheckKeys(ObjectInspection x, string map, bool ignoreCaseOfPrefix)
    {
        foreach (var metadata in Metadata(x))
        {
            foreach (var entry in metadata.Entries(map))
            {
                var key = entry.Key.Value;
                var slash = key.IndexOf('/', StringComparison.Ordinal);
                var (prefix, name) = slash < 0 ? (null, key) : (key[..slash], key[(slash + 1)..]);
                if (name.Length > LongestLabel)
                {
                    x.Report(entry.Key, $"the name part of `{key}` has {name.Length} characters, more than {LongestLabel}");
                }
                else if (!QualifiedName().IsMatch(name) || (prefix is not null && (prefix.Length > LongestSubdomain || !Subdomain().IsMatch(ignoreCaseOfPrefix ? prefix.ToLowerInvariant() : prefix))))
                {
                    x.Report(entry.Key, $"`{key}` is no qualified name");
                }
            }
        }
    }

    private static void CheckRequired(ObjectInspection x, string map, IReadOnlyList<string> wanted)
    {
        foreach (var (name, pattern) in wanted.Select(RulePattern.Split))
        {
            if (x.Body.Mapping("metadata").Mapping(map).Scalar(name) is not { } value)
            {
                x.ReportMissing(x.Body, $"metadata/{map}", $"the {x.Kind} lacks the {map[..^1]} `{name}`");
            }
            else if (pattern is not null && !RulePattern.IsAllOf(value.Value, pattern))
            {
                x.Report(value, $"the {map[..^1]} `{name}` must match `{pattern}`");
            }
        }
    }

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedName();
}
