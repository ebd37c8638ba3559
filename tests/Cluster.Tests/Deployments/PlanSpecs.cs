using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Planning;
using ClusterFixture;
using static Cluster.Tests.Deployments.Deployer;
using static Cluster.Tests.Deployments.Manifests;

namespace Cluster.Tests.Deployments;

/// <summary>What a plan says, by a real API server.</summary>
public class PlanSpecs(ControlPlane cluster)
{
    [Fact]
    public async Task What_is_not_there_is_created_and_then_unchanged()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));

        Actions(await deployer.PlanAsync(Settings, Credentials, Web)).ShouldBe("Create Secret credentials, Create ConfigMap settings, Create Deployment web".Split(", "), ignoreOrder: true);
        await deployer.DeployAsync(Settings, Credentials, Web);
        var again = await deployer.PlanAsync(Settings, Credentials, Web);

        again.HasChanges.ShouldBeFalse();
        again.Items.ShouldAllBe(i => i.Action == PlannedAction.Unchanged && !i.NeedsApply);
    }

    [Fact]
    public async Task A_change_is_told_field_by_field_and_a_removed_field_too()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        await deployer.DeployAsync(Settings, Web);

        var plan = await deployer.PlanAsync(Settings.Replace("colour: blue", "size: large"), Web.Replace("web:1", "web:2"));

        plan.Items.Single(i => i.Key.Name == "settings").Changes.Select(c => $"{c.Kind} {c.Field} {c.Before}{c.After}").ShouldBe(["Removed data.colour blue", "Added data.size large"]);
        var web = plan.Items.Single(i => i.Key.Name == "web");
        web.Changes.ShouldHaveSingleItem().Field.ShouldBe("spec.template.spec.containers[name=\"web\"].image");
        web.RestartsPods.ShouldBeTrue();
    }

    [Fact]
    public async Task A_change_of_a_secret_shows_no_value()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        await deployer.DeployAsync(Credentials);

        var item = (await deployer.PlanAsync(Credentials.Replace("canary-one", "canary-two"))).Items.Single();

        item.Action.ShouldBe(PlannedAction.Update);
        item.Changes.ShouldNotBeEmpty();
        item.Changes.ShouldAllBe(c => c.IsSecret && c.Before == null && c.After == null);
    }

    [Fact]
    public async Task The_digest_is_the_same_until_the_manifests_or_the_cluster_change()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        await deployer.DeployAsync(Settings, Credentials);
        string[] wanted = [Settings.Replace("info", "debug"), Credentials.Replace("canary-one", "canary-two")];

        var digest = (await deployer.PlanAsync(wanted)).Digest;

        (await deployer.PlanAsync(wanted)).Digest.ShouldBe(digest);
        (await deployer.PlanAsync(wanted[0], Credentials.Replace("canary-one", "canary-three"))).Digest.ShouldNotBe(digest);
        await deployer.PatchAsync("v1", "ConfigMap", "settings", """{"data":{"level":"warning"}}""", "somebody");
        (await deployer.PlanAsync(wanted)).Digest.ShouldNotBe(digest);
    }

    [Fact]
    public async Task A_field_that_somebody_else_set_is_a_conflict_until_it_is_forced()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var deployer = new Deployer(ns);
        await deployer.DeployAsync(Settings);
        await deployer.PatchAsync("v1", "ConfigMap", "settings", """{"data":{"level":"debug"}}""", "somebody");

        var item = (await deployer.PlanAsync(Settings)).Items.Single();
        var forced = (await new Deployer(ns, null, "ConfigMap/settings:data.level").PlanAsync(Settings)).Items.Single();

        item.Action.ShouldBe(PlannedAction.Conflict);
        item.Conflicts.ShouldBe([new FieldConflict("data.level", "somebody", "\"debug\"", "\"info\"", ConflictDecision.Unresolved)]);
        forced.Action.ShouldBe(PlannedAction.Update);
        forced.Force.ShouldBeTrue();
    }

    [Fact]
    public async Task Replicas_that_an_autoscaler_set_stay_and_the_rest_is_applied()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        await deployer.DeployAsync(Web);
        await deployer.PatchAsync("apps/v1", "Deployment", "web", """{"spec":{"replicas":5}}""", "kube-controller-manager");

        var journal = await deployer.DeployAsync(Web.Replace("web:1", "web:2"));

        journal.Plan.Items.Single().Conflicts.ShouldHaveSingleItem().Decision.ShouldBe(ConflictDecision.Yield);
        var live = (await deployer.GetAsync("apps/v1", "Deployment", "web"))!;
        live.Spec!["replicas"]!.GetValue<int>().ShouldBe(5);
        live.Spec["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe("registry.example.com/web:2");
    }

    [Fact]
    public async Task What_client_side_apply_wrote_is_taken_over_and_what_it_alone_had_goes_away()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var deployer = new Deployer(ns);
        var resource = (await deployer.Client.DiscoverAsync(Cancellation)).Find("v1", "ConfigMap")!;
        var old = Read(Settings.Replace("colour: blue", "colour: blue, old: gone")).Body;
        old["metadata"]!["namespace"] = ns.Name;
        await deployer.Client.CreateAsync(resource, ns.Name, old, new() { FieldManager = "kubectl-client-side-apply" }, Cancellation);

        var plan = await deployer.PlanAsync(Settings.Replace("info", "debug"));
        await deployer.DeployAsync(Settings.Replace("info", "debug"));

        plan.Items.Single().Changes.Select(c => $"{c.Kind} {c.Field}").Where(c => c.Contains(" data.")).ShouldBe(["Changed data.level", "Removed data.old"]);
        (await deployer.GetAsync("v1", "ConfigMap", "settings"))!.Body["data"]!.ToJsonString().ShouldBe("""{"colour":"blue","level":"debug"}""");
        (await deployer.PlanAsync(Settings.Replace("info", "debug"))).Items.Single().NeedsApply.ShouldBeFalse();
    }

    [Fact]
    public async Task A_field_that_cannot_be_changed_is_refused_for_a_deployment_and_recreates_a_job()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));
        var before = (await deployer.DeployAsync(Web, Migration)).Results.Single(r => r.Item.Key.Kind == "Job").Object!.Uid;

        var plan = await deployer.PlanAsync(Web.Replace("app: web", "app: other"), Migration.Replace("web:1", "web:2"));

        var web = plan.Items.Single(i => i.Key.Kind == "Deployment");
        web.Action.ShouldBe(PlannedAction.Refused);
        web.Problem.ShouldStartWith("A field of it cannot be changed once it is there: spec.selector");
        web.ProblemField.ShouldBe("spec.selector");
        plan.Items.Single(i => i.Key.Kind == "Job").Action.ShouldBe(PlannedAction.Recreate);

        var journal = await deployer.DeployAsync(Web, Migration.Replace("web:1", "web:2"));
        var job = journal.Results.Single(r => r.Item.Key.Kind == "Job");
        job.Outcome.ShouldBe(ObjectOutcome.Recreated);
        job.Object!.Uid.ShouldNotBe(before);
    }

    [Fact]
    public async Task One_object_that_is_refused_does_not_hide_the_others()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var deployer = new Deployer(ns);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"small"},"spec":{"hard":{"services":"0"}}}""", Cancellation);
        await ns.WaitAsync((await ns.Client.DiscoverAsync(Cancellation)).Find("v1", "ResourceQuota")!, null, q => q.Any(x => x.Status?["hard"] is not null), Cancellation);

        var plan = await deployer.PlanAsync(
            Settings,
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}",
            "apiVersion: example.com/v1\nkind: Unknown\nmetadata: {name: thing}",
            Web.Replace("replicas: 2", "replicas: -1"));

        plan.Items.Single(i => i.Key.Name == "settings").Action.ShouldBe(PlannedAction.Create);
        plan.Items.Single(i => i.Key.Kind == "Service").Problem.ShouldContain("exceeded quota: small");
        plan.Items.Single(i => i.Key.Kind == "Unknown").Problem.ShouldBe("The cluster does not serve example.com/v1 Unknown: its CustomResourceDefinition is neither in the cluster nor among the manifests");
        var web = plan.Items.Single(i => i.Key.Kind == "Deployment");
        (web.Problem, web.ProblemField).ShouldBe(("spec.replicas: Invalid value: -1: must be greater than or equal to 0", "spec.replicas"));
    }

    [Fact]
    public async Task A_field_that_the_cluster_does_not_know_is_named()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));

        var item = (await deployer.PlanAsync(Web.Replace("schedulerName: nobody", "schedulerName: nobody\n      hostColour: red"))).Items.Single();

        (item.Action, item.Problem, item.ProblemField).ShouldBe(
            (PlannedAction.Refused, "spec.template.spec.hostColour: this cluster does not know the field", "spec.template.spec.hostColour"));
    }

    [Fact]
    public async Task A_namespace_that_is_nowhere_is_named()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation));

        var item = (await deployer.PlanAsync(Settings.Replace("name: settings", "name: settings, namespace: nowhere-at-all"))).Items.Single();

        item.Action.ShouldBe(PlannedAction.Refused);
        item.Problem.ShouldBe("namespaces \"nowhere-at-all\" not found: create namespace nowhere-at-all first, or add it to the manifests");
    }

    private static IEnumerable<string> Actions(DeploymentPlan plan) => plan.Items.Select(i => $"{i.Action} {i.Key.Kind} {i.Key.Name}");
}
