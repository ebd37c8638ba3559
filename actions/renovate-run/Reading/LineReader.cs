using System.Buffers;

namespace Actions.RenovateRun.Reading;

/// <summary>
/// Cuts a stream of bytes into lines at <c>\n</c>, whatever their length, and holds no more than one line. A file that still grows can be read
/// in turns: <see cref="ReadAvailable"/> goes on where it stopped.
/// </summary>
/// <param name="longest">The longest line that is read, in bytes; a longer one is passed over and counted.</param>
internal sealed class LineReader(int longest = LineReader.Longest) : IDisposable
{
    /// <summary>256 MiB: the largest line that Renovate writes holds all dependencies of one repository.</summary>
    public const int Longest = 256 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _count;
    private int _searched;
    private bool _isSkipping;

    /// <summary>What is done with a line; the bytes are only valid during the call.</summary>
    public delegate void OnLine(ReadOnlySpan<byte> line);

    /// <summary>How many lines were too long.</summary>
    public int TooLong { get; private set; }

    /// <summary>Reads what is there now. What follows the last line end stays for the next time.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool ReadAvailable(Stream stream, OnLine onLine)
    {
        var any = false;
        while (true)
        {
            if (_count == _buffer.Length)
            {
                Grow();
            }

            var read = stream.Read(_buffer, _count, _buffer.Length - _count);
            if (read == 0)
            {
                return any;
            }

            any = true;
            _count += read;
            Emit(onLine);
        }
    }

    /// <summary>Ends the last line, which has no line end.</summary>
    public void Complete(OnLine onLine)
    {
        if (_count > 0 && !_isSkipping)
        {
            onLine(_buffer.AsSpan(0, _count));
        }

        _count = _searched = 0;
        _isSkipping = false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Emit(OnLine onLine)
    {
        var start = 0;
        int length;
        while ((length = _buffer.AsSpan(start + _searched, _count - start - _searched).IndexOf((byte)'\n')) >= 0)
        {
            length += _searched;
            if (_isSkipping)
            {
                _isSkipping = false;
            }
            else if (length > 0)
            {
                onLine(_buffer.AsSpan(start, length));
            }

            start += length + 1;
            _searched = 0;
        }

        _count -= start;
        if (start > 0)
        {
            _buffer.AsSpan(start, _count).CopyTo(_buffer);
        }

        _searched = _count;
        if (_isSkipping)
        {
            _count = _searched = 0;
        }
    }

    private void Grow()
    {
        if (_count >= longest)
        {
            TooLong++;
            _isSkipping = true;
            _count = _searched = 0;
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, Array.MaxLength));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
