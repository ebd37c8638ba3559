using System.Collections.Concurrent;
using Actions.Shared;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Clusters.Preflight;
using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Images.Policies;
using Actions.Shared.Images.Registries;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>A place where an image is used.</summary>
/// <param name="Owner">The object.</param>
/// <param name="Place">The place in it.</param>
internal sealed record ImageUse(DesiredObject Owner, PlacedImage Place)
{
    /// <summary>For sentences: <c>container web of Deployment shop/web</c>.</summary>
    public override string ToString() => $"{Place.List switch { "volumes" => "volume", "initContainers" => "init container", "ephemeralContainers" => "ephemeral container", _ => "container" }} {Place.Name} of {Owner.Key}";
}

/// <summary>An image, who uses it, and what its registry says of it.</summary>
internal sealed class CheckedImage(ImageReference reference, IReadOnlyList<ImageUse> uses)
{
    private int _pods;

    public ImageReference Reference => reference;

    public IReadOnlyList<ImageUse> Uses => uses;

    /// <summary>The platforms that it must have; empty for none in particular.</summary>
    public IReadOnlyList<ImagePlatform> Needed { get; init; } = [];

    /// <summary>What the registry says; null if it does not exist or was not asked for.</summary>
    public ImageDetails? Details { get; set; }

    /// <summary>How many pods were seen to run it; null where nobody looked.</summary>
    public int? Pods { get; private set; }

    public void Seen() => Pods = ++_pods;

    public void Looked() => Pods ??= 0;

    public DeployedImage Report(bool isPinned) => new(reference.ToString(), Details?.Digest ?? "")
    {
        IsPinned = isPinned && Details is not null,
        Platforms = [.. Details?.Platforms.Select(p => p.ToString()) ?? []],
        Created = Details?.Created,
        UsedBy = [.. uses.Select(u => u.ToString())],
        Pods = Pods,
    };
}

/// <summary>What the gate came to.</summary>
/// <param name="Desired">What is to be deployed, with tags pinned where asked for.</param>
/// <param name="Failures">Why it must not be deployed; empty if it may.</param>
internal sealed record ImageGateResult(IReadOnlyList<DesiredObject> Desired, IReadOnlyList<DeploymentFailure> Failures);

/// <summary>
/// Looks up every image of a deployment before the cluster is touched: it must exist, fit the nodes, come from where it may, and pass the other guards. Then pins tags to what they lead to.
/// </summary>
internal sealed class ImageGate(ImageGateOptions options, ActionContext context, ClusterClient? client) : IDisposable
{
    private const int Parallelism = 8;
    private readonly List<CheckedImage> _images = [];
    private RegistryClient? _registry;

    /// <summary>The images, in order of their references.</summary>
    public IReadOnlyList<CheckedImage> Images => _images;

    /// <summary>What is worth knowing besides, one sentence each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The registries; only after <see cref="CheckAsync"/>.</summary>
    public RegistryClient Registry => _registry!;

    public IReadOnlyList<DeployedImage> Reports => [.. _images.Select(i => i.Report(options.Mode == ImageGateMode.Pin))];

    public void Dispose() => _registry?.Dispose();

    /// <param name="desired">What is to be deployed.</param>
    /// <param name="catalog">The types of the cluster; null without one.</param>
    /// <param name="isNew">Whether it is a new deployment, which must not fall behind the present one, and not an earlier release that comes back.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ActionException">A registry cannot be asked.</exception>
    public async Task<ImageGateResult> CheckAsync(IReadOnlyList<DesiredObject> desired, ApiCatalog? catalog, bool isNew, CancellationToken cancellation)
    {
        var failures = new List<DeploymentFailure>();
        var uses = Uses(desired, failures);
        _images.Clear();
        _images.AddRange(await GroupAsync(uses, cancellation));
        await DescribeAsync(desired, cancellation);

        var live = isNew ? await LiveAsync(uses, catalog, cancellation) : new Dictionary<ImageUse, ImageReference>();
        failures.AddRange(_images.SelectMany(i => Judge(i, live, isNew)));
        return new ImageGateResult(options.Mode == ImageGateMode.Pin && failures.Count == 0 ? Pinned(desired) : desired, failures);
    }

    private List<ImageUse> Uses(IReadOnlyList<DesiredObject> desired, List<DeploymentFailure> failures)
    {
        var uses = new List<ImageUse>();
        foreach (var use in desired.SelectMany(d => ImageSetter.List(d.Object.Body).Select(p => new ImageUse(d, p))))
        {
            if (!ImageReference.TryParse(use.Place.Text, out var reference))
            {
                failures.Add(new DeploymentFailure("image-name-invalid", $"{use} has the image \"{use.Place.Text}\", which is no image reference", "Write registry/path:tag or registry/path@digest.")
                {
                    Object = use.Owner.Key.ToString(),
                    Location = use.Owner.Locate(use.Place.Pointer),
                });
            }
            else if (!options.IsIgnored(reference))
            {
                uses.Add(use);
            }
        }

        return uses;
    }

    private async Task<IEnumerable<CheckedImage>> GroupAsync(IReadOnlyList<ImageUse> uses, CancellationToken cancellation)
    {
        var nodes = options.Guards.Platforms.Count > 0 || client is null ? [] : await ClusterNode.ListAsync(client, cancellation);
        if (nodes is null)
        {
            Notes.Add("The platforms of the images were not compared with the nodes, which the account may not list. Set `image-platforms`, or grant it to list nodes.");
        }

        return uses
            .GroupBy(u => Parse(u).With(null, null).NormalizedName + ":" + Parse(u).Tag + "@" + Parse(u).Digest, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new CheckedImage(Parse(g.First()), [.. g])
            {
                Needed = options.Guards.Platforms.Count > 0 ? options.Guards.Platforms : [.. g.SelectMany(u => ClusterNode.PlatformsFor(u.Place.Pod, nodes ?? [])).Distinct()],
            });
    }

    private async Task DescribeAsync(IReadOnlyList<DesiredObject> desired, CancellationToken cancellation)
    {
        var logins = new RegistryLogins(context);
        var credentials = logins.Given(options.RegistryAuth).Or(await logins.OfPodsAsync(
            _images.SelectMany(i => i.Uses).Select(u => (u.Owner.Key.Namespace ?? "default", u.Place)), desired, client, cancellation));
        _registry?.Dispose();
        _registry = new RegistryClient(new RegistryOptions { Credentials = credentials, PlainHttp = options.InsecureRegistries.ToHashSet(StringComparer.Ordinal) }, context.Time);
        var errors = new ConcurrentBag<ActionException>();
        await Parallel.ForEachAsync(
            _images.Where(i => options.Guards.IsAllowed(i.Reference)),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation },
            async (image, stop) =>
            {
                try
                {
                    image.Details = await _registry.DescribeAsync(image.Reference, options.Guards.MinimumAge > TimeSpan.Zero, stop);
                }
                catch (ActionException e)
                {
                    errors.Add(e);
                }
            });
        if (!errors.IsEmpty)
        {
            throw Unreachable(errors);
        }
    }

    private const int MostErrors = 5;

    /// <summary>A registry that is away fails for every image of it: one line for each is enough to act on.</summary>
    internal static AggregateException Unreachable(IEnumerable<ActionException> errors) => new(errors
        .OrderByDescending(e => e.ExitCode)
        .ThenBy(e => e.Detail, StringComparer.Ordinal)
        .DistinctBy(e => (e.Title, Registry: e.Detail.Split('/')[0]))
        .Take(MostErrors));

    /// <summary>What runs now in each place that is to be deployed.</summary>
    private async Task<IReadOnlyDictionary<ImageUse, ImageReference>> LiveAsync(IReadOnlyList<ImageUse> uses, ApiCatalog? catalog, CancellationToken cancellation)
    {
        var live = new ConcurrentDictionary<ImageUse, ImageReference>();
        if (client is null || catalog is null)
        {
            return live;
        }

        await Parallel.ForEachAsync(
            uses.GroupBy(u => u.Owner),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation },
            async (group, stop) =>
            {
                var key = group.Key.Key;
                if (catalog.Find(group.Key.Object.ApiVersion, key.Kind) is not { } resource
                    || await client.GetAsync(resource.Object(resource.IsNamespaced ? key.Namespace : null, key.Name), stop) is not { } there)
                {
                    return;
                }

                var places = ImageSetter.List(there.Body).DistinctBy(p => (p.List, p.Name)).ToDictionary(p => (p.List, p.Name));
                foreach (var use in group)
                {
                    if (places.TryGetValue((use.Place.List, use.Place.Name), out var place) && ImageReference.TryParse(place.Text, out var reference))
                    {
                        live[use] = reference;
                    }
                }
            });
        return live;
    }

    private IEnumerable<DeploymentFailure> Judge(CheckedImage image, IReadOnlyDictionary<ImageUse, ImageReference> live, bool isNew)
    {
        var guards = options.Guards with { Platforms = image.Needed, MinimumAge = isNew ? options.Guards.MinimumAge : TimeSpan.Zero };
        if (!guards.IsAllowed(image.Reference))
        {
            // It was not asked for, so nothing is known of it.
            return guards.Check(image.Reference, null, null, null, context.Time).Where(f => f.Guard == "registry").Select(f => Failure(f, image.Uses[0], image));
        }

        var failures = new Dictionary<string, DeploymentFailure>(StringComparer.Ordinal);
        foreach (var use in image.Uses)
        {
            var current = live.GetValueOrDefault(use);
            var recorded = image.Reference.Digest is null && current is { Digest: { } digest } && current.NormalizedName == image.Reference.NormalizedName
                && current.Tag == image.Reference.Tag && options.IsImmutable(current.Tag) ? digest : null;
            foreach (var failure in guards.Check(image.Reference, image.Details, current, recorded, context.Time))
            {
                failures.TryAdd(failure.Message, Failure(failure, use, image));
            }
        }

        return failures.Values;
    }

    private static DeploymentFailure Failure(GuardFailure failure, ImageUse use, CheckedImage image)
    {
        var others = image.Uses.Count == 1 ? "" : $" and {image.Uses.Count - 1} more";
        return new DeploymentFailure(Cause(failure.Guard), $"{failure.Message} ({use}{others})", failure.Hint)
        {
            Object = use.Owner.Key.ToString(),
            Location = use.Owner.Locate(use.Place.Pointer),
        };
    }

    /// <summary>Where the cluster would have said the same later, it is the same word.</summary>
    internal static string Cause(string guard) => guard switch
    {
        "exists" => "image-not-found",
        "platform" => "image-platform-mismatch",
        "downgrade" => "image-downgrade",
        "minimum-age" => "image-too-new",
        "immutable" => "image-tag-moved",
        "registry" => "image-registry-not-allowed",
        _ => $"image-{guard}",
    };

    private IReadOnlyList<DesiredObject> Pinned(IReadOnlyList<DesiredObject> desired)
    {
        var digests = _images.SelectMany(i => i.Uses.Select(u => (Use: (u.Owner, u.Place.Pointer), i.Details!.Digest))).ToDictionary(u => u.Use, u => u.Digest);
        return
        [
            .. desired.Select(d =>
            {
                var body = (System.Text.Json.Nodes.JsonObject)d.Object.Body.DeepClone();
                var isPinned = false;
                ImageSetter.Replace(body, place =>
                {
                    if (!digests.TryGetValue((d, place.Pointer), out var digest) || !ImageReference.TryParse(place.Text, out var reference) || reference.Digest is not null)
                    {
                        return null;
                    }

                    isPinned = true;
                    return reference.With(reference.Tag, digest).ToString();
                });
                return isPinned ? new DesiredObject(d.Object with { Body = body }, d.Source) { Locator = d.Locator } : d;
            }),
        ];
    }

    private static ImageReference Parse(ImageUse use) => ImageReference.TryParse(use.Place.Text, out var reference) ? reference : throw new InvalidOperationException("Only references are grouped.");
}
