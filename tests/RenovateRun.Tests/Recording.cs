using System.Globalization;
using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.Shared.Processes;

namespace Actions.RenovateRun.Tests;

/// <summary>What a real run of Renovate 44.121.2 left behind: fixtures/NAME with its debug log, its report, its error output and its exit code.</summary>
internal sealed record Recording(RunFacts Facts, ProcessEnd End)
{
    /// <summary>What fails a run by default.</summary>
    public static IReadOnlyCollection<RunState> Defaults { get; } =
        [RunState.Failed, RunState.NoRepositories, RunState.ConfigIgnored, RunState.BranchError, RunState.LookupFailure, RunState.NothingFound, RunState.AllSkipped];

    public RunVerdict Verdict => RunJudge.Judge(Facts, RunEndings.Of(End, Facts), [], Defaults);

    public static string PathOf(string name, string file) => Path.Combine(AppContext.BaseDirectory, "fixtures", name, file);

    public static Recording Of(string name, bool withReport = true)
    {
        var log = new RunLog();
        using (var lines = new LineReader())
        using (var stream = File.OpenRead(PathOf(name, "debug.ndjson")))
        {
            lines.ReadAvailable(stream, log.Take);
            lines.Complete(log.Take);
        }

        var report = PathOf(name, "report.json");
        var errors = PathOf(name, "stderr");
        using var reportStream = withReport && File.Exists(report) ? File.OpenRead(report) : null;
        return new Recording(
            log.Facts(reportStream is null ? null : RunReport.Read(reportStream), tooLong: 0),
            new ProcessEnd(
                ChildOutcome.Exited, int.Parse(File.ReadAllText(PathOf(name, "exit-code")), CultureInfo.InvariantCulture),
                File.Exists(errors) ? File.ReadAllText(errors) : "", TimeSpan.FromMinutes(50)));
    }
}
