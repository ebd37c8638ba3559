namespace Actions.Shared.Manifests;

/// <summary>Reads a stretch of a string without copying it.</summary>
internal sealed class SliceReader(string text, int start, int end) : TextReader
{
    private int _at = start;

    public override int Peek() => _at < end ? text[_at] : -1;

    public override int Read() => _at < end ? text[_at++] : -1;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var length = Math.Min(buffer.Length, end - _at);
        text.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }

    public override int ReadBlock(char[] buffer, int index, int count) => Read(buffer, index, count);
}
