using Actions.Shared.Findings;
using Actions.Shared.Images;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Pods;

/// <summary>Rules about which image a container runs and when it is pulled.</summary>
internal static class ImageRules
{
    private static readonly RuleParameter AllowedRegistries = new(
        "allowed-registries", "Registries, or registries with the start of a path, that images may come from, for example `ghcr.io/our-team/`.") { IsRequired = true };

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
                foreach (var (container, image, reference) in Images(x.Pod))
                {
                    if (reference.Digest is null && reference.Tag is null or "latest")
                    {
                        x.Report(image, reference.Tag is null ? $"{container} runs {image.Value} without a tag, which means latest" : $"{container} runs {image.Value}");
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
                foreach (var (container, image, reference) in Images(x.Pod))
                {
                    if (reference.Digest is null)
                    {
                        x.Report(image, $"{container} runs {image.Value} without a digest");
                    }
                }
            }),

        new(
            new(
                "image-registry-allowlist",
                Severity.Error,
                "Images must come from an allowed registry.",
                "Images from elsewhere have not been scanned, mirrored or agreed on.",
                "Mirror the image into an allowed registry, or add its registry to `allowed-registries`.")
            {
                OnByDefault = false,
                Aliases = ["kube-linter:latest-tag"],
            },
            RuleTarget.Pods,
            static x =>
            {
                var allowed = x.Values(AllowedRegistries);
                foreach (var (container, image, reference) in Images(x.Pod))
                {
                    if (!allowed.Any(a => IsIn(reference, a)))
                    {
                        x.Report(image, $"{container} runs {image.Value} from {reference.NormalizedRegistry}, which is not allowed");
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
                foreach (var (container, image, reference) in Images(x.Pod))
                {
                    var policy = container.Body.Scalar("imagePullPolicy");
                    var isAlways = policy is null ? reference.Tag is null or "latest" : policy.Value == "Always";
                    if (reference.Digest is null && !isAlways)
                    {
                        var message = $"{container} may start with an old copy of {image.Value}";
                        if (policy is null)
                        {
                            x.ReportMissing(container.Body, "imagePullPolicy", message);
                        }
                        else
                        {
                            x.Report(policy, message);
                        }
                    }
                }
            }),
    ];

    private static IEnumerable<(ContainerView Container, YamlScalar Image, ImageReference Reference)> Images(PodView? pod)
    {
        foreach (var container in pod?.Containers ?? [])
        {
            if (container.Image is { } image && ImageReference.TryParse(image.Value, out var reference))
            {
                yield return (container, image, reference);
            }
        }
    }

    private static bool IsIn(ImageReference reference, string allowed) =>
        allowed.EndsWith('/')
            ? reference.NormalizedName.StartsWith(allowed, StringComparison.Ordinal)
            : reference.NormalizedName.StartsWith(allowed + "/", StringComparison.Ordinal);
}
