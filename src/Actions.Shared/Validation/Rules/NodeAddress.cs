using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules;

/// <summary>Where a node sits inside an object: found by identity, so rules pass nodes around and pay for an address only when they report.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901); empty for the object itself.</param>
/// <param name="Anchor">Where a reader looks for the node: its key in a mapping, or the item itself in a list.</param>
internal readonly record struct NodeAddress(string Pointer, TextRegion Anchor)
{
    /// <summary>The address of <paramref name="node"/> in <paramref name="root"/>; the root's own when it is not in there.</summary>
    public static NodeAddress Of(YamlNode root, YamlNode node)
    {
        var steps = new List<string>();
        TextRegion? anchor = null;
        return Search(root, node, steps, ref anchor)
            ? new(Join(steps), anchor ?? FirstKey(root))
            : new("", FirstKey(root));
    }

    /// <summary>The first key of a mapping, or the node itself: a short stretch to point at instead of a whole block.</summary>
    public static TextRegion FirstKey(YamlNode node) => node is YamlMapping { Count: > 0 } mapping ? mapping[0].Key.Region : node.Region;

    /// <summary>One more step on a JSON pointer.</summary>
    public static string Append(string pointer, string step) =>
        $"{pointer}/{step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static bool Search(YamlNode current, YamlNode wanted, List<string> steps, ref TextRegion? anchor)
    {
        if (ReferenceEquals(current, wanted))
        {
            return true;
        }

        if (current is YamlMapping mapping)
        {
            foreach (var entry in mapping)
            {
                steps.Add(entry.Key.Value);
                if (ReferenceEquals(entry.Key, wanted) || Search(entry.Value, wanted, steps, ref anchor))
                {
                    anchor ??= entry.Key.Region;
                    return true;
                }

                steps.RemoveAt(steps.Count - 1);
            }
        }
        else if (current is YamlSequence sequence)
        {
            for (var i = 0; i < sequence.Count; i++)
            {
                steps.Add(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
                if (Search(sequence[i], wanted, steps, ref anchor))
                {
                    anchor ??= FirstKey(sequence[i]);
                    return true;
                }

                steps.RemoveAt(steps.Count - 1);
            }
        }

        return false;
    }

    private static string Join(List<string> steps)
    {
        var pointer = "";
        foreach (var step in steps)
        {
            pointer = Append(pointer, step);
        }

        return pointer;
    }
}
