using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Api;

public sealed class ObjectReadingSpecs
{
    [Theory]
    [InlineData(
        """{"type":"Warning","reason":"BackOff","message":"m","count":7,"lastTimestamp":"2026-01-02T03:04:05Z","source":{"component":"kubelet"},"involvedObject":{"kind":"Pod","name":"p","uid":"u","fieldPath":"spec.containers{web}"}}""")]
    [InlineData(
        """{"type":"Warning","reason":"BackOff","note":"m","deprecatedCount":7,"deprecatedLastTimestamp":"2026-01-02T03:04:05Z","deprecatedSource":{"component":"kubelet"},"regarding":{"kind":"Pod","name":"p","uid":"u","fieldPath":"spec.containers{web}"}}""")]
    [InlineData(
        """{"type":"Warning","reason":"BackOff","note":"m","series":{"count":7,"lastObservedTime":"2026-01-02T03:04:05.000000Z"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"kubelet","regarding":{"kind":"Pod","name":"p","uid":"u","fieldPath":"spec.containers{web}"}}""")]
    [InlineData(
        """{"type":"Warning","reason":"BackOff","message":"m","count":null,"lastTimestamp":null,"series":{"count":7,"lastObservedTime":"2026-01-02T03:04:05.000000Z"},"reportingComponent":"kubelet","source":{},"involvedObject":{"kind":"Pod","name":"p","uid":"u","fieldPath":"spec.containers{web}"}}""")]
    public void Events_of_both_APIs_read_alike(string json)
    {
        var said = ClusterEvent.Read(new ClusterObject(Json.Object(json)));

        said.ShouldBe(new ClusterEvent(true, "BackOff", "m", 7, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "kubelet")
        {
            Kind = "Pod",
            Name = "p",
            Uid = "u",
            FieldPath = "spec.containers{web}",
        });
    }

    [Fact]
    public void An_empty_event_is_an_event() => ClusterEvent.Read(new ClusterObject([])).ShouldBe(new ClusterEvent(false, "", "", 1, null, ""));

    [Fact]
    public void A_Lease_survives_the_way_there_and_back()
    {
        var lease = new Lease("shop", "web")
        {
            Holder = "https://github.com/o/r/actions/runs/1",
            Duration = TimeSpan.FromSeconds(60),
            Acquired = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            Renewed = new DateTimeOffset(2026, 1, 2, 3, 5, 5, TimeSpan.Zero),
            Transitions = 3,
            Annotations = new Dictionary<string, string> { ["a/b"] = "c" },
            ResourceVersion = "7",
            Uid = "u",
        };

        var back = Lease.Read(new ClusterObject(lease.ToJson()));

        back.Annotations.ShouldBe(lease.Annotations);
        (back with { Annotations = lease.Annotations }).ShouldBe(lease);
        lease.ToJson()["spec"]!["acquireTime"]!.GetValue<string>().ShouldBe("2026-01-02T03:04:05.678000Z");
    }

    [Fact]
    public void A_Lease_that_nobody_holds_is_one() => Lease.Read(new ClusterObject(Json.Object("""{"metadata":{"name":"web","namespace":"shop"},"spec":{}}"""))).Holder.ShouldBeEmpty();
}
