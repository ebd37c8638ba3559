using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actions.Shared.Http;

/// <summary>Bodies of requests and answers, in bounded memory.</summary>
internal static class HttpBody
{
    private const int MostAtFirst = 1024 * 1024;

    /// <summary>JSON as UTF-8.</summary>
    public static byte[] Of(JsonNode body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            body.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a body up to <paramref name="limit"/> bytes, and tells whether there was more.</summary>
    public static async Task<(byte[] Body, bool IsTruncated)> ReadAsync(HttpContent content, int limit, CancellationToken cancellation)
    {
        using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(content.Headers.ContentLength ?? 4096, 256, Math.Min(limit, MostAtFirst)) + 1);
        while (true)
        {
            var count = await stream.ReadAsync(buffer.GetMemory(1), cancellation).ConfigureAwait(false);
            if (count == 0)
                return (buffer.WrittenSpan.ToArray(), false);
            buffer.Advance(count);
            if (buffer.WrittenCount > limit)
                return (buffer.WrittenSpan[..limit].ToArray(), true);
        }
    }
}
