using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Integration.Tests.Harness;

/// <summary>Replaces registered values, and the encodings of them that the runner derives, with <c>***</c>.</summary>
internal sealed class SecretMasker
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _registered = [];

    /// <summary>What was registered, in order, without the derived encodings.</summary>
    public IReadOnlyList<string> Registered => _registered;

    /// <summary>Registers a value and each of its lines that is not blank.</summary>
    public void Add(string value)
    {
        foreach (var item in value.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Prepend(value))
        {
            if (item.Length == 0 || !_values.Add(item)) continue;
            _registered.Add(item);
            foreach (var encoded in Encodings(item))
                if (encoded.Length > 0) _values.Add(encoded);
        }
    }

    /// <summary>Whether a text holds any registered value.</summary>
    public bool Hides(string text) => Mask(text) != text;

    /// <summary>Replaces every occurrence; occurrences that touch or overlap become one <c>***</c>.</summary>
    public string Mask(string text)
    {
        var ranges = new List<(int Start, int End)>();
        foreach (var value in _values)
        {
            for (var at = text.IndexOf(value, StringComparison.Ordinal); at >= 0; at = text.IndexOf(value, at + 1, StringComparison.Ordinal))
                ranges.Add((at, at + value.Length));
        }

        if (ranges.Count == 0) return text;

        ranges.Sort();
        var result = new StringBuilder();
        var copied = 0;
        for (var i = 0; i < ranges.Count;)
        {
            var (start, end) = ranges[i];
            for (i++; i < ranges.Count && ranges[i].Start <= end; i++) end = Math.Max(end, ranges[i].End);
            result.Append(text, copied, start - copied).Append("***");
            copied = end;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }

    private static IEnumerable<string> Encodings(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        // In a longer text the value may start at any of the three positions of a base64 group.
        for (var shift = 0; shift < 3 && shift < bytes.Length; shift++)
            yield return Convert.ToBase64String(bytes.AsSpan(shift)).TrimEnd('=');
        yield return Uri.EscapeDataString(value);
        yield return JsonSerializer.Serialize(value, Json)[1..^1];
        yield return SecurityElement.Escape(value) ?? "";
        yield return value.Replace("'", "''", StringComparison.Ordinal);
        if (value is ['"', _, .., '"']) yield return value[1..^1];
    }
}
