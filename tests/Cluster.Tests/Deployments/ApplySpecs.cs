using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using ClusterFixture;
using static Cluster.Tests.Deployments.Deployer;
using static Cluster.Tests.Deployments.Manifests;

namespace Cluster.Tests.Deployments;

/// <summary>What an apply, its taking back and pruning do to a real cluster.</summary>
public class ApplySpecs(ControlPlane cluster)
{
    [Fact]
    public async Task Every_object_is_a_member_of_the_apply_set()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var deployer = new Deployer(ns);

        await deployer.DeployAsync(Settings, Web);

        (await deployer.GetAsync("v1", "ConfigMap", "settings"))!.Metadata!["labels"]![ApplySet.MemberLabel]!.GetValue<string>().ShouldBe(deployer.Store.SetId);
        var parent = (await deployer.GetAsync("v1", "Secret", "deploy-k8s-shop"))!;
        parent.Metadata!["labels"]![ApplySet.IdLabel]!.GetValue<string>().ShouldBe(ApplySet.IdOf(new ObjectKey("", "Secret", ns.Name, "deploy-k8s-shop")));
        parent.Metadata["annotations"]![ApplySet.KindsAnnotation]!.GetValue<string>().ShouldBe("ConfigMap,Deployment.apps");
    }

    [Fact]
    public async Task A_definition_and_its_objects_and_a_namespace_and_what_is_in_it_come_together()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        var id = Guid.NewGuid().ToString("N")[..8];
        var definition =
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
                    openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """;
        var widget = $"apiVersion: g{id}.example.com/v1\nkind: Widget\nmetadata: {{name: one}}\nspec: {{size: 1}}";
        var space = $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: space-{id}}}";
        var inside = Settings.Replace("name: settings", $"name: settings, namespace: space-{id}");

        var journal = await deployer.DeployAsync(widget, inside, definition, space);

        journal.Plan.Items.Select(i => i.Action).ShouldAllBe(a => a == PlannedAction.Create);
        journal.Plan.Items.Single(i => i.Key.Kind == "Widget").Notes.ShouldBe(["Not checked by the cluster yet, because its CustomResourceDefinition comes with it."]);
        journal.Plan.Items.Single(i => i.Key.Name == "settings").Notes.ShouldBe([$"Not checked by the cluster yet, because its namespace space-{id} comes with it."]);
        journal.Results.Select(r => r.Outcome).ShouldAllBe(o => o == ObjectOutcome.Created);
    }

    [Fact]
    public async Task Taking_back_restores_our_fields_deletes_what_is_new_and_leaves_others_alone()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        await deployer.DeployAsync(Settings, Credentials);
        await deployer.PatchAsync("v1", "ConfigMap", "settings", """{"data":{"theirs":"before"}}""", "somebody");
        var password = (await deployer.GetAsync("v1", "Secret", "credentials"))!.Body["data"]!["password"]!.GetValue<string>();

        var journal = await deployer.DeployAsync(
            Settings.Replace("colour: blue", "size: large").Replace("info", "debug"), Credentials.Replace("canary-one", "canary-two"), Web);
        await deployer.PatchAsync("v1", "ConfigMap", "settings", """{"data":{"theirs":"meanwhile"}}""", "somebody");
        await deployer.RestoreAsync(journal);

        (await deployer.GetAsync("v1", "ConfigMap", "settings"))!.Body["data"]!.ToJsonString().ShouldBe("""{"colour":"blue","level":"info","theirs":"meanwhile"}""");
        (await deployer.GetAsync("v1", "Secret", "credentials"))!.Body["data"]!["password"]!.GetValue<string>().ShouldBe(password);
        (await deployer.GetAsync("apps/v1", "Deployment", "web")).ShouldBeNull();
        journal.Results.Select(r => $"{r.Item.Key.Name} {r.Outcome}").ShouldBe(["credentials Restored", "settings Restored", "web RemovedAgain"], ignoreOrder: true);
    }

    [Fact]
    public async Task Taking_back_gives_an_object_of_somebody_else_its_values_again()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var deployer = new Deployer(ns);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"},"data":{"level":"error","other":"x"}}""", Cancellation);

        var journal = await new Deployer(ns, null, "*").DeployAsync(Settings);
        (await deployer.GetAsync("v1", "ConfigMap", "settings"))!.Body["data"]!["level"]!.GetValue<string>().ShouldBe("info");
        await deployer.RestoreAsync(journal);

        var live = (await deployer.GetAsync("v1", "ConfigMap", "settings"))!;
        live.Body["data"]!.ToJsonString().ShouldBe("""{"level":"error","other":"x"}""");
        live.Metadata!["labels"].ShouldBeNull();
    }

    [Fact]
    public async Task Volumes_and_namespaces_that_were_made_stay()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        var journal = await deployer.DeployAsync(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");

        await deployer.RestoreAsync(journal);

        journal.Results.Single().Outcome.ShouldBe(ObjectOutcome.NotRestored);
        journal.Results.Single().Message.ShouldBe("It was made by this deployment and stays, because it holds data.");
        (await deployer.GetAsync("v1", "PersistentVolumeClaim", "data")).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_manifests_no_longer_have_is_deleted_if_it_is_surely_ours()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation)) { Prune = new PrunePolicy(10, 100) };
        string[] all = [Settings, .. "gone kept foreign again".Split(' ').Select(n => Settings.Replace("name: settings", $"name: {n}"))];
        await deployer.DeployAsync(all);
        await deployer.PatchAsync("v1", "ConfigMap", "kept", """{"metadata":{"annotations":{"deploy-k8s/keep":"true"}}}""", "somebody");
        await deployer.PatchAsync("v1", "ConfigMap", "foreign", """{"metadata":{"labels":{"applyset.kubernetes.io/part-of":null}}}""", "somebody");
        var resource = (await deployer.Client.DiscoverAsync(Cancellation)).Find("v1", "ConfigMap")!;
        var again = (await deployer.GetAsync("v1", "ConfigMap", "again"))!;
        await deployer.Client.DeleteAsync(resource.Object(again.Namespace, "again"), null, Cancellation);
        var copy = Read(Settings).Body;
        copy["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "again", ["namespace"] = again.Namespace, ["labels"] = again.Metadata!["labels"]!.DeepClone() };
        await deployer.Client.CreateAsync(resource, again.Namespace, copy, null, Cancellation);

        var journal = await deployer.DeployAsync(Settings);

        journal.Results.Where(r => r.Item.Key.Name != "settings").Select(r => $"{r.Item.Key.Name} {r.Item.Action}").ShouldBe(
            ["again Unchanged", "foreign Unchanged", "gone Delete", "kept Unchanged"], ignoreOrder: true);
        (await deployer.GetAsync("v1", "ConfigMap", "gone")).ShouldBeNull();
        foreach (var name in new[] { "kept", "foreign", "again" }) (await deployer.GetAsync("v1", "ConfigMap", name)).ShouldNotBeNull(name);
    }

    [Fact]
    public async Task After_an_object_that_is_not_taken_nothing_else_is_started()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var deployer = new Deployer(ns);
        var plan = await deployer.PlanAsync(Settings, Web);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"},"data":{"level":"error"},"immutable":true}""", Cancellation);

        var journal = new DeploymentJournal(plan);
        var applied = await new ClusterApplier(deployer.Client, new ApplySettings { SetId = deployer.Store.SetId }, journal, TimeProvider.System).ApplyAsync(Cancellation);

        applied.ShouldBeFalse();
        journal.Results.Select(r => $"{r.Item.Key.Name} {r.Outcome}").ShouldBe(["settings Failed", "web NotReached"]);
        journal.HasChanged.ShouldBeFalse();
    }

    [Fact]
    public async Task Releases_are_kept_for_a_while_and_read_again()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        for (var number = 1; number <= 7; number++)
        {
            (await deployer.Store.StoreAsync(new Release(number, new DeploymentTrace { Run = $"run {number}" }, DateTimeOffset.UnixEpoch, [Read(Credentials)]), Cancellation)).ShouldBeTrue();
        }

        (await deployer.Store.NumbersAsync(Cancellation)).ShouldBe([3, 4, 5, 6, 7]);
        var release = await deployer.Store.ReadReleaseAsync(6, Cancellation);
        release.Trace.Run.ShouldBe("run 6");
        release.Objects.Single().Body["stringData"]!["password"]!.GetValue<string>().ShouldBe("canary-one");
        (await Should.ThrowAsync<Actions.Shared.ActionException>(() => deployer.Store.ReadReleaseAsync(1, Cancellation))).Detail.ShouldContain("3, 4, 5, 6, 7");
    }
}
