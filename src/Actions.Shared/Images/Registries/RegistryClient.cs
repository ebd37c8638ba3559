using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actions.Shared.Images.Registries;

/// <summary>
/// Asks registries by the OCI distribution protocol, version 2, anonymously or with credentials. Answers are bounded in size and time; what the
/// registry says of a digest is checked against the content. A failure is an <see cref="ActionException"/>.
/// </summary>
public sealed partial class RegistryClient : IDisposable
{
    private const string OciIndex = "application/vnd.oci.image.index.v1+json";
    private const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    private const string Manifests = $"{OciIndex}, {DockerIndex}, {OciManifest}, {DockerManifest}";
    private const string OciConfig = "application/vnd.oci.image.config.v1+json";
    private const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    private const string CreatedAnnotation = "org.opencontainers.image.created";
    private const int MaxDepth = 64;
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch.AddDays(1);

    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, RegistryConnection> _connections = new(StringComparer.Ordinal);

    /// <summary>A client; one for a whole run, as it remembers logins and connections.</summary>
    /// <param name="options">How registries are asked.</param>
    /// <param name="time">The clock of waits and tokens.</param>
    public RegistryClient(RegistryOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A digest is that of the bytes as they are.
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxResponseHeadersLength = 64,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("platform-actions");
    }

    /// <summary>All tags of the image's repository, as the registry orders them.</summary>
    /// <exception cref="ActionException">The repository does not exist, or the registry cannot be asked.</exception>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageReference image, CancellationToken cancellation)
    {
        var connection = Connection(image);
        var tags = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = connection.Address("tags/list?n=1000");
        while (next is not null)
        {
            if (!seen.Add(next.AbsoluteUri))
            {
                throw connection.Failure("Registry lists its tags without end", "a page leads back to an earlier one", "Ask those who run the registry.");
            }

            var answer = await connection.AskAsync(HttpMethod.Get, next, "application/json", cancellation).ConfigureAwait(false);
            if (answer.Status != HttpStatusCode.OK)
            {
                throw connection.Failure("Image repository does not exist", "the registry knows no repository of this name", "Check the name of the image.");
            }

            using var json = Parse(connection, answer.Body, "a list of tags");
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("tags", out var page) && page.ValueKind == JsonValueKind.Array)
            {
                tags.AddRange(page.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!).Where(ImageReference.IsTag));
            }

            if (tags.Count > _options.MaxTags)
            {
                throw connection.Failure("Image repository has too many tags", $"more than {_options.MaxTags:N0}", "Delete old tags, or name the tag to deploy.");
            }

            next = NextPage(connection, answer);
        }

        return tags;
    }

    /// <summary>
    /// The digest that the reference leads to: of the index, if there is one for several platforms. Null if there is no such tag, digest or repository.
    /// </summary>
    /// <param name="image">With a tag or a digest; without both, <c>latest</c>. A digest goes before a tag.</param>
    /// <param name="cancellation">Stops asking.</param>
    public async Task<string?> ResolveAsync(ImageReference image, CancellationToken cancellation)
    {
        var connection = Connection(image);
        var answer = await connection.AskAsync(HttpMethod.Head, Manifest(connection, image), Manifests, cancellation).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (answer.Status == HttpStatusCode.OK && answer.Digest is { } digest && ImageReference.IsDigest(digest))
        {
            return image.Digest is null || image.Digest == digest ? digest : throw WrongDigest(connection, image.Digest);
        }

        // The header is not obligatory, and some registries do not take HEAD.
        return (await ManifestAsync(connection, image, cancellation).ConfigureAwait(false))?.Digest;
    }

    /// <summary>What the reference leads to. Null if there is no such tag, digest or repository.</summary>
    /// <inheritdoc cref="ResolveAsync"/>
    public Task<ImageDetails?> DescribeAsync(ImageReference image, CancellationToken cancellation) => DescribeAsync(image, withDate: true, cancellation);

    /// <summary>What the reference leads to. Null if there is no such tag, digest or repository.</summary>
    /// <param name="image">With a tag or a digest; without both, <c>latest</c>. A digest goes before a tag.</param>
    /// <param name="withDate">Whether to look for the date of an index in one of its images too, which takes two more requests.</param>
    /// <param name="cancellation">Stops asking.</param>
    /// <exception cref="ActionException">The registry cannot be asked.</exception>
    public async Task<ImageDetails?> DescribeAsync(ImageReference image, bool withDate, CancellationToken cancellation)
    {
        var connection = Connection(image);
        if (await ManifestAsync(connection, image, cancellation).ConfigureAwait(false) is not var (digest, mediaType, body))
        {
            return null;
        }

        using var json = Parse(connection, body, "a manifest");
        var root = json.RootElement;
        var created = Date(Annotation(root));
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("manifests", out var entries) && entries.ValueKind == JsonValueKind.Array)
        {
            var platforms = new List<(ImagePlatform Platform, string Digest)>();
            foreach (var entry in entries.EnumerateArray())
            {
                if (RegistryConnection.Text(entry, "digest") is { } child && ImageReference.IsDigest(child)
                    && RegistryConnection.Text(entry, "mediaType") is null or OciManifest or DockerManifest
                    && entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("platform", out var platform) && Platform(platform) is { } read)
                {
                    platforms.Add((read, child));
                }
            }

            if (created is null && platforms.Count > 0 && withDate)
            {
                var sample = platforms.FirstOrDefault(p => p.Platform is { Os: "linux", Architecture: "amd64" }, platforms[0]).Digest;
                created = (await DescribeAsync(image.With(null, sample), withDate: false, cancellation).ConfigureAwait(false))?.Created;
            }

            return new ImageDetails(digest, mediaType, [.. platforms.Select(p => p.Platform).Distinct()], created)
            {
                Manifests = [.. platforms.Select(p => new PlatformManifest(p.Platform, p.Digest))],
            };
        }

        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("config", out var config)
            || RegistryConnection.Text(config, "mediaType") is not (OciConfig or DockerConfig)
            || RegistryConnection.Text(config, "digest") is not { } configDigest || !ImageReference.IsDigest(configDigest))
        {
            return new ImageDetails(digest, mediaType, [], created);
        }

        using var configuration = await ConfigAsync(connection, configDigest, cancellation).ConfigureAwait(false);
        return new ImageDetails(
            digest,
            mediaType,
            Platform(configuration.RootElement) is { } own ? [own] : [],
            created ?? Date(RegistryConnection.Text(configuration.RootElement, "created")))
        {
            Configuration = configDigest,
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }
    }

    private RegistryConnection Connection(ImageReference image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return _connections.GetOrAdd(image.NormalizedName, _ => new RegistryConnection(_http, image, _options, _time));
    }

    private static Uri Manifest(RegistryConnection connection, ImageReference image) =>
        connection.Address("manifests/" + (image.Digest ?? image.Tag ?? "latest"));

    private static async Task<(string Digest, string MediaType, byte[] Body)?> ManifestAsync(RegistryConnection connection, ImageReference image, CancellationToken cancellation)
    {
        var answer = await connection.AskAsync(HttpMethod.Get, Manifest(connection, image), Manifests, cancellation).ConfigureAwait(false);
        if (answer.Status != HttpStatusCode.OK)
        {
            return null;
        }

        // Content that is not what its digest says is a fault or an attack, whoever named the digest.
        var expected = image.Digest ?? answer.Digest;
        if (expected is not null && !Has(answer.Body, expected))
        {
            throw WrongDigest(connection, expected);
        }

        return (expected ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(answer.Body)), answer.MediaType ?? "", answer.Body);
    }

    private static async Task<JsonDocument> ConfigAsync(RegistryConnection connection, string digest, CancellationToken cancellation)
    {
        var answer = await connection.AskAsync(HttpMethod.Get, connection.Address("blobs/" + digest), null, cancellation).ConfigureAwait(false);
        return answer.Status != HttpStatusCode.OK
            ? throw connection.Failure("Image is incomplete", "its configuration is not in the registry", "Push the image again.")
            : !Has(answer.Body, digest) ? throw WrongDigest(connection, digest)
            : Parse(connection, answer.Body, "a configuration");
    }

    private static bool Has(byte[] body, string digest) => digest[..digest.IndexOf(':', StringComparison.Ordinal)] switch
    {
        "sha256" => digest == "sha256:" + Convert.ToHexStringLower(SHA256.HashData(body)),
        "sha512" => digest == "sha512:" + Convert.ToHexStringLower(SHA512.HashData(body)),
        _ => false,
    };

    private static ActionException WrongDigest(RegistryConnection connection, string expected) => connection.Failure(
        "Registry answers with other content", $"it does not have the digest {expected}", "Do not use this image before it is clear why.");

    private static JsonDocument Parse(RegistryConnection connection, byte[] body, string what)
    {
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            throw connection.Failure("Registry answers with something else than JSON", $"{what} was expected", "Check that the name leads to a registry.", e);
        }
    }

    private static Uri? NextPage(RegistryConnection connection, RegistryAnswer answer)
    {
        if (answer.Link is not { Length: <= 8192 } link || Next().Match(link) is not { Success: true } match)
        {
            return null;
        }

        return Uri.TryCreate(answer.Address, match.Groups["address"].Value, out var next) && RegistryConnection.SameOrigin(next, answer.Address)
            ? next
            : throw connection.Failure("Registry lists its tags elsewhere", "the next page is not on the same host", "Ask those who run the registry.");
    }

    private static ImagePlatform? Platform(JsonElement element) =>
        RegistryConnection.Text(element, "os") is { Length: > 0 } os and not "unknown"
        && RegistryConnection.Text(element, "architecture") is { Length: > 0 } architecture
            ? new ImagePlatform(os, architecture, RegistryConnection.Text(element, "variant") is { Length: > 0 } variant ? variant : null)
            : null;

    private static string? Annotation(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("annotations", out var annotations) ? RegistryConnection.Text(annotations, CreatedAnnotation) : null;

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) && date > Epoch ? date : null;

    [GeneratedRegex("""<(?<address>[^<>]*)>\s*;[^,]*\brel\s*=\s*"?next"?""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Next();
}
