using System.Text.Json;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;

namespace Actions.TerraformPlanning;

/// <summary>The pull request that the run is about, and what may be done with it. Without a token, or outside GitHub, there is none.</summary>
internal sealed class GitHubSession : IDisposable
{
    private readonly GitHubClient? _client;
    private readonly RepositoryName? _repository;

    private GitHubSession(GitHubClient? client, RepositoryName? repository) => (_client, _repository) = (client, repository);

    public bool IsAvailable => _client is not null;

    public GitHubClient Client => _client!;

    public RepositoryName Repository => _repository!;

    /// <summary>The pull request; null when there is none, or when it cannot be told.</summary>
    public PullRequest? PullRequest { get; private set; }

    /// <summary>Its number; 0 for none.</summary>
    public int Number { get; private set; }

    /// <summary>The commit that is planned: the head of the pull request, else that of the event; empty outside GitHub.</summary>
    public string Sha { get; private set; } = "";

    /// <summary>
    /// Asks for the pull request, where that is needed: for a comment, or to learn what was approved. What GitHub does not tell is a warning: the plan is
    /// worth more than its comment.
    /// </summary>
    public static async Task<GitHubSession> OpenAsync(TerraformPlanOptions options, ActionContext context, CancellationToken cancellation)
    {
        var number = PullRequestFinder.FromEvent(context.GitHub) ?? 0;
        var asksForCommit = options.Comment.Policy is CommentPolicy.Always or CommentPolicy.OnChange || (options.Mode == RunMode.Apply && options.ApprovedDigest.Length == 0);
        var isNeeded = options.Mode == RunMode.Drift || asksForCommit || (options.Comment.Policy == CommentPolicy.Auto && number > 0);
        var isPossible = isNeeded && options.Comment.Token is not null && RepositoryName.TryParse(context.GitHub.Repository, out _);
        var session = new GitHubSession(
            isPossible ? context.CreateGitHubClient(TerraformPlanProgram.Definition.Name, options.Comment.Token!) : null,
            isPossible ? RepositoryName.Parse(context.GitHub.Repository) : null)
        {
            Number = number,
            Sha = HeadOfEvent(context.GitHub.EventPath) ?? context.GitHub.Sha ?? "",
        };
        if (session._client is not null && (number > 0 || asksForCommit))
        {
            try
            {
                session.Number = await PullRequestFinder.FindAsync(session.Client, session.Repository, context.GitHub, cancellation) ?? 0;
                session.PullRequest = session.Number == 0 ? null : await session.Client.GetPullRequestAsync(session.Repository, session.Number, cancellation);
            }
            catch (GitHubException e)
            {
                context.Log.Warning($"The pull request cannot be looked at. {e.Title}: {e.Detail}. {e.Hint}");
            }
        }

        return session;
    }

    public void Dispose() => _client?.Dispose();

    // GITHUB_SHA of a pull request is its merge with the base, which nobody has reviewed.
    private static string? HeadOfEvent(string? path)
    {
        if (path is null || !File.Exists(path) || new FileInfo(path).Length > 32 * 1024 * 1024)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("pull_request", out var pull) && pull.ValueKind == JsonValueKind.Object
                && pull.TryGetProperty("head", out var head) && head.ValueKind == JsonValueKind.Object
                && head.TryGetProperty("sha", out var sha) && sha.ValueKind == JsonValueKind.String ? sha.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
