using System.Text;
using System.Text.Json;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Tests.Images;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The image gate of the published program, with a real API server and a real registry. The tests play the kubelet.</summary>
public sealed class DeployK8sImageGateSpecs(ControlPlane cluster, DockerRegistry registry) : IClassFixture<DockerRegistry>, IDisposable
{
    private const int Limit = 300_000;
    private const string Password = "CANARY-of-the-registry-4711";

    private readonly RunnerSandbox _sandbox = new();
    private readonly string _path = $"team/{Guid.NewGuid().ToString("N")[..8]}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sandbox.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_tag_is_pinned_to_its_index_and_every_pod_is_seen_to_run_it()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var (index, amd64) = await PushIndexAsync("1.4.2");
        Write("1.4.2");

        var running = RunAsync(ns, ("image-gate", "pin"), ("report-file", "report.json"));
        var pod = await PlayAsync(ns, _ => $"{Name}@{amd64}");
        var result = await running;

        (result.ExitCode, result.Outputs["result"]).ShouldBe((0, "deployed"), string.Join('\n', result.Log));
        Image(pod).ShouldBe($"{Name}:1.4.2@{index}");
        using var report = JsonDocument.Parse(_sandbox.Read("report.json"));
        var image = report.RootElement.GetProperty("images").EnumerateArray().ShouldHaveSingleItem();
        (image.GetProperty("image").GetString(), image.GetProperty("digest").GetString(), image.GetProperty("pinned").GetBoolean(), image.GetProperty("running").GetInt32())
            .ShouldBe(($"{Name}:1.4.2", index, true, 1));
        result.Summary.ShouldContain($"| `{Name}:1.4.2` | `{index}` | pinned, 1 container runs it |");
        result.Log.ShouldContain("1 pod runs exactly the images that were looked up.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_pod_that_runs_something_else_fails_the_deployment_with_both_digests()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var (index, _) = await PushIndexAsync("1.4.2");
        var stale = $"sha256:{new string('7', 64)}";
        Write("1.4.2");

        var running = RunAsync(ns, ("image-gate", "check"));
        var pod = await PlayAsync(ns, _ => $"docker-pullable://{Name}@{stale}");
        var result = await running;

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "rolled-back", "image-mismatch"), string.Join('\n', result.Log));
        Image(pod).ShouldBe($"{Name}:1.4.2");
        var annotation = result.Annotations.Where(a => a.Level == AnnotationLevel.Error).ShouldHaveSingleItem();
        annotation.Message.ShouldStartWith($"Pod {ns.Name}/{pod.Name} runs {stale} in container web, not {Name}:1.4.2 ({index})\n");
        (annotation.File, annotation.Line).ShouldBe(("k8s/web.yaml", 16));
    }

    [Fact(Timeout = Limit)]
    public async Task An_index_that_was_built_again_around_the_same_images_is_the_same()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var amd64 = await registry.PushAsync(_path, "amd64");
        var arm64 = await registry.PushAsync(_path, "arm64", "linux/arm64");
        var older = await registry.PushIndexAsync(_path, "1.4.1", (amd64, "linux/amd64"));
        await registry.PushIndexAsync(_path, "1.4.2", (amd64, "linux/amd64"), (arm64, "linux/arm64"));
        Write("1.4.2");

        var running = RunAsync(ns, ("image-gate", "pin"));
        await PlayAsync(ns, _ => $"{Name}@{older}");
        var result = await running;

        (result.ExitCode, result.Outputs["result"]).ShouldBe((0, "deployed"), string.Join('\n', result.Log));
    }

    [Fact(Timeout = Limit)]
    public async Task An_image_that_is_not_there_is_told_at_its_line_before_anything_changes()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await PushIndexAsync("1.4.2");
        Write("9.9.9");

        var result = await RunAsync(ns, ("image-gate", "check"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", "image-not-found"), string.Join('\n', result.Log));
        var annotation = result.Annotations.ShouldHaveSingleItem();
        annotation.Message.ShouldStartWith($"{Name}:9.9.9 does not exist in the registry (container web of Deployment {ns.Name}/web)\n");
        (annotation.File, annotation.Line).ShouldBe(("k8s/web.yaml", 16));
        (await ns.Client.GetAsync(KnownResources.Deployments.Object(ns.Name, "web"), Cancellation)).ShouldBeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData("image-platforms", "linux/amd64,linux/s390x", "image-platform-mismatch")]
    [InlineData("minimum-image-age", "36500d", "image-too-new")]
    [InlineData("allowed-registries", "ghcr.io/team", "image-registry-not-allowed")]
    public async Task A_guard_that_does_not_hold_refuses_the_deployment(string guard, string value, string cause)
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await PushIndexAsync("1.4.2");
        Write("1.4.2");

        var result = await RunAsync(ns, ("image-gate", "check"), (guard, value));
        var ignored = await RunAsync(ns, ("image-gate", "check"), (guard, value), ("ignored-images", "*/team/*"), ("mode", "preview"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", cause), string.Join('\n', result.Log));
        result.Annotations.ShouldHaveSingleItem();
        ignored.ExitCode.ShouldBe(0, string.Join('\n', ignored.Log));
    }

    [Fact(Timeout = Limit)]
    public async Task A_tag_that_was_pushed_again_and_a_lower_version_are_refused_against_what_runs()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var (index, _) = await PushIndexAsync("1.4.2");
        await registry.PushAsync(_path, "1.4.1");
        Write("1.4.2");
        var first = RunAsync(ns, ("image-gate", "pin"));
        await PlayAsync(ns, image => image.Replace(":1.4.2@", "@"));
        (await first).Outputs["result"].ShouldBe("deployed");

        var moved = await registry.PushAsync(_path, "1.4.2", created: "2026-01-01T00:00:00Z");
        var again = await RunAsync(ns, ("image-gate", "pin"));
        var preview = await RunAsync(ns, ("image-gate", "pin"), ("mode", "preview"), ("immutable-tags", "off"));
        Write("1.4.1");
        var lower = await RunAsync(ns, ("image-gate", "pin"));

        (again.ExitCode, again.Outputs["failure-cause"]).ShouldBe((1, "image-tag-moved"), string.Join('\n', again.Log));
        again.Annotations.ShouldHaveSingleItem().Message.ShouldContain($"led to {index} and leads to {moved} now");
        (preview.ExitCode, preview.Outputs["updated"]).ShouldBe((0, "1"), string.Join('\n', preview.Log));
        preview.Log.ShouldContain($"{Name}:1.4.2 is {moved}");
        (lower.ExitCode, lower.Outputs["failure-cause"]).ShouldBe((1, "image-downgrade"), string.Join('\n', lower.Log));
    }

    [Theory(Timeout = Limit)]
    [InlineData(401, 2, "Registry refuses access")]
    [InlineData(429, 3, "Registry limits the rate of requests")]
    [InlineData(500, 3, "Registry answers with an error")]
    [InlineData(0, 3, "Registry cannot be reached")]
    public async Task A_registry_that_cannot_be_asked_is_one_clear_line(int status, int exitCode, string title)
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        using var server = new RegistryStandIn(_ => new StandInAnswer(status, "{}", ("Retry-After", "3600")));
        var host = status == 0 ? "127.0.0.1:9" : server.Host;
        _sandbox.Write("k8s/web.yaml", Web($"{host}/team/web:1") + Web($"{host}/team/other:1", "other"));

        var result = await RunAsync(ns, ("image-gate", "check"));

        (result.ExitCode, result.Outputs["result"]).ShouldBe((exitCode, "failed"), string.Join('\n', result.Log));
        result.Annotations.ShouldHaveSingleItem().Message.ShouldStartWith($"{title}: {host}/team/");
        (await ns.Client.GetAsync(KnownResources.Deployments.Object(ns.Name, "web"), Cancellation)).ShouldBeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData("input")]
    [InlineData("pull secret")]
    [InlineData("service account")]
    [InlineData("manifests")]
    public async Task Credentials_are_those_that_are_given_or_with_which_the_pods_pull_and_are_never_shown(string where)
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"bot:{Password}"));
        using var server = new RegistryStandIn(r => r.Headers["Authorization"] == $"Basic {login}" ? new StandInAnswer(404) : new StandInAnswer(401, "", ("WWW-Authenticate", "Basic realm=\"r\"")));
        var config = $$$$"""{"auths":{"{{{{server.Host}}}}":{"auth":"{{{{login}}}}"}}}""";
        var secret = $$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"pull"},"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(config))}}}"}}""";
        if (where is "pull secret" or "service account") await ns.CreateAsync(secret, Cancellation);
        if (where == "service account") await ns.CreateAsync("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"puller"},"imagePullSecrets":[{"name":"pull"}]}""", Cancellation);
        if (where == "manifests") _sandbox.Write("k8s/pull.json", secret);
        var spec = where switch { "service account" => "serviceAccountName: puller", "input" => "schedulerName: nobody", _ => "imagePullSecrets: [{name: pull}]" };
        _sandbox.Write("k8s/web.yaml", Web($"{server.Host}/team/web:1").Replace("schedulerName: nobody", spec));

        var result = await RunAsync(
            ns,
            r => r with { Debug = true, Secrets = [Password, login] },
            [("image-gate", "check"), ("report-file", "report.json"), .. where == "input" ? [("registry-auth", config)] : Array.Empty<(string, string)>()]);

        (result.ExitCode, result.Outputs["failure-cause"]).ShouldBe((1, "image-not-found"), string.Join('\n', result.Log));
        var all = string.Join('\n', [result.RawStderr, result.Summary, .. result.Outputs.Values, _sandbox.Read("report.json"), .. result.RawStdout.Split('\n').Where(l => !l.StartsWith("::add-mask::", StringComparison.Ordinal))]);
        foreach (var canary in new[] { Password, login }) all.ShouldNotContain(canary, Case.Sensitive);
    }

    private string Name => $"{registry.Host}/{_path}";

    private async Task<(string Index, string Amd64)> PushIndexAsync(string tag)
    {
        registry.Image(_path);
        var amd64 = await registry.PushAsync(_path, "amd64");
        var arm64 = await registry.PushAsync(_path, "arm64", "linux/arm64");
        return (await registry.PushIndexAsync(_path, tag, (amd64, "linux/amd64"), (arm64, "linux/arm64")), amd64);
    }

    private static string Image(ClusterObject pod) => pod.Spec!["containers"]![0]!["image"]!.GetValue<string>();

    private void Write(string tag) => _sandbox.Write("k8s/web.yaml", Web($"{Name}:{tag}"));

    private static string Web(string image, string name = "web") =>
        $$"""
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
        spec:
          replicas: 1
          selector:
            matchLabels: {app: {{name}}}
          template:
            metadata:
              labels: {app: {{name}}}
            spec:
              schedulerName: nobody
              containers:
                - image: {{image}}
                  name: web

        """;

    private static async Task<ClusterObject> PlayAsync(TestNamespace ns, Func<string, string> imageId)
    {
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await ns.Kubelet.ReadyAsync(pod, Cancellation, imageId);
        return pod;
    }

    private Task<StepResult> RunAsync(TestNamespace ns, params (string Name, string Value)[] inputs) => RunAsync(ns, r => r, inputs);

    private async Task<StepResult> RunAsync(TestNamespace ns, Func<StepRequest, StepRequest> change, (string Name, string Value)[] inputs)
    {
        var with = new Dictionary<string, string>
        {
            ["manifests"] = "k8s",
            ["application"] = "shop",
            ["namespace"] = ns.Name,
            ["kubeconfig"] = await File.ReadAllTextAsync(cluster.KubeconfigPath, Cancellation),
            ["timeout"] = "60s",
        };
        foreach (var (name, value) in inputs) with[name] = value;
        return await ActionRunner.Published("deploy-k8s").RunAsync(_sandbox, change(new StepRequest { With = with }), Cancellation);
    }
}
