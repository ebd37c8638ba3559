using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>An object that is destroyed and one that is created which are probably the same, renamed without a <c>moved</c> block.</summary>
/// <param name="From">The address now: of a resource instance, or of a module if everything in it has moved.</param>
/// <param name="To">The address in the configuration.</param>
/// <param name="Similarity">The share of values that are the same, from 0 to 1; the least of all objects if it is a module.</param>
/// <param name="Objects">How many objects it is about.</param>
public sealed record MovedSuggestion(string From, string To, double Similarity, int Objects)
{
    /// <summary>The block to put into the configuration.</summary>
    public string Block => $"moved {{\n  from = {From}\n  to   = {To}\n}}\n";
}

/// <summary>Finds moves that were forgotten, so that objects would be destroyed and created again for a new name only.</summary>
public static class MovedSuggestions
{
    /// <summary>The least share of equal values.</summary>
    public const double LeastSimilarity = 0.75;

    private const int MostOfOneType = 150;
    private const int MostValues = 2_000;

    private static readonly HashSet<string> Reasons = new(StringComparer.Ordinal)
    {
        "", "delete_because_no_resource_config", "delete_because_no_module", "delete_because_each_key", "delete_because_wrong_repetition", "delete_because_no_move_target",
    };

    /// <summary>
    /// Pairs what is destroyed with what is created of the same type and provider, the most similar first, each object once. A pair needs at least two values
    /// that are equal, or one where there are no more, and <see cref="LeastSimilarity"/> of those that are known on both sides. Nothing is suggested for a plan that destroys everything.
    /// </summary>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<MovedSuggestion> Of(Plan plan)
    {
        var deleted = plan.Changes.Where(c => c is { Kind: ChangeKind.Delete, Deposed: null, IsData: false } && Reasons.Contains(c.ActionReason)).ToLookup(c => (c.Type, c.Provider));
        var created = plan.Changes.Where(c => c is { Kind: ChangeKind.Create, IsData: false, Importing: null }).ToLookup(c => (c.Type, c.Provider));
        var pairs = new List<Pair>();
        foreach (var group in deleted.Where(g => g.Count() <= MostOfOneType && created[g.Key].Count() is > 0 and <= MostOfOneType).OrderBy(g => g.Key.Type, StringComparer.Ordinal))
            pairs.AddRange(Match([.. group], [.. created[group.Key]]));
        return [.. Modules(pairs, plan).OrderBy(s => s.From, StringComparer.Ordinal)];
    }

    private static IEnumerable<Pair> Match(ResourceChange[] deleted, ResourceChange[] created)
    {
        var (before, after) = (deleted.Select(d => Values(d.Before)).ToArray(), created.Select(c => Values(c.After)).ToArray());
        var candidates =
            from d in Enumerable.Range(0, deleted.Length)
            from c in Enumerable.Range(0, created.Length)
            let similarity = Similarity(before[d], after[c])
            where similarity >= LeastSimilarity
            // Of equals, the one whose name or key stayed.
            orderby similarity descending, SameEnd(deleted[d], created[c]) descending, deleted[d].Address, created[c].Address
            select (d, c, similarity);
        var (usedBefore, usedAfter) = (new bool[deleted.Length], new bool[created.Length]);
        foreach (var (d, c, similarity) in candidates)
        {
            if (usedBefore[d] || usedAfter[c])
                continue;
            usedBefore[d] = usedAfter[c] = true;
            yield return new Pair(deleted[d], created[c], similarity);
        }
    }

    private static int SameEnd(ResourceChange deleted, ResourceChange created) => (deleted.Name == created.Name ? 2 : 0) + (deleted.Index == created.Index ? 1 : 0);

    private static double Similarity(Dictionary<string, string> before, Dictionary<string, string> after)
    {
        // What the world has given to the old one (ids, addresses) is not known of the new one, and says nothing.
        var both = after.Count(a => before.ContainsKey(a.Key));
        var equal = after.Count(a => before.TryGetValue(a.Key, out var value) && value == a.Value);
        return equal == 0 || both == 0 || equal == 1 && after.Count > 1 ? 0 : (double)equal / Math.Max(both, after.Count);
    }

    private static Dictionary<string, string> Values(PlanJson json)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.Value is { } value)
            Collect(AttributePath.Root, value, values);
        return values;
    }

    private static void Collect(AttributePath path, JsonElement value, Dictionary<string, string> values)
    {
        if (values.Count >= MostValues)
            return;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                    Collect(path.Property(property.Name), property.Value, values);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Collect(path.Item(index++), item, values);
                break;
            case JsonValueKind.Null or JsonValueKind.False:
                break;
            default:
                // Defaults of a type tell nothing apart: an empty text is one, as false is.
                if (value.ValueKind != JsonValueKind.String || value.GetString()!.Length > 0)
                    values[path.ToString()] = value.GetRawText();
                break;
        }
    }

    // Where all that is destroyed in a module has its pair in one other module, under the same rest of the address, the module has moved.
    private static IEnumerable<MovedSuggestion> Modules(List<Pair> pairs, Plan plan)
    {
        var left = new List<Pair>();
        foreach (var group in pairs.GroupBy(p => (From: p.Deleted.ModuleAddress, To: p.Created.ModuleAddress)))
        {
            var (from, to) = group.Key;
            var isWhole = from.Length > 0 && to.Length > 0 && from != to
                && group.All(p => p.Deleted.Address[from.Length..] == p.Created.Address[to.Length..])
                && plan.Changes.Where(c => c.ModuleAddress == from && !c.IsData && c.Kind != ChangeKind.Create).All(c => group.Any(p => p.Deleted.Address == c.Address));
            if (isWhole)
                yield return new MovedSuggestion(from, to, group.Min(p => p.Similarity), group.Count());
            else
                left.AddRange(group);
        }

        foreach (var pair in left)
            yield return new MovedSuggestion(pair.Deleted.Address, pair.Created.Address, pair.Similarity, 1);
    }

    private sealed record Pair(ResourceChange Deleted, ResourceChange Created, double Similarity);
}
