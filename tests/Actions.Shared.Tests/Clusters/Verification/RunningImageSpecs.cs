using Actions.Shared.Clusters.Verification;

namespace Actions.Shared.Tests.Clusters.Verification;

public sealed class RunningImageSpecs
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData($"docker.io/library/web@sha256:{Hex}", $"sha256:{Hex}", "docker.io/library/web")]
    [InlineData($"docker-pullable://ghcr.io/team/web@sha256:{Hex}", $"sha256:{Hex}", "ghcr.io/team/web")]
    [InlineData($"registry.example.com:5000/web:1.2@sha256:{Hex}", $"sha256:{Hex}", "registry.example.com:5000/web")]
    [InlineData($"docker://sha256:{Hex}", $"sha256:{Hex}", null)]
    [InlineData($"sha256:{Hex}", $"sha256:{Hex}", null)]
    [InlineData(Hex, $"sha256:{Hex}", null)]
    [InlineData("docker.io/library/web:1", null, null)]
    [InlineData("", null, null)]
    public void Reads_what_runtimes_report(string imageId, string? digest, string? name)
    {
        var image = new RunningImage("containers", "web", imageId);

        (image.Digest, image.Reference?.NormalizedName).ShouldBe((digest, name));
    }
}
