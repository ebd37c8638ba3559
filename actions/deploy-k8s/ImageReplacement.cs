using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Images;
using Actions.Shared.Validation.Rules;

namespace Actions.DeployK8s;

/// <summary>An image to deploy: containers whose image has the name get the reference.</summary>
/// <param name="Name">Registry and path, normalised, of the images that it replaces.</param>
/// <param name="Reference">What they become.</param>
internal sealed record ImageReplacement(string Name, string Reference)
{
    private static readonly string[] Lists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>Reads <c>name=reference</c>.</summary>
    /// <exception cref="FormatException">It is not; the message says what to write.</exception>
    public static ImageReplacement Parse(string text)
    {
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts is not [{ Length: > 0 } name, { Length: > 0 } reference])
        {
            throw new FormatException("Write the name of an image, an equals sign, and the whole reference to deploy.");
        }

        if (!ImageReference.TryParse(name, out var old) || old.Tag is not null || old.Digest is not null)
        {
            throw new FormatException("The name before the equals sign must be an image without a tag and a digest.");
        }

        return ImageReference.TryParse(reference, out _)
            ? new ImageReplacement(old.NormalizedName, reference)
            : throw new FormatException("What follows the equals sign is no image reference.");
    }

    /// <summary>The object with the images that it asks for.</summary>
    /// <param name="item">The object.</param>
    /// <param name="replacements">The images to deploy.</param>
    /// <param name="used">Receives those that matched.</param>
    public static ClusterObject Apply(ClusterObject item, IReadOnlyList<ImageReplacement> replacements, ISet<ImageReplacement> used)
    {
        if (replacements.Count == 0 || PodView.Path(item.Group, item.Kind) is not { } path)
        {
            return item;
        }

        var body = (JsonObject)item.Body.DeepClone();
        JsonNode? pod = body;
        foreach (var step in path)
        {
            pod = (pod as JsonObject)?[step];
        }

        foreach (var container in Lists.SelectMany(l => ((pod as JsonObject)?["spec"] as JsonObject)?[l] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (container["image"] is JsonValue value && value.TryGetValue<string>(out var image) && ImageReference.TryParse(image, out var reference)
                && replacements.FirstOrDefault(r => r.Name == reference.NormalizedName) is { } replacement)
            {
                container["image"] = replacement.Reference;
                used.Add(replacement);
            }
        }

        return new ClusterObject(body);
    }
}
