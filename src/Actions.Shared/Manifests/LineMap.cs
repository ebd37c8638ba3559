using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>Lines of a text: <c>\n</c>, <c>\r\n</c> and a lone <c>\r</c> end one.</summary>
internal sealed class LineMap
{
    private readonly int[] _starts;

    public LineMap(string text)
    {
        Text = text;
        var starts = new List<int>((text.Length / 24) + 4) { 0 };
        var at = 0;
        while (text.AsSpan(at).IndexOfAny('\n', '\r') is var next and >= 0)
        {
            at += next + 1;
            if (text[at - 1] == '\r' && at < text.Length && text[at] == '\n')
            {
                at++;
            }

            starts.Add(at);
        }

        _starts = [.. starts];
    }

    public string Text { get; }

    /// <summary>Number of lines; a text that ends in a line break has an empty last one.</summary>
    public int Count => _starts.Length;

    /// <summary>Number of the line, from 0, that <paramref name="offset"/> lies in; searched near <paramref name="near"/> first.</summary>
    public int LineOf(int offset, int near = 0)
    {
        var line = Math.Clamp(near, 0, _starts.Length - 1);
        for (var steps = 0; steps < 8; steps++)
        {
            if (offset < _starts[line])
            {
                line--;
            }
            else if (line + 1 < _starts.Length && offset >= _starts[line + 1])
            {
                line++;
            }
            else
            {
                return line;
            }
        }

        var found = Array.BinarySearch(_starts, offset);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Offset of the first character of <paramref name="line"/> (from 0).</summary>
    public int StartOf(int line) => _starts[line];

    /// <summary>The text of <paramref name="line"/> (from 0) without its line break.</summary>
    public ReadOnlySpan<char> TextOf(int line)
    {
        var end = line + 1 < _starts.Length ? _starts[line + 1] : Text.Length;
        return Text.AsSpan(_starts[line], end - _starts[line]).TrimEnd("\r\n");
    }

    public YamlSpan Span(int start, int end)
    {
        var line = 0;
        return Span(start, end, ref line);
    }

    /// <summary>The span between two offsets; <paramref name="near"/> remembers the line for the next call.</summary>
    public YamlSpan Span(int start, int end, ref int near)
    {
        near = LineOf(start, near);
        var last = end - _starts[near] < 64 && near + 1 < _starts.Length && end < _starts[near + 1] ? near : LineOf(end, near);
        return new YamlSpan(near + 1, start - _starts[near] + 1, last + 1, end - _starts[last] + 1, start, end);
    }

    public TextRegion Region(int start, int end) => Span(start, Math.Max(start, end)).Region;
}
