using System.Text;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>
/// Builds the node tree of one document after another from a parser's events, without recursion. Holds one document's anchors,
/// merges and problems; the limits are kept here, before anything large is built.
/// </summary>
internal sealed class NodeBuilder(string path, LineMap lines, ManifestLimits limits)
{
    private const int PairwiseLimit = 12;

    private readonly StringPool _strings = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private Frame[] _frames = new Frame[16];
    private int _depth;
    private YamlNode[] _nodes = new YamlNode[64];
    private int _count;
    private Dictionary<string, Anchor>? _anchors;
    private List<YamlProblem>? _problems;
    private int _line;
    private YamlNode? _root;

    /// <summary>Nodes that aliases of all documents so far add when followed.</summary>
    public long AliasNodes { get; private set; }

    /// <summary>Where the collection starts that is still open; -1 if there is none.</summary>
    public int OpenFlowStart
    {
        get
        {
            for (var i = _depth - 1; i >= 0; i--)
            {
                if (_frames[i].IsFlow)
                {
                    return _frames[i].Start;
                }
            }

            return -1;
        }
    }

    /// <summary>Whether the innermost open collection is written with brackets.</summary>
    public bool InnermostIsFlow => _depth > 0 && _frames[_depth - 1].IsFlow;

    public void Begin(int line)
    {
        _depth = 0;
        _count = 0;
        _anchors = null;
        _problems = null;
        _root = null;
        _line = line;
    }

    public (YamlNode? Root, List<YamlProblem>? Problems) End() => (_root, _problems);

    public void Report(RuleDescriptor rule, int start, int end, string message, string? hint = null) =>
        (_problems ??= []).Add(new YamlProblem(rule.Id, rule.Severity, lines.Region(start, end), message, hint));

    /// <summary>Opens a collection.</summary>
    /// <param name="mapping">Whether it is a mapping.</param>
    /// <param name="flow">Whether it is written with brackets.</param>
    /// <param name="start">Where it starts; -1 for the start of its first child.</param>
    /// <param name="tag">Its tag, if any.</param>
    /// <param name="anchor">Its anchor, if any.</param>
    public void Open(bool mapping, bool flow, int start, string? tag, string? anchor)
    {
        if (_depth >= limits.MaxDepth)
        {
            throw TooDeep(Math.Max(start, 0));
        }

        if (_depth == _frames.Length)
        {
            Array.Resize(ref _frames, _frames.Length * 2);
        }

        _frames[_depth++] = new Frame
        {
            IsMapping = mapping,
            IsFlow = flow,
            Start = start,
            Tag = tag,
            AnchorName = anchor,
            Base = _count,
            Size = 1,
            LastEnd = start,
        };
        if (anchor is not null)
        {
            (_anchors ??= new(StringComparer.Ordinal))[anchor] = default;
        }
    }

    /// <summary>Closes the innermost collection.</summary>
    /// <param name="end">Where it ends; -1 for the end of its last child.</param>
    public void Close(int end)
    {
        var frame = _frames[--_depth];
        var stop = end >= 0 ? end : frame.LastEnd;
        var items = _nodes.AsSpan(frame.Base, _count - frame.Base);
        var span = lines.Span(frame.Start, stop, ref _line);
        YamlNode node = frame.IsMapping
            ? new YamlMapping(span, Entries(items, frame.HasMerge), frame.Tag)
            : new YamlSequence(span, items.Length == 0 ? [] : items.ToArray(), frame.Tag);
        _count = frame.Base;
        Add(node, frame.Start, stop, frame.Size, frame.Height + 1, frame.AnchorName);
    }

    public void Scalar(int start, int end, ReadOnlySpan<char> value, YamlScalarStyle style) =>
        Scalar(start, end, _strings.Share(value), style, null, null);

    public void Scalar(int start, int end, string value, YamlScalarStyle style, string? tag, string? anchor)
    {
        var type = ScalarTyping.Resolve(value, style, tag);
        if (tag is not null)
        {
            value = Tagged(start, end, value, tag);
        }
        else if (type == YamlScalarType.Float && value.Contains('.') && (value.EndsWith('f') || value.EndsWith('F') || value.EndsWith('n') || value.EndsWith('N')))
        {
            Report(YamlRules.Value, start, end, $"{value} has no form in JSON, so Kubernetes refuses it", "Write a finite number, or quote it if text is meant.");
        }

        var node = new YamlScalar(lines.Span(start, end, ref _line), _strings.Share(value), style, type, tag);
        Add(node, start, end, 1, 0, anchor);
    }

    public void Alias(string name, int start, int end)
    {
        if (_anchors is null || !_anchors.TryGetValue(name, out var anchor))
        {
            Report(YamlRules.Alias, start, end, $"the alias *{name} names no anchor that stands before it in this document", $"Define &{name} above, or write the value out.");
        }
        else if (anchor.Node is null)
        {
            Report(YamlRules.Alias, start, end, $"the alias *{name} stands inside its own anchor &{name}", "Write the value out; a node cannot contain itself.");
        }
        else
        {
            AliasNodes += anchor.Size;
            if (AliasNodes > limits.MaxAliasNodes)
            {
                throw TooManyAliases(path, lines.Region(start, end), limits);
            }

            if (_depth + anchor.Height > limits.MaxDepth)
            {
                throw TooDeep(start);
            }

            Add(anchor.Node, start, end, anchor.Size, anchor.Height, null);
            return;
        }

        Add(new YamlScalar(lines.Span(start, end, ref _line), "", YamlScalarStyle.Plain, YamlScalarType.Null), start, end, 1, 0, null);
    }

    public static ActionException TooManyAliases(string path, TextRegion region, ManifestLimits limits) => new(
        "Aliases expand to too much",
        $"following the aliases of this file gives more than {limits.MaxAliasNodes:N0} nodes, the limit",
        "Write the values out where they are used; a file that multiplies itself by aliases is an attack or a mistake.",
        new SourceLocation(path, region));

    private ActionException TooDeep(int start) => new(
        "YAML is nested too deeply",
        $"more than {limits.MaxDepth} levels of mappings and sequences, the limit; no Kubernetes object comes near it",
        "Check the file for unclosed brackets or generated nonsense, or exclude it with ignore-paths.",
        new SourceLocation(path, lines.Region(start, start + 1)));

    private void Add(YamlNode node, int start, int end, long size, int height, string? anchor)
    {
        if (anchor is not null)
        {
            (_anchors ??= new(StringComparer.Ordinal))[anchor] = new Anchor(node, size, height);
        }

        if (_depth == 0)
        {
            _root ??= node;
            return;
        }

        ref var frame = ref _frames[_depth - 1];
        frame.Size += size;
        frame.Height = Math.Max(frame.Height, height);
        frame.LastEnd = Math.Max(frame.LastEnd, end);
        if (frame.Start < 0)
        {
            frame.Start = start;
        }

        if (frame.IsMapping && ((_count - frame.Base) & 1) == 0 && node is YamlScalar { Style: YamlScalarStyle.Plain, Value: "<<", Tag: null or "tag:yaml.org,2002:merge" })
        {
            frame.HasMerge = true;
        }

        if (_count == _nodes.Length)
        {
            Array.Resize(ref _nodes, _nodes.Length * 2);
        }

        _nodes[_count++] = node;
    }

    private string Tagged(int start, int end, string value, string tag)
    {
        if (ScalarTyping.IsBinaryTag(tag))
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(value));
            }
            catch (FormatException)
            {
                Report(YamlRules.Value, start, end, "the !!binary value is not base64", "Encode the value with base64, or drop the tag.");
            }
        }
        else if (!ScalarTyping.FitsTag(value, tag))
        {
            var name = "!!" + tag[(tag.LastIndexOf(':') + 1)..];
            Report(YamlRules.Value, start, end, $"\"{Excerpt(value)}\" does not fit its tag {name}", "Correct the value, or drop the tag.");
        }

        return value;
    }

    private YamlEntry[] Entries(ReadOnlySpan<YamlNode> nodes, bool hasMerge)
    {
        var pairs = nodes.Length / 2;
        if (pairs == 0)
        {
            return [];
        }

        var entries = new YamlEntry[pairs];
        var count = 0;
        _seen.Clear();
        for (var i = 0; i < pairs; i++)
        {
            var value = nodes[(2 * i) + 1];
            if (hasMerge && IsMergeKey(nodes[2 * i]))
            {
                continue;
            }

            if (KeyOf(nodes[2 * i]) is not { } key)
            {
                continue;
            }

            var first = pairs <= PairwiseLimit ? IndexOf(entries.AsSpan(0, count), key.Value)
                : _seen.Add(key.Value) ? -1
                : IndexOf(entries.AsSpan(0, count), key.Value);
            if (first >= 0)
            {
                ReportDuplicate(entries[first].Key, key);
                continue;
            }

            entries[count++] = new YamlEntry(key, value, false);
        }

        if (count < entries.Length)
        {
            Array.Resize(ref entries, count);
        }

        return hasMerge ? Merge(nodes, entries) : entries;
    }

    private static bool IsMergeKey(YamlNode key) => key is YamlScalar { Style: YamlScalarStyle.Plain, Value: "<<", Tag: null or "tag:yaml.org,2002:merge" };

    private YamlScalar? KeyOf(YamlNode node)
    {
        if (node is not YamlScalar scalar)
        {
            Report(
                YamlRules.ComplexKey, node.Span.StartOffset, node.Span.EndOffset,
                $"a {(node is YamlMapping ? "mapping" : "sequence")} cannot be a key",
                "Quote the value if it starts with { or [; otherwise write the key as a string.");
            return null;
        }

        if (scalar.Type == YamlScalarType.String)
        {
            return scalar;
        }

        var text = ScalarTyping.KeyText(scalar.Value, scalar.Type);
        if (text is null)
        {
            Report(YamlRules.ComplexKey, scalar.Span.StartOffset, scalar.Span.EndOffset, "the key is empty or null, which Kubernetes refuses", "Write the key, in quotes if it is meant as text.");
            return null;
        }

        if (string.Equals(text, scalar.Value, StringComparison.Ordinal))
        {
            return scalar;
        }

        Report(
            YamlRules.AmbiguousKey, scalar.Span.StartOffset, scalar.Span.EndOffset,
            $"the unquoted key {scalar.Value} is read as the key \"{text}\"", $"Write it in quotes: \"{scalar.Value}\".");
        return new YamlScalar(scalar.Span, _strings.Share(text), scalar.Style, scalar.Type, scalar.Tag);
    }

    private void ReportDuplicate(YamlScalar first, YamlScalar second) => (_problems ??= []).Add(new YamlProblem(
        YamlRules.DuplicateKey.Id,
        YamlRules.DuplicateKey.Severity,
        second.Region,
        $"the key \"{Excerpt(second.Value)}\" is already at line {first.Span.StartLine}, column {first.Span.StartColumn}; kubectl would silently drop that one",
        "Delete one of the two, or merge their contents.")
    {
        Related = first.Region,
    });

    private YamlEntry[] Merge(ReadOnlySpan<YamlNode> nodes, YamlEntry[] explicitEntries)
    {
        var merged = new List<YamlEntry>(explicitEntries);
        var written = explicitEntries.ToDictionary(e => e.Key.Value, e => e.Key, StringComparer.Ordinal);
        var taken = new HashSet<string>(written.Keys, StringComparer.Ordinal);
        for (var i = 0; i + 1 < nodes.Length; i += 2)
        {
            if (!IsMergeKey(nodes[i]))
            {
                continue;
            }

            ReadOnlySpan<YamlNode> sources = nodes[i + 1] is YamlSequence sequence ? [.. sequence] : [nodes[i + 1]];
            foreach (var source in sources)
            {
                if (source is not YamlMapping mapping)
                {
                    Report(YamlRules.Merge, nodes[i].Span.StartOffset, nodes[i].Span.EndOffset, "the merge key << does not hold a mapping or a sequence of mappings", "Let it name an anchor of a mapping.");
                    continue;
                }

                foreach (var entry in mapping)
                {
                    if (taken.Add(entry.Key.Value))
                    {
                        merged.Add(entry with { IsMerged = true });
                    }
                    else if (written.TryGetValue(entry.Key.Value, out var own) && own.Span.StartOffset < nodes[i].Span.StartOffset)
                    {
                        Report(
                            YamlRules.MergeOrder, nodes[i].Span.StartOffset, nodes[i].Span.EndOffset,
                            $"\"{Excerpt(own.Value)}\" is written above this merge key: kubectl takes the merged value, other tools the written one",
                            "Move the merge key to the top of the mapping.");
                    }
                }
            }
        }

        return [.. merged];
    }

    private static int IndexOf(ReadOnlySpan<YamlEntry> entries, string key)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (string.Equals(entries[i].Key.Value, key, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    internal static string Excerpt(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");

    private readonly record struct Anchor(YamlNode? Node, long Size, int Height);

    private struct Frame
    {
        public bool IsMapping;
        public bool IsFlow;
        public bool HasMerge;
        public int Start;
        public int Base;
        public int LastEnd;
        public int Height;
        public long Size;
        public string? Tag;
        public string? AnchorName;
    }
}
