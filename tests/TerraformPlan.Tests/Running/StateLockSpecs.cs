using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning.Tests.Running;

public sealed class StateLockSpecs
{
    private const string Detail =
        """
        Error message: resource temporarily unavailable
        Lock Info:
          ID:        a94d8c82-d317-c6dc-9bd8-9d4d4ed6b47b
          Path:      terraform.tfstate
          Operation: OperationTypeApply
          Who:       runner@fv-az1
          Version:   1.11.4
          Created:   2026-11-24 10:14:55.869344944 +0000 UTC
          Info:      


        Terraform acquires a state lock to protect the state from being written
        by multiple users at the same time.
        """;

    [Theory]
    [InlineData("2026-11-24T10:15:25Z", "30 s ago")]
    [InlineData("2026-11-24T10:20:00Z", "5 min ago")]
    [InlineData("2026-11-24T14:20:00Z", "4 h ago")]
    [InlineData("2026-11-29T10:20:00Z", "5 days ago")]
    [InlineData("2026-11-24T10:00:00Z", "just now")]
    public void It_tells_who_holds_the_lock_for_what_and_since_when(string now, string age) =>
        StateLock.Find("Error acquiring the state lock", Detail)!.Describe(DateTimeOffset.Parse(now))
            .ShouldBe($"held by runner@fv-az1 for apply since 2026-11-24 10:14:55 UTC ({age})");

    [Fact]
    public void It_keeps_what_force_unlock_needs() => StateLock.Find("Error acquiring the state lock", Detail)!.Id.ShouldBe("a94d8c82-d317-c6dc-9bd8-9d4d4ed6b47b");

    [Fact]
    public void A_backend_that_tells_nothing_is_told_as_such() =>
        StateLock.Find("Error acquiring the state lock", "Error message: 423 Locked")!.Describe(DateTimeOffset.UnixEpoch).ShouldBe("held by somebody who is not told");

    [Fact]
    public void Another_error_is_no_lock() => StateLock.Find("Invalid reference", Detail).ShouldBeNull();
}
