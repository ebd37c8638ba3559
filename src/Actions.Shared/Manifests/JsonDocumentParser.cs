using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Actions.Shared.Manifests;

/// <summary>Reads a stream of JSON values, one document each, into a <see cref="NodeBuilder"/>.</summary>
internal sealed class JsonDocumentParser(LineMap lines, NodeBuilder builder)
{
    /// <summary>What came of one value.</summary>
    /// <param name="Start">Offset of its first character.</param>
    /// <param name="End">Offset behind its last one.</param>
    /// <param name="Root">The value; null if it is broken.</param>
    /// <param name="Problems">What is wrong with it.</param>
    public readonly record struct Value(int Start, int End, YamlNode? Root, List<YamlProblem>? Problems);

    /// <summary>Why and where the text is not JSON.</summary>
    public readonly record struct Failure(int Offset, string Message);

    /// <summary>Reads all values between two offsets; those before a failure are kept.</summary>
    public List<Value> Parse(int start, int end, out Failure? failure)
    {
        var values = new List<Value>();
        failure = null;
        var text = lines.Text.AsSpan(start, end - start);
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer));
            var map = new OffsetMap(start, bytes, isAscii: bytes.Length == text.Length);
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = int.MaxValue / 2 });
            try
            {
                Read(ref reader, ref map, values);
            }
            catch (JsonException e)
            {
                var at = Math.Clamp(LineOffset(e, bytes), 0, bytes.Length);
                failure = new Failure(Math.Min(map.ToOffset(at, bytes), end), Clean(e.Message));
            }

            return values;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Read(ref Utf8JsonReader reader, ref OffsetMap map, List<Value> values)
    {
        var valueStart = -1;
        string? key = null;
        var keyStart = 0;
        var keyEnd = 0;
        while (reader.Read())
        {
            var from = map.ToOffset((int)reader.TokenStartIndex);
            var to = map.ToOffset((int)reader.BytesConsumed);
            if (valueStart < 0)
            {
                valueStart = from;
                builder.Begin(lines.LineOf(from));
            }

            if (key is not null)
            {
                builder.Scalar(keyStart, keyEnd, key, YamlScalarStyle.DoubleQuoted, null, null);
                key = null;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                case JsonTokenType.StartArray:
                    builder.Open(reader.TokenType == JsonTokenType.StartObject, true, from, null, null);
                    break;
                case JsonTokenType.EndObject:
                case JsonTokenType.EndArray:
                    builder.Close(to);
                    break;
                case JsonTokenType.PropertyName:
                    key = reader.GetString()!;
                    keyStart = from;
                    keyEnd = from + EndOfString(from);
                    break;
                case JsonTokenType.String:
                    builder.Scalar(from, to, reader.GetString()!, YamlScalarStyle.DoubleQuoted, null, null);
                    break;
                default:
                    builder.Scalar(from, to, lines.Text[from..to], YamlScalarStyle.Plain, null, null);
                    break;
            }

            if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                var (root, problems) = builder.End();
                values.Add(new Value(valueStart, to, root, problems));
                valueStart = -1;
            }
        }
    }

    /// <summary>Length of the quoted string that starts at <paramref name="start"/>.</summary>
    private int EndOfString(int start)
    {
        var text = lines.Text.AsSpan(start);
        var at = 1;
        while (text[at] != '"')
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return at + 1;
    }

    private static int LineOffset(JsonException e, ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        for (var line = 0L; line < (e.LineNumber ?? 0); line++)
        {
            var next = bytes[at..].IndexOf((byte)'\n');
            if (next < 0)
            {
                break;
            }

            at += next + 1;
        }

        return at + (int)(e.BytePositionInLine ?? 0);
    }

    private static string Clean(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return message.Contains("trailing comma", StringComparison.Ordinal)
            ? "a comma stands before the closing bracket"
            : (end < 0 ? message : message[..end]).TrimEnd('.');
    }

    /// <summary>From offsets of UTF-8 bytes to those of UTF-16 code units, for rising offsets.</summary>
    private ref struct OffsetMap(int start, ReadOnlySpan<byte> bytes, bool isAscii)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _lastByte;
        private int _lastChar;

        public int ToOffset(int index)
        {
            if (isAscii)
            {
                return start + index;
            }

            if (index < _lastByte)
            {
                _lastByte = 0;
                _lastChar = 0;
            }

            _lastChar += Encoding.UTF8.GetCharCount(_bytes[_lastByte..index]);
            _lastByte = index;
            return start + _lastChar;
        }

        public int ToOffset(int index, ReadOnlySpan<byte> all)
        {
            // A failure may be reported inside of a character.
            while (index > 0 && index < all.Length && (all[index] & 0xC0) == 0x80)
            {
                index--;
            }

            return ToOffset(index);
        }
    }
}
