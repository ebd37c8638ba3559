using System.Globalization;

namespace Actions.Shared.GitHub;

/// <summary>What the runner tells a step about its job. Everything is null or empty outside GitHub.</summary>
public sealed record GitHubContext
{
    /// <summary>Whether a runner started us (<c>GITHUB_ACTIONS=true</c>).</summary>
    public bool IsActions { get; init; }

    /// <summary>Whether step debugging is on (<c>RUNNER_DEBUG=1</c>).</summary>
    public bool IsDebug { get; init; }

    /// <summary>The checkout, an absolute path (<c>GITHUB_WORKSPACE</c>).</summary>
    public string? Workspace { get; init; }

    /// <summary><c>owner/name</c>.</summary>
    public string? Repository { get; init; }

    /// <summary>The commit that triggered the run, 40 hexadecimal digits.</summary>
    public string? Sha { get; init; }

    /// <summary>The full ref, for example <c>refs/heads/main</c>.</summary>
    public string? Ref { get; init; }

    /// <summary>The short name of the branch or tag; <c>7/merge</c> for a pull request.</summary>
    public string? RefName { get; init; }

    /// <summary>The source branch of a pull request; otherwise null.</summary>
    public string? HeadRef { get; init; }

    /// <summary>The target branch of a pull request; otherwise null.</summary>
    public string? BaseRef { get; init; }

    /// <summary>The event that triggered the run, for example <c>pull_request</c>.</summary>
    public string? EventName { get; init; }

    /// <summary>Path of the JSON document of the event.</summary>
    public string? EventPath { get; init; }

    /// <summary>Who triggered the run.</summary>
    public string? Actor { get; init; }

    /// <summary>Name of the workflow.</summary>
    public string? Workflow { get; init; }

    /// <summary>Id of the job in the workflow file.</summary>
    public string? Job { get; init; }

    /// <summary>Id of the run, the same for all its attempts.</summary>
    public long? RunId { get; init; }

    /// <summary>Attempt of the run, from 1.</summary>
    public int? RunAttempt { get; init; }

    /// <summary>The server, <c>https://github.com</c> or an Enterprise server's address.</summary>
    public Uri? ServerUrl { get; init; }

    /// <summary>The REST API.</summary>
    public Uri? ApiUrl { get; init; }

    /// <summary>A directory for files of this job, emptied afterwards (<c>RUNNER_TEMP</c>).</summary>
    public string? TemporaryDirectory { get; init; }

    /// <summary>The file for outputs (<c>GITHUB_OUTPUT</c>).</summary>
    public string? OutputPath { get; init; }

    /// <summary>The file for values that the post step gets (<c>GITHUB_STATE</c>).</summary>
    public string? StatePath { get; init; }

    /// <summary>The file for variables of later steps (<c>GITHUB_ENV</c>).</summary>
    public string? EnvironmentPath { get; init; }

    /// <summary>The file for directories on the <c>PATH</c> of later steps (<c>GITHUB_PATH</c>).</summary>
    public string? PathPath { get; init; }

    /// <summary>The file for the job summary (<c>GITHUB_STEP_SUMMARY</c>).</summary>
    public string? StepSummaryPath { get; init; }

    /// <summary>The page of the run; null when it cannot be told.</summary>
    public string? RunUrl => ServerUrl is not null && Repository is not null && RunId is { } id
        ? string.Create(CultureInfo.InvariantCulture, $"{ServerUrl.ToString().TrimEnd('/')}/{Repository}/actions/runs/{id}")
        : null;

    /// <summary>Reads the runner's variables. An empty variable is an unset one; one that cannot be parsed is taken for unset too.</summary>
    public static GitHubContext FromEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        string? Text(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        Uri? Address(string name) => Uri.TryCreate(Text(name), UriKind.Absolute, out var address) ? address : null;

        return new GitHubContext
        {
            IsActions = Text("GITHUB_ACTIONS") == "true",
            IsDebug = Text("RUNNER_DEBUG") == "1",
            Workspace = Text("GITHUB_WORKSPACE"),
            Repository = Text("GITHUB_REPOSITORY"),
            Sha = Text("GITHUB_SHA"),
            Ref = Text("GITHUB_REF"),
            RefName = Text("GITHUB_REF_NAME"),
            HeadRef = Text("GITHUB_HEAD_REF"),
            BaseRef = Text("GITHUB_BASE_REF"),
            EventName = Text("GITHUB_EVENT_NAME"),
            EventPath = Text("GITHUB_EVENT_PATH"),
            Actor = Text("GITHUB_ACTOR"),
            Workflow = Text("GITHUB_WORKFLOW"),
            Job = Text("GITHUB_JOB"),
            RunId = long.TryParse(Text("GITHUB_RUN_ID"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null,
            RunAttempt = int.TryParse(Text("GITHUB_RUN_ATTEMPT"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : null,
            ServerUrl = Address("GITHUB_SERVER_URL"),
            ApiUrl = Address("GITHUB_API_URL"),
            TemporaryDirectory = Text("RUNNER_TEMP"),
            OutputPath = Text("GITHUB_OUTPUT"),
            StatePath = Text("GITHUB_STATE"),
            EnvironmentPath = Text("GITHUB_ENV"),
            PathPath = Text("GITHUB_PATH"),
            StepSummaryPath = Text("GITHUB_STEP_SUMMARY"),
        };
    }
}
