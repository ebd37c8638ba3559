using System.Globalization;
using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;

namespace Actions.RenovateRun.Reporting;

/// <summary>Sentences of the reports for people; plain text.</summary>
internal static class RunText
{
    /// <summary>What the run came to, one line.</summary>
    public static string Verdict(RunResult result)
    {
        var repositories = result.Verdict.Repositories;
        var bad = repositories.Count(r => r.Fails);
        var updates = result.Facts.Repositories.Sum(r => r.Updates.Count());
        if (!result.Verdict.IsGood && bad == 0)
        {
            return "The Renovate run failed";
        }

        var what = repositories.Count == 1
            ? $"Renovate looked at {repositories[0].Facts.Name}"
            : string.Create(CultureInfo.InvariantCulture, $"Renovate looked at {repositories.Count} repositories");
        var found = string.Create(CultureInfo.InvariantCulture, $"{updates} update{(updates == 1 ? "" : "s")}");
        return bad == 0 ? $"{what}: {found}" : string.Create(CultureInfo.InvariantCulture, $"{what}: {bad} failed, {found}");
    }

    /// <summary>A remark, and what to do on a line of its own.</summary>
    public static string Remark(Remark remark) =>
        $"{RunResult.Word(remark.State)}: {Place(remark)}{remark.Message}{(remark.Hint.Length > 0 ? $"\n  {remark.Hint}" : "")}";

    /// <summary>Repository and file with a colon and a blank behind them; empty for none.</summary>
    public static string Place(Remark remark) => (remark.Repository, remark.File) switch
    {
        (null, null) => "",
        ({ } repository, null) => $"{repository}: ",
        (null, { } file) => $"{file}: ",
        ({ } repository, { } file) => repository == RenovateRunOptions.Local ? $"{file}: " : $"{repository}, {file}: ",
    };

    /// <summary>How many updates of which type, by manager.</summary>
    public static string Updates(RunResult result) => string.Join(
        ", ", result.Updates.GroupBy(u => u.Manager).Select(g => $"{g.Key} {string.Join(" and ", g.Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Count} {u.Type}")))}"));

    /// <summary>How many pull requests were changed; empty for none.</summary>
    public static string PullRequests(PullRequestCounts counts)
    {
        var parts = new List<string>();
        foreach (var (count, what) in new[] { (counts.Created, "created"), (counts.Updated, "updated"), (counts.Merged, "merged") })
        {
            if (count > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
            }
        }

        return string.Join(", ", parts);
    }

    /// <summary>A span of time for a person.</summary>
    public static string Time(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m {time.Seconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0}s");
}
