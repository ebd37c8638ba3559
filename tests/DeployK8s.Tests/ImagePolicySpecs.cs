using Actions.Shared.Images.Policies;

namespace Actions.DeployK8s.Tests;

public sealed class ImagePolicySpecs
{
    [Theory]
    [InlineData("ghcr.io/team/web=semver:^1.4", "semver:^1.4", null, null, "ghcr.io/team/web:1.5.0")]
    [InlineData("ghcr.io/team/web = semver:>=1.4 <2 container=web", "semver:>=1.4 <2", "web", null, "ghcr.io/team/web:1.5.0")]
    [InlineData("localhost:5000/web=numerical filter=^main-(?P<n>[0-9]+)$ extract=$n marker=flux-system:web", "numerical", null, "flux-system:web", "flux-system:web=localhost:5000/web:1.5.0")]
    public void Reads_an_image_and_its_policy(string text, string policy, string? container, string? marker, string change)
    {
        var read = ImagePolicy.Parse(text);

        (read.Text, read.Container, read.Marker).ShouldBe((policy, container, marker));
        var chosen = read.Choose("1.5.0");
        (chosen.ToString(), chosen.Container, chosen.Policy).ShouldBe((change, container, marker));
    }

    [Fact]
    public void Orders_by_what_the_filter_extracts() =>
        ImagePolicy.Parse("web=numerical filter=^main-([0-9]+)$ extract=$1").Policy.Choose(new[] { "main-9", "main-10", "other" }.Select(t => new TagCandidate(t))).Tag.ShouldBe("main-10");

    [Theory]
    [InlineData("web")]
    [InlineData("web:1=newest")]
    [InlineData("web=oldest")]
    [InlineData("web=newest extract=$1")]
    [InlineData("web=newest container=")]
    [InlineData("web=newest container=a container=b")]
    [InlineData("web=newest filter=^a$ and more")]
    [InlineData("web=newest marker=web")]
    public void Refuses_what_is_no_policy(string text) => Should.Throw<FormatException>(() => ImagePolicy.Parse(text));
}
