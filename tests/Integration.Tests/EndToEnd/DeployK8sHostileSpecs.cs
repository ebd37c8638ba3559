using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>Manifests and clusters that mean no good, given to the published program: what it says, word by word, and with which exit code it ends.</summary>
public sealed class DeployK8sHostileSpecs(ControlPlane cluster) : IAsyncDisposable
{
    private const int Limit = 300_000;
    private const int Many = 60;

    private const string Settings = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  level: info\n";

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
    private readonly List<IAsyncDisposable> _servers = [];

    private static ActionRunner Program { get; } = ActionRunner.Published("deploy-k8s");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ApiResource Webhooks { get; } = new("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false, []);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        _sandbox.Dispose();
    }

    // ---- Autoscalers, jobs, what comes together ----

    [Fact(Timeout = Limit)]
    public async Task Replicas_that_an_autoscaler_sets_stay_and_do_not_fail_the_deployment()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Web);
        (await RunAsync(ns, ("wait", "false"))).Outputs["result"].ShouldBe("deployed");
        await ns.Client.MergePatchAsync(
            KnownResources.Deployments.Object(ns.Name, "web"), Json.Object("""{"spec":{"replicas":4}}"""), new WriteOptions { FieldManager = "kube-controller-manager" }, Cancellation);
        Write(Web.Replace("web:1", "web:2"));

        var result = await RunAsync(ns, ("wait", "false"), ("report-file", "report.json"));

        result.Outputs["result"].ShouldBe("deployed", string.Join('\n', result.Log));
        var web = (await GetAsync(ns, KnownResources.Deployments, "web"))!;
        web.Spec!["replicas"]!.GetValue<int>().ShouldBe(4);
        _sandbox.Read("report.json").ShouldContain("kube-controller-manager");
    }

    [Fact(Timeout = Limit)]
    public async Task A_job_with_another_template_is_made_again()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        const string Job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\nspec:\n  template:\n    spec:\n      schedulerName: nobody\n      restartPolicy: Never\n      containers:\n        - {name: main, image: x:1}\n";
        Write(Job);
        (await RunAsync(ns, ("wait", "false"))).Outputs["result"].ShouldBe("deployed");
        var jobs = (await ns.Client.DiscoverAsync(Cancellation)).Find("batch/v1", "Job")!;
        var before = (await GetAsync(ns, jobs, "migrate"))!.Uid;
        Write(Job.Replace("x:1", "x:2"));

        var result = await RunAsync(ns, ("wait", "false"));

        (result.Outputs["result"], result.Outputs["updated"]).ShouldBe(("deployed", "1"), string.Join('\n', result.Log));
        (await GetAsync(ns, jobs, "migrate"))!.Uid.ShouldNotBe(before);
    }

    [Fact(Timeout = Limit)]
    public async Task A_definition_its_object_a_namespace_and_what_is_in_it_are_deployed_together()
    {
        await cluster.ConnectionAsync();
        var id = Guid.NewGuid().ToString("N")[..8];
        Write(
            $"apiVersion: g{id}.example.com/v1\nkind: Widget\nmetadata: {{name: one}}\nspec: {{size: 1}}\n",
            $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: space-{id}}}\n",
            Settings,
            $$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.g{{id}}.example.com}
            spec:
              group: g{{id}}.example.com
              scope: Namespaced
              names: {kind: Widget, plural: widgets}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer} } } } }

            """);

        var preview = await RunAsync($"space-{id}", null, ("mode", "preview"));
        var result = await RunAsync($"space-{id}", null, ("approved-digest", preview.Outputs["digest"]));

        (preview.Outputs["result"], preview.Outputs["created"]).ShouldBe(("previewed", "4"), string.Join('\n', preview.Log));
        (result.Outputs["result"], result.Outputs["created"]).ShouldBe(("deployed", "4"), string.Join('\n', result.Log));
    }

    // ---- A cluster that is busy or forgets tokens ----

    [Fact(Timeout = Limit)]
    public async Task A_storm_of_429_slows_a_deployment_down_and_loses_nothing()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write([Web, .. Numbered(Many)]);
        var turnedAway = 0;
        var gateway = await GatewayAsync(async request =>
        {
            // Every other write, at first.
            if (request.Method != "PATCH" || Volatile.Read(ref turnedAway) >= Many || Interlocked.Increment(ref turnedAway) % 2 == 0) return false;
            await request.RespondAsync(429, Status(429, "TooManyRequests", "too many requests, please try again later"), "Content-Type: application/json", "Retry-After: 1");
            return true;
        });

        var result = await RunThroughAsync(gateway, ns, null, ("wait", "false"), ("report-file", "report.json"));

        (result.Outputs["result"], result.Outputs["created"]).ShouldBe(("deployed", $"{Many + 1}"), string.Join('\n', result.Log));
        (await CountAsync(ns)).ShouldBe(Many);
        turnedAway.ShouldBe(Many);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_ends_in_mid_deploy_is_fetched_anew()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write([.. Numbered(Many)]);
        var tokens = 0;
        var issuer = Own(new LoopbackServer(r => r.RespondAsync(200, $$"""{"value":"canary-oidc-{{Interlocked.Increment(ref tokens)}}"}""")));
        var gateway = await GatewayAsync(ForgettingAsync("canary-oidc-1"));

        var result = await RunThroughAsync(
            gateway, ns, r => r with { IdToken = true, IdTokenUrl = $"{issuer.Address}token?v=1", With = new Dictionary<string, string>(r.With) { ["token"] = "", ["oidc-audience"] = "kubernetes" } });

        (result.Outputs["result"], tokens).ShouldBe(("deployed", 2), string.Join('\n', result.Log));
        (await CountAsync(ns)).ShouldBe(Many);
        result.Masks.Where(m => m.StartsWith("canary-oidc", StringComparison.Ordinal)).ShouldBe(["canary-oidc-1", "canary-oidc-2"], ignoreOrder: true);
    }

    // ---- Secrets ----

    public static TheoryData<string> FailurePaths =>
        ["denied", "not yaml", "not ready", "conflict", "too much to prune", "changed since", "no rights", "locked", "away", "forgotten", "cancelled", "broken answers"];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(FailurePaths))]
    public async Task Nothing_of_a_secret_is_in_any_output_of_a_failure_at_debug_level(string path)
    {
        const string Canary = "CANARY-4711-CANARY";
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Canary));
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var secret = $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: credentials\nstringData:\n  password: {Canary}\ndata:\n  other: {encoded}\n";
        Write(secret, Settings, Settings.Replace("name: settings", "name: a"), Settings.Replace("name: settings", "name: b"), Settings.Replace("name: settings", "name: c"));
        (await RunAsync(ns)).Outputs["result"].ShouldBe("deployed");
        Write(secret.Replace("CANARY-4711", "CANARY-4712"), Settings.Replace("info", "debug"), Web);

        Func<StepRequest, StepRequest> change = r => r;
        (string, string)[] inputs = [("prune", "false"), ("timeout", "20s")];
        Gateway? gateway = null;
        IAsyncDisposable? webhook = null;
        switch (path)
        {
            case "denied": webhook = await DenyAsync(ns, "", "configmaps", "no"); break;
            case "not yaml": Write(secret.Replace("\n  password", "\n\tpassword")); break;
            case "conflict":
                await ns.Client.MergePatchAsync(
                    KnownResources.Secrets.Object(ns.Name, "credentials"), Json.Object($$$"""{"data":{"password":"{{{encoded}}}"}}"""), new WriteOptions { FieldManager = "kubectl" }, Cancellation);
                await ns.Client.MergePatchAsync(KnownResources.Secrets.Object(ns.Name, "credentials"), Json.Object("""{"data":{"password":"Q0FOQVJZLTk="}}"""), new WriteOptions { FieldManager = "somebody" }, Cancellation);
                break;
            case "too much to prune": inputs = [("prune-max-objects", "0")]; break;
            case "changed since": inputs = [.. inputs, ("approved-digest", "sha256:0")]; break;
            case "no rights":
                var account = await ns.ConnectAsAsync(["""{"apiGroups":[""],"resources":["configmaps"],"verbs":["*"]}"""], Cancellation);
                var token = await account.Token!(false, Cancellation);
                inputs = [.. inputs, ("token", token)];
                change = r => r with { Secrets = [token] };
                break;
            case "locked":
                await ns.Client.CreateLeaseAsync(new Lease(ns.Name, "deploy-k8s-shop") { Holder = "somebody", Duration = TimeSpan.FromMinutes(5), Acquired = DateTimeOffset.UtcNow, Renewed = DateTimeOffset.UtcNow }, Cancellation);
                inputs = [.. inputs, ("lock-timeout", "0s")];
                break;
            case "away":
                gateway = await GatewayAsync(r =>
                {
                    if (r.Method == "PATCH") r.Reset();
                    return Task.FromResult(r.Method == "PATCH");
                });
                break;
            case "forgotten": gateway = await GatewayAsync(ForgettingAsync("canary-fixed-token")); break;
            case "cancelled": change = r => r with { CancelAt = l => l.Contains("Applied.", StringComparison.Ordinal) }; break;
            case "broken answers":
                // What was sent comes back, as from a server that explains too much.
                gateway = await GatewayAsync(async r =>
                {
                    if (r.Method == "PATCH") await r.RespondAsync(500, Status(500, "InternalError", r.Body), "Content-Type: application/json");
                    return r.Method == "PATCH";
                });
                break;
            default: break;
        }

        StepRequest Debugging(StepRequest r) => change(r) with { Debug = true };
        (string, string)[] files = [("report-file", "report.json"), ("plan-file", "plan.md")];
        var result = gateway is null ? await RunAsync(ns.Name, Debugging, [.. inputs, .. files]) : await RunThroughAsync(gateway, ns, Debugging, [.. inputs, .. files]);
        if (webhook is not null) await webhook.DisposeAsync();

        result.ExitCode.ShouldNotBe(0);
        var written = new[] { "report.json", "plan.md" }.Where(f => File.Exists(Path.Combine(_sandbox.Workspace, f))).Select(_sandbox.Read);
        var all = string.Join('\n', [result.RawStdout, result.RawStderr, result.Summary, .. result.Outputs.Values, .. written]);
        foreach (var canary in new[] { "CANARY", "4711", "4712", encoded[..10] }) all.ShouldNotContain(canary, Case.Sensitive);
    }

    private static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(i => Settings.Replace("name: settings", $"name: settings-{i}"));

    private static string Status(int code, string reason, string message) => new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    }.ToJsonString();

    /// <summary>After some writes the token is not known any more.</summary>
    private static Func<LoopbackRequest, Task<bool>> ForgettingAsync(string token)
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

    private static Task<ClusterObject?> GetAsync(TestNamespace ns, ApiResource resource, string name) => ns.Client.GetAsync(resource.Object(ns.Name, name), Cancellation);

    private static async Task<int> CountAsync(TestNamespace ns) =>
        (await ns.Client.ListAsync(KnownResources.ConfigMaps, ns.Name, null, Cancellation)).Items.Count(c => c.Name.StartsWith("settings-", StringComparison.Ordinal));

    /// <summary>Installs a webhook for the namespace that denies what it is asked about, until it is disposed.</summary>
    private async Task<IAsyncDisposable> DenyAsync(TestNamespace ns, string group, string plural, string reason, string operation = "*")
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

    private async Task<Gateway> GatewayAsync(Func<LoopbackRequest, Task<bool>> intercept) => Own(new Gateway(await cluster.ConnectionAsync(), intercept));

    private T Own<T>(T server)
        where T : IAsyncDisposable
    {
        _servers.Add(server);
        return server;
    }

    private void Write(params string[] manifests)
    {
        var folder = Path.Combine(_sandbox.Workspace, "k8s");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (var (index, manifest) in manifests.Index()) _sandbox.Write($"k8s/{index}.yaml", manifest);
    }

    private Task<StepResult> RunAsync(TestNamespace ns, params (string Name, string Value)[] inputs) => RunAsync(ns.Name, null, inputs);

    private async Task<StepResult> RunAsync(string ns, Func<StepRequest, StepRequest>? change, params (string Name, string Value)[] inputs) =>
        await StepAsync(ns, change, [("kubeconfig", await File.ReadAllTextAsync(cluster.KubeconfigPath, Cancellation)), .. inputs], Cancellation);

    private Task<StepResult> RunThroughAsync(Gateway gateway, TestNamespace ns, Func<StepRequest, StepRequest>? change = null, params (string Name, string Value)[] inputs) => StepAsync(
        ns.Name, change, [("server", gateway.Address.ToString().TrimEnd('/')), ("token", "canary-fixed-token"), .. inputs], Cancellation);

    private async Task<StepResult> StepAsync(string ns, Func<StepRequest, StepRequest>? change, (string Name, string Value)[] inputs, CancellationToken cancellation)
    {
        var with = new Dictionary<string, string> { ["manifests"] = "k8s", ["application"] = "shop", ["namespace"] = ns, ["timeout"] = "60s" };
        foreach (var (name, value) in inputs) with[name] = value;
        var request = new StepRequest { With = with };
        return await Program.RunAsync(_sandbox, change is null ? request : change(request), cancellation);
    }

    private sealed class Removal(Func<Task> remove) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await remove();
    }
}
