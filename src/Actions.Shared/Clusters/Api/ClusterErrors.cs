using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Actions.Shared.Clusters.Connection;

namespace Actions.Shared.Clusters.Api;

/// <summary>Says what a failed request means and what to do about it.</summary>
internal sealed class ClusterErrors(ClusterConnection connection, ClusterClientOptions options, TlsHandshake tls)
{
    private string Server => connection.Server.Authority;

    /// <summary>There was no answer, or not all of it.</summary>
    public ClusterException NoAnswer(ApiCall call, Exception e)
    {
        if (tls.Failure is { } reason && Find<AuthenticationException>(e) is not null)
        {
            return Error(
                ClusterFailure.Tls,
                "The cluster's certificate is not trusted",
                $"{Server}: {reason}",
                "Check that the address and the certificate authority belong to the same cluster. If the server is reached by another name, set tls-server-name.",
                e);
        }

        if (Find<AuthenticationException>(e) is { } authentication)
        {
            return Error(
                ClusterFailure.Tls,
                "No secure connection to the cluster",
                $"{Server}: {(authentication.InnerException ?? authentication).Message}",
                "Check that the address is that of an API server and, with a client certificate, that the cluster issued it and it has not expired.",
                e);
        }

        var http = e as HttpRequestException;
        if (http?.HttpRequestError == HttpRequestError.NameResolutionError)
        {
            return Unreachable(
                "The cluster's address is unknown", $"no address for {connection.Proxy?.Host ?? connection.Server.Host}", "Check the spelling, and that this machine's DNS knows it.", e);
        }

        if (http?.HttpRequestError == HttpRequestError.ProxyTunnelError)
        {
            return Unreachable(
                "The proxy does not let us through to the cluster",
                $"{connection.Proxy?.Authority} to {Server}: {http.Message}",
                "Check proxy-url, and that the proxy allows this address.",
                e);
        }

        if (Find<TimeoutException>(e) is not null || Find<SocketException>(e) is { SocketErrorCode: SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable })
        {
            return Unreachable(
                "The cluster does not answer",
                $"no connection to {Via()} within {Seconds(options.ConnectTimeout)}",
                "The address is wrong, or something on the way drops the connection: a firewall, or a list of allowed addresses (ACL) at the cluster that this runner is not on.",
                e);
        }

        if (Find<SocketException>(e) is { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return Unreachable(
                "The cluster refuses the connection", $"nothing listens at {Via()}", "Check the port, and that the API server is running.", e);
        }

        return e is OperationCanceledException
            ? Unreachable(
                "The cluster took too long to answer", $"{call.Verb} {call.Target}: no answer within {Seconds(options.RequestTimeout)}", "Try again; look at the load of the API server and at slow admission webhooks.", e)
            : Unreachable("The connection to the cluster broke", $"{call.Verb} {call.Target}: {e.Message}", "Try again; look at the API server and the network.", e);
    }

    /// <summary>The answer was no.</summary>
    public ClusterException Refused(ApiCall call, int code, ClusterStatus? status)
    {
        var what = $"{call.Verb} {call.Target}";
        var message = status is { Message.Length: > 0 } ? status.Message : $"HTTP status {code}";
        ClusterException Make(ClusterFailure failure, string title, string hint, ExitCode exitCode = ExitCode.Findings) =>
            new(failure, title, $"{what}: {message}", hint, status, exitCode);

        return code switch
        {
            401 => new(
                ClusterFailure.Unauthorized,
                "The cluster does not accept the credentials",
                $"{Server} answered 401 to {what}",
                Join("They have expired, or belong to another cluster. Get new ones.", connection.UnauthorizedHint),
                status,
                ExitCode.BadInput),
            403 => Make(ClusterFailure.Forbidden, "Not allowed by the cluster", "Give the account the right by a Role and a RoleBinding, or ask who runs the policy that is named."),
            404 => Make(ClusterFailure.NotFound, "Not found in the cluster", "Check the name, the namespace, and that the cluster serves this type."),
            409 => Make(
                ClusterFailure.Conflict,
                status?.Reason == "AlreadyExists" ? "It exists already" : "Changed or owned by somebody else",
                status?.Reason == "AlreadyExists" ? "Choose another name, or apply instead of creating." : "Read the object again and decide whose values count."),
            410 => Make(ClusterFailure.Expired, "Too old for the cluster to continue", "Start again."),
            400 or 413 or 415 or 422 => Make(ClusterFailure.Invalid, "The cluster refuses the object", "Correct what it names."),
            429 => Make(ClusterFailure.TooManyRequests, "The cluster is overloaded", "Try again later; look at the load of the API server and its priority and fairness settings.", ExitCode.DependencyUnreachable),
            >= 300 and < 400 => new(
                ClusterFailure.ServerError,
                "The address is not that of an API server",
                $"{Server} answered {code}, a redirection, to {what}",
                "Use the address that kubectl uses, without a login page before it.",
                status,
                ExitCode.BadInput),
            _ => Make(ClusterFailure.ServerError, "The cluster failed", "Look at the API server and at the webhook that is named, if one is.", ExitCode.DependencyUnreachable),
        };
    }

    /// <summary>The answer is more than we take.</summary>
    public static ClusterException TooLarge(ApiCall call, int limit) => Error(
        ClusterFailure.ServerError,
        "The cluster's answer is too large",
        $"{call.Verb} {call.Target}: more than {limit.ToString("N0", CultureInfo.InvariantCulture)} bytes",
        "Ask for less at a time.");

    /// <summary>The answer is not what an API server says.</summary>
    public ClusterException NotJson(ApiCall call, int status) => Error(
        ClusterFailure.ServerError,
        "The address is not that of an API server",
        $"{Server} answered {status} to {call.Verb} {call.Target}, but not with JSON",
        "Check the address: a proxy or a login page may answer in the cluster's place.");

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} seconds";

    private static string Join(string one, string other) => other.Length == 0 ? one : $"{one} {other}";

    private static T? Find<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }

        return null;
    }

    private string Via() => connection.Proxy is { } proxy ? $"{Server} through the proxy {proxy.Authority}" : Server;

    private ClusterException Unreachable(string title, string detail, string hint, Exception e) =>
        Error(ClusterFailure.Unreachable, title, detail, Join(hint, connection.UnreachableHint), e);

    private static ClusterException Error(ClusterFailure failure, string title, string detail, string hint, Exception? e = null) =>
        new(failure, title, detail, hint, null, ExitCode.DependencyUnreachable, e);
}
