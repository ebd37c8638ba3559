using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

public sealed partial class GitHubClient
{
    private const int DeploymentTextLimit = 140;
    private const string WriteDeployments = "deployments: write";

    /// <summary>Tells GitHub of a deployment. Neither are other commits merged into it nor are checks asked for: whoever deploys has decided.</summary>
    /// <exception cref="GitHubException">The request came to nothing, or it is not known whether it arrived.</exception>
    public async Task<GitHubDeployment> CreateDeploymentAsync(RepositoryName repository, NewDeployment deployment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(deployment);
        var body = new JsonObject
        {
            ["ref"] = deployment.Ref,
            ["task"] = deployment.Task,
            ["auto_merge"] = false,
            ["required_contexts"] = new JsonArray(),
            ["environment"] = deployment.Environment,
            ["description"] = Cut(deployment.Description, DeploymentTextLimit),
            ["transient_environment"] = deployment.IsTransient,
        };
        if (deployment.IsProduction is { } isProduction)
            body["production_environment"] = isProduction;
        return GitHubDeployment.Read(await SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/deployments", $"create a deployment to {deployment.Environment}")
            {
                Body = body,
                Permission = WriteDeployments,
            },
            cancellation).ConfigureAwait(false));
    }

    /// <summary>Tells GitHub how far a deployment is. Saying the same twice does no harm, so it is repeated where it may not have arrived.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task SetDeploymentStatusAsync(RepositoryName repository, long deployment, NewDeploymentStatus status, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(status);
        var body = new JsonObject
        {
            ["state"] = status.State == DeploymentState.InProgress ? "in_progress" : status.State.ToString().ToLowerInvariant(),
            ["description"] = Cut(status.Description, DeploymentTextLimit),
            ["auto_inactive"] = status.AutoInactive,
        };
        if (status.LogUrl is not null)
            body["log_url"] = status.LogUrl;
        if (status.EnvironmentUrl is not null)
            body["environment_url"] = status.EnvironmentUrl;
        return SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/deployments/{deployment}/statuses", "tell how far the deployment is")
            {
                Body = body,
                Permission = WriteDeployments,
                IsRepeatable = true,
            },
            cancellation);
    }

    /// <summary>The deployments to an environment, newest first.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="environment">Name of the environment.</param>
    /// <param name="task">Only those with this task; null for all.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public IAsyncEnumerable<GitHubDeployment> ListDeploymentsAsync(
        RepositoryName repository, string environment, string? task, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/deployments{Query(("environment", environment), ("task", task))}", $"list the deployments to {environment}")
        {
            Permission = "deployments: read",
        };
        return ReadAsync(call, null, GitHubDeployment.Read, cancellation);
    }

    /// <summary>The newest state of a deployment, in GitHub's word such as <c>in_progress</c>; null if it has none.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<string?> GetDeploymentStateAsync(RepositoryName repository, long deployment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/deployments/{deployment}/statuses", "read how far the deployment is")
        {
            Permission = "deployments: read",
        };
        await foreach (var status in ListAsync(call, null, cancellation).ConfigureAwait(false))
            return status.TextOrNull("state");
        return null;
    }
}
