using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Reporting;

namespace Actions.TerraformPlanning;

/// <summary>
/// A run as metrics. Every sample says which root, workspace and mode it is about, so that the files of several jobs can lie side by side. No label holds
/// an address of an object, a person or a value.
/// </summary>
internal static class PlanMetrics
{
    /// <summary>Renders the metrics, in a fixed order.</summary>
    /// <param name="report">The run.</param>
    /// <param name="exitCode">With which code the program ends.</param>
    /// <param name="end">When the run ended.</param>
    public static string Render(RunReport report, ExitCode exitCode, DateTimeOffset end)
    {
        var timestamp = end.ToUnixTimeMilliseconds() / 1000.0;
        var mode = report.Mode.ToString().ToLowerInvariant();
        var planned = report.Roots.Where(r => r.Plan is not null).ToArray();
        // What refuses the run as a whole makes none of its roots good.
        bool IsGood(RootReport root) => root.Failure is null && report.Refusals.Count == 0 && root.Outcome is not (RunOutcome.Drifted or RunOutcome.Refused or RunOutcome.Failed or RunOutcome.Cancelled);
        return new PrometheusText()
            .Gauge("terraform_plan_success", "Whether the last run was good for the root.", report.Roots.Select(r => (Labels(r), IsGood(r) ? 1.0 : 0.0)))
            .Gauge("terraform_plan_exit_code", "Exit code of the last run.", report.Roots.Select(r => (Labels(r), (double)exitCode)))
            .Gauge(
                "terraform_plan_result", "1 for what became of the root in the last run, 0 for what did not.",
                report.Roots.SelectMany(r => Enum.GetValues<RunOutcome>().Select(o => (Labels(r, ("result", TerraformPlanProgram.Id(o))), o == r.Outcome ? 1.0 : 0.0))))
            .Gauge("terraform_plan_timestamp_seconds", "When the last run ended.", report.Roots.Select(r => (Labels(r), timestamp)))
            .Gauge("terraform_plan_last_success_timestamp_seconds", "When the last good run ended; absent after a bad one.", report.Roots.Where(IsGood).Select(r => (Labels(r), timestamp)))
            .Gauge(
                "terraform_plan_step_duration_seconds", "How long the steps of the last run took.",
                report.Roots.SelectMany(r => r.Result.Times.GroupBy(t => t.Step, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => (Labels(r, ("step", g.Key)), Math.Round(g.Sum(t => t.Duration.TotalSeconds), 3)))))
            .Gauge(
                "terraform_plan_objects", "Objects by what the plan does with them; drift is what was changed outside.",
                planned.SelectMany(r => TerraformPlanProgram.Counts(r.Plan!.Plan.Counts).Select(c => (Labels(r, ("action", c.Name)), (double)c.Count))))
            .Gauge(
                "terraform_plan_drift", "Objects by class of drift; only of a look for drift.",
                planned.Where(r => r.Drift is not null).SelectMany(r => Classes(r.Drift!).Select(c => (Labels(r, ("class", c.Class)), (double)c.Count))))
            .Gauge("terraform_plan_risk", "How much can go wrong: 0 for nothing, 1 for low, 2 for medium, 3 for high.", planned.Select(r => (Labels(r), (double)r.Plan!.Risk.Level)))
            .Gauge("terraform_plan_gates_violated", "Gates that the plan does not pass, also if they were opened.", planned.Select(r => (Labels(r), (double)(r.Plan!.Gates?.Violations.Count ?? 0))))
            .Gauge(
                "terraform_plan_findings", "What rules and other tools have found.",
                planned.SelectMany(r => Enum.GetValues<Severity>().OrderDescending().Select(s => (Labels(r, ("severity", s.ToString().ToLowerInvariant())), (double)r.Plan!.Findings.Count(f => f.Severity == s)))))
            .ToString();

        (string, string)[] Labels(RootReport root, params (string, string)[] more) => [("root", root.Result.Root.Path), ("workspace", root.Result.Workspace), ("mode", mode), .. more];
    }

    private static IEnumerable<(string Class, int Count)> Classes(DriftReport drift) =>
    [
        ("drift-affecting-plan", drift.Drift.Affecting.Count),
        ("drift", drift.Drift.Harmless.Count),
        ("unapplied-code", drift.Drift.Unapplied.Count + drift.Drift.UnappliedOutputs.Count),
    ];
}
