using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Reporting;
using Actions.Shared.Text;
using FsCheck;
using FsCheck.Fluent;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Actions.Shared.Tests.Reporting;

public class MarkdownSummarySpecs
{
    private static readonly SourceLinks Links = new("https://github.example.com/", "shop/platform", "0123456789abcdef0123456789abcdef01234567");

    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoLinks().UseEmphasisExtras().UseTaskLists().UseMathematics().UseEmojiAndSmiley(enableSmileys: false).Build();

    private static readonly string[] OurTags = ["<code>", "</code>", "<br>", "<!-- -->"];

    private static readonly string[] ReportBlocks = ["<details><summary>", "</details>"];

    [Fact]
    public void A_realistic_report_reads_as_it_did_before() => Golden.Matches(MarkdownSummary.Render(Samples.Realistic(), Links), "summary.md");

    [Fact]
    public void What_is_new_unchanged_fixed_and_suppressed_reads_as_it_did_before() => Golden.Matches(PullRequestComment.Render(Samples.Compared(), Links), "comment.md");

    [Fact]
    public void A_comment_starts_with_its_mark_and_keeps_to_the_size_that_GitHub_takes()
    {
        ScanReport[] reports = [Samples.Large(3_000), Samples.Compared(new string('日', 5_000)), Samples.Empty()];
        foreach (var comment in reports.Select(r => PullRequestComment.Render(r, Links)))
        {
            comment.ShouldStartWith("<!-- validate-manifests -->\n### ");
            comment.Length.ShouldBeLessThanOrEqualTo(PullRequestComment.MaxLength);
        }
    }

    [Fact]
    public void The_first_line_is_the_verdict()
    {
        First(Samples.Realistic()).ShouldBe("### ❌ validate-manifests: 4 errors, 1 warning and 1 note in 3 of 6 files");
        First(Samples.Clean()).ShouldBe("### ✅ validate-manifests: No problems in 1 file");
        First(Samples.OnlySkipped()).ShouldBe("### ⚠️ validate-manifests: Nothing was checked");
        First(Samples.Empty()).ShouldBe("### ⚠️ validate-manifests: Nothing was checked");

        static string First(ScanReport report) => MarkdownSummary.Render(report).Split('\n')[0];
    }

    [Fact]
    public void There_is_a_table_per_file_the_worst_first()
    {
        var document = Parse(Samples.Realistic());
        document.OfType<HeadingBlock>().Where(h => h.Level == 4).Select(h => Text(h.Inline!)).ShouldBe(
        [
            "k8s/backend.yaml: 2 errors and 1 note",
            "k8s/pdb.yaml: 1 error and 1 warning",
            "k8s/überblick & co/a b.yaml: 1 error",
            "Kubernetes versions",
        ]);
        var tables = document.OfType<Table>().Select(t => (t.Count, Columns: t.Max(r => ((TableRow)r).Count))).ToArray();
        tables.ShouldBe([(2, 9), (4, 4), (3, 4), (2, 4), (3, 4)]);
    }

    [Fact]
    public void Within_a_file_the_worst_comes_first()
    {
        var rows = Parse(Samples.Realistic()).OfType<Table>().ElementAt(1).Skip(1).Cast<TableRow>();
        rows.Select(r => (Cell(r, 0), Cell(r, 1))).ShouldBe([("9", "❌"), ("24", "❌"), ("21", "ℹ️")]);
    }

    [Fact]
    public void Links_lead_to_the_exact_line_of_the_scanned_commit()
    {
        var links = Parse(Samples.Realistic(), Links).Descendants<LinkInline>().Select(l => l.Url!).ToArray();
        const string Root = "https://github.example.com/shop/platform/blob/0123456789abcdef0123456789abcdef01234567/";
        links.ShouldContain(Root + "k8s/backend.yaml");
        links.ShouldContain(Root + "k8s/backend.yaml#L9");
        links.ShouldContain(Root + "k8s/%C3%BCberblick%20%26%20co/a%20b.yaml#L3");
        links.ShouldAllBe(l => l.StartsWith(Root, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_repository_there_are_no_links() => Parse(Samples.Realistic()).Descendants<LinkInline>().ShouldBeEmpty();

    [Theory]
    [InlineData("-")]
    [InlineData("/etc/passwd")]
    [InlineData("../other/a.yaml")]
    public void What_is_not_in_the_repository_has_no_link(string file) => Links.Of(new SourceLocation(file)).ShouldBeNull();

    [Theory]
    [InlineData(3, 1, 3, 5, "#L3")]
    [InlineData(3, 1, 4, 1, "#L3")]
    [InlineData(3, 1, 4, 2, "#L3-L4")]
    [InlineData(3, 1, 9, 1, "#L3-L8")]
    public void A_link_covers_the_lines_that_are_meant(int startLine, int startColumn, int endLine, int endColumn, string expected) =>
        Links.Of(new SourceLocation("a.yaml", new TextRegion(startLine, startColumn, endLine, endColumn)))!.ShouldEndWith("/a.yaml" + expected);

    [Fact]
    public void Kinds_are_shown_by_version_when_several_were_asked_for()
    {
        var table = Parse(Samples.Realistic()).OfType<Table>().Last().Cast<TableRow>().Select(r => string.Join(" / ", Enumerable.Range(0, r.Count).Select(i => Cell(r, i))));
        table.ShouldBe(
        [
            "Kind / 1.24 / 1.32 / 1.36",
            "PodDisruptionBudget policy/v1beta1 / ⚠️ deprecated / ❌ removed / ❌ removed",
            "Deployment apps/v1 / ❌ invalid / ❌ invalid / ❌ invalid",
        ]);
        MarkdownSummary.Render(Samples.Realistic() with { KubernetesVersions = ["1.36"] }).ShouldNotContain("Kubernetes versions");
    }

    [Fact]
    public void What_was_skipped_is_told_by_reason()
    {
        var text = MarkdownSummary.Render(Samples.Realistic(), Links);
        text.ShouldContain("<details><summary>1 skipped: not-kubernetes</summary>");
        text.ShouldContain("#L40>): The document has no kind.");
        text.ShouldContain("`k8s/widget.yaml:1:1`](<https://github.example.com/shop/platform/blob/0123456789abcdef0123456789abcdef01234567/k8s/widget.yaml#L1>) Widget gadget");
    }

    [Theory]
    [InlineData(Samples.Hostile)]
    [InlineData("a|b\\|c\\\\|d `|` ``|`` |")]
    [InlineData("| --- | --- |")]
    [InlineData("<details><summary>x</summary>")]
    [InlineData("\n\n# heading\n- item\n> quote\n\n```\ncode\n```\n\n    indented")]
    [InlineData("[a]: http://evil.example.com\n[a]")]
    [InlineData("https://evil.example.com www.evil.example.com <https://evil.example.com> mailto:me@example.com ftp://x.example.com")]
    [InlineData("@octocat @org/team #12 me@example.com :100: a.yaml:100:5 $x$ $$y$$")]
    [InlineData("</code></td></table><img src=x onerror=alert(1)>")]
    [InlineData("\\")]
    [InlineData("`")]
    [InlineData("<!-- ")]
    [InlineData("")]
    [InlineData(" \t ")]
    public void Untrusted_text_is_only_text(string text) => OnlyText(text);

    [Fact]
    public void Any_text_is_only_text() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        Gen.Elements("*", "_", "`", "``", "[", "]", "(", ")", "<", ">", "|", "\\", "#", "-", "1", ".", " ", "a", "&", ";", "!", "~", "$", ":",
                "://", "http", "www.", "@", "\n", "\r", "\n\n", "\u202e", "\u200b", "\ud800", "<br>", "<!--", "-->", "</details>", "|-|-|", "x.com", ":a:", "    ")
            .ListOf().Select(string.Concat)
            .Where(text => text != "-") // as a path that is standard input
            .ToArbitrary(),
        OnlyText));

    [Fact]
    public void Mentions_references_addresses_and_emoji_are_broken_up()
    {
        var text = MarkdownSummary.Render(Samples.Untrusted("@octocat #12 me@example.com a.yaml:100:5 nginx@sha256:aa"));
        text.ShouldContain("@<!-- -->octocat \\#<!-- -->12 me@<!-- -->example.com a.yaml:<!-- -->100:5 nginx@<!-- -->sha256:aa");
    }

    [Fact]
    public void Hidden_characters_are_shown()
    {
        var text = MarkdownSummary.Render(Samples.Untrusted("\u202Egnp.exe \u200Bzero\u0007"));
        text.ShouldContain("\\\\u202egnp.exe \\\\u200bzero\\\\u0007");
        text.EnumerateRunes().ShouldAllBe(rune => rune.Value == '\n' || !VisibleText.IsHidden(rune));
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public void The_budget_holds_whatever_comes(int budget)
    {
        ScanReport[] reports = [Samples.Large(3_000), Samples.Untrusted(), Samples.Untrusted(new string('|', 20_000)), Samples.Untrusted(new string('日', 5_000)), Samples.OnlySkipped()];
        foreach (var report in reports)
        {
            var text = MarkdownSummary.Render(report, Links, budget);
            Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(budget);
            text.Split("<details>").Length.ShouldBe(text.Split("</details>").Length);
        }
    }

    [Fact]
    public void The_worst_findings_get_the_room_and_the_rest_is_counted()
    {
        var report = Samples.Large(3_000);
        var text = MarkdownSummary.Render(report, Links, 300_000);
        var document = Markdown.Parse(text, GitHub);
        var icons = document.OfType<Table>().Skip(1).SelectMany(t => t.Skip(1)).Cast<TableRow>().Select(r => Cell(r, 1)).ToArray();
        icons.Length.ShouldBeInRange(100, 2_999);
        icons.ShouldAllBe(icon => icon == "❌");
        text.ShouldEndWith($"> **{3_000 - icons.Length:N0} of 3,000 findings are not shown here**, to stay within the size that GitHub takes. The log and the report files hold all of them.\n");
        Encoding.UTF8.GetByteCount(text).ShouldBeGreaterThan(290_000);
    }

    [Fact]
    public void Everything_that_fits_is_shown_without_a_note() => MarkdownSummary.Render(Samples.Large(500)).ShouldNotContain("not shown here");

    [Fact]
    public void Twenty_thousand_findings_fit_into_the_default_budget() =>
        Encoding.UTF8.GetByteCount(MarkdownSummary.Render(Samples.Large(20_000), Links)).ShouldBeInRange(850_000, MarkdownSummary.DefaultBudget);

    [Fact]
    public void A_budget_that_not_even_the_verdict_fits_is_a_mistake() =>
        Should.Throw<ArgumentOutOfRangeException>(() => MarkdownSummary.Render(Samples.Empty(), null, 100));

    private static void OnlyText(string text)
    {
        var compared = Markdown.Parse(MarkdownSummary.Render(Samples.Compared(text), Links), GitHub);
        compared.Descendants<HtmlInline>().Select(h => h.Tag).ShouldBeSubsetOf(OurTags);
        compared.Descendants<HtmlBlock>().ShouldAllBe(b => ReportBlocks.Any(o => b.Lines.ToString().StartsWith(o, StringComparison.Ordinal)));
        compared.Descendants<LinkInline>().ShouldAllBe(l => l.Url!.StartsWith("https://github.example.com/shop/platform/blob/", StringComparison.Ordinal) && !l.IsImage);
        compared.Descendants<AutolinkInline>().ShouldBeEmpty();
        compared.Descendants<CodeBlock>().ShouldBeEmpty();
        compared.OfType<HeadingBlock>().Select(h => h.Level).ShouldBe([3, 4, 4]);
        compared.OfType<HtmlBlock>().Count(b => b.Lines.ToString().StartsWith("<details>", StringComparison.Ordinal)).ShouldBe(8);

        var document = Markdown.Parse(MarkdownSummary.Render(Samples.Untrusted(text), Links), GitHub);
        document.Descendants<HtmlInline>().Select(h => h.Tag).ShouldBeSubsetOf(OurTags);
        document.Descendants<HtmlBlock>().ShouldAllBe(b => ReportBlocks.Any(o => b.Lines.ToString().StartsWith(o, StringComparison.Ordinal)));
        document.Descendants<LinkInline>().ShouldAllBe(l => l.Url!.StartsWith("https://github.example.com/shop/platform/blob/", StringComparison.Ordinal) && !l.IsImage);
        document.Descendants<AutolinkInline>().ShouldBeEmpty();
        document.Descendants<Markdig.Extensions.Mathematics.MathInline>().ShouldBeEmpty();
        document.Descendants<Markdig.Extensions.Emoji.EmojiInline>().ShouldBeEmpty();
        document.Descendants<CodeBlock>().ShouldBeEmpty();
        document.OfType<HeadingBlock>().Select(h => h.Level).ShouldBe([3, 4, 4, 4]);
        var tables = document.OfType<Table>().ToArray();
        tables.Select(t => (t.Count, t.Min(r => ((TableRow)r).Count), t.Max(r => ((TableRow)r).Count))).ShouldBe([(2, 9, 9), (2, 4, 4), (2, 4, 4), (2, 3, 3)]);
        document.OfType<HtmlBlock>().Count().ShouldBe(4, "two <details> of ours, opened and closed");
    }

    private static MarkdownDocument Parse(ScanReport report, SourceLinks? links = null) => Markdown.Parse(MarkdownSummary.Render(report, links), GitHub);

    private static string Cell(TableRow row, int index) => Text(((ParagraphBlock)((TableCell)row[index])[0]).Inline!);

    private static string Text(ContainerInline inline) => string.Concat(inline.Descendants().Select(i => i switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        _ => "",
    }));
}
