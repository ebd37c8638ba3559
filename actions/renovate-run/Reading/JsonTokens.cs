using System.Buffers;
using System.Text.Json;

namespace Actions.RenovateRun.Reading;

/// <summary>
/// Reads a JSON document from a stream token by token, and takes whole values out of it where asked: memory is needed for the largest such
/// value, not for the document.
/// </summary>
internal sealed class JsonTokens(Stream stream) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private JsonReaderState _state;

    /// <summary>The kind of the token that was read last.</summary>
    public JsonTokenType Type { get; private set; }

    /// <summary>Name or text of the token that was read last; null where it has none.</summary>
    public string? Text { get; private set; }

    /// <summary>Goes to the next token.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="JsonException">This is no JSON, or it ends early.</exception>
    public bool Read()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isAtEnd, _state);
            if (reader.Read())
            {
                Type = reader.TokenType;
                Text = Type is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString() : null;
                Advance(reader);
                return true;
            }

            if (_isAtEnd)
            {
                return false;
            }

            Advance(reader);
            Fill();
        }
    }

    /// <summary>Takes the whole value that begins with the next token; of the array that ends there, nothing.</summary>
    /// <returns>The value; null at the end of an array.</returns>
    /// <exception cref="JsonException">This is no JSON, or it ends early.</exception>
    public JsonDocument? ReadValue()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isAtEnd, _state);
            if (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.EndArray)
                {
                    Type = reader.TokenType;
                    Advance(reader);
                    return null;
                }

                if (JsonDocument.TryParseValue(ref reader, out var document))
                {
                    Type = reader.TokenType;
                    Advance(reader);
                    return document;
                }
            }

            if (_isAtEnd)
            {
                throw new JsonException("The document ends early.");
            }

            Fill();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Advance(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isAtEnd = read == 0;
    }
}
