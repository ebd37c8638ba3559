using System.Text;

namespace Actions.Shared.Plans;

/// <summary>Brings a plan's text to UTF-8, whatever wrote it.</summary>
internal static class PlanBytes
{
    public static ReadOnlyMemory<byte> Read(Stream stream, string name, long maxBytes)
    {
        var bytes = ReadAll(stream, name, Math.Min(maxBytes, Array.MaxLength - 1));
        var span = bytes.Span;
        if (span is [0xEF, 0xBB, 0xBF, ..])
            return bytes[3..];
        return span switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => throw PlanReader.Refusal(name, "it is UTF-32", "Write it as UTF-8."),
            [0xFF, 0xFE, ..] => Utf8(bytes[2..], Encoding.Unicode, name),
            [0xFE, 0xFF, ..] => Utf8(bytes[2..], Encoding.BigEndianUnicode, name),
            [(byte)'{', 0, ..] => Utf8(bytes, Encoding.Unicode, name),
            [0, (byte)'{', ..] => Utf8(bytes, Encoding.BigEndianUnicode, name),
            _ => bytes,
        };
    }

    private static ReadOnlyMemory<byte> ReadAll(Stream stream, string name, long maxBytes)
    {
        var expected = stream.CanSeek ? Math.Clamp(stream.Length - stream.Position, 0, maxBytes) : 0;
        var buffer = new byte[(int)Math.Max(expected + 1, 1 << 16)];
        var length = 0;
        for (int read; (read = stream.Read(buffer, length, buffer.Length - length)) > 0;)
        {
            length += read;
            if (length > maxBytes)
            {
                throw PlanReader.Refusal(
                    name, $"it is larger than {maxBytes >> 20} MiB", "Split the root into smaller ones: a plan of this size can hardly be reviewed.");
            }

            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, maxBytes + 1));
        }

        return buffer.AsMemory(0, length);
    }

    private static ReadOnlyMemory<byte> Utf8(ReadOnlyMemory<byte> bytes, Encoding encoding, string name)
    {
        if (bytes.Length % 2 != 0)
            throw PlanReader.Refusal(name, "it is UTF-16 that ends in the middle of a character", "Write it as UTF-8.");
        return Encoding.Convert(encoding, Encoding.UTF8, bytes.ToArray());
    }
}
