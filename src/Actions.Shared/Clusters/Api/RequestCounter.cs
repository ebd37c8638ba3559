using System.Collections.Concurrent;

namespace Actions.Shared.Clusters.Api;

/// <summary>Counts the requests that were sent. Safe for concurrent use.</summary>
public sealed class RequestCounter
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _repeated;
    private int _turnedAway;

    /// <summary>Requests by verb (<c>get</c>, <c>list</c>, <c>watch</c>, <c>apply</c>, <c>dry-run</c>, …), repetitions included, in order of the verb.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> ByVerb
    {
        get
        {
            var counts = _counts.ToArray();
            Array.Sort(counts, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
            return counts;
        }
    }

    /// <summary>All requests.</summary>
    public int Total
    {
        get
        {
            var total = 0;
            foreach (var (_, count) in _counts)
                total += count;
            return total;
        }
    }

    /// <summary>How many of them were repetitions of one that failed.</summary>
    public int Repeated => _repeated;

    /// <summary>How many were answered with 429.</summary>
    public int TurnedAway => _turnedAway;

    internal void Count(string verb) => _counts.AddOrUpdate(verb, 1, static (_, count) => count + 1);

    internal void CountRepeated() => Interlocked.Increment(ref _repeated);

    internal void CountTurnedAway() => Interlocked.Increment(ref _turnedAway);
}
