using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClusterFixture;

namespace GitHubFixture;

/// <summary>
/// A GitHub on the loopback device that remembers what is written to it: comments, issues, labels, pull requests, deployments. Who asks is told by the token;
/// a test may change anything in between, and answer in its place.
/// </summary>
public sealed partial class GitHubStandIn : IAsyncDisposable
{
    /// <summary>The token of a workflow that may write.</summary>
    public const string WorkflowToken = "ghs_workflow0123456789";

    /// <summary>The token of a workflow that a pull request from a fork has triggered.</summary>
    public const string ReadOnlyToken = "ghs_readonly0123456789";

    /// <summary>The token of a person.</summary>
    public const string PersonToken = "ghp_person0123456789";

    public const string Repository = "octo/shop";

    private static readonly JsonObject Bot = new() { ["login"] = "github-actions[bot]", ["id"] = 41898282, ["type"] = "Bot" };
    private static readonly JsonObject Person = new() { ["login"] = "mona", ["id"] = 7, ["type"] = "User" };

    private readonly Lock _gate = new();
    private readonly LoopbackServer _server;
    private long _nextId = 1000;

    public GitHubStandIn() => _server = new LoopbackServer(AnswerAsync);

    /// <summary>Answers in its place; true if it has. Nobody by default.</summary>
    public Func<LoopbackRequest, Task<bool>>? Before { get; set; }

    /// <summary>Called with each request that has been answered.</summary>
    public Action<LoopbackRequest>? After { get; set; }

    public Uri Address => _server.Address;

    /// <summary>The requests so far, as <c>GET /path</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _server.Requests.Select(r => $"{r.Method} {r.Path}")];

    /// <summary>The requests so far with everything.</summary>
    public IReadOnlyList<LoopbackRequest> Received => _server.Requests;

    public List<StandInComment> Comments { get; } = [];

    public List<JsonObject> Issues { get; } = [];

    public List<JsonObject> Pulls { get; } = [];

    public List<JsonObject> Deployments { get; } = [];

    /// <summary>States of deployments, in order: number of the deployment, and what was said.</summary>
    public List<(long Deployment, JsonObject Status)> Statuses { get; } = [];

    public List<JsonObject> Checks { get; } = [];

    /// <summary>Names of the labels that were made.</summary>
    public List<string> Labels { get; } = [];

    /// <summary>The variables by which a runner tells where GitHub is.</summary>
    public Dictionary<string, string> Variables => new()
    {
        ["GITHUB_API_URL"] = Address.AbsoluteUri.TrimEnd('/'),
        ["GITHUB_GRAPHQL_URL"] = $"{Address.AbsoluteUri}graphql",
        ["GITHUB_SERVER_URL"] = "https://github.example",
        ["GITHUB_REPOSITORY"] = Repository,
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Adds a comment without being asked.</summary>
    public StandInComment AddComment(int issue, string body, bool byBot = true)
    {
        lock (_gate)
        {
            var comment = new StandInComment(_nextId++, issue, byBot ? Bot : Person, body);
            Comments.Add(comment);
            return comment;
        }
    }

    /// <summary>Adds an open pull request with a head.</summary>
    public void AddPull(int number, string sha) => Pulls.Add(new JsonObject
    {
        ["number"] = number,
        ["state"] = "open",
        ["title"] = "Change",
        ["body"] = "",
        ["user"] = Person.DeepClone(),
        ["head"] = new JsonObject { ["ref"] = "topic", ["sha"] = sha },
        ["base"] = new JsonObject { ["ref"] = "main", ["sha"] = new string('0', 40) },
        ["html_url"] = $"https://github.example/{Repository}/pull/{number}",
    });

    /// <summary>Handles a request as if nobody had intercepted it.</summary>
    public Task HandleAsync(LoopbackRequest request)
    {
        (int Status, JsonNode? Body, string[] Headers) answer;
        lock (_gate)
        {
            answer = Handle(request);
        }

        var text = answer.Body?.ToJsonString() ?? "";
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]}\"";
        return request.Method == "GET" && answer.Status == 200 && request.Headers.GetValueOrDefault("If-None-Match") == tag
            ? request.RespondAsync(304, "", [$"ETag: {tag}", .. answer.Headers])
            : request.RespondAsync(answer.Status, text, ["Content-Type: application/json; charset=utf-8", $"ETag: {tag}", .. answer.Headers]);
    }

    private async Task AnswerAsync(LoopbackRequest request)
    {
        if (Before is { } before && await before(request))
            return;
        await HandleAsync(request);
        After?.Invoke(request);
    }

    private (int Status, JsonNode? Body, string[] Headers) Handle(LoopbackRequest request)
    {
        var token = request.Headers.GetValueOrDefault("Authorization", "").Replace("Bearer ", "", StringComparison.Ordinal);
        if (token is not (WorkflowToken or ReadOnlyToken or PersonToken))
            return Refusal(401, "Bad credentials");
        if (request.Headers.GetValueOrDefault("User-Agent", "").Length == 0)
            return Refusal(403, "Request forbidden by administrative rules.");
        var user = token == PersonToken ? Person : Bot;
        var (path, query) = Split(request.Path);
        var isWrite = request.Method != "GET";
        var body = request.Body.Length > 0 ? JsonNode.Parse(request.Body) as JsonObject : null;
        if (path == "/graphql")
            return GraphQl(body!, user, token);
        if (isWrite && token == ReadOnlyToken)
            return Refusal(403, "Resource not accessible by integration", "X-Accepted-GitHub-Permissions: issues=write; pull_requests=write");
        if (path == "/user")
            return user == Bot ? Refusal(403, "Resource not accessible by integration") : (200, Person.DeepClone(), []);
        if (!path.StartsWith($"/repos/{Repository}/", StringComparison.Ordinal))
            return Refusal(404, "Not Found");

        var rest = path[$"/repos/{Repository}/".Length..];
        if (CommentsPath().Match(rest) is { Success: true } comments)
            return HandleComments(request, int.Parse(comments.Groups[1].Value, CultureInfo.InvariantCulture), query, user, body);
        if (CommentPath().Match(rest) is { Success: true } comment)
            return HandleComment(request, long.Parse(comment.Groups[1].Value, CultureInfo.InvariantCulture), user, body);
        if (CommitPullsPath().Match(rest) is { Success: true } commit)
            return Page(request, query, Pulls.Where(p => p["head"]!["sha"]!.ToString() == commit.Groups[1].Value || p["merge_commit_sha"]?.ToString() == commit.Groups[1].Value));
        if (PullPath().Match(rest) is { Success: true } pull)
            return Pulls.Find(p => p["number"]!.ToString() == pull.Groups[1].Value) is { } found ? (200, found.DeepClone(), []) : Refusal(404, "Not Found");
        if (rest == "labels" && isWrite)
            return CreateLabel(body!);
        if (rest == "deployments" && isWrite)
            return CreateDeployment(body!);
        if (rest == "deployments")
            return Page(request, query, Deployments.Where(d => query.GetValueOrDefault("environment") is not { } e || d["environment"]!.ToString() == e).Reverse());
        if (StatusesPath().Match(rest) is { Success: true } statuses)
            return HandleStatuses(request, long.Parse(statuses.Groups[1].Value, CultureInfo.InvariantCulture), query, body);
        if (rest == "issues" && isWrite)
            return CreateIssue(body!, user);
        if (rest == "issues")
            return Page(request, query, Issues.Where(i => query.GetValueOrDefault("state") == "all" || i["state"]!.ToString() == "open").Reverse());
        if (IssuePath().Match(rest) is { Success: true } issue)
            return UpdateIssue(int.Parse(issue.Groups[1].Value, CultureInfo.InvariantCulture), body!);
        if (rest == "check-runs" || rest.StartsWith("check-runs/", StringComparison.Ordinal))
        {
            Checks.Add((JsonObject)body!.DeepClone());
            return (201, new JsonObject { ["id"] = 5, ["html_url"] = $"https://github.example/{Repository}/runs/5" }, []);
        }

        return Refusal(404, "Not Found");
    }

    private (int, JsonNode?, string[]) HandleComments(
        LoopbackRequest request, int issue, Dictionary<string, string> query, JsonObject user, JsonObject? body)
    {
        if (request.Method == "GET")
            return Page(request, query, Comments.Where(c => c.Issue == issue).Select(c => c.Json()));
        if (Problem(body) is { } problem)
            return problem;
        var comment = new StandInComment(_nextId++, issue, user, body!["body"]!.ToString());
        Comments.Add(comment);
        return (201, comment.Json(), []);
    }

    private (int, JsonNode?, string[]) HandleComment(LoopbackRequest request, long id, JsonObject user, JsonObject? body)
    {
        if (Comments.Find(c => c.Id == id) is not { } comment)
            return Refusal(404, "Not Found");
        if (request.Method == "GET")
            return (200, comment.Json(), []);
        if (comment.User != user)
            return Refusal(403, "Resource not accessible by integration");
        if (request.Method == "DELETE")
        {
            Comments.Remove(comment);
            return (204, null, []);
        }

        if (Problem(body) is { } problem)
            return problem;
        comment.Body = body!["body"]!.ToString();
        return (200, comment.Json(), []);
    }

    private (int, JsonNode?, string[]) GraphQl(JsonObject body, JsonObject user, string token)
    {
        var query = body["query"]!.ToString();
        if (query.Contains("viewer", StringComparison.Ordinal))
            return (200, new JsonObject { ["data"] = new JsonObject { ["viewer"] = new JsonObject { ["login"] = user["login"]!.DeepClone(), ["databaseId"] = user["id"]!.DeepClone() } } }, []);
        var comment = Comments.Find(c => c.NodeId == body["variables"]!["id"]?.ToString());
        if (comment is null)
            return GraphQlError("NOT_FOUND", "Could not resolve to a node with the global id");
        if (query.StartsWith("mutation", StringComparison.Ordinal))
        {
            if (token == ReadOnlyToken)
                return GraphQlError("FORBIDDEN", "Resource not accessible by integration");
            comment.Hidden = query.Contains("unminimize", StringComparison.Ordinal) ? null : body["variables"]!["reason"]!.ToString();
            return (200, new JsonObject { ["data"] = new JsonObject() }, []);
        }

        return (200, new JsonObject { ["data"] = new JsonObject { ["node"] = new JsonObject { ["isMinimized"] = comment.Hidden is not null } } }, []);
    }

    private (int, JsonNode?, string[]) CreateDeployment(JsonObject body)
    {
        var deployment = (JsonObject)body.DeepClone();
        deployment["id"] = _nextId++;
        deployment["sha"] = body["ref"]!.ToString();
        Deployments.Add(deployment);
        return (201, deployment.DeepClone(), []);
    }

    private (int, JsonNode?, string[]) HandleStatuses(LoopbackRequest request, long id, Dictionary<string, string> query, JsonObject? body)
    {
        if (request.Method == "GET")
            return Page(request, query, Statuses.Where(s => s.Deployment == id).Select(s => s.Status).Reverse());
        if (Deployments.Find(d => (long)d["id"]! == id) is null)
            return Refusal(404, "Not Found");
        Statuses.Add((id, (JsonObject)body!.DeepClone()));
        return (201, body.DeepClone(), []);
    }

    private (int, JsonNode?, string[]) CreateIssue(JsonObject body, JsonObject user)
    {
        var issue = (JsonObject)body.DeepClone();
        issue["number"] = Issues.Count + 1;
        issue["state"] = "open";
        issue["user"] = user.DeepClone();
        issue["html_url"] = $"https://github.example/{Repository}/issues/{Issues.Count + 1}";
        Issues.Add(issue);
        return (201, issue.DeepClone(), []);
    }

    private (int, JsonNode?, string[]) CreateLabel(JsonObject body)
    {
        var name = body["name"]!.ToString();
        if (Labels.Contains(name))
            return (422, JsonNode.Parse("""{"message":"Validation Failed","errors":[{"resource":"Label","code":"already_exists","field":"name"}]}"""), []);
        Labels.Add(name);
        return (201, body.DeepClone(), []);
    }

    private (int, JsonNode?, string[]) UpdateIssue(int number, JsonObject change)
    {
        if (Issues.Find(i => (int)i["number"]! == number) is not { } issue)
            return Refusal(404, "Not Found");
        foreach (var (key, value) in change)
            issue[key] = value?.DeepClone();
        return (200, issue.DeepClone(), []);
    }

    private (int, JsonNode?, string[]) Page(LoopbackRequest request, Dictionary<string, string> query, IEnumerable<JsonObject> all)
    {
        var size = Math.Min(100, int.Parse(query.GetValueOrDefault("per_page", "30"), CultureInfo.InvariantCulture));
        var page = int.Parse(query.GetValueOrDefault("page", "1"), CultureInfo.InvariantCulture);
        JsonObject[] items = [.. all];
        var entries = new JsonArray([.. items.Skip((page - 1) * size).Take(size).Select(i => i.DeepClone())]);
        if (page * size >= items.Length)
            return (200, entries, []);
        var (path, _) = Split(request.Path);
        var others = string.Concat(query.Where(q => q.Key != "page").Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}&"));
        return (200, entries, [$"Link: <{Address.AbsoluteUri.TrimEnd('/')}{path}?{others}page={page + 1}>; rel=\"next\", <{Address}>; rel=\"first\""]);
    }

    private static (int, JsonNode?, string[])? Problem(JsonObject? body) => body?["body"]?.ToString() is not { Length: > 0 } text
        ? Refusal(422, "Validation Failed")
        : text.Length <= 65_536
            ? null
            : (422, JsonNode.Parse("""{"message":"Validation Failed","errors":[{"resource":"IssueComment","code":"unprocessable","field":"data","message":"Body is too long (maximum is 65536 characters)"}]}"""), []);

    private static (int, JsonNode?, string[]) Refusal(int status, string message, params string[] headers) =>
        (status, new JsonObject { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest" }, headers);

    private static (int, JsonNode?, string[]) GraphQlError(string type, string message) =>
        (200, new JsonObject { ["data"] = null, ["errors"] = new JsonArray(new JsonObject { ["type"] = type, ["message"] = message }) }, []);

    private static (string Path, Dictionary<string, string> Query) Split(string target)
    {
        var parts = target.Split('?', 2);
        return (parts[0], parts.Length == 1
            ? []
            : parts[1].Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1])));
    }

    [GeneratedRegex(@"^issues/(\d+)/comments$")]
    private static partial Regex CommentsPath();

    [GeneratedRegex(@"^issues/comments/(\d+)$")]
    private static partial Regex CommentPath();

    [GeneratedRegex("^commits/([0-9a-f]+)/pulls$")]
    private static partial Regex CommitPullsPath();

    [GeneratedRegex(@"^pulls/(\d+)$")]
    private static partial Regex PullPath();

    [GeneratedRegex(@"^deployments/(\d+)/statuses$")]
    private static partial Regex StatusesPath();

    [GeneratedRegex(@"^issues/(\d+)$")]
    private static partial Regex IssuePath();
}

/// <summary>A comment that a <see cref="GitHubStandIn"/> holds.</summary>
public sealed class StandInComment(long id, int issue, JsonObject user, string body)
{
    public long Id => id;

    public int Issue => issue;

    public string NodeId => $"IC_{id}";

    public JsonObject User => user;

    public string Body { get; set; } = body;

    /// <summary>Why it is hidden; null if it is not.</summary>
    public string? Hidden { get; set; }

    public JsonObject Json() => new()
    {
        ["id"] = id,
        ["node_id"] = NodeId,
        ["body"] = Body,
        ["user"] = user.DeepClone(),
        ["html_url"] = $"https://github.example/{GitHubStandIn.Repository}/pull/{issue}#issuecomment-{id}",
    };
}
