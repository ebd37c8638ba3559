using System.Globalization;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>A file that a workflow run has left.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes of the zip file.</param>
/// <param name="IsExpired">Whether it cannot be had any more.</param>
/// <param name="RunId">The run that left it; 0 if it is not known.</param>
/// <param name="HeadSha">The commit of that run; empty if it is not known.</param>
/// <param name="Digest"><c>sha256:…</c> of the zip file; null if GitHub does not tell.</param>
/// <param name="Created">When it was uploaded.</param>
public sealed record GitHubArtifact(
    long Id, string Name, long Size, bool IsExpired, long RunId, string HeadSha, string? Digest, DateTimeOffset? Created)
{
    internal static GitHubArtifact Read(JsonObject json) => new(
        json.Number("id"),
        json.Text("name"),
        json.Number("size_in_bytes"),
        json.Flag("expired"),
        json.Object("workflow_run").Number("id"),
        json.Object("workflow_run").Text("head_sha"),
        json.TextOrNull("digest"),
        json.Time("created_at"));
}

public sealed partial class GitHubClient
{
    /// <summary>Artifacts, newest first.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="runId">Only those of this run; null for all.</param>
    /// <param name="name">Only those of exactly this name; null for all.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public IAsyncEnumerable<GitHubArtifact> ListArtifactsAsync(RepositoryName repository, long? runId, string? name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var path = runId is { } id ? string.Create(CultureInfo.InvariantCulture, $"{repository.Path}/actions/runs/{id}/artifacts") : $"{repository.Path}/actions/artifacts";
        return ReadAsync(
            new GitHubCall(HttpMethod.Get, $"{path}{Query(("name", name))}", "list the artifacts") { Permission = "actions: read" },
            "artifacts",
            GitHubArtifact.Read,
            cancellation);
    }

    /// <summary>Copies the zip file of an artifact. GitHub has it on another server, which does not get the token.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="id">Number of the artifact.</param>
    /// <param name="destination">Where it goes; after a failure part of it may be there.</param>
    /// <param name="maxBytes">Most bytes to take.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">It is not there, has expired, or is larger.</exception>
    public Task DownloadArtifactAsync(RepositoryName repository, long id, Stream destination, int maxBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(destination);
        return _transport.DownloadAsync(
            new GitHubCall(HttpMethod.Get, $"{repository.Path}/actions/artifacts/{id}/zip", "download an artifact")
            {
                Permission = "actions: read",
                MaxBytes = maxBytes,
            },
            destination,
            cancellation);
    }
}
