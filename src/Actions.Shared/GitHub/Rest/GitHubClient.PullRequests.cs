using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

public sealed partial class GitHubClient
{
    private const string ReadPulls = "pull-requests: read";
    private const string WritePulls = "pull-requests: write";

    /// <summary>A pull request; null if there is none of that number.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<PullRequest?> GetPullRequestAsync(RepositoryName repository, int number, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/pulls/{number}", $"read pull request #{number}") { Permission = ReadPulls };
        return await FindAsync(call, cancellation).ConfigureAwait(false) is { } json ? PullRequest.Read(json) : null;
    }

    /// <summary>The pull requests that hold a commit or that merged it, open or not. Empty if the commit is not known.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<IReadOnlyList<PullRequest>> ListPullRequestsOfCommitAsync(RepositoryName repository, string sha, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/commits/{Uri.EscapeDataString(sha)}/pulls", "find the pull requests of the commit")
        {
            Permission = ReadPulls,
        };
        try
        {
            return await ReadAllAsync(call, null, PullRequest.Read, cancellation).ConfigureAwait(false);
        }
        catch (GitHubException e) when (e.Failure == GitHubFailure.NotFound || e.StatusCode == 422)
        {
            return [];
        }
    }

    /// <summary>Pull requests, newest first.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="head">Only those from this branch, <c>owner:branch</c>; null for all.</param>
    /// <param name="baseRef">Only those to this branch; null for all.</param>
    /// <param name="isOpen">Whether only open ones are wanted.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public IAsyncEnumerable<PullRequest> ListPullRequestsAsync(
        RepositoryName repository, string? head, string? baseRef, bool isOpen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var query = Query(("state", isOpen ? "open" : "all"), ("head", head), ("base", baseRef));
        return ReadAsync(
            new GitHubCall(HttpMethod.Get, $"{repository.Path}/pulls{query}", "list the pull requests") { Permission = ReadPulls }, null, PullRequest.Read, cancellation);
    }

    /// <summary>The files that a pull request changes; GitHub tells at most 3,000.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public IAsyncEnumerable<PullRequestFile> ListFilesAsync(RepositoryName repository, int number, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return ReadAsync(
            new GitHubCall(HttpMethod.Get, $"{repository.Path}/pulls/{number}/files", $"list the files of pull request #{number}") { Permission = ReadPulls },
            null,
            PullRequestFile.Read,
            cancellation);
    }

    /// <summary>The changes of a pull request as a unified diff; GitHub refuses very large ones.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<string> GetDiffAsync(RepositoryName repository, int number, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/pulls/{number}", $"read the changes of pull request #{number}")
        {
            Accept = "application/vnd.github.diff",
            Permission = ReadPulls,
        };
        return Encoding.UTF8.GetString((await _transport.SendAsync(call, cancellation).ConfigureAwait(false)).Body);
    }

    /// <summary>The reviews of a pull request, oldest first.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task<IReadOnlyList<PullRequestReview>> ListReviewsAsync(RepositoryName repository, int number, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return ReadAllAsync(
            new GitHubCall(HttpMethod.Get, $"{repository.Path}/pulls/{number}/reviews", $"list the reviews of pull request #{number}") { Permission = ReadPulls },
            null,
            PullRequestReview.Read,
            cancellation);
    }

    /// <summary>Opens a pull request. With the token of a workflow the repository's settings must allow it, and no workflow runs for it.</summary>
    /// <exception cref="GitHubException">The request came to nothing; if there is one for the branch already, as <see cref="GitHubFailure.Invalid"/>.</exception>
    public async Task<PullRequest> CreatePullRequestAsync(RepositoryName repository, NewPullRequest pull, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(pull);
        return PullRequest.Read(await SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/pulls", "open a pull request")
            {
                Body = new JsonObject
                {
                    ["title"] = Cut(pull.Title, TitleLimit),
                    ["head"] = pull.Head,
                    ["base"] = pull.Base,
                    ["body"] = BodyText.Fit(pull.Body),
                    ["draft"] = pull.IsDraft,
                },
                Permission = WritePulls,
            },
            cancellation).ConfigureAwait(false));
    }

    /// <summary>Changes a pull request; what is null stays.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<PullRequest> UpdatePullRequestAsync(
        RepositoryName repository, int number, string? title, string? body, bool? isOpen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var change = new JsonObject();
        if (title is not null)
            change["title"] = Cut(title, TitleLimit);
        if (body is not null)
            change["body"] = BodyText.Fit(body);
        if (isOpen is { } open)
            change["state"] = open ? "open" : "closed";
        return PullRequest.Read(await SendAsync(
            new GitHubCall(HttpMethod.Patch, $"{repository.Path}/pulls/{number}", $"update pull request #{number}")
            {
                Body = change,
                Permission = WritePulls,
                IsRepeatable = true,
            },
            cancellation).ConfigureAwait(false));
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(
        GitHubCall call, string? key, Func<JsonObject, T> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var entry in ListAsync(call, key, cancellation).ConfigureAwait(false))
            yield return read(entry);
    }

    private async Task<IReadOnlyList<T>> ReadAllAsync<T>(GitHubCall call, string? key, Func<JsonObject, T> read, CancellationToken cancellation)
    {
        var all = new List<T>();
        await foreach (var entry in ListAsync(call, key, cancellation).ConfigureAwait(false))
            all.Add(read(entry));
        return all;
    }
}
