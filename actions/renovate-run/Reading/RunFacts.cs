namespace Actions.RenovateRun.Reading;

/// <summary>An update that Renovate found for a dependency.</summary>
/// <param name="Type">Renovate's <c>updateType</c>: <c>major</c>, <c>minor</c>, <c>patch</c>, <c>pin</c>, <c>digest</c> …</param>
/// <param name="NewValue">What the file would say: a tag, a range; null where only the digest changes.</param>
/// <param name="NewDigest">The digest that the file would say; null for none.</param>
/// <param name="Branch">The branch that would bring it; empty where Renovate says none.</param>
/// <param name="IsVulnerabilityFix">Whether it is there because of a known vulnerability.</param>
/// <param name="IsPending">Whether it waits, for the release to be old enough for example.</param>
internal sealed record FoundUpdate(string Type, string? NewValue, string? NewDigest, string Branch = "", bool IsVulnerabilityFix = false, bool IsPending = false);

/// <summary>A dependency that Renovate extracted from a file.</summary>
internal sealed record Dependency
{
    /// <summary>The manager that extracted it, for example <c>kubernetes</c>.</summary>
    public required string Manager { get; init; }

    /// <summary>The file, relative to its repository.</summary>
    public required string File { get; init; }

    /// <summary>What it is called there; empty where Renovate says none.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is looked up; the name where Renovate says nothing else.</summary>
    public string PackageName { get; init; } = "";

    /// <summary>What the file says; null for nothing.</summary>
    public string? CurrentValue { get; init; }

    /// <summary>The digest that the file says; null for none.</summary>
    public string? CurrentDigest { get; init; }

    /// <summary>Where releases are looked up, for example <c>docker</c>; empty where Renovate says none.</summary>
    public string Datasource { get; init; } = "";

    /// <summary>Why Renovate leaves it alone, for example <c>contains-variable</c>; null if it does not.</summary>
    public string? SkipReason { get; init; }

    /// <summary>Why its releases could not be looked up, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What it could be updated to.</summary>
    public IReadOnlyList<FoundUpdate> Updates { get; init; } = [];
}

/// <summary>What became of a branch.</summary>
/// <param name="Name">Name of the branch.</param>
/// <param name="Result">Renovate's word for it, for example <c>pr-created</c>, <c>error</c>, <c>not-scheduled</c>.</param>
/// <param name="Title">Title of its pull request.</param>
/// <param name="PullRequest">Number of its pull request; null for none.</param>
/// <param name="File">A file that it changes; null where none is known.</param>
internal sealed record BranchOutcome(string Name, string Result, string Title, int? PullRequest, string? File);

/// <summary>A warning or an error that Renovate logged.</summary>
/// <param name="IsError">Whether it is an error; otherwise a warning.</param>
/// <param name="Message">What it says.</param>
/// <param name="Detail">The message of the error behind it; empty for none.</param>
/// <param name="File">The file that it is about; null for none.</param>
/// <param name="Branch">The branch that it is about; null for none.</param>
internal sealed record LoggedProblem(bool IsError, string Message, string Detail = "", string? File = null, string? Branch = null);

/// <summary>Requests to one host.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Requests">How many.</param>
/// <param name="AverageMilliseconds">How long one took.</param>
/// <param name="SlowestMilliseconds">How long the slowest took.</param>
internal sealed record HostTraffic(string Host, int Requests, double AverageMilliseconds, double SlowestMilliseconds)
{
    /// <summary>How long all of them took together.</summary>
    public double TotalMilliseconds => Requests * AverageMilliseconds;
}

/// <summary>What is known of one repository.</summary>
internal sealed record RepositoryFacts(string Name)
{
    /// <summary>Whether Renovate came to its end with it, well or not.</summary>
    public bool IsFinished { get; init; }

    /// <summary>Renovate's word for the result, for example <c>done</c> or <c>bad-credentials</c>; null where it says none, as in a look-up.</summary>
    public string? Result { get; init; }

    /// <summary>Renovate's word for the repository: <c>onboarded</c>, <c>onboarding</c>, <c>activated</c>, <c>disabled</c>, <c>unknown</c>; null where it says none.</summary>
    public string? Status { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether the search for dependencies was made.</summary>
    public bool IsExtracted { get; init; }

    /// <summary>What was extracted, in Renovate's order.</summary>
    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    /// <summary>The branches, in Renovate's order; none in a look-up.</summary>
    public IReadOnlyList<BranchOutcome> Branches { get; init; } = [];

    /// <summary>What was logged as a warning or an error, without repetitions.</summary>
    public IReadOnlyList<LoggedProblem> Problems { get; init; } = [];

    /// <summary>The traffic by host.</summary>
    public IReadOnlyList<HostTraffic> Hosts { get; init; } = [];

    /// <summary>How many pull requests were created, updated and merged.</summary>
    public PullRequestCounts PullRequests { get; init; }

    /// <summary>How many years its dependencies are behind, all together; null where it is not known.</summary>
    public double? LibYears { get; init; }

    /// <summary>The updates, each with its dependency.</summary>
    public IEnumerable<(Dependency Dependency, FoundUpdate Update)> Updates => Dependencies.SelectMany(d => d.Updates.Select(u => (d, u)));
}

/// <summary>How many pull requests were created, updated and merged.</summary>
internal readonly record struct PullRequestCounts(int Created, int Updated, int Merged)
{
    public static PullRequestCounts operator +(PullRequestCounts left, PullRequestCounts right) =>
        new(left.Created + right.Created, left.Updated + right.Updated, left.Merged + right.Merged);
}

/// <summary>What is known of a run, from its log and its report.</summary>
internal sealed record RunFacts
{
    /// <summary>The version of Renovate; empty where it did not come to say it.</summary>
    public string Version { get; init; } = "";

    /// <summary>The repositories, in the order in which Renovate took them.</summary>
    public IReadOnlyList<RepositoryFacts> Repositories { get; init; } = [];

    /// <summary>The repositories that were discovered; none where that was not asked for.</summary>
    public IReadOnlyList<string> Discovered { get; init; } = [];

    /// <summary>Warnings and errors that belong to no repository, without repetitions.</summary>
    public IReadOnlyList<LoggedProblem> Problems { get; init; } = [];

    /// <summary>What ended Renovate itself: its last words, and the error behind them; null if nothing did.</summary>
    public LoggedProblem? Fatal { get; init; }

    /// <summary>Settings that Renovate passed over without a warning: names of variables whose value it could not read.</summary>
    public IReadOnlyList<string> IgnoredVariables { get; init; } = [];

    /// <summary>What Renovate finds wrong with the configuration of the run.</summary>
    public IReadOnlyList<string> ConfigurationErrors { get; init; } = [];

    /// <summary>Whether the report was there and could be read.</summary>
    public bool HasReport { get; init; }

    /// <summary>How many lines of the log were no JSON, a torn last one for example, or longer than what is read.</summary>
    public int UnreadLines { get; init; }

    /// <summary>The repository that Renovate was at when it ended; null if at none.</summary>
    public string? Unfinished => Repositories.FirstOrDefault(r => !r.IsFinished)?.Name;

    /// <summary>What two processes did, one after the other.</summary>
    public RunFacts Then(RunFacts next) => new()
    {
        Version = next.Version.Length > 0 ? next.Version : Version,
        // A repository that the first process was stopped at is done again by the next.
        Repositories = [.. Repositories.Where(r => next.Repositories.All(n => n.Name != r.Name)), .. next.Repositories],
        Discovered = [.. Discovered.Union(next.Discovered)],
        Problems = [.. Problems.Union(next.Problems)],
        Fatal = Fatal ?? next.Fatal,
        IgnoredVariables = [.. IgnoredVariables.Union(next.IgnoredVariables)],
        ConfigurationErrors = [.. ConfigurationErrors.Union(next.ConfigurationErrors)],
        HasReport = HasReport && next.HasReport,
        UnreadLines = UnreadLines + next.UnreadLines,
    };
}
