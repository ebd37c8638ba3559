using Actions.AccountReview.Inventory;
using Actions.AccountReview.Upgrades;
using Actions.Shared.Findings;
using Actions.Shared.Validation.Schemas;

namespace Actions.AccountReview.Tests;

public class UpgradeSpecs
{
    [Fact]
    public void The_way_goes_one_minor_release_at_a_time_to_the_newest_patch_of_each()
    {
        var plan = Plan(Versions(new Facts()).With(CloudKinds.Cluster, "{'id':'c','name':'shop','version':'1.33.2','status':'ready','cni':'cilium'}"));

        plan.Hops.Select(h => h.Version).ShouldBe(["1.34.6", "1.35.3", "1.36.1"]);
        plan.Hops.ShouldAllBe(h => h.Blockers.Count == 0);
        plan.EndOfLifeAt!.Value.Date.ShouldBe(new DateTime(2026, 11, 29));
        UpgradeReport.Headline(plan).ShouldBe("3 steps to 1.36.1");
        plan.Notes.ShouldBe(["The patch 1.33.4 can be installed at once."]);
    }

    [Fact]
    public void A_cluster_with_the_newest_version_has_nowhere_to_go() =>
        UpgradeReport.Headline(Plan(Versions(new Facts()).With(CloudKinds.Cluster, "{'id':'c','name':'shop','version':'1.36.1'}"))).ShouldBe("nothing to upgrade to");

    [Fact]
    public void A_release_that_is_not_offered_ends_the_way()
    {
        var facts = new Facts().With(CloudKinds.ClusterVersion, "{'name':'1.34.1'}").With(CloudKinds.ClusterVersion, "{'name':'1.36.1'}").With(CloudKinds.Cluster, "{'id':'c','name':'shop','version':'1.33.2'}");

        Plan(facts).Hops.Select(h => h.Version).ShouldBe(["1.34.1"]);
    }

    [Fact]
    public void What_is_in_the_way_is_told_at_the_step_that_it_stops()
    {
        var manifests = new[]
        {
            new ManifestObject("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "FlowSchema fair", new SourceLocation("k8s/flow.yaml", new TextRegion(3, 1, 9, 1))),
            new ManifestObject("policy/v1beta1", "PodDisruptionBudget", "PodDisruptionBudget web", new SourceLocation("k8s/pdb.yaml")),
            new ManifestObject("apps/v1", "Deployment", "Deployment web", new SourceLocation("k8s/web.yaml")),
        };
        var facts = new Facts()
            .With(CloudKinds.ClusterVersion, "{'name':'1.31.4','available_cnis':['cilium','calico']}")
            .With(CloudKinds.ClusterVersion, "{'name':'1.32.3','available_cnis':['cilium']}")
            .With(CloudKinds.Cluster, "{'id':'c','name':'shop','version':'1.31.2','status':'updating','cni':'calico'}")
            .With(CloudKinds.Pool, "{'id':'p','name':'old','version':'1.28.0','size':3,'node_type':'pro2_s','zone':'fr-par-1','upgrade_policy':{'max_surge':1}}", parent: "c")
            .Priced("PRO2-S", 73m);

        var plan = Plan(facts, manifests);

        plan.Hops.Single().Blockers.Select(b => b.Text).ShouldBe(
        [
            "The cluster is updating: wait until it is ready.",
            "The network plugin calico is not available in 1.32.3.",
            "The pool old has 1.28.0, more than 3 releases behind: upgrade it to 1.31 first.",
            "FlowSchema fair uses flowcontrol.apiserver.k8s.io/v1beta3, which 1.32 does not serve: use flowcontrol.apiserver.k8s.io/v1.",
            "PodDisruptionBudget web uses policy/v1beta1, which not even 1.31 serves: use policy/v1.",
        ]);
        plan.IsBlocked.ShouldBeTrue();
        plan.Pools.Single().ShouldBe(new PoolUpgrade("old", "1.28.0", 3, 1, 0.1m));
        UpgradeReport.Markdown([plan]).ShouldContain("`k8s/flow.yaml:3:1`");
    }

    [Fact]
    public void What_could_not_be_read_is_told_in_the_plan() =>
        Plan(new Facts().Without(CloudKinds.ClusterVersion, "fr-par").With(CloudKinds.Cluster, "{'id':'c','name':'shop','version':'1.33.2'}")).Notes.ShouldHaveSingleItem().ShouldContain("not complete");

    [Fact]
    public void A_target_ends_the_way() =>
        Plan(Versions(new Facts()).With(CloudKinds.Cluster, "{'id':'c','name':'shop','version':'1.33.2'}"), target: new KubernetesVersion(1, 35)).Hops.Select(h => h.Version).ShouldBe(["1.34.6", "1.35.3"]);

    [Fact]
    public void Manifests_alone_are_checked_against_a_version()
    {
        var manifests = ManifestObjects.None with
        {
            Objects =
            [
                new ManifestObject("policy/v1beta1", "PodDisruptionBudget", "PodDisruptionBudget web", new SourceLocation("k8s/pdb.yaml")),
                new ManifestObject("apps/v1", "Deployment", "Deployment web", new SourceLocation("k8s/web.yaml")),
            ],
            Unread = [new UpgradeBlocker("What it holds is not known: helm is not on PATH.", new SourceLocation("k8s/chart/Chart.yaml"))],
        };

        var plan = UpgradePlanner.Check(manifests, new KubernetesVersion(1, 25));

        plan.Hops.Single().Blockers.Select(b => b.Text).ShouldBe(
            ["PodDisruptionBudget web uses policy/v1beta1, which 1.25 does not serve: use policy/v1.", "What it holds is not known: helm is not on PATH."]);
        (plan.IsBlocked, UpgradeReport.Headline(plan)).ShouldBe((true, "2 in the way of 1.25"));
        UpgradePlanner.Check(manifests with { Unread = [] }, new KubernetesVersion(1, 24)).IsBlocked.ShouldBeFalse();
    }

    [Fact]
    public void A_version_that_nobody_knows_yet_is_told_as_such() =>
        UpgradePlanner.Check(ManifestObjects.None with { Objects = [new ManifestObject("v1", "Pod", "Pod a", new SourceLocation("a.yaml"))] }, KubernetesVersion.Latest with { Minor = KubernetesVersion.Latest.Minor + 2 })
            .Notes.ShouldHaveSingleItem().ShouldContain($"up to {KubernetesVersion.Latest} only");

    private static Facts Versions(Facts facts) => facts
        .With(CloudKinds.ClusterVersion, "{'name':'1.33.4','deprecated_at':@-56,'end_of_life_at':@5}")
        .With(CloudKinds.ClusterVersion, "{'name':'1.34.2'}").With(CloudKinds.ClusterVersion, "{'name':'1.34.6'}")
        .With(CloudKinds.ClusterVersion, "{'name':'1.35.3'}").With(CloudKinds.ClusterVersion, "{'name':'1.36.1'}");

    private static UpgradePlan Plan(Facts facts, IReadOnlyList<ManifestObject>? manifests = null, KubernetesVersion? target = null) =>
        UpgradePlanner.Plan(facts.Inventory(), ManifestObjects.None with { Objects = manifests ?? [] }, target).Single();
}
