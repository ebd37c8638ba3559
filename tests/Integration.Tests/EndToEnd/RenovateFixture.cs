using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ClusterFixture;
using Integration.Tests.EndToEnd;
using Integration.Tests.Harness;

[assembly: AssemblyFixture(typeof(RenovateFixture))]

namespace Integration.Tests.EndToEnd;

/// <summary>
/// The real Renovate, installed once for each machine, with a registry and a GitHub on loopback: the API by the few answers that Renovate asks
/// for, the repositories by git over HTTP. Each run is made once, and only when a test asks for it.
/// </summary>
public sealed class RenovateFixture : IAsyncDisposable
{
    private readonly Lazy<Task<string>> _program = new(InstallAsync);
    private readonly LoopbackServer _registry;
    private readonly LoopbackServer _github;
    private readonly DirectoryInfo _git = Directory.CreateTempSubdirectory("renovate-git-");
    private readonly RunnerSandbox _localSandbox = new();
    private readonly RunnerSandbox _remoteSandbox = new();
    private readonly Lazy<Task<StepResult>> _local;
    private readonly Lazy<Task<StepResult>> _remote;

    public RenovateFixture()
    {
        _registry = new(AnswerAsRegistryAsync);
        _github = new(AnswerAsGitHubAsync);
        _local = new(RunLocalAsync);
        _remote = new(RunRemoteAsync);
    }

    /// <summary>A token that must be in no output.</summary>
    internal const string Token = "canary-token-0815-of-the-platform";

    /// <summary>Port of the registry.</summary>
    internal int RegistryPort => _registry.Port;

    /// <summary>Address of GitHub's API. <c>/401</c> before the path refuses the token there, <c>/none</c> knows no repository.</summary>
    internal string Endpoint(string variant = "") => $"http://127.0.0.1:{_github.Port}{variant}/api/v3/";

    /// <summary>What GitHub was asked.</summary>
    internal IReadOnlyList<LoopbackRequest> Requests => _github.Requests;

    /// <summary>The workspace of <see cref="LocalAsync"/>.</summary>
    internal RunnerSandbox LocalSandbox => _localSandbox;

    /// <summary>The workspace of <see cref="RemoteAsync"/>.</summary>
    internal RunnerSandbox RemoteSandbox => _remoteSandbox;

    /// <summary>A run over the workspace, with everything that can be reported.</summary>
    internal Task<StepResult> LocalAsync() => _local.Value;

    /// <summary>A dry run over two repositories on a server, one of which has a branch that cannot be made.</summary>
    internal Task<StepResult> RemoteAsync() => _remote.Value;

    /// <summary>Starts the published program with the real Renovate on its PATH.</summary>
    internal async Task<StepResult> RunAsync(RunnerSandbox sandbox, Dictionary<string, string> with, Dictionary<string, string>? variables = null)
    {
        var environment = new Dictionary<string, string>(variables ?? [])
        {
            ["PATH"] = $"{await _program.Value}:{Environment.GetEnvironmentVariable("PATH")}",
            ["RENOVATE_BASE_DIR"] = Path.Combine(sandbox.RunnerTemp, "renovate"),
            ["RENOVATE_GITHUB_TOKEN_WARN"] = "false",
        };
        return await ActionRunner.Published("renovate-run").RunAsync(
            sandbox, new() { With = with, Env = environment, Secrets = [Token], Timeout = TimeSpan.FromMinutes(5) }, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _github.DisposeAsync();
        _localSandbox.Dispose();
        _remoteSandbox.Dispose();
        _git.Delete(recursive: true);
    }

    /// <summary>A workload with an image of the registry, one that Renovate does not see, and an API version that it knows to be old.</summary>
    internal string Manifest(string extra = "") =>
        $$"""
        apiVersion: batch/v1beta1
        kind: CronJob
        metadata:
          name: report
        spec:
          schedule: "17 * * * *"
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                    - name: web
                      image: localhost:{{RegistryPort}}/team/app:1.0.0 # the application
                    - {name: other, image: "localhost:{{RegistryPort}}/team/other:1.0.0"}
                    - name: third
                      "image": localhost:{{RegistryPort}}/team/third:1.0.0
        {{extra}}
        """;

    private async Task<StepResult> RunLocalAsync()
    {
        _localSandbox.Write("k8s/report.yaml", Manifest());
        _localSandbox.Write("config.js", "require('fs').writeFileSync('executed', ''); module.exports = {};");
        GitFixture.Create(_localSandbox.Workspace).Commit("one");
        return await RunAsync(_localSandbox, new()
        {
            ["platform"] = "local",
            ["dry-run"] = "lookup",
            ["config"] = """{"enabledManagers": ["kubernetes"], "kubernetes": {"managerFilePatterns": ["/\\.ya?ml$/"]}}""",
            ["internal-registries"] = $"http://localhost:{RegistryPort}",
            ["renovate-version"] = "44.121",
            ["report-file"] = "out/report.json",
            ["metrics-file"] = "out/renovate.prom",
            ["preview-file"] = "out/renovate.diff",
        });
    }

    private async Task<StepResult> RunRemoteAsync()
    {
        Publish("shop", """{"kubernetes": {"managerFilePatterns": ["/\\.ya?ml$/"]}}""");
        Publish("broken", """{"kubernetes": {"managerFilePatterns": 5}}""");
        return await RunAsync(_remoteSandbox, new()
        {
            ["repositories"] = "acme/shop, acme/broken",
            ["endpoint"] = Endpoint(),
            ["token"] = Token,
            ["dry-run"] = "full",
            ["host-rules"] = """[{"hostType": "docker", "matchHost": "localhost", "insecureRegistry": true, "username": "bot", "password": "canary-password-of-a-registry"}]""",
            ["report-file"] = "report.json",
        });
    }

    /// <summary>Makes a repository that git can clone over plain HTTP.</summary>
    private void Publish(string name, string configuration)
    {
        var work = Directory.CreateDirectory(Path.Combine(_git.FullName, "work", name)).FullName;
        var git = GitFixture.Create(work);
        Directory.CreateDirectory(Path.Combine(work, "k8s"));
        File.WriteAllText(Path.Combine(work, "renovate.json"), configuration);
        File.WriteAllText(Path.Combine(work, "k8s", "report.yaml"), Manifest());
        git.Commit("one");
        var bare = Path.Combine(_git.FullName, "acme", $"{name}.git");
        git.Run("clone", "--quiet", "--bare", work, bare);
        new GitFixture(bare).Run("update-server-info");
    }

    private static async Task<string> InstallAsync()
    {
        var start = new ProcessStartInfo("bash", [Repository.Path("eng", "renovate.sh")]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, "eng/renovate.sh");
        return output.Trim();
    }

    private static Task AnswerAsRegistryAsync(LoopbackRequest request) => request.Path.Split('?')[0] switch
    {
        "/v2/team/app/tags/list" => request.RespondAsync(200, """{"name":"team/app","tags":["1.0.0","1.1.0","2.0.0"]}""", "Content-Type: application/json"),
        "/v2/" => request.RespondAsync(200, "{}", "Content-Type: application/json"),
        _ => request.RespondAsync(404, """{"errors":[{"code":"NAME_UNKNOWN"}]}""", "Content-Type: application/json"),
    };

    private async Task AnswerAsGitHubAsync(LoopbackRequest request)
    {
        var path = request.Path.Split('?')[0];
        if (path.Contains(".git/", StringComparison.Ordinal))
        {
            await SendFileAsync(request, Path.Combine(_git.FullName, path.TrimStart('/')));
            return;
        }

        if (path.StartsWith("/401", StringComparison.Ordinal))
        {
            await RespondAsync(401, """{"message":"Bad credentials"}""");
            return;
        }

        var none = path.StartsWith("/none", StringComparison.Ordinal);
        path = path[(path.IndexOf("/api", StringComparison.Ordinal) + "/api".Length)..].Replace("/v3", "", StringComparison.Ordinal);
        await (path switch
        {
            "/" => request.RespondAsync(200, request.Method == "HEAD" ? "" : "{}", "Content-Type: application/json", "x-github-enterprise-version: 3.17.0"),
            "/user" => RespondAsync(200, """{"login":"bot","id":1,"name":"bot","email":"bot@example.com"}"""),
            "/user/repos" => RespondAsync(200, none ? "[]" : """[{"full_name":"acme/shop","owner":{"login":"acme"},"name":"shop"}]"""),
            "/graphql" => RespondAsync(200, Describe(request.Body)),
            _ when path.StartsWith("/repos/", StringComparison.Ordinal) => path.Contains("/contents/", StringComparison.Ordinal)
                ? RespondAsync(404, """{"message":"Not Found"}""")
                : RespondAsync(200, path.EndsWith("pulls", StringComparison.Ordinal) || path.EndsWith("issues", StringComparison.Ordinal) || path.Contains("/rules/", StringComparison.Ordinal) ? "[]" : "{}"),
            _ => RespondAsync(404, """{"message":"Not Found"}"""),
        });

        Task RespondAsync(int status, string body) => request.RespondAsync(status, request.Method == "HEAD" ? "" : body, "Content-Type: application/json");
    }

    private string Describe(string query)
    {
        using var body = JsonDocument.Parse(query);
        var name = body.RootElement.GetProperty("variables").GetProperty("name").GetString()!;
        var commit = new GitFixture(Path.Combine(_git.FullName, "acme", $"{name}.git")).Run("rev-parse", "HEAD");
        return $$$"""
            {"data":{"repository":{"id":"R_1","isFork":false,"parent":null,"nameWithOwner":"acme/{{{name}}}","hasIssuesEnabled":false,"hasVulnerabilityAlertsEnabled":false,
            "autoMergeAllowed":true,"mergeCommitAllowed":true,"rebaseMergeAllowed":true,"squashMergeAllowed":true,"isArchived":false,
            "defaultBranchRef":{"name":"main","target":{"oid":"{{{commit}}}"} },"issues":{"nodes":[]} } } }
            """;
    }

    private static async Task SendFileAsync(LoopbackRequest request, string path)
    {
        if (!File.Exists(path))
        {
            await request.RespondAsync(404, "");
            return;
        }

        var bytes = await File.ReadAllBytesAsync(path);
        await request.Stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {bytes.Length}\r\n\r\n")));
        await request.Stream.WriteAsync(bytes);
        await request.Stream.FlushAsync();
    }
}
