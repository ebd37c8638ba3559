using Actions.Shared.Images;
using Actions.Shared.Images.Registries;

namespace Actions.DeployK8s.Tests;

public sealed class ImageProofSpecs
{
    private static readonly ImagePlatform Amd64 = new("linux", "amd64");
    private static readonly ImagePlatform Arm64 = new("linux", "arm64");

    /// <summary>What was looked up has the manifests a for amd64 and b for arm64.</summary>
    [Theory]
    [InlineData("amd64=a arm64=b", "", true)]
    [InlineData("amd64=a", "", true)]
    [InlineData("amd64=a s390x=z", "", true)]
    [InlineData("amd64=x arm64=b", "", false)]
    [InlineData("amd64=x arm64=b", "arm64", true)]
    [InlineData("amd64=x arm64=b", "amd64", false)]
    [InlineData("s390x=a", "", false)]
    public void An_index_is_the_same_when_its_images_are(string other, string needed, bool expected)
    {
        ImageReference.TryParse("web:1", out var reference).ShouldBeTrue();
        var image = new CheckedImage(reference!, [])
        {
            Needed = needed switch { "amd64" => [Amd64], "arm64" => [Arm64], _ => [] },
            Details = Index("amd64=a arm64=b"),
        };

        ImageProof.IsSame(image, Index(other)).ShouldBe(expected);
    }

    [Fact]
    public void What_is_gone_from_the_registry_is_not_the_same()
    {
        ImageReference.TryParse("web:1", out var reference).ShouldBeTrue();

        ImageProof.IsSame(new CheckedImage(reference!, []) { Details = Index("amd64=a") }, null).ShouldBeFalse();
    }

    private static ImageDetails Index(string manifests)
    {
        PlatformManifest[] read = [.. manifests.Split(' ').Select(m => m.Split('=')).Select(m => new PlatformManifest(new ImagePlatform("linux", m[0]), m[1]))];
        return new ImageDetails($"index of {manifests}", "", [.. read.Select(m => m.Platform)], null) { Manifests = read };
    }
}
