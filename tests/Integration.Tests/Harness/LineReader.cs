using System.Text;

namespace Integration.Tests.Harness;

/// <summary>
/// Cuts a stream of bytes into lines as the runner does: a line ends at <c>\n</c>, at <c>\r\n</c> and at a bare <c>\r</c>.
/// Keeps the whole text as well.
/// </summary>
internal sealed class LineReader(Action<string> onLine)
{
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _line = new();
    private bool _afterCarriageReturn;

    /// <summary>Everything read so far, as it was.</summary>
    public string Text => _text.ToString();

    public async Task ReadAsync(Stream stream)
    {
        var bytes = new byte[16 * 1024];
        var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        int read;
        do
        {
            read = await stream.ReadAsync(bytes);
            Append(chars.AsSpan(0, _decoder.GetChars(bytes, 0, read, chars, 0, flush: read == 0)));
        }
        while (read > 0);
        if (_line.Length > 0) Flush();
    }

    private void Append(ReadOnlySpan<char> text)
    {
        _text.Append(text);
        foreach (var character in text)
        {
            var secondHalf = character == '\n' && _afterCarriageReturn;
            _afterCarriageReturn = character == '\r';
            if (secondHalf) continue;
            if (character is '\r' or '\n') Flush();
            else _line.Append(character);
        }
    }

    private void Flush()
    {
        onLine(_line.ToString());
        _line.Clear();
    }
}
