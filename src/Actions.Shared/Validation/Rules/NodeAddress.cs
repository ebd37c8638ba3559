using System.Globalization;
using System.Runtime.CompilerServices;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules;

/// <summary>Where a node sits inside an object: found by identity, so rules pass nodes around and pay for an address only when they report.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901); empty for the object itself.</param>
/// <param name="Anchor">Where a reader looks for the node: its key in a mapping, or the item itself in a list.</param>
internal readonly record struct NodeAddress(string Pointer, TextRegion Anchor)
{
    /// <summary>Deep enough for most fields of a pod.</summary>
    private const int Depth = 8;

    /// <summary>The address of <paramref name="node"/> in <paramref name="root"/>; the root's own when it is not in there.</summary>
    public static NodeAddress Of(YamlNode root, YamlNode node)
    {
        if (ReferenceEquals(root, node))
        {
            return new("", FirstKey(root));
        }

        // Nearly every node stands inside the text of its parents; one that came in by an alias or a merge key does not.
        var found = new Found();
        return Search(root, node, byPlace: true, ref found) || Search(root, node, byPlace: false, ref found)
            ? new(Join(found.Steps!), found.Anchor)
            : new("", FirstKey(root));
    }

    /// <summary>The first key of a mapping, or the node itself: a short stretch to point at instead of a whole block.</summary>
    public static TextRegion FirstKey(YamlNode node) => node is YamlMapping { Count: > 0 } mapping ? mapping[0].Key.Region : node.Region;

    /// <summary>One more step on a JSON pointer.</summary>
    public static string Append(string pointer, string step) =>
        $"{pointer}/{Escape(step)}";

    private static bool Search(YamlNode current, YamlNode wanted, bool byPlace, ref Found found)
    {
        if (current is YamlMapping mapping)
        {
            for (var i = 0; i < mapping.Count; i++)
            {
                var entry = mapping[i];
                if (ReferenceEquals(entry.Key, wanted) || ReferenceEquals(entry.Value, wanted))
                {
                    found = new() { Anchor = entry.Key.Region, Steps = new(Depth) { entry.Key.Value } };
                    return true;
                }

                if (MayHold(entry.Value, wanted, byPlace) && Search(entry.Value, wanted, byPlace, ref found))
                {
                    found.Steps!.Add(entry.Key.Value);
                    return true;
                }
            }
        }
        else if (current is YamlSequence sequence)
        {
            for (var i = 0; i < sequence.Count; i++)
            {
                if (ReferenceEquals(sequence[i], wanted))
                {
                    found = new() { Anchor = FirstKey(wanted), Steps = new(Depth) { Text(i) } };
                    return true;
                }

                if (MayHold(sequence[i], wanted, byPlace) && Search(sequence[i], wanted, byPlace, ref found))
                {
                    found.Steps!.Add(Text(i));
                    return true;
                }
            }
        }

        return false;
    }

    private static bool MayHold(YamlNode node, YamlNode wanted, bool byPlace) =>
        node is not YamlScalar && (!byPlace || (node.Span.StartOffset <= wanted.Span.StartOffset && wanted.Span.EndOffset <= node.Span.EndOffset));

    private static string Text(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string Join(List<string> stepsUp)
    {
        var pointer = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        for (var i = stepsUp.Count - 1; i >= 0; i--)
        {
            pointer.AppendLiteral("/");
            pointer.AppendLiteral(Escape(stepsUp[i]));
        }

        return pointer.ToStringAndClear();
    }

    private static string Escape(string step) =>
        step.AsSpan().IndexOfAny('~', '/') < 0 ? step : step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>What a search has found, from the node upwards.</summary>
    private struct Found
    {
        public TextRegion Anchor;
        public List<string>? Steps;
    }
}
