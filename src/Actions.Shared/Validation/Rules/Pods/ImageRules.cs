using Actions.Shared.Findings;
using Actions.Shared.Images;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about which image a container runs and when it is pulled.</summary>
internal static class ImageRules
{
    private static readonly RuleParameter AllowedRegistries = new(
        "allowed-registries", "Registries, or registries with the start of a path, that images may come from, for example `ghcr.io/our-team/`.")
    { IsRequired = true };

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "image-tag-latest",
                Severity.Error,
                "Images must have a tag other than `latest`, or a digest.",
                "What `latest` means changes under a running system: two pods of one Deployment may run different programs, and there is nothing to roll back to.",
                "Name a version, for example `app:1.4.2`, or pin the digest.")
            {
                Aliases = ["kube-linter:latest-tag", "kube-score:container-image-tag", "polaris:tagNotSpecified", "CKV_K8S_14"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (use, image, reference) in Images(x.Pod))
                {
                    if (reference.Digest is null && reference.Tag is null or "latest")
                    {
                        x.Report(image, reference.Tag is null ? $"{use} {image.Value} without a tag, which means latest" : $"{use} {image.Value}");
                    }
                }
            }),

        new(
            new(
                "image-digest",
                Severity.Warning,
                "Images must be pinned by digest.",
                "A tag can be moved to another image; a digest is the image.",
                "Write the image as `name:tag@sha256:…`.")
            {
                OnByDefault = false,
                Aliases = ["CKV_K8S_43"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var (use, image, reference) in Images(x.Pod))
                {
                    if (reference.Digest is null)
                    {
                        x.Report(image, $"{use} {image.Value} without a digest");
                    }
                }
            }),

        new(
            new(
                "image-registry-allowlist",
                Severity.Error,
                "Images must come from an allowed registry.",
                "Images from elsewhere have not been scanned, mirrored or agreed on. An image without a registry is from docker.io, and one without a path from docker.io/library.",
                "Mirror the image into an allowed registry, or add its registry to `allowed-registries`.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:latest-tag"],
            },
            RuleTarget.Pods,
            static x =>
            {
                var allowed = x.Values(AllowedRegistries);
                foreach (var (use, image, reference) in Images(x.Pod))
                {
                    if (!allowed.Any(a => IsIn(reference, a)))
                    {
                        x.Report(image, $"{use} {image.Value} from {reference.NormalizedRegistry}, which is not allowed");
                    }
                }
            })
        { Parameters = [AllowedRegistries] },

        new(
            new(
                "image-pull-policy",
                Severity.Info,
                "Images named by tag must be pulled at every start.",
                "With another policy a node keeps using the image it has, even when the tag has moved or the pull secret has been taken away.",
                "Set `imagePullPolicy: Always`, or pin the image by digest.")
            {
                Aliases = ["kube-score:container-image-pull-policy", "polaris:pullPolicyNotAlways", "CKV_K8S_15"],
            },
            RuleTarget.Pods,
            static x =>
            {
                foreach (var container in x.Pod?.Containers ?? [])
                {
                    if (container.Reference is { } reference)
                    {
                        CheckPullPolicy(x, container, reference);
                    }
                }
            }),
    ];

    private static void CheckPullPolicy(ObjectInspection x, ContainerView container, ImageReference reference)
    {
        var policy = container.Body.Scalar("imagePullPolicy");
        var isAlways = policy is null ? reference.Tag is null or "latest" : policy.Value == "Always";
        if (reference.Digest is not null || isAlways)
        {
            return;
        }

        var message = $"{container} may start with an old copy of {reference}";
        if (policy is null)
        {
            x.ReportMissing(container.Body, "imagePullPolicy", message);
        }
        else
        {
            x.Report(policy, message);
        }
    }

    /// <summary>The images that a pod runs or mounts, as far as they can be read, and who uses each.</summary>
    private static IEnumerable<(ImageUse Use, YamlScalar Image, ImageReference Reference)> Images(PodView? pod)
    {
        foreach (var container in pod?.Containers ?? [])
        {
            if (container.Reference is { } reference)
            {
                yield return (new(container, null), container.Image!, reference);
            }
        }

        foreach (var volume in pod?.Spec.Mappings("volumes") ?? [])
        {
            if (volume.Mapping("image").Scalar("reference") is { } image && ImageReference.TryParse(image.Value, out var reference))
            {
                yield return (new(null, volume), image, reference);
            }
        }
    }

    private static bool IsIn(ImageReference reference, string allowed) =>
        reference.NormalizedName == allowed
        || reference.NormalizedName.StartsWith(allowed.EndsWith('/') ? allowed : allowed + "/", StringComparison.Ordinal);

    /// <summary>Who uses an image: a container, or a volume. Turned into words only for a message.</summary>
    private readonly record struct ImageUse(ContainerView? Container, YamlMapping? Volume)
    {
        public override string ToString() => Container is null ? $"volume `{Volume.Text("name")}` mounts" : $"{Container} runs";
    }
}
