using System.Text.Json.Nodes;
using Actions.Shared.Images;
using static Actions.Shared.Tests.Images.Bump;

namespace Actions.Shared.Tests.Images;

/// <summary>Images in objects on their way to a cluster.</summary>
public sealed class ImageSetterSpecs
{
    [Fact]
    public void Sets_the_images_of_every_list_and_says_where()
    {
        var body = JsonNode.Parse("""
            {"apiVersion":"batch/v1","kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":{
              "initContainers":[{"name":"i","image":"team/app:1"}],
              "containers":[{"name":"c","image":"team/app:2"},{"name":"o","image":"team/other:1"},{"name":"n"},{"name":"x","image":7}],
              "ephemeralContainers":[{"name":"e","image":"docker.io/team/app@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],
              "volumes":[{"name":"v","image":{"reference":"team/app:1"}},{"name":"w","image":"team/app:1"}]}}}}}}
            """)!.AsObject();

        var matches = ImageSetter.Apply(body, [ImageChange.Parse("team/app:2"), ImageChange.Parse("gone:1")]);

        const string pod = "/spec/jobTemplate/spec/template/spec";
        matches.Select(m => (m.Pointer, m.Old, m.New)).ShouldBe(
        [
            ($"{pod}/initContainers/0/image", "team/app:1", "team/app:2"),
            ($"{pod}/containers/0/image", "team/app:2", "team/app:2"),
            ($"{pod}/ephemeralContainers/0/image", "docker.io/team/app@" + Digest, "docker.io/team/app:2"),
            ($"{pod}/volumes/0/image/reference", "team/app:1", "team/app:2"),
        ]);
        var text = body.ToJsonString();
        text.ShouldContain("\"image\":\"docker.io/team/app:2\"");
        text.ShouldContain("{\"name\":\"o\",\"image\":\"team/other:1\"},{\"name\":\"n\"},{\"name\":\"x\",\"image\":7}");
        text.ShouldContain("{\"name\":\"w\",\"image\":\"team/app:1\"}");
    }

    [Theory]
    [InlineData("app:1", "app:2", "app:2")]
    [InlineData("app:1@" + Digest, "app:2", "app:2")]
    [InlineData("app:1", "app@" + Digest, "app@" + Digest)]
    [InlineData("app:1", "app=registry.corp/app:2@" + Digest, "registry.corp/app:2@" + Digest)]
    [InlineData("docker.io/library/app", "app:2", "docker.io/library/app:2")]
    public void Makes_the_reference_that_is_wanted(string image, string change, string expected)
    {
        var body = new JsonObject { ["kind"] = "Pod", ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "a", ["image"] = image }) } };

        ImageSetter.Apply(body, [ImageChange.Parse(change)]).ShouldHaveSingleItem().New.ShouldBe(expected);
        body["spec"]!["containers"]![0]!["image"]!.GetValue<string>().ShouldBe(expected);
    }

    [Fact]
    public void Lists_and_replaces_the_images_of_an_object()
    {
        var body = JsonNode.Parse("""
            {"kind":"Deployment","spec":{"template":{"spec":{
              "initContainers":[{"name":"i","image":"team/app:1"}],"containers":[{"name":"c","image":"no image"},{"image":"x:1"}],
              "volumes":[{"name":"v","image":{"reference":"team/data:1"}},{"name":"w","emptyDir":{}}]}}}}
            """)!.AsObject();

        var places = ImageSetter.List(body);
        ImageSetter.Replace(body, p => p.List == "volumes" ? null : p.Text + "-new");

        places.Select(p => (p.List, p.Name, p.Text)).ShouldBe([("initContainers", "i", "team/app:1"), ("containers", "c", "no image"), ("containers", "", "x:1"), ("volumes", "v", "team/data:1")]);
        places.ShouldAllBe(p => ReferenceEquals(p.Pod, body["spec"]!["template"]!["spec"]));
        ImageSetter.List(body).Select(p => p.Text).ShouldBe(["team/app:1-new", "no image-new", "x:1-new", "team/data:1"]);
    }

    [Fact]
    public void Heeds_the_container_and_the_first_change_that_fits()
    {
        var body = JsonNode.Parse("""{"kind":"List","items":[{"kind":"Pod","spec":{"containers":[{"name":"a","image":"app:1"},{"name":"b","image":"app:1"}]}}]}""")!.AsObject();

        var matches = ImageSetter.Apply(body, [ImageChange.Parse("app:2") with { Container = "b" }, ImageChange.Parse("app:3")]);

        matches.Select(m => m.New).ShouldBe(["app:3", "app:2"]);
    }

    [Fact]
    public void Leaves_a_custom_resource_definition_alone()
    {
        var body = JsonNode.Parse("""{"kind":"CustomResourceDefinition","spec":{"containers":[{"image":"app:1"}]}}""")!.AsObject();

        ImageSetter.Apply(body, [ImageChange.Parse("app:2")]).ShouldBeEmpty();
    }
}
