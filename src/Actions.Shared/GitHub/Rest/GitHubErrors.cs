using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>Says what a failed request means, and what to do about it.</summary>
internal static class GitHubErrors
{
    private const int MessageLimit = 1000;

    /// <summary>GitHub has refused.</summary>
    public static GitHubException Refused(GitHubCall call, int status, HttpResponseHeaders headers, JsonObject? body)
    {
        var said = Message(body);
        var detail = said.Length == 0 ? $"GitHub answered {status}" : $"GitHub answered {status}: {said}";
        return status switch
        {
            401 => Unauthorized(call, status, detail, said),
            403 => Forbidden(call, status, headers, detail, said),
            404 or 410 => new(
                GitHubFailure.NotFound, status, Title(call), detail,
                call.Permission is null ? "Check the names; GitHub also answers so when the token may not read it." : $"Check the names. GitHub also answers so when the token may not do it: {Grant(call.Permission)}",
                call.Permission, said),
            409 => new(GitHubFailure.Conflict, status, Title(call), detail, "Somebody else changed it meanwhile. Run the job again.", call.Permission, said),
            400 or 413 or 415 or 422 => new(GitHubFailure.Invalid, status, Title(call), detail, "", call.Permission, said),
            >= 500 => new(GitHubFailure.ServerError, status, Title(call), detail, "Run the job again; if it stays, look at GitHub's status page.", call.Permission, said),
            _ => new(GitHubFailure.ServerError, status, Title(call), detail, "Check GITHUB_API_URL and the proxy: GitHub does not answer so.", call.Permission, said),
        };
    }

    /// <summary>A rate limit that lasts too long.</summary>
    public static GitHubException RateLimited(GitHubCall call, int status, string said, TimeSpan wait, DateTimeOffset now) => new(
        GitHubFailure.RateLimited,
        status,
        Title(call),
        string.Create(CultureInfo.InvariantCulture, $"GitHub's rate limit is used up until {now + wait:HH:mm:ss} UTC, which is in {Math.Ceiling(wait.TotalSeconds):0} s"),
        "Run the job again then. The token of a GitHub App has a higher limit than that of a workflow.",
        call.Permission,
        said);

    /// <summary>There was no answer.</summary>
    public static GitHubException NoAnswer(GitHubCall call, Uri address, TimeSpan limit, Exception e)
    {
        var reason = e is OperationCanceledException
            ? string.Create(CultureInfo.InvariantCulture, $"no complete answer within {limit.TotalSeconds:0.#} s")
            : Clean(e.InnerException?.Message ?? e.Message);
        return new(GitHubFailure.Unreachable, 0, Title(call), $"{address.Host}: {reason}", "Check the network, the proxy and GITHUB_API_URL.", inner: e);
    }

    /// <summary>The answer is too large.</summary>
    public static GitHubException TooLarge(GitHubCall call, long limit) =>
        new(GitHubFailure.Invalid, 200, Title(call), string.Create(CultureInfo.InvariantCulture, $"the answer is larger than {limit:N0} bytes"), "");

    /// <summary>The answer is not what GitHub answers.</summary>
    public static GitHubException Senseless(GitHubCall call, int status, string what) =>
        new(GitHubFailure.ServerError, status, Title(call), what, "Check GITHUB_API_URL and the proxy: GitHub does not answer so.", call.Permission);

    /// <summary>GraphQL answers 200 and says in the body what is wrong.</summary>
    public static GitHubException GraphQl(GitHubCall call, JsonObject error)
    {
        var said = Clean(error.Text("message"));
        var detail = $"GitHub answered: {said}";
        return error.Text("type") switch
        {
            "FORBIDDEN" or "INSUFFICIENT_SCOPES" => new(GitHubFailure.Forbidden, 403, $"The token may not {call.Target}", detail, Grant(call.Permission), call.Permission, said),
            "NOT_FOUND" => new(GitHubFailure.NotFound, 404, Title(call), detail, Grant(call.Permission), call.Permission, said),
            "STALE_DATA" or "CONFLICT" => new(GitHubFailure.Conflict, 409, Title(call), detail, "Somebody else changed it meanwhile. Run the job again.", call.Permission, said),
            "RATE_LIMITED" => new(GitHubFailure.RateLimited, 429, Title(call), detail, "Run the job again later.", call.Permission, said),
            "SERVICE_UNAVAILABLE" or "INTERNAL" => new(GitHubFailure.ServerError, 500, Title(call), detail, "Run the job again.", call.Permission, said),
            _ => new(GitHubFailure.Invalid, 422, Title(call), detail, "", call.Permission, said),
        };
    }

    /// <summary>GitHub's message with the errors of single fields, on one line.</summary>
    internal static string Message(JsonObject? body)
    {
        if (body is null)
            return "";
        var parts = new List<string> { body.Text("message") };
        foreach (var error in body["errors"] as JsonArray ?? [])
        {
            if (error is JsonObject field)
            {
                parts.Add(field.Text("message") is { Length: > 0 } text ? text : $"{field.Text("resource")} {field.Text("field")} {field.Text("code")}".Trim());
            }
            else if (error is JsonValue value && value.TryGetValue<string>(out var plain))
            {
                parts.Add(plain);
            }
        }

        return Clean(string.Join("; ", parts.Where(p => p.Length > 0).Distinct(StringComparer.Ordinal)));
    }

    /// <summary>The permissions that GitHub says would do, in the words of a workflow: <c>issues=write; pull_requests=write</c> are two ways.</summary>
    internal static string? Accepted(string? header, string? ours)
    {
        var ways = (header ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(way => string.Join(", ", way
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(p => p.All(c => char.IsAsciiLetter(c) || c is '_' or '='))
                .Select(p => p.Replace("=", ": ", StringComparison.Ordinal).Replace('_', '-'))))
            .Where(way => way.Length > 0)
            .ToArray();
        return ways.Length == 0 || ways.Contains(ours) ? ours : ways[0];
    }

    private static GitHubException Unauthorized(GitHubCall call, int status, string detail, string said) => new(
        GitHubFailure.Unauthorized,
        status,
        $"GitHub does not accept the token: could not {call.Target}",
        detail,
        "Pass a token that is still valid, such as ${{ github.token }}. It ends with the job; that of a GitHub App after an hour.",
        call.Permission,
        said);

    private static GitHubException Forbidden(GitHubCall call, int status, HttpResponseHeaders headers, string detail, string said)
    {
        var permission = Accepted(headers.TryGetValues("X-Accepted-GitHub-Permissions", out var accepted) ? string.Join(';', accepted) : null, call.Permission);
        var hint = headers.Contains("X-GitHub-SSO")
            ? "The organisation asks for single sign-on: authorise the token for it, in the settings of its owner."
            : said.Contains("IP allow list", StringComparison.OrdinalIgnoreCase)
                ? "The organisation lets only listed addresses in: use a runner that has one."
                : $"{Grant(permission)} A pull request from a fork never gets more than reading.";
        return new(GitHubFailure.Forbidden, status, $"The token may not {call.Target}", detail, hint, permission, said);
    }

    private static string Title(GitHubCall call) => $"Could not {call.Target}";

    private static string Grant(string? permission) => permission is null
        ? "Use a token that may do it."
        : $"Give the job \"permissions: {permission}\", or use a token that has it.";

    private static string Clean(string text) => PlainText.Shorten(PlainText.Clean(text).ReplaceLineEndings(" ").Trim(), MessageLimit);
}
