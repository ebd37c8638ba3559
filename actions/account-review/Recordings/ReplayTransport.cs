using System.Text;
using System.Text.Json;
using Actions.AccountReview.Scaleway;
using Actions.Shared;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Recordings;

/// <summary>Answers from a recording, without the network. What was not recorded cannot be known, and is never taken for empty.</summary>
internal sealed class ReplayTransport : IScalewayTransport
{
    private readonly Dictionary<string, ScalewayAnswer> _answers;

    private ReplayTransport(Dictionary<string, ScalewayAnswer> answers) => _answers = answers;

    public CallCounter Calls { get; } = new();

    /// <summary>When it was recorded: the clock of the review.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The organisation, under the id that it has in the recording.</summary>
    public required string Organisation { get; init; }

    /// <summary>The access key that read it, under the name that it has in the recording; empty when it is not known.</summary>
    public required string AccessKey { get; init; }

    public required IReadOnlyList<string> Zones { get; init; }

    public required IReadOnlyList<string> Regions { get; init; }

    public void Dispose()
    {
    }

    public Task<ScalewayAnswer> SendAsync(ScalewayRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Calls.Count();
        return request.Method == "GET" && _answers.TryGetValue(Uri.UnescapeDataString(request.Path), out var answer)
            ? Task.FromResult(answer)
            : throw new ScalewayException(ScalewayFault.NotRecorded, $"{request.Method} {ScalewayException.PathOf(request)} is not in the recording");
    }

    /// <summary>Reads a recording.</summary>
    /// <param name="name">How messages call the file.</param>
    /// <param name="text">What it holds.</param>
    /// <exception cref="ActionException">It is no recording.</exception>
    public static ReplayTransport Read(string name, string text)
    {
        var answers = new Dictionary<string, ScalewayAnswer>(StringComparer.Ordinal);
        JsonElement? head = null;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var value = Parse(name, number, line);
            if (head is null)
            {
                if (value.Text("format") != RecordingTransport.Format || value.Whole("version") != 1)
                {
                    throw Wrong(name, number, "the first line does not begin a recording of version 1");
                }

                head = value;
                continue;
            }

            if (value.Text("path") is not { } path || value.Whole("status") is not { } status)
            {
                throw Wrong(name, number, "the line has no path or no status");
            }

            var body = value.Find("body") is { ValueKind: not JsonValueKind.Undefined } found ? found.GetRawText() : value.Flag("notJson") == true ? "?" : "";
            answers[path] = new ScalewayAnswer((int)status, Encoding.UTF8.GetBytes(body), value.Whole("totalCount"));
        }

        if (head is not { } header || header.Date("recordedAt") is not { } at || header.Text("organization") is not { } organisation)
        {
            throw Wrong(name, 1, "it does not say when it was recorded, or of which organisation");
        }

        return new ReplayTransport(answers)
        {
            RecordedAt = at,
            Organisation = organisation,
            AccessKey = header.Text("accessKey") ?? "",
            Zones = header.Texts("zones") ?? [],
            Regions = header.Texts("regions") ?? [],
        };
    }

    private static JsonElement Parse(string name, int number, string line)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line), new JsonReaderOptions { MaxDepth = 64 });
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            throw Wrong(name, number, "the line is not JSON");
        }
    }

    private static ActionException Wrong(string name, int line, string why) => new(
        $"{name} is no recording", why, "Give `replay` a file that `record` wrote.", new SourceLocation(name, new TextRegion(line, 1, line, 1)));
}

/// <summary>The time of a recording; durations pass as they do.</summary>
internal sealed class RecordedTime(DateTimeOffset at) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => at;
}
