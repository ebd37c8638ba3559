using Actions.Shared.Findings;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning;

/// <summary>Holds a run against what fails the step by <c>fail-on</c>, beside gates, which belong to each root.</summary>
internal static class FailOnRules
{
    private const int MostNamed = 20;

    /// <summary>What holds, the gravest first, each with a cause of its own; none where a root has failed, for that is the reason then.</summary>
    /// <param name="report">The run.</param>
    /// <param name="failOn">What fails the step.</param>
    public static IReadOnlyList<RootFailure> Judge(RunReport report, IReadOnlyList<FailOn> failOn)
    {
        if (report.Roots.Any(r => r.Failure is not null) || report.Mode == RunMode.Drift)
        {
            return [];
        }

        var plans = report.Roots.Where(r => r.Plan is not null).Select(r => (Root: r, r.Plan!.Plan)).ToArray();
        var checks = plans.SelectMany(p => p.Plan.Checks.Where(c => c.Status is CheckStatus.Fail or CheckStatus.Error).Select(c => Named(report, p.Root, c.Address))).ToArray();
        var errors = report.Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Rule} in {f.Location}").ToArray();
        var drifted = plans.SelectMany(p => p.Plan.Drift.Where(d => d.Kind != ChangeKind.NoOp).Select(d => Named(report, p.Root, d.Address))).ToArray();
        var unformatted = report.Roots.SelectMany(r => r.Result.Unformatted).ToArray();
        var changes = report.Mode == RunMode.Apply || !report.Counts.HasChanges
            ? []
            : plans.SelectMany(p => p.Plan.Changes.Where(c => c.IsChange && c.Kind != ChangeKind.Read).Select(c => Named(report, p.Root, c.Address))
                .Concat(p.Plan.Outputs.Where(o => o.Kind != ChangeKind.NoOp).Select(o => Named(report, p.Root, $"output {o.Name}")))
                .Concat(p.Plan.Deferred.Select(d => Named(report, p.Root, d.Address)))
                .Concat(p.Plan.Actions.Where(a => a.DeferredReason.Length == 0).Select(a => Named(report, p.Root, a.Address)))).ToArray();
        return
        [
            .. Refuse(FailOn.Checks, checks, (n, one) => $"{n} check{(one ? " does" : "s do")} not hold", "Correct the configuration, or the condition if it is wrong."),
            .. Refuse(FailOn.Findings, errors, (n, one) => $"Other tools have found {n} error{(one ? "" : "s")}", "Correct them, or take them out where the tool reads its configuration."),
            .. Refuse(
                FailOn.Drift, drifted, (n, one) => $"{n} object{(one ? " was" : "s were")} changed outside", "Apply to change them back, or bring the configuration to what is there."),
            .. Refuse(FailOn.Format, unformatted, (n, one) => $"{n} file{(one ? " is" : "s are")} not formatted", "Run `fmt` on them."),
            .. Refuse(FailOn.Changes, changes, (n, one) => $"The plan changes {n} object{(one ? "" : "s")}", "Apply them, or correct the configuration: nothing was to change here."),
        ];

        IEnumerable<RootFailure> Refuse(FailOn what, string[] names, Func<int, bool, string> title, string hint)
        {
            if (names.Length > 0 && failOn.Contains(what))
            {
                var more = names.Length > MostNamed ? $"\nand {names.Length - MostNamed} more" : "";
                yield return new RootFailure(what.ToString().ToLowerInvariant(), title(names.Length, names.Length == 1), string.Join('\n', names.Take(MostNamed)) + more, hint);
            }
        }
    }

    private static string Named(RunReport report, RootReport root, string name) => report.Roots.Count == 1 ? name : $"{name} in {root.Shown}";
}
