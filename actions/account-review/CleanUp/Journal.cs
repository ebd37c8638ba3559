using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actions.AccountReview.Reports;

namespace Actions.AccountReview.CleanUp;

/// <summary>
/// What a clean-up did, one line of JSON for each step, on the disk before the step is taken: whatever happens afterwards, the journal tells how far it
/// came, and holds all that is needed to make a deleted resource again.
/// </summary>
internal sealed class Journal : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FileStream _file;
    private readonly TimeProvider _time;

    /// <param name="path">The file; lines are added at its end. Only its owner may read it.</param>
    /// <param name="time">The clock.</param>
    public Journal(string path, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new FileStream(path, options);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Adds a line, and waits until the disk has it.</summary>
    /// <param name="step">What happens: <c>begin</c>, <c>snapshot-asked</c>, <c>snapshot-begun</c>, <c>snapshot</c>, <c>delete</c>, <c>deleted</c>, <c>gone</c>, <c>refused</c>, <c>failed</c>, <c>unknown</c>, <c>not-reached</c>, <c>end</c>.</param>
    /// <param name="key">The resource; empty for the run.</param>
    /// <param name="text">One sentence.</param>
    /// <param name="data">What the resource was.</param>
    public void Add(string step, string key, string text, JsonElement data = default)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("at", ReviewJson.Date(_time.GetUtcNow()));
            json.WriteString("step", step);
            json.WriteString("key", key);
            json.WriteString("text", text);
            if (data.ValueKind != JsonValueKind.Undefined)
            {
                json.WritePropertyName("resource");
                data.WriteTo(json);
            }

            json.WriteEndObject();
        }

        line.Write(Encoding.ASCII.GetBytes("\n"));
        _file.Write(line.ToArray());
        _file.Flush(flushToDisk: true);
    }
}
