using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using ClusterFixture;
using GitHubFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>
/// The namespace pipeline from a pull request to a rollback: the steps of its workflow files, in their order, with a real API server behind them. The tests
/// play the kubelet, and something that answers behind the Service.
/// </summary>
public sealed class NamespacePipelineSpecs(ControlPlane cluster) : IAsyncDisposable
{
    private const int Limit = 300_000;

    private const string Kustomization =
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
          - frontend.yaml
        images:
          - name: registry.example.com/storefront-frontend
            newTag: 1.8.2

        """;

    // No selector: the control plane has no nodes, so the test itself says where the endpoint is.
    private const string Frontend =
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: frontend
        spec:
          ports:
            - port: 80
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: frontend
          labels: {app.kubernetes.io/name: frontend}
        spec:
          replicas: 1
          selector:
            matchLabels: {app.kubernetes.io/name: frontend}
          template:
            metadata:
              labels: {app.kubernetes.io/name: frontend}
            spec:
              schedulerName: nobody
              automountServiceAccountToken: false
              securityContext:
                runAsNonRoot: true
                runAsUser: 10001
                seccompProfile: {type: RuntimeDefault}
              containers:
                - name: frontend
                  image: registry.example.com/storefront-frontend
                  securityContext:
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    capabilities: {drop: [ALL]}
                  resources:
                    requests: {cpu: 50m, memory: 64Mi}
                    limits: {memory: 64Mi}

        """;

    private readonly RunnerSandbox _sandbox = new();
    private readonly GitHubStandIn _github = new();
    private readonly HealthyServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _sandbox.Dispose();
        _server.Dispose();
        await _github.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task From_a_pull_request_to_staging_through_a_release_that_cannot_start_and_back()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write("1.8.2");

        // The pull request: validated, and shown in a comment; nothing is there yet.
        (await RunAsync(ns, "validate", "validate", "validate", "pull_request")).JobOutputs["valid"].ShouldBe("true");
        var shown = await RunAsync(ns, "staging", "preview", "preview", "pull_request");
        (shown.JobOutputs["result"], shown.JobOutputs["created"]).ShouldBe(("previewed", "2"), string.Join('\n', shown.Log));
        _github.Comments.ShouldContain(comment => comment.Body.StartsWith("<!-- platform-actions/deploy-k8s key=staging%2Fstorefront -->\n") && comment.Body.Contains("frontend"));
        (await ImageAsync(ns)).ShouldBeNull();

        // On main: the reviewers of the environment approve the digest of the preview, and that is deployed and answers.
        var approved = (await RunAsync(ns, "staging", "preview", "preview", "push")).JobOutputs;
        approved["changed"].ShouldBe("true");
        var deployed = await DeployAsync(ns, approved["digest"], FirstReadyAsync, "1.8.2");
        (deployed.Outcome, deployed.JobOutputs["result"], deployed.JobOutputs["release"]).ShouldBe((StepOutcome.Success, "deployed", "1"), string.Join('\n', deployed.Log));
        _server.Asked.ShouldContain("/healthz");
        (await RunAsync(ns, "staging", "preview", "preview", "push")).JobOutputs["changed"].ShouldBe("false");

        // The next release is approved, and something else is on the branch by the time it is deployed.
        Write("1.9.0");
        var next = (await RunAsync(ns, "staging", "preview", "preview", "push")).JobOutputs;
        Write("9.9.9");
        var refused = await RunAsync(ns, "staging", "deploy", "deploy", "push", ("needs.preview.outputs.digest", next["digest"]));
        (refused.Outcome, refused.JobOutputs["failure-cause"]).ShouldBe((StepOutcome.Failure, "plan-changed"), string.Join('\n', refused.Log));
        (await ImageAsync(ns)).ShouldEndWith(":1.8.2");

        Write("1.9.0");
        (await DeployAsync(ns, next["digest"], pod => ns.Kubelet.ReadyAsync(pod, Cancellation), "1.9.0")).JobOutputs["release"].ShouldBe("2");

        // A release whose image nobody has: its cause is told at the line that names it, and what was there is back.
        Write("9.9.9");
        var broken = (await RunAsync(ns, "staging", "preview", "preview", "push")).JobOutputs;
        var failed = await DeployAsync(ns, broken["digest"], pod => ns.Kubelet.ImagePullBackOffAsync(pod, Cancellation), "9.9.9");
        (failed.Outcome, failed.JobOutputs["result"]).ShouldBe((StepOutcome.Failure, "rolled-back"), string.Join('\n', failed.Log));
        failed.JobOutputs["failure-cause"].ShouldStartWith("image-");
        failed.Annotations.Where(a => a.Level == AnnotationLevel.Error).ShouldHaveSingleItem().File.ShouldNotBeNull().ShouldStartWith("k8s/");
        (await ImageAsync(ns)).ShouldEndWith(":1.9.0");

        // By hand, to the first release.
        var running = RunAsync(ns, "staging", "deploy", "deploy", "workflow_dispatch", (Mode, "rollback"), ("inputs.to-release || 0", "1"), ("needs.preview.outputs.digest", ""));
        await PlayAsync(ns, pod => ns.Kubelet.ReadyAsync(pod, Cancellation), "1.8.2", running);
        var back = await running;
        (back.Outcome, back.JobOutputs["result"]).ShouldBe((StepOutcome.Success, "deployed"), string.Join('\n', back.Log));
        (await ImageAsync(ns)).ShouldEndWith(":1.8.2");

        // The Service is there by now; a controller would delete endpoints of one that is not.
        async Task FirstReadyAsync(ClusterObject pod)
        {
            await _server.ServeAsync(ns, Cancellation);
            await ns.Kubelet.ReadyAsync(pod, Cancellation);
        }
    }

    private const string Mode = "github.event_name == 'pull_request' && 'preview' || inputs.mode || 'deploy'";

    private async Task<StepResult> DeployAsync(TestNamespace ns, string digest, Func<ClusterObject, Task> kubelet, string tag)
    {
        var running = RunAsync(ns, "staging", "deploy", "deploy", "push", ("needs.preview.outputs.digest", digest));
        await PlayAsync(ns, kubelet, tag, running);
        return await running;
    }

    private async Task<StepResult> RunAsync(TestNamespace ns, string pipelineJob, string job, string step, string trigger, params (string Expression, string Value)[] more)
    {
        await cluster.ConnectionAsync();
        var expressions = new Dictionary<string, string>
        {
            ["inputs.namespace || 'storefront'"] = ns.Name,
            [Mode] = trigger == "pull_request" ? "preview" : "deploy",
            ["inputs.images"] = "",
            ["inputs.to-release || 0"] = "0",
            ["vars.IMAGE_GATE || 'off'"] = "off",
            ["vars.STAGING_KUBE_SERVER"] = "",
            ["vars.STAGING_KUBE_CA"] = "",
            ["vars.STAGING_KUBE_AUDIENCE"] = "",
            ["secrets.KUBECONFIG"] = await File.ReadAllTextAsync(cluster.KubeconfigPath, Cancellation),
            ["secrets.KUBE_TOKEN"] = "",
            ["secrets.SCW_SECRET_KEY"] = "",
            ["secrets.REGISTRY_AUTH"] = "",
            ["inputs.mode == 'drift' && 'drift' || 'preview'"] = "preview",
        };
        foreach (var (expression, value) in more) expressions[expression] = value;

        var (action, with) = new WorkflowReader("namespace-pipeline.yml", pipelineJob, expressions).Step(job, step);
        await File.WriteAllTextAsync(_sandbox.EventPath, trigger == "pull_request" ? """{"pull_request":{"number":7}}""" : "{}", Cancellation);
        with["github-token"] = GitHubStandIn.WorkflowToken;
        if (with.ContainsKey("timeout")) with["timeout"] = "90s";
        return await ActionRunner.Published(action).RunAsync(_sandbox, new StepRequest { With = with, EventName = trigger, Runner = _github.Variables }, Cancellation);
    }

    private void Write(string tag)
    {
        _sandbox.Write("k8s/kustomization.yaml", Kustomization.Replace("1.8.2", tag, StringComparison.Ordinal));
        _sandbox.Write("k8s/frontend.yaml", Frontend);
    }

    private static async Task<string?> ImageAsync(TestNamespace ns) =>
        (await ns.Client.GetAsync(KnownResources.Deployments.Object(ns.Name, "frontend"), Cancellation))?.Spec!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>();

    /// <summary>Plays the kubelet for new pods of a tag, until the step has ended.</summary>
    private static async Task PlayAsync(TestNamespace ns, Func<ClusterObject, Task> act, string tag, Task step)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watching = WatchAsync(over.Token);
        await Task.WhenAny(step, watching);
        await over.CancelAsync();
        await watching;

        async Task WatchAsync(CancellationToken stop)
        {
            var seen = new HashSet<string>();
            try
            {
                await foreach (var change in ns.Client.WatchAsync(KnownResources.Pods, ns.Name, null, stop))
                {
                    if (change is { Type: WatchEventType.Added, Object: { } pod } && pod.Spec!["containers"]![0]!["image"]!.GetValue<string>().EndsWith($":{tag}", StringComparison.Ordinal) && seen.Add(pod.Uid!))
                        await act(pod);
                }
            }
            catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
            {
            }
        }
    }

    /// <summary>Answers 200 to everything, at an address of this machine that an API server may connect to: it refuses loopback ones.</summary>
    private sealed class HealthyServer : IDisposable
    {
        private readonly TcpListener _listener = new(Address(), 0);
        private readonly List<string> _asked = [];

        public HealthyServer()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        /// <summary>The paths that were asked for.</summary>
        public IReadOnlyList<string> Asked
        {
            get
            {
                lock (_asked) return [.. _asked];
            }
        }

        /// <summary>Makes it the endpoint of the Service frontend. An API server connects to addresses of Pods only, so it is shown as one.</summary>
        public async Task ServeAsync(TestNamespace ns, CancellationToken cancellation)
        {
            var endpoint = (IPEndPoint)_listener.LocalEndpoint;
            var pod = await ns.CreateAsync(
                """
                {
                  "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "endpoint"},
                  "spec": {"schedulerName": "nobody", "containers": [{"name": "endpoint", "image": "registry.example.com/endpoint"}]}
                }
                """,
                cancellation);
            await ns.Kubelet.PatchAsync(pod, Json.Object($$$"""{"podIP": "{{{endpoint.Address}}}", "podIPs": [{"ip": "{{{endpoint.Address}}}"}]}"""), cancellation);
            await ns.CreateAsync(
                $$$"""
                {
                  "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "frontend"},
                  "subsets": [{
                    "addresses": [{"ip": "{{{endpoint.Address}}}", "targetRef": {"kind": "Pod", "namespace": "{{{ns.Name}}}", "name": "endpoint"}}],
                    "ports": [{"port": {{{endpoint.Port}}}}]
                  }]
                }
                """,
                cancellation);
        }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream());
                    var request = await reader.ReadLineAsync() ?? "";
                    while (await reader.ReadLineAsync() is { Length: > 0 }) { }
                    lock (_asked) _asked.Add(request.Split(' ') is [_, var path, ..] ? path : request);
                    await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray());
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
            {
            }
        }

        private static IPAddress Address() => NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address) && address.GetAddressBytes() is not [169, 254, ..])
            ?? throw new InvalidOperationException("This machine has no address but loopback ones, and an API server does not connect to those.");
    }
}
