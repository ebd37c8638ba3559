using System.Text.Json.Nodes;

namespace Actions.Shared.Images;

/// <summary>An image that was found in an object.</summary>
/// <param name="Change">The change that means it.</param>
/// <param name="Pointer">JSON pointer from the object to the field.</param>
/// <param name="Old">The reference before.</param>
/// <param name="New">The reference afterwards; the same when there was nothing to do.</param>
public sealed record ImageMatch(ImageChange Change, string Pointer, string Old, string New);

/// <summary>A place of an object that names the image of a container, or that of a volume.</summary>
/// <param name="Pointer">JSON pointer from the object to the field.</param>
/// <param name="List">The list that it is in: <c>containers</c>, <c>initContainers</c>, <c>ephemeralContainers</c> or <c>volumes</c>.</param>
/// <param name="Name">Name of the container or of the volume; empty if it has none.</param>
/// <param name="Text">What the field says.</param>
/// <param name="Pod">What holds the list: the <c>spec</c> of a pod or of its template.</param>
public sealed record PlacedImage(string Pointer, string List, string Name, string Text, JsonObject Pod);

/// <summary>
/// Reads and sets images in objects in memory, as a cluster gets them: containers of every list and kind, and image volumes. The rules are those of
/// <see cref="ImageBumper"/>.
/// </summary>
public static class ImageSetter
{
    private const int MaxDepth = 200;

    /// <summary>The images of an object, in its order. A CustomResourceDefinition has none.</summary>
    public static IReadOnlyList<PlacedImage> List(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var found = new List<PlacedImage>();
        Object(body, "", (place, _, _) => found.Add(place));
        return found;
    }

    /// <summary>Changes <paramref name="body"/> in place, and says what was meant, in the order of the object.</summary>
    /// <param name="body">The object; clone it first if it is shared. A CustomResourceDefinition is left alone.</param>
    /// <param name="changes">What is wanted; where two mean the same place, the first holds.</param>
    public static IReadOnlyList<ImageMatch> Apply(JsonObject body, IReadOnlyList<ImageChange> changes)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(changes);
        var matches = new List<ImageMatch>();
        if (changes.Count > 0)
        {
            Object(body, "", (place, owner, key) =>
            {
                var container = place.List == "volumes" ? null : place.Name;
                if (ImageReference.TryParse(place.Text, out var current)
                    && changes.FirstOrDefault(c => c.Matches(current) && (c.Container is null || c.Container == container)) is { } change)
                {
                    var now = change.ApplyTo(current).ToString();
                    matches.Add(new ImageMatch(change, place.Pointer, place.Text, now));
                    owner[key] = now;
                }
            });
        }

        return matches;
    }

    /// <summary>Changes the images of <paramref name="body"/> in place.</summary>
    /// <param name="body">The object; clone it first if it is shared.</param>
    /// <param name="now">What a place is to say; the same text, or null, to leave it as it is.</param>
    public static void Replace(JsonObject body, Func<PlacedImage, string?> now)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(now);
        Object(body, "", (place, owner, key) => owner[key] = now(place) ?? place.Text);
    }

    private delegate void Visitor(PlacedImage place, JsonObject owner, string key);

    private static void Object(JsonObject body, string pointer, Visitor visit)
    {
        var kind = Text(body["kind"]) ?? "";
        if (kind == "CustomResourceDefinition")
        {
            return;
        }

        if (kind.EndsWith("List", StringComparison.Ordinal) && body["items"] is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (items[i] is JsonObject item)
                {
                    Object(item, $"{pointer}/items/{i}", visit);
                }
            }

            return;
        }

        Walk(body, pointer, 0, visit);
    }

    private static void Walk(JsonNode? node, string pointer, int depth, Visitor visit)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                Walk(array[i], $"{pointer}/{i}", depth + 1, visit);
            }
        }

        if (node is not JsonObject mapping)
        {
            return;
        }

        foreach (var (key, value) in mapping)
        {
            if (value is not (JsonObject or JsonArray))
            {
                continue;
            }

            var place = $"{pointer}/{ImageLocator.Step(key)}";
            if (value is JsonArray list && key is "containers" or "initContainers" or "ephemeralContainers" or "volumes")
            {
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is JsonObject item)
                    {
                        Item(key, item, $"{place}/{i}/image", mapping, visit);
                    }
                }
            }

            Walk(value, place, depth + 1, visit);
        }
    }

    private static void Item(string list, JsonObject item, string pointer, JsonObject pod, Visitor visit)
    {
        var (owner, key, place) = list == "volumes" ? (item["image"] as JsonObject, "reference", $"{pointer}/reference") : (item, "image", pointer);
        if (owner is not null && Text(owner[key]) is { } text)
        {
            visit(new PlacedImage(place, list, Text(item["name"]) ?? "", text, pod), owner, key);
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
