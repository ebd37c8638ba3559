using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Health;

namespace Actions.Shared.Tests.Clusters.Health;

/// <summary>
/// The conformance table is in <c>fixtures</c>: one case for every rule and every trap, with our verdict, its sentence, and the verdict of kstatus where
/// that is another (<c># kstatus</c>, with <c># why</c>).
/// </summary>
public class ObjectHealthSpecs
{
    private static readonly IReadOnlyList<ClusterCase> Cases = ClusterCase.ReadAll("Health");

    public static TheoryData<string> Titles => [.. Cases.Select(c => c.ToString())];

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_verdict_is_the_one_of_the_table(string title)
    {
        var example = Cases.Single(c => c.ToString() == title);

        var verdict = example.Settings.ContainsKey("removed") ? ObjectHealth.OfRemoved(example.Subject, example.Context) : ObjectHealth.Of(example.Subject, example.Context);

        $"{verdict.State}: {verdict.Reason}".ShouldBe($"{example.Expected}: {example.Settings.GetValueOrDefault("reason")}");
        verdict.Reason.ShouldNotEndWith(".");
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public void Where_kstatus_differs_the_table_says_so_and_why(string title)
    {
        var example = Cases.Single(c => c.ToString() == title);

        var theirs = example.Settings.ContainsKey("removed") ? "NotFound" : KstatusRules.Of(example.Subject, example.Context.Now);

        theirs.ShouldBe(example.Settings.GetValueOrDefault("kstatus") ?? example.Expected);
        example.Settings.ContainsKey("why").ShouldBe(theirs != example.Expected);
    }

    [Fact]
    public void An_object_that_the_cluster_does_not_have_is_not_found() =>
        ObjectHealth.Of(null, new(ClusterCase.Applied)).State.ShouldBe(HealthState.NotFound);

    [Fact]
    public void Every_state_is_in_the_table() =>
        Cases.Select(c => c.Expected).Distinct().Order().ShouldBe(Enum.GetNames<HealthState>().Order());

    [Fact]
    public void A_verdict_carries_the_cause_that_is_not_certain_yet()
    {
        var example = Cases.Single(c => c.Title == "a pod of the newest ReplicaSet has crashed once");

        var verdict = ObjectHealth.Of(example.Subject, example.Context);

        verdict.State.ShouldBe(HealthState.InProgress);
        verdict.Cause!.Kind.ShouldBe(CauseKind.ContainerCrashed);
        verdict.Cause.Certainty.ShouldBe(CauseCertainty.Likely);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"kind":"Deployment","apiVersion":"apps/v1","metadata":[],"spec":3,"status":"x"}""")]
    [InlineData("""{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"generation":"1"},"spec":{"replicas":"many"},"status":{"observedGeneration":1,"conditions":{"type":"Progressing"}}}""")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":7},"spec":{"containers":"none"},"status":{"phase":"Running","containerStatuses":[1,null,{"state":[]}]}}""")]
    [InlineData("""{"kind":"Job","apiVersion":"batch/v1","metadata":{"ownerReferences":[null,1]},"status":{"conditions":[null,{"type":null}]}}""")]
    [InlineData("""{"kind":"DaemonSet","apiVersion":"apps/v1","metadata":null,"spec":null,"status":{"observedGeneration":1.5,"desiredNumberScheduled":9999999999999999999999}}""")]
    [InlineData("""{"kind":["Pod"],"apiVersion":{}}""")]
    public void An_object_of_any_shape_gets_a_verdict(string json)
    {
        var item = new Shared.Clusters.ClusterObject((System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(json)!);

        ObjectHealth.Of(item, new(ClusterCase.Applied) { Family = new([item]) }).Reason.ShouldNotBeEmpty();
        ObjectHealth.OfRemoved(item, new(ClusterCase.Applied)).Reason.ShouldNotBeEmpty();
    }
}
