using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Planning;
using ClusterFixture;
using static Cluster.Tests.Deployments.Deployer;
using static Cluster.Tests.Deployments.Manifests;

namespace Cluster.Tests.Deployments;

/// <summary>What is planned without dry runs is what dry runs say, with fewer requests (ADR 13).</summary>
public class SparingSpecs(ControlPlane cluster)
{
    private static readonly string[] Many = [.. Enumerable.Range(0, 10).Select(i => Settings.Replace("name: settings", $"name: settings-{i}"))];

    [Fact]
    public async Task What_is_not_there_costs_one_request_and_what_is_as_it_was_left_costs_none()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation), cluster.NewClient(await cluster.ConnectionAsync())) { SparesDryRuns = true };

        var first = await deployer.DeployAsync(Many);
        var (lists, applies) = (Count(deployer, "list"), Count(deployer, "apply"));
        var again = await deployer.DeployAsync(Many);

        first.Plan.Items.ShouldAllBe(i => i.Action == PlannedAction.Create && i.IsUnchecked);
        first.Results.ShouldAllBe(r => r.Outcome == ObjectOutcome.Created);
        lists.ShouldBe(1);
        again.Plan.Items.ShouldAllBe(i => i.Action == PlannedAction.Unchanged && i.Live != null && !i.NeedsApply);

        // The state of the application is applied at the end of each.
        (applies, Count(deployer, "apply")).ShouldBe((Many.Length + 1, Many.Length + 2));
        (Count(deployer, "list"), Count(deployer, "dry-run")).ShouldBe((2, 0));
    }

    [Fact]
    public async Task The_plan_is_the_same_as_with_dry_runs_and_its_digest_too()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await new Deployer(ns) { SparesDryRuns = true }.DeployAsync([.. Many[..6], Web, Credentials]);
        var deployer = new Deployer(ns);
        await deployer.PatchAsync("v1", "ConfigMap", "settings-1", """{"data":{"theirs":"x"}}""", "somebody");
        await deployer.PatchAsync("v1", "ConfigMap", "settings-2", """{"metadata":{"labels":{"applyset.kubernetes.io/part-of":null}}}""", "somebody");
        string[] wanted = [.. Many[1..], Web.Replace("web:1", "web:2"), Credentials, Settings];

        var full = await deployer.PlanAsync(wanted);
        var spared = await new Deployer(ns) { SparesDryRuns = true }.PlanAsync(wanted);

        spared.Digest.ShouldBe(full.Digest);
        spared.Items.Select(i => $"{i.Action} {i.Key.Name}").ShouldBe(full.Items.Select(i => $"{i.Action} {i.Key.Name}"));
        spared.Items.Select(i => i.Changes.Count).ShouldBe(full.Items.Select(i => i.Changes.Count));
        spared.Count(PlannedAction.Update).ShouldBe(2);
    }

    [Fact]
    public async Task What_somebody_changed_is_asked_for()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation)) { SparesDryRuns = true };
        await deployer.DeployAsync([.. Many, Web]);
        await deployer.PatchAsync("v1", "ConfigMap", "settings-3", """{"data":{"level":"debug"}}""", "somebody");
        await deployer.PatchAsync("v1", "ConfigMap", "settings-4", """{"data":{"level":null}}""", "somebody");
        await deployer.PatchAsync("apps/v1", "Deployment", "web", """{"spec":{"replicas":5}}""", "kube-controller-manager");

        var plan = await deployer.PlanAsync([.. Many, Web]);

        plan.Items.Where(i => i.Action != PlannedAction.Unchanged).Select(i => $"{i.Action} {i.Key.Name}").ShouldBe(["Conflict settings-3", "Update settings-4"]);
        plan.Items.Single(i => i.Key.Name == "web").Conflicts.ShouldHaveSingleItem().Decision.ShouldBe(ConflictDecision.Yield);
    }

    [Fact]
    public async Task What_somebody_else_made_is_compared_and_not_taken_for_missing()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await ns.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings-7"},"data":{"level":"error"}}""", Cancellation);

        var plan = await new Deployer(ns) { SparesDryRuns = true }.PlanAsync(Many);

        plan.Items.Single(i => i.Key.Name == "settings-7").Action.ShouldBe(PlannedAction.Conflict);
        plan.Items.Count(i => i.IsUnchecked).ShouldBe(9);
    }

    [Fact]
    public async Task A_refusal_comes_before_anything_that_was_there_is_changed()
    {
        var deployer = new Deployer(await cluster.CreateNamespaceAsync(Cancellation)) { SparesDryRuns = true };
        await deployer.DeployAsync(Web, Settings);
        string[] many = [.. Many[..5], Settings.Replace("name: settings", "name: Not_a_name"), Settings.Replace("info", "debug"), Web.Replace("web:1", "web:2")];

        var journal = await deployer.DeployAsync(many);

        var refused = journal.Failures.ShouldHaveSingleItem();
        refused.Item.Key.Name.ShouldBe("Not_a_name");
        journal.Results.Where(r => r.Item.Action == PlannedAction.Update).Select(r => r.Outcome).ShouldBe([ObjectOutcome.NotReached, ObjectOutcome.NotReached]);
        (await deployer.GetAsync("v1", "ConfigMap", "settings"))!.Body["data"]!["level"]!.GetValue<string>().ShouldBe("info");

        await deployer.RestoreAsync(journal);
        (await deployer.Client.ListAsync(KnownResources.ConfigMaps, journal.Results[0].Item.Key.Namespace, null, Cancellation)).Items.Count(c => c.Name.StartsWith("settings-", StringComparison.Ordinal)).ShouldBe(0);
    }

    [Fact]
    public async Task Where_many_others_are_the_list_is_given_up()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var client = cluster.NewClient(await cluster.ConnectionAsync(), new ClusterClientOptions { UserAgent = "test", PageSize = 20 });
        foreach (var i in Enumerable.Range(0, 45))
        {
            await ns.CreateAsync($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"other-{{{i}}}"}}""", Cancellation);
        }

        var deployer = new Deployer(ns, client) { SparesDryRuns = true };
        var plan = await deployer.PlanAsync(Many[..4]);

        plan.Items.ShouldAllBe(i => i.Action == PlannedAction.Create && !i.IsUnchecked);
        (Count(deployer, "list"), Count(deployer, "dry-run")).ShouldBe((2, 4));
    }

    [Fact]
    public async Task Without_the_right_to_list_everything_is_asked_for()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var account = cluster.NewClient(await ns.ConnectAsAsync(["""{"apiGroups":[""],"resources":["configmaps","secrets"],"verbs":["get","patch","create"]}"""], Cancellation));

        var plan = await new Deployer(ns, account) { SparesDryRuns = true }.PlanAsync(Many);

        plan.Items.ShouldAllBe(i => i.Action == PlannedAction.Create && !i.IsUnchecked);
    }

    private static int Count(Deployer deployer, string verb) => deployer.Client.Requests.ByVerb.FirstOrDefault(p => p.Key == verb).Value;
}
