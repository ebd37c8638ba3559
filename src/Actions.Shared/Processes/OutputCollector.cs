using System.Buffers;
using System.Text;

namespace Actions.Shared.Processes;

/// <summary>Reads one output stream to its end, so that the child never blocks: keeps its first bytes and passes its lines on; with a target, all bytes go there.</summary>
internal sealed class OutputCollector(int limit, LineSplitter? lines, Stream? target = null)
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();

    /// <summary>Whether there was more than was kept, or the stream was given up before its end.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>What was kept; an incomplete UTF-8 sequence at a cut is dropped.</summary>
    public string Text
    {
        get
        {
            lock (_kept)
            {
                var bytes = _kept.WrittenSpan;
                return Encoding.UTF8.GetString(IsTruncated ? WithoutPartialSequence(bytes) : bytes);
            }
        }
    }

    /// <summary>Reads until the end of <paramref name="stream"/> or until <paramref name="giveUp"/>.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken giveUp)
    {
        var buffer = new byte[16 * 1024];
        var characters = new char[buffer.Length + 1];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, giveUp).ConfigureAwait(false)) > 0)
            {
                if (target is null)
                    Keep(buffer.AsSpan(0, count));
                else
                    await target.WriteAsync(buffer.AsMemory(0, count), giveUp).ConfigureAwait(false);
                lines?.Push(characters.AsSpan(0, _decoder.GetChars(buffer.AsSpan(0, count), characters, flush: false)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or IOException)
        {
            MarkGivenUp();
        }

        lines?.Push(characters.AsSpan(0, _decoder.GetChars([], characters, flush: true)));
        lines?.Complete();
    }

    /// <summary>Records that the stream has not been read to its end.</summary>
    public void MarkGivenUp()
    {
        lock (_kept)
        {
            IsTruncated = true;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_kept)
        {
            var room = limit - _kept.WrittenCount;
            if (bytes.Length > room)
            {
                IsTruncated = true;
                bytes = bytes[..room];
            }

            _kept.Write(bytes);
        }
    }

    private static ReadOnlySpan<byte> WithoutPartialSequence(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var b = bytes[^back];
            if ((b & 0b1100_0000) == 0b1000_0000)
                continue; // a continuation byte: its lead byte is further left

            var length = b >= 0b1111_0000 ? 4 : b >= 0b1110_0000 ? 3 : b >= 0b1100_0000 ? 2 : 1;
            return length > back ? bytes[..^back] : bytes;
        }

        return bytes;
    }
}
