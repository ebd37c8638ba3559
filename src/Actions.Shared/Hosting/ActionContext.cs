using Actions.Shared.GitHub;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Processes;
using Spectre.Console;

namespace Actions.Shared.Hosting;

/// <summary>What the run loop gives to a program.</summary>
public sealed class ActionContext
{
    private readonly Lazy<IAnsiConsole?> _console;

    internal ActionContext(
        HostEnvironment environment,
        GitHubContext github,
        ActionLog log,
        ActionSecrets secrets,
        ActionAnnotations annotations,
        ActionOutputs outputs,
        ActionSummary summary,
        string version)
    {
        Variables = environment.Variables;
        WorkingDirectory = github is { IsActions: true, Workspace: { } workspace } ? workspace : environment.WorkingDirectory;
        GitHub = github;
        Time = environment.Time;
        StandardInput = environment.StandardInput;
        Log = log;
        Secrets = secrets;
        Annotations = annotations;
        Outputs = outputs;
        Summary = summary;
        Version = version;
        Processes = new ProcessRunner(Variables, WorkingDirectory, Time) { ChildrenWereInterrupted = environment.ChildrenWereInterrupted };
        _console = new(() => github.IsActions ? null : PersonConsole.Create(environment));
    }

    /// <summary>The environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>The root of the workspace in GitHub, the current directory elsewhere; an absolute path. Relative paths are meant from here.</summary>
    public string WorkingDirectory { get; }

    /// <summary>What the runner tells of the job; empty outside GitHub.</summary>
    public GitHubContext GitHub { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Standard input.</summary>
    public Stream StandardInput { get; }

    /// <summary>Where to tell what is going on.</summary>
    public ActionLog Log { get; }

    /// <summary>Values that must not be read in any output.</summary>
    public ActionSecrets Secrets { get; }

    /// <summary>What GitHub shall show on the run's page and at lines of files; emitted at the end, within GitHub's limits.</summary>
    public ActionAnnotations Annotations { get; }

    /// <summary>The values for later steps.</summary>
    public ActionOutputs Outputs { get; }

    /// <summary>The job summary.</summary>
    public ActionSummary Summary { get; }

    /// <summary>Starts child programs.</summary>
    public ProcessRunner Processes { get; }

    /// <summary>Version of the program (SemVer).</summary>
    public string Version { get; }

    /// <summary>Tables, colours and progress on standard output, for a person; null in GitHub.</summary>
    public IAnsiConsole? Console => _console.Value;

    /// <summary>A client for the GitHub of this run. The token is masked, and every wait is told in the log.</summary>
    /// <param name="tool">Name of the action, for GitHub's logs.</param>
    /// <param name="token">The token.</param>
    /// <param name="options">Bounds and patience; the defaults if null.</param>
    /// <exception cref="ActionException">The variables that say where GitHub is are wrong.</exception>
    public GitHubClient CreateGitHubClient(string tool, string token, GitHubClientOptions? options = null)
    {
        Secrets.Mask(token);
        options = (options ?? new GitHubClientOptions()) with
        {
            UserAgent = $"{tool}/{Version}",
            OnWait = wait => Log.Info($"{wait.Reason}: trying again in {wait.Time.TotalSeconds:0} s."),
        };
        return new GitHubClient(GitHubConnection.FromEnvironment(Variables, token), options, Time);
    }
}
