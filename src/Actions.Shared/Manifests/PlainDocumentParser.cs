using System.Buffers;
using System.Text;

namespace Actions.Shared.Manifests;

/// <summary>
/// Reads the YAML that nearly all manifests are written in, at about ten times the speed of a full parser: block mappings and sequences,
/// scalars on one line, literal blocks, brackets on one line. It never guesses: anything else (anchors, tags, folding, tabs, carriage returns,
/// and every mistake) makes it give up, and the document is left to <see cref="YamlDocumentParser"/>, with which it agrees to the character.
/// </summary>
internal sealed class PlainDocumentParser(string text, NodeBuilder builder)
{
    private const int MaxFlowDepth = 32;

    private static readonly SearchValues<char> Unusual = SearchValues.Create("\t\r\u0085\u2028\u2029\uFEFF");

    private Level[] _levels = new Level[16];
    private int _depth;
    private int _end;

    /// <summary>Reads the text between two offsets, which holds one document. False if it is beyond this reader; the builder is to be reset then.</summary>
    public bool TryParse(int start, int end)
    {
        if (text.AsSpan(start, end - start).ContainsAny(Unusual))
        {
            return false;
        }

        _depth = 0;
        _end = end;
        for (var lineStart = start; lineStart < end;)
        {
            var lineEnd = EndOfLine(lineStart);
            var indent = text.AsSpan(lineStart, lineEnd - lineStart).IndexOfAnyExcept(' ');
            if (indent < 0 || text[lineStart + indent] == '#')
            {
                lineStart = lineEnd + 1;
                continue;
            }

            var next = Line(lineStart, lineStart + indent, lineEnd);
            if (next < 0)
            {
                return false;
            }

            lineStart = next;
        }

        while (_depth > 0)
        {
            CloseLevel();
        }

        return true;
    }

    /// <summary>Reads one line, and further ones if a literal block starts on it. Gives the start of the next line, or -1 to give up.</summary>
    private int Line(int lineStart, int at, int lineEnd)
    {
        var column = at - lineStart;
        if (column == 0 && text[at] is '-' or '.' or '%' && (text[at] == '%' || text.AsSpan(at, lineEnd - at).StartsWith("---") || text.AsSpan(at, lineEnd - at).StartsWith("...")))
        {
            return -1;
        }

        if (!Settle(column, IsDash(at, lineEnd)))
        {
            return -1;
        }

        while (IsDash(at, lineEnd))
        {
            column = at - lineStart;
            if (!OpenIfExpected(false, column, at))
            {
                return -1;
            }

            ref var level = ref _levels[_depth - 1];
            if (level.Pending)
            {
                return -1;
            }

            level.Pending = true;
            level.PendingAt = at + 1;
            at = SkipBlanks(at + 1, lineEnd);
            if (IsEnd(at, lineEnd))
            {
                return lineEnd + 1;
            }
        }

        return Content(lineStart, at, lineEnd);
    }

    /// <summary>A key with its value, or a value.</summary>
    private int Content(int lineStart, int at, int lineEnd)
    {
        var quoted = text[at] is '"' or '\'';
        int tokenEnd;
        if (quoted)
        {
            tokenEnd = EndOfQuoted(at, lineEnd);
            if (tokenEnd < 0)
            {
                return -1;
            }
        }
        else
        {
            tokenEnd = CanStartPlain(at, lineEnd) ? EndOfKey(at, lineEnd) : -1;
        }

        if (tokenEnd < 0 || tokenEnd >= lineEnd || text[tokenEnd] != ':')
        {
            return _depth > 0 && _levels[_depth - 1].Pending ? Value(at, lineEnd) : -1;
        }

        if (tokenEnd + 1 < lineEnd && text[tokenEnd + 1] != ' ')
        {
            return -1;
        }

        if (!OpenIfExpected(true, at - lineStart, at))
        {
            return -1;
        }

        if (quoted)
        {
            if (!Quoted(at, tokenEnd))
            {
                return -1;
            }
        }
        else
        {
            builder.Scalar(at, tokenEnd, text.AsSpan(at, tokenEnd - at), YamlScalarStyle.Plain);
        }

        ref var level = ref _levels[_depth - 1];
        level.Pending = true;
        level.PendingAt = tokenEnd + 1;
        var value = SkipBlanks(tokenEnd + 1, lineEnd);
        return IsEnd(value, lineEnd) ? lineEnd + 1
            : IsDash(value, lineEnd) ? -1
            : Value(value, lineEnd);
    }

    /// <summary>The value that the innermost level waits for.</summary>
    private int Value(int at, int lineEnd)
    {
        ref var level = ref _levels[_depth - 1];
        level.Pending = false;
        int end;
        switch (text[at])
        {
            case '"' or '\'':
                end = EndOfQuoted(at, lineEnd);
                if (end < 0 || !Quoted(at, end))
                {
                    return -1;
                }

                break;
            case '{' or '[':
                end = Flow(at, lineEnd, 0);
                if (end < 0)
                {
                    return -1;
                }

                break;
            case '|':
                return Literal(at, lineEnd, level.Indent);
            default:
                return CanStartPlain(at, lineEnd) ? Plain(at, lineEnd) : -1;
        }

        return IsEnd(SkipBlanks(end, lineEnd), lineEnd) && (end == lineEnd || text[end] == ' ') ? lineEnd + 1 : -1;
    }

    private int Plain(int at, int lineEnd)
    {
        var span = text.AsSpan(at, lineEnd - at);
        if (span.IndexOf(" #") is var comment and >= 0)
        {
            span = span[..comment];
        }

        span = span.TrimEnd(' ');
        if (span[^1] == ':' || span.Contains(": ", StringComparison.Ordinal))
        {
            return -1;
        }

        builder.Scalar(at, at + span.Length, span, YamlScalarStyle.Plain);
        return lineEnd + 1;
    }

    /// <summary>A literal block with an indentation of its own; <paramref name="parent"/> is the column that it must be deeper than.</summary>
    private int Literal(int at, int lineEnd, int parent)
    {
        var header = text.AsSpan(at + 1, lineEnd - at - 1).TrimEnd(' ');
        if (header is not ([] or ['-'] or ['+']))
        {
            return -1;
        }

        var value = new StringBuilder();
        var blanks = 0;
        var indent = -1;
        var lineStart = lineEnd + 1;
        var any = false;
        while (lineStart < _end)
        {
            var stop = EndOfLine(lineStart);
            var line = text.AsSpan(lineStart, stop - lineStart);
            var column = line.IndexOfAnyExcept(' ');
            if (column < 0)
            {
                if (indent >= 0 ? line.Length > indent : line.Length > 0)
                {
                    // Blanks deeper than the text count as text.
                    return -1;
                }

                blanks++;
                lineStart = stop + 1;
                continue;
            }

            if (indent < 0)
            {
                indent = column;
                if (indent <= parent)
                {
                    return -1;
                }
            }

            if (column < indent)
            {
                if (column > parent)
                {
                    return -1;
                }

                break;
            }

            value.Append('\n', any ? blanks + 1 : blanks).Append(line[indent..]);
            any = true;
            blanks = 0;
            lineStart = stop + 1;
        }

        if (!any)
        {
            return -1;
        }

        var last = Math.Min(lineStart, _end);
        if (text[last - 1] != '\n')
        {
            return -1;
        }

        if (header is not ['-'])
        {
            value.Append('\n', header is ['+'] ? blanks + 1 : 1);
        }

        var result = value.ToString();
        builder.Scalar(at, BlockScalarSpan.End(text, at, last, result), result, YamlScalarStyle.Literal, null, null);
        return lineStart;
    }

    /// <summary>Brackets on one line. Gives the offset behind them, or -1 to give up.</summary>
    private int Flow(int at, int lineEnd, int depth)
    {
        if (depth > MaxFlowDepth)
        {
            return -1;
        }

        var isMapping = text[at] == '{';
        var close = isMapping ? '}' : ']';
        builder.Open(isMapping, true, at, null, null);
        at = SkipBlanks(at + 1, lineEnd);
        if (at < lineEnd && text[at] == close)
        {
            builder.Close(at + 1);
            return at + 1;
        }

        while (at < lineEnd)
        {
            if (isMapping)
            {
                at = FlowScalar(at, lineEnd);
                if (at < 0 || at + 1 >= lineEnd || text[at] != ':' || text[at + 1] != ' ')
                {
                    return -1;
                }

                at = SkipBlanks(at + 1, lineEnd);
                if (at >= lineEnd)
                {
                    return -1;
                }
            }

            at = text[at] is '{' or '[' ? Flow(at, lineEnd, depth + 1) : FlowScalar(at, lineEnd);
            if (at < 0)
            {
                return -1;
            }

            at = SkipBlanks(at, lineEnd);
            if (at >= lineEnd)
            {
                return -1;
            }

            if (text[at] == close)
            {
                builder.Close(at + 1);
                return at + 1;
            }

            if (text[at] != ',' || at + 1 >= lineEnd || text[at + 1] != ' ')
            {
                return -1;
            }

            at = SkipBlanks(at + 1, lineEnd);
            if (at < lineEnd && text[at] == close)
            {
                return -1;
            }
        }

        return -1;
    }

    private int FlowScalar(int at, int lineEnd)
    {
        if (text[at] is '"' or '\'')
        {
            var quotedEnd = EndOfQuoted(at, lineEnd);
            return quotedEnd >= 0 && Quoted(at, quotedEnd) ? quotedEnd : -1;
        }

        if (!CanStartPlain(at, lineEnd) || text[at] == '-' && (at + 1 >= lineEnd || text[at + 1] is ',' or '[' or ']' or '{' or '}'))
        {
            return -1;
        }

        var end = at;
        while (end < lineEnd && text[end] is not (',' or '[' or ']' or '{' or '}' or ':' or '#' or '?'))
        {
            end++;
        }

        if (end >= lineEnd || text[end] is '[' or '{' or '#' or '?')
        {
            return -1;
        }

        if (text[end] == ':')
        {
            // A colon inside of a word, as in an image or URL, is left to the full parser unless it ends a key.
            if (end + 1 >= lineEnd || text[end + 1] != ' ')
            {
                return -1;
            }
        }

        var span = text.AsSpan(at, end - at).TrimEnd(' ');
        if (text[end] == ':' && span.Length != end - at)
        {
            return -1;
        }

        builder.Scalar(at, at + span.Length, span, YamlScalarStyle.Plain);
        return at + span.Length;
    }

    private bool Quoted(int at, int end)
    {
        var inner = text.AsSpan(at + 1, end - at - 2);
        if (text[at] == '\'')
        {
            if (inner.Contains('\''))
            {
                builder.Scalar(at, end, inner.ToString().Replace("''", "'", StringComparison.Ordinal), YamlScalarStyle.SingleQuoted, null, null);
            }
            else
            {
                builder.Scalar(at, end, inner, YamlScalarStyle.SingleQuoted);
            }

            return true;
        }

        if (!inner.Contains('\\'))
        {
            builder.Scalar(at, end, inner, YamlScalarStyle.DoubleQuoted);
            return true;
        }

        var value = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] != '\\')
            {
                value.Append(inner[i]);
                continue;
            }

            switch (inner[++i])
            {
                case '"' or '\\' or '/':
                    value.Append(inner[i]);
                    break;
                case 'n':
                    value.Append('\n');
                    break;
                case 't':
                    value.Append('\t');
                    break;
                default:
                    return false;
            }
        }

        builder.Scalar(at, end, value.ToString(), YamlScalarStyle.DoubleQuoted, null, null);
        return true;
    }

    /// <summary>Ends what a line at <paramref name="column"/> ends. False if the line fits nowhere.</summary>
    private bool Settle(int column, bool isDash)
    {
        if (_depth == 0)
        {
            return column == 0;
        }

        ref var top = ref _levels[_depth - 1];
        if (top.Pending)
        {
            if (column > top.Indent || (isDash && top.IsMapping && column == top.Indent))
            {
                return true;
            }

            builder.Scalar(top.PendingAt, top.PendingAt, default, YamlScalarStyle.Plain);
            top.Pending = false;
        }

        while (_depth > 0 && _levels[_depth - 1].Indent > column)
        {
            CloseLevel();
        }

        if (_depth > 0 && !_levels[_depth - 1].IsMapping && _levels[_depth - 1].Indent == column && !isDash)
        {
            CloseLevel();
        }

        return _depth > 0 && _levels[_depth - 1].Indent == column && _levels[_depth - 1].IsMapping != isDash;
    }

    /// <summary>Opens a collection where a value is expected, or goes on with the one that is open at this column.</summary>
    private bool OpenIfExpected(bool isMapping, int column, int at)
    {
        if (_depth > 0)
        {
            ref var top = ref _levels[_depth - 1];
            if (!top.Pending)
            {
                return top.Indent == column && top.IsMapping == isMapping;
            }

            top.Pending = false;
        }

        builder.Open(isMapping, false, at, null, null);
        if (_depth == _levels.Length)
        {
            Array.Resize(ref _levels, _levels.Length * 2);
        }

        _levels[_depth++] = new Level { IsMapping = isMapping, Indent = column };
        return true;
    }

    private void CloseLevel()
    {
        ref var top = ref _levels[--_depth];
        if (top.Pending)
        {
            builder.Scalar(top.PendingAt, top.PendingAt, default, YamlScalarStyle.Plain);
        }

        builder.Close(-1);
    }

    private int EndOfLine(int at)
    {
        var length = text.AsSpan(at, _end - at).IndexOf('\n');
        return length < 0 ? _end : at + length;
    }

    private int EndOfKey(int at, int lineEnd)
    {
        for (var i = at; i < lineEnd; i++)
        {
            switch (text[i])
            {
                case '*':
                    // The full parser takes some of these for no keys.
                    return -1;
                case ':' when i + 1 == lineEnd || text[i + 1] == ' ':
                    return text[i - 1] == ' ' ? -1 : i;
                case '#' when text[i - 1] == ' ':
                    return -1;
                default:
                    break;
            }
        }

        return -1;
    }

    /// <summary>The offset behind the closing quote, or -1.</summary>
    private int EndOfQuoted(int at, int lineEnd)
    {
        var quote = text[at];
        for (var i = at + 1; i < lineEnd; i++)
        {
            if (text[i] == '\\' && quote == '"')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                if (quote == '"' || i + 1 >= lineEnd || text[i + 1] != '\'')
                {
                    return i + 1;
                }

                i++;
            }
        }

        return -1;
    }

    private bool CanStartPlain(int at, int lineEnd) => text[at] switch
    {
        '?' or ':' or ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' => false,
        '-' => at + 1 < lineEnd && text[at + 1] != ' ',
        _ => true,
    };

    private bool IsDash(int at, int lineEnd) => at < lineEnd && text[at] == '-' && (at + 1 == lineEnd || text[at + 1] == ' ');

    private bool IsEnd(int at, int lineEnd) => at >= lineEnd || text[at] == '#';

    private int SkipBlanks(int at, int lineEnd)
    {
        while (at < lineEnd && text[at] == ' ')
        {
            at++;
        }

        return at;
    }

    private struct Level
    {
        public bool IsMapping;
        public bool Pending;
        public int PendingAt;
        public int Indent;
    }
}
