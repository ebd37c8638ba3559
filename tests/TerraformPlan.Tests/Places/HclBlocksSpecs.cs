using Actions.Shared.Findings;
using Actions.TerraformPlanning.Places;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.TerraformPlanning.Tests.Places;

public sealed class HclBlocksSpecs
{
    [Fact]
    public void Blocks_have_their_type_their_labels_and_their_place() =>
        Found("# text\nresource \"a_b\" \"c-d\" {\n  x = 1\n}\n\n  locals {}\nmodule net {\n}\n")
            .ShouldBe([("resource a_b c-d", new TextRegion(2, 1, 2, 21)), ("locals", new TextRegion(6, 3, 6, 9)), ("module net", new TextRegion(7, 1, 7, 11))]);

    [Theory]
    [InlineData("# resource \"x\" \"y\" {\n// resource \"x\" \"y\" {\n/* resource \"x\" \"y\" {\n */")]
    [InlineData("locals {\n  a = \"resource { \\\" } ${b ? \"}{\" : \"${c[\"}\"]}\"} $${ %%{\"\n}")]
    [InlineData("locals {\n  a = <<EOT\n}\nresource \"x\" \"y\" {\n  EOT\n}")]
    [InlineData("locals {\n  a = <<-EOT\r\n}\r\nresource \"x\" \"y\" {\r\n  EOT\r\n}")]
    [InlineData("locals {\n  a = [{ b = (\"]\") }, /* } */ {\n # }\n }]\n}")]
    [InlineData("locals {\n  resource \"x\" \"y\" {\n  }\n}")]
    [InlineData("locals {\n  a = \"%{ for x in y }}%{ endfor }{\"\n}")]
    [InlineData("a = {\n  resource = 1\n}")]
    public void What_only_looks_like_a_block_is_none(string text) =>
        HclBlocks.Scan(text + "\nresource \"real\" \"one\" {\n}\n").Where(b => b.Type == "resource").ShouldHaveSingleItem().Labels.ShouldBe(["real", "one"]);

    [Fact]
    public void The_body_is_what_is_between_the_braces() => HclBlocks.Scan("removed {\n  from = a.b\n}\n").ShouldHaveSingleItem().Body.ShouldBe("\n  from = a.b\n");

    [Fact]
    public void Deep_nesting_does_no_harm() => HclBlocks.Scan("locals {" + new string('[', 1_000_000)).Count.ShouldBe(1);

    [Fact]
    public void No_text_makes_it_fail() => Prop.ForAll(
        ArbMap.Default.ArbFor<string[]>(),
        words => HclBlocks.Scan(string.Concat(words.Select((w, i) => w + new[] { "\"", "{", "}", "${", "<<E\n", "\\", "\n", "/*", "resource " }[i % 9]))).Count >= 0).QuickCheckThrowOnFailure();

    private static IEnumerable<(string, TextRegion)> Found(string text) => HclBlocks.Scan(text).Select(b => (string.Join(' ', b.Labels.Prepend(b.Type)), b.Header));
}
