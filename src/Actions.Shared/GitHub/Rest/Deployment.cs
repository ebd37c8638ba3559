using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>How far a deployment is.</summary>
public enum DeploymentState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It runs.</summary>
    InProgress,

    /// <summary>It is there and works.</summary>
    Success,

    /// <summary>It came to nothing.</summary>
    Failure,

    /// <summary>It broke before it could come to anything.</summary>
    Error,

    /// <summary>It is not there any more: replaced, or taken down.</summary>
    Inactive,
}

/// <summary>A deployment that is to be told to GitHub.</summary>
/// <param name="Ref">Commit, branch or tag that is deployed.</param>
/// <param name="Environment">Name of the environment, at most 255 characters. GitHub creates it if it is not there.</param>
public sealed record NewDeployment(string Ref, string Environment)
{
    /// <summary>A few words; cut at 140 characters. Empty by default.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is deployed, where one environment has several: deployments with different tasks stand beside each other. The default is <c>deploy</c>.</summary>
    public string Task { get; init; } = "deploy";

    /// <summary>Whether the environment goes away again. The default is false.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether users work with it; null leaves it to GitHub, which takes only an environment named <c>production</c> for one.</summary>
    public bool? IsProduction { get; init; }
}

/// <summary>A deployment that GitHub knows.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Ref">What is deployed.</param>
/// <param name="Sha">Its commit.</param>
/// <param name="Task">What is deployed, as <see cref="NewDeployment.Task"/>.</param>
/// <param name="Environment">Name of the environment.</param>
public sealed record GitHubDeployment(long Id, string Ref, string Sha, string Task, string Environment)
{
    internal static GitHubDeployment Read(JsonObject json) =>
        new(json.Number("id"), json.Text("ref"), json.Text("sha"), json.Text("task"), json.Text("environment"));
}

/// <summary>A new state of a deployment.</summary>
/// <param name="State">How far it is.</param>
public sealed record NewDeploymentStatus(DeploymentState State)
{
    /// <summary>A few words; cut at 140 characters. Empty by default.</summary>
    public string Description { get; init; } = "";

    /// <summary>The page of the run; null for none.</summary>
    public string? LogUrl { get; init; }

    /// <summary>Where the deployed application is; null for none.</summary>
    public string? EnvironmentUrl { get; init; }

    /// <summary>Whether older deployments to the same environment become inactive with a <see cref="DeploymentState.Success"/>. The default is true.</summary>
    public bool AutoInactive { get; init; } = true;
}
