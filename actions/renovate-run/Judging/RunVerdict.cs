using Actions.RenovateRun.Reading;
using Actions.Shared;
using Actions.Shared.Findings;

namespace Actions.RenovateRun.Judging;

/// <summary>Something that is wrong or worth knowing, of a repository or of the run.</summary>
/// <param name="State">What it is.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Hint">What to do about it; empty for nothing.</param>
internal sealed record Remark(RunState State, string Message, string Hint = "")
{
    /// <summary>The repository; null for the run as a whole.</summary>
    public string? Repository { get; init; }

    /// <summary>The file in the repository; null for none.</summary>
    public string? File { get; init; }

    /// <summary>The stretch of the file; null for the whole of it.</summary>
    public TextRegion? Region { get; init; }

    /// <summary>The name of the dependency that it is about; null for none.</summary>
    public string? Dependency { get; init; }

    /// <summary>What the process's exit code says if this is what fails it.</summary>
    public ExitCode ExitCode { get; init; } = ExitCode.Findings;
}

/// <summary>What is said of one repository.</summary>
/// <param name="Facts">What is known of it.</param>
/// <param name="State">The gravest of the remarks; <see cref="RunState.Outdated"/> or <see cref="RunState.UpToDate"/> without one.</param>
/// <param name="Remarks">What is wrong or worth knowing, the gravest first.</param>
/// <param name="Fails">Whether the run fails because of it.</param>
internal sealed record RepositoryVerdict(RepositoryFacts Facts, RunState State, IReadOnlyList<Remark> Remarks, bool Fails);

/// <summary>What is said of a run.</summary>
/// <param name="Repositories">The repositories, in Renovate's order.</param>
/// <param name="Remarks">What is wrong or worth knowing of the run as a whole, the gravest first.</param>
/// <param name="Failures">The remarks that fail the run, the gravest first.</param>
internal sealed record RunVerdict(IReadOnlyList<RepositoryVerdict> Repositories, IReadOnlyList<Remark> Remarks, IReadOnlyList<Remark> Failures)
{
    /// <summary>Whether the run is good.</summary>
    public bool IsGood => Failures.Count == 0;

    /// <summary>
    /// 0 when nothing fails the run; the code of the failures if all have the same, so that a run that only a wrong configuration fails (2) is
    /// not repeated, and one that a server's trouble fails (3) is; otherwise 1.
    /// </summary>
    public ExitCode ExitCode => Failures.Select(f => f.ExitCode).Distinct().ToArray() switch
    {
        [] => ExitCode.Done,
        [var only] => only,
        _ => ExitCode.Findings,
    };
}

/// <summary>Decides what a run came to. Renovate's exit code does not tell: it is 0 although every repository failed.</summary>
internal static class RunJudge
{
    /// <summary>Judges a run.</summary>
    /// <param name="facts">What is known of it.</param>
    /// <param name="ending">How Renovate ended, if it did not end as it should; null if it did.</param>
    /// <param name="blindSpots">Remarks on images that Renovate did not see.</param>
    /// <param name="failOn">The states that fail the run.</param>
    public static RunVerdict Judge(RunFacts facts, Remark? ending, IReadOnlyList<Remark> blindSpots, IReadOnlyCollection<RunState> failOn)
    {
        var repositories = facts.Repositories.Select(r => Judge(r, blindSpots, failOn)).ToList();
        var remarks = Remarks(facts, ending, repositories).OrderBy(r => r.State).ToList();
        // How it ended is no matter of taste, and a repository that it broke off explains nothing more.
        var failures = remarks.Where(r => ReferenceEquals(r, ending) || failOn.Contains(r.State))
            .Concat(repositories.SelectMany(r => r.Remarks).Where(r => failOn.Contains(r.State) && !(ending is not null && IsBrokenOff(r))))
            .OrderBy(r => r.State);
        return new RunVerdict(repositories, remarks, [.. failures]);
    }

    private static RepositoryVerdict Judge(RepositoryFacts facts, IReadOnlyList<Remark> blindSpots, IReadOnlyCollection<RunState> failOn)
    {
        var remarks = Remarks(facts)
            .Concat(blindSpots.Where(b => b.Repository == facts.Name))
            .Select(r => r with { Repository = facts.Name })
            .OrderBy(r => r.State)
            .ToList();
        var state = remarks is [var first, ..] ? first.State : facts.Updates.Any() ? RunState.Outdated : RunState.UpToDate;
        if (state > RunState.Outdated || failOn.Contains(RunState.Outdated))
        {
            remarks.AddRange(facts.Updates.Any() ? [Outdated(facts) with { Repository = facts.Name }] : []);
        }

        return new RepositoryVerdict(facts, state, remarks, remarks.Any(r => failOn.Contains(r.State)));
    }

    private static IEnumerable<Remark> Remarks(RunFacts facts, Remark? ending, List<RepositoryVerdict> repositories)
    {
        if (ending is not null)
        {
            yield return ending;
        }

        foreach (var variable in facts.IgnoredVariables)
        {
            yield return new Remark(
                RunState.ConfigIgnored, $"Renovate did not understand the value of {variable} and went on without it", "Give it a JSON array of objects.")
            { ExitCode = ExitCode.BadInput };
        }

        foreach (var error in facts.ConfigurationErrors)
        {
            yield return new Remark(
                RunState.ConfigIgnored, $"Renovate found a mistake in the configuration of the run and went on without that part: {error}",
                "Correct it; renovate-config-validator checks a file.")
            { ExitCode = ExitCode.BadInput };
        }

        if (ending is null && repositories.Count == 0)
        {
            yield return new Remark(
                RunState.NoRepositories, "Renovate had no repository to look at",
                "Name repositories, or set autodiscover and check that the token reaches them and that autodiscover-filter matches their names (owner/name).")
            { ExitCode = ExitCode.BadInput };
        }
        else if (ending is null && repositories.All(r => r.State == RunState.Disabled))
        {
            yield return new Remark(RunState.NothingFound, "Renovate left every repository alone", "See why below; a run that does nothing is no success.");
        }

        foreach (var problem in facts.Problems.Where(p => p.IsError && ending is null))
        {
            yield return new Remark(RunState.Failed, Sentence(problem), "See Renovate's log.");
        }

        foreach (var problem in facts.Problems.Where(p => !p.IsError && !IsTold(p)))
        {
            yield return new Remark(RunState.Warning, Sentence(problem));
        }
    }

    private static IEnumerable<Remark> Remarks(RepositoryFacts facts)
    {
        if (!facts.IsFinished)
        {
            yield return new Remark(RunState.Failed, "Renovate did not finish it", BrokenOff);
            yield break;
        }

        var result = RepositoryResults.Of(facts.Result);
        if (result is not null)
        {
            var cause = facts.Problems.FirstOrDefault(p => p.Detail.Length > 0 && result.State == RunState.Failed)?.Detail;
            yield return cause is null ? result : result with { Message = $"{result.Message} ({FirstLine(cause)})" };
        }

        foreach (var problem in facts.Problems.Where(p => p.IsError && result?.State != RunState.Failed))
        {
            yield return new Remark(RunState.Failed, Sentence(problem), "See Renovate's log.") { File = problem.File };
        }

        foreach (var branch in facts.Branches.Where(b => b.Result == "error"))
        {
            var cause = facts.Problems.FirstOrDefault(p => p.Branch == branch.Name);
            yield return new Remark(
                RunState.BranchError,
                $"The branch {branch.Name} ({branch.Title}) could not be updated{(cause is null ? "" : $": {Sentence(cause)}")}",
                "See Renovate's log of this branch.")
            { File = branch.File };
        }

        foreach (var dependency in facts.Dependencies)
        {
            foreach (var warning in dependency.Warnings)
            {
                yield return new Remark(
                    RunState.LookupFailure, warning,
                    "Check that the package exists, that its registry can be reached, and that host-rules has credentials for it if it needs any.")
                { File = dependency.File, Dependency = dependency.Name };
            }
        }

        if (result is null && facts.IsExtracted && facts.Dependencies.Count == 0)
        {
            yield return new Remark(
                RunState.NothingFound, "No manager found a dependency",
                "kubernetes, argocd and flux read no file unless their managerFilePatterns says which, for example [\"/\\\\.ya?ml$/\"]; in local mode only files that git tracks are seen.");
        }
        else if (facts.Dependencies.Count > 0 && facts.Dependencies.All(d => d.SkipReason is not null))
        {
            yield return new Remark(RunState.AllSkipped, $"All {facts.Dependencies.Count} dependencies were skipped", "See why below.");
        }

        foreach (var problem in facts.Problems.Where(p => !p.IsError && (p.Branch is null || facts.Branches.All(b => b.Name != p.Branch || b.Result != "error")) && !IsTold(p)))
        {
            yield return new Remark(RunState.Warning, Sentence(problem)) { File = problem.File };
        }
    }

    private const string BrokenOff = "It is done again by the next run.";

    /// <summary>Whether a remark says no more than how the run ended.</summary>
    public static bool IsBrokenOff(Remark remark) => remark is { State: RunState.Failed, Hint: BrokenOff };

    private static Remark Outdated(RepositoryFacts facts) => new(
        RunState.Outdated, facts.Updates.Count() is var count && count == 1 ? "There is an update" : $"There are {count} updates");

    // What is said in better words by what it leads to.
    private static bool IsTold(LoggedProblem problem) => problem.Message is
        "Package lookup failures" or "Config validation errors found" or "No repositories found - did you want to run with flag --autodiscover?";

    private static string Sentence(LoggedProblem problem) =>
        problem.Detail.Length == 0 || problem.Detail == problem.Message ? FirstLine(problem.Message) : $"{FirstLine(problem.Message)} ({FirstLine(problem.Detail)})";

    private static string FirstLine(string text) => Shared.GitHub.PlainText.Shorten(text.AsSpan().TrimStart().ToString().Split('\n', 2)[0].TrimEnd(), 300);
}
