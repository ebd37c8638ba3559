using Actions.Shared.Clusters.Api;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>A canary in a Secret, and every way in which a deployment can fail.</summary>
public sealed class DeployK8sSecretSpecs(ControlPlane cluster) : DeployK8sTrial(cluster)
{
    public static TheoryData<string> FailurePaths =>
        ["denied", "quoted", "invalid", "not yaml", "not ready", "conflict", "too much to prune", "changed since", "no rights", "locked", "away", "forgotten", "cancelled", "broken answers"];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(FailurePaths))]
    public async Task Nothing_of_a_secret_is_in_any_output_of_a_failure_at_debug_level(string path)
    {
        const string Canary = "CANARY-4711-CANARY";
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Canary));
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
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
        var written = new[] { "report.json", "plan.md" }.Where(f => File.Exists(Path.Combine(Sandbox.Workspace, f))).Select(Sandbox.Read);
        var all = string.Join('\n', [result.RawStdout, result.RawStderr, result.Summary, .. result.Outputs.Values, .. written]);
        foreach (var canary in new[] { "CANARY", "4711", "4712", encoded[..10] }) all.ShouldNotContain(canary, Case.Sensitive);
    }
}
