using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Actions.Shared.Text;

/// <summary>Writes JSON that is readable, well-formed whatever the strings hold, and safe to print.</summary>
public static class JsonText
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        // Only strings and numbers are written, never into HTML: quotes and letters of any script stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document that <paramref name="write"/> writes, indented by two, with a final line feed.</summary>
    public static string Render(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json);
        buffer.Write("\n"u8);
        var written = buffer.WrittenSpan;
        var text = Encoding.UTF8.GetString(written);
        return written.ContainsAnyInRange((byte)'\x7f', (byte)'\xff') || written.IndexOf("##["u8) >= 0 ? Harden(text) : text;
    }

    /// <summary>Writes a property; surrogates without a partner become U+FFFD.</summary>
    public static void Text(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is null) json.WriteNull(name);
        else json.WriteString(name, VisibleText.WellFormed(value));
    }

    /// <summary>Writes a property that is an array of texts.</summary>
    public static void Texts(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(VisibleText.WellFormed(value));
        json.WriteEndArray();
    }

    // Outside of strings a JSON document has neither hidden characters nor '#', so both can be escaped in the finished text:
    // hidden ones so that nobody is misled, and "##[" because the runner takes it as a command anywhere in a line of a log.
    private static string Harden(string json)
    {
        var result = new StringBuilder(json.Length + 64);
        foreach (var rune in json.EnumerateRunes())
        {
            if (rune.Value == '[' && result.Length >= 2 && result[^1] == '#' && result[^2] == '#')
            {
                result.Length--;
                result.Append("\\u0023[");
            }
            else if (rune.Value > '\x7e' && VisibleText.IsHidden(rune))
            {
                VisibleText.AppendEscape(result, rune);
            }
            else
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }
}
