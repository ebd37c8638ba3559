using System.Buffers;
using System.Globalization;
using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

/// <summary>The way from the document's root to the node being looked at; texts are only built when somebody asks.</summary>
internal sealed class FieldPath
{
    private static readonly SearchValues<char> Misleading = SearchValues.Create("./ []\"\r\n");

    private Step[] _steps = new Step[32];
    private int _used;

    /// <summary>One node on the way: the key or, when that is null, the index that leads to it from the node before.</summary>
    public readonly record struct Step(YamlNode Node, Schema Schema, YamlScalar? Key, int Index);

    /// <summary>Number of nodes on the way, the root included.</summary>
    public int Count { get; private set; }

    /// <summary>The node being looked at.</summary>
    public ref readonly Step Last => ref _steps[Count - 1];

    /// <summary>The node at <paramref name="depth"/>, 0 being the root.</summary>
    public ref readonly Step this[int depth] => ref _steps[depth];

    public void Push(YamlNode node, Schema schema, YamlScalar? key, int index)
    {
        if (Count == _steps.Length)
        {
            Array.Resize(ref _steps, Count * 2);
        }

        _steps[Count++] = new Step(node, schema, key, index);
        _used = Math.Max(_used, Count);
    }

    public void Pop() => Count--;

    /// <summary>Empties the path and lets go of all nodes.</summary>
    public void Clear()
    {
        Array.Clear(_steps, 0, _used);
        Count = _used = 0;
    }

    /// <summary>JSON pointer to the node being looked at, or to <paramref name="child"/> in it.</summary>
    public string Pointer(string? child = null)
    {
        var result = new StringBuilder();
        for (var i = 1; i < Count; i++)
        {
            AppendToken(result, _steps[i].Key?.Value ?? _steps[i].Index.ToString(CultureInfo.InvariantCulture));
        }

        if (child is not null)
        {
            AppendToken(result, child);
        }

        return result.ToString();
    }

    /// <summary>The node at <paramref name="depth"/> for a person: <c>spec.containers[0]</c>, the kind for the root.</summary>
    public string Name(int depth, bool numbered = true)
    {
        if (depth == 0)
        {
            return _steps[0].Node is YamlMapping root && root.TryGetValue("kind", out var kind) && kind is YamlScalar { Type: YamlScalarType.String, Value.Length: > 0 } name
                ? name.Value
                : "the object";
        }

        var result = new StringBuilder();
        for (var i = 1; i <= depth; i++)
        {
            if (_steps[i].Key is { } key)
            {
                AppendKey(result, key.Value);
            }
            else
            {
                result.Append('[').Append(numbered ? _steps[i].Index.ToString(CultureInfo.InvariantCulture) : "").Append(']');
            }
        }

        return result.ToString();
    }

    /// <summary>The node being looked at, in backticks unless it is an object without a kind.</summary>
    public string Name() => Name(Count - 1) is var name && name == "the object" ? name : $"`{name}`";

    /// <summary>Name of <paramref name="child"/> of the node being looked at, in backticks.</summary>
    public string NameOf(string child)
    {
        var result = new StringBuilder(Count > 1 ? Name(Count - 1) : "");
        AppendKey(result, child);
        return $"`{result}`";
    }

    /// <summary>What to underline when the node being looked at is at fault as a whole: the node if it fits one line, else its key, else its first key.</summary>
    public TextRegion Region()
    {
        ref readonly var last = ref Last;
        if (last.Node is YamlScalar || last.Node.Span.StartLine == last.Node.Span.EndLine)
        {
            return last.Node.Region;
        }

        return Owner();
    }

    /// <summary>What to underline when the node being looked at lacks something: its key, for items and the root its first key.</summary>
    public TextRegion Owner()
    {
        ref readonly var last = ref Last;
        if (last.Key is { } key)
        {
            return key.Region;
        }

        if (last.Node is YamlMapping mapping)
        {
            foreach (var entry in mapping)
            {
                if (!entry.IsMerged)
                {
                    return entry.Key.Region;
                }
            }
        }

        return last.Node.Region;
    }

    /// <summary>Appends <paramref name="key"/> as <c>.key</c>, or as <c>["key"]</c> where a dot would mislead.</summary>
    public static void AppendKey(StringBuilder path, string key)
    {
        var shown = key.Length <= 60 ? key : $"{key.AsSpan(0, 60)}…";
        if (shown.AsSpan().ContainsAny(Misleading))
        {
            path.Append("[\"").Append(shown.ReplaceLineEndings(" ")).Append("\"]");
        }
        else
        {
            path.Append(path.Length > 0 ? "." : "").Append(shown);
        }
    }

    private static void AppendToken(StringBuilder pointer, string token) =>
        pointer.Append('/').Append(token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
}
