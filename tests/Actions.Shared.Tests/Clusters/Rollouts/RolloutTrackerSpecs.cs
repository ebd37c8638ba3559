using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Diagnosis;
using Actions.Shared.Clusters.Health;
using Actions.Shared.Clusters.Rollouts;
using Actions.Shared.Tests.Clusters.Health;

namespace Actions.Shared.Tests.Clusters.Rollouts;

public class RolloutTrackerSpecs
{
    private static readonly ClusterObject Web = ClusterCase.Parse("kind: Deployment\nmetadata: {name: web}")[0];

    private readonly RolloutTracker _tracker = Tracker(Web);

    [Fact]
    public void Ready_is_the_end()
    {
        _tracker.Take(new(HealthState.Current, "3 of 3 replicas ready"), Web, Seconds(7)).ShouldBeTrue();

        _tracker.Outcome.ShouldBe(RolloutOutcome.Ready);
        _tracker.Duration.ShouldBe(Seconds(7));
    }

    [Fact]
    public void Suspended_is_the_end_too()
    {
        _tracker.Take(new(HealthState.Suspended, "It is paused"), Web, Seconds(1));

        _tracker.Outcome.ShouldBe(RolloutOutcome.Suspended);
    }

    [Fact]
    public void The_same_again_is_no_news()
    {
        _tracker.Take(Waiting(CauseCertainty.Transient), Web, Seconds(1)).ShouldBeTrue();
        _tracker.Take(Waiting(CauseCertainty.Transient), Web, Seconds(2)).ShouldBeFalse();
        _tracker.Take(new(HealthState.InProgress, "2 of 3 replicas ready"), Web, Seconds(3)).ShouldBeTrue();
    }

    [Fact]
    public void A_failure_counts_at_once()
    {
        _tracker.Take(new(HealthState.Failed, "It failed"), Web, Seconds(1));

        _tracker.IsDoomed.ShouldBeTrue();
        _tracker.Outcome.ShouldBeNull();
    }

    [Fact]
    public void A_likely_cause_counts_when_it_has_lasted()
    {
        _tracker.Take(Waiting(CauseCertainty.Likely), Web, Seconds(5));
        _tracker.IsDoomed.ShouldBeFalse();
        _tracker.NextLook.ShouldBe(Seconds(35));

        _tracker.Take(Waiting(CauseCertainty.Likely, message: "in other words"), Web, Seconds(34));
        _tracker.IsDoomed.ShouldBeFalse();

        _tracker.Take(Waiting(CauseCertainty.Likely), Web, Seconds(35));
        _tracker.IsDoomed.ShouldBeTrue();
    }

    [Fact]
    public void A_likely_cause_that_went_away_starts_anew()
    {
        _tracker.Take(Waiting(CauseCertainty.Likely), Web, Seconds(0));
        _tracker.Take(new(HealthState.InProgress, "1 of 3 replicas ready"), Web, Seconds(20));
        _tracker.Take(Waiting(CauseCertainty.Likely), Web, Seconds(25));

        _tracker.Take(Waiting(CauseCertainty.Likely), Web, Seconds(40));

        _tracker.IsDoomed.ShouldBeFalse();
        _tracker.NextLook.ShouldBe(Seconds(55));
    }

    [Fact]
    public void What_others_may_free_gets_three_times_as_long()
    {
        _tracker.Take(Waiting(CauseCertainty.Likely, CauseKind.UnschedulableResources), Web, Seconds(0));

        _tracker.NextLook.ShouldBe(Seconds(90));
    }

    [Fact]
    public void A_transient_cause_never_counts()
    {
        _tracker.Take(Waiting(CauseCertainty.Transient), Web, Seconds(0));
        _tracker.Take(Waiting(CauseCertainty.Transient), Web, Seconds(10_000));

        _tracker.IsDoomed.ShouldBeFalse();
        _tracker.NextLook.ShouldBeNull();
    }

    [Fact]
    public void What_is_gone_may_come_back()
    {
        _tracker.Take(new(HealthState.NotFound, "It was deleted"), null, Seconds(10));
        _tracker.IsDoomed.ShouldBeFalse();
        _tracker.NextLook.ShouldBe(Seconds(15));
        _tracker.Take(new(HealthState.InProgress, "0 of 1 replicas ready"), Web, Seconds(12));
        _tracker.Take(new(HealthState.NotFound, "It was deleted"), null, Seconds(14));
        _tracker.IsDoomed.ShouldBeFalse();

        _tracker.Take(new(HealthState.NotFound, "It was deleted"), null, Seconds(19));

        _tracker.IsDoomed.ShouldBeTrue();
    }

    [Fact]
    public void A_custom_object_without_any_status_is_given_a_moment()
    {
        var item = ClusterCase.Parse("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}")[0];
        var tracker = Tracker(item);
        tracker.Take(new(HealthState.Current, "It exists"), item, Seconds(0.1));
        tracker.Outcome.ShouldBeNull();
        tracker.NextLook.ShouldBe(Seconds(3));

        tracker.Take(new(HealthState.Current, "It exists"), item, Seconds(3));

        tracker.Outcome.ShouldBe(RolloutOutcome.Ready);
    }

    [Theory]
    [InlineData("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\nstatus: {conditions: [{type: Ready, status: 'True'}]}")]
    [InlineData("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: one}")]
    [InlineData("kind: ConfigMap\nmetadata: {name: one}")]
    public void Other_objects_are_not(string yaml)
    {
        var item = ClusterCase.Parse(yaml)[0];
        var tracker = Tracker(item);

        tracker.Take(new(HealthState.Current, "It exists"), item, Seconds(0));

        tracker.Outcome.ShouldBe(RolloutOutcome.Ready);
    }

    [Fact]
    public void What_is_read_on_demand_is_read_once_for_each_cause()
    {
        _tracker.NeedsFetching().ShouldBeFalse();
        _tracker.Take(Waiting(CauseCertainty.Likely, CauseKind.ClaimNotBound), Web, Seconds(0));
        _tracker.NeedsFetching().ShouldBeTrue();
        _tracker.NeedsFetching().ShouldBeFalse();
        _tracker.Take(Waiting(CauseCertainty.Likely, CauseKind.UnschedulableResources), Web, Seconds(1));
        _tracker.NeedsFetching().ShouldBeTrue();
    }

    private static RolloutTracker Tracker(ClusterObject item) =>
        new(new(new ApiResource(item.Group, "v1", item.Kind, "things", true, []).Object("shop", item.Name), item), new RolloutOptions());

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static HealthVerdict Waiting(CauseCertainty certainty, CauseKind kind = CauseKind.ImageAccessDenied, string message = "x") =>
        new(HealthState.InProgress, "0 of 3 replicas ready", new(kind, certainty, message, "y.", Web));
}
