namespace Actions.Shared.Images.Registries;

/// <summary>How registries are asked.</summary>
public sealed record RegistryOptions
{
    /// <summary>Names and passwords; none unless told.</summary>
    public RegistryCredentials Credentials { get; init; } = RegistryCredentials.None;

    /// <summary>Registries, with their ports, that are spoken to without TLS. Those on loopback always are.</summary>
    public IReadOnlySet<string> PlainHttp { get; init; } = new HashSet<string>();

    /// <summary>Longest wait for one answer, its content included. The default is 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is made that fails for now: 429, 502, 503, 504 or no connection. The default is 4.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Longest wait before another attempt; a registry that asks for more is not waited for. The default is one minute.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Largest manifest, configuration or page of tags, in bytes. The default is 4 MiB, what registries take as a manifest.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most tags of a repository. The default is 200,000.</summary>
    public int MaxTags { get; init; } = 200_000;
}

/// <summary>What an image runs on.</summary>
/// <param name="Os">Operating system, for example <c>linux</c>.</param>
/// <param name="Architecture">Processor, for example <c>amd64</c>.</param>
/// <param name="Variant">Variant of the processor, for example <c>v7</c>; null if there is none.</param>
public sealed record ImagePlatform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>Whether an image for this platform runs on <paramref name="wanted"/>; one that names no variant takes any.</summary>
    public bool Serves(ImagePlatform wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Os == wanted.Os && Architecture == wanted.Architecture && (wanted.Variant is null || wanted.Variant == Variant);
    }

    /// <summary>Reads <c>os/architecture[/variant]</c>.</summary>
    /// <exception cref="FormatException">It is not; the message says what to write.</exception>
    public static ImagePlatform Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') switch
        {
            [{ Length: > 0 } os, { Length: > 0 } architecture] => new ImagePlatform(os, architecture),
            [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] => new ImagePlatform(os, architecture, variant),
            _ => throw new FormatException("Write os/architecture, for example linux/amd64."),
        };
    }

    /// <inheritdoc />
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}

/// <summary>The image of one platform in an index.</summary>
/// <param name="Platform">What it runs on.</param>
/// <param name="Digest">Digest of its manifest.</param>
public sealed record PlatformManifest(ImagePlatform Platform, string Digest);

/// <summary>What a registry knows of an image.</summary>
/// <param name="Digest">Digest of what the reference leads to: of the index, if there is one for several platforms.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Platforms">What it runs on, in the order of the index; attestations are left out. Empty for what is no container image.</param>
/// <param name="Created">When it was built, as it says itself; null if it does not, or says the epoch as reproducible builds do.</param>
public sealed record ImageDetails(string Digest, string MediaType, IReadOnlyList<ImagePlatform> Platforms, DateTimeOffset? Created)
{
    /// <summary>The images that the index lists, in its order; attestations are left out. Empty for an image of one platform.</summary>
    public IReadOnlyList<PlatformManifest> Manifests { get; init; } = [];

    /// <summary>Digest of the configuration, by which runtimes name an image on a node; null for an index.</summary>
    public string? Configuration { get; init; }
}
