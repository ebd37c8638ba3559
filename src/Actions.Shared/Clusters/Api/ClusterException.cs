namespace Actions.Shared.Clusters.Api;

/// <summary>Why a request to a cluster came to nothing.</summary>
public enum ClusterFailure
{
    /// <summary>No connection: name, network, firewall, proxy, server down.</summary>
    Unreachable,

    /// <summary>The server's certificate is not trusted, or it does not trust ours.</summary>
    Tls,

    /// <summary>401: the credentials are not accepted.</summary>
    Unauthorized,

    /// <summary>403: not allowed, by RBAC, quota or admission.</summary>
    Forbidden,

    /// <summary>404: the object or its type is not there.</summary>
    NotFound,

    /// <summary>409: conflict of fields or of versions, or the object exists already; <see cref="ClusterStatus.Reason"/> tells which.</summary>
    Conflict,

    /// <summary>410: what was asked to be continued is too old.</summary>
    Expired,

    /// <summary>400, 413, 415, 422: the request or the object is wrong.</summary>
    Invalid,

    /// <summary>429: too many requests, even after waiting.</summary>
    TooManyRequests,

    /// <summary>5xx, or an answer that makes no sense.</summary>
    ServerError,
}

/// <summary>A request to a cluster that came to nothing, after everything that could be repeated has been repeated.</summary>
public sealed class ClusterException : ActionException
{
    internal ClusterException(
        ClusterFailure failure, string title, string detail, string hint, ClusterStatus? status, ExitCode exitCode, Exception? inner = null)
        : base(title, detail, hint, exitCode: exitCode, inner: inner)
    {
        Failure = failure;
        Status = status;
    }

    /// <summary>What went wrong.</summary>
    public ClusterFailure Failure { get; }

    /// <summary>What the API server said; null if it said nothing that can be read.</summary>
    public ClusterStatus? Status { get; }
}
