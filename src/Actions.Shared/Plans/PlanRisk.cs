using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>How much can go wrong.</summary>
public enum RiskLevel
{
    /// <summary>Nothing happens.</summary>
    None,

    /// <summary>Objects are created, changed in place, moved or imported.</summary>
    Low,

    /// <summary>Something is destroyed, replaced or forgotten, or the plan does not say everything.</summary>
    Medium,

    /// <summary>Data may be lost, a secret becomes readable, or what is protected is destroyed.</summary>
    High,
}

/// <summary>How much can go wrong, and why.</summary>
/// <param name="Level">The level.</param>
/// <param name="Reasons">What makes it so high, one clause each without a full stop, the gravest first; addresses in them are not escaped.</param>
public sealed record PlanRisk(RiskLevel Level, IReadOnlyList<string> Reasons)
{
    /// <summary>From how many destroyed objects on the risk is high whatever they are.</summary>
    public const int ManyDestroyed = 10;

    private const int MostNamed = 5;

    /// <summary>The level in lower case: <c>none</c>, <c>low</c>, <c>medium</c> or <c>high</c>.</summary>
    public string Word => Level.ToString().ToLowerInvariant();

    /// <summary>Judges a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="gates">What the gates say of it; null when there are none.</param>
    public static PlanRisk Of(Plan plan, GateResult? gates = null)
    {
        var counts = plan.Counts;
        var (high, medium) = (new List<string>(), new List<string>());
        if (gates is { Violations.Count: > 0 })
            high.Add($"{PlanSentence.Count(gates.Violations.Count, "gate")} {(gates.Violations.Count == 1 ? "does" : "do")} not allow it");
        Name(high, plan.Changes.Where(c => c.Kind.Loses() && StatefulTypes.Contains(c.Type)), "of a type that holds data is", "of types that hold data are", "destroyed, replaced or forgotten");
        Name(high, plan.Changes.Where(c => c.Kind == ChangeKind.Unknown), "has", "have", "an action that this program does not know");
        Name(high, plan.Changes.Where(SensitivityFlips.IsUnmarked), "has", "have", "a value that is not marked as sensitive any more");
        if (counts.Destroyed >= ManyDestroyed)
            high.Add($"{PlanSentence.Count(counts.Destroyed, "resource")} are destroyed or replaced");

        Add(medium, counts.Destroyed is > 0 and < ManyDestroyed, $"{PlanSentence.Count(counts.Destroyed, "resource")} {(counts.Destroyed == 1 ? "is" : "are")} destroyed or replaced");
        Add(medium, counts.Forget > 0, $"{PlanSentence.Count(counts.Forget, "resource")} {(counts.Forget == 1 ? "is" : "are")} not managed any more");
        var gone = plan.Outputs.Count(o => o.Kind == ChangeKind.Delete);
        Add(medium, gone > 0, $"{PlanSentence.Count(gone, "output")} {(gone == 1 ? "goes" : "go")} away, and others may read {(gone == 1 ? "it" : "them")}");
        Add(medium, plan.IsErrored, "planning has failed, so there may be more");
        Add(medium, plan.Deferred.Count > 0, $"{PlanSentence.Count(plan.Deferred.Count, "resource")} {(plan.Deferred.Count == 1 ? "is" : "are")} left for the next plan");
        Add(medium, counts.Actions > 0, $"{PlanSentence.Count(counts.Actions, "action")} {(counts.Actions == 1 ? "is" : "are")} invoked, whose effects the plan does not show");
        var failed = plan.Checks.Count(c => c.Status is CheckStatus.Fail or CheckStatus.Error);
        Add(medium, failed > 0, $"{PlanSentence.Count(failed, "check")} {(failed == 1 ? "fails" : "fail")}");
        var level = high.Count > 0 ? RiskLevel.High : medium.Count > 0 ? RiskLevel.Medium : plan.HasChanges || counts.Read > 0 ? RiskLevel.Low : RiskLevel.None;
        return new PlanRisk(level, [.. high, .. medium]);
    }

    private static void Add(List<string> reasons, bool holds, string reason)
    {
        if (holds)
            reasons.Add(reason);
    }

    private static void Name(List<string> reasons, IEnumerable<ResourceChange> changes, string one, string many, string what)
    {
        var addresses = changes.Select(c => c.Address).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (addresses.Length > 0)
        {
            var more = addresses.Length > MostNamed ? $" and {addresses.Length - MostNamed} more" : "";
            reasons.Add($"{string.Join(", ", addresses.Take(MostNamed))}{more} {(addresses.Length == 1 ? one : many)} {what}");
        }
    }
}

/// <summary>Values that were marked as sensitive and are not any more.</summary>
internal static class SensitivityFlips
{
    public static bool IsUnmarked(ResourceChange change) =>
        change.Kind is ChangeKind.Update or ChangeKind.NoOp && !change.BeforeSensitive.IsNull && change.BeforeSensitive.Utf8.Span.IndexOf("true"u8) >= 0
        && Paths(change).Any();

    /// <summary>Where a value that stays is marked before but not after.</summary>
    public static IEnumerable<AttributePath> Paths(ResourceChange change) =>
        change.After.Value is { } after ? Walk(AttributePath.Root, after, MarkTree.Of(change.BeforeSensitive), MarkTree.Of(change.AfterSensitive)) : [];

    private static IEnumerable<AttributePath> Walk(AttributePath path, JsonElement value, MarkTree before, MarkTree after)
    {
        if (!before.Any || after.Whole || value.ValueKind == JsonValueKind.Null)
            return [];
        if (before.Whole)
            return [path];
        return value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Walk(path.Property(p.Name), p.Value, before[p.Name], after[p.Name])),
            JsonValueKind.Array => value.EnumerateArray().SelectMany((item, i) => Walk(path.Item(i), item, before[i], after[i])),
            _ => [],
        };
    }
}
