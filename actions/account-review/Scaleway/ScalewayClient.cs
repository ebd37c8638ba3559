using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Actions.AccountReview.Scaleway;

/// <summary>How a list comes in pages.</summary>
internal enum Paging
{
    /// <summary><c>page</c> and <c>page_size</c>, with <c>total_count</c> in the body: most APIs.</summary>
    Page,

    /// <summary><c>page</c> and <c>per_page</c>, with the header <c>X-Total-Count</c>: the Instance API.</summary>
    PerPage,

    /// <summary><c>page_size</c> and <c>page_token</c>, with <c>next_page_token</c> in the body and no total: the audit trail.</summary>
    Cursor,

    /// <summary>Everything at once.</summary>
    None,
}

/// <summary>A list to read.</summary>
/// <param name="Path">Path and query, without the parameters of pages.</param>
/// <param name="Key">The field of the body that holds the items.</param>
/// <param name="Paging">How it comes in pages.</param>
/// <param name="IdField">The field that tells items apart; empty when there is none.</param>
internal sealed record ListCall(string Path, string Key, Paging Paging, string IdField = "id");

/// <summary>Reads from the API, and only that: it has no method that changes anything (<see cref="ScalewayWriter"/> has).</summary>
internal sealed class ScalewayClient(IScalewayTransport transport)
{
    /// <summary>The largest page that every API takes.</summary>
    public const int PageSize = 100;

    private const int MaxPages = 2_000;
    private const int Readings = 3;
    private static readonly JsonReaderOptions Limits = new() { MaxDepth = 64 };

    public CallCounter Calls => transport.Calls;

    /// <summary>One resource.</summary>
    /// <exception cref="ScalewayException">The API does not give it.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => (await AskAsync(path, cancellation).ConfigureAwait(false)).Body;

    /// <summary>
    /// All items. A list that changes while it is read is read again, three times in all: the pages of a list count from its start, so that an item
    /// that goes away moves another one past the reader.
    /// </summary>
    /// <exception cref="ScalewayException">The API does not give the list, or it changes each time.</exception>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(ListCall call, CancellationToken cancellation)
    {
        for (var reading = 0; reading < Readings; reading++)
        {
            if (await ReadAsync(call, cancellation).ConfigureAwait(false) is { } items)
            {
                return items;
            }
        }

        throw new ScalewayException(ScalewayFault.Changing, $"the list {call.Path.Split('?')[0]} changed each of the {Readings} times it was read");
    }

    private Task<List<JsonElement>?> ReadAsync(ListCall call, CancellationToken cancellation) => call.Paging switch
    {
        Paging.Cursor => ReadByCursorAsync(call, cancellation),
        Paging.None => ReadAtOnceAsync(call, cancellation),
        _ => ReadByPageAsync(call, cancellation),
    };

    private async Task<List<JsonElement>?> ReadAtOnceAsync(ListCall call, CancellationToken cancellation) =>
        [.. ItemsOf(call, (await AskAsync(call.Path, cancellation).ConfigureAwait(false)).Body)];

    /// <summary>The items; null when the list changed meanwhile. Once the first page tells how many there are, the others are asked for together.</summary>
    private async Task<List<JsonElement>?> ReadByPageAsync(ListCall call, CancellationToken cancellation)
    {
        var first = await PageAsync(call, 1, cancellation).ConfigureAwait(false);
        var items = new List<JsonElement>(first.Items);
        if (first.Total is not { } total)
        {
            for (var page = 2; items.Count == (page - 1) * PageSize; page++)
            {
                Check(page <= MaxPages, call);
                items.AddRange((await PageAsync(call, page, cancellation).ConfigureAwait(false)).Items);
            }

            return AreDistinct(call, items) ? items : null;
        }

        if (first.Items.Count > 0 && first.Items.Count < total)
        {
            var pages = (total + first.Items.Count - 1) / first.Items.Count;
            Check(pages <= MaxPages, call);
            var rest = await Task.WhenAll(Enumerable.Range(2, (int)pages - 1).Select(p => PageAsync(call, p, cancellation))).ConfigureAwait(false);
            if (rest.Any(p => p.Total != total))
            {
                return null;
            }

            items.AddRange(rest.SelectMany(p => p.Items));
        }

        return items.Count == total && AreDistinct(call, items) ? items : null;
    }

    private async Task<List<JsonElement>?> ReadByCursorAsync(ListCall call, CancellationToken cancellation)
    {
        var items = new List<JsonElement>();
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var token = "";
        while (true)
        {
            var path = With(call.Path, "page_size", PageSize.ToString(CultureInfo.InvariantCulture));
            var (body, _) = await AskAsync(token.Length == 0 ? path : With(path, "page_token", token), cancellation).ConfigureAwait(false);
            items.AddRange(ItemsOf(call, body));
            token = body.Text("next_page_token") ?? "";
            if (token.Length == 0)
            {
                return items;
            }

            Check(tokens.Add(token) && tokens.Count < MaxPages, call);
        }
    }

    private async Task<(IReadOnlyList<JsonElement> Items, long? Total)> PageAsync(ListCall call, int page, CancellationToken cancellation)
    {
        var size = PageSize.ToString(CultureInfo.InvariantCulture);
        var path = With(With(call.Path, "page", page.ToString(CultureInfo.InvariantCulture)), call.Paging == Paging.PerPage ? "per_page" : "page_size", size);
        var (body, header) = await AskAsync(path, cancellation).ConfigureAwait(false);
        return (ItemsOf(call, body), call.Paging == Paging.PerPage ? header ?? body.Whole("total_count") : body.Whole("total_count") ?? header);
    }

    private static IReadOnlyList<JsonElement> ItemsOf(ListCall call, JsonElement body) => body.Find(call.Key) switch
    {
        { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray()],
        { ValueKind: JsonValueKind.Object } map => [.. map.EnumerateObject().Select(Named)],
        // Go writes an empty list as null.
        { ValueKind: JsonValueKind.Null } => [],
        _ => throw new ScalewayException(ScalewayFault.Malformed, $"GET {call.Path.Split('?')[0]} answered without {call.Key}"),
    };

    /// <summary>An entry of a map, as an object that also holds its key as <c>id</c>.</summary>
    private static JsonElement Named(JsonProperty entry)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", entry.Name);
            if (entry.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in entry.Value.EnumerateObject().Where(p => p.Name != "id"))
                {
                    property.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return Parse(buffer.ToArray());
    }

    private static bool AreDistinct(ListCall call, List<JsonElement> items) =>
        call.IdField.Length == 0 || items.Select(i => i.Text(call.IdField)).Distinct(StringComparer.Ordinal).Count() == items.Count;

    private static void Check(bool isFine, ListCall call)
    {
        if (!isFine)
        {
            throw new ScalewayException(ScalewayFault.Malformed, $"the list {call.Path.Split('?')[0]} does not end");
        }
    }

    private async Task<(JsonElement Body, long? Total)> AskAsync(string path, CancellationToken cancellation)
    {
        var request = new ScalewayRequest("GET", path);
        var answer = await transport.SendAsync(request, cancellation).ConfigureAwait(false);
        if (answer.Status is < 200 or >= 300)
        {
            throw ScalewayException.Of(request, answer);
        }

        try
        {
            return (Parse(answer.Body), answer.TotalCount);
        }
        catch (JsonException e)
        {
            throw new ScalewayException(ScalewayFault.Malformed, $"GET {path.Split('?')[0]} answered with something else than JSON", e);
        }
    }

    private static JsonElement Parse(byte[] body)
    {
        var reader = new Utf8JsonReader(body, Limits);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>The path with one more parameter.</summary>
    public static string With(string path, string name, string value) =>
        new StringBuilder(path).Append(path.Contains('?', StringComparison.Ordinal) ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value)).ToString();
}
