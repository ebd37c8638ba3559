using System.Text;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>A stretch of the text and what stands there afterwards.</summary>
internal readonly record struct Splice(int Start, int Length, string Text);

/// <summary>
/// Collects the edits of a file as splices of single tokens, and proves the result: read again, it must be the same tree but for the
/// fields that were meant.
/// </summary>
internal sealed class FileEditor(ManifestFile file)
{
    private readonly Dictionary<YamlScalar, string> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<YamlScalar, string> _keys = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<YamlMapping, List<(string Key, string Value)>> _added = new(ReferenceEqualityComparer.Instance);
    private readonly List<Splice> _splices = [];

    /// <summary>In the order of the text; none overlaps another.</summary>
    public IReadOnlyList<Splice> Splices => [.. _splices.OrderBy(s => s.Start)];

    /// <summary>Why an edit cannot be made, as a reason and a sentence; null if it can.</summary>
    public (string Reason, string Message)? Check(FieldEdit edit, bool isJson)
    {
        var scalar = edit.Field.Value;
        if (edit.AddTo is { } mapping)
        {
            return CheckAdded(edit, mapping);
        }

        if (_values.TryGetValue(scalar, out var planned))
        {
            return planned == edit.Value ? null : (BumpRefusals.Conflict, "an alias repeats this value for another image, which asks for something else");
        }

        if (scalar.Style is YamlScalarStyle.Literal or YamlScalarStyle.Folded || scalar.Span.StartLine != scalar.Span.EndLine)
        {
            return (BumpRefusals.BlockScalar, "the value is written over several lines");
        }

        if (scalar.Tag is not (null or StringTag))
        {
            return (BumpRefusals.Form, "the value has an explicit YAML tag other than !!str");
        }

        if (SlotEdits.ExpressionAt(scalar.Value) >= 0)
        {
            return (BumpRefusals.Template, "the value is filled in by a template or a variable");
        }

        if (edit.Key is not null && (edit.Field.Key is not { Tag: null } key || key.Span.StartLine != scalar.Span.StartLine))
        {
            return (BumpRefusals.Form, "the key is written in a way that cannot be kept");
        }

        return IsEmptyPlain(scalar) && (isJson || ColonBefore(edit.Field) < 0) ? (BumpRefusals.Form, "the value is empty in a way that cannot be kept") : null;
    }

    /// <summary>Records an edit for which <see cref="Check"/> found nothing. False when the field says it already.</summary>
    public bool Add(FieldEdit edit, bool isJson)
    {
        var scalar = edit.Field.Value;
        if (edit.AddTo is { } mapping)
        {
            if (!_added.TryGetValue(mapping, out var entries))
            {
                _added[mapping] = entries = [];
            }

            entries.Add((edit.Key!, edit.Value));
            _splices.Add(Added(edit, mapping, isJson));
            return true;
        }

        if (edit.Key is null && (_values.ContainsKey(scalar) || Says(scalar, edit.Value)))
        {
            return false;
        }

        _values[scalar] = edit.Value;
        if (edit.Key is { } newKey && edit.Field.Key is { } key)
        {
            _keys[key] = newKey;
            _splices.Add(new Splice(key.Span.StartOffset, key.Span.EndOffset - key.Span.StartOffset, Quoted(key.Style, newKey)));
        }

        _splices.Add(IsEmptyPlain(scalar)
            ? new Splice(ColonBefore(edit.Field) + 1, 0, " " + Token(scalar, edit.Value, isJson))
            : new Splice(scalar.Span.StartOffset, scalar.Span.EndOffset - scalar.Span.StartOffset, Token(scalar, edit.Value, isJson)));
        return true;
    }

    /// <summary>The text afterwards.</summary>
    public string Apply()
    {
        var result = new StringBuilder(file.Text.Length + 64);
        var at = 0;
        foreach (var splice in Splices)
        {
            result.Append(file.Text, at, splice.Start - at).Append(splice.Text);
            at = splice.Start + splice.Length;
        }

        return result.Append(file.Text, at, file.Text.Length - at).ToString();
    }

    /// <summary>Whether <paramref name="text"/>, read again, is what was meant and nothing else.</summary>
    public bool Proves(string text, ManifestLimits? limits)
    {
        ManifestFile after;
        try
        {
            after = YamlLoader.Load(file.Path, text, limits);
        }
        catch (ActionException)
        {
            return false;
        }

        if (after.Documents.Count != file.Documents.Count)
        {
            return false;
        }

        var pairs = new Dictionary<YamlNode, YamlNode>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < after.Documents.Count; i++)
        {
            var (old, now) = (file.Documents[i], after.Documents[i]);
            if (old.IsJson != now.IsJson || old.Problems.Count != now.Problems.Count || !Same(old.Root, now.Root, pairs))
            {
                return false;
            }
        }

        return true;
    }

    private const string StringTag = "tag:yaml.org,2002:str";

    private static bool IsEmptyPlain(YamlScalar scalar) => scalar.Style == YamlScalarStyle.Plain && scalar.Value.Length == 0;

    /// <summary>Whether the scalar is the text for every reader as it stands.</summary>
    private static bool Says(YamlScalar scalar, string value) =>
        scalar.Value == value && (scalar.Style != YamlScalarStyle.Plain || scalar.Tag == StringTag || PlainScalar.IsString(value));

    private static string Token(YamlScalar old, string value, bool isJson)
    {
        if (old.Style == YamlScalarStyle.Plain && !isJson
            && (old.Tag == StringTag ? PlainScalar.IsSafe(value) : PlainScalar.CanStand(value) && (old.Value.Length == 0 || PlainScalar.IsString(old.Value))))
        {
            return value;
        }

        return Quoted(old.Style == YamlScalarStyle.Plain ? YamlScalarStyle.DoubleQuoted : old.Style, value);
    }

    // What is written holds only characters of references and keys, so nothing needs an escape.
    private static string Quoted(YamlScalarStyle style, string value) => style switch
    {
        YamlScalarStyle.SingleQuoted => $"'{value}'",
        YamlScalarStyle.DoubleQuoted => $"\"{value}\"",
        _ => value,
    };

    /// <summary>Offset of the colon between a key and its empty value; -1 when something else stands between them.</summary>
    private int ColonBefore(ImageField field)
    {
        if (field.Key is not { } key)
        {
            return -1;
        }

        var at = key.Span.EndOffset;
        while (at < file.Text.Length && file.Text[at] is ' ' or '\t')
        {
            at++;
        }

        if (at >= file.Text.Length || file.Text[at] != ':')
        {
            return -1;
        }

        var rest = file.Text.AsSpan(at + 1).TrimStart(" \t");
        return rest.Length == 0 || rest[0] is '\n' or '\r' or '#' or ',' or '}' ? at : -1;
    }

    private static (string Reason, string Message)? CheckAdded(FieldEdit edit, YamlMapping mapping)
    {
        var (key, value) = (edit.Field.Key, edit.Field.Value);
        var isOwn = key is not null && key.Span.StartOffset >= mapping.Span.StartOffset && value.Span.EndOffset <= mapping.Span.EndOffset
            && value.Span.StartOffset >= key.Span.EndOffset;
        return isOwn && value.Span.StartLine == value.Span.EndLine && key!.Span.StartLine == value.Span.StartLine && value.Value.Length > 0
            ? null
            : (BumpRefusals.NoField, $"the entry has no {edit.Key}, and none can be added to the way it is written");
    }

    private Splice Added(FieldEdit edit, YamlMapping mapping, bool isJson)
    {
        var text = file.Text;
        var end = edit.Field.Value.Span.EndOffset;
        if (isJson)
        {
            return new Splice(end, 0, $", \"{edit.Key}\": \"{edit.Value}\"");
        }

        var token = PlainScalar.CanStand(edit.Value) ? edit.Value : Quoted(YamlScalarStyle.DoubleQuoted, edit.Value);
        if (text[mapping.Span.StartOffset] == '{')
        {
            return new Splice(end, 0, $", {edit.Key}: {token}");
        }

        var length = text.AsSpan(end).IndexOfAny('\n', '\r');
        var lineEnd = length < 0 ? text.Length : end + length;
        var indent = new string(' ', edit.Field.Key!.Span.StartColumn - 1);
        return new Splice(lineEnd, 0, $"{LineBreak(text, lineEnd)}{indent}{edit.Key}: {token}");
    }

    private static string LineBreak(string text, int at)
    {
        if (at >= text.Length)
        {
            at = text.AsSpan().IndexOfAny('\n', '\r');
        }

        return at < 0 ? "\n" : text[at] == '\n' ? "\n" : at + 1 < text.Length && text[at + 1] == '\n' ? "\r\n" : "\r";
    }

    /// <summary>Whether the two are the same but for what was meant; an alias must lead to the same node as before.</summary>
    private bool Same(YamlNode? old, YamlNode? now, Dictionary<YamlNode, YamlNode> pairs)
    {
        if (old is null || now is null)
        {
            return old is null && now is null;
        }

        if (pairs.TryGetValue(old, out var known))
        {
            return ReferenceEquals(known, now);
        }

        pairs[old] = now;
        return (old, now) switch
        {
            (YamlScalar a, YamlScalar b) => SameScalar(a, b, _values),
            (YamlSequence a, YamlSequence b) => a.Tag == b.Tag && a.Count == b.Count && !a.Where((n, i) => !Same(n, b[i], pairs)).Any(),
            (YamlMapping a, YamlMapping b) => SameMapping(a, b, pairs),
            _ => false,
        };
    }

    private static bool SameScalar(YamlScalar a, YamlScalar b, Dictionary<YamlScalar, string> meant) => meant.TryGetValue(a, out var value)
        ? a.Tag == b.Tag && Says(b, value)
        : a.Value == b.Value && a.Style == b.Style && a.Type == b.Type && a.Tag == b.Tag;

    private bool SameMapping(YamlMapping a, YamlMapping b, Dictionary<YamlNode, YamlNode> pairs)
    {
        var added = _added.GetValueOrDefault(a) ?? [];
        if (a.Tag != b.Tag || b.Count != a.Count + added.Count
            || added.Any(e => b[e.Key] is not YamlScalar scalar || !Says(scalar, e.Value) || a[e.Key] is not null))
        {
            return false;
        }

        var rest = added.Count == 0 ? b : b.Where(e => !added.Any(n => n.Key == e.Key.Value)).ToList() as IReadOnlyList<YamlEntry>;
        for (var i = 0; i < a.Count; i++)
        {
            if (a[i].IsMerged != rest[i].IsMerged || !SameScalar(a[i].Key, rest[i].Key, _keys) || !Same(a[i].Value, rest[i].Value, pairs))
            {
                return false;
            }
        }

        return true;
    }
}
