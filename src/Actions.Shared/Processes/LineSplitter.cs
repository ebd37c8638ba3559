using System.Text;

namespace Actions.Shared.Processes;

/// <summary>Cuts a stream of characters into lines at <c>\r\n</c>, <c>\r</c> or <c>\n</c>, each bounded in length.</summary>
internal sealed class LineSplitter(int limit, Action<string, bool> onLine)
{
    private readonly StringBuilder _line = new();
    private bool _isCut;
    private bool _afterCarriageReturn;

    /// <summary>Takes the next characters, in pieces of any size.</summary>
    public void Push(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (_afterCarriageReturn)
            {
                _afterCarriageReturn = false;
                if (text[0] == '\n')
                {
                    text = text[1..];
                    continue;
                }
            }

            var end = text.IndexOfAny('\r', '\n');
            Append(end < 0 ? text : text[..end]);
            if (end < 0)
                return;

            _afterCarriageReturn = text[end] == '\r';
            Emit();
            text = text[(end + 1)..];
        }
    }

    /// <summary>Ends the last line, if it has any text.</summary>
    public void Complete()
    {
        if (_line.Length > 0 || _isCut)
            Emit();
    }

    private void Append(ReadOnlySpan<char> text)
    {
        var room = limit - _line.Length;
        if (text.Length > room)
        {
            text = _isCut ? [] : text[..room];
            _isCut = true;
        }

        _line.Append(text);
    }

    private void Emit()
    {
        if (_isCut && _line.Length > 0 && char.IsHighSurrogate(_line[^1]))
            _line.Length--;
        onLine(_line.ToString(), _isCut);
        _line.Clear();
        _isCut = false;
    }
}
