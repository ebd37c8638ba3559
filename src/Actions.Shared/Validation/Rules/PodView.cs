using System.Collections.Immutable;
using Actions.Shared.Images;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules;

/// <summary>Which list of a pod a container stands in.</summary>
public enum ContainerRole
{
    /// <summary><c>spec.containers</c>.</summary>
    Regular,

    /// <summary><c>spec.initContainers</c>, sidecars included.</summary>
    Init,

    /// <summary><c>spec.ephemeralContainers</c>.</summary>
    Ephemeral,
}

/// <summary>One container of a pod. Safe for concurrent use.</summary>
/// <param name="Body">The container.</param>
/// <param name="Role">Which list it stands in.</param>
public sealed record ContainerView(YamlMapping Body, ContainerRole Role)
{
    private string? _text;
    private ImageReference? _reference;
    private bool _referenceKnown;

    /// <summary>Its name; empty when missing.</summary>
    public string Name => (Body["name"] as YamlScalar)?.Value ?? "";

    /// <summary>Its image reference as written; null when missing or not a scalar.</summary>
    public YamlScalar? Image => Body["image"] as YamlScalar;

    /// <summary>Its image reference; null when missing or unreadable.</summary>
    internal ImageReference? Reference
    {
        get
        {
            if (!Volatile.Read(ref _referenceKnown))
            {
                _reference = Image is { } image && ImageReference.TryParse(image.Value, out var reference) ? reference : null;
                Volatile.Write(ref _referenceKnown, true);
            }

            return _reference;
        }
    }

    /// <summary>Its security context; null when missing.</summary>
    public YamlMapping? SecurityContext => Body["securityContext"] as YamlMapping;

    /// <summary>Whether it is an init container that keeps running (KEP-753: <c>restartPolicy: Always</c>).</summary>
    public bool IsSidecar => Role == ContainerRole.Init && Body["restartPolicy"] is YamlScalar { Value: "Always" };

    /// <summary><c>container `name`</c>, for messages.</summary>
    public override string ToString() => _text ??= Role switch
    {
        ContainerRole.Init => $"init container `{Name}`",
        ContainerRole.Ephemeral => $"ephemeral container `{Name}`",
        _ => $"container `{Name}`",
    };
}

/// <summary>The pod that an object is or makes: the template's metadata and spec, and its containers.</summary>
public sealed class PodView
{
    private static readonly string[] TemplatePath = ["spec", "template"];
    private static readonly string[] CronJobPath = ["spec", "jobTemplate", "spec", "template"];
    private static readonly string[] PodTemplatePath = ["template"];

    private PodView(YamlMapping template, YamlMapping spec)
    {
        Template = template;
        Spec = spec;
        Metadata = template["metadata"] as YamlMapping;
        var containers = ImmutableArray.CreateBuilder<ContainerView>();
        Read("initContainers", ContainerRole.Init, containers);
        Read("containers", ContainerRole.Regular, containers);
        Read("ephemeralContainers", ContainerRole.Ephemeral, containers);
        Containers = containers.DrainToImmutable();
    }

    /// <summary>The pod, or the template that pods are made of.</summary>
    public YamlMapping Template { get; }

    /// <summary>The pod's <c>spec</c>.</summary>
    public YamlMapping Spec { get; }

    /// <summary>The pod's <c>metadata</c>; null when missing.</summary>
    public YamlMapping? Metadata { get; }

    /// <summary>All containers: init, regular, ephemeral, in the order of the file within each list. Items that are not mappings are left out.</summary>
    public ImmutableArray<ContainerView> Containers { get; }

    /// <summary>The pod-level security context; null when missing.</summary>
    public YamlMapping? SecurityContext => Spec["securityContext"] as YamlMapping;

    /// <summary>The steps from an object of this kind to its pod template; empty for a Pod; null when the kind makes no pods.</summary>
    /// <param name="group">API group; empty for the core group.</param>
    /// <param name="kind">Kind as written.</param>
    public static IReadOnlyList<string>? Path(string group, string kind) => (group, kind) switch
    {
        ("", "Pod") => [],
        ("", "PodTemplate") => PodTemplatePath,
        ("", "ReplicationController") => TemplatePath,
        ("apps" or "extensions", "Deployment" or "DaemonSet" or "ReplicaSet") => TemplatePath,
        ("apps", "StatefulSet") => TemplatePath,
        ("batch", "Job") => TemplatePath,
        ("batch", "CronJob") => CronJobPath,
        ("argoproj.io", "Rollout") => TemplatePath,
        ("apps.openshift.io", "DeploymentConfig") => TemplatePath,
        _ => null,
    };

    /// <summary>The pod of <paramref name="body"/>; null when its kind makes none or there is no pod spec.</summary>
    public static PodView? Of(string group, string kind, YamlMapping body)
    {
        if (Path(group, kind) is not { } path)
        {
            return null;
        }

        YamlNode? template = body;
        foreach (var step in path)
        {
            template = (template as YamlMapping)?[step];
        }

        return template is YamlMapping mapping && mapping["spec"] is YamlMapping spec ? new PodView(mapping, spec) : null;
    }

    private void Read(string list, ContainerRole role, ImmutableArray<ContainerView>.Builder containers)
    {
        if (Spec[list] is not YamlSequence items)
        {
            return;
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is YamlMapping container)
            {
                containers.Add(new ContainerView(container, role));
            }
        }
    }
}
