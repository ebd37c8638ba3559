using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Plans;
using Actions.Shared.Reporting;

namespace Actions.TerraformPlanning.Places;

/// <summary>
/// What a plan does that reviewers should see beside the code: what gates do not allow, what is destroyed, replaced or forgotten, and what rules find. Objects
/// of one block that have the same fate are one annotation. Texts are redacted and untrusted.
/// </summary>
internal static class PlanAnnotations
{
    private const int MostNamed = 5;

    /// <summary>The annotations, of each severity the gravest first.</summary>
    /// <param name="report">The plan.</param>
    /// <param name="places">Where its root declares what.</param>
    /// <param name="gatesFail">Whether a gate that is not passed fails the step.</param>
    public static IReadOnlyList<Annotation> Of(PlanReport report, ResourcePlaces places, bool gatesFail)
    {
        var lost = report.Plan.Changes.Where(c => !c.IsData && c.Kind.Loses()).OrderBy(c => c.Address, StringComparer.Ordinal).ThenBy(c => c.Deposed, StringComparer.Ordinal).ToArray();
        var guarded = Guarded(report.Gates);
        var fates = lost
            .Select(c => (Change: c, Place: places.Find(c.Address), Gate: guarded.GetValueOrDefault(Name(c))))
            .GroupBy(f => (f.Place, f.Change.Kind, f.Gate))
            .Select(g => (
                IsError: g.Key.Gate is not null && gatesFail && !report.Gates!.IsOverridden,
                HoldsData: HoldsData(g.Select(f => f.Change)),
                Annotation: Fate(report, [.. g.Select(f => f.Change)], g.Key.Place, g.Key.Gate)))
            .OrderByDescending(f => f.HoldsData)
            .Select(f => f.Annotation with { Severity = f.IsError ? Severity.Error : Severity.Warning });

        // What a rule calls an error fails nothing by itself: an error without a failure would confuse.
        var findings = FindingAnnotations.From([.. report.Findings.Where(f => f.Severity >= Severity.Warning && f.Location.Region is not null && f.Rule != PlanRules.StatefulLossId)])
            .Select(f => new Annotation(Severity.Warning, report.Redactor.Text(f.Message)) { Title = report.Redactor.Name(f.Title), Location = f.Location });
        return [.. fates, .. findings];
    }

    /// <summary>The gate that does not let an object pass, by its name.</summary>
    private static Dictionary<string, string> Guarded(GateResult? gates) => (gates?.Violations ?? [])
        .SelectMany(v => v.Addresses.Select(a => (Address: a, v.Gate)))
        .GroupBy(v => v.Address, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(v => v.Gate).Distinct(StringComparer.Ordinal)), StringComparer.Ordinal);

    private static Annotation Fate(PlanReport report, IReadOnlyList<ResourceChange> changes, SourceLocation? place, string? gate)
    {
        var names = string.Join(", ", changes.Take(MostNamed).Select(c => report.Redactor.Name(Name(c)))) + (changes.Count > MostNamed ? $" and {changes.Count - MostNamed} more" : "");
        var verb = changes[0].Kind switch
        {
            ChangeKind.Delete => "destroyed",
            ChangeKind.DeleteThenCreate => "destroyed, then created again",
            ChangeKind.CreateThenDelete => "created anew, then the old one destroyed",
            ChangeKind.Forget or ChangeKind.CreateThenForget => "forgotten: it stays as it is, and is not managed any more",
            _ => "changed in a way that is not known",
        };
        var causes = changes.Select(ChangeCause.Of).Where(c => c.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        var why = causes is [var only] ? $", {report.Redactor.Text(only)}" : "";
        var data = HoldsData(changes) ? ". It holds data" : "";
        var guard = gate is null ? "" : $". {(report.Gates!.IsOverridden ? "Let pass" : "Not allowed")} by {gate}";
        return new Annotation(Severity.Warning, $"{names} will be {verb}{why}{data}{guard}") { Title = report.Context.Tool, Location = place };
    }

    private static bool HoldsData(IEnumerable<ResourceChange> changes) => changes.Any(c => StatefulTypes.Contains(c.Type));

    private static string Name(ResourceChange change) => change.Deposed is null ? change.Address : $"{change.Address} (deposed {change.Deposed})";
}
