using System.Text;
using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.Shared;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;
using Actions.Shared.Processes;

namespace Actions.RenovateRun.Starting;

/// <summary>
/// The processes of Renovate that make a run: one with a token, or with a GitHub App one for each installation. A token of an App ends after an
/// hour, and a process keeps the one that it began with; so it is stopped between two repositories before that, and the next one goes on.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="options">What is asked for.</param>
/// <param name="rules">Rules for hosts.</param>
/// <param name="folder">Where the log and the report go.</param>
/// <param name="configuration">The configuration file.</param>
internal sealed class RenovateSessions(ActionContext context, RenovateRunOptions options, HostRules rules, PrivateFolder folder, string configuration)
{
    /// <summary>With less time left no repository is begun.</summary>
    internal static readonly TimeSpan TokenMargin = TimeSpan.FromMinutes(10);

    private readonly long _started = context.Time.GetTimestamp();
    private int _processes;

    /// <summary>Runs them, one after the other.</summary>
    /// <returns>What they did, and how the first of them ended that did not end as it should.</returns>
    /// <exception cref="ActionException">The App cannot be used.</exception>
    public async Task<(RunFacts Facts, Remark? Ending)> RunAsync(CancellationToken cancellationToken)
    {
        if (options.AppPrivateKey is null)
        {
            var outcome = await RunAsync(options.Token, options.Repositories, onRepository: null, cancellationToken);
            return (outcome.Facts, RunEndings.Of(outcome.End, outcome.Facts));
        }

        using var app = CreateApp(options.AppPrivateKey);
        RunFacts? facts = null;
        Remark? ending = null;
        foreach (var (installation, repositories) in await InstallationsAsync(app, cancellationToken))
        {
            var (done, end) = await RunInstallationAsync(app, installation, repositories, cancellationToken);
            facts = facts?.Then(done) ?? done;
            ending ??= end;
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        // Without an installation there is nothing to look at, and the verdict says so.
        return (facts ?? new RunFacts { HasReport = true }, ending);
    }

    private async Task<(RunFacts Facts, Remark? Ending)> RunInstallationAsync(
        GitHubApp app, long installation, IReadOnlyList<string> repositories, CancellationToken cancellationToken)
    {
        RunFacts? facts = null;
        while (true)
        {
            var (token, expires) = await app.CreateTokenAsync(installation, scope: null, cancellationToken);
            using var handOver = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var outcome = await RunAsync(
                token,
                repositories,
                (_, begins) =>
                {
                    if (!begins && context.Time.GetUtcNow() >= expires - TokenMargin)
                    {
                        handOver.Cancel();
                    }
                },
                handOver.Token);
            var isHandedOver = outcome.End.Outcome == ChildOutcome.Cancelled && !cancellationToken.IsCancellationRequested;

            // What it was stopped at is taken up by the next; it could not come to its report.
            var done = isHandedOver ? outcome.Facts with { HasReport = true, Repositories = [.. outcome.Facts.Repositories.Where(r => r.IsFinished)] } : outcome.Facts;
            facts = facts?.Then(done) ?? done;
            if (!isHandedOver)
            {
                return (facts, RunEndings.Of(outcome.End, outcome.Facts));
            }

            var finished = facts.Repositories.Select(r => r.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            repositories = [.. (repositories.Count > 0 ? repositories : facts.Discovered).Where(r => !finished.Contains(r))];
            if (repositories.Count == 0)
            {
                return (facts, null);
            }

            context.Log.Info($"The token of the GitHub App ends soon: going on with a new one; repositories to go: {repositories.Count}.");
        }
    }

    private async Task<ProcessOutcome> RunAsync(string? token, IReadOnlyList<string> repositories, Action<string, bool>? onRepository, CancellationToken cancellationToken)
    {
        var number = ++_processes;
        var files = new RunFiles(
            configuration, Path.Combine(folder.Path, $"debug-{number}.ndjson"), Path.Combine(folder.Path, $"report-{number}.json"),
            // Elsewhere than in the workspace, unless Renovate is to look at it: Renovate runs a config.js that lies where it starts.
            options.IsLocal ? context.WorkingDirectory : folder.Path);
        var left = options.Timeout - context.Time.GetElapsedTime(_started);
        var command = RenovateCommand.Create(options, rules, token, repositories, files) with { Timeout = left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1) };
        using (context.Log.Group("Renovate"))
        {
            var outcome = await new RenovateProcess(context).RunAsync(command, files, onRepository, cancellationToken);
            return outcome with { End = outcome.End with { Limit = options.Timeout } };
        }
    }

    private GitHubApp CreateApp(string privateKey)
    {
        var variables = new Dictionary<string, string>();
        if (options.Endpoint.Length > 0)
        {
            variables["GITHUB_API_URL"] = options.Endpoint.TrimEnd('/');
        }

        var connection = GitHubConnection.FromEnvironment(variables, "");
        return new GitHubApp(options.AppId, Pem(privateKey), connection, new GitHubClientOptions { UserAgent = $"renovate-run/{context.Version}" }, context.Secrets.Mask, context.Time);
    }

    /// <summary>The installations to look at, each with its repositories; without repositories, all that it reaches.</summary>
    private async Task<IReadOnlyList<(long Installation, IReadOnlyList<string> Repositories)>> InstallationsAsync(GitHubApp app, CancellationToken cancellationToken)
    {
        if (options.Repositories.Count == 0)
        {
            return [.. (await app.ListInstallationsAsync(cancellationToken)).Select(i => (i, (IReadOnlyList<string>)[]))];
        }

        var all = new List<(long, IReadOnlyList<string>)>();
        foreach (var owner in options.Repositories.GroupBy(r => RepositoryName.Parse(r).Owner, StringComparer.OrdinalIgnoreCase))
        {
            all.Add((await app.FindInstallationAsync(RepositoryName.Parse(owner.First()), cancellationToken), [.. owner]));
        }

        return all;
    }

    private string Pem(string key)
    {
        if (key.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return key;
        }

        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(key));
            context.Secrets.Mask(text);
            return text;
        }
        catch (FormatException)
        {
            // Neither: reading the key says what is wrong.
            return key;
        }
    }
}
