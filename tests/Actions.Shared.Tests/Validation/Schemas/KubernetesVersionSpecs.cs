using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Schemas;

public class KubernetesVersionSpecs
{
    [Theory]
    [InlineData("1.32", "1.32")]
    [InlineData("v1.32", "1.32")]
    [InlineData("1.32.4", "1.32")]
    [InlineData("1.32-1.36", "1.32 1.33 1.34 1.35 1.36")]
    [InlineData("v1.34.2-v1.36.0", "1.34 1.35 1.36")]
    [InlineData("1.36, 1.30", "1.30 1.36")]
    [InlineData("1.36 1.30\n1.36", "1.30 1.36")]
    [InlineData("1.33-1.34,1.34.7,1.36,", "1.33 1.34 1.36")]
    public void Versions_lists_and_ranges_are_read_in_order_and_once(string text, string expected) =>
        string.Join(' ', KubernetesVersion.ParseList(text)).ShouldBe(expected);

    [Fact]
    public void A_patch_number_is_kept() =>
        KubernetesVersion.ParseList("v1.32.4").ShouldHaveSingleItem().ShouldBe(new KubernetesVersion(1, 32, 4));

    [Fact]
    public void A_patch_number_at_the_end_of_a_range_is_kept() =>
        KubernetesVersion.ParseList("1.35-1.36.2").ShouldBe([new KubernetesVersion(1, 35), new KubernetesVersion(1, 36, 2)]);

    [Theory]
    [InlineData("1.29", "1.29 is too old")]
    [InlineData("1.99", "1.99 is newer than what is known")]
    [InlineData("2.0", "2.0 is newer than what is known")]
    [InlineData("1.20-1.36", "1.20 is too old")]
    [InlineData("1.36-1.30", "the range '1.36-1.30' starts after its end")]
    [InlineData("latest", "'latest' is not a version")]
    [InlineData("1", "'1' is not a version")]
    [InlineData("1.x", "'1.x' is not a version")]
    [InlineData("1.+32", "'1.+32' is not a version")]
    [InlineData("1.32.1.1", "'1.32.1.1' is not a version")]
    [InlineData("1.32-", "'1.32-' is not a version")]
    [InlineData("1.32-1.33-1.34", "'1.32-1.33-1.34' is not a version")]
    [InlineData("1.99999999999", "'1.99999999999' is not a version")]
    [InlineData("", "no version is given")]
    [InlineData(" , ", "no version is given")]
    public void A_version_that_cannot_be_used_is_bad_input(string text, string expected)
    {
        var error = Should.Throw<ActionException>(() => KubernetesVersion.ParseList(text));

        error.ExitCode.ShouldBe(ExitCode.BadInput);
        error.Detail.ShouldStartWith(expected);
        error.Hint.ShouldContain("1.30 to 1.36");
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() =>
        Should.Throw<ActionException>(() => KubernetesVersion.ParseList("1.2, 1.36, foo, 9.9")).Detail
            .ShouldBe("1.2 is too old; 'foo' is not a version such as 1.32, v1.32.4 or 1.32-1.36; 9.9 is newer than what is known");

    [Fact]
    public void Every_release_from_1_30_to_1_36_is_known() =>
        string.Join(' ', KubernetesVersion.Known).ShouldBe("1.30 1.31 1.32 1.33 1.34 1.35 1.36");
}
