using Actions.Shared;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>
/// Tells GitHub of a deployment to an environment, and how it goes: queued, in progress, success or failure; then the deployments before it are inactive.
/// That never fails nor holds up a deployment: GitHub gets seconds, and the first thing that it refuses is the last that it is asked.
/// </summary>
internal sealed class EnvironmentDeployment(DeployK8sOptions options, ActionContext context) : IDisposable
{
    private const int MostOlder = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private GitHubClient? _client;
    private RepositoryName? _repository;
    private long _deployment;

    public void Dispose() => _client?.Dispose();

    /// <summary>Creates the deployment, if that is asked for.</summary>
    public Task QueueAsync(CancellationToken cancellation)
    {
        if (!options.GitHubDeployment || options.Mode is not (DeployMode.Deploy or DeployMode.Rollback))
        {
            return Task.CompletedTask;
        }

        return TellAsync(
            async stop =>
            {
                _repository = RepositoryName.Parse(context.GitHub.Repository);
                var token = options.Comment.Token ?? throw new ActionException("`github-token` is empty");
                _client = context.CreateGitHubClient(DeployK8sProgram.Definition.Name, token, new GitHubClientOptions { RetryLimit = Patience, RequestTimeout = Patience });
                var deployment = await _client.CreateDeploymentAsync(
                    _repository,
                    new NewDeployment(context.GitHub.Sha ?? context.GitHub.RefName ?? "HEAD", options.Environment)
                    {
                        Task = $"deploy:{options.Application}",
                        Description = options.Mode == DeployMode.Rollback ? $"{options.Application}: rollback" : options.Application,
                    },
                    stop);
                _deployment = deployment.Id;
                await SetAsync(DeploymentState.Queued, "", "", stop);
            },
            cancellation);
    }

    /// <summary>It is our turn.</summary>
    public Task StartAsync(CancellationToken cancellation) => TellAsync(stop => SetAsync(DeploymentState.InProgress, "", "", stop), cancellation);

    /// <summary>It has come to its end. Told even where the run was cancelled.</summary>
    public Task EndAsync(DeploymentReport report)
    {
        var state = report.Outcome switch
        {
            DeploymentOutcome.Deployed or DeploymentOutcome.Unchanged => DeploymentState.Success,
            DeploymentOutcome.Cancelled => DeploymentState.Error,
            _ => DeploymentState.Failure,
        };
        return TellAsync(
            async stop =>
            {
                await SetAsync(state, DeploymentText.Verdict(report), options.EnvironmentUrl.Length > 0 ? options.EnvironmentUrl : report.Url, stop);
                if (state == DeploymentState.Success)
                {
                    await RetireAsync(stop);
                }
            },
            CancellationToken.None);
    }

    /// <summary>It broke before there was a report.</summary>
    public Task BreakAsync() => TellAsync(stop => SetAsync(DeploymentState.Error, "The run broke off; its log says why.", "", stop), CancellationToken.None);

    private Task SetAsync(DeploymentState state, string description, string url, CancellationToken cancellation) => _deployment == 0
        ? Task.CompletedTask
        : _client!.SetDeploymentStatusAsync(
            _repository!,
            _deployment,
            new NewDeploymentStatus(state)
            {
                Description = context.Secrets.Redact(description),
                LogUrl = context.GitHub.RunUrl,
                EnvironmentUrl = url.Length > 0 ? url : null,

                // GitHub would retire other applications of the environment as well, and in production nothing.
                AutoInactive = false,
            },
            cancellation);

    private async Task RetireAsync(CancellationToken cancellation)
    {
        if (_deployment == 0)
        {
            return;
        }

        var seen = 0;
        await foreach (var older in _client!.ListDeploymentsAsync(_repository!, options.Environment, $"deploy:{options.Application}", cancellation))
        {
            if (older.Id < _deployment && await _client.GetDeploymentStateAsync(_repository!, older.Id, cancellation) is "success" or "in_progress" or "queued")
            {
                await _client.SetDeploymentStatusAsync(_repository!, older.Id, new NewDeploymentStatus(DeploymentState.Inactive) { AutoInactive = false }, cancellation);
            }

            if (++seen > MostOlder)
            {
                return;
            }
        }
    }

    private async Task TellAsync(Func<CancellationToken, Task> tell, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await tell(either.Token);
        }
        catch (ActionException e)
        {
            Give($"{e.Title}. {e.Detail}. {e.Hint}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Give($"It did not answer within {Patience.TotalSeconds:0} s.");
        }
        catch (OperationCanceledException)
        {
            // The deployment ends for the same reason, and says so.
        }
    }

    private void Give(string why)
    {
        _deployment = 0;
        context.Log.Warning($"GitHub does not show this deployment rightly. {why}".TrimEnd(' ', '.') + ".");
    }
}
