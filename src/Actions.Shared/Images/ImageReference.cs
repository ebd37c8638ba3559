using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Actions.Shared.Images;

/// <summary>
/// A container image reference, in the grammar of the OCI distribution reference:
/// <c>[registry[:port]/]path[:tag][@algorithm:digest]</c>. A port is never taken for a tag.
/// </summary>
public sealed partial record ImageReference
{
    private const string DockerHub = "docker.io";
    private const int MaxLength = 1024;
    private const int MaxPathLength = 255;
    private const int Sha256Length = 64;
    private const int Sha512Length = 128;

    private ImageReference(string? registry, string path, string? tag, string? digest)
    {
        Registry = registry;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Registry host with its port, as written, for example <c>registry.example.com:5000</c>; null when left out (Docker Hub).</summary>
    public string? Registry { get; }

    /// <summary>Path in the registry as written, for example <c>team/app</c>.</summary>
    public string Path { get; }

    /// <summary>Tag, for example <c>1.4.2</c>; null when left out.</summary>
    public string? Tag { get; }

    /// <summary>Digest with its algorithm, for example <c>sha256:…</c>; null when left out.</summary>
    public string? Digest { get; }

    /// <summary>Registry and path without tag and digest, as written.</summary>
    public string Name => Registry is null ? Path : $"{Registry}/{Path}";

    /// <summary>Registry with Docker Hub's aliases and the left-out registry as <c>docker.io</c>.</summary>
    public string NormalizedRegistry => Registry?.ToLowerInvariant() is not (null or "index.docker.io" or "registry-1.docker.io") and var registry ? registry : DockerHub;

    /// <summary>Registry and path in full: <c>nginx</c> is <c>docker.io/library/nginx</c>.</summary>
    public string NormalizedName =>
        NormalizedRegistry == DockerHub && !Path.Contains('/', StringComparison.Ordinal) ? $"{DockerHub}/library/{Path}" : $"{NormalizedRegistry}/{Path}";

    /// <summary>Reads a reference; false when <paramref name="text"/> is none. Surrounding white space is not allowed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (text.Length > MaxLength)
        {
            return false;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        var digest = at < 0 ? null : text[(at + 1)..];
        var named = at < 0 ? text : text[..at];
        var colon = named.LastIndexOf(':');
        var tag = colon > 0 && TagGrammar().IsMatch(named.AsSpan(colon + 1)) ? named[(colon + 1)..] : null;
        var name = tag is null ? named : named[..colon];

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var hasRegistry = first.AsSpan().IndexOfAny('.', ':', '[') >= 0 || first == "localhost" || first.AsSpan().ContainsAnyInRange('A', 'Z');
        var (registry, path) = hasRegistry ? (first, name[(slash + 1)..]) : (null, name);
        if (path.Length > MaxPathLength || !RepositoryPath().IsMatch(path) || (registry is not null && !Domain().IsMatch(registry)))
        {
            return false;
        }

        // Docker takes a bare name of 64 hexadecimal digits for the id of a local image.
        if ((registry is null && path.Length == Sha256Length && path.All(char.IsAsciiHexDigitLower)) || (digest is not null && !IsDigest(digest)))
        {
            return false;
        }

        reference = new ImageReference(registry, path, tag, digest);
        return true;
    }

    /// <summary>The same image, registry and path as written, with another tag and digest; null for none.</summary>
    /// <param name="tag">A tag for which <see cref="IsTag"/> holds.</param>
    /// <param name="digest">A digest for which <see cref="IsDigest"/> holds.</param>
    public ImageReference With(string? tag, string? digest) => new(Registry, Path, tag, digest);

    /// <summary>Whether <paramref name="text"/> can be a tag: at most 128 letters, digits, <c>_</c>, <c>.</c> and <c>-</c>, the last two not first.</summary>
    public static bool IsTag(string text) => TagGrammar().IsMatch(text);

    /// <summary>Whether <paramref name="text"/> can be a digest, for example <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
    public static bool IsDigest(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return DigestGrammar().IsMatch(text) && text.AsSpan(0, colon) switch
        {
            "sha256" => text.Length - colon - 1 == Sha256Length && !text.AsSpan(colon).ContainsAnyInRange('A', 'F'),
            "sha512" => text.Length - colon - 1 == Sha512Length && !text.AsSpan(colon).ContainsAnyInRange('A', 'F'),
            _ => true,
        };
    }

    /// <summary>The reference as it is written.</summary>
    public override string ToString() => $"{Name}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagGrammar();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DigestGrammar();

    [GeneratedRegex(@"^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Domain();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryPath();
}
