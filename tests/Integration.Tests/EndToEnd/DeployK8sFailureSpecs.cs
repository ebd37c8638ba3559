using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>What the published program says when a rollout fails on a real control plane, word by word. The tests play the kubelet.</summary>
public sealed class DeployK8sFailureSpecs(ControlPlane cluster) : IDisposable
{
    private const int Limit = 300_000;

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
              initContainers:
                - name: prepare
                  image: registry.example.com/prepare:1
              containers:
                - name: web
                  image: registry.example.com/web:1
                  readinessProbe:
                    httpGet: {path: /ready, port: 8080}

        """;

    /// <summary>What the kubelet says, the cause, the line of the manifest, and what the annotation says.</summary>
    private static readonly Dictionary<string, (Func<Kubelet, ClusterObject, CancellationToken, Task> Play, string Cause, int Line, string Message)> Cases = new()
    {
        ["an image that is not there"] = (
            (kubelet, pod, stop) => kubelet.WaitingAsync(
                pod, "ImagePullBackOff", "Back-off pulling image \"registry.example.com/web:1\": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example.com/web:1\": failed to resolve reference \"registry.example.com/web:1\": registry.example.com/web:1: not found", stop),
            "image-not-found",
            19,
            """
            Container web of Deployment NS/web cannot pull registry.example.com/web:1: registry.example.com has no such image or tag
            Check the name and the tag or digest. If a build pushes it, deploy only after the push has finished.
            """),
        ["a registry that wants credentials"] = (
            (kubelet, pod, stop) => kubelet.WaitingAsync(
                pod, "ImagePullBackOff", "failed to pull and unpack image \"registry.example.com/web:1\": failed to resolve reference \"registry.example.com/web:1\": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized", stop),
            "image-access-denied",
            19,
            """
            Container web of Deployment NS/web cannot pull registry.example.com/web:1: registry.example.com denies access
            Check that imagePullSecrets of the pod or its service account name a Secret of type kubernetes.io/dockerconfigjson in the same namespace, and that its credentials may pull this image and have not expired.
            """),
        ["a crash"] = (
            (kubelet, pod, stop) => kubelet.CrashLoopAsync(pod, 3, 5, stop),
            "container-crashed",
            18,
            """
            Container web of Deployment NS/web keeps crashing: exit code 3, 5 restarts
            See the log of the container for the error that made it end.
            """),
        ["too little memory"] = (
            (kubelet, pod, stop) => kubelet.OutOfMemoryAsync(pod, 5, stop),
            "out-of-memory",
            18,
            """
            Container web of Deployment NS/web was killed because its node ran out of memory, 5 restarts
            Set a memory request that covers what it needs, so that it is placed on a node with room; a limit keeps it from taking others down.
            """),
        ["an init container that fails"] = (
            (kubelet, pod, stop) => kubelet.InitCrashLoopAsync(pod, "prepare", 1, 5, stop),
            "init-container-crashed",
            15,
            """
            Init container prepare of Deployment NS/web keeps crashing: exit code 1, 5 restarts
            See the log of the container for the error that made it end.
            """),
        ["a key that a secret lacks"] = (
            (kubelet, pod, stop) => kubelet.WaitingAsync(pod, "CreateContainerConfigError", "couldn't find key password in Secret shop/credentials", stop),
            "configuration-key-missing",
            18,
            """
            Container web of Deployment NS/web needs key password of Secret credentials, which has no such key
            Add the key to the Secret, or correct the key in the manifest; mark it 'optional: true' if the program can do without.
            """),
        ["a config map that is not there"] = (
            (kubelet, pod, stop) => kubelet.WaitingAsync(pod, "CreateContainerConfigError", "configmap \"settings\" not found", stop),
            "configuration-missing",
            18,
            """
            Container web of Deployment NS/web needs ConfigMap settings, which does not exist
            Create the ConfigMap in the same namespace, or correct the name; if an operator creates it, see what that reports.
            """),
        ["no room on any node"] = (
            (kubelet, pod, stop) => kubelet.UnschedulableAsync(
                pod, "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.", stop),
            "unschedulable-resources",
            18,
            """
            A pod of Deployment NS/web finds no node: 3 of 3 lack memory
            Lower the requests, scale something else down, or add nodes (with an autoscaler: check its limit and whether its nodes are large enough for the requests).
            """),
        ["a probe that says no"] = (
            (kubelet, pod, stop) => kubelet.NotReadyAsync(pod, stop),
            "readiness-probe-failing",
            21,
            """
            Container web of Deployment NS/web runs but is not ready: its readinessProbe has not succeeded yet
            See the log of the container: it may wait for something else. Then check path, port and timeout of the probe.
            """),
    };

    private readonly RunnerSandbox _sandbox = new();

    public static TheoryData<string> Failures => [.. Cases.Keys];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sandbox.Dispose();

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Failures))]
    public async Task A_rollout_that_fails_says_why(string what)
    {
        var (play, cause, line, message) = Cases[what];
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        _sandbox.Write("k8s/web.yaml", Web);

        var running = RunAsync(ns);
        var pods = await ns.WaitForPodsAsync("app=web", 1, Cancellation);
        await play(ns.Kubelet, pods[0], Cancellation);
        var result = await running;

        var annotation = result.Annotations.First(a => a.Level == AnnotationLevel.Error);
        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "failed", cause), annotation.Message);
        (annotation.File, annotation.Line).ShouldBe(("k8s/web.yaml", line), annotation.Message);
        annotation.Message.Replace(pods[0].Name, "POD").Replace(ns.Name, "NS").ShouldBe(message.ReplaceLineEndings("\n"));
        result.Summary.TrimStart().Split('\n')[0].ShouldBe("### ❌ shop failed: 1 created");
    }

    [Fact(Timeout = Limit)]
    public async Task A_quota_that_leaves_no_room_for_pods_is_named()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"small"},"spec":{"hard":{"pods":"0"}}}""", Cancellation);
        await ns.WaitAsync((await ns.Client.DiscoverAsync(Cancellation)).Find("v1", "ResourceQuota")!, null, q => q.Any(x => x.Status?["hard"] is not null), Cancellation);
        _sandbox.Write("k8s/web.yaml", Web);

        var result = await RunAsync(ns);

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "failed", "quota-exceeded"), string.Join('\n', result.Log));
        (result.Annotations[0].File, result.Annotations[0].Line).ShouldBe(("k8s/web.yaml", 18));
        result.Annotations[0].Message.Replace(ns.Name, "NS").ShouldBe(
            """
            Deployment NS/web cannot create its pods: quota small leaves no room: requested pods=1; used pods=0; limit pods=0
            Lower the requests or the replicas, remove what is not needed, or have the quota raised. A rolling update needs room for the additional pods of maxSurge.
            """.ReplaceLineEndings("\n"));
    }

    [Fact(Timeout = Limit)]
    public async Task Rights_that_are_missing_are_told_before_anything_changes()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var account = await ns.ConnectAsAsync(["""{"apiGroups":["apps"],"resources":["deployments"],"verbs":["*"]}"""], Cancellation);
        var token = await account.Token!(false, Cancellation);
        _sandbox.Write("k8s/web.yaml", Web);

        var result = await RunAsync(ns, r => r with { With = new Dictionary<string, string>(r.With) { ["token"] = token }, Secrets = [token] });

        result.ExitCode.ShouldBe(1);
        result.Annotations.ShouldHaveSingleItem().Message.ShouldStartWith("The account may not do what this deployment needs; nothing was changed");
        result.Log.ShouldContain(l => l.Contains("resources: [secrets]"));
        (await ns.Client.GetAsync(KnownResources.Deployments.Object(ns.Name, "web"), Cancellation)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task An_api_server_that_dies_in_the_middle_loses_nothing()
    {
        await using var own = new ControlPlane();
        var ns = await own.CreateNamespaceAsync(Cancellation);
        const int Count = 300;
        _sandbox.Write("k8s/all.yaml", string.Concat(Enumerable.Range(0, Count).Select(i => $"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings-{i}}}\n")));
        Task? restart = null;

        var result = await RunAsync(ns, r => r with
        {
            CancelAt = line =>
            {
                if (line.Contains("settings-1: created")) restart ??= RestartAsync();
                return false;
            },
        }, own);
        await restart.ShouldNotBeNull();

        (result.ExitCode, result.Outputs["result"], result.Outputs["release"]).ShouldBe((0, "deployed", "1"), string.Join('\n', result.Log.TakeLast(30)));
        (await ns.Client.ListAsync(KnownResources.ConfigMaps, ns.Name, null, Cancellation)).Items.Count(c => c.Name.StartsWith("settings-", StringComparison.Ordinal)).ShouldBe(Count);

        async Task RestartAsync()
        {
            await own.StopServerAsync();
            await own.StartServerAsync();
        }
    }

    private async Task<StepResult> RunAsync(TestNamespace ns, Func<StepRequest, StepRequest>? change = null, ControlPlane? own = null)
    {
        var kubeconfig = await File.ReadAllTextAsync((own ?? cluster).KubeconfigPath, Cancellation);
        var request = new StepRequest
        {
            With = new Dictionary<string, string>
            {
                ["manifests"] = "k8s",
                ["application"] = "shop",
                ["namespace"] = ns.Name,
                ["kubeconfig"] = kubeconfig,
                ["timeout"] = own is null ? "12s" : "120s",
                ["on-failure"] = "stop",
            },
        };
        return await ActionRunner.Published("deploy-k8s").RunAsync(_sandbox, change is null ? request : change(request), Cancellation);
    }
}
