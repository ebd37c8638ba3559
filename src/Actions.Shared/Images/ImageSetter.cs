using System.Text.Json.Nodes;

namespace Actions.Shared.Images;

/// <summary>An image that was found in an object.</summary>
/// <param name="Change">The change that means it.</param>
/// <param name="Pointer">JSON pointer from the object to the field.</param>
/// <param name="Old">The reference before.</param>
/// <param name="New">The reference afterwards; the same when there was nothing to do.</param>
public sealed record ImageMatch(ImageChange Change, string Pointer, string Old, string New);

/// <summary>
/// Sets images in objects in memory, as a cluster gets them: containers of every list and kind, and image volumes. The rules are those of
/// <see cref="ImageBumper"/>.
/// </summary>
public static class ImageSetter
{
    private const int MaxDepth = 200;

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
            Object(body, "", changes, matches);
        }

        return matches;
    }

    private static void Object(JsonObject body, string pointer, IReadOnlyList<ImageChange> changes, List<ImageMatch> matches)
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
                    Object(item, $"{pointer}/items/{i}", changes, matches);
                }
            }

            return;
        }

        Walk(body, pointer, 0, changes, matches);
    }

    private static void Walk(JsonNode? node, string pointer, int depth, IReadOnlyList<ImageChange> changes, List<ImageMatch> matches)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                Walk(array[i], $"{pointer}/{i}", depth + 1, changes, matches);
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
                        Item(key, item, $"{place}/{i}/image", changes, matches);
                    }
                }
            }

            Walk(value, place, depth + 1, changes, matches);
        }
    }

    private static void Item(string list, JsonObject item, string pointer, IReadOnlyList<ImageChange> changes, List<ImageMatch> matches)
    {
        if (list == "volumes")
        {
            if (item["image"] is JsonObject volume)
            {
                Set(volume, "reference", null, $"{pointer}/reference", changes, matches);
            }
        }
        else
        {
            Set(item, "image", Text(item["name"]), pointer, changes, matches);
        }
    }

    private static void Set(JsonObject owner, string key, string? container, string pointer, IReadOnlyList<ImageChange> changes, List<ImageMatch> matches)
    {
        if (Text(owner[key]) is not { } old || !ImageReference.TryParse(old, out var current)
            || changes.FirstOrDefault(c => c.Matches(current) && (c.Container is null || c.Container == container)) is not { } change)
        {
            return;
        }

        var now = change.ApplyTo(current).ToString();
        matches.Add(new ImageMatch(change, pointer, old, now));
        if (now != old)
        {
            owner[key] = now;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
