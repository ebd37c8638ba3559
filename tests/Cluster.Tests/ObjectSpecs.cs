using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Api;
using ClusterFixture;

namespace Cluster.Tests;

/// <summary>What the client does with objects, at a real API server.</summary>
public sealed class ObjectSpecs(ControlPlane cluster)
{
    private const int Limit = 300_000;

    private static readonly ApplyOptions Ours = new() { FieldManager = "ours" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task The_version_is_told()
    {
        var version = await (await cluster.ClientAsync()).GetVersionAsync(Token);

        version.Major.ShouldBe(1);
        version.Minor.ShouldBeGreaterThanOrEqualTo(16);
        version.GitVersion.ShouldStartWith($"v1.{version.Minor}.");
    }

    [Fact(Timeout = Limit)]
    public async Task Discovery_knows_the_types()
    {
        var catalog = await (await cluster.ClientAsync()).DiscoverAsync(Token);

        foreach (var known in new[] { KnownResources.Namespaces, KnownResources.Pods, KnownResources.Secrets, KnownResources.Deployments, KnownResources.Leases })
        {
            var found = catalog.Find(known.ApiVersion, known.Kind);
            found.ShouldBe(known);
            found!.IsNamespaced.ShouldBe(known.IsNamespaced);
            found.Supports("patch").ShouldBeTrue();
        }

        catalog.Find("apps/v1", "Deployment")!.Subresources.ShouldBe(["scale", "status"], ignoreOrder: true);
        catalog.FindPreferred("batch", "Job").ShouldNotBeNull();
        catalog.Unavailable.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Applying_creates_changes_and_removes_what_is_no_longer_named()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var address = KnownResources.ConfigMaps.Object(ns.Name, "settings");

        var created = await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"1","b":"2"}"""), Ours, Token);
        var same = await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"1","b":"2"}"""), Ours, Token);
        var changed = await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"3"}"""), Ours, Token);

        created.IsCreated.ShouldBeTrue();
        same.IsCreated.ShouldBeFalse();
        same.Object.ResourceVersion.ShouldBe(created.Object.ResourceVersion);
        changed.Object.Body["data"]!.ToJsonString().ShouldBe("""{"a":"3"}""");
        (await ns.Client.GetAsync(address, Token))!.Body["data"]!.ToJsonString().ShouldBe("""{"a":"3"}""");
    }

    [Fact(Timeout = Limit)]
    public async Task A_dry_run_changes_nothing_and_tells_all()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var address = KnownResources.ConfigMaps.Object(ns.Name, "settings");

        var would = await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"1"}"""), Ours with { DryRun = true }, Token);

        would.Object.Uid.ShouldNotBeNull();
        (await ns.Client.GetAsync(address, Token)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_conflict_names_field_and_manager_and_force_takes_over()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var address = KnownResources.ConfigMaps.Object(ns.Name, "settings");
        await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"1"}"""), new ApplyOptions { FieldManager = "theirs" }, Token);

        var thrown = await Should.ThrowAsync<ClusterException>(() => ns.Client.ApplyAsync(address, Settings(ns, """{"a":"2"}"""), Ours, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Conflict);
        var cause = thrown.Status!.Causes.ShouldHaveSingleItem();
        (cause.Reason, cause.Field).ShouldBe(("FieldManagerConflict", ".data.a"));
        cause.Message.ShouldContain("\"theirs\"");
        var forced = await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"2"}"""), Ours with { Force = true }, Token);
        forced.Object.Body["data"]!["a"]!.GetValue<string>().ShouldBe("2");
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_object_is_refused_field_by_field()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var deployment = await ns.CreateDeploymentAsync("web", 1, Token);

        var thrown = await Should.ThrowAsync<ClusterException>(() => ns.Client.MergePatchAsync(
            KnownResources.Deployments.Object(ns.Name, "web"), Json.Object("""{"spec":{"selector":{"matchLabels":{"app":"other"}}}}"""), null, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Invalid);
        thrown.Status!.Reason.ShouldBe("Invalid");
        thrown.Status.Causes.ShouldContain(c => c.Field == "spec.selector");
        deployment.Name.ShouldBe("web");
    }

    [Fact(Timeout = Limit)]
    public async Task What_exists_is_not_created_twice()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.Client.CreateAsync(KnownResources.ConfigMaps, ns.Name, Settings(ns, "{}"), null, Token);

        var thrown = await Should.ThrowAsync<ClusterException>(() => ns.Client.CreateAsync(KnownResources.ConfigMaps, ns.Name, Settings(ns, "{}"), null, Token));

        thrown.Title.ShouldBe("It exists already");
        thrown.Status!.Reason.ShouldBe("AlreadyExists");
    }

    [Fact(Timeout = Limit)]
    public async Task A_replacement_must_know_the_version()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var address = KnownResources.ConfigMaps.Object(ns.Name, "settings");
        var created = (await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"1"}"""), Ours, Token)).Object;
        await ns.Client.MergePatchAsync(address, Json.Object("""{"data":{"a":"2"}}"""), null, Token);

        var thrown = await Should.ThrowAsync<ClusterException>(() => ns.Client.ReplaceAsync(address, created.Body, null, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Conflict);
    }

    [Fact(Timeout = Limit)]
    public async Task A_JSON_patch_tests_before_it_writes()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var address = KnownResources.ConfigMaps.Object(ns.Name, "settings");
        await ns.Client.ApplyAsync(address, Settings(ns, """{"a":"1"}"""), Ours, Token);

        await ns.Client.JsonPatchAsync(address, Operations("1"), null, Token);

        var thrown = await Should.ThrowAsync<ClusterException>(() => ns.Client.JsonPatchAsync(address, Operations("1"), null, Token));
        thrown.Failure.ShouldBe(ClusterFailure.Invalid);

        static JsonArray Operations(string expected) => JsonNode.Parse(
            $$"""[{"op":"test","path":"/data/a","value":"{{expected}}"},{"op":"replace","path":"/data/a","value":"9"}]""")!.AsArray();
    }

    [Fact(Timeout = Limit)]
    public async Task Deleting_minds_the_UID()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var address = KnownResources.ConfigMaps.Object(ns.Name, "settings");
        var created = (await ns.Client.ApplyAsync(address, Settings(ns, "{}"), Ours, Token)).Object;

        var thrown = await Should.ThrowAsync<ClusterException>(() => ns.Client.DeleteAsync(address, new DeleteOptions { Uid = Guid.NewGuid().ToString() }, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Conflict);
        (await ns.Client.DeleteAsync(address, new DeleteOptions { Uid = created.Uid, DryRun = true }, Token)).ShouldBeTrue();
        (await ns.Client.DeleteAsync(address, new DeleteOptions { Uid = created.Uid }, Token)).ShouldBeTrue();
        (await ns.Client.DeleteAsync(address, new DeleteOptions { Uid = created.Uid }, Token)).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Orphans_stay_when_they_are_to_stay()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var deployment = await ns.CreateDeploymentAsync("web", 1, Token);
        await ns.WaitForPodsAsync("app=web", 1, Token);

        await ns.Client.DeleteAsync(
            KnownResources.Deployments.Object(ns.Name, "web"), new DeleteOptions { Uid = deployment.Uid, Propagation = PropagationPolicy.Orphan }, Token);

        await ns.WaitAsync(KnownResources.Deployments, null, all => all.Count == 0, Token);
        (await ns.Client.ListAsync(KnownResources.ReplicaSets, ns.Name, null, Token)).Items.Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Scale_and_status_are_written_by_themselves()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateDeploymentAsync("web", 1, Token);

        await ns.Client.MergePatchAsync(
            KnownResources.Deployments.Object(ns.Name, "web"), Json.Object("""{"spec":{"replicas":3}}"""), new WriteOptions { Subresource = "scale" }, Token);

        await ns.WaitForPodsAsync("app=web", 3, Token);
    }

    [Fact(Timeout = Limit)]
    public async Task A_list_of_several_pages_is_complete()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => ns.CreateAsync($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c{{{i}}}","labels":{"set":"a"} } }""", Token)));
        var client = cluster.NewClient(await cluster.ConnectionAsync(), new ClusterClientOptions { UserAgent = "test/1", PageSize = 10 });

        var list = await client.ListAsync(KnownResources.ConfigMaps, ns.Name, new ListOptions { LabelSelector = "set=a" }, Token);
        var metadata = await client.ListAsync(KnownResources.ConfigMaps, ns.Name, new ListOptions { LabelSelector = "set=a", MetadataOnly = true }, Token);

        list.Items.Select(i => i.Name).ShouldBe(Enumerable.Range(0, 25).Select(i => $"c{i}"), ignoreOrder: true);
        list.Items.ShouldAllBe(i => i.ApiVersion == "v1" && i.Kind == "ConfigMap");
        client.Requests.ByVerb.ShouldBe([new("list", 6)]);
        metadata.Items.Select(i => i.Uid).ShouldBe(list.Items.Select(i => i.Uid));
    }

    [Fact(Timeout = Limit)]
    public async Task A_list_tells_its_moment()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => ns.CreateAsync($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c{{{i}}}"}}""", Token)));
        var list = await ns.Client.ListAsync(KnownResources.ConfigMaps, ns.Name, null, Token);

        list.ResourceVersion.ShouldNotBeEmpty();
        list.Items.Select(i => i.Name).Where(n => n[0] == 'c').ShouldBe(["c0", "c1", "c2", "c3", "c4"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Events_of_an_object_are_told_oldest_first()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateDeploymentAsync("web", 1, Token);
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Token))[0];
        await ns.Kubelet.SayAsync(pod, "Warning", "Failed", "Failed to pull image", Token, count: 4, fieldPath: "spec.containers{web}");

        var events = await ns.Client.GetEventsAsync(ns.Name, pod.Uid!, Token);

        var said = events.ShouldHaveSingleItem();
        (said.IsWarning, said.Reason, said.Message, said.Count, said.Source).ShouldBe((true, "Failed", "Failed to pull image", 4, "kubelet"));
        (said.Kind, said.Name, said.Uid, said.FieldPath).ShouldBe(("Pod", pod.Name, pod.Uid, "spec.containers{web}"));
    }

    [Fact(Timeout = Limit)]
    public async Task Without_the_right_to_core_events_the_other_API_is_asked()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var pod = await ns.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"about"}}""", Token);
        await ns.Kubelet.SayAsync(pod, "Normal", "Something", "happened", Token);
        var connection = await ns.ConnectAsAsync(["""{"apiGroups":["events.k8s.io"],"resources":["events"],"verbs":["list"]}"""], Token);

        var events = await cluster.NewClient(connection).GetEventsAsync(ns.Name, pod.Uid!, Token);

        events.ShouldHaveSingleItem().Message.ShouldBe("happened");
    }

    [Fact(Timeout = Limit)]
    public async Task Rights_are_asked_for_exactly()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var connection = await ns.ConnectAsAsync(["""{"apiGroups":["apps"],"resources":["deployments"],"verbs":["patch"],"resourceNames":["web"]}"""], Token);
        var client = cluster.NewClient(connection);

        (await client.CheckAccessAsync(new AccessRequest("patch", "apps", "deployments", Namespace: ns.Name, Name: "web"), Token)).IsAllowed.ShouldBeTrue();
        (await client.CheckAccessAsync(new AccessRequest("patch", "apps", "deployments", Namespace: ns.Name), Token)).IsAllowed.ShouldBeFalse();
        (await client.CheckAccessAsync(new AccessRequest("patch", "apps", "deployments", "status", ns.Name, "web"), Token)).IsAllowed.ShouldBeFalse();

        var thrown = await Should.ThrowAsync<ClusterException>(() => client.ListAsync(KnownResources.Pods, ns.Name, null, Token));
        thrown.Failure.ShouldBe(ClusterFailure.Forbidden);
        thrown.Detail.ShouldContain("cannot list resource \"pods\"");
    }

    [Fact(Timeout = Limit)]
    public async Task A_Lease_is_taken_once_and_renewed_by_its_version()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        var wanted = new Lease(ns.Name, "deploy") { Holder = "run 1", Duration = TimeSpan.FromSeconds(60), Renewed = DateTimeOffset.UtcNow, Annotations = new Dictionary<string, string> { ["commit"] = "abc" } };
        (await ns.Client.GetLeaseAsync(ns.Name, "deploy", Token)).ShouldBeNull();

        var taken = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => ns.Client.CreateLeaseAsync(wanted with { Holder = $"run {i}" }, Token)));

        var lease = taken.Single(l => l is not null)!;
        var read = (await ns.Client.GetLeaseAsync(ns.Name, "deploy", Token))!;
        (read.Holder, read.Annotations["commit"], read.Duration).ShouldBe((lease.Holder, "abc", wanted.Duration));

        var renewed = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => ns.Client.UpdateLeaseAsync(read with { Transitions = i + 1 }, Token)));
        renewed.Count(l => l is not null).ShouldBe(1);

        await ns.Client.DeleteAsync(KnownResources.Leases.Object(ns.Name, "deploy"), null, Token);
        (await ns.Client.UpdateLeaseAsync(renewed.Single(l => l is not null)!, Token)).ShouldBeNull();
        (await Should.ThrowAsync<ClusterException>(() => ns.Client.CreateLeaseAsync(wanted with { Namespace = "not-there" }, Token))).Failure.ShouldBe(ClusterFailure.NotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task Logs_of_a_Pod_without_a_node_are_refused_with_a_reason()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateDeploymentAsync("web", 1, Token);
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Token))[0];

        var thrown = await Should.ThrowAsync<ClusterException>(() => ns.Client.GetLogsAsync(ns.Name, pod.Name, new LogOptions { Container = "nothing" }, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Invalid);
        thrown.Detail.ShouldContain("container nothing is not valid for pod");
    }

    [Fact(Timeout = Limit)]
    public async Task A_service_without_endpoints_answers_503()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"ports":[{"name":"http","port":80}],"selector":{"app":"web"}}}""", Token);

        var endpoints = (await ns.Client.DiscoverAsync(Token)).Find("v1", "Endpoints")!;
        await ns.WaitAsync(endpoints, null, all => all.Count == 1, Token);

        var answer = await ns.Client.GetFromServiceAsync(ns.Name, "web:http", "/healthz?full=1", 4096, Token);

        answer.StatusCode.ShouldBe(503);
        answer.Body.ShouldContain("no endpoints available");
    }

    [Fact(Timeout = Limit)]
    public async Task The_kubelet_that_is_played_makes_a_Deployment_available()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateDeploymentAsync("web", 2, Token);
        foreach (var pod in await ns.WaitForPodsAsync("app=web", 2, Token))
            await ns.Kubelet.ReadyAsync(pod, Token);

        await ns.WaitAsync(KnownResources.Deployments, null, all => all.Any(d => (int?)d.Status?["availableReplicas"] == 2), Token);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_state_that_the_kubelet_plays_is_accepted_by_the_server()
    {
        var ns = await cluster.CreateNamespaceAsync(Token);
        await ns.CreateDeploymentAsync("web", 1, Token);
        var pod = (await ns.WaitForPodsAsync("app=web", 1, Token))[0];
        var kubelet = ns.Kubelet;

        await kubelet.UnschedulableAsync(pod, "0/3 nodes are available: 3 Insufficient memory.", Token);
        (await Reason(["conditions", "0", "reason"])).ShouldBe("Unschedulable");
        await kubelet.ImagePullBackOffAsync(pod, Token);
        (await Reason(["containerStatuses", "0", "state", "waiting", "reason"])).ShouldBe("ImagePullBackOff");
        await kubelet.CrashLoopAsync(pod, 2, 3, Token);
        (await Reason(["containerStatuses", "0", "state", "waiting", "reason"])).ShouldBe("CrashLoopBackOff");
        await kubelet.OutOfMemoryAsync(pod, 4, Token);
        (await Reason(["containerStatuses", "0", "lastState", "terminated", "reason"])).ShouldBe("OOMKilled");
        await kubelet.InitCrashLoopAsync(pod, "init", 1, 1, Token);
        (await Reason(["initContainerStatuses", "0", "state", "waiting", "reason"])).ShouldBe("CrashLoopBackOff");
        await kubelet.NotReadyAsync(pod, Token);
        (await Reason(["phase"])).ShouldBe("Running");

        async Task<string?> Reason(string[] path)
        {
            JsonNode? node = (await ns.Client.GetAsync(KnownResources.Pods.Object(ns.Name, pod.Name), Token))!.Status;
            foreach (var step in path)
                node = node is JsonArray array ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node?[step];
            return node?.GetValue<string>();
        }
    }

    private static JsonObject Settings(TestNamespace ns, string data) =>
        Json.Object($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"{{{ns.Name}}}"},"data":{{{data}}}}""");
}
