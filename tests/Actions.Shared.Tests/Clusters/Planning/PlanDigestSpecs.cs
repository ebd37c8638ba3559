using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Planning;

public class PlanDigestSpecs
{
    private const string Live = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: n, uid: u1}, data: {k: old}}";
    private const string Wanted = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: n}, data: {k: new}}";
    private const string Secret = "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: n}, data: {k: bmV3}}";

    [Fact]
    public void The_same_changes_give_the_same_digest_whatever_the_order_and_the_unchanged()
    {
        var update = Objects.Item(PlannedAction.Update, Wanted, Live);
        var create = Objects.Item(PlannedAction.Create, Secret);

        var digest = PlanDigest.Of([update, create], "key");

        digest.ShouldMatch("^sha256:[0-9a-f]{64}$");
        PlanDigest.Of([create, update, Objects.Item(PlannedAction.Unchanged, "{apiVersion: v1, kind: ConfigMap, metadata: {name: z}}")], "key").ShouldBe(digest);
    }

    [Fact]
    public void Every_difference_gives_another_digest()
    {
        PlanItem[] others =
        [
            Objects.Item(PlannedAction.Update, Wanted, Live),
            Objects.Item(PlannedAction.Update, Wanted.Replace("new", "newer"), Live),
            Objects.Item(PlannedAction.Update, Wanted, Live.Replace("old", "older")),
            Objects.Item(PlannedAction.Create, Wanted),
            Objects.Item(PlannedAction.Delete, live: Live),
            Objects.Item(PlannedAction.Delete, live: Live.Replace("u1", "u2")),
        ];

        others.Select(o => PlanDigest.Of([o], "key")).ShouldBeUnique();
    }

    [Fact]
    public void A_secret_enters_only_under_a_key()
    {
        var one = Objects.Item(PlannedAction.Create, Secret);
        var other = Objects.Item(PlannedAction.Create, Secret.Replace("bmV3", "b2xk"));

        PlanDigest.Of([one], "key").ShouldNotBe(PlanDigest.Of([other], "key"));
        PlanDigest.Of([one], "key").ShouldNotBe(PlanDigest.Of([one], "other key"));
        PlanDigest.Of([one], null).ShouldBe(PlanDigest.Of([other], null));
    }
}
