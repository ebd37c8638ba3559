using System.Runtime.InteropServices;
using Actions.Shared.Findings;
using Actions.Shared.Images;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>Rules about objects that name other objects: accounts, configuration, secrets, claims, classes.</summary>
internal static class ReferenceGraphRules
{
    private static readonly (string Field, string Kind)[] KeyReferences = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
    private static readonly (string Field, string Kind)[] WholeReferences = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];

    private static readonly (string Field, string Kind, string Name)[] VolumeReferences =
        [("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"), ("secret", "Secret", "name")];

    private static readonly RuleParameter Ignored = new("ignored", "Names of ConfigMaps and Secrets that are made elsewhere.", "kube-root-ca.crt");

    public static IReadOnlyList<GraphRule> All { get; } =
    [
        new(
            new(
                "duplicate-resource",
                Severity.Error,
                "An object must be in the manifests once.",
                "When two manifests describe the same object, whichever is applied last wins, and each deployment undoes half of the other.",
                "Remove or rename one of them."),
            static g =>
            {
                var seen = new ClashIndex<(string, string, string?, string)>();
                foreach (var item in g.Graph.Objects.Where(o => o.Name.Length > 0))
                {
                    if (seen.Add((item.Group, item.Kind, item.Namespace, item.Name), item) is { } first)
                    {
                        var name = item.Body.Mapping("metadata")?["name"] ?? item.Body;
                        g.Report(item, name, $"{item.Reference} is in the manifests twice", $"Remove or rename this one or the one at {first.Location}.");
                    }
                }
            }),

        new(
            new(
                "serviceaccount-missing",
                Severity.Warning,
                "The service account of a pod must be there.",
                "Pods that name an account which does not exist are never made; the workload only says so in its events.",
                "Add the ServiceAccount, or correct its name.")
            {
                Aliases = ["kube-linter:non-existent-service-account"],
            },
            static g =>
            {
                foreach (var workload in g.Graph.PodMakers)
                {
                    var spec = workload.Pod!.Spec;
                    if ((spec.Scalar("serviceAccountName") ?? spec.Scalar("serviceAccount")) is { Value: not ("" or "default") } name
                        && g.Graph.Find(workload, "ServiceAccount", name.Value) is null)
                    {
                        g.Report(workload, name, $"the service account {name.Value} is not there");
                    }
                }
            }),

        new(
            new(
                "configref-missing",
                Severity.Warning,
                "ConfigMaps, Secrets and the keys of them that pods and Ingresses use must be there.",
                "The pod waits in CreateContainerConfigError until they are. Off by default, because Secrets are often made elsewhere.",
                "Add the object or the key, or correct its name.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:env-value-from"],
            },
            static g =>
            {
                var ignored = g.Values(Ignored).ToHashSet(StringComparer.Ordinal);
                var made = new SecretMakers(g.Graph);
                foreach (var workload in g.Graph.PodMakers)
                {
                    foreach (var (kind, name, key, optional) in Sources(workload.Pod!))
                    {
                        if (optional || ignored.Contains(name.Value))
                        {
                            continue;
                        }

                        var sources = g.Graph.FindAll(workload, kind, name.Value);
                        if (sources.Count == 0)
                        {
                            if (kind != "Secret" || !made.Makes(workload, name.Value))
                            {
                                g.Report(workload, name, $"the {kind} {name.Value} is not there");
                            }
                        }
                        else if (key is not null && !sources.Any(s => HasKey(s, key.Value)))
                        {
                            g.Report(workload, key, $"the {kind} {name.Value} has no key {key.Value}");
                        }
                    }
                }

                foreach (var account in g.Graph.OfKind("ServiceAccount"))
                {
                    foreach (var name in account.Body.Mappings("imagePullSecrets").Select(s => s.Scalar("name")).OfType<YamlScalar>())
                    {
                        CheckSecret(g, account, name, ignored, made);
                    }
                }

                foreach (var ingress in g.Graph.OfKind("Ingress"))
                {
                    // cert-manager puts the certificate of an annotated Ingress into the Secret that it names.
                    if (ingress.Body.Mapping("metadata").Mapping("annotations")?.Any(a => a.Key.Value is "kubernetes.io/tls-acme" || a.Key.Value.StartsWith("cert-manager.io/", StringComparison.Ordinal)) is true)
                    {
                        continue;
                    }

                    foreach (var name in ingress.Spec.Mappings("tls").Select(t => t.Scalar("secretName")).OfType<YamlScalar>())
                    {
                        CheckSecret(g, ingress, name, ignored, made);
                    }
                }
            })
        { Parameters = [Ignored] },

        new(
            new(
                "pvc-missing",
                Severity.Warning,
                "The claims that pods mount must be there.",
                "The pod stays Pending until the claim exists.",
                "Add the PersistentVolumeClaim, or correct its name.")
            {
                OnByDefault = false,
            },
            static g =>
            {
                var templates = g.Graph.OfKind("StatefulSet")
                    .SelectMany(set => set.Spec.Mappings("volumeClaimTemplates").Select(t => $"{t.Mapping("metadata").Text("name")}-{set.Name}"))
                    .ToHashSet(StringComparer.Ordinal);
                foreach (var workload in g.Graph.PodMakers)
                {
                    foreach (var volume in workload.Pod!.Spec.Mappings("volumes"))
                    {
                        if (volume.Mapping("persistentVolumeClaim").Scalar("claimName") is { } name && g.Graph.Find(workload, "PersistentVolumeClaim", name.Value) is null
                            && !templates.Contains(WithoutOrdinal(name.Value)))
                        {
                            g.Report(workload, name, $"the claim {name.Value} is not there");
                        }
                    }
                }
            }),

        new(
            new(
                "class-missing",
                Severity.Warning,
                "Storage, priority, runtime and ingress classes that are named must be there.",
                "What names a class that does not exist waits for ever or is refused. Off by default, because classes usually come with the cluster.",
                "Add the class, or correct its name.")
            {
                OnByDefault = false,
            },
            static g =>
            {
                foreach (var workload in g.Graph.PodMakers)
                {
                    Check(g, workload, "PriorityClass", workload.Pod!.Spec.Scalar("priorityClassName"));
                    Check(g, workload, "RuntimeClass", workload.Pod.Spec.Scalar("runtimeClassName"));
                    foreach (var template in workload.Spec.Mappings("volumeClaimTemplates"))
                    {
                        Check(g, workload, "StorageClass", template.Mapping("spec").Scalar("storageClassName"));
                    }
                }

                foreach (var claim in g.Graph.OfKind("PersistentVolumeClaim"))
                {
                    Check(g, claim, "StorageClass", claim.Spec.Scalar("storageClassName"));
                }

                foreach (var ingress in g.Graph.OfKind("Ingress"))
                {
                    Check(g, ingress, "IngressClass", ingress.Spec.Scalar("ingressClassName"));
                }
            }),

        new(
            new(
                "image-drift",
                Severity.Info,
                "The same image should have the same tag everywhere in a unit.",
                "Different versions of one program side by side are usually a forgotten update.",
                "Use one tag.")
            {
                OnByDefault = false,
            },
            static g =>
            {
                var seen = new ClashIndex<string>();
                var references = new Dictionary<(GraphObject, string), ImageReference>();
                foreach (var workload in g.Graph.PodMakers)
                {
                    foreach (var image in workload.Pod!.Containers.Select(c => c.Image).OfType<YamlScalar>())
                    {
                        if (!ImageReference.TryParse(image.Value, out var reference))
                        {
                            continue;
                        }

                        references.TryAdd((workload, reference.NormalizedName), reference);
                        if (seen.Add(reference.NormalizedName, workload) is { } first && references[(first, reference.NormalizedName)] is var other
                            && (other.Tag ?? "latest", other.Digest) != (reference.Tag ?? "latest", reference.Digest))
                        {
                            g.Report(workload, image, $"{image.Value} runs beside {other}");
                        }
                    }
                }
            }),
    ];

    private static IEnumerable<(string Kind, YamlScalar Name, YamlScalar? Key, bool Optional)> Sources(PodView pod)
    {
        foreach (var container in pod.Containers)
        {
            foreach (var from in container.Body.Mappings("env").Select(e => e.Mapping("valueFrom")))
            {
                foreach (var (field, kind) in KeyReferences)
                {
                    if (from.Mapping(field) is { } reference && reference.Scalar("name") is { } name)
                    {
                        yield return (kind, name, reference.Scalar("key"), reference.Boolean("optional") is true);
                    }
                }
            }

            foreach (var source in container.Body.Mappings("envFrom"))
            {
                foreach (var (field, kind) in WholeReferences)
                {
                    if (source.Mapping(field) is { } reference && reference.Scalar("name") is { } name)
                    {
                        yield return (kind, name, null, reference.Boolean("optional") is true);
                    }
                }
            }
        }

        foreach (var volume in pod.Spec.Mappings("volumes"))
        {
            var sources = volume.Mapping("projected").Mappings("sources").Append(volume).ToArray();
            foreach (var source in sources)
            {
                foreach (var (field, kind, nameField) in VolumeReferences)
                {
                    if (source.Mapping(field) is not { } reference || reference.Scalar(nameField) is not { } name)
                    {
                        continue;
                    }

                    var optional = reference.Boolean("optional") is true;
                    yield return (kind, name, null, optional);
                    foreach (var item in reference.Mappings("items"))
                    {
                        yield return (kind, name, item.Scalar("key"), optional);
                    }
                }
            }
        }

        foreach (var secret in pod.Spec.Mappings("imagePullSecrets"))
        {
            if (secret.Scalar("name") is { } name)
            {
                yield return ("Secret", name, null, false);
            }
        }
    }

    private static bool HasKey(GraphObject source, string key) =>
        source.Body.Mapping("data")?[key] is not null || source.Body.Mapping("binaryData")?[key] is not null || source.Body.Mapping("stringData")?[key] is not null;

    private static void CheckSecret(GraphInspection g, GraphObject user, YamlScalar name, HashSet<string> ignored, SecretMakers made)
    {
        if (!ignored.Contains(name.Value) && g.Graph.Find(user, "Secret", name.Value) is null && !made.Makes(user, name.Value))
        {
            g.Report(user, name, $"the Secret {name.Value} is not there");
        }
    }

    private static string WithoutOrdinal(string claim)
    {
        var dash = claim.LastIndexOf('-');
        return dash > 0 && claim.AsSpan(dash + 1).ContainsAnyExceptInRange('0', '9') is false ? claim[..dash] : claim;
    }

    private static void Check(GraphInspection g, GraphObject about, string kind, YamlScalar? name)
    {
        if (name is { Value.Length: > 0 } && !name.Value.StartsWith("system-", StringComparison.Ordinal) && g.Graph.Find(about, null, kind, name.Value) is null)
        {
            g.Report(about, name, $"the {kind} {name.Value} is not there");
        }
    }

    /// <summary>Objects that make Secrets: certificates, sealed and external secrets.</summary>
    private sealed class SecretMakers
    {
        private readonly Dictionary<string, List<GraphObject>> _bySecret = new(StringComparer.Ordinal);

        public SecretMakers(ObjectGraph graph)
        {
            foreach (var maker in graph.OfKind("SealedSecret").Concat(graph.OfKind("ExternalSecret")).Concat(graph.OfKind("Certificate")))
            {
                var name = maker.Kind == "Certificate" ? maker.Spec.Text("secretName") : maker.Spec.Mapping("target").Text("name") ?? maker.Name;
                if (name is not null)
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(_bySecret, name, out _) ??= []).Add(maker);
                }
            }
        }

        public bool Makes(GraphObject user, string secret) =>
            _bySecret.TryGetValue(secret, out var makers) && makers.Exists(m => user.Sees(m) && ObjectGraph.SameNamespace(m.Namespace, user.Namespace));
    }
}
