using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Health;
using Actions.Shared.Clusters.Rollouts;
using ClusterFixture;

namespace Cluster.Tests.Rollouts;

public class RolloutWatcherSpecs(ControlPlane cluster)
{
    private const int Limit = 300_000;

    private const string NotFound =
        "rpc error: code = NotFound desc = failed to resolve reference \"registry.example.com/web:1\": registry.example.com/web:1: not found";

    private static readonly ApiResource StatefulSets = new("apps", "v1", "StatefulSet", "statefulsets", true, []);
    private static readonly ApiResource Jobs = new("batch", "v1", "Job", "jobs", true, []);
    private static readonly ApiResource Claims = new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, []);

    private static readonly RolloutOptions Options = new() { Timeout = TimeSpan.FromMinutes(2) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_Deployment_is_waited_for_until_its_pods_are_ready()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 2, Cancellation);
        var steps = new List<RolloutStep>();
        var wait = WaitAsync(ns.Client, [Deployment(web)], Options, steps.Add);

        foreach (var pod in await ns.WaitForPodsAsync("app=web", 2, Cancellation))
        {
            await ns.Kubelet.ReadyAsync(pod, Cancellation);
        }

        var report = await wait;

        var result = report.Results.ShouldHaveSingleItem();
        (result.Outcome, result.Verdict.Reason).ShouldBe((RolloutOutcome.Ready, "2 of 2 replicas ready"));
        report.IsReady.ShouldBeTrue();
        report.Worst.ShouldBeNull();
        report.Limits.ShouldBeEmpty();
        steps[^1].Message.ShouldBe("2 of 2 replicas ready");
    }

    [Fact(Timeout = Limit)]
    public async Task An_image_that_does_not_exist_ends_the_wait_at_once()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var other = await ns.CreateDeploymentAsync("other", 1, Cancellation);
        var wait = WaitAsync(ns.Client, [Deployment(other), Deployment(web)], Options);
        await ns.Kubelet.WaitingAsync((await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0], "ErrImagePull", NotFound, Cancellation);

        var report = await wait;

        report.Results.Select(r => r.Outcome).ShouldBe([RolloutOutcome.Unfinished, RolloutOutcome.Failed]);
        var cause = report.Worst!.Cause!;
        cause.Message.ShouldBe($"Container web of Deployment {ns.Name}/web cannot pull registry.example.com/web:1: registry.example.com has no such image or tag");
        cause.Pointer.ShouldBe("/spec/template/spec/containers/0/image");
        cause.Certainty.ShouldBe(CauseCertainty.Certain);
    }

    [Fact(Timeout = Limit)]
    public async Task A_likely_cause_ends_the_wait_when_it_has_lasted()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var wait = WaitAsync(ns.Client, [Deployment(web)], Options with { Grace = TimeSpan.FromMilliseconds(200) });
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await ns.Kubelet.CrashLoopAsync(pod, 1, 1, Cancellation);

        var report = await wait;

        report.Worst!.Cause!.Message.ShouldBe($"Container web of Deployment {ns.Name}/web crashed: exit code 1, 1 restart");
        report.Worst.Cause.Log.ShouldBe(new LogSource(ns.Name, pod.Name, "web", Previous: true));
    }

    [Fact(Timeout = Limit)]
    public async Task A_log_that_cannot_be_read_is_a_limit_not_a_failure()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var one = await ns.CreateAsync("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"one"},"spec":{"nodeName":"ghost","restartPolicy":"Never","containers":[{"name":"main","image":"x"}]}}""", Cancellation);
        var wait = WaitAsync(ns.Client, [new(KnownResources.Pods.Object(ns.Name, "one"), one)], Options);
        await ns.Kubelet.EndedAsync(one, 1, Cancellation);

        var report = await wait;

        report.Worst!.Cause!.Message.ShouldBe($"Container main of Pod {ns.Name}/one crashed: exit code 1");
        report.Worst.Cause.Log.ShouldBe(new LogSource(ns.Name, "one", "main", Previous: false));
        report.Limits.ShouldHaveSingleItem().ShouldStartWith($"pods/log in namespace {ns.Name} could not be read: ");
    }

    [Fact(Timeout = Limit)]
    public async Task A_quota_that_is_used_up_is_the_cause()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"tiny"},"spec":{"hard":{"pods":"0"}}}""", Cancellation);
        await ns.WaitAsync(new("", "v1", "ResourceQuota", "resourcequotas", true, []), null, q => q.Any(o => o.Status?["hard"] is not null), Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);

        var report = await WaitAsync(ns.Client, [Deployment(web)], Options with { Grace = TimeSpan.FromMilliseconds(10) });

        report.Worst!.Cause!.Message.ShouldBe($"Deployment {ns.Name}/web cannot create its pods: quota tiny leaves no room: requested pods=1; used pods=0; limit pods=0");
    }

    [Fact(Timeout = Limit)]
    public async Task A_StatefulSet_is_explained_by_the_events_of_its_pod()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var db = await ns.CreateAsync(
            """
            {
              "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"},
              "spec": {
                "replicas": 1, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}},
                "template": {
                  "metadata": {"labels": {"app": "db"}},
                  "spec": {"schedulerName": "nobody", "containers": [{"name": "db", "image": "x"}], "volumes": [{"name": "tls", "secret": {"secretName": "tls"}}]}
                }
              }
            }
            """,
            Cancellation);
        var wait = WaitAsync(ns.Client, [new(StatefulSets.Object(ns.Name, "db"), db)], Options with { Grace = TimeSpan.FromMilliseconds(10) });
        var pod = (await ns.WaitForPodsAsync("app=db", 1, Cancellation))[0];
        await ns.Kubelet.WaitingAsync(pod, "ContainerCreating", "", Cancellation);
        await ns.Kubelet.SayAsync(pod, "Warning", "FailedMount", "MountVolume.SetUp failed for volume \"tls\" : secret \"tls\" not found", Cancellation);

        var cause = (await wait).Worst!.Cause!;

        cause.Message.ShouldBe($"A pod of StatefulSet {ns.Name}/db needs Secret tls, which does not exist");
        cause.Pointer.ShouldBe("/spec/template/spec/volumes/0/secret/secretName");
        cause.Events.ShouldHaveSingleItem().Reason.ShouldBe("FailedMount");
    }

    [Fact(Timeout = Limit)]
    public async Task A_Job_that_fails_is_a_failure()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var job = await CreateJobAsync(ns, "");
        var wait = WaitAsync(ns.Client, [new(Jobs.Object(ns.Name, "migrate"), job)], Options);
        await ns.Kubelet.EndedAsync((await ns.WaitForPodsAsync("job-name=migrate", 1, Cancellation))[0], 3, Cancellation);

        (await wait).Worst!.Cause!.Message.ShouldBe($"Job {ns.Name}/migrate failed: container main crashed: exit code 3");
    }

    [Fact(Timeout = Limit)]
    public async Task A_Job_is_explained_by_its_pod_even_if_the_stream_of_pods_lags_behind()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await using var gateway = new Gateway(await cluster.ConnectionAsync(), async request =>
        {
            if (!request.Path.Contains("/pods?watch=true", StringComparison.Ordinal))
            {
                return false;
            }

            await request.BeginAsync();
            await request.HangAsync();
            return true;
        });
        using var client = new ClusterClient(new ClusterConnection { Server = gateway.Address, Source = "a test" }, new ClusterClientOptions { UserAgent = "cluster-tests/1" }, TimeProvider.System);
        var job = await CreateJobAsync(ns, "");
        var wait = WaitAsync(client, [new(Jobs.Object(ns.Name, "migrate"), job)], Options);
        await ns.Kubelet.EndedAsync((await ns.WaitForPodsAsync("job-name=migrate", 1, Cancellation))[0], 3, Cancellation);

        (await wait).Worst!.Cause!.Message.ShouldBe($"Job {ns.Name}/migrate failed: container main crashed: exit code 3");
    }

    [Fact(Timeout = Limit)]
    public async Task A_Job_that_ends_well_is_ready()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var job = await CreateJobAsync(ns, "");
        var wait = WaitAsync(ns.Client, [new(Jobs.Object(ns.Name, "migrate"), job)], Options);

        // A pod that ends before its start is written down makes the controller's next write a conflict, after which it rests for 10 s, and then for 20 s.
        await ns.WaitAsync(Jobs, null, jobs => jobs.Any(j => j.Status?["active"]?.GetValue<int>() == 1), Cancellation);
        await ns.Kubelet.EndedAsync((await ns.WaitForPodsAsync("job-name=migrate", 1, Cancellation))[0], 0, Cancellation);

        (await wait).IsReady.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task What_somebody_deletes_is_a_failure()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var seen = new TaskCompletionSource();
        var wait = new RolloutWatcher(ns.Client, TimeProvider.System).WaitAsync([Deployment(web)], Options,
            s => Signal(s.Verdict?.Reason == "0 of 1 replicas ready", seen), Cancellation);
        await Task.WhenAny(seen.Task, wait);
        await ns.Client.DeleteAsync(KnownResources.Deployments.Object(ns.Name, "web"), null, Cancellation);

        var report = await wait;

        (report.Worst!.Outcome, report.Worst.Verdict.State, report.Worst.Verdict.Reason).ShouldBe((RolloutOutcome.Failed, HealthState.NotFound, "It was deleted while it was waited for"));
    }

    [Fact(Timeout = Limit)]
    public async Task At_the_end_of_the_time_the_cause_so_far_is_told()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await ns.Kubelet.UnschedulableAsync(pod, "0/3 nodes are available: 3 Insufficient cpu.", Cancellation);
        await ns.Kubelet.SayAsync(pod, "Normal", "TriggeredScaleUp", "pod triggered scale-up", Cancellation);

        // The cause is likely without the event, which is no warning and so is read only before the cause counts.
        var report = await WaitAsync(ns.Client, [Deployment(web)], Options with { Timeout = TimeSpan.FromSeconds(2), Grace = TimeSpan.FromMilliseconds(100), Since = DateTimeOffset.UtcNow.AddMinutes(-1) });

        report.Worst!.Outcome.ShouldBe(RolloutOutcome.TimedOut);
        report.Worst.Cause!.Message.ShouldBe($"A pod of Deployment {ns.Name}/web finds no node: 3 of 3 lack cpu; the autoscaler adds nodes");
        report.Worst.Cause.Certainty.ShouldBe(CauseCertainty.Transient);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_the_right_to_see_pods_it_waits_all_the_same_and_says_so()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        using var client = await ClientAsAsync(ns, """{"apiGroups":["apps"],"resources":["deployments"],"verbs":["get","list","watch"]}""");
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var wait = WaitAsync(client, [Deployment(web)], Options);
        await ns.Kubelet.ReadyAsync((await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0], Cancellation);

        var report = await wait;

        report.IsReady.ShouldBeTrue();
        report.Limits.ShouldContain($"No right to watch pods in namespace {ns.Name}: causes are less exact");
    }

    [Fact(Timeout = Limit)]
    public async Task With_the_right_to_get_one_object_only_it_asks_again_and_again()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        using var client = await ClientAsAsync(ns, """{"apiGroups":["apps"],"resources":["deployments"],"resourceNames":["web"],"verbs":["get"]}""");
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        await ns.Kubelet.ReadyAsync((await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0], Cancellation);

        var report = await WaitAsync(client, [Deployment(web)], Options);

        report.IsReady.ShouldBeTrue();
        report.Limits.ShouldContain($"No right to watch deployments.apps in namespace {ns.Name}: asked for every 2 s instead");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_the_right_to_get_it_the_wait_fails()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        using var client = await ClientAsAsync(ns, """{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}""");
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);

        (await Should.ThrowAsync<ClusterException>(() => WaitAsync(client, [Deployment(web)], Options))).Failure.ShouldBe(ClusterFailure.Forbidden);
    }

    [Fact(Timeout = Limit)]
    public async Task What_has_no_state_costs_no_request()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var settings = await ns.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"}}""", Cancellation);
        using var client = new ClusterClient(await cluster.ConnectionAsync(), new() { UserAgent = "test" }, TimeProvider.System);

        var report = await WaitAsync(client, [new(KnownResources.ConfigMaps.Object(ns.Name, "settings"), settings)], Options);

        report.IsReady.ShouldBeTrue();
        client.Requests.Total.ShouldBe(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_claim_that_waits_for_its_first_pod_is_not_waited_for()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await ns.CreateAsync($$"""{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"{{ns.Name}}"},"provisioner":"example.com/none","volumeBindingMode":"WaitForFirstConsumer"}""", Cancellation);
        var claim = await ns.CreateAsync(
            $$"""
            {
              "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
              "spec": {"storageClassName": "{{ns.Name}}", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"} } }
            }
            """,
            Cancellation);

        var report = await WaitAsync(ns.Client, [new(Claims.Object(ns.Name, "data"), claim)], Options);

        report.Results[0].Verdict.Reason.ShouldBe("It is bound as soon as a pod uses it (WaitForFirstConsumer)");
    }

    [Fact(Timeout = Limit)]
    public async Task A_container_that_restarts_after_it_was_ready_is_a_failure_of_the_soak()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await ns.Kubelet.ReadyAsync(pod, Cancellation);
        var soaking = new TaskCompletionSource();
        var wait = WaitAsync(ns.Client, [Deployment(web)], Options with { Soak = TimeSpan.FromMinutes(1) }, s => Signal(s.Target is null && s.Message.StartsWith("Everything is ready", StringComparison.Ordinal), soaking));
        await Task.WhenAny(soaking.Task, wait);
        await ns.Kubelet.OutOfMemoryAsync(pod, 1, Cancellation);

        (await wait).Worst!.Cause!.Message.ShouldBe($"Container web of Deployment {ns.Name}/web was ready and then restarted: it was killed because its node ran out of memory, 1 restart");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_restart_the_soak_ends()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        await ns.Kubelet.ReadyAsync((await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0], Cancellation);

        (await WaitAsync(ns.Client, [Deployment(web)], Options with { Soak = TimeSpan.FromMilliseconds(300) })).IsReady.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Streams_are_counted_by_type_and_namespace_not_by_object()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var targets = new List<RolloutTarget>();
        for (var i = 0; i < 20; i++)
        {
            targets.Add(Deployment(await ns.CreateDeploymentAsync($"web-{i}", 0, Cancellation)));
        }

        using var client = new ClusterClient(await cluster.ConnectionAsync(), new() { UserAgent = "test" }, TimeProvider.System);
        var report = await WaitAsync(client, targets, Options);

        report.IsReady.ShouldBeTrue();
        client.Requests.Total.ShouldBeLessThanOrEqualTo(8);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_not_ready_at_the_end_of_the_soak_is_a_failure()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Cancellation))[0];
        await ns.Kubelet.ReadyAsync(pod, Cancellation);
        var soaking = new TaskCompletionSource();
        var wait = WaitAsync(ns.Client, [Deployment(web)], Options with { Soak = TimeSpan.FromSeconds(3) }, s => Signal(s.Target is null, soaking));
        await Task.WhenAny(soaking.Task, wait);
        await ns.Kubelet.NotReadyAsync(pod, Cancellation);

        (await wait).Worst!.Verdict.Reason.ShouldBe("It was ready and is not any more: 0 of 1 replicas ready");
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_ends_the_wait()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var web = await ns.CreateDeploymentAsync("web", 1, Cancellation);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = new TaskCompletionSource();
        var wait = new RolloutWatcher(ns.Client, TimeProvider.System).WaitAsync([Deployment(web)], Options, s => Signal(true, seen), cancellation.Token);
        await Task.WhenAny(seen.Task, wait);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(wait);
    }

    private static Task<RolloutReport> WaitAsync(ClusterClient client, IReadOnlyList<RolloutTarget> targets, RolloutOptions options, Action<RolloutStep>? progress = null) =>
        new RolloutWatcher(client, TimeProvider.System).WaitAsync(targets, options, progress, Cancellation);

    private static RolloutTarget Deployment(ClusterObject item) => new(KnownResources.Deployments.Object(item.Namespace, item.Name), item);

    private static Task<ClusterObject> CreateJobAsync(TestNamespace ns, string more) => ns.CreateAsync(
        $$"""
        {
          "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migrate"},
          "spec": {
            {{more}} "backoffLimit": 0,
            "template": {"spec": {"schedulerName": "nobody", "restartPolicy": "Never", "containers": [{"name": "main", "image": "x"}]} }
          }
        }
        """,
        Cancellation);

    private async Task<ClusterClient> ClientAsAsync(TestNamespace ns, string rule) =>
        new(await ns.ConnectAsAsync([rule], Cancellation), new() { UserAgent = "test" }, TimeProvider.System);

    private static void Signal(bool isTime, TaskCompletionSource source)
    {
        if (isTime)
        {
            source.TrySetResult();
        }
    }
}
