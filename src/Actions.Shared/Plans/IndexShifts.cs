using System.Globalization;
using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>Objects of one resource that only change because <c>count</c> numbers them and one was put in or taken out before them.</summary>
/// <param name="Resource">The address of the resource, without an index.</param>
/// <param name="At">The place, from 0, from which on everything has moved by one or more.</param>
/// <param name="By">By how many: more than 0 if objects were put in, less if they were taken out.</param>
/// <param name="Shifted">How many objects get the values of another one.</param>
public sealed record IndexShift(string Resource, int At, int By, int Shifted)
{
    /// <summary>What happened and what to do, two sentences without a full stop at the end; the address is not escaped.</summary>
    public string Explanation
    {
        get
        {
            var count = Math.Abs(By).ToString(CultureInfo.InvariantCulture);
            var at = $"[{At.ToString(CultureInfo.InvariantCulture)}]";
            return $"{Resource}{at} {(Shifted > 1 ? "and those after it get" : "gets")} the values of {(By < 0 ? "what came after" : "what came before")}, because count numbers objects by their place "
                + $"and {count} {(count == "1" ? "was" : "were")} {(By < 0 ? "taken out" : "put in")} at {at}. "
                + "With for_each over names or keys the others would stay as they are; moved blocks can tell which is which";
        }
    }
}

/// <summary>Recognises such shifts.</summary>
public static class IndexShifts
{
    private const int MostObjects = 1_000;
    private const int FarthestShift = 3;

    /// <summary>The shifts in a plan, in order of resource: at least one object, and most of those that change, get exactly the values that another one has.</summary>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<IndexShift> Of(Plan plan) =>
    [
        .. plan.Changes
            .Where(c => !c.IsData && c.Deposed is null && c.Index.Length is > 0 and < 10 && c.Index.All(char.IsAsciiDigit))
            .GroupBy(c => c.ResourceAddress, StringComparer.Ordinal)
            .Where(g => g.Count() <= MostObjects && g.Any(c => c.Kind == ChangeKind.Update || c.Kind.Replaces()) && g.Any(c => c.Kind is ChangeKind.Delete or ChangeKind.Create))
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Shift(g.Key, g.ToDictionary(c => int.Parse(c.Index, CultureInfo.InvariantCulture))))
            .OfType<IndexShift>(),
    ];

    private static IndexShift? Shift(string resource, Dictionary<int, ResourceChange> objects)
    {
        var changed = objects.Where(o => o.Value.Kind == ChangeKind.Update || o.Value.Kind.Replaces()).OrderBy(o => o.Key).ToArray();
        var isShorter = objects.Values.Any(o => o.Kind == ChangeKind.Delete);
        for (var distance = 1; distance <= FarthestShift; distance++)
        {
            var source = isShorter ? distance : -distance;
            var shifted = changed.Where(o => objects.TryGetValue(o.Key + source, out var other) && Becomes(o.Value, other)).Select(o => o.Key).ToArray();
            if (shifted.Length > 0 && shifted.Length * 2 > changed.Length)
            {
                // What was put in at the front is not the copy of another one, and changes as well.
                var first = isShorter ? shifted[0] : Math.Max(0, shifted[0] - distance);
                return new IndexShift(resource, first, isShorter ? -distance : distance, shifted.Length);
            }
        }

        return null;
    }

    // Whether an object gets what another one has, in every attribute that changes and is known.
    private static bool Becomes(ResourceChange change, ResourceChange other)
    {
        if (change.Before.Value is not { ValueKind: JsonValueKind.Object } before || change.After.Value is not { ValueKind: JsonValueKind.Object } after
            || other.Before.Value is not { ValueKind: JsonValueKind.Object } theirs)
        {
            return false;
        }

        var unknown = MarkTree.Of(change.AfterUnknown);
        var changing = after.EnumerateObject()
            .Where(p => !unknown[p.Name].Any && (!before.TryGetProperty(p.Name, out var was) || !CanonicalPlanJson.AreEqual(was, p.Value))).ToArray();
        return changing.Length > 0 && changing.All(p => theirs.TryGetProperty(p.Name, out var value) && CanonicalPlanJson.AreEqual(value, p.Value));
    }
}
