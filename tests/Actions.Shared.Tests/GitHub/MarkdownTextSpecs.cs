using System.Net;
using System.Text.RegularExpressions;
using Actions.Shared.GitHub;
using FsCheck;
using FsCheck.Fluent;
using Markdig;
using Markdig.Extensions.EmphasisExtras;

namespace Actions.Shared.Tests.GitHub;

public sealed partial class MarkdownTextSpecs
{
    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoLinks().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).UseTaskLists().UseMathematics().Build();

    [Theory]
    [InlineData("*bold* _it_ **b** ~~s~~ `c` [l](http://example.com) ![i](x) <script>alert(1)</script> &amp; a|b \\ $x$ #1")]
    [InlineData("# heading")]
    [InlineData("- item")]
    [InlineData("+ item")]
    [InlineData("1. item")]
    [InlineData("12) item")]
    [InlineData("1234")]
    [InlineData("> quote")]
    [InlineData("---")]
    [InlineData("===")]
    [InlineData("```")]
    [InlineData("~~~")]
    [InlineData("| a | b |")]
    [InlineData("https://example.com/a_b_c")]
    [InlineData("www.example.com")]
    [InlineData("snake_case_name and _edge_")]
    [InlineData("a\\|b")]
    [InlineData("<details>")]
    [InlineData("[x]: http://example.com")]
    [InlineData("::error::x")]
    public void Text_shows_as_it_is(string text)
    {
        Shown(MarkdownText.Escape(text)).ShouldBe(text);
        Shown(MarkdownText.Code(text)).ShouldBe(text);
        Cell(MarkdownText.TableCell(text)).ShouldBe(text);
        Cell(MarkdownText.Code(text)).ShouldBe(text);
    }

    [Fact]
    public void Any_text_shows_as_it_is() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        Gen.Elements("*", "_", "`", "``", "[", "]", "(", ")", "<", ">", "|", "\\", "#", "-", "+", "=", "1", ".", " ", "a", "é", "&", ";", "!", "~", "$", "://", "www.", "@", "http")
            .ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            var expected = BlankRuns().Replace(text.Trim(), " ");
            BlankRuns().Replace(Shown(MarkdownText.Escape(text)), " ").ShouldBe(expected);
            BlankRuns().Replace(Cell(MarkdownText.TableCell(text)), " ").ShouldBe(expected);
            BlankRuns().Replace(Cell(MarkdownText.Code(text)), " ").ShouldBe(expected);
        }));

    [Theory]
    [InlineData("a\r\nb\rc\nd", "a b c d")]
    [InlineData("  padded\t", "padded")]
    [InlineData("\e[31mred\e[0m\a", "red␇")]
    public void Text_becomes_one_clean_line(string text, string expected) => Shown(MarkdownText.Escape(text)).ShouldBe(expected);

    [Fact]
    public void Lines_show_in_a_table_cell() => MarkdownText.TableCell("a|b\n<c>").ShouldBe("a&#124;b<br>&lt;c&gt;");

    [Theory]
    [InlineData("plain-code_1.yaml:3:5", "`plain-code_1.yaml:3:5`")]
    [InlineData("", "")]
    public void Code_is_simple_where_it_can_be(string text, string expected) => MarkdownText.Code(text).ShouldBe(expected);

    [Theory]
    [InlineData("plain", "```\nplain\n```\n")]
    [InlineData("", "```\n```\n")]
    [InlineData("a\n```\nb", "````\na\n```\nb\n````\n")]
    [InlineData("`````` x", "```````\n`````` x\n```````\n")]
    [InlineData("a\r\nb\r", "```\na\nb\n```\n")]
    public void A_fence_is_longer_than_any_run_of_backticks(string text, string expected) => MarkdownText.Fence(text).ShouldBe(expected);

    [Fact]
    public void A_fence_may_name_its_language() => MarkdownText.Fence("a: b", "yaml").ShouldBe("```yaml\na: b\n```\n");

    private static string Shown(string markdown) => Plain(Markdown.ToHtml(markdown, GitHub));

    private static string Cell(string markdown)
    {
        var html = Markdown.ToHtml($"| h | i |\n| --- | --- |\n| {markdown} | next |\n", GitHub);
        var cells = CellContent().Matches(html);
        cells.Count.ShouldBe(2, html);
        cells[1].Groups[1].Value.ShouldBe("next");
        return Plain(cells[0].Groups[1].Value);
    }

    private static string Plain(string html)
    {
        var content = html.Trim();
        if (content.StartsWith("<p>", StringComparison.Ordinal))
            content = content[3..^4];
        content = content.Replace("<code>", "", StringComparison.Ordinal).Replace("</code>", "", StringComparison.Ordinal);
        content.ShouldNotContain("<");
        return WebUtility.HtmlDecode(content).Trim();
    }

    [GeneratedRegex("<td>(.*?)</td>", RegexOptions.Singleline)]
    private static partial Regex CellContent();

    [GeneratedRegex(" +")]
    private static partial Regex BlankRuns();
}
