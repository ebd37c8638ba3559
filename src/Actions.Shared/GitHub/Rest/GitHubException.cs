namespace Actions.Shared.GitHub.Rest;

/// <summary>Why a request to GitHub came to nothing.</summary>
public enum GitHubFailure
{
    /// <summary>No connection: name, network, firewall, proxy.</summary>
    Unreachable,

    /// <summary>401: the token is not accepted.</summary>
    Unauthorized,

    /// <summary>403: the token may not do this.</summary>
    Forbidden,

    /// <summary>404, 410: it is not there, or the token may not even know that it is.</summary>
    NotFound,

    /// <summary>409, or a state that has changed meanwhile.</summary>
    Conflict,

    /// <summary>400, 413, 422: the request is wrong.</summary>
    Invalid,

    /// <summary>A rate limit that lasts for longer than we may wait.</summary>
    RateLimited,

    /// <summary>5xx, or an answer that makes no sense.</summary>
    ServerError,
}

/// <summary>A request to GitHub that came to nothing, after everything that could be repeated has been repeated.</summary>
public sealed class GitHubException : ActionException
{
    internal GitHubException(
        GitHubFailure failure, int statusCode, string title, string detail, string hint, string? permission = null, string said = "", Exception? inner = null)
        : base(title, detail, hint, exitCode: ExitOf(failure), inner: inner)
    {
        Failure = failure;
        StatusCode = statusCode;
        Permission = permission;
        Said = said;
    }

    /// <summary>What went wrong.</summary>
    public GitHubFailure Failure { get; }

    /// <summary>HTTP status; 0 if there was no answer.</summary>
    public int StatusCode { get; }

    /// <summary>The permission that the request needs, as in a workflow: <c>pull-requests: write</c>. Null if it needs none or it is not known.</summary>
    public string? Permission { get; }

    /// <summary>GitHub's own message, cleaned; empty if there is none.</summary>
    public string Said { get; }

    /// <summary>
    /// Whether the token lacks the permission, as that of a workflow that a pull request from a fork has triggered always does. A report then goes to the
    /// summary alone.
    /// </summary>
    public bool IsMissingPermission => Failure == GitHubFailure.Forbidden && Said.Contains("not accessible by", StringComparison.OrdinalIgnoreCase);

    private static ExitCode ExitOf(GitHubFailure failure) => failure switch
    {
        GitHubFailure.Unreachable or GitHubFailure.RateLimited or GitHubFailure.ServerError => ExitCode.DependencyUnreachable,
        _ => ExitCode.BadInput,
    };
}
