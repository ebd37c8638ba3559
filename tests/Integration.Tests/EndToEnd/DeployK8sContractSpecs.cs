using System.Text.Json;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program under the runner's contract, with a real API server behind it. The tests play the kubelet.</summary>
public sealed class DeployK8sContractSpecs(ControlPlane cluster) : IDisposable
{
    private const int Limit = 300_000;

    private const string Settings =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          level: info

        """;

    private const string Credentials =
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: credentials
        stringData:
          password: CANARY-4711-CANARY

        """;

    private const string Web =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 1
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              schedulerName: nobody
              containers:
                - name: web
                  image: registry.example.com/web:1

        """;

    private readonly RunnerSandbox _sandbox = new();

    private static ActionRunner Program { get; } = ActionRunner.Published("deploy-k8s");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sandbox.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_deployment_that_becomes_ready_is_deployed_and_the_second_run_changes_nothing()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, Web);

        var running = RunAsync(ns, ("report-file", "report.json"), ("plan-file", "plan.md"));
        await PlayAsync(ns, pod => ns.Kubelet.ReadyAsync(pod, Cancellation));
        var result = await running;
        var again = await RunAsync(ns);

        result.Outcome.ShouldBe(StepOutcome.Success, string.Join('\n', result.Log));
        (result.Outputs["result"], result.Outputs["changed"], result.Outputs["created"], result.Outputs["release"], result.Outputs["failure-cause"]).ShouldBe(("deployed", "true", "2", "1", ""));
        result.Summary.TrimStart().ShouldStartWith("### ✅ shop is deployed: 2 created\n");
        using var report = JsonDocument.Parse(_sandbox.Read("report.json"));
        report.RootElement.GetProperty("result").GetString().ShouldBe("deployed");
        _sandbox.Read("plan.md").ShouldContain("ConfigMap");
        (again.Outputs["result"], again.Outputs["changed"], again.Outputs["unchanged"], again.Outputs["release"]).ShouldBe(("unchanged", "false", "2", "1"));
        (await ns.Client.GetLeaseAsync(ns.Name, "deploy-k8s-shop", Cancellation)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_preview_changes_nothing_and_its_digest_admits_only_what_it_showed()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, Credentials);

        var preview = await RunAsync(ns, ("mode", "preview"));
        preview.Outcome.ShouldBe(StepOutcome.Success);
        preview.Outputs["created"].ShouldBe("2");
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldBeNull();

        Write(Settings.Replace("info", "debug"), Credentials);
        var changed = await RunAsync(ns, ("approved-digest", preview.Outputs["digest"]));
        Write(Settings, Credentials);
        var approved = await RunAsync(ns, ("approved-digest", preview.Outputs["digest"]));

        (changed.ExitCode, changed.Outputs["result"], changed.Outputs["failure-cause"]).ShouldBe((1, "refused", "plan-changed"));
        approved.Outputs["result"].ShouldBe("deployed");
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollout_that_fails_names_its_cause_at_the_line_and_everything_is_changed_back()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, Web);
        var first = RunAsync(ns);
        await PlayAsync(ns, pod => ns.Kubelet.ReadyAsync(pod, Cancellation));
        (await first).Outputs["result"].ShouldBe("deployed");

        Write(Settings.Replace("info", "debug"), Web.Replace("web:1", "web:2"), Credentials);
        var running = RunAsync(ns);
        await PlayAsync(ns, pod => IsOf(pod, "web:2") ? ns.Kubelet.ImagePullBackOffAsync(pod, Cancellation) : ns.Kubelet.ReadyAsync(pod, Cancellation), untilImage: "web:2");
        var result = await running;

        (result.ExitCode, result.Outputs["result"]).ShouldBe((1, "rolled-back"), string.Join('\n', result.Log));
        result.Outputs["failure-cause"].ShouldStartWith("image-");
        var annotation = result.Annotations.Where(a => a.Level == AnnotationLevel.Error).ShouldHaveSingleItem();
        (annotation.File, annotation.Line).ShouldBe(("k8s/1.yaml", 16));
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings"))!.Body["data"]!["level"]!.GetValue<string>().ShouldBe("info");
        (await GetAsync(ns, KnownResources.Secrets, "credentials")).ShouldBeNull();
        (await GetAsync(ns, KnownResources.Deployments, "web"))!.Spec!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe("registry.example.com/web:1");
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollback_brings_the_release_before_back_with_its_secrets()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, Credentials);
        await RunAsync(ns);
        Write(Settings.Replace("info", "debug"), Credentials.Replace("CANARY", "OTHER"), Settings.Replace("name: settings", "name: more"));
        (await RunAsync(ns)).Outputs["release"].ShouldBe("2");

        var result = await RunAsync(ns, ("mode", "rollback"));

        (result.Outcome, result.Outputs["result"], result.Outputs["release"], result.Outputs["deleted"]).ShouldBe((StepOutcome.Success, "deployed", "3", "1"), string.Join('\n', result.Log));
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings"))!.Body["data"]!["level"]!.GetValue<string>().ShouldBe("info");
        (await GetAsync(ns, KnownResources.ConfigMaps, "more")).ShouldBeNull();
        var password = (await GetAsync(ns, KnownResources.Secrets, "credentials"))!.Body["data"]!["password"]!.GetValue<string>();
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(password)).ShouldBe("CANARY-4711-CANARY");
    }

    [Fact(Timeout = Limit)]
    public async Task Drift_is_told_field_by_field_and_fails()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings);
        await RunAsync(ns);
        (await RunAsync(ns, ("mode", "drift"))).Outputs["result"].ShouldBe("in-sync");
        await ns.Client.MergePatchAsync(KnownResources.ConfigMaps.Object(ns.Name, "settings"), Json.Object("""{"data":{"level":"debug"}}"""), new() { FieldManager = "deploy-k8s" }, Cancellation);

        var result = await RunAsync(ns, ("mode", "drift"), ("metrics-file", "drift.prom"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"], result.Outputs["metrics-file"]).ShouldBe((1, "drifted", "drift", "drift.prom"));
        _sandbox.Read("drift.prom").ShouldContain($"\ndeploy_k8s_drifted_objects{{application=\"shop\",namespace=\"{ns.Name}\",environment=\"\",mode=\"drift\"}} 1\n");
        result.Log.ShouldContain(l => l.Contains("data.level"));
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings"))!.Body["data"]!["level"]!.GetValue<string>().ShouldBe("debug");
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_cluster_refuses_is_told_at_the_line_before_anything_changes()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  clusterIP: 300.1.2.3\n  ports:\n    - port: 80\n");

        var result = await RunAsync(ns);

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", "refused"));
        var annotation = result.Annotations.ShouldHaveSingleItem();
        (annotation.File, annotation.Line).ShouldBe(("k8s/1.yaml", 6));
        annotation.Message.ShouldContain("spec.clusterIP");
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_manifest_that_is_wrong_is_told_without_asking_the_cluster_about_it()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Web.Replace("replicas: 1", "replicas: one"));

        var result = await RunAsync(ns);

        result.ExitCode.ShouldBe(2);
        (result.Annotations[0].File, result.Annotations[0].Line).ShouldBe(("k8s/0.yaml", 6));
    }

    [Fact(Timeout = Limit)]
    public async Task A_lock_that_somebody_holds_ends_the_run_with_their_name()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings);
        var now = DateTimeOffset.UtcNow;
        await ns.Client.CreateLeaseAsync(new Lease(ns.Name, "deploy-k8s-shop") { Holder = "https://github.com/o/r/actions/runs/1", Duration = TimeSpan.FromMinutes(5), Acquired = now, Renewed = now }, Cancellation);

        var result = await RunAsync(ns, ("lock-timeout", "0s"));

        result.ExitCode.ShouldBe(1);
        result.Annotations.ShouldHaveSingleItem().Message.ShouldContain("https://github.com/o/r/actions/runs/1 holds the lock");
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Two_runs_at_once_both_end_well_one_after_the_other()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        using var other = new RunnerSandbox();
        string[] manifests = [.. Enumerable.Range(0, 30).Select(i => Settings.Replace("name: settings", $"name: settings-{i}"))];
        Write(manifests);
        foreach (var (index, manifest) in manifests.Index()) other.Write($"k8s/{index}.yaml", manifest);

        var results = await Task.WhenAll(RunAsync(ns), RunAsync(ns, other, r => r));

        results.ShouldAllBe(r => r.ExitCode == 0);
        results.Select(r => r.Outputs["result"]).Order().ShouldBe(["deployed", "unchanged"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_run_says_what_was_applied_and_lets_go_of_the_lock()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, Web);

        var result = await RunAsync(ns, r => r with { CancelAt = line => line.Contains("Applied.") });

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((130, "cancelled", "cancelled"), string.Join('\n', result.Log));
        result.Summary.ShouldContain("2 of 2 objects had been applied");
        (await ns.Client.GetLeaseAsync(ns.Name, "deploy-k8s-shop", Cancellation)).ShouldBeNull();
        (await GetAsync(ns, KnownResources.Secrets, "deploy-k8s-shop"))!.Metadata!["annotations"]!["deploy-k8s/state"]!.GetValue<string>().ShouldBe("cancelled");
    }

    [Theory(Timeout = Limit)]
    [InlineData("preview")]
    [InlineData("deploy")]
    [InlineData("drift")]
    public async Task Nothing_of_a_secret_is_in_any_output_at_debug_level(string mode)
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Credentials, Settings);
        await RunAsync(ns);
        Write(Credentials.Replace("4711", "4712"), Settings, "apiVersion: v1\nkind: Secret\nmetadata:\n  name: broken\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: CANARY-not-json\n");

        var result = await RunAsync(ns, r => r with { Debug = true }, ("mode", mode), ("report-file", "report.json"), ("plan-file", "plan.md"));

        result.ExitCode.ShouldNotBe(0);
        var all = string.Join('\n', [result.RawStdout, result.RawStderr, result.Summary, .. result.Outputs.Values, _sandbox.Read("report.json"), _sandbox.Read("plan.md")]);
        foreach (var canary in new[] { "CANARY", "4712" }.SelectMany(c => new[] { c, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(c))[..5] })) all.ShouldNotContain(canary, Case.Sensitive);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_cluster_a_preview_shows_what_would_be_sent_and_in_which_order()
    {
        Write(Web, Settings, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n");

        var result = await Program.RunAsync(_sandbox, new StepRequest { With = With(("mode", "preview"), ("namespace", "shop")) }, Cancellation);

        (result.ExitCode, result.Outputs["result"]).ShouldBe((0, "previewed-offline"), string.Join('\n', result.Log));
        result.Log.Where(l => l.StartsWith("+ ")).ShouldBe(["+ Namespace shop: create", "+ ConfigMap shop/settings: create", "+ Deployment shop/web: create"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cluster_that_is_not_there_is_told_as_such()
    {
        Write(Settings);

        var result = await Program.RunAsync(
            _sandbox, new StepRequest { With = With(("server", "https://127.0.0.1:9"), ("token", "some-token-value"), ("namespace", "shop"), ("metrics-file", "deploy.prom")), Secrets = ["some-token-value"] }, Cancellation);

        result.ExitCode.ShouldBe(3);
        result.Annotations.ShouldHaveSingleItem().Message.ShouldContain("refuses the connection");
        _sandbox.Read("deploy.prom").ShouldContain("\ndeploy_k8s_exit_code{application=\"shop\",namespace=\"shop\",environment=\"\",mode=\"deploy\"} 3\n");
    }

    private static bool IsOf(ClusterObject pod, string image) => pod.Spec!["containers"]![0]!["image"]!.GetValue<string>().EndsWith(image, StringComparison.Ordinal);

    /// <summary>Does something to every new pod until the first one of an image (or any) was treated.</summary>
    private static async Task PlayAsync(TestNamespace ns, Func<ClusterObject, Task> act, string untilImage = "")
    {
        var seen = new HashSet<string>();
        await foreach (var change in ns.Client.WatchAsync(KnownResources.Pods, ns.Name, null, Cancellation))
        {
            if (change is { Type: WatchEventType.Added, Object: { } pod } && seen.Add(pod.Uid!))
            {
                await act(pod);
                if (IsOf(pod, untilImage)) return;
            }
        }
    }

    private static Task<ClusterObject?> GetAsync(TestNamespace ns, ApiResource resource, string name) => ns.Client.GetAsync(resource.Object(ns.Name, name), Cancellation);

    private static Dictionary<string, string> With(params (string Name, string Value)[] inputs)
    {
        var with = new Dictionary<string, string> { ["manifests"] = "k8s", ["application"] = "shop" };
        foreach (var (name, value) in inputs) with[name] = value;
        return with;
    }

    private void Write(params string[] manifests)
    {
        var folder = Path.Combine(_sandbox.Workspace, "k8s");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (var (index, manifest) in manifests.Index()) _sandbox.Write($"k8s/{index}.yaml", manifest);
    }

    private Task<StepResult> RunAsync(TestNamespace ns, params (string Name, string Value)[] inputs) => RunAsync(ns, r => r, inputs);

    private Task<StepResult> RunAsync(TestNamespace ns, Func<StepRequest, StepRequest> change, params (string Name, string Value)[] inputs) => RunAsync(ns, null, change, inputs);

    private async Task<StepResult> RunAsync(TestNamespace ns, RunnerSandbox? sandbox, Func<StepRequest, StepRequest> change, params (string Name, string Value)[] inputs)
    {
        await cluster.ConnectionAsync();
        var kubeconfig = await File.ReadAllTextAsync(cluster.KubeconfigPath, Cancellation);
        var request = new StepRequest { With = With([("namespace", ns.Name), ("kubeconfig", kubeconfig), ("timeout", "60s"), .. inputs]) };
        return await Program.RunAsync(sandbox ?? _sandbox, change(request), Cancellation);
    }
}
