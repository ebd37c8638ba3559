using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program, manifests for it, and a real control plane that a test makes inhospitable.</summary>
public abstract class DeployK8sTrial(ControlPlane cluster) : IAsyncDisposable
{
    private protected const int Limit = 300_000;
    private protected const int Many = 60;

    private protected const string Settings = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  level: info\n";

    private protected const string Web =
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

    private protected ControlPlane Cluster { get; } = cluster;

    private protected RunnerSandbox Sandbox { get; } = new();

    private protected List<IAsyncDisposable> Servers { get; } = [];

    private protected static ActionRunner Program { get; } = ActionRunner.Published("deploy-k8s");

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static ApiResource Webhooks { get; } = new("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false, []);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers) await server.DisposeAsync();
        Sandbox.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static void ShouldFail(StepResult result, string outcome, string cause, string file, int line, TestNamespace ns, string message)
    {
        var annotation = result.Annotations.First(a => a.Level == AnnotationLevel.Error);
        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, outcome, cause), string.Join('\n', result.Log));
        annotation.Message.Replace(ns.Name, "NS").ShouldBe(message.ReplaceLineEndings("\n"));
        (annotation.File, annotation.Line).ShouldBe((file, line));
    }

    private protected static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(i => Settings.Replace("name: settings", $"name: settings-{i}"));

    private protected static string Status(int code, string reason, string message) => new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    }.ToJsonString();

    /// <summary>After some writes the token is not known any more.</summary>
    private protected static Func<LoopbackRequest, Task<bool>> ForgettingAsync(string token)
    {
        var writes = 0;
        return async request =>
        {
            var isForgotten = Volatile.Read(ref writes) > Many / 2 || (request is { Method: "PATCH" } && Interlocked.Increment(ref writes) > Many / 2);
            if (!isForgotten || request.Headers["Authorization"] != $"Bearer {token}") return false;
            await request.RespondAsync(401, Status(401, "Unauthorized", "Unauthorized"), "Content-Type: application/json");
            return true;
        };
    }

    private protected static Task<ClusterObject?> GetAsync(TestNamespace ns, ApiResource resource, string name) => ns.Client.GetAsync(resource.Object(ns.Name, name), Cancellation);

    private protected static async Task<int> CountAsync(TestNamespace ns) =>
        (await ns.Client.ListAsync(KnownResources.ConfigMaps, ns.Name, null, Cancellation)).Items.Count(c => c.Name.StartsWith("settings-", StringComparison.Ordinal));

    /// <summary>Installs a webhook for the namespace that denies what it is asked about, until it is disposed.</summary>
    private protected async Task<IAsyncDisposable> DenyAsync(TestNamespace ns, string group, string plural, string reason, string operation = "*")
    {
        var certificates = new TestCertificates();
        var server = Own(new LoopbackServer(
            request =>
            {
                var answer = new JsonObject
                {
                    ["apiVersion"] = "admission.k8s.io/v1",
                    ["kind"] = "AdmissionReview",
                    ["response"] = new JsonObject
                    {
                        ["uid"] = JsonNode.Parse(request.Body)!["request"]!["uid"]!.DeepClone(),
                        ["allowed"] = false,
                        ["status"] = new JsonObject { ["message"] = reason, ["reason"] = "Forbidden", ["code"] = 403 },
                    },
                };
                return request.RespondAsync(200, answer.ToJsonString(), "Content-Type: application/json");
            },
            new() { ServerCertificate = certificates.Server("127.0.0.1") }));
        await ns.Client.MergePatchAsync(KnownResources.Namespaces.Object(null, ns.Name), Json.Object($$$$"""{"metadata":{"labels":{"denied":"{{{{ns.Name}}}}"}}}"""), null, Cancellation);
        await ns.CreateAsync(
            $$$"""
            {
              "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "{{{ns.Name}}}"},
              "webhooks": [{
                "name": "policy.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Fail", "timeoutSeconds": 5,
                "clientConfig": {"url": "https://127.0.0.1:{{{server.Port}}}/", "caBundle": "{{{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificates.AuthorityPem))}}}"},
                "namespaceSelector": {"matchLabels": {"denied": "{{{ns.Name}}}"}},
                "rules": [{"apiGroups": ["{{{group}}}"], "apiVersions": ["*"], "resources": ["{{{plural}}}"], "operations": ["{{{operation}}}"]}]
              }]
            }
            """,
            Cancellation);

        // The server learns of it a moment later.
        var probe = Json.Object($$$"""{"apiVersion":"{{{(group.Length == 0 ? "v1" : $"{group}/v1")}}}","kind":"{{{Kind(plural)}}}","metadata":{"name":"probe"}}""");
        var resource = (await ns.Client.DiscoverAsync(Cancellation)).FindPlural(group, plural)!;
        while (true)
        {
            try
            {
                await ns.Client.CreateAsync(resource, ns.Name, Probe(probe), new WriteOptions { DryRun = true }, Cancellation);
            }
            catch (ClusterException e) when (e.Status?.Message.Contains("policy.example.com", StringComparison.Ordinal) == true)
            {
                break;
            }
        }

        return new Removal(async () =>
        {
            await ns.Client.DeleteAsync(Webhooks.Object(null, ns.Name), null, CancellationToken.None);
            certificates.Dispose();
        });

        static string Kind(string plural) => plural switch { "configmaps" => "ConfigMap", "secrets" => "Secret", "pods" => "Pod", _ => "Deployment" };

        static JsonObject Probe(JsonObject probe)
        {
            var copy = (JsonObject)probe.DeepClone();
            const string Pod = """{"containers":[{"name":"x","image":"x"}]}""";
            if (copy["kind"]!.GetValue<string>() is "Pod") copy["spec"] = JsonNode.Parse(Pod);
            if (copy["kind"]!.GetValue<string>() is "Deployment")
                copy["spec"] = JsonNode.Parse($$$"""{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{{{Pod}}}}}""");
            return copy;
        }
    }

    private protected async Task<Gateway> GatewayAsync(Func<LoopbackRequest, Task<bool>> intercept) => Own(new Gateway(await Cluster.ConnectionAsync(), intercept));

    private protected T Own<T>(T server)
        where T : IAsyncDisposable
    {
        Servers.Add(server);
        return server;
    }

    private protected void Write(params string[] manifests)
    {
        var folder = Path.Combine(Sandbox.Workspace, "k8s");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (var (index, manifest) in manifests.Index()) Sandbox.Write($"k8s/{index}.yaml", manifest);
    }

    private protected Task<StepResult> RunAsync(TestNamespace ns, params (string Name, string Value)[] inputs) => RunAsync(ns.Name, null, inputs);

    private protected async Task<StepResult> RunAsync(string ns, Func<StepRequest, StepRequest>? change, params (string Name, string Value)[] inputs) =>
        await StepAsync(ns, change, [("kubeconfig", await File.ReadAllTextAsync(Cluster.KubeconfigPath, Cancellation)), .. inputs], Cancellation);

    private protected Task<StepResult> RunThroughAsync(Gateway gateway, TestNamespace ns, Func<StepRequest, StepRequest>? change = null, params (string Name, string Value)[] inputs) => StepAsync(
        ns.Name, change, [("server", gateway.Address.ToString().TrimEnd('/')), ("token", "canary-fixed-token"), .. inputs], Cancellation);

    private protected async Task<StepResult> StepAsync(string ns, Func<StepRequest, StepRequest>? change, (string Name, string Value)[] inputs, CancellationToken cancellation)
    {
        var with = new Dictionary<string, string> { ["manifests"] = "k8s", ["application"] = "shop", ["namespace"] = ns, ["timeout"] = "60s" };
        foreach (var (name, value) in inputs) with[name] = value;
        var request = new StepRequest { With = with };
        return await Program.RunAsync(Sandbox, change is null ? request : change(request), cancellation);
    }

    private protected sealed class Removal(Func<Task> remove) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await remove();
    }
}
