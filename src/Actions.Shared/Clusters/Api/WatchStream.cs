using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Api;

/// <summary>One line of a watch: a change, or only a newer version (a bookmark).</summary>
internal readonly record struct WatchLine(WatchEvent? Change, string? Version);

/// <summary>One connection of a watch, read line by line. After its end it tells why it ended.</summary>
internal sealed class WatchStream : IAsyncDisposable
{
    /// <summary>How long the server keeps it open.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    /// <summary>etcd takes objects of 1.5 MiB; JSON of one may be larger.</summary>
    private const int LineLimit = 16 * 1024 * 1024;

    private readonly ApiTransport _transport;
    private readonly ApiCall _call;
    private readonly HttpResponseMessage? _response;
    private readonly PipeReader? _reader;
    private readonly CancellationTokenSource _end;
    private readonly long _began;

    private WatchStream(ApiTransport transport, ApiCall call, HttpResponseMessage? response, Stream? body, long began)
    {
        (_transport, _call, _response, _began) = (transport, call, response, began);
        _reader = body is null ? null : PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));

        // The server should have ended it by then.
        _end = new CancellationTokenSource(Length + TimeSpan.FromSeconds(30), transport.Time);
    }

    /// <summary>Whether the server has forgotten the version that the watch was to go on from.</summary>
    public bool IsExpired { get; private set; }

    /// <summary>Time since it was asked for.</summary>
    public TimeSpan Age => _transport.Time.GetElapsedTime(_began);

    /// <summary>Why it broke; null if the server ended it as it should.</summary>
    public ClusterException? Failure { get; private set; }

    public static async Task<WatchStream> OpenAsync(
        ApiTransport transport, ApiCall call, HttpResponseMessage response, long began, CancellationToken cancellation) =>
        new(transport, call, response, await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), began);

    public static WatchStream Expired(ApiTransport transport, ApiCall call) => new(transport, call, null, null, transport.Time.GetTimestamp()) { IsExpired = true };

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
            await _reader.CompleteAsync().ConfigureAwait(false);
        _response?.Dispose();
        _end.Dispose();
    }

    /// <summary>The next line; null at the end.</summary>
    public async Task<WatchLine?> ReadAsync(CancellationToken cancellation)
    {
        if (_reader is null)
            return null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellation);
        try
        {
            while (true)
            {
                var result = await _reader.ReadAsync(either.Token).ConfigureAwait(false);
                var buffer = result.Buffer;
                if (buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = Read(buffer.Slice(0, end));
                    _reader.AdvanceTo(buffer.GetPosition(1, end));
                    return line;
                }

                _reader.AdvanceTo(buffer.Start, buffer.End);
                if (buffer.Length > LineLimit)
                {
                    Failure = _transport.Explain(_call, new IOException("one event is longer than 16 MiB"));
                    return null;
                }

                // The rest of a line that was cut is of no use: the watch goes on from the last whole one.
                if (result.IsCompleted)
                    return null;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            Failure = _transport.Explain(_call, e);
            return null;
        }
    }

    private WatchLine? Read(ReadOnlySequence<byte> line)
    {
        var node = line.IsSingleSegment ? ApiTransport.TryParse(line.FirstSpan) : ApiTransport.TryParse(line.ToArray());
        var type = node?["type"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
        if (node is null || node["object"] is not JsonObject body)
        {
            Failure = _transport.Explain(_call, new IOException("an event is no JSON"));
            return null;
        }

        node.Remove("object");
        var item = new ClusterObject(body);
        switch (type)
        {
            case "ADDED":
                return new WatchLine(new WatchEvent(WatchEventType.Added, item), item.ResourceVersion);
            case "MODIFIED":
                return new WatchLine(new WatchEvent(WatchEventType.Modified, item), item.ResourceVersion);
            case "DELETED":
                return new WatchLine(new WatchEvent(WatchEventType.Deleted, item), item.ResourceVersion);
            case "BOOKMARK":
                return new WatchLine(null, item.ResourceVersion);
            default:
                var status = ClusterStatus.Read(body, _call.IsSensitive);
                IsExpired = status is { Code: 410 } or { Reason: "Expired" or "Gone" };
                if (!IsExpired)
                    Failure = status is null ? _transport.Explain(_call, new IOException("an event has no known type")) : _transport.Explain(_call, status);
                return null;
        }
    }
}
