using Actions.RenovateRun.Reading;
using Actions.Shared.Reporting;

namespace Actions.RenovateRun.Reporting;

/// <summary>A run in Prometheus' text format (version 0.0.4), for a textfile collector or a Pushgateway. No label holds an address or a token.</summary>
internal static class RunMetrics
{
    /// <summary>Renders the metrics, in a fixed order.</summary>
    public static string Render(RunResult result)
    {
        var text = new PrometheusText();
        var end = result.Started + result.Duration;
        var repositories = result.Facts.Repositories;
        text.Gauge("renovate_run_success", "Whether the last run was good.", result.Verdict.IsGood ? 1 : 0);
        text.Gauge("renovate_run_exit_code", "Exit code of the last run.", (int)result.Verdict.ExitCode);
        text.Gauge("renovate_run_duration_seconds", "How long the last run took.", result.Duration.TotalSeconds);
        text.Gauge("renovate_run_timestamp_seconds", "When the last run ended.", end.ToUnixTimeMilliseconds() / 1000.0);
        if (result.Verdict.IsGood)
        {
            text.Gauge("renovate_run_last_success_timestamp_seconds", "When the last good run ended; absent after a bad one.", end.ToUnixTimeMilliseconds() / 1000.0);
        }

        text.Gauge("renovate_run_repositories", "Repositories by the state that the run left them in.", result.States.Select(s => (Labels(("result", RunResult.Word(s.State))), (double)s.Count)));
        text.Gauge(
            "renovate_run_updates", "Updates that were found.",
            from repository in repositories
            from kind in repository.Updates.GroupBy(u => (u.Dependency.Manager, u.Update.Type)).OrderBy(g => g.Key.Manager, StringComparer.Ordinal).ThenBy(g => g.Key.Type, StringComparer.Ordinal)
            select (Labels(("repository", repository.Name), ("manager", kind.Key.Manager), ("type", kind.Key.Type)), (double)kind.Count()));
        text.Gauge(
            "renovate_run_branches", "Branches by Renovate's result.",
            repositories.SelectMany(r => r.Branches).GroupBy(b => b.Result).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (Labels(("result", g.Key)), (double)g.Count())));
        var problems = result.Facts.Problems.Concat(repositories.SelectMany(r => r.Problems)).ToList();
        text.Gauge(
            "renovate_run_problems", "Warnings and errors that Renovate logged.",
            [(Labels(("level", "error")), problems.Count(p => p.IsError)), (Labels(("level", "warning")), problems.Count(p => !p.IsError))]);
        text.Gauge(
            "renovate_run_dependencies", "Dependencies that were found.",
            from repository in repositories
            from state in new (string Name, Func<Dependency, bool> Holds)[] { ("total", _ => true), ("outdated", d => d.Updates.Count > 0), ("skipped", d => d.SkipReason is not null) }
            select (Labels(("repository", repository.Name), ("state", state.Name)), (double)repository.Dependencies.Count(state.Holds)));
        text.Gauge("renovate_run_libyears", "How many years the dependencies are behind.", repositories.Where(r => r.LibYears is not null).Select(r => (Labels(("repository", r.Name)), r.LibYears!.Value)));
        text.Gauge(
            "renovate_run_lookup_failures", "Dependencies whose releases could not be looked up.",
            repositories.Select(r => (Labels(("repository", r.Name)), (double)r.Dependencies.Count(d => d.Warnings.Count > 0))));
        text.Gauge(
            "renovate_run_pull_requests", "Pull requests that the last run changed.",
            [
                (Labels(("action", "created")), result.PullRequests.Created),
                (Labels(("action", "merged")), result.PullRequests.Merged),
                (Labels(("action", "updated")), result.PullRequests.Updated),
            ]);
        return text.ToString();
    }

    private static (string, string)[] Labels(params (string, string)[] labels) => labels;
}
