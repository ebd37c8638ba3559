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

    // ---- Admission ----

    [Fact(Timeout = Limit)]
    public async Task What_a_webhook_denies_is_told_with_its_reason_before_anything_changes()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await using var webhook = await DenyAsync(ns, "apps", "deployments", "images must come from registry.corp.example.com");
        Write(Settings, Web);

        var result = await RunAsync(ns);

        ShouldFail(result, "refused", "admission-denied", "k8s/1.yaml", 1, ns,
            """
            Deployment NS/web is refused: admission webhook "policy.example.com" denied the request: images must come from registry.corp.example.com
            Change what the policy objects to, or ask whoever owns the policy for an exception.
            """);
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Pods_that_a_webhook_denies_are_the_cause_of_a_failed_rollout()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await using var webhook = await DenyAsync(ns, "", "pods", "no pods today");
        Write(Web);

        var result = await RunAsync(ns);

        ShouldFail(result, "rolled-back", "admission-denied", "k8s/0.yaml", 9, ns,
            """
            Deployment NS/web gets no pods: admission webhook policy.example.com denies it: no pods today
            Change what the policy objects to, or ask whoever owns the policy for an exception.
            """);
    }

    [Fact(Timeout = Limit)]
    public async Task A_webhook_that_does_not_answer_is_named()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await using (await DenyAsync(ns, "apps", "deployments", ""))
        {
            foreach (var server in _servers) await server.DisposeAsync();
            Write(Settings, Web);

            var result = await RunAsync(ns);

            (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", "webhook-unreachable"), string.Join('\n', result.Log));
            var said = result.Annotations.ShouldHaveSingleItem().Message;
            said.ShouldStartWith($"Deployment {ns.Name}/web is refused: ");
            said.ShouldContain("failed calling webhook \"policy.example.com\"");
            said.ShouldEndWith("See whether the pods behind the webhook's Service are ready; nothing that it must approve can be created until it answers.");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_config_map_that_is_denied_leaves_what_runs_alone()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings);
        (await RunAsync(ns)).Outputs["result"].ShouldBe("deployed");
        await using var webhook = await DenyAsync(ns, "", "configmaps", "too many settings", "CREATE");
        Write([Settings.Replace("info", "debug"), .. Numbered(5)]);

        var result = await RunAsync(ns);

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "failed", "admission-denied"), string.Join('\n', result.Log));
        result.Annotations[0].Message.ShouldStartWith($"ConfigMap {ns.Name}/settings-");
        result.Annotations[0].Message.ShouldContain(" was not applied: admission webhook \"policy.example.com\" denied the request: too many settings");
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings"))!.Body["data"]!["level"]!.GetValue<string>().ShouldBe("info");
    }

    // ---- Storage, autoscalers, immutable fields, what comes together ----

    [Fact(Timeout = Limit)]
    public async Task A_claim_that_is_not_bound_is_named_with_what_its_provisioner_says()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  storageClassName: missing\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}\n",
            Web.Replace("      containers:", "      volumes:\n        - name: data\n          persistentVolumeClaim: {claimName: data}\n      containers:"));

        var running = RunAsync(ns, ("on-failure", "stop"), ("timeout", "10s"));
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await ns.Kubelet.UnschedulableAsync(pod, "0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.", Cancellation);
        var result = await running;

        ShouldFail(result, "failed", "storage-class-missing", "k8s/0.yaml", 6, ns,
            """
            PersistentVolumeClaim NS/data is not bound: there is no StorageClass missing
            Correct storageClassName, or create the StorageClass.
            """);
    }

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
    public async Task A_field_that_cannot_be_changed_is_told_at_its_line()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Web);
        (await RunAsync(ns, ("wait", "false"))).Outputs["result"].ShouldBe("deployed");
        Write(Web.Replace("app: web}", "app: shop}"));

        var result = await RunAsync(ns);

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", "refused"));
        var annotation = result.Annotations.ShouldHaveSingleItem();
        (annotation.File, annotation.Line).ShouldBe(("k8s/0.yaml", 8));
        annotation.Message.ShouldStartWith($"Deployment {ns.Name}/web is refused: A field of it cannot be changed once it is there: spec.selector");
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

    // ---- Commits and tools ----

    [Fact(Timeout = Limit)]
    public async Task An_older_commit_does_not_replace_a_newer_one_unless_it_is_told_to()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings.Replace("info", "new"));
        (await RunAsync(ns.Name, r => r with { RunId = 200, Sha = new string('b', 40) })).Outputs["result"].ShouldBe("deployed");
        Write(Settings.Replace("info", "old"));
        var late = (StepRequest r) => r with { RunId = 100, Sha = new string('a', 40) };

        var result = await RunAsync(ns.Name, late);
        var level = (await GetAsync(ns, KnownResources.ConfigMaps, "settings"))!.Body["data"]!["level"]!.GetValue<string>();
        var told = await RunAsync(ns.Name, late, ("allow-older", "true"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"], level).ShouldBe((1, "refused", "newer-deployed", "new"));
        result.Annotations.ShouldHaveSingleItem().Message.ShouldBe(
            """
            A later run has deployed commit bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb already: https://github.com/octo-org/platform/actions/runs/200/attempts/1
            Nothing to do if this run was late. To go back, use `mode: rollback`; to deploy the older commit all the same, set `allow-older`.
            """.ReplaceLineEndings("\n"));
        told.Outputs["result"].ShouldBe("deployed");
    }

    [Fact(Timeout = Limit)]
    public async Task Kubectl_leaves_the_set_alone_and_prunes_it_if_it_is_given_away()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, Settings.Replace("name: settings", "name: more"));
        (await RunAsync(ns)).Outputs["result"].ShouldBe("deployed");
        File.Delete(Path.Combine(_sandbox.Workspace, "k8s", "1.yaml"));
        string[] apply = ["apply", "--server-side", "--force-conflicts", "--validate=false", "--prune", "--applyset=secret/deploy-k8s-shop", "-n", ns.Name, "-f", Path.Combine(_sandbox.Workspace, "k8s", "0.yaml")];

        var refused = await KubectlAsync(apply);
        await ns.Client.MergePatchAsync(
            KnownResources.Secrets.Object(ns.Name, "deploy-k8s-shop"), Json.Object("""{"metadata":{"annotations":{"applyset.kubernetes.io/tooling":"kubectl/v1.27.1"}}}"""), new WriteOptions { FieldManager = "kubectl" }, Cancellation);
        var pruned = await KubectlAsync(apply);
        var after = await RunAsync(ns);

        refused.Code.ShouldNotBe(0);
        refused.Text.ShouldContain("deploy-k8s/v1");
        pruned.Code.ShouldBe(0, pruned.Text);
        pruned.Text.ShouldContain("configmap/more pruned");
        (await GetAsync(ns, KnownResources.ConfigMaps, "more")).ShouldBeNull();
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldNotBeNull();
        after.ExitCode.ShouldBe(2);
        after.Annotations.ShouldHaveSingleItem().Message.ShouldStartWith($"Secret {ns.Name}/deploy-k8s-shop is not an inventory of this program");
    }

    // ---- A cluster that is busy, forgets tokens or drops watches ----

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
        result.Masks.ShouldBe(["canary-oidc-1", "canary-oidc-2"], ignoreOrder: true);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_ends_in_mid_deploy_and_cannot_be_fetched_anew_is_told_with_what_is_left()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write([.. Numbered(Many)]);
        var gateway = await GatewayAsync(ForgettingAsync("canary-fixed-token"));

        var result = await RunThroughAsync(gateway, ns, r => r with { With = new Dictionary<string, string>(r.With) { ["token"] = "canary-fixed-token" }, Secrets = ["canary-fixed-token"] });

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "rollback-failed", "apply-failed"), string.Join('\n', result.Log));
        result.Annotations.First(a => a.Level == AnnotationLevel.Error).Message.ShouldContain(" was not applied: Unauthorized");
        result.Log.ShouldContain(l => l.Contains("could not be changed back"));
        result.Log.ShouldContain(l => l.Contains("its inventory says that it still runs"));
    }

    [Fact(Timeout = Limit)]
    public async Task Watches_that_are_dropped_are_taken_up_again()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        Write(Web);
        var dropped = 0;
        var gateway = await GatewayAsync(async request =>
        {
            if (!request.Path.Contains("watch=true", StringComparison.Ordinal) || Interlocked.Increment(ref dropped) > 12) return false;

            // Some before their answer, some in the middle of a line.
            if (dropped % 2 == 0)
            {
                await request.BeginAsync();
                await request.SendAsync("{\"type\":\"MODIF");
            }

            request.Reset();
            return true;
        });

        var running = RunThroughAsync(gateway, ns);
        await ns.Kubelet.ReadyAsync((await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0], Cancellation);
        var result = await running;

        result.Outputs["result"].ShouldBe("deployed", string.Join('\n', result.Log));
        dropped.ShouldBeGreaterThan(12);
    }

    // ---- Secrets ----

    public static TheoryData<string> FailurePaths =>
        ["denied", "quoted", "invalid", "not yaml", "not ready", "conflict", "too much to prune", "changed since", "no rights", "locked", "away", "forgotten", "cancelled", "broken answers"];

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
            case "quoted": webhook = await DenyAsync(ns, "", "secrets", $"CANARY-4712-CANARY and {Canary} are weak, so is {encoded}"); break;
            case "invalid": Write(secret.Replace(encoded, "CANARY is no base64")); break;
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
        ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["message"] = message, ["reason"] = reason, ["code"] = code,
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

    private static void ShouldFail(StepResult result, string outcome, string cause, string file, int line, TestNamespace ns, string message)
    {
        var annotation = result.Annotations.First(a => a.Level == AnnotationLevel.Error);
        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, outcome, cause), string.Join('\n', result.Log));
        annotation.Message.Replace(ns.Name, "NS").ShouldBe(message.ReplaceLineEndings("\n"));
        (annotation.File, annotation.Line).ShouldBe((file, line));
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
                        ["uid"] = JsonNode.Parse(request.Body)!["request"]!["uid"]!.DeepClone(), ["allowed"] = false, ["status"] = new JsonObject { ["message"] = reason, ["reason"] = "Forbidden", ["code"] = 403 },
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

    private async Task<(int Code, string Text)> KubectlAsync(string[] arguments)
    {
        using var kubectl = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["KUBECONFIG"] = cluster.KubeconfigPath, ["KUBECTL_APPLYSET"] = "true", ["HOME"] = _sandbox.Home },
        })!;
        var error = kubectl.StandardError.ReadToEndAsync(Cancellation);
        var text = await kubectl.StandardOutput.ReadToEndAsync(Cancellation) + await error;
        await kubectl.WaitForExitAsync(Cancellation);
        return (kubectl.ExitCode, text);
    }

    private void Write(params string[] manifests)
    {
        var folder = Path.Combine(_sandbox.Workspace, "k8s");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (var (index, manifest) in manifests.Index()) _sandbox.Write($"k8s/{index}.yaml", manifest);
    }

    private Task<StepResult> RunAsync(TestNamespace ns, params (string Name, string Value)[] inputs) => RunAsync(ns.Name, null, inputs);

    private async Task<StepResult> RunAsync(string ns, Func<StepRequest, StepRequest>? change, params (string Name, string Value)[] inputs) =>
        await RunAsync(ns, change, [("kubeconfig", await File.ReadAllTextAsync(cluster.KubeconfigPath, Cancellation)), .. inputs], Cancellation);

    private Task<StepResult> RunThroughAsync(Gateway gateway, TestNamespace ns, Func<StepRequest, StepRequest>? change = null, params (string Name, string Value)[] inputs) => RunAsync(
        ns.Name, change, [("server", gateway.Address.ToString().TrimEnd('/')), ("token", "canary-fixed-token"), .. inputs], Cancellation);

    private async Task<StepResult> RunAsync(string ns, Func<StepRequest, StepRequest>? change, (string Name, string Value)[] inputs, CancellationToken cancellation)
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
