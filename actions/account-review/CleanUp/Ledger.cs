using System.Text.Json;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Scaleway;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.AccountReview.CleanUp;

/// <summary>A leftover that is marked.</summary>
/// <param name="Key">The resource.</param>
/// <param name="Rule">The rule that found it.</param>
/// <param name="FirstSeen">When a review first found it.</param>
/// <param name="DeleteAfter">From when on it may be deleted.</param>
internal sealed record LedgerEntry(string Key, string Rule, DateTimeOffset FirstSeen, DateTimeOffset DeleteAfter);

/// <summary>
/// What earlier reviews have marked. It stands in for tags on kinds that have none, and for dates on kinds that do not tell when they were made: a
/// leftover is marked when it is first found, unmarked when it is one no more, and acted on only when it is still marked after its time.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<(string Key, string Rule), LedgerEntry> _entries;

    private Ledger(IEnumerable<LedgerEntry> entries) => _entries = entries.ToDictionary(e => (e.Key, e.Rule));

    public static Ledger Empty { get; } = new([]);

    /// <summary>In the order of key and rule.</summary>
    public IReadOnlyList<LedgerEntry> Entries => [.. _entries.Values.OrderBy(e => e.Key, StringComparer.Ordinal).ThenBy(e => e.Rule, StringComparer.Ordinal)];

    /// <summary>The mark of a resource; null when it has none.</summary>
    public LedgerEntry? Find(string key, string rule) => _entries.GetValueOrDefault((key, rule));

    /// <summary>Marks what is found for the first time, and unmarks what is not found any more.</summary>
    /// <param name="found">Key and rule of every leftover.</param>
    /// <param name="isSeen">Whether a marked resource could be looked at. What could not keeps its mark.</param>
    /// <param name="now">Now.</param>
    /// <param name="grace">From the mark to the deletion.</param>
    public Ledger Advance(IEnumerable<(string Key, string Rule)> found, Func<LedgerEntry, bool> isSeen, DateTimeOffset now, TimeSpan grace)
    {
        var marked = found.ToHashSet();
        return new Ledger(
            marked.Select(f => Find(f.Key, f.Rule) ?? new LedgerEntry(f.Key, f.Rule, now, now + grace))
                .Concat(_entries.Values.Where(e => !marked.Contains((e.Key, e.Rule)) && !isSeen(e))));
    }

    /// <summary>The ledger as a file.</summary>
    public string Render() => JsonText.Render(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteStartArray("marked");
        foreach (var entry in Entries)
        {
            json.WriteStartObject();
            json.Text("key", entry.Key);
            json.Text("rule", entry.Rule);
            json.WriteString("firstSeen", ReviewJson.Date(entry.FirstSeen));
            json.WriteString("deleteAfter", ReviewJson.Date(entry.DeleteAfter));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads a file that <see cref="Render"/> wrote.</summary>
    /// <exception cref="ActionException">It is none.</exception>
    public static Ledger Read(string name, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            if (document.RootElement.Whole("version") == 1 && document.RootElement.Items("marked") is { } marked)
            {
                var entries = marked.Select(Entry).ToArray();
                if (entries.All(e => e is not null) && entries.DistinctBy(e => (e!.Key, e.Rule)).Count() == entries.Length)
                {
                    return new Ledger(entries!);
                }
            }
        }
        catch (JsonException)
        {
            // Told below, as everything else that is not a ledger.
        }

        throw new ActionException(
            "The ledger cannot be read", $"{name} is not what a review wrote", "Restore the file, or delete it: everything is then marked anew, and nothing is deleted before its time.", new SourceLocation(name));
    }

    private static LedgerEntry? Entry(JsonElement json) =>
        json.Text("key") is { } key && json.Text("rule") is { } rule && json.Date("firstSeen") is { } seen && json.Date("deleteAfter") is { } after
            ? new LedgerEntry(key, rule, seen, after)
            : null;
}
