using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>
/// Talks to GitHub's REST and GraphQL APIs, those parts that the actions need. Requests that may be sent twice are repeated, and rate limits waited for, as
/// <see cref="GitHubClientOptions.RetryLimit"/> says; what then remains failed is a <see cref="GitHubException"/>, which tells the missing permission.
/// Texts in answers are untrusted. Safe for concurrent use.
/// </summary>
public sealed partial class GitHubClient : IDisposable
{
    private readonly GitHubTransport _transport;
    private readonly GitHubConnection _connection;
    private readonly GitHubClientOptions _options;
    private readonly SemaphoreSlim _viewerTurn = new(1, 1);
    private GitHubAccount? _viewer;

    /// <summary>Creates a client; nothing is sent yet.</summary>
    /// <param name="connection">Where GitHub is, and the token.</param>
    /// <param name="options">Bounds and patience.</param>
    /// <param name="time">The clock.</param>
    public GitHubClient(GitHubConnection connection, GitHubClientOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        (_connection, _options) = (connection, options);
        _transport = new GitHubTransport(connection, options, time);
    }

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _transport.Time;

    /// <inheritdoc />
    public void Dispose()
    {
        _transport.Dispose();
        _viewerTurn.Dispose();
    }

    /// <summary>
    /// Who the token is: asked once. The token of a workflow may not ask the REST API, so GraphQL is asked first; where neither answers, it is
    /// <c>github-actions[bot]</c>.
    /// </summary>
    /// <exception cref="GitHubException">The token is not accepted, or there is no answer.</exception>
    public async Task<GitHubAccount> GetViewerAsync(CancellationToken cancellation)
    {
        await _viewerTurn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _viewer ??= await AskViewerAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _viewerTurn.Release();
        }
    }

    /// <summary>Asks the GraphQL API.</summary>
    /// <param name="call">What it is for, and whether it may be repeated; its address is set here.</param>
    /// <param name="query">The document.</param>
    /// <param name="variables">Its variables.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns><c>data</c>.</returns>
    internal async Task<JsonObject> GraphQlAsync(GitHubCall call, string query, JsonObject variables, CancellationToken cancellation)
    {
        var answer = await _transport.SendJsonAsync(
            call with { Path = _connection.GraphQl.AbsoluteUri, Body = new JsonObject { ["query"] = query, ["variables"] = variables } },
            cancellation).ConfigureAwait(false);
        if (answer.List("errors") is [JsonObject error, ..])
            throw GitHubErrors.GraphQl(call, error);
        return answer.Object("data") ?? throw GitHubErrors.Senseless(call, 200, "the answer of GraphQL has no data");
    }

    internal Task<JsonObject> SendAsync(GitHubCall call, CancellationToken cancellation) => _transport.SendJsonAsync(call, cancellation);

    /// <summary>Sends a request whose answer does not matter.</summary>
    /// <returns>False if what it is about is not there.</returns>
    internal async Task<bool> TryDoAsync(GitHubCall call, CancellationToken cancellation)
    {
        try
        {
            await _transport.SendAsync(call, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (GitHubException e) when (e.Failure == GitHubFailure.NotFound)
        {
            return false;
        }
    }

    /// <summary>Sends a request; null if what it is about is not there.</summary>
    internal async Task<JsonObject?> FindAsync(GitHubCall call, CancellationToken cancellation)
    {
        try
        {
            return await _transport.SendJsonAsync(call, cancellation).ConfigureAwait(false);
        }
        catch (GitHubException e) when (e.Failure == GitHubFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>All entries of a list, page by page; the next page is asked for when it is needed.</summary>
    /// <param name="call">The first page, without page and size.</param>
    /// <param name="key">The field that holds the entries; null if the answer is the list itself.</param>
    /// <param name="cancellation">Stops it.</param>
    internal async IAsyncEnumerable<JsonObject> ListAsync(GitHubCall call, string? key, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = $"{call.Path}{(call.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}per_page=100";
        for (var page = 0; next is not null; page++)
        {
            if (page == _options.MaxPages)
            {
                throw new GitHubException(
                    GitHubFailure.Invalid, 200, $"Could not {call.Target}", $"the list has more than {_options.MaxPages} pages of 100", "Clean it up; nobody can read so many.");
            }

            var answer = await _transport.SendAsync(call with { Path = next }, cancellation).ConfigureAwait(false);
            var json = GitHubTransport.Parse(answer.Body);
            var entries = (key is null ? json : json is JsonObject holder ? holder[key] : null) as JsonArray
                ?? throw GitHubErrors.Senseless(call, answer.StatusCode, "the answer is not a list");
            foreach (var entry in entries)
            {
                if (entry is JsonObject item)
                    yield return item;
            }

            next = answer.Next;
        }
    }

    /// <summary>A query, without what is null.</summary>
    internal static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = "";
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                text += $"{(text.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }

        return text;
    }

    /// <summary>Text cut to a limit of GitHub's.</summary>
    internal static string Cut(string text, int limit) => PlainText.Shorten(text, limit);

    private async Task<GitHubAccount> AskViewerAsync(CancellationToken cancellation)
    {
        try
        {
            var call = new GitHubCall(HttpMethod.Post, "", "ask who the token is") { IsRepeatable = true };
            var data = await GraphQlAsync(call, "query { viewer { login databaseId } }", [], cancellation).ConfigureAwait(false);
            if (data.Object("viewer") is { } viewer && viewer.Text("login").Length > 0)
                return new GitHubAccount(viewer.Text("login"), viewer.Number("databaseId"));
        }
        catch (GitHubException e) when (e.Failure is GitHubFailure.Forbidden or GitHubFailure.NotFound or GitHubFailure.Invalid)
        {
            // An Enterprise server may not know it; the REST API is next.
        }

        try
        {
            var user = await _transport.SendJsonAsync(new GitHubCall(HttpMethod.Get, "/user", "ask who the token is"), cancellation).ConfigureAwait(false);
            return new GitHubAccount(user.Text("login"), user.Number("id"));
        }
        catch (GitHubException e) when (e.Failure is GitHubFailure.Forbidden or GitHubFailure.NotFound)
        {
            return GitHubAccount.Workflow;
        }
    }
}

/// <summary>Somebody who does things on GitHub: a person, or a bot with <c>[bot]</c> at the end of its name.</summary>
/// <param name="Login">The name.</param>
/// <param name="Id">The number; 0 if it is not known.</param>
public sealed record GitHubAccount(string Login, long Id = 0)
{
    /// <summary>Whom the token of a workflow stands for.</summary>
    public static GitHubAccount Workflow { get; } = new("github-actions[bot]");

    /// <summary>Whether both are the same account. Names are compared as a whole: <c>name</c> may be a person where <c>name[bot]</c> is a bot.</summary>
    public bool IsSameAs(GitHubAccount other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id != 0 && other.Id != 0 ? Id == other.Id : Login.Length > 0 && Login.Equals(other.Login, StringComparison.OrdinalIgnoreCase);
    }

    internal static GitHubAccount Read(JsonObject? user) => new(user.Text("login"), user.Number("id"));
}
