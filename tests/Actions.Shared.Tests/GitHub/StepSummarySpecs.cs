using System.Text;
using Actions.Shared.GitHub;
using Actions.Shared.Tests.Processes;
using FsCheck.Fluent;
using Markdig;

namespace Actions.Shared.Tests.GitHub;

public sealed class StepSummarySpecs : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _path;

    public StepSummarySpecs() => _path = _directory.Write("summary.md", "");

    public void Dispose() => _directory.Dispose();

    private string Text => File.ReadAllText(_path);

    [Fact]
    public void A_block_starts_with_two_line_ends_and_ends_with_one()
    {
        var summary = new StepSummary(_path);

        summary.Append("<details>open</details>").ShouldBeTrue();
        summary.Append("# Title\r\ntext\n\n").ShouldBeTrue();

        Text.ShouldBe("\n\n<details>open</details>\n\n\n# Title\ntext\n");
    }

    [Fact]
    public void A_long_summary_is_cut_below_githubs_limit_with_a_footer_and_nothing_follows()
    {
        File.WriteAllText(_path, "earlier\n");
        var summary = new StepSummary(_path);
        var line = new string('é', 500) + "\n";

        summary.Append("small").ShouldBeTrue();
        summary.Append(string.Concat(Enumerable.Repeat(line, 2000))).ShouldBeFalse();
        summary.Append("later").ShouldBeFalse();

        new FileInfo(_path).Length.ShouldBeInRange(StepSummary.Limit - 2000, StepSummary.Limit);
        Text.ShouldStartWith("earlier\n\n\nsmall\n");
        Text.ShouldNotContain("later");
        Text.ShouldNotContain("\uFFFD");
        Text.ShouldContain("This summary was cut here");
        Text.Split('\n').Where(l => l.Contains('é')).ShouldAllBe(l => l.Length == 500);
    }

    [Theory]
    [InlineData("```yaml\n", "```\n")]
    [InlineData("<details>\n<summary>s</summary>\n\n", "\n</details>\n")]
    [InlineData("<details>\n\n<details>\n\n````text\n```\n", "````\n\n</details>\n\n</details>\n")]
    [InlineData("- item\n\n  ~~~~\n", "  ~~~~\n")]
    [InlineData("```\n<details>\n```\n", "")]
    public void What_is_open_at_the_cut_is_closed(string opening, string closing)
    {
        new StepSummary(_path, 4000).Append(opening + string.Concat(Enumerable.Repeat("  line\n", 2000))).ShouldBeFalse();

        new FileInfo(_path).Length.ShouldBeLessThanOrEqualTo(4000);
        var html = Markdown.ToHtml(Text);
        html.ShouldContain("<strong>This summary was cut here</strong>");
        Text.ShouldContain($"line\n{closing}\n\n> **This summary was cut here");
    }

    [Fact]
    public void However_long_the_blocks_the_limit_holds_and_the_footer_is_read() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements("```\n", "````\n", "~~~\n", "<details>\n", "</details>\n", "text\n", "\n", "é😀é", "    code\n", "| a | b |\n", "x")
            .ListOf(300).Select(string.Concat).ListOf().ToArbitrary(),
        blocks =>
        {
            File.WriteAllText(_path, "");
            var summary = new StepSummary(_path, 1000);
            var results = blocks.Select(summary.Append).ToArray();

            new FileInfo(_path).Length.ShouldBeLessThanOrEqualTo(1000);
            Text.Contains("This summary was cut here").ShouldBe(results.Contains(false));
            Text.ShouldNotContain("\uFFFD");
        }));

    [Fact]
    public void One_line_longer_than_everything_is_cut_between_characters()
    {
        new StepSummary(_path, 1000).Append(string.Concat(Enumerable.Repeat("😀", 1000))).ShouldBeFalse();

        Text.ShouldContain("😀😀");
        Encoding.UTF8.GetString(File.ReadAllBytes(_path)).ShouldNotContain("\uFFFD");
    }

    [Fact]
    public void A_summary_that_is_already_too_long_is_left_alone()
    {
        File.WriteAllText(_path, new string('x', 2000));

        new StepSummary(_path, 1000).Append("more").ShouldBeFalse();

        new FileInfo(_path).Length.ShouldBe(2000);
    }
}
