using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Integration.Tests.EndToEnd;

/// <summary>One repository on a GitHub of its own on loopback: branches, files, commits and pull requests, as far as a bump uses them.</summary>
internal sealed class RepositoryStandIn : IDisposable
{
    private const string Root = "/repos/octo/gitops";
    private readonly HttpListener _listener = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, string>> _commits = [];
    private readonly string _address;

    public RepositoryStandIn(params (string Path, string Text)[] files)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        Branches["main"] = Commit(files.ToDictionary(f => f.Path, f => f.Text));
        _listener.Prefixes.Add(_address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Branches and their commits.</summary>
    public Dictionary<string, string> Branches { get; } = [];

    /// <summary>Pull requests as GitHub gives them.</summary>
    public List<JsonObject> Pulls { get; } = [];

    /// <summary>Messages of the commits that were made over the API.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>What was asked that changes something.</summary>
    public ConcurrentQueue<string> Writes { get; } = new();

    /// <summary>The environment of a run of this repository.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["GITHUB_API_URL"] = _address,
        ["GITHUB_GRAPHQL_URL"] = _address + "/graphql",
        ["GITHUB_REPOSITORY"] = "octo/gitops",
        ["GITHUB_REF"] = "refs/heads/main",
        ["GITHUB_REF_NAME"] = "main",
    };

    /// <summary>The content of a file on a branch.</summary>
    public string Text(string branch, string path) => _commits[Branches[branch]][path];

    /// <summary>Somebody pushes to a branch.</summary>
    public void Push(string branch, string path, string text)
    {
        lock (_gate) Branches[branch] = Commit(new Dictionary<string, string>(_commits[Branches[branch]]) { [path] = text });
    }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private string Commit(Dictionary<string, string> files)
    {
        var sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_commits.Count} {string.Join('\n', files)}")))[..40];
        _commits[sha] = files;
        return sha;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            var text = await reader.ReadToEndAsync();
            var (status, answer) = Answer(context.Request, text.Length > 0 ? JsonNode.Parse(text)!.AsObject() : []);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json; charset=utf-8";
            if (status != 204) await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()));
            context.Response.Close();
        }
    }

    private (int Status, JsonNode Answer) Answer(HttpListenerRequest request, JsonObject body)
    {
        lock (_gate)
        {
            var path = Uri.UnescapeDataString(request.Url!.AbsolutePath);
            var missing = (404, (JsonNode)new JsonObject { ["message"] = "Not Found" });
            if (request.HttpMethod != "GET") Writes.Enqueue($"{request.HttpMethod} {path}");
            switch (request.HttpMethod)
            {
                case "GET" when path == Root:
                    return (200, new JsonObject { ["full_name"] = "octo/gitops", ["default_branch"] = "main", ["private"] = false, ["archived"] = false });
                case "GET" when After(path, "/git/ref/heads/") is { } branch:
                    return Branches.TryGetValue(branch, out var at) ? (200, Reference(branch, at)) : missing;
                case "POST" when path == $"{Root}/git/refs":
                    var name = body["ref"]!.GetValue<string>()["refs/heads/".Length..];
                    Branches.Add(name, body["sha"]!.GetValue<string>());
                    return (201, Reference(name, Branches[name]));
                case "PATCH" when After(path, "/git/refs/heads/") is { } moved:
                    Branches[moved] = body["sha"]!.GetValue<string>();
                    return (200, Reference(moved, Branches[moved]));
                case "DELETE" when After(path, "/git/refs/heads/") is { } gone:
                    return Branches.Remove(gone) ? (204, new JsonObject()) : (422, new JsonObject { ["message"] = "Reference does not exist" });
                case "GET" when After(path, "/contents/") is { } file:
                    return _commits[request.QueryString["ref"]!].TryGetValue(file, out var text)
                        ? (200, new JsonObject { ["type"] = "file", ["path"] = file, ["sha"] = "0", ["encoding"] = "base64", ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) })
                        : missing;
                case "GET" when path == $"{Root}/pulls":
                    return (200, new JsonArray([.. Pulls.Where(p => p["state"]!.GetValue<string>() == "open").Select(Current)]));
                case "POST" when path == $"{Root}/pulls":
                    var pull = new JsonObject
                    {
                        ["number"] = Pulls.Count + 1,
                        ["node_id"] = "PR",
                        ["state"] = "open",
                        ["title"] = body["title"]!.GetValue<string>(),
                        ["body"] = body["body"]!.GetValue<string>(),
                        ["user"] = new JsonObject { ["login"] = "bot", ["id"] = 1 },
                        ["head"] = new JsonObject { ["ref"] = body["head"]!.GetValue<string>(), ["sha"] = "" },
                        ["base"] = new JsonObject { ["ref"] = body["base"]!.GetValue<string>(), ["sha"] = "" },
                        ["labels"] = new JsonArray(),
                        ["html_url"] = $"https://github.com/octo/gitops/pull/{Pulls.Count + 1}",
                    };
                    Pulls.Add(pull);
                    return (201, Current(pull));
                case "PATCH" when After(path, "/pulls/") is { } number:
                    var changed = Pulls[int.Parse(number) - 1];
                    foreach (var (key, value) in body) changed[key] = value!.DeepClone();
                    return (200, Current(changed));
                case "POST" when After(path, "/issues/") is { } labelled:
                    foreach (var label in body["labels"]!.AsArray()) Pulls[int.Parse(labelled.Split('/')[0]) - 1]["labels"]!.AsArray().Add(new JsonObject { ["name"] = label!.GetValue<string>() });
                    return (200, new JsonArray());
                case "POST" when path == "/graphql":
                    return (200, Commit(body["variables"]!["input"]!.AsObject()));
                default:
                    return missing;
            }
        }
    }

    private JsonObject Commit(JsonObject input)
    {
        var branch = input["branch"]!["branchName"]!.GetValue<string>();
        if (Branches[branch] != input["expectedHeadOid"]!.GetValue<string>())
            return new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["type"] = "STALE_DATA", ["message"] = $"Expected branch to point to \"{input["expectedHeadOid"]}\" but it did not." }) };
        var files = new Dictionary<string, string>(_commits[Branches[branch]]);
        foreach (var addition in input["fileChanges"]!["additions"]!.AsArray())
            files[addition!["path"]!.GetValue<string>()] = Encoding.UTF8.GetString(Convert.FromBase64String(addition["contents"]!.GetValue<string>()));
        Messages.Add($"{input["message"]!["headline"]}\n{input["message"]!["body"]}");
        Branches[branch] = Commit(files);
        return new JsonObject { ["data"] = new JsonObject { ["createCommitOnBranch"] = new JsonObject { ["commit"] = new JsonObject { ["oid"] = Branches[branch] } } } };
    }

    private JsonObject Current(JsonObject pull)
    {
        var copy = pull.DeepClone().AsObject();
        copy["head"]!["sha"] = Branches.GetValueOrDefault(copy["head"]!["ref"]!.GetValue<string>(), "");
        return copy;
    }

    private static JsonObject Reference(string branch, string sha) => new() { ["ref"] = $"refs/heads/{branch}", ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = sha } };

    private static string? After(string path, string start) => path.StartsWith(Root + start, StringComparison.Ordinal) ? path[(Root.Length + start.Length)..] : null;
}
