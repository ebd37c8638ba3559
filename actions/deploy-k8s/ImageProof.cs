using System.Text.Json.Nodes;
using Actions.Shared;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Clusters.Verification;
using Actions.Shared.Images.Registries;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>
/// Proves after a rollout that every pod runs the image that was looked up before. Nodes report the digest of the index or that of the platform's manifest; where they report another one,
/// it still counts if its registry says that it is the same image, as an index is another one whenever it is built again.
/// </summary>
internal sealed class ImageProof(ImageGate gate, ClusterClient client, Timeline timeline)
{
    private const int MostFailures = 5;

    /// <summary>Workloads that have a pod whenever they want one.</summary>
    private static readonly HashSet<string> Serving = new(StringComparer.Ordinal) { "Deployment", "StatefulSet", "ReplicaSet" };

    private static readonly HashSet<(string Group, string Kind)> Workloads = [("", "Pod"), ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"), ("batch", "Job")];

    private readonly Dictionary<(string Expected, string Found), bool> _same = [];

    /// <summary>The rights that it needs in a namespace.</summary>
    public static IReadOnlyList<AccessRequest> Needs(string ns) => [new("list", "", "pods", Namespace: ns), new("list", "apps", "replicasets", Namespace: ns)];

    /// <summary>Whether pods of the kind are looked at.</summary>
    public static bool Covers(ObjectKey key) => Workloads.Contains((key.Group, key.Kind));

    /// <param name="applied">What was deployed.</param>
    /// <param name="catalog">The types of the cluster.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Pods that run something else; nothing if none does.</returns>
    public async Task<IReadOnlyList<DeploymentFailure>> CheckAsync(IReadOnlyList<ObjectResult> applied, ApiCatalog catalog, CancellationToken cancellation)
    {
        var expected = gate.Images
            .SelectMany(i => i.Uses.Select(u => (Key: (u.Owner.Key, u.Place.List, u.Place.Name), Image: i, Use: u)))
            .Where(e => Covers(e.Key.Key))
            .DistinctBy(e => e.Key)
            .ToDictionary(e => e.Key, e => (e.Image, e.Use));
        var addresses = new Dictionary<ObjectKey, ObjectAddress>();
        foreach (var result in applied.Where(r => expected.Keys.Any(k => k.Key == r.Item.Key)))
        {
            if (catalog.Find(result.Item.Desired!.Object.ApiVersion, result.Item.Key.Kind) is { } resource)
            {
                addresses[result.Item.Key] = resource.Object(result.Item.Key.Namespace, result.Item.Key.Name);
            }
        }

        var running = await new RunningImages(client).ReadAsync(addresses.Values, cancellation);
        var failures = new List<DeploymentFailure>();
        var pods = 0;
        foreach (var result in applied.Where(r => addresses.ContainsKey(r.Item.Key)))
        {
            var key = result.Item.Key;
            var seen = running[addresses[key]];
            foreach (var pod in seen)
            {
                pods++;
                foreach (var container in pod.Images)
                {
                    if (expected.TryGetValue((key, container.List, container.Container), out var e) && await JudgeAsync(pod, container, e.Image, e.Use, cancellation) is { } failure)
                    {
                        failures.Add(failure);
                    }
                }
            }

            if (seen.Count == 0 && Serving.Contains(key.Kind) && ((result.Object ?? result.Item.Live)?.Spec?["replicas"] is not JsonValue replicas || !replicas.TryGetValue<long>(out var count) || count > 0))
            {
                failures.Add(new DeploymentFailure("image-unproven", $"{key} has no pod of its present template, so it is not known what it runs", "Look at who deletes its pods, and deploy again.")
                {
                    Object = key.ToString(),
                    Location = result.Item.Desired?.Source,
                });
            }
        }

        if (failures.Count == 0)
        {
            timeline.Step($"{pods} {(pods == 1 ? "pod runs" : "pods run")} exactly the images that were looked up.");
        }

        return [.. failures.Take(MostFailures)];
    }

    private async Task<DeploymentFailure?> JudgeAsync(RunningPod pod, RunningImage container, CheckedImage image, ImageUse use, CancellationToken cancellation)
    {
        image.Looked();
        if (container.Digest is { } digest && await IsSameAsync(image, container, digest, cancellation))
        {
            image.Seen();
            return null;
        }

        // What is only just starting, because more pods are wanted meanwhile, runs nothing yet.
        if (container.ImageId.Length == 0 && !pod.IsReady)
        {
            return null;
        }

        var what = $"{image.Reference} ({image.Details!.Digest})";
        var found = container.Digest ?? (container.ImageId.Length > 0 ? container.ImageId : "an image of which its node reports no digest");
        return new DeploymentFailure(
            "image-mismatch",
            $"Pod {use.Owner.Key.Namespace}/{pod.Name} runs {found} in {(container.List == "initContainers" ? "init container" : "container")} {container.Container}, not {what}",
            "Its node had another image under this tag (`imagePullPolicy: IfNotPresent`), the tag was pushed again meanwhile, or something in the cluster changed the pod. `image-gate: pin` rules the first two out.")
        {
            Object = use.Owner.Key.ToString(),
            Location = use.Owner.Locate(use.Place.Pointer),
        };
    }

    private async Task<bool> IsSameAsync(CheckedImage image, RunningImage container, string digest, CancellationToken cancellation)
    {
        var details = image.Details!;
        if (digest == details.Digest || digest == details.Configuration || details.Manifests.Any(m => m.Digest == digest))
        {
            return true;
        }

        if (!_same.TryGetValue((details.Digest, container.ImageId), out var isSame))
        {
            isSame = _same[(details.Digest, container.ImageId)] = await AskAsync(image, container, digest, cancellation);
        }

        return isSame;
    }

    private async Task<bool> AskAsync(CheckedImage image, RunningImage container, string digest, CancellationToken cancellation)
    {
        try
        {
            return container.Reference is { } reference
                ? reference.NormalizedName == image.Reference.NormalizedName && IsSame(image, await gate.Registry.DescribeAsync(reference.With(null, digest), withDate: false, cancellation))
                : await HasConfigurationAsync(image, digest, cancellation);
        }
        catch (ActionException e)
        {
            timeline.Event($"{e.Title}: {e.Detail}");
            return false;
        }
    }

    /// <summary>Whether both have the same image for every platform that matters and that both have.</summary>
    internal static bool IsSame(CheckedImage image, ImageDetails? other)
    {
        if (other is null)
        {
            return false;
        }

        var ours = Manifests(image.Details!);
        var theirs = Manifests(other);
        var common = ours.Where(o => theirs.Any(t => t.Platform == o.Platform) && (image.Needed.Count == 0 || image.Needed.Any(o.Platform.Serves))).ToArray();
        return common.Length > 0 && common.All(o => theirs.Contains(o));
    }

    private async Task<bool> HasConfigurationAsync(CheckedImage image, string digest, CancellationToken cancellation)
    {
        foreach (var manifest in image.Details!.Manifests.Where(m => image.Needed.Count == 0 || image.Needed.Any(m.Platform.Serves)))
        {
            if ((await gate.Registry.DescribeAsync(image.Reference.With(null, manifest.Digest), withDate: false, cancellation))?.Configuration == digest)
            {
                return true;
            }
        }

        return false;
    }

    private static IReadOnlyList<PlatformManifest> Manifests(ImageDetails details) =>
        details.Manifests.Count > 0 ? details.Manifests : [.. details.Platforms.Select(p => new PlatformManifest(p, details.Digest))];
}
