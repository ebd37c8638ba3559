using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>Cuts an object down to the fields that rules across objects read, so that memory grows with references and not with content.</summary>
internal static class GraphPruning
{
    private static readonly YamlScalar Dropped = new(default, "", YamlScalarStyle.Plain, YamlScalarType.Null);

    private static readonly HashSet<string> WholeSpecs = new(StringComparer.Ordinal)
    {
        "/Service", "networking.k8s.io/Ingress", "extensions/Ingress", "autoscaling/HorizontalPodAutoscaler", "policy/PodDisruptionBudget",
        "networking.k8s.io/NetworkPolicy", "monitoring.coreos.com/ServiceMonitor", "keda.sh/ScaledObject",
        "gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/GRPCRoute", "gateway.networking.k8s.io/TLSRoute",
        "gateway.networking.k8s.io/TCPRoute", "gateway.networking.k8s.io/UDPRoute", "/PersistentVolumeClaim",
    };

    private static readonly HashSet<string> PodSpecFields = new(StringComparer.Ordinal)
    {
        "serviceAccountName", "serviceAccount", "automountServiceAccountToken", "imagePullSecrets", "priorityClassName", "runtimeClassName", "volumes",
        "containers", "initContainers", "ephemeralContainers", "hostNetwork", "restartPolicy",
    };

    private static readonly HashSet<string> ContainerFields = new(StringComparer.Ordinal)
    {
        "name", "image", "ports", "env", "envFrom", "restartPolicy", "readinessProbe", "livenessProbe", "startupProbe",
    };

    private static readonly HashSet<string> WorkloadFields = new(StringComparer.Ordinal)
    {
        "replicas", "selector", "serviceName", "strategy", "updateStrategy", "template", "jobTemplate", "volumeClaimTemplates",
    };

    public static YamlMapping Prune(string group, string kind, YamlMapping body)
    {
        var isPod = PodView.Path(group, kind) is not null;
        var isData = group.Length == 0 && kind is "ConfigMap" or "Secret";
        var isRbac = group == "rbac.authorization.k8s.io";
        var isWhole = WholeSpecs.Contains($"{group}/{kind}");
        return Keep(body, (key, value) => key switch
        {
            "apiVersion" or "kind" => value,
            "metadata" => value is YamlMapping metadata ? Metadata(metadata) : null,
            "spec" when kind is "Certificate" or "ExternalSecret" => value is YamlMapping spec ? Keep(spec, static (k, v) => k is "secretName" or "target" ? v : null) : null,
            "spec" when isPod => value is YamlMapping spec ? (kind == "Pod" ? PodSpec(spec) : Workload(spec)) : null,
            "template" when isPod => value is YamlMapping template ? Template(template) : null,
            "spec" => isWhole ? value : null,
            "data" or "binaryData" or "stringData" when isData => value is YamlMapping data ? Keep(data, static (_, _) => Dropped) : null,
            "rules" or "roleRef" or "subjects" or "aggregationRule" when isRbac => value,
            "automountServiceAccountToken" or "secrets" or "imagePullSecrets" => value,
            _ => null,
        });
    }

    private static YamlMapping Metadata(YamlMapping metadata) =>
        Keep(metadata, static (key, value) => key switch
        {
            "name" or "generateName" or "namespace" or "labels" => value,
            "annotations" => value is YamlMapping annotations ? Keep(annotations, static (k, v) => IsTelling(k) ? v : null) : null,
            _ => null,
        });

    /// <summary>Annotations by which controllers are told what other objects they have to do with.</summary>
    private static bool IsTelling(string annotation) =>
        annotation is "kubernetes.io/ingress.class" or "kubernetes.io/tls-acme" or "nginx.ingress.kubernetes.io/canary" || annotation.StartsWith("cert-manager.io/", StringComparison.Ordinal);

    private static YamlMapping Workload(YamlMapping spec) => Keep(spec, static (key, value) => key switch
    {
        "template" => value is YamlMapping template ? Template(template) : null,
        "jobTemplate" => value is YamlMapping job ? Keep(job, static (k, v) => k == "spec" && v is YamlMapping inner ? Workload(inner) : null) : null,
        _ => WorkloadFields.Contains(key) ? value : null,
    });

    private static YamlMapping Template(YamlMapping template) => Keep(template, static (key, value) => (key, value) switch
    {
        ("metadata", YamlMapping metadata) => Metadata(metadata),
        ("spec", YamlMapping spec) => PodSpec(spec),
        _ => null,
    });

    private static YamlMapping PodSpec(YamlMapping spec) => Keep(spec, static (key, value) => (key, value) switch
    {
        ("containers" or "initContainers" or "ephemeralContainers", YamlSequence containers) =>
            new YamlSequence(containers.Span, [.. containers.Select(c => c is YamlMapping m ? Keep(m, static (k, v) => ContainerFields.Contains(k) ? v : null) : c)]),
        _ => PodSpecFields.Contains(key) ? value : null,
    });

    private static YamlMapping Keep(YamlMapping mapping, Func<string, YamlNode, YamlNode?> keep)
    {
        var kept = new List<YamlEntry>(mapping.Count);
        foreach (var entry in mapping)
        {
            if (keep(entry.Key.Value, entry.Value) is { } value)
            {
                kept.Add(entry with { Value = value });
            }
        }

        return new YamlMapping(mapping.Span, [.. kept], mapping.Tag);
    }
}
