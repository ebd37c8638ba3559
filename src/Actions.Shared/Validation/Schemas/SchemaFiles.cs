using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Actions.Shared.Validation.Schemas;

/// <summary>
/// Reads JSON documents from the disk and over HTTP, each at most once. The network is only touched when an address is asked for.
/// </summary>
internal sealed class SchemaFiles(HttpMessageHandler? handler = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
{
    /// <summary>Greatest size of a document in bytes.</summary>
    public const int SizeLimit = 32 * 1024 * 1024;

    /// <summary>After so many failures in a row a host is not asked any more.</summary>
    public const int FailureLimit = 3;

    private readonly ConcurrentDictionary<string, Lazy<SchemaFile>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<HttpClient> _client = new(() => new HttpClient(handler ?? new SocketsHttpHandler(), disposeHandler: handler is null)
    {
        Timeout = timeout ?? TimeSpan.FromSeconds(20),
        MaxResponseContentBufferSize = SizeLimit,
    });

    /// <summary>The document at an absolute path or an address.</summary>
    public SchemaFile Read(string place) =>
        _files.GetOrAdd(place, p => new Lazy<SchemaFile>(() => IsAddress(p) ? Download(p) : ReadFile(p))).Value;

    /// <summary>Whether <paramref name="place"/> is read over the network.</summary>
    public static bool IsAddress(string place) =>
        place.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || place.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static SchemaFile ReadFile(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
            {
                return SchemaFile.Missing;
            }

            return info.Length > SizeLimit ? SchemaFile.Failed($"{path} is larger than {SizeLimit >> 20} MiB") : Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return SchemaFile.Failed($"{path} cannot be read: {error.Message}");
        }
    }

    private SchemaFile Download(string address)
    {
        var host = new Uri(address).Authority;
        if (_failures.GetValueOrDefault(host) >= FailureLimit)
        {
            return SchemaFile.Failed($"{host} was not asked again after {FailureLimit} failures");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = _client.Value.Send(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                _failures[host] = 0;
                return SchemaFile.Missing;
            }

            if (!response.IsSuccessStatusCode)
            {
                return Failed(host, $"{address} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd());
            }

            _failures[host] = 0;
            using var content = response.Content.ReadAsStream(cancellationToken);
            using var buffer = new MemoryStream();
            content.CopyTo(buffer);
            return Parse(buffer.ToArray(), address);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(host, $"{address} did not answer within {_client.Value.Timeout.TotalSeconds:0} seconds");
        }
        catch (HttpRequestException error)
        {
            return Failed(host, error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? $"{address} is larger than {SizeLimit >> 20} MiB"
                : $"{address} cannot be read: {error.Message}");
        }
    }

    private SchemaFile Failed(string host, string problem)
    {
        _failures.AddOrUpdate(host, 1, (_, count) => count + 1);
        return SchemaFile.Failed(problem);
    }

    private static SchemaFile Parse(byte[] content, string place)
    {
        try
        {
            var start = content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            var options = new JsonDocumentOptions { MaxDepth = 512 };
            return new SchemaFile(JsonDocument.Parse(content.AsMemory(start), options).RootElement, "");
        }
        catch (JsonException error)
        {
            return SchemaFile.Failed($"{place} is not JSON (line {error.LineNumber + 1}, column {error.BytePositionInLine + 1})");
        }
    }
}

/// <summary>What came of reading a document.</summary>
/// <param name="Content">The document; undefined when there is none.</param>
/// <param name="Problem">Why it could not be read; empty when it was read or is not there.</param>
internal sealed record SchemaFile(JsonElement Content, string Problem)
{
    /// <summary>There is no such document.</summary>
    public static SchemaFile Missing { get; } = new(default(JsonElement), "");

    /// <summary>Whether there is a document.</summary>
    public bool Exists => Content.ValueKind != JsonValueKind.Undefined;

    /// <summary>There may be a document, but it could not be read.</summary>
    public static SchemaFile Failed(string problem) => new(default(JsonElement), problem);
}
