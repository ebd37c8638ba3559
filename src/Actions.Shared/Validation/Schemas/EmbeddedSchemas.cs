namespace Actions.Shared.Validation.Schemas;

/// <summary>The schemas of Kubernetes' own kinds that are part of the program.</summary>
internal static class EmbeddedSchemas
{
    /// <summary>Name of the resource with Kubernetes' own kinds.</summary>
    public const string KubernetesResource = "schemas/kubernetes";

    private static readonly Lazy<SchemaPack> LazyKubernetes = new(() => SchemaPack.Open(KubernetesResource));
    private static readonly Lazy<EmbeddedRelease[]> LazyReleases = new(ReadReleases);
    private static readonly Lazy<Dictionary<string, Lazy<SchemaPack>>> LazyCustomResources = new(ReadCustomResources);

    /// <summary>Kubernetes' own kinds of all releases.</summary>
    public static SchemaPack Kubernetes => LazyKubernetes.Value;

    /// <summary>The API groups of the custom resources that are part of the program.</summary>
    public static IReadOnlyCollection<string> CustomResourceGroups => LazyCustomResources.Value.Keys;

    /// <summary>The custom resources of an API group, loaded at the first call; null when the group is not part of the program.</summary>
    public static SchemaPack? CustomResources(string group) => LazyCustomResources.Value.TryGetValue(group, out var pack) ? pack.Value : null;

    /// <summary>Every release that can be asked for, oldest first.</summary>
    public static IReadOnlyList<EmbeddedRelease> Releases => LazyReleases.Value;

    /// <summary>The versions of <see cref="Releases"/>.</summary>
    public static IReadOnlyList<KubernetesVersion> Versions { get; } = new VersionList();

    /// <summary>The metadata of every object, as of the newest release.</summary>
    public static Schema ObjectMeta => CoreType("V1ObjectMeta");

    /// <summary>The metadata of every list, as of the newest release.</summary>
    public static Schema ListMeta => CoreType("V1ListMeta");

    /// <summary>A type of Kubernetes' own kinds, as of the newest release.</summary>
    public static Schema CoreType(string name) => Kubernetes.Named(name, Kubernetes.Releases.Count - 1);

    /// <summary>The release that answers for <paramref name="version"/>.</summary>
    /// <exception cref="ActionException">The version is not known.</exception>
    public static EmbeddedRelease Release(KubernetesVersion version)
    {
        foreach (var release in LazyReleases.Value)
        {
            if (release.Version.SameRelease(version))
            {
                return release;
            }
        }

        throw new ActionException($"Kubernetes {version} is not known", hint: $"Known are {Versions[0]} to {Versions[^1]}.");
    }

    private static Dictionary<string, Lazy<SchemaPack>> ReadCustomResources()
    {
        var packs = new Dictionary<string, Lazy<SchemaPack>>(StringComparer.Ordinal);
        var groups = new Dictionary<string, Lazy<SchemaPack>>(StringComparer.Ordinal);
        using var stream = typeof(EmbeddedSchemas).Assembly.GetManifestResourceStream("schemas/custom-resources")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(' ') is [var group, var name] && group[0] != '#')
            {
                if (!packs.TryGetValue(name, out var pack))
                {
                    packs.Add(name, pack = new Lazy<SchemaPack>(() => SchemaPack.Open($"schemas/{name}")));
                }

                groups.Add(group, pack);
            }
        }

        return groups;
    }

    private static EmbeddedRelease[] ReadReleases()
    {
        return [.. Kubernetes.Releases.Select((release, index) => new EmbeddedRelease(Read(release.Name), index, release.Origin))];

        static KubernetesVersion Read(string name) =>
            KubernetesVersion.TryParse(name, out var version) ? version : throw new FormatException($"'{name}' is no version");
    }

    // Deferred, so that naming the list does not read the data.
    private sealed class VersionList : IReadOnlyList<KubernetesVersion>
    {
        public int Count => LazyReleases.Value.Length;

        public KubernetesVersion this[int index] => LazyReleases.Value[index].Version;

        public IEnumerator<KubernetesVersion> GetEnumerator() => LazyReleases.Value.Select(r => r.Version).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>A release that can be asked for.</summary>
/// <param name="Version">The release.</param>
/// <param name="Index">Its place in the data.</param>
/// <param name="Origin">What its schemas were made from.</param>
internal sealed record EmbeddedRelease(KubernetesVersion Version, int Index, string Origin)
{
    /// <summary>Its name in reports. Of a release without a source of its own, it names the releases that stand in for it.</summary>
    public string Name { get; } = Origin.Split(' ') is ["between", var lower, "and", var upper, ..]
        ? $"Kubernetes {Version} (made from {lower} and {upper})"
        : $"Kubernetes {Version}";
}
