using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Recordings;

/// <summary>
/// Passes requests on and keeps the answers, redacted, in memory until <see cref="Save"/>. One line of JSON each, after a first line that tells when
/// and of which organisation; ordered, so that the same answers give the same file. Only reading is recorded.
/// </summary>
internal sealed class RecordingTransport : IScalewayTransport
{
    internal const string Format = "account-review-recording";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IScalewayTransport _inner;
    private readonly Redaction _redaction;
    private readonly string _organisation;
    private readonly DateTimeOffset _at;
    private readonly SortedDictionary<string, string> _lines = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <param name="inner">Gives the answers.</param>
    /// <param name="organisation">The organisation that is reviewed.</param>
    /// <param name="secrets">Values that must not be in the recording.</param>
    /// <param name="at">When.</param>
    public RecordingTransport(IScalewayTransport inner, string organisation, IReadOnlyList<string> secrets, DateTimeOffset at)
    {
        (_inner, _at) = (inner, at);
        _redaction = new Redaction(RandomNumberGenerator.GetBytes(32), secrets);
        _organisation = _redaction.Id(organisation);
    }

    public CallCounter Calls => _inner.Calls;

    public void Dispose() => _inner.Dispose();

    public async Task<ScalewayAnswer> SendAsync(ScalewayRequest request, CancellationToken cancellation)
    {
        var answer = await _inner.SendAsync(request, cancellation).ConfigureAwait(false);
        if (request.Method == "GET")
        {
            var path = _redaction.Text(Uri.UnescapeDataString(request.Path));
            lock (_gate)
            {
                // The last answer counts: it is what the reader ended with.
                _lines[path] = Line(path, answer);
            }
        }

        return answer;
    }

    /// <summary>The recording.</summary>
    public string Save(IReadOnlyList<string> zones, IReadOnlyList<string> regions, string accessKey)
    {
        var text = new StringBuilder();
        text.Append(Json(json =>
        {
            json.WriteString("format", Format);
            json.WriteNumber("version", 1);
            json.WriteString("recordedAt", _at.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("organization", _organisation);
            json.WriteString("accessKey", _redaction.Text(accessKey));
            Texts(json, "zones", zones);
            Texts(json, "regions", regions);
        })).Append('\n');
        lock (_gate)
        {
            foreach (var (_, line) in _lines)
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private string Line(string path, ScalewayAnswer answer) => Json(json =>
    {
        json.WriteString("path", path);
        json.WriteNumber("status", answer.Status);
        if (answer.TotalCount is { } total)
        {
            json.WriteNumber("totalCount", total);
        }

        if (answer.Body.Length > 0)
        {
            try
            {
                using var body = JsonDocument.Parse(answer.Body);
                json.WritePropertyName("body");
                _redaction.Write(json, body.RootElement);
            }
            catch (JsonException)
            {
                // An answer that is no JSON is worth knowing, what it says is not.
                json.WriteBoolean("notJson", true);
            }
        }
    });

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
