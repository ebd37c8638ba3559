using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>
/// A node of a YAML or JSON document that knows its exact place in the file. Nodes are immutable once loaded.
/// An alias is the anchored node itself, so its place is that of the anchor.
/// </summary>
public abstract class YamlNode
{
    private protected YamlNode(YamlSpan span, string? tag)
    {
        Span = span;
        Tag = tag;
    }

    /// <summary>Where the node stands: lines, columns and offsets into the file's text.</summary>
    public YamlSpan Span { get; }

    /// <summary>The explicit tag, for example <c>!!str</c> in its long form <c>tag:yaml.org,2002:str</c>; null when there is none.</summary>
    public string? Tag { get; }

    /// <summary>Where the node stands, for a finding.</summary>
    public TextRegion Region => Span.Region;

    /// <summary>The value under <paramref name="path"/> by mapping keys, or null when any step is missing.</summary>
    public YamlNode? Find(params ReadOnlySpan<string> path)
    {
        YamlNode? node = this;
        foreach (var key in path)
        {
            node = node is YamlMapping mapping && mapping.TryGetValue(key, out var value) ? value : null;
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }
}

/// <summary>Start and end of a node. Lines and columns from 1; offsets are UTF-16 code units into the file's text from 0; ends are exclusive.</summary>
public readonly record struct YamlSpan(int StartLine, int StartColumn, int EndLine, int EndColumn, int StartOffset, int EndOffset)
{
    /// <summary>The same place as lines and columns only.</summary>
    public TextRegion Region => new(StartLine, StartColumn, EndLine, EndColumn);
}

/// <summary>How a scalar is written.</summary>
public enum YamlScalarStyle
{
    /// <summary>Without quotes.</summary>
    Plain,

    /// <summary>In single quotes.</summary>
    SingleQuoted,

    /// <summary>In double quotes.</summary>
    DoubleQuoted,

    /// <summary>A block scalar that keeps line breaks (<c>|</c>).</summary>
    Literal,

    /// <summary>A block scalar that folds line breaks (<c>&gt;</c>).</summary>
    Folded,
}

/// <summary>The type that Kubernetes' decoder (sigs.k8s.io/yaml, YAML 1.1 rules) gives a scalar.</summary>
public enum YamlScalarType
{
    /// <summary>Text.</summary>
    String,

    /// <summary>Nothing: empty, <c>~</c>, <c>null</c>.</summary>
    Null,

    /// <summary>True or false, <c>yes</c>/<c>no</c>/<c>on</c>/<c>off</c>/<c>y</c>/<c>n</c> included.</summary>
    Boolean,

    /// <summary>A whole number; <c>0777</c> is octal, <c>0x1F</c> hexadecimal, <c>1_000</c> one thousand.</summary>
    Integer,

    /// <summary>A number with a fraction or exponent, or not representable in 64 bits.</summary>
    Float,
}

/// <summary>A scalar value.</summary>
public sealed class YamlScalar : YamlNode
{
    internal YamlScalar(YamlSpan span, string value, YamlScalarStyle style, YamlScalarType type, string? tag = null)
        : base(span, tag)
    {
        Value = value;
        Style = style;
        Type = type;
    }

    /// <summary>The text after unquoting and folding, before any typing.</summary>
    public string Value { get; }

    /// <summary>How it is written.</summary>
    public YamlScalarStyle Style { get; }

    /// <summary>What Kubernetes' decoder takes it for.</summary>
    public YamlScalarType Type { get; }

    /// <inheritdoc />
    public override string ToString() => Value;
}

/// <summary>A sequence of nodes.</summary>
public sealed class YamlSequence : YamlNode, IReadOnlyList<YamlNode>
{
    private readonly YamlNode[] _items;

    internal YamlSequence(YamlSpan span, YamlNode[] items, string? tag = null)
        : base(span, tag) => _items = items;

    /// <inheritdoc />
    public int Count => _items.Length;

    /// <inheritdoc />
    public YamlNode this[int index] => _items[index];

    /// <inheritdoc />
    public IEnumerator<YamlNode> GetEnumerator() => ((IEnumerable<YamlNode>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}

/// <summary>A key and its value. Keys that are not strings are kept as their text, as Kubernetes does.</summary>
/// <param name="Key">The key, with its place.</param>
/// <param name="Value">The value, with its place.</param>
/// <param name="IsMerged">Whether the entry came in through a merge key (<c>&lt;&lt;</c>).</param>
public readonly record struct YamlEntry(YamlScalar Key, YamlNode Value, bool IsMerged);

/// <summary>A mapping in the order of the file, merge keys resolved. Of duplicate keys the first entry is kept (the loader reports the others).</summary>
public sealed class YamlMapping : YamlNode, IReadOnlyList<YamlEntry>
{
    private const int LinearLimit = 12;

    private readonly YamlEntry[] _entries;
    private Dictionary<string, int>? _index;

    internal YamlMapping(YamlSpan span, YamlEntry[] entries, string? tag = null)
        : base(span, tag) => _entries = entries;

    /// <inheritdoc />
    public int Count => _entries.Length;

    /// <inheritdoc />
    public YamlEntry this[int index] => _entries[index];

    /// <summary>The value under <paramref name="key"/>, or null.</summary>
    public YamlNode? this[string key] => TryGetValue(key, out var value) ? value : null;

    /// <summary>Whether there is an entry with <paramref name="key"/>, and its value.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out YamlNode? value)
    {
        var found = TryGetEntry(key, out var entry);
        value = found ? entry.Value : null;
        return found;
    }

    /// <summary>Whether there is an entry with <paramref name="key"/>, and the entry.</summary>
    public bool TryGetEntry(string key, out YamlEntry entry)
    {
        var index = IndexOf(key);
        entry = index < 0 ? default : _entries[index];
        return index >= 0;
    }

    /// <inheritdoc />
    public IEnumerator<YamlEntry> GetEnumerator() => ((IEnumerable<YamlEntry>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    private int IndexOf(string key)
    {
        if (_entries.Length <= LinearLimit)
        {
            for (var i = 0; i < _entries.Length; i++)
            {
                if (string.Equals(_entries[i].Key.Value, key, StringComparison.Ordinal))
                {
                    return i;
                }
            }

            return -1;
        }

        // Benign race: two threads may build the same index; either is right.
        return (_index ??= BuildIndex()).GetValueOrDefault(key, -1);
    }

    private Dictionary<string, int> BuildIndex()
    {
        var index = new Dictionary<string, int>(_entries.Length, StringComparer.Ordinal);
        for (var i = 0; i < _entries.Length; i++)
        {
            index.TryAdd(_entries[i].Key.Value, i);
        }

        return index;
    }
}
