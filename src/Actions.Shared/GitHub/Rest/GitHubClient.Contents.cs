using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>A file at a commit.</summary>
/// <param name="Path">Path in the repository, with <c>/</c>.</param>
/// <param name="BlobSha">Hash of its content in git.</param>
/// <param name="Content">Its bytes.</param>
public sealed record RepositoryFile(string Path, string BlobSha, byte[] Content);

/// <summary>What a repository is like.</summary>
/// <param name="Name">Its name, as it is now.</param>
/// <param name="DefaultBranch">The branch that pull requests go to.</param>
/// <param name="IsPrivate">Whether not everybody may read it.</param>
/// <param name="IsArchived">Whether nobody may write to it.</param>
public sealed record RepositoryInfo(string Name, string DefaultBranch, bool IsPrivate, bool IsArchived);

/// <summary>A commit that GitHub itself makes and signs.</summary>
/// <param name="Branch">The branch, without <c>refs/heads/</c>; it must exist.</param>
/// <param name="ExpectedHead">The commit that the branch must still be at.</param>
/// <param name="Headline">First line of the message.</param>
public sealed record NewCommit(string Branch, string ExpectedHead, string Headline)
{
    /// <summary>The rest of the message; empty by default.</summary>
    public string Body { get; init; } = "";

    /// <summary>Files with their new content, by path with <c>/</c>.</summary>
    public IReadOnlyDictionary<string, byte[]> Additions { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>Files that go.</summary>
    public IReadOnlyList<string> Deletions { get; init; } = [];
}

public sealed partial class GitHubClient
{
    private const string ReadContents = "contents: read";
    private const string WriteContents = "contents: write";

    /// <summary>What a repository is like; null if it is not there, or not for us.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<RepositoryInfo?> GetRepositoryAsync(RepositoryName repository, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, repository.Path, $"read the repository {repository}") { Permission = "metadata: read" };
        return await FindAsync(call, cancellation).ConfigureAwait(false) is { } json
            ? new RepositoryInfo(json.Text("full_name"), json.Text("default_branch"), json.Flag("private"), json.Flag("archived"))
            : null;
    }

    /// <summary>A file of up to 100 MiB; null if it is not there.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="path">Path with <c>/</c>.</param>
    /// <param name="gitRef">Commit, branch or tag; null for the default branch.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<RepositoryFile?> GetFileAsync(RepositoryName repository, string path, string? gitRef, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(path);
        var address = $"{repository.Path}/contents/{EscapePath(path)}{Query(("ref", gitRef))}";
        var call = new GitHubCall(HttpMethod.Get, address, $"read {path}") { Permission = ReadContents };
        if (await FindAsync(call, cancellation).ConfigureAwait(false) is not { } json)
            return null;
        if (json.Text("encoding") == "base64" && TryBase64(json.Text("content")) is { } content)
            return new RepositoryFile(path, json.Text("sha"), content);

        // GitHub leaves out the content of files above 1 MiB.
        var raw = await _transport.SendAsync(call with { Accept = "application/vnd.github.raw+json" }, cancellation).ConfigureAwait(false);
        return new RepositoryFile(path, json.Text("sha"), raw.Body);
    }

    /// <summary>The commit that a branch is at; null if there is no such branch.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<string?> GetBranchAsync(RepositoryName repository, string branch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/git/ref/heads%2F{Uri.EscapeDataString(branch)}", $"read the branch {branch}") { Permission = ReadContents };
        return (await FindAsync(call, cancellation).ConfigureAwait(false)).Object("object").TextOrNull("sha");
    }

    /// <summary>Creates a branch.</summary>
    /// <exception cref="GitHubException">The request came to nothing; if there is one of that name, as <see cref="GitHubFailure.Invalid"/>.</exception>
    public Task CreateBranchAsync(RepositoryName repository, string branch, string sha, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/git/refs", $"create the branch {branch}")
            {
                Body = new JsonObject { ["ref"] = $"refs/heads/{branch}", ["sha"] = sha },
                Permission = WriteContents,
            },
            cancellation);
    }

    /// <summary>Moves a branch to another commit.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="branch">Name of the branch.</param>
    /// <param name="sha">The commit.</param>
    /// <param name="force">Whether commits may get lost by it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task MoveBranchAsync(RepositoryName repository, string branch, string sha, bool force, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return SendAsync(
            new GitHubCall(HttpMethod.Patch, $"{repository.Path}/git/refs/heads%2F{Uri.EscapeDataString(branch)}", $"move the branch {branch}")
            {
                Body = new JsonObject { ["sha"] = sha, ["force"] = force },
                Permission = WriteContents,
                IsRepeatable = true,
            },
            cancellation);
    }

    /// <summary>Deletes a branch.</summary>
    /// <returns>False if it was not there.</returns>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<bool> DeleteBranchAsync(RepositoryName repository, string branch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Delete, $"{repository.Path}/git/refs/heads%2F{Uri.EscapeDataString(branch)}", $"delete the branch {branch}")
        {
            Permission = WriteContents,
        };
        try
        {
            return await TryDoAsync(call, cancellation).ConfigureAwait(false);
        }
        catch (GitHubException e) when (e.StatusCode == 422 && e.Said.Contains("does not exist", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }

    /// <summary>
    /// Commits files to a branch without a checkout. GitHub signs the commit, in the name of whom the token is for. Nothing happens if the branch has moved.
    /// </summary>
    /// <returns>The new commit.</returns>
    /// <exception cref="GitHubException">The request came to nothing; if the branch has moved, as <see cref="GitHubFailure.Conflict"/>.</exception>
    public async Task<string> CommitAsync(RepositoryName repository, NewCommit commit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(commit);
        var input = new JsonObject
        {
            ["branch"] = new JsonObject { ["repositoryNameWithOwner"] = repository.ToString(), ["branchName"] = commit.Branch },
            ["expectedHeadOid"] = commit.ExpectedHead,
            ["message"] = new JsonObject { ["headline"] = commit.Headline, ["body"] = commit.Body },
            ["fileChanges"] = new JsonObject
            {
                ["additions"] = new JsonArray([.. commit.Additions
                    .OrderBy(f => f.Key, StringComparer.Ordinal)
                    .Select(f => new JsonObject { ["path"] = f.Key, ["contents"] = Convert.ToBase64String(f.Value) })]),
                ["deletions"] = new JsonArray([.. commit.Deletions.Order(StringComparer.Ordinal).Select(path => new JsonObject { ["path"] = path })]),
            },
        };
        var call = new GitHubCall(HttpMethod.Post, "", $"commit to {commit.Branch}") { Permission = WriteContents };
        try
        {
            var data = await GraphQlAsync(
                call,
                "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }",
                new JsonObject { ["input"] = input },
                cancellation).ConfigureAwait(false);
            return data.Object("createCommitOnBranch").Object("commit").TextOrNull("oid")
                ?? throw GitHubErrors.Senseless(call, 200, "the answer names no commit");
        }
        catch (GitHubException e) when (e.Failure == GitHubFailure.Invalid && e.Said.Contains("Expected branch to point to", StringComparison.OrdinalIgnoreCase))
        {
            throw new GitHubException(GitHubFailure.Conflict, 409, e.Title, e.Detail, "The branch has moved meanwhile. Run the job again.", e.Permission, e.Said, e);
        }
    }

    private static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static byte[]? TryBase64(string text)
    {
        try
        {
            return text.Length == 0 ? null : Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
