using Actions.Shared.GitHub.Rest;
using GitHubFixture;

namespace GitHub.Tests;

/// <summary>Clients for servers on the loopback device.</summary>
internal static class Clients
{
    public static RepositoryName Repository { get; } = RepositoryName.Parse(GitHubStandIn.Repository);

    /// <summary>Longer than a <see cref="WaitlessTime"/> skips.</summary>
    public static GitHubClientOptions Options { get; } = new() { RequestTimeout = TimeSpan.FromMinutes(11), UserAgent = "specs/1.0" };

    public static GitHubClient For(GitHubStandIn server, string token = GitHubStandIn.WorkflowToken, TimeProvider? time = null) =>
        new(GitHubConnection.FromEnvironment(server.Variables, token), Options, time ?? new WaitlessTime());

    public static GitHubClient For(Uri server, TimeProvider? time = null, GitHubClientOptions? options = null, GitHubTokenSource? token = null) =>
        new(Connection(server, token), options ?? Options, time ?? new WaitlessTime());

    public static GitHubConnection Connection(Uri server, GitHubTokenSource? token = null) => GitHubConnection.FromEnvironment(
        new Dictionary<string, string> { ["GITHUB_API_URL"] = server.AbsoluteUri }, token ?? ((_, _) => ValueTask.FromResult("t0ken-0123456789")));
}
