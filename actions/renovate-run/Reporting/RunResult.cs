using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.Shared.Images;

namespace Actions.RenovateRun.Reporting;

/// <summary>Everything that is reported of a run.</summary>
/// <param name="Facts">What is known of it.</param>
/// <param name="Verdict">What it came to.</param>
/// <param name="Started">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Images">The images of the workspace, for the lines of annotations; none where the workspace is no repository of the run.</param>
/// <param name="Workspace">The repository that the workspace is; null for none.</param>
/// <param name="Changes">What is different from the run before; null where that one is not known.</param>
internal sealed record RunResult(
    RunFacts Facts, RunVerdict Verdict, DateTimeOffset Started, TimeSpan Duration, IReadOnlyList<FoundImage> Images, string? Workspace, RunChanges? Changes)
{
    /// <summary>How many repositories are in each state, the gravest first.</summary>
    public IReadOnlyList<(RunState State, int Count)> States => [.. Verdict.Repositories.GroupBy(r => r.State).OrderBy(g => g.Key).Select(g => (g.Key, g.Count()))];

    /// <summary>How many updates there are by manager and type, in ordinal order.</summary>
    public IReadOnlyList<(string Manager, string Type, int Count)> Updates =>
    [
        .. Facts.Repositories.SelectMany(r => r.Updates)
            .GroupBy(u => (u.Dependency.Manager, u.Update.Type))
            .OrderBy(g => g.Key.Manager, StringComparer.Ordinal).ThenBy(g => g.Key.Type, StringComparer.Ordinal)
            .Select(g => (g.Key.Manager, g.Key.Type, g.Count())),
    ];

    /// <summary>How many pull requests were created, updated and merged.</summary>
    public PullRequestCounts PullRequests => Facts.Repositories.Aggregate(default(PullRequestCounts), (sum, r) => sum + r.PullRequests);

    /// <summary>How many remarks are graver than that there are updates.</summary>
    public int Problems => Verdict.Remarks.Concat(Verdict.Repositories.SelectMany(r => r.Remarks)).Count(r => r.State < RunState.Outdated);

    /// <summary>Dependencies that were left alone, by reason, the most frequent first.</summary>
    public IReadOnlyList<(string Reason, IReadOnlyList<(string Repository, Dependency Dependency)> Dependencies)> Skipped =>
    [
        .. Facts.Repositories.SelectMany(r => r.Dependencies.Where(d => d.SkipReason is not null).Select(d => (Repository: r.Name, Dependency: d)))
            .GroupBy(d => d.Dependency.SkipReason!)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, (IReadOnlyList<(string, Dependency)>)[.. g])),
    ];

    /// <summary>The traffic of all repositories by host, that which took the longest first.</summary>
    public IReadOnlyList<HostTraffic> Hosts =>
    [
        .. Facts.Repositories.SelectMany(r => r.Hosts)
            .GroupBy(h => h.Host)
            .Select(g => new HostTraffic(g.Key, g.Sum(h => h.Requests), g.Sum(h => h.TotalMilliseconds) / Math.Max(1, g.Sum(h => h.Requests)), g.Max(h => h.SlowestMilliseconds)))
            .OrderByDescending(h => h.TotalMilliseconds).ThenBy(h => h.Host, StringComparer.Ordinal),
    ];

    /// <summary>A state as <c>fail-on</c> writes it.</summary>
    public static string Word(RunState state) => state switch
    {
        RunState.Failed => "failed",
        RunState.NoRepositories => "no-repositories",
        RunState.ConfigIgnored => "config-ignored",
        RunState.BranchError => "branch-error",
        RunState.LookupFailure => "lookup-failure",
        RunState.NothingFound => "nothing-found",
        RunState.AllSkipped => "all-skipped",
        RunState.BlindSpot => "blind-spot",
        RunState.Disabled => "disabled",
        RunState.Onboarding => "onboarding",
        RunState.Warning => "warning",
        RunState.Outdated => "outdated",
        _ => "up-to-date",
    };
}

/// <summary>An update, as reports name it.</summary>
internal sealed record UpdateLine(string Repository, string Manager, string File, string Dependency, string From, string To, string Type)
{
    /// <summary>The updates of a run, in its order.</summary>
    public static IEnumerable<UpdateLine> Of(RunFacts facts) =>
        from repository in facts.Repositories
        from found in repository.Updates
        select new UpdateLine(
            repository.Name, found.Dependency.Manager, found.Dependency.File, found.Dependency.Name,
            found.Dependency.CurrentValue ?? found.Dependency.CurrentDigest ?? "",
            found.Update.NewValue is { } value && value != found.Dependency.CurrentValue ? value : found.Update.NewDigest ?? found.Update.NewValue ?? "",
            found.Update.Type);
}

/// <summary>What is different from the run before.</summary>
/// <param name="NewUpdates">Updates that were not there.</param>
/// <param name="GoneUpdates">Updates that are no longer there: merged, or replaced by newer ones.</param>
/// <param name="NewlyBad">Repositories that have begun to fail.</param>
/// <param name="Recovered">Repositories that no longer fail.</param>
internal sealed record RunChanges(IReadOnlyList<UpdateLine> NewUpdates, IReadOnlyList<UpdateLine> GoneUpdates, IReadOnlyList<string> NewlyBad, IReadOnlyList<string> Recovered)
{
    /// <summary>Compares a run with the report of the run before. Only repositories that both looked at count.</summary>
    public static RunChanges Between(PreviousRun before, RunFacts facts, RunVerdict verdict)
    {
        var both = verdict.Repositories.Select(r => r.Facts.Name).Where(before.Fails.ContainsKey).ToHashSet(StringComparer.Ordinal);
        var now = UpdateLine.Of(facts).ToList();
        return new RunChanges(
            [.. now.Except(before.Updates).Where(u => both.Contains(u.Repository))],
            [.. before.Updates.Except(now).Where(u => both.Contains(u.Repository))],
            [.. verdict.Repositories.Where(r => r.Fails && both.Contains(r.Facts.Name) && !before.Fails[r.Facts.Name]).Select(r => r.Facts.Name)],
            [.. verdict.Repositories.Where(r => !r.Fails && both.Contains(r.Facts.Name) && before.Fails[r.Facts.Name]).Select(r => r.Facts.Name)]);
    }
}

/// <summary>What the report of the run before says.</summary>
/// <param name="Updates">The updates that there were.</param>
/// <param name="Fails">Which repositories it looked at, and whether they failed.</param>
internal sealed record PreviousRun(IReadOnlyList<UpdateLine> Updates, IReadOnlyDictionary<string, bool> Fails);
