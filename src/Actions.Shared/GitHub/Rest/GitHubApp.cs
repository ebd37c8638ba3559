using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>What a token of an installation may do.</summary>
public sealed record InstallationScope
{
    /// <summary>Names of repositories, without owner; empty for all of the installation. The default is empty.</summary>
    public IReadOnlyList<string> Repositories { get; init; } = [];

    /// <summary>Permissions and their level, in GitHub's spelling: <c>pull_requests</c>, <c>write</c>. Empty for all of the App. The default is empty.</summary>
    public IReadOnlyDictionary<string, string> Permissions { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// A GitHub App: signs with its private key, and trades that for tokens of an installation, which live for an hour and are renewed before they end.
/// Safe for concurrent use.
/// </summary>
public sealed class GitHubApp : IDisposable
{
    /// <summary>A token is not used any more this long before its end.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    // GitHub refuses more than ten minutes, and clocks differ.
    private static readonly TimeSpan ProofLife = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly string _clientId;
    private readonly RSA _key;
    private readonly GitHubClient _client;
    private readonly Action<string> _mask;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _signing = new();

    /// <summary>Reads the key; nothing is sent yet.</summary>
    /// <param name="clientId">The App's client id, or the older number of the App.</param>
    /// <param name="privateKey">The key in PEM (PKCS#1, as GitHub gives it, or PKCS#8), masked. Line ends written as <c>\n</c> are understood.</param>
    /// <param name="connection">Where GitHub is; its token is not used.</param>
    /// <param name="options">Bounds and patience.</param>
    /// <param name="mask">Masks each token before anybody gets it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ActionException">The key cannot be read.</exception>
    public GitHubApp(
        string clientId, string privateKey, GitHubConnection connection, GitHubClientOptions options, Action<string> mask, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(privateKey);
        (_clientId, _mask, _time) = (clientId, mask, time);
        _key = ReadKey(privateKey);
        _client = new GitHubClient(connection, options, time);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _client.Dispose();
        _key.Dispose();
        _turn.Dispose();
    }

    /// <summary>The installation of the App in a repository.</summary>
    /// <exception cref="GitHubException">The App is not installed there, or the key is not its own.</exception>
    public async Task<long> FindInstallationAsync(RepositoryName repository, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/installation", $"find the App's installation in {repository}") { Token = Proof() };
        var answer = await ExplainedAsync(_client.SendAsync(call, cancellation)).ConfigureAwait(false);
        return answer.Number("id");
    }

    /// <summary>The installations of the App, wherever they are, those that are suspended left out; in the order of their numbers.</summary>
    /// <exception cref="GitHubException">The key is not the App's own.</exception>
    public async Task<IReadOnlyList<long>> ListInstallationsAsync(CancellationToken cancellation)
    {
        var found = new SortedSet<long>();
        var call = new GitHubCall(HttpMethod.Get, "/app/installations", "list the App's installations") { Token = Proof() };
        await foreach (var installation in _client.ListAsync(call, null, cancellation).ConfigureAwait(false))
        {
            if (installation.TextOrNull("suspended_at") is null)
                found.Add(installation.Number("id"));
        }

        return [.. found];
    }

    /// <summary>A new token of an installation, masked, and when it ends.</summary>
    /// <exception cref="GitHubException">The App may not have it, or the key is not its own.</exception>
    public async Task<(string Token, DateTimeOffset Expires)> CreateTokenAsync(long installation, InstallationScope? scope, CancellationToken cancellation)
    {
        var body = new JsonObject();
        if (scope is { Repositories.Count: > 0 })
            body["repositories"] = new JsonArray([.. scope.Repositories.Select(r => JsonValue.Create(r))]);
        if (scope is { Permissions.Count: > 0 })
            body["permissions"] = new JsonObject(scope.Permissions.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));

        // A token that nobody gets does no harm, so it may be asked for twice.
        var call = new GitHubCall(HttpMethod.Post, $"/app/installations/{installation}/access_tokens", "get a token for the App")
        {
            Body = body,
            Token = Proof(),
            IsRepeatable = true,
        };
        var answer = await ExplainedAsync(_client.SendAsync(call, cancellation)).ConfigureAwait(false);
        var token = answer.TextOrNull("token") ?? throw GitHubErrors.Senseless(call, 201, "the answer holds no token");
        _mask(token);
        return (token, answer.Time("expires_at") ?? _time.GetUtcNow() + TimeSpan.FromHours(1));
    }

    /// <summary>Tokens of an installation for a <see cref="GitHubConnection"/>: one at a time, the next one <see cref="Margin"/> before its end.</summary>
    public GitHubTokenSource Tokens(long installation, InstallationScope? scope = null)
    {
        (string Token, DateTimeOffset Expires)? current = null;
        return async (renew, cancellation) =>
        {
            await _turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (renew || current is not { } known || _time.GetUtcNow() >= known.Expires - Margin)
                    current = await CreateTokenAsync(installation, scope, cancellation).ConfigureAwait(false);
                return current.Value.Token;
            }
            finally
            {
                _turn.Release();
            }
        };
    }

    /// <summary>A JSON Web Token (RS256) that proves that we hold the key, for some minutes.</summary>
    internal string Proof()
    {
        var now = _time.GetUtcNow();
        var claims = new JsonObject
        {
            ["iat"] = (now - ClockSkew).ToUnixTimeSeconds(),
            ["exp"] = (now + ProofLife).ToUnixTimeSeconds(),
            ["iss"] = _clientId,
        };
        var text = $"{Encode("""{"alg":"RS256","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}";
        lock (_signing)
        {
            return $"{text}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        }
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static async Task<JsonObject> ExplainedAsync(Task<JsonObject> request)
    {
        try
        {
            return await request.ConfigureAwait(false);
        }
        catch (GitHubException e) when (e.Failure is GitHubFailure.Unauthorized or GitHubFailure.NotFound)
        {
            var hint = e.Failure == GitHubFailure.Unauthorized
                ? "Check that client id and private key belong to the same App, and the clock of the machine."
                : "Install the App in the repository, or check the number of the installation.";
            throw new GitHubException(e.Failure, e.StatusCode, e.Title, e.Detail, hint, e.Permission, e.Said, e);
        }
    }

    private static RSA ReadKey(string text)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(text.Contains('\n', StringComparison.Ordinal) ? text : text.Replace("\\n", "\n", StringComparison.Ordinal));
            if (key.ExportParameters(includePrivateParameters: true).D is { Length: > 0 })
                return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // Told below, without the cause: its text may quote the key.
        }

        key.Dispose();
        throw new ActionException(
            "The private key of the GitHub App cannot be read",
            "expected a PEM text that begins with -----BEGIN RSA PRIVATE KEY----- or -----BEGIN PRIVATE KEY-----",
            "Store the whole file that GitHub gave as the secret, line ends included.");
    }
}
