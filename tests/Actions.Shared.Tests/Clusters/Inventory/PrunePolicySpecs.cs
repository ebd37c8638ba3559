using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Tests.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Inventory;

public class PrunePolicySpecs
{
    private const string Ours = "{apiVersion: v1, kind: KIND, metadata: {name: a, namespace: n, uid: u1, labels: {applyset.kubernetes.io/part-of: set}, annotations: {ANNOTATIONS}}}";

    [Theory]
    [InlineData("ConfigMap", "u1", "set", "", null)]
    [InlineData("ConfigMap", null, "set", "", null)]
    [InlineData("ConfigMap", "u2", "set", "", "not the object that was deployed")]
    [InlineData("ConfigMap", "u1", "other", "", "another application")]
    [InlineData("ConfigMap", "u1", "set", "deploy-k8s/keep: 'true'", "deploy-k8s/keep")]
    [InlineData("PersistentVolumeClaim", "u1", "set", "", "holds data")]
    [InlineData("Namespace", "u1", "set", "", "everything in it")]
    public void Only_what_is_surely_ours_and_holds_nothing_goes(string kind, string? uid, string set, string annotations, string? reason)
    {
        var live = Objects.Read(Ours.Replace("KIND", kind).Replace("ANNOTATIONS", annotations));

        var kept = PrunePolicy.Keeps(ObjectKey.Of(live), live, uid, set);

        if (reason is null) kept.ShouldBeNull();
        else kept.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void An_object_whose_label_was_removed_stays()
    {
        var live = Objects.Read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, uid: u1}}");

        PrunePolicy.Keeps(ObjectKey.Of(live), live, "u1", "set").ShouldBe("Kept, because somebody removed the label that says it is ours.");
    }

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(4, 4, false)]
    [InlineData(2, 5, false)]
    [InlineData(3, 5, true)]
    [InlineData(10, 100, false)]
    [InlineData(11, 100, true)]
    public void A_mistake_does_not_delete_half_an_application(int count, int before, bool refused)
    {
        var policy = new PrunePolicy(MaxObjects: 10, MaxPercent: 50);

        if (refused) Should.Throw<ActionException>(() => policy.Check(count, before)).ExitCode.ShouldBe(ExitCode.Findings);
        else policy.Check(count, before);
    }
}
