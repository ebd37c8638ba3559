using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Objects;
using Actions.Shared.Images;

namespace Actions.Shared.Clusters.Verification;

/// <summary>An image that a container of a pod runs, as the node reports it.</summary>
/// <param name="List"><c>containers</c> or <c>initContainers</c>.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="ImageId">What the node reports; empty while the container was not started.</param>
public sealed record RunningImage(string List, string Container, string ImageId)
{
    private const int Sha256Length = 64;

    /// <summary>
    /// The digest in <see cref="ImageId"/>; null if it has none. Runtimes write <c>name@sha256:…</c>, with <c>docker-pullable://</c> before it or not, for an
    /// image that was pulled: the digest is that of the index or of the platform's manifest. An image that was loaded has <c>sha256:…</c> alone.
    /// </summary>
    public string? Digest
    {
        get
        {
            var start = ImageId.IndexOf("://", StringComparison.Ordinal);
            var text = start < 0 ? ImageId : ImageId[(start + 3)..];
            var digest = text[(text.LastIndexOf('@') + 1)..];
            return ImageReference.IsDigest(digest) ? digest
                : digest.Length == Sha256Length && digest.All(char.IsAsciiHexDigitLower) ? $"sha256:{digest}"
                : null;
        }
    }

    /// <summary>Name and digest, to ask its registry about it; null if the node does not report where the image is from.</summary>
    public ImageReference? Reference
    {
        get
        {
            var start = ImageId.IndexOf("://", StringComparison.Ordinal);
            return ImageReference.TryParse(start < 0 ? ImageId : ImageId[(start + 3)..], out var reference) && reference.Digest is not null ? reference : null;
        }
    }
}

/// <summary>A pod of a workload and what it runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsReady">Whether it is ready.</param>
/// <param name="Images">Its containers, in the order in which they start.</param>
public sealed record RunningPod(string Name, bool IsReady, IReadOnlyList<RunningImage> Images);

/// <summary>Reads from a cluster which images the pods of workloads run.</summary>
/// <param name="client">The cluster.</param>
public sealed class RunningImages(ClusterClient client)
{
    /// <summary>
    /// The pods of the current template of each workload, in order of their names; those being deleted and those that failed are left out. A kind that makes no pods itself,
    /// such as CronJob, has none.
    /// </summary>
    /// <param name="workloads">Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, Pods.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ClusterException">The cluster does not let us read them.</exception>
    public async Task<IReadOnlyDictionary<ObjectAddress, IReadOnlyList<RunningPod>>> ReadAsync(IReadOnlyCollection<ObjectAddress> workloads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(workloads);
        var read = new List<ClusterObject>();
        foreach (var ns in workloads.Select(w => w.Namespace).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            read.AddRange((await client.ListAsync(KnownResources.Pods, ns, null, cancellation).ConfigureAwait(false)).Items);
            if (workloads.Any(w => w.Namespace == ns && w.Resource.Kind == "Deployment"))
            {
                read.AddRange((await client.ListAsync(KnownResources.ReplicaSets, ns, null, cancellation).ConfigureAwait(false)).Items);
            }
        }

        var family = new ObjectFamily(read);
        var live = await Task.WhenAll(workloads.Select(async w => (Address: w, Object: await client.GetAsync(w, cancellation).ConfigureAwait(false)))).ConfigureAwait(false);
        return live.ToDictionary(l => l.Address, l => l.Object is null ? [] : Pods(family, l.Object));
    }

    private static IReadOnlyList<RunningPod> Pods(ObjectFamily family, ClusterObject workload) =>
    [
        .. family.CurrentPods(workload)
            .Where(p => p.Status.Text("phase") != "Failed")
            .Select(p => new RunningPod(
                p.Name,
                LiveCondition.Find(p, "Ready") is { IsTrue: true },
                [.. LiveContainer.Of(p).Select(c => new RunningImage(c.List, c.Name, c.Status.Text("imageID") ?? ""))])),
    ];
}
