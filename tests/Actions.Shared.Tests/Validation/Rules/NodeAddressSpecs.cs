using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Rules;

public class NodeAddressSpecs
{
    private static readonly YamlMapping Root = Read("""
        kind: Pod
        metadata:
          labels:
            app.kubernetes.io/na~me: app
        spec:
          containers:
            - name: a
              image: one
            - name: b
              image: two
        """);

    [Fact]
    public void A_value_is_named_by_its_pointer_and_found_at_its_key()
    {
        var address = NodeAddress.Of(Root, Root.Find("spec", "containers")!);

        address.Pointer.ShouldBe("/spec/containers");
        address.Anchor.ShouldBe(new TextRegion(6, 3, 6, 13));
    }

    [Fact]
    public void An_item_is_found_at_its_first_key()
    {
        var address = NodeAddress.Of(Root, ((YamlSequence)Root.Find("spec", "containers")!)[1]);

        address.Pointer.ShouldBe("/spec/containers/1");
        address.Anchor.StartLine.ShouldBe(9);
    }

    [Fact]
    public void A_key_is_found_like_its_value_and_its_name_is_escaped()
    {
        var entry = ((YamlMapping)Root.Find("metadata", "labels")!)[0];

        NodeAddress.Of(Root, entry.Key).ShouldBe(NodeAddress.Of(Root, entry.Value));
        NodeAddress.Of(Root, entry.Key).Pointer.ShouldBe("/metadata/labels/app.kubernetes.io~1na~0me");
    }

    [Fact]
    public void The_object_itself_and_what_is_not_in_it_are_found_at_its_first_key()
    {
        NodeAddress.Of(Root, Root).ShouldBe(new NodeAddress("", new TextRegion(1, 1, 1, 5)));
        NodeAddress.Of(Root, Read("a: b")).ShouldBe(new NodeAddress("", new TextRegion(1, 1, 1, 5)));
    }

    [Fact]
    public void What_an_alias_or_a_merge_key_brings_in_from_elsewhere_is_found_too()
    {
        var list = Read("""
            items:
              - spec: &spec
                  image: one
                  ports: &ports [8080]
              - spec:
                  <<: *spec
                  copy: *ports
            """);
        var first = (YamlMapping)((YamlSequence)list["items"]!)[0];
        var second = (YamlMapping)((YamlSequence)list["items"]!)[1];

        NodeAddress.Of(second, first.Find("spec", "image")!).Pointer.ShouldBe("/spec/image");
        NodeAddress.Of(second, ((YamlSequence)first.Find("spec", "ports")!)[0]).Pointer.ShouldBe("/spec/copy/0");
        NodeAddress.Of(list, first.Find("spec", "image")!).Pointer.ShouldBe("/items/0/spec/image");
    }

    private static YamlMapping Read(string yaml) => (YamlMapping)YamlLoader.Load("a.yaml", yaml).Documents[0].Root!;
}
