using Actions.Shared.Images;

namespace Actions.Shared.Tests.Images;

public class ImageReferenceSpecs
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("nginx", null, "nginx", null, null)]
    [InlineData("nginx:1.27", null, "nginx", "1.27", null)]
    [InlineData("team/app", null, "team/app", null, null)]
    [InlineData("registry.example.com/app", "registry.example.com", "app", null, null)]
    [InlineData("registry:5000/app", "registry:5000", "app", null, null)]
    [InlineData("registry:5000/app:2", "registry:5000", "app", "2", null)]
    [InlineData("localhost/app:2", "localhost", "app", "2", null)]
    [InlineData("[2001:db8::1]:5000/app:v1", "[2001:db8::1]:5000", "app", "v1", null)]
    [InlineData("rg.fr-par.scw.cloud/platform/frontend:1.4.2", "rg.fr-par.scw.cloud", "platform/frontend", "1.4.2", null)]
    [InlineData("app@" + Digest, null, "app", null, Digest)]
    [InlineData("registry:5000/a/b_c/d__e:V1_x@" + Digest, "registry:5000", "a/b_c/d__e", "V1_x", Digest)]
    public void Reads_each_part(string text, string? registry, string path, string? tag, string? digest)
    {
        ImageReference.TryParse(text, out var reference).ShouldBeTrue();

        (reference!.Registry, reference.Path, reference.Tag, reference.Digest).ShouldBe((registry, path, tag, digest));
        reference.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" nginx")]
    [InlineData("nginx ")]
    [InlineData("nginx\n")]
    [InlineData("Nginx")]
    [InlineData("nginx:")]
    [InlineData("nginx:-x")]
    [InlineData("nginx@sha256:abc")]
    [InlineData("nginx@sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("nginx@sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("registry:port/app")]
    [InlineData("-registry.example.com/app")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a..b")]
    [InlineData("https://registry.example.com/app")]
    [InlineData("{{ .Values.image }}")]
    public void Refuses_what_is_no_reference(string text) => ImageReference.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx")]
    [InlineData("docker.io/nginx", "docker.io/library/nginx")]
    [InlineData("index.docker.io/library/nginx:1", "docker.io/library/nginx")]
    [InlineData("Registry-1.Docker.io/nginx", "docker.io/library/nginx")]
    [InlineData("team/app", "docker.io/team/app")]
    [InlineData("Registry.Example.com/app", "registry.example.com/app")]
    public void Names_the_image_in_full(string text, string name)
    {
        ImageReference.TryParse(text, out var reference).ShouldBeTrue();

        reference!.NormalizedName.ShouldBe(name);
    }

    [Fact]
    public void Bounds_the_length_of_a_path_and_a_tag()
    {
        ImageReference.TryParse(new string('a', 255) + ":" + new string('b', 128), out _).ShouldBeTrue();
        ImageReference.TryParse(new string('a', 256), out _).ShouldBeFalse();
        ImageReference.TryParse("a:" + new string('b', 129), out _).ShouldBeFalse();
    }
}
