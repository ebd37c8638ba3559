using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actions.Shared.Clusters;
using Actions.Shared.Images;

namespace Actions.AccountReview.Rules;

/// <summary>Collects what clusters and manifests use.</summary>
internal sealed partial class UsageBuilder
{
    private static readonly string[] MetadataMaps = ["annotations", "labels"];

    private readonly Dictionary<string, string> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _manifests = new(StringComparer.Ordinal);
    private readonly HashSet<string> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _clusterImages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<ExpiringNamespace> _namespaces = [];
    private readonly List<string> _unread = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, NodeUse>> _nodes = new(StringComparer.Ordinal);

    /// <summary>Notes that a cluster was asked for everything that it uses.</summary>
    public void AddCluster(string id) => _asked.Add(id);

    /// <summary>Notes a manifest of which it is not known what it names.</summary>
    public void AddUnread(string place) => _unread.Add(place);

    /// <summary>Notes what the nodes of a cluster are asked for.</summary>
    public void AddNodes(string cluster, IReadOnlyDictionary<string, NodeUse> nodes) => _nodes[cluster] = nodes;

    /// <summary>
    /// Notes what an object of a cluster uses: the volume of a PersistentVolume, the load balancer and the address of a Service, the images of pods and of
    /// whatever makes pods, those of old ReplicaSets included, to which a Deployment may go back.
    /// </summary>
    /// <param name="cluster">What messages call the cluster.</param>
    /// <param name="item">The object.</param>
    public void AddObject(string cluster, ClusterObject item)
    {
        var user = $"{item} of the cluster {cluster}";
        switch (item.Kind)
        {
            case "PersistentVolume":
                // The driver writes place/id.
                Name(_clusters, Text(item.Spec?["csi"], "volumeHandle")?.Split('/')[^1], user);
                break;
            case "Namespace":
                if (EndOf(item) is { } end)
                {
                    _namespaces.Add(new ExpiringNamespace(cluster, item.Name, end));
                }

                break;
            case "Service":
                Name(_clusters, item.Uid, user);
                foreach (var ingress in item.Status?["loadBalancer"]?["ingress"] as JsonArray ?? [])
                {
                    Name(_clusters, Text(ingress, "ip"), user);
                }

                if (item.Metadata?["annotations"] is JsonObject annotations)
                {
                    foreach (var (_, value) in annotations)
                    {
                        foreach (Match id in Id().Matches(value is JsonValue text && text.TryGetValue<string>(out var annotation) ? annotation : ""))
                        {
                            Name(_clusters, id.Value, user);
                        }
                    }
                }

                break;
        }

        if (!_clusterImages.TryGetValue(cluster, out var images))
        {
            _clusterImages[cluster] = images = new HashSet<string>(StringComparer.Ordinal);
        }

        AddImages(item.Body, images);
    }

    /// <summary>Notes every id, address and image that a file names, whatever it is: what is named there is not deleted.</summary>
    /// <param name="file">The file.</param>
    /// <param name="text">What it holds.</param>
    public void AddManifest(string file, string text)
    {
        foreach (Match id in Id().Matches(text))
        {
            Name(_manifests, id.Value.ToLowerInvariant(), file);
        }

        foreach (Match address in Address().Matches(text))
        {
            Name(_manifests, address.Value, file);
        }

        foreach (Match image in Image().Matches(text))
        {
            AddImage(image.Value);
        }
    }

    public UsageIndex Build() => new() { NamedByClusters = _clusters, NamedByManifests = _manifests, Images = _images, AskedClusters = _asked, Namespaces = _namespaces, NodeUse = _nodes, UnreadManifests = _unread, ImagesOfClusters = _clusterImages.ToDictionary(c => c.Key, c => (IReadOnlySet<string>)c.Value, StringComparer.Ordinal) };

    /// <summary>The value of a label or annotation <c>expires-at</c>, with or without a prefix; null without.</summary>
    private static string? EndOf(ClusterObject item) => MetadataMaps
        .SelectMany(m => item.Metadata?[m] as JsonObject ?? [])
        .Where(p => p.Key == "expires-at" || p.Key.EndsWith("/expires-at", StringComparison.Ordinal))
        .Select(p => p.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : null)
        .FirstOrDefault();

    /// <summary>The images in a tree, wherever a pod template lies in it.</summary>
    private void AddImages(JsonNode? node, HashSet<string> names)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    if (key is "image" or "imageID" && value is JsonValue text && text.TryGetValue<string>(out var image))
                    {
                        if (AddImage(image) is { } added)
                        {
                            names.Add(added.NormalizedName);
                        }
                    }
                    else
                    {
                        AddImages(value, names);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    AddImages(item, names);
                }

                break;
        }
    }

    /// <summary>Notes an image, as a pod would name it, and gives it; null when it is none.</summary>
    public ImageReference? AddImage(string text)
    {
        // Some container runtimes write where an image came from before its name.
        var name = text[(text.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..].Trim();
        if (!ImageReference.TryParse(name, out var image))
        {
            return null;
        }

        if (image.Digest is { } digest)
        {
            _images.Add($"{image.NormalizedName}@{digest}");
        }

        if (image.Tag is { } tag || image.Digest is null && (tag = "latest") is not null)
        {
            _images.Add($"{image.NormalizedName}:{tag}");
        }

        return image;
    }

    private static void Name(Dictionary<string, string> names, string? name, string user)
    {
        if (!string.IsNullOrEmpty(name))
        {
            names.TryAdd(name, user);
        }
    }

    private static string? Text(JsonNode? node, string key) => node is JsonObject map && map[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(@"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"(?<![\d.])(\d{1,3}\.){3}\d{1,3}(?![\d.])")]
    private static partial Regex Address();

    [GeneratedRegex(@"\brg\.[a-z-]+\.scw\.cloud/[A-Za-z0-9._/-]+(:[A-Za-z0-9._-]+)?(@sha256:[0-9a-f]{64})?")]
    private static partial Regex Image();
}
