using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Starting;
using Actions.Shared.Hosting;

namespace Actions.RenovateRun;

/// <summary>How much Renovate does.</summary>
internal enum DryRun
{
    /// <summary>It updates branches and pull requests.</summary>
    Off,

    /// <summary>It looks for dependencies.</summary>
    Extract,

    /// <summary>It also looks up their updates.</summary>
    Lookup,

    /// <summary>It also says what it would do with branches and pull requests.</summary>
    Full,
}

/// <summary>How much Renovate tells on its output.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>What the action is asked to do.</summary>
internal sealed record RenovateRunOptions
{
    /// <summary>The platform that is the workspace itself.</summary>
    public const string Local = "local";

    public required IReadOnlyList<string> Repositories { get; init; }

    public required bool Autodiscover { get; init; }

    public required IReadOnlyList<string> AutodiscoverFilter { get; init; }

    public required string Platform { get; init; }

    public required string Endpoint { get; init; }

    public required string? Token { get; init; }

    public required string AppId { get; init; }

    public required string? AppPrivateKey { get; init; }

    public required string ConfigFile { get; init; }

    public required string Config { get; init; }

    public required string? HostRules { get; init; }

    public required IReadOnlyList<HostRules> InternalRegistries { get; init; }

    public required DryRun DryRun { get; init; }

    public required string RenovateVersion { get; init; }

    public required LogLevel LogLevel { get; init; }

    public required IReadOnlyList<string> PassEnv { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required IReadOnlyList<RunState> FailOn { get; init; }

    public required bool RequireUpdatesCoverage { get; init; }

    public required IReadOnlyList<string> CoveragePaths { get; init; }

    public required IReadOnlyList<string> CoverageIgnore { get; init; }

    public required string PreviewFile { get; init; }

    public required string ReportFile { get; init; }

    public required string PreviousReport { get; init; }

    public required string MetricsFile { get; init; }

    public required bool Summary { get; init; }

    /// <summary>Whether the workspace is looked at instead of repositories on a server.</summary>
    public bool IsLocal => Platform == Local;

    /// <summary>The states that fail the run.</summary>
    public IReadOnlyCollection<RunState> Failing => RequireUpdatesCoverage ? [.. FailOn, RunState.BlindSpot] : FailOn;

    public static RenovateRunOptions Read(OptionReader read)
    {
        var options = new RenovateRunOptions
        {
            Repositories = read.Lines("repositories", "Repositories to look at, `owner/name`, separated by commas or lines.", takesCommas: true),
            Autodiscover = read.Boolean("autodiscover", "Whether to look at every repository that the token reaches.", false),
            AutodiscoverFilter = read.Lines("autodiscover-filter", "Only repositories whose names match one of these globs or `/regular expressions/`, one per line. `!` before one excludes."),
            Platform = read.Text(
                "platform", "Where the repositories are: `github`, `gitlab`, `forgejo`, `gitea`, `bitbucket` and others that Renovate knows, or `local`, which looks at the workspace, needs no token and changes nothing.", "github"),
            Endpoint = read.Text("endpoint", "Address of the API of the platform, for example `https://github.example.com/api/v3/`. In a workflow for `github`, the server that the workflow runs on."),
            Token = read.Secret("token", "Token for the platform. Renovate gets it by its environment; no process shows it in its arguments."),
            AppId = read.Text("app-id", "Id of a GitHub App, instead of a token. Its tokens are made here, one installation at a time, and renewed before they expire."),
            AppPrivateKey = read.Secret("app-private-key", "Private key of the GitHub App, as PEM or in base64."),
            ConfigFile = read.Text("config-file", "File with the configuration of the run, JSON, JSON5 or JavaScript. A `config.js` in the workspace is used only if it is named here."),
            Config = read.Text("config", "Configuration of the run, as JSON5. It wins over `config-file`."),
            HostRules = read.Secret("host-rules", "Credentials and settings for registries and other hosts: a JSON array of Renovate's hostRules, checked before Renovate starts."),
            InternalRegistries = read.ParsedLines(
                "internal-registries", "Hosts of registries in the own network that Renovate may ask, separated by commas or lines, with `http://` before those without TLS.",
                [], "a host, or http:// and a host", Starting.HostRules.Internal, takesCommas: true),
            DryRun = read.Choice("dry-run", "How much is done: `off` (everything), `extract` (find dependencies), `lookup` (find updates too) or `full` (say what would be done with branches, too).", DryRun.Off),
            RenovateVersion = read.Text("renovate-version", "The version of Renovate that must run, whole or its beginning, such as `44` or `44.139`; any other is refused. The image brings one version."),
            LogLevel = read.Choice("log-level", "How much Renovate tells in the log: `debug`, `info`, `warn` or `error`. What is judged here is always read from the debug log.", LogLevel.Info),
            PassEnv = read.Lines("pass-env", "Names of further environment variables that Renovate gets, separated by commas or lines; `*` at the end stands for any characters.", takesCommas: true),
            Timeout = read.Duration("timeout", "How long Renovate may run.", TimeSpan.FromMinutes(50), min: TimeSpan.FromSeconds(1), max: TimeSpan.FromHours(24)),
            FailOn = read.Choices(
                "fail-on", "What fails the run, separated by commas or lines. A Renovate that breaks down always does.",
                [RunState.Failed, RunState.NoRepositories, RunState.ConfigIgnored, RunState.BranchError, RunState.LookupFailure, RunState.NothingFound, RunState.AllSkipped]),
            RequireUpdatesCoverage = read.Boolean(
                "require-updates-coverage", "Whether the run fails when the workspace names an image that Renovate did not find. Without it such images are warnings.", false),
            CoveragePaths = read.Lines("coverage-paths", "Where images are searched for: files, directories and globs of the workspace, one per line.", ["."]),
            CoverageIgnore = read.Lines("coverage-ignore", "Paths and globs to leave out of that search, one per line."),
            PreviewFile = read.Text("preview-file", "For `platform: local`, a file to write the changes of images to that Renovate would propose, as a diff. None when empty."),
            ReportFile = read.Text("report-file", "A JSON file to write the report to. None when empty."),
            PreviousReport = read.Text("previous-report", "The report of the run before, to tell what changed. When empty, what `report-file` holds before the run."),
            MetricsFile = read.Text("metrics-file", "A file to write metrics to, in Prometheus' text format. None when empty."),
            Summary = read.Boolean("summary", "Whether a summary is written to the page of the run.", true),
        };
        options.Check(read);
        return options;
    }

    private void Check(OptionReader read)
    {
        if (HostRules is { } rules)
        {
            try
            {
                Starting.HostRules.Parse(rules);
            }
            catch (FormatException e)
            {
                read.Reject("host-rules has a wrong value", e.Message, "Renovate would pass over it in silence. See the hostRules of Renovate's documentation.");
            }
        }

        if (IsLocal && (Repositories.Count > 0 || Autodiscover))
        {
            read.Reject("platform local looks at the workspace only", "repositories or autodiscover is given", "Leave them out, or choose another platform.");
        }

        if (PreviewFile.Length > 0 && (!IsLocal || DryRun == DryRun.Extract))
        {
            read.Reject("preview-file needs the updates of the workspace", $"platform is {Platform}, dry-run is {DryRun.ToString().ToLowerInvariant()}", "Set platform to local, and dry-run to lookup.");
        }

        if (AppId.Length > 0 != AppPrivateKey is not null)
        {
            read.Reject("app-id and app-private-key belong together", AppId.Length > 0 ? "app-private-key is missing" : "app-id is missing", "Give both, or a token.");
        }

        if (AppId.Length > 0 && Token is not null)
        {
            read.Reject("There are two ways to log in", "got token and app-id", "Give one of them.");
        }

        if (AppId.Length > 0 && Platform != "github")
        {
            read.Reject("app-id is for GitHub", $"platform is {Platform}", "Give a token.");
        }

        if (AppId.Length > 0 && Repositories.Count == 0 && !Autodiscover)
        {
            read.Reject("A GitHub App needs repositories", "neither repositories nor autodiscover is given", "Name repositories, or set autodiscover for all that the App is installed in.");
        }

        if (Endpoint.Length > 0 && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0))
        {
            read.Reject("endpoint is no address", "expected an https address without credentials", "For GitHub Enterprise Server: https://<host>/api/v3/");
        }

        foreach (var repository in Repositories.Where(r => !IsRepository(r)))
        {
            read.Reject("repositories has a wrong value", $"got {Shared.GitHub.PlainText.Shorten(repository, 100)}, expected owner/name", "Give the names alone, without address and .git.");
        }
    }

    private static bool IsRepository(string name) =>
        name.Length <= 300 && name.Contains('/', StringComparison.Ordinal) && !name.StartsWith('/') && !name.EndsWith('/') && !name.EndsWith(".git", StringComparison.Ordinal)
        && name.All(c => char.IsLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '~' or ' ');
}
